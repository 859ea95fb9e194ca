"""However a session ends, history says how."""

import pytest

import chromium as chromium_driver
import firefox as firefox_driver
from aiortc_peer import DoomedAiortc
from server import wait_until


def test_a_peer_closes_its_connection(page, server):
    made = page.call("connect", only="127.0.0.1")
    page.call("end")
    summary = server.ended(made["id"])
    assert summary["outcome"] == "completed"
    assert summary["reason"]["code"] == "closed-by-peer"
    assert summary["verdict"]["code"] == "closed-normally"
    assert summary["endedAt"] >= summary["connectedAt"] >= summary["createdAt"]


def test_a_session_is_deleted_and_its_peer_is_told(page, server):
    made = page.call("connect", only="127.0.0.1")
    assert server.http.delete(server.url + made["location"]).status_code == 200
    noticed = page.call("noticeEnd", seconds=10)
    assert noticed["connection"] != "connected" or noticed["channel"] == "closed"
    summary = server.ended(made["id"])
    assert (summary["outcome"], summary["reason"]["code"]) == ("completed", "closed-by-delete")
    assert server.http.delete(server.url + made["location"]).status_code == 404


# Gone before all other tests, looked for after them: consent takes half a minute to expire.
gone = {}


@pytest.mark.early
@pytest.mark.parametrize("which", ["chromium", "firefox", "aiortc"])
def test_a_peer_is_killed_without_goodbye(which, server):
    if which == "aiortc":
        doomed = DoomedAiortc(server.url + "/livez")
        made = doomed.connection
    elif which == "chromium":
        doomed = chromium_driver.Chromium()
        made = doomed.page(server.url + "/livez").call("connect", only="127.0.0.1")
    else:
        # Without leave to capture it hides its addresses, and is reached all the same.
        doomed = firefox_driver.Firefox(is_trusted=False)
        made = doomed.page(server.url + "/livez").call("connect")
        candidates = [line for line in made["offer"].split("\r\n") if line.startswith("a=candidate:")]
        assert candidates and all(line.split()[4].endswith(".local") for line in candidates)
        assert server.session(made["id"])["selectedPair"]["remoteType"] == "prflx"
    doomed.kill()
    gone[f"{which} killed"] = made["id"]
    # Nobody has told the server: it still believes.
    assert server.session(made["id"])["state"] == "live"


@pytest.mark.early
def test_a_page_is_closed(browser, server):
    page = browser.page(server.url + "/livez")
    made = page.call("connect", only="127.0.0.1")
    page.close()
    gone[f"{browser.name} closed"] = made["id"]


@pytest.mark.late
@pytest.mark.parametrize("which", ["chromium killed", "firefox killed", "aiortc killed"])
def test_a_killed_peer_is_missed_by_consent(which, server):
    if which not in gone:
        pytest.skip("nobody was killed")
    id = gone[which]
    summary = server.ended(id, timeout=45)
    assert (summary["outcome"], summary["reason"]["code"]) == ("completed", "consent-expired")
    # RFC 7675: 30 s after the last answer.
    assert 25_000 < summary["durationMs"] < 60_000
    assert any("consent" in event["code"] for event in server.events(id))
    assert server.json(f"/v1/sessions/{id}/diagnosis")["verdict"]["code"] != "unknown"


@pytest.mark.late
@pytest.mark.parametrize("which", ["chromium", "firefox"])
def test_a_closed_page_is_noticed(which, server):
    """A browser may take the goodbye along when its page goes; then it is consent that tells."""
    if f"{which} closed" not in gone:
        pytest.skip("no page was closed")
    summary = server.ended(gone[f"{which} closed"], timeout=45)
    assert summary["outcome"] == "completed"
    assert summary["reason"]["code"] in ("closed-by-peer", "consent-expired")


def test_an_offer_that_nobody_follows_up_is_shown_while_it_waits(aiortc, server):
    """The answer is never applied: no check comes. What becomes of it is a matter of 45 s, and of the journeys in virtual time."""
    page = aiortc.page(server.url + "/livez")
    made = page.call("connect", only="127.0.0.1")
    offer = made["offer"]
    page.call("end")
    answer = server.http.post(server.url + "/v1/sessions", data=offer, headers={"Content-Type": "application/sdp"})
    assert answer.status_code == 201
    id = answer.headers["Location"].split("/")[-1]
    summary = server.session(id)
    assert summary["state"] == "live" and summary["connectionState"] in ("new", "connecting")
    assert summary["outcome"] is None
    server.http.delete(server.url + answer.headers["Location"])
    summary = server.ended(id)
    assert (summary["outcome"], summary["reason"]["code"]) == ("failed", "closed-by-delete")
    page.close()


def test_the_list_has_them_newest_first_and_filters(server, aiortc):
    page = aiortc.page(server.url + "/livez")
    ids = [page.call("connect", name=str(n), only="127.0.0.1")["id"] for n in range(3)]
    listed = [item["id"] for item in server.sessions()]
    assert [id for id in listed if id in ids] == ids[::-1]
    assert set(ids) <= {item["id"] for item in server.sessions("?state=live")}
    page.call("end", name="1")
    server.ended(ids[1])
    assert ids[1] in {item["id"] for item in server.sessions("?state=ended&outcome=completed")}
    assert ids[1] not in {item["id"] for item in server.sessions("?state=live")}
    wait_until(lambda: [item["id"] for item in server.sessions(f"?q={ids[2]}")] == [ids[2]], what="found by its id")
    page.close()
    wait_until(lambda: not {item["id"] for item in server.sessions("?state=live")} & set(ids), what="all of them ended")
