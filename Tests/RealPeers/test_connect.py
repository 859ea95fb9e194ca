"""Every peer connects, with either kind of offer, over every kind of address."""

import re

import pytest

from server import wait_until


@pytest.mark.parametrize("kind", ["data", "media"])
def test_a_peer_connects_and_is_shown_as_it_is(page, server, kind, address):
    made = page.call("connect", kind=kind, only=address)

    assert re.fullmatch(r"/v1/sessions/[0-9a-zA-Z-]{36}", made["location"])
    assert re.fullmatch(r'"[^"]+"', made["etag"])
    assert "application/sdp" in made["headers"]["content-type"]
    assert "a=candidate:" in made["answer"]

    summary = wait_until(lambda: (s := server.session(made["id"]))["connectionState"] == "connected" and s, what="connected")
    assert summary["state"] == "live"
    assert summary["iceConnectionState"] in ("connected", "completed")
    assert summary["dtlsState"] == "connected" and summary["sctpState"] == "connected"
    assert summary["signalingState"] == "stable"
    assert summary["verdict"]["severity"] == "ok"
    assert summary["userAgent"] == page.user_agent
    pair = summary["selectedPair"]
    assert pair["local"].rsplit(":", 1)[0].strip("[]") == address
    # A peer may send to it from another of its addresses.
    assert (":" in pair["remote"].rsplit(":", 1)[0]) == (":" in address)

    sections = made["offer"].count("\r\nm=")
    assert made["answer"].count("\r\nm=") == sections == (1 if kind == "data" else 3)
    assert made["answer"].count("a=inactive") == sections - 1
    diagnosis = server.json(f"/v1/sessions/{made['id']}/diagnosis")
    assert diagnosis["findings"] == []


def test_a_peer_connects_with_every_candidate_it_has(page, server):
    made = page.call("connect", kind="media")
    ice = server.json(f"/v1/sessions/{made['id']}/ice")
    assert ice["selectedPairId"]
    assert any(pair["selected"] and pair["state"] == "succeeded" for pair in ice["pairs"])


def test_several_sessions_of_one_page_stay_apart(page, server):
    made = [page.call("connect", name=name, only="127.0.0.1") for name in "abc"]
    assert len({connection["id"] for connection in made}) == 3
    page.call("end", name="b")
    assert server.ended(made[1]["id"])["reason"]["code"] == "closed-by-peer"
    for name in "ac":
        assert page.call("say", name=name)
