"""The page of one session, in Chromium: its story, checks and figures, and what its peer told."""

import json
import re

from server import wait_until
from visits import MARKUP, VALID, post, report


def test_a_live_session_is_shown_whole_and_as_it_goes_on(visit, server, connected):
    page = visit().session(connected["id"])
    assert page.locator("h1").inner_text() == "Connected"
    states = page.locator("#section-states .value").all_inner_texts()
    assert [state.strip() for state in states][3:] == ["connected", "connected", "connected"]
    assert "DTLS handshake" in page.locator("#section-setup").inner_text()
    assert page.locator("#section-timeline li.event").count() > 20

    selected = page.locator("#section-pairs tr.selected")
    assert selected.count() == 1 and "selected" in selected.inner_text()
    assert server.session(connected["id"])["selectedPair"]["remote"] in selected.inner_text()
    assert page.locator("#section-pairs tbody tr").count() == len(server.json(f"/v1/sessions/{connected['id']}/ice")["pairs"])
    assert "first" in page.locator("#section-channels").inner_text()

    folds = page.locator("#section-sdp details")
    assert folds.count() == 2 * (1 + 3), "a fold for each section of both descriptions"
    assert connected["offer"].splitlines()[1] in page.locator("#section-sdp").inner_text()
    folds.nth(1).locator("summary").click()
    assert folds.nth(1).get_attribute("open") is None

    before = page.locator("#section-timeline li.event").count()
    connected["peer"].call("echo", label="a later channel", sizes=[100])
    page.locator("#section-timeline").get_by_text("a later channel").first.wait_for()
    assert page.locator("#section-timeline li.event").count() > before
    page.locator("#section-channels").get_by_text("a later channel").wait_for()
    assert folds.nth(1).get_attribute("open") is None, "a fold stays as the reader left it"


def test_the_timeline_shows_one_phase_alone(visit, connected):
    page = visit().session(connected["id"])
    page.locator("#section-timeline").get_by_role("button", name="DTLS").click()
    phases = set(page.locator("#section-timeline li.event .phase").all_inner_texts())
    assert phases == {"DTLS"}
    page.locator("#section-timeline").get_by_role("button", name="All").click()
    assert {"HTTP", "SDP", "ICE", "DTLS", "SCTP"} <= set(page.locator("#section-timeline li.event .phase").all_inner_texts())


def test_a_pair_of_the_timeline_is_one_click_away(visit, connected):
    page = visit().session(connected["id"])
    link = page.locator("#section-timeline a.chip", has_text=re.compile("^(CP|P)")).first
    name = link.inner_text()
    link.click()
    row = page.locator(f"#pair-{name}")
    assert "target" in row.get_attribute("class")
    assert page.evaluate("document.activeElement.id") == f"pair-{name}"
    page.go_back()
    assert page.locator("tr.target").count() == 0


def test_a_session_is_ended_from_the_page_after_a_question(visit, server, chromium):
    peer = chromium.page(server.url + "/livez")
    made = peer.call("connect", only="127.0.0.1")
    page = visit().session(made["id"])
    page.get_by_role("button", name="End session").click()
    page.get_by_role("button", name="Keep").click()
    assert server.session(made["id"])["state"] == "live"
    page.get_by_role("button", name="End session").click()
    page.get_by_role("button", name="End now").click()
    page.locator("h1", has_text=re.compile("^Ended")).wait_for()
    assert server.ended(made["id"])["reason"]["code"] == "closed-by-delete"
    assert page.get_by_role("button", name="End session").count() == 0
    peer.close()


def test_a_refused_offer_shows_its_line(visit, server, refused):
    page = visit().session(refused)
    refusal = server.session(refused)["refusal"]
    assert page.locator("h1").inner_text() == server.session(refused)["verdict"]["title"]
    fault = page.locator("#section-sdp .line.fault")
    assert fault.count() == 1
    assert fault.get_attribute("data-line") == str(refusal["line"]) == "6"
    assert fault.inner_text() == "m=application 9 UDP/DTLS/SCTP webrtc-datachannel"
    assert refusal["detail"] in page.locator("#section-sdp .problem").inner_text()
    page.locator("a.proof", has_text="Line 6").click()
    assert page.evaluate("document.activeElement.id") == "line-6"
    wait_until(lambda: fault.evaluate("line => { const { top, bottom } = line.getBoundingClientRect(); return top > 0 && bottom < innerHeight; }"), what="the line in view")


def test_what_waits_is_said_with_what_helps(visit, server):
    id = post(server, VALID)
    page = visit().session(id)
    page.get_by_text("What helps").wait_for()
    assert page.locator("h1").inner_text() == server.json(f"/v1/sessions/{id}/diagnosis")["verdict"]["title"]
    assert "No pair was formed" in page.locator("#section-pairs").inner_text()


