"""The service around the sessions: curl, health, a locked database, a drain, a crash."""

import json
import re
import sqlite3
import subprocess
import time

import pytest

from server import binary, wait_until


def curl(*arguments):
    done = subprocess.run(["curl", "-sS", *arguments], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def offer(aiortc, server):
    """A real offer, of a session that was."""
    page = aiortc.page(server.url + "/livez")
    made = page.call("connect", only="127.0.0.1")
    page.close()
    return made["offer"]


def test_a_session_by_curl_alone(server, offer, tmp_path):
    if not subprocess.run(["which", "curl"], capture_output=True).stdout:
        pytest.skip("no curl here")
    (tmp_path / "offer.sdp").write_text(offer, newline="")
    answer = curl("-i", "--data-binary", f"@{tmp_path}/offer.sdp", "-H", "Content-Type: application/sdp", server.url + "/v1/sessions")
    head, body = answer.split("\n\n", 1) if "\r\n\r\n" not in answer else answer.split("\r\n\r\n", 1)
    assert head.startswith("HTTP/1.1 201")
    headers = dict(re.findall(r"(?mi)^([a-z-]+): (.*?)\r?$", head.lower()))
    assert headers["content-type"].startswith("application/sdp") and headers["etag"] and headers["link"]
    assert body.startswith("v=0") and "a=candidate:" in body
    location = re.search(r"(?mi)^location: (\S+)", head).group(1)
    for resource in ("", "/stats", "/ice", "/events", "/diagnosis"):
        assert json.loads(curl("-f", server.url + location + resource)) is not None
    for resource in ("/offer", "/answer"):
        assert curl("-f", server.url + location + resource).startswith("v=0")
    assert "connect" in curl("-f", "-H", "Accept: text/plain", server.url + location)
    assert curl("-o", "/dev/null", "-w", "%{http_code}", "-X", "DELETE", server.url + location) == "200"
    assert curl("-o", "/dev/null", "-w", "%{http_code}", "-X", "DELETE", server.url + location) == "404"
    assert json.loads(curl("-f", server.url + location))["reason"]["code"] == "closed-by-delete"


def test_waiting_for_a_connection_that_does_not_come_ends_by_its_timeout(server, offer):
    made = server.http.post(server.url + "/v1/sessions", data=offer, headers={"Content-Type": "application/sdp"})
    began = time.monotonic()
    summary = server.json(made.headers["Location"] + "?wait=connected&timeout=1")
    assert 0.9 < time.monotonic() - began < 5
    assert summary["connectedAt"] is None
    server.http.delete(server.url + made.headers["Location"])


def test_json_in_json_out(server, offer):
    answer = server.http.post(
        server.url + "/v1/sessions", json={"type": "offer", "sdp": offer, "labels": {"test": "one"}},
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 201
    made = answer.json()
    assert made["type"] == "answer" and made["sdp"].startswith("v=0") and made["links"]["self"].endswith(made["id"])
    assert server.session(made["id"])["labels"] == {"test": "one"}
    server.http.delete(server.url + answer.headers["Location"])


def test_the_service_tells_how_it_is(server):
    assert server.get("/livez").status_code == 200
    assert server.get("/readyz").status_code == 200
    metrics = server.get("/metrics")
    assert metrics.headers["Content-Type"].startswith("text/plain") and "\n# TYPE " in "\n" + metrics.text
    assert server.json("/v1/status")


def test_while_the_database_is_locked_sessions_go_on_and_history_catches_up(own_server, aiortc):
    server = own_server()
    page = aiortc.page(server.url + "/livez")
    before = page.call("connect", name="before", only="127.0.0.1")
    other = sqlite3.connect(server.database, isolation_level=None, timeout=10)
    other.execute("BEGIN IMMEDIATE")
    during = page.call("connect", name="during", only="127.0.0.1")
    wait_until(lambda: server.get("/readyz").status_code == 503, 20, "not ready")
    assert "locked" in server.get("/readyz").text
    assert page.call("say", name="before") and page.call("say", name="during")
    assert server.session(during["id"])["connectionState"] == "connected"
    assert {before["id"], during["id"]} <= {item["id"] for item in server.sessions()}
    other.execute("ROLLBACK")
    other.close()
    wait_until(lambda: server.get("/readyz").status_code == 200, 20, "ready again")
    page.close()


def test_a_drain_says_goodbye_writes_history_and_exits_with_0(own_server, aiortc, chromium):
    first = own_server()
    pages = [peer.page(first.url + "/livez") for peer in (aiortc, chromium)]
    made = [page.call("connect", only="127.0.0.1") for page in pages]
    silent = first.http.post(first.url + "/v1/sessions", data=made[0]["offer"], headers={"Content-Type": "application/sdp"})
    assert first.terminate(within=10) == 0
    for page in pages:
        noticed = page.call("noticeEnd", seconds=10)
        assert noticed["connection"] != "connected" or noticed["channel"] == "closed"
        page.close()

    second = own_server(database=first.database)
    for connection in made:
        summary = second.session(connection["id"])
        assert (summary["state"], summary["outcome"], summary["reason"]["code"]) == ("ended", "completed", "server-stopped")
        assert second.json(f"/v1/sessions/{connection['id']}/events")["items"]
    summary = second.session(silent.headers["Location"].split("/")[-1])
    assert (summary["state"], summary["outcome"], summary["reason"]["code"]) == ("ended", "failed", "server-stopped")


def test_after_a_crash_the_live_sessions_are_closed_as_lost(own_server, aiortc):
    first = own_server()
    page = aiortc.page(first.url + "/livez")
    made = page.call("connect", only="127.0.0.1")
    ended = page.call("connect", name="b", only="127.0.0.1")
    page.call("end", name="b")
    first.ended(ended["id"])
    # What a crash may lose is 200 ms and a transaction: wait for the row in the file.
    reader = sqlite3.connect(f"file:{first.database}?mode=ro", uri=True)
    query = "SELECT state FROM session JOIN document ON document.session = session.key WHERE id = ? AND connection_state = 'connected'"
    wait_until(lambda: reader.execute(query, (made["id"],)).fetchone() == ("live",), what="the live row in the file")
    wait_until(lambda: reader.execute("SELECT state FROM session WHERE id = ?", (ended["id"],)).fetchone() == ("ended",), what="the ended row in the file")
    reader.close()
    first.kill()

    second = own_server(database=first.database)
    summary = second.session(made["id"])
    assert (summary["state"], summary["outcome"], summary["reason"]["code"]) == ("ended", "server-lost", "server-lost")
    assert summary["createdAt"] < summary["lastSeenAt"] <= summary["endedAt"]
    assert made["id"] in {item["id"] for item in second.sessions("?outcome=server-lost")}
    assert second.session(ended["id"])["reason"]["code"] == "closed-by-peer"
    for resource in ("/stats", "/ice", "/events", "/diagnosis", "/offer", "/answer", "/packets.pcapng"):
        assert second.get(f"/v1/sessions/{made['id']}{resource}").status_code == 200, resource
    with sqlite3.connect(f"file:{second.database}?mode=ro", uri=True) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    page.close()


def test_a_second_start_on_a_port_in_use_says_so_and_exits_with_69(server):
    address = server.url.removeprefix("http://")
    done = subprocess.run(
        [str(binary()), "serve", "--listen", address, "--media-port", "0", "--database", ":memory:"],
        capture_output=True, text=True, timeout=20,
    )
    assert done.returncode == 69
    assert address.split(":")[1] in done.stderr + done.stdout
