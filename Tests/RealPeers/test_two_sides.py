"""Both sides of a connection, joined: the page posts what it sees, with the function that the documentation gives to page authors."""

import json
import pathlib
import re
import socket

import pytest

from server import wait_until

ROOT = pathlib.Path(__file__).resolve().parents[2]
REPORT = re.search(r"```js\n(.*?)```", (ROOT / "Docs/client-reports.md").read_text(), re.S).group(1)
SCRIPT = (pathlib.Path(__file__).parent / "two_sides.js").read_text()


@pytest.fixture
def telling(browser_page):
    """A page that can tell its side."""
    evaluate = getattr(browser_page, "page", browser_page).evaluate
    evaluate(f"(() => {{ {REPORT}\nwindow.report = report; return true; }})()")
    evaluate(SCRIPT)
    return browser_page


@pytest.fixture
def silent_port():
    """A port of this machine on which nobody answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as nobody:
        nobody.bind(("127.0.0.1", 0))
        yield nobody.getsockname()[1]


def diagnosis(server, id):
    return server.json(f"/v1/sessions/{id}/diagnosis")


def first_finding(server, telling, name, id, code, timeout=25):
    """Tells again and again, until the first finding is this one."""

    def look():
        telling.call("tell", name=name)
        findings = diagnosis(server, id)["findings"]
        return findings and findings[0]["code"] == code and findings[0]

    return wait_until(look, timeout, f"{code}; it says {json.dumps(diagnosis(server, id))[:600]}")


def test_a_healthy_connection_is_healthy_from_both_sides(telling, server):
    made = telling.call("tellHealthy", name="h", only="127.0.0.1", say=5)
    assert made["status"] == 200, made
    taken = made["body"]["taken"][0]
    assert taken["sessionId"] == made["id"] and taken["samples"] == 1 and taken["events"] >= 3
    # One machine, one clock; the report takes some milliseconds to arrive.
    assert taken["clock"]["basis"] == "sending" and -2_000 < taken["clock"]["offsetMs"] < 100
    for _ in range(3):
        assert telling.call("tell", name="h")["status"] == 200
    assert diagnosis(server, made["id"])["findings"] == []
    events = server.events(made["id"])
    theirs = [event for event in events if event.get("side") == "client"]
    assert {"signalingstatechange", "iceconnectionstatechange"} <= {event["code"] for event in theirs}
    assert all(event["clientAt"] and event["at"] for event in theirs)
    # Interleaved: by our clock the answer was sent before the page set it.
    codes = [event["code"] for event in events]
    assert codes.index("answer-sent") < codes.index("setRemoteDescription")
    kept = server.json(f"/v1/sessions/{made['id']}/client-report")
    assert kept["userAgent"] == telling.user_agent and kept["reports"] >= 4
    assert kept["states"]["iceConnectionState"] in ("connected", "completed")
    pair = next(pair for pair in kept["last"]["pairs"] if pair["id"] == kept["last"]["selectedPairId"])
    ours = next(pair for pair in server.stats(made["id"], "candidate-pair") if pair["nominated"])
    # What both sides count of one path is the same, but for what is under way.
    assert pair["bytesSent"] > 0 and abs(pair["bytesSent"] - ours["bytesReceived"]) < 2_000
    remote = next(candidate for candidate in kept["last"]["candidates"] if candidate["id"] == pair["remoteCandidateId"])
    local = next(candidate for candidate in server.stats(made["id"], "local-candidate") if candidate["id"] == ours["localCandidateId"])
    assert (remote["address"], remote["port"]) == (local["address"], local["port"])
    telling.call("tellEnd", name="h")
    summary = server.ended(made["id"])
    assert summary["verdict"]["code"] == "closed-normally"
    # What it told stays, and it may still be told more.
    assert server.json(f"/v1/sessions/{made['id']}/client-report")["reports"] >= 4
    late = server.http.post(
        f"{server.url}/v1/sessions/{made['id']}/client-report", json={"events": [{"timestamp": 1_795_367_100_000, "type": "close"}]})
    assert late.status_code == 200, late.text


def test_a_path_that_is_blocked_towards_the_server_is_told_from_both_sides(telling, server, silent_port):
    made = telling.call("tellBlocked", name="b", port=str(silent_port))
    assert made["status"] == 200, made
    finding = first_finding(server, telling, "b", made["id"], "blocked-client-to-server")
    # Firefox does not count the checks that it sends.
    assert re.search(r"The peer sent (\d+ checks?|checks over \d+ pairs?) to 127\.0\.0\.1:\d+", finding["explanation"]), finding
    assert f"127.0.0.1:{silent_port}" in finding["explanation"] and "none of the addresses" in finding["explanation"]
    codes = [finding["code"] for finding in diagnosis(server, made["id"])["findings"]]
    assert "no-check-received" not in codes
    text = server.get(f"/v1/sessions/{made['id']}/diagnosis", headers={"Accept": "text/plain"}).text
    assert "UDP from the peer to the server is blocked" in text and "Fix:" in text
    telling.call("tellEnd", name="b")


@pytest.mark.parametrize("broken", [False, True])
def test_an_answer_that_was_not_applied_is_told_with_the_pages_own_error(broken, telling, server):
    made = telling.call("tellUnanswered", name="u", broken=broken)
    assert made["status"] == 200, made
    finding = first_finding(server, telling, "u", made["id"], "answer-not-applied")
    if broken:
        assert made["error"] and made["error"][:40] in finding["explanation"]
    else:
        assert "have-local-offer" in finding["explanation"]
    telling.call("tellEnd", name="u")


@pytest.mark.parametrize("format", ["webrtc-internals", "rtcstats"])
def test_our_own_file_of_both_sides_comes_back_the_same(format, telling, server):
    made = telling.call("tellHealthy", name="h", only="127.0.0.1")
    file = server.get(f"/v1/sessions/{made['id']}/dump?format={format}")
    assert file.status_code == 200 and "attachment" in file.headers["Content-Disposition"]
    back = server.http.post(
        f"{server.url}/v1/client-report", data=file.content, headers={"Content-Type": file.headers["Content-Type"]})
    assert back.status_code == 200, back.text
    assert [taken["sessionId"] for taken in back.json()["taken"]] == [made["id"]]
    telling.call("tellEnd", name="h")