def test_a_session_is_taken_along_in_files(visit, connected):
    page = visit().session(connected["id"])

    def saved(name):
        with page.expect_download() as saving:
            page.get_by_role("button", name=name).click()
        return saving.value.suggested_filename, saving.value.path().read_bytes()

    name, content = saved("Packets for Wireshark")
    assert name.endswith(".pcapng") and content[:4] == b"\x0a\x0d\x0d\x0a"
    page.get_by_text("Other files").click()
    assert "PeerConnections" in json.loads(saved("webrtc-internals dump")[1])
    assert saved("rtcstats file")[1].startswith(b"RTCStatsDump")
    assert saved("Offer")[1].decode().startswith("v=0")
    assert saved("Answer")[0].endswith(".answer.sdp")
    page.keyboard.press("Escape")
    assert page.locator("details.menu").get_attribute("open") is None


def test_a_finding_leads_to_its_explanation_and_its_proof(visit, server):
    id = post(server, VALID)
    finding = wait_until(lambda: (found := server.json(f"/v1/sessions/{id}/diagnosis")["findings"]) and found[0], what="a finding")
    page = visit().session(id)
    shown = page.locator(".finding").first
    for piece in finding["evidence"]:
        assert piece["text"] in shown.inner_text()
    assert shown.locator("a.help").get_attribute("href") == finding["help"].lstrip("/")
    proof = next(piece for piece in finding["evidence"] if piece["kind"] == "event")
    shown.locator("a.proof", has_text=f"Event {proof['ref']}").click()
    assert page.evaluate("document.activeElement.id") == f"event-{proof['ref']}"
    shown.locator("a.help").click()
    page.wait_for_load_state()
    assert finding["title"] in page.locator("body").inner_text()


def test_the_stages_stand_beside_the_set_up(visit, server, connected):
    page = visit().session(connected["id"])
    durations = server.session(connected["id"])["durations"]
    shown = page.locator("#section-setup .lengths")
    assert shown.locator("dt").count() == len([value for value in durations.values() if value is not None])
    assert "ICE" in shown.inner_text() and "DTLS" in shown.inner_text()
    assert "First key frame" not in shown.inner_text(), "nothing that did not happen"


# MARK: checks


def test_the_checks_of_a_pair_are_one_line_until_they_are_asked_for(visit, server, connected):
    page = visit().session(connected["id"])
    selected = server.session(connected["id"])["selectedPair"]["id"]
    transactions = [one for one in server.json(f"/v1/sessions/{connected['id']}/events")["transactions"] if one.get("pairId") == selected]
    fold = page.locator("#section-timeline li.checks", has_text=f"{selected}:")
    assert re.search(r"\d+ checks? from here, (all |\d+ )?answered", fold.inner_text())
    assert fold.locator("tbody tr").count() == 0
    summary = fold.locator("summary")
    summary.focus()
    page.keyboard.press("Enter")
    fold.locator("tbody tr").first.wait_for()
    assert transactions
    wait_until(lambda: fold.locator("tbody tr").count() >= len(transactions), what="all of them")
    page.locator("#section-timeline").get_by_role("button", name="DTLS").click()
    assert page.locator("#section-timeline li.checks").count() == 0
    page.locator("#section-timeline").get_by_role("button", name="All").click()
    page.locator("#section-timeline a.chip", has_text="its check").first.click()
    wanted = page.evaluate("location.hash").split("/")[-1]
    wait_until(lambda: page.evaluate("document.activeElement.id") == f"transaction-{wanted}", what="the transaction in focus")


def test_what_a_stream_left_out_is_read_again(visit, server, connected):
    """The stream of this page loses events, as that of a slow reader would, and says so."""
    events = server.events(connected["id"])
    visiting = visit()
    last = max(event["seq"] for event in events)
    kept = [event for event in events if event.get("seq", 0) <= 5]

    def shortened(route):
        if "text/event-stream" in route.request.headers["accept"]:
            return route.fulfill(content_type="text/event-stream", body=f'event: gap\ndata: {{"dropped":{last - 5},"from":6,"to":{last}}}\n\n')
        if "after" in route.request.url:
            return route.continue_()
        return route.fulfill(json={"items": kept, "dropped": 0, "transactions": []})

    visiting.page.route("**/events*", lambda route: shortened(route) if "/sessions/" in route.request.url else route.continue_())
    page = visiting.session(connected["id"])
    page.get_by_text(re.compile("The stream left out .* events; they were read again")).wait_for()
    page.locator(f"#event-{last}").wait_for()
    assert page.locator("li.event").count() >= len(events)
    page.unroute_all(behavior="ignoreErrors")


