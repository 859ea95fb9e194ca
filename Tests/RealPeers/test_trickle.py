"""Trickled candidates and ICE restarts by PATCH, with their entity tags."""

from server import wait_until


def test_candidates_come_one_by_one(browser_page, server):
    made = browser_page.call("connectByTrickle")
    assert made["statuses"], "the browser had candidates to send"
    # RFC 9725 §4.3.2: 204, no body, no entity tag.
    assert {tuple(status) for status in made["statuses"]} == {(204, None, "")}
    ice = server.json(f"/v1/sessions/{made['id']}/ice")
    assert ice["remote"]["trickle"] and ice["remote"]["endOfCandidates"]


def test_a_peer_that_never_trickles_still_connects(browser_page, server):
    """Some kits send no If-Match, are refused, and go on by peer-reflexive candidates."""
    made = browser_page.call("connectByTrickle", sends=False)
    assert server.session(made["id"])["selectedPair"]["remoteType"] == "prflx"


def test_ice_restarts_in_mid_flight(browser_page, server):
    made = browser_page.call("connect", only="127.0.0.1")
    for number in (1, 2):
        restarted = browser_page.call("restart", only="127.0.0.1")
        # RFC 9725 §4.3.3: 200, the new credentials and candidates, a new entity tag.
        assert restarted["etag"] and restarted["etag"] != restarted["before"]
        assert restarted["type"].startswith("application/trickle-ice-sdpfrag")
        assert restarted["ufrag"] != restarted["old"]
        assert "a=candidate:" in restarted["fragment"]
        ice = server.json(f"/v1/sessions/{made['id']}/ice")
        assert ice["restarts"] == number
        assert ice["usernameFragment"] == restarted["ufrag"].split(":", 1)[1]
    wait_until(lambda: server.session(made["id"])["connectionState"] == "connected", what="connected again")
    assert any("restart" in event["code"] for event in server.events(made["id"]))


def test_a_patch_needs_the_right_entity_tag_and_type(browser_page, server):
    browser_page.call("connect", only="127.0.0.1")
    assert browser_page.call("patch", ifMatch=None)["status"] == 428
    assert browser_page.call("patch", ifMatch='"another"')["status"] == 412
    assert browser_page.call("patch", ifMatch="*", type="application/sdp")["status"] == 415
    assert browser_page.call("patch", body="not a fragment", ifMatch="*")["status"] == 400
    assert browser_page.call("patch")["status"] == 204
    assert browser_page.call("say")


def test_after_a_restart_the_old_entity_tag_is_refused(browser_page):
    made = browser_page.call("connect", only="127.0.0.1")
    browser_page.call("restart", only="127.0.0.1")
    assert browser_page.call("patch", ifMatch=made["etag"])["status"] == 412
    assert browser_page.call("say")