# MARK: figures


def test_figures_grow_while_a_session_lives_and_stay_when_it_has_ended(visit, server, chromium):
    peer = chromium.page(server.url + "/livez")
    made = peer.call("connect", only="127.0.0.1")
    page = visit().session(made["id"])
    peer.call("flood", count=200, size=2000)
    bitrate = page.locator(".chart-box", has=page.get_by_role("heading", name="Bitrate"))
    bitrate.locator("canvas").wait_for()
    titles = page.locator(".chart-box h3").all_inner_texts()
    assert {"Bitrate", "Packets"} <= set(titles)
    plot = bitrate.get_by_role("slider")
    count = lambda: int(plot.get_attribute("aria-valuemax"))
    before = count()
    wait_until(lambda: count() >= before + 2, what="two points more, without a reload")

    plot.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    assert plot.get_attribute("aria-valuenow") == "1"
    assert re.search(r"\d\d:\d\d:\d\d: sent .*bit/s, received .*bit/s", plot.get_attribute("aria-valuetext"))
    others = page.locator(".legend .when").all_inner_texts()
    assert len(set(others)) == 1 and others[0], "all charts show the same moment"
    page.keyboard.press("Escape")
    assert bitrate.locator(".when").inner_text() == ""
    box = plot.bounding_box()
    page.mouse.move(box["x"] + box["width"] - 12, box["y"] + 40)
    assert bitrate.locator(".when").inner_text() != ""
    page.mouse.move(0, 0)

    bitrate.get_by_text("Values").click()
    cells = bitrate.locator("tbody tr td").all_inner_texts()
    assert any("Mbit/s" in cell or "kbit/s" in cell for cell in cells), "what was sent is in the table too"
    painted = bitrate.locator("canvas").evaluate("canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value > 0)")
    assert painted

    server.http.delete(f"{server.url}/v1/sessions/{made['id']}", timeout=10)
    server.ended(made["id"])
    wait_until(lambda: server.json(f"/v1/sessions/{made['id']}/samples")["series"], what="samples in history")
    page.reload()
    page.locator(".chart-box").first.wait_for()
    assert page.locator("#section-figures .tag").count() == 0
    peer.close()


# MARK: both sides


def test_the_peers_own_side_stands_beside_ours(visit, server, told):
    visiting = visit()
    page = visiting.session(told["id"])
    section = page.locator("#section-client")
    assert "ahead of ours" in section.inner_text()
    assert "77" in section.inner_text() and "12, 11" in section.inner_text()
    theirs = page.locator("#section-timeline li.event.client")
    assert theirs.count() == 3
    assert theirs.locator(".clock").count() == 3
    assert MARKUP in theirs.last.inner_text()
    ours = page.locator("#section-timeline li.event:not(.client)").first
    own = lambda locator: locator.evaluate("element => getComputedStyle(element).backgroundColor")
    assert own(theirs.first) != own(ours), "in a colour of its own"
    assert page.locator("img").count() == 0
    page.locator(".legend", has_text="peer: sent").wait_for()
    answer = server.http.post(f"{server.url}/v1/sessions/{told['id']}/client-report", json=report(("connectionstatechange", "connected")), timeout=10)
    assert answer.ok, answer.text
    theirs.filter(has_text="connection state became connected").wait_for()
    assert "2 reports" in section.inner_text()


def test_an_unknown_session_is_said_in_words(visit):
    visiting = visit()
    page = visiting.open("sessions/01m000000000000000000000000000000000")
    page.get_by_text("There is no such session").wait_for()
    assert visiting.errors and all("404" in error for error in visiting.errors), "the browser itself writes failed requests to the console"
    visiting.errors.clear()


def test_markup_from_the_network_stays_text(visit, server, connected):
    body = {"type": "offer", "sdp": VALID.replace("s=-", f"s={MARKUP}"), "labels": {"where": MARKUP}}
    answer = server.http.post(f"{server.url}/v1/sessions", json=body, headers={"User-Agent": MARKUP, "Accept": "application/json"}, timeout=10)
    id = answer.json()["id"]
    connected["peer"].call("echo", label=MARKUP, sizes=[10])
    visiting = visit()
    page = visiting.session(id)
    assert MARKUP in page.locator(".facts").inner_text()
    assert MARKUP in page.locator("#section-sdp").inner_text()
    assert MARKUP in visiting.row(id).inner_text()
    page = visiting.session(connected["id"])
    page.locator("#section-channels").get_by_text(MARKUP).wait_for()
    assert page.locator("img").count() == 0
