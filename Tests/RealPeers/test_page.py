"""The page, in Chromium: what a reader sees, with mouse, keyboard and assistive technology, wide and narrow, light and dark."""

import json
import re
import time

import pytest

from server import wait_until

axe = pytest.importorskip("axe_playwright_python.sync_playwright")

WIDE = {"width": 1440, "height": 900}
NARROW = {"width": 360, "height": 800}
MARKUP = "<img src=x onerror=alert(1)>"
NO_FINGERPRINT = """v=0
o=- 1 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0
m=application 9 UDP/DTLS/SCTP webrtc-datachannel
c=IN IP4 0.0.0.0
a=ice-ufrag:abcd
a=ice-pwd:abcdefghijklmnopqrstuvwx
a=setup:actpass
a=mid:0
a=sctp-port:5000
""".replace("\n", "\r\n")
REFERENCE = re.compile(r"""(?:src|href)="([\w./-]+\.\w+)"|from '\./([\w.-]+)'|url\("([\w./-]+)"\)""")
VALID = NO_FINGERPRINT.replace("a=setup", "a=fingerprint:sha-256 " + ":".join(["AB"] * 32) + "\r\na=setup")


def post(server, offer, user_agent="curl/8", **options):
    """Posts an offer as curl does; returns the id of its record, also where it is refused."""
    headers = {"Content-Type": "application/sdp", "User-Agent": user_agent, **options.pop("headers", {})}
    answer = server.http.post(f"{server.url}/v1/sessions", data=offer, headers=headers, timeout=10, **options)
    return (answer.headers.get("Location") or answer.json()["instance"]).rsplit("/", 1)[1]


class Visit:
    """A window with the page in it, which writes down what must not happen."""

    def __init__(self, browser, url, viewport=WIDE, theme="light"):
        self.url = url
        self.context = browser.new_context(viewport=viewport, color_scheme=theme, reduced_motion="reduce")
        self.page = self.context.new_page()
        self.errors, self.foreign, self.dialogs = [], [], []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda message: self.errors.append(message.text) if message.type in ("error", "warning") else None)
        self.page.on("request", lambda request: self.foreign.append(request.url) if not request.url.startswith((url, "blob:", "about:")) else None)
        self.page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))

    def open(self, path=""):
        self.page.goto(f"{self.url}/#/{path}")
        self.page.wait_for_selector("h1:visible")
        return self.page

    def session(self, id, part=""):
        page = self.open(f"sessions/{id}{part}")
        page.wait_for_selector("#section-timeline")
        return page

    def row(self, id):
        return self.page.locator(f'a.row[href="#/sessions/{id}"]')


@pytest.fixture
def visit(chromium, server, own_server):
    """Opens windows. They are closed before a server of the test's own, which they would miss."""
    visits = []

    def start(at=server, **options):
        visits.append(Visit(chromium.browser, at.url, **options))
        return visits[-1]

    yield start
    for each in visits:
        each.context.close()
        assert each.dialogs == []
        assert each.foreign == [], "it asked another server"
        assert each.errors == []


@pytest.fixture(scope="module")
def connected(chromium, server):
    """A live session of this browser, with one more channel."""
    peer = chromium.page(server.url + "/livez")
    made = peer.call("connect", kind="media", only="127.0.0.1")
    yield {**made, "peer": peer}
    peer.close()


@pytest.fixture(scope="module")
def refused(chromium, server):
    return post(server, NO_FINGERPRINT)


# MARK: the list


def test_a_new_session_appears_by_itself(visit, server):
    visiting = visit()
    page = visiting.open()
    page.get_by_text("Live", exact=True).first.wait_for()
    page.evaluate("window.isTheSamePage = true")
    live, refused = post(server, VALID), post(server, NO_FINGERPRINT)
    visiting.row(live).wait_for()
    visiting.row(refused).wait_for()
    assert "The offer was refused" in visiting.row(refused).inner_text()
    assert "live" in visiting.row(live).inner_text()
    server.http.delete(f"{server.url}/v1/sessions/{live}", timeout=10)
    visiting.row(live).locator(".tag").wait_for(state="detached")
    assert page.evaluate("window.isTheSamePage")
    ids = page.eval_on_selector_all("a.row", "rows => rows.map((row) => row.hash.split('/')[2])")
    assert ids == sorted(ids, reverse=True), "newest first"


def test_the_list_is_filtered(visit, server, refused):
    visiting = visit()
    page = visiting.open()
    live = post(server, VALID, user_agent="needle/3.1")
    visiting.row(live).wait_for()
    page.get_by_label("Ended", exact=True).check(force=True)
    visiting.row(live).wait_for(state="detached")
    visiting.row(refused).wait_for()
    page.get_by_label("Live", exact=True).check(force=True)
    visiting.row(live).wait_for()
    visiting.row(refused).wait_for(state="detached")
    page.get_by_label("All", exact=True).check(force=True)
    page.get_by_role("button", name="Filters").click()
    page.get_by_label("Outcome").select_option("refused")
    visiting.row(live).wait_for(state="detached")
    visiting.row(refused).wait_for()
    page.get_by_label("Outcome").select_option("")
    page.get_by_role("searchbox").fill("needle")
    visiting.row(refused).wait_for(state="detached")
    visiting.row(live).wait_for()
    page.get_by_role("searchbox").fill("nothing like that")
    page.get_by_text("No session matches").wait_for()
    page.locator(".empty").get_by_role("button", name="Show all sessions").click()
    visiting.row(refused).wait_for()
    assert page.get_by_role("searchbox").input_value() == ""


def test_a_filter_stands_in_the_address_and_comes_back_with_it(visit, server, refused):
    visiting = visit()
    page = visiting.open()
    page.get_by_role("button", name="Filters").click()
    code = server.json(f"/v1/sessions/{refused}/diagnosis")["findings"][0]["code"]
    page.get_by_label("Finding", exact=True).fill(code)
    page.get_by_label("Severity").select_option("error")
    wait_until(lambda: f"finding={code}" in page.evaluate("location.hash") and "severity=error" in page.evaluate("location.hash"), what="the filter in the address")
    live = post(server, VALID)
    visiting.row(live).wait_for(state="detached")
    visiting.row(refused).click()
    page.wait_for_selector("#section-timeline")
    page.go_back()
    visiting.row(refused).wait_for()
    page.reload()
    visiting.row(refused).wait_for()
    assert page.get_by_label("Finding", exact=True).input_value() == code
    assert visiting.row(live).count() == 0
    another = post(server, NO_FINGERPRINT)
    visiting.row(another).wait_for()
    page.get_by_label("Created until").fill("2001-01-01T00:00")
    page.get_by_text("No session matches").wait_for()


def test_the_list_is_taken_along_as_a_file(visit, server, refused):
    visiting = visit()
    page = visiting.open("?outcome=refused")
    visiting.row(refused).wait_for()
    with page.expect_download() as saving:
        page.get_by_role("link", name="CSV").click()
    lines = saving.value.path().read_text().splitlines()
    assert lines[0].startswith("id,") and any(refused in line for line in lines)
    with page.expect_download() as saving:
        page.get_by_role("link", name="NDJSON").click()
    assert refused in [json.loads(line)["id"] for line in saving.value.path().read_text().splitlines()]


def test_older_sessions_come_page_by_page(visit, own_server):
    server = own_server("--sessions-per-address", "1000")
    ids = [post(server, NO_FINGERPRINT) for _ in range(55)]
    wait_until(lambda: len(server.sessions("?limit=100")) == 55, what="all of them in the list")
    visiting = visit(at=server)
    page = visiting.open()
    visiting.row(ids[-1]).wait_for()
    assert page.locator("a.row").count() == 50
    page.get_by_role("button", name="Older sessions").click()
    visiting.row(ids[0]).wait_for()
    assert page.locator("a.row").count() == 55


def test_an_empty_list_says_how_to_begin(visit, own_server):
    page = visit(at=own_server()).open()
    page.get_by_text("No session yet").wait_for()
    assert "curl -i --data-binary @offer.sdp" in page.locator("#sessions").inner_text()


def test_this_browser_makes_a_first_session(visit, own_server):
    server = own_server()
    page = visit(at=server).open()
    page.get_by_role("button", name="Connect this browser").click()
    page.locator("h1", has_text="Connected").wait_for()
    page.locator("#section-channels").get_by_text("hello from the page").wait_for()
    id = page.evaluate("location.hash").split("/")[2]
    page.goto("about:blank")
    assert server.ended(id)["outcome"] == "completed"


# MARK: one session


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


def report(*values, ahead=5000):
    """What a page tells of its own side, by a clock that is five seconds ahead of ours."""
    now = time.time() * 1000 + ahead

    def stats(number):
        at = now - 1000 * (3 - number)
        return {"timestamp": at, "report": {
            "T": {"id": "T", "type": "transport", "timestamp": at, "selectedCandidatePairId": "P", "dtlsState": "connected", "iceRole": "controlling"},
            "P": {"id": "P", "type": "candidate-pair", "timestamp": at, "state": "succeeded", "nominated": True, "requestsSent": 12, "responsesReceived": 11,
                  "packetsSent": 74 + number, "packetsReceived": 66, "bytesSent": 7777 * number, "bytesReceived": 6666 * number, "currentRoundTripTime": 0.012},
        }}

    return {
        "clock": now, "userAgent": f"Peer {MARKUP}", "stats": [stats(number) for number in (1, 2, 3)],
        "events": [{"timestamp": now - 100 * (len(values) - index), "type": type, "value": value} for index, (type, value) in enumerate(values)],
    }


@pytest.fixture(scope="module")
def told(chromium, server):
    """A live session whose peer told of its own side."""
    peer = chromium.page(server.url + "/livez")
    made = peer.call("connect", only="127.0.0.1")
    answer = server.http.post(f"{server.url}/v1/sessions/{made['id']}/client-report", json=report(
        ("signalingstatechange", "have-local-offer"), ("iceconnectionstatechange", "checking"), ("icecandidateerror", MARKUP)), timeout=10)
    assert answer.ok, answer.text
    yield made
    peer.close()


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


# MARK: analysis


def test_a_pasted_offer_is_read_line_by_line(visit, server):
    visiting = visit()
    page = visiting.open("analyze")
    page.get_by_label("Paste it").fill(NO_FINGERPRINT.replace("s=-", f"s={MARKUP}"))
    page.keyboard.press("Control+Enter")
    page.locator("#h-answer", has_text="It would be refused").wait_for()
    fault = page.locator(".pairing.error")
    assert fault.locator(".line").first.get_attribute("data-line") == "6"
    assert "What helps" in fault.first.inner_text()
    assert fault.locator("a[href*='rfc-editor.org']").count() >= 1
    assert MARKUP in page.locator(".source").inner_text() and page.locator("img").count() == 0
    page.locator("nav.index a", has_text="Line 6").first.click()
    assert page.evaluate("document.activeElement.id") == "line-6"
    before = len(server.sessions("?limit=200"))
    page.get_by_label("Paste it").fill(VALID)
    page.get_by_role("button", name="Analyze").click()
    page.locator("#h-answer", has_text="The answer it would get").wait_for()
    assert "m=application" in page.locator(".answer .sdp").inner_text()
    assert page.locator(".aloud").count() >= 2, "the session and its section, read aloud"
    assert len(server.sessions("?limit=200")) == before, "no session was made"


def test_a_dropped_file_and_a_candidate_are_read(visit):
    visiting = visit()
    page = visiting.open("analyze")
    page.evaluate("""(text) => {
        const data = new DataTransfer();
        data.items.add(new File([text], 'candidate.txt'));
        document.querySelector('#sdp').dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    }""", "candidate:1 1 udp 2113937151 192.168.1.7 54400 typ host")
    page.locator("#reading", has_text="A candidate").wait_for()
    assert "192.168.1.7" in page.locator(".aloud").first.inner_text()
    page.evaluate("""(text) => {
        const data = new DataTransfer();
        data.setData('text', text);
        document.querySelector('#sdp').dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    }""", json.dumps({"type": "offer", "sdp": VALID}))
    page.locator("#reading", has_text="An offer").wait_for()
    assert page.get_by_label("Paste it").input_value().startswith("v=0"), "taken out of its JSON"


def test_the_offer_of_a_session_is_analyzed_from_its_page(visit, connected):
    page = visit().session(connected["id"])
    page.get_by_role("link", name="Analyze this offer").click()
    page.locator("#reading", has_text="An offer").wait_for()
    assert page.locator(".pairing.error").count() == 0, page.locator(".reading").inner_text()
    assert "*****" in page.locator(".source").inner_text(), "its secrets stay masked"
    assert page.locator("#h-answer", has_text="The answer it would get").count() == 1


# MARK: statistics


def test_failures_and_set_up_times_are_counted_by_day(visit, server, refused):
    visiting = visit()
    page = visiting.open("statistics")
    wait_until(lambda: server.json("/v1/aggregates")["days"], what="something counted")
    page.reload()
    page.locator("#section-findings table").wait_for()
    code = server.json(f"/v1/sessions/{refused}/diagnosis")["findings"][0]["code"]
    row = page.locator("#section-findings tr", has_text=code)
    assert row.locator("th a").get_attribute("href") == f"help/{code}"
    assert int(row.locator("td").first.inner_text()) >= 1
    page.get_by_label("30 days").check(force=True)
    page.locator("#section-outcomes table").wait_for()
    page.locator("#section-findings tr", has_text=code).locator("td a").last.click()
    visiting.row(refused).wait_for()
    assert f"finding={code}" in page.evaluate("location.hash")


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


# MARK: token and failures


def test_a_token_is_asked_for_once_and_forgotten_when_told(visit, own_server):
    server = own_server("--token", "open-sesame")
    id = post(server, NO_FINGERPRINT, headers={"Authorization": "Bearer open-sesame"})
    visiting = visit(at=server)
    page = visiting.open(f"sessions/{id}")
    field = page.get_by_label("Bearer token")
    field.fill("wrong")
    field.press("Enter")
    page.get_by_text("did not accept that token").wait_for()
    page.get_by_label("Bearer token").fill("open-sesame")
    page.get_by_role("button", name="Use it").click()
    page.locator("h1", has_text="The offer was refused").wait_for()
    assert "$TOKEN" in page.locator("#section-curl").inner_text() and "open-sesame" not in page.content()
    page.reload()
    page.locator("h1", has_text="The offer was refused").wait_for()
    page.get_by_role("button", name="Forget the token").click()
    page.get_by_label("Bearer token").wait_for()
    assert page.evaluate("sessionStorage.length") == 0
    assert visiting.errors and all("401" in error for error in visiting.errors)
    visiting.errors.clear()


def test_a_token_that_may_not_look_is_told_so(visit, own_server):
    server = own_server("--token", "connects:connect", "--token", "looks:inspect")
    visiting = visit(at=server)
    page = visiting.open()
    page.get_by_label("Bearer token").fill("connects")
    page.get_by_role("button", name="Use it").click()
    page.locator("#notice", has_text="inspect").wait_for()
    page.get_by_role("button", name="Forget the token").click()
    page.get_by_label("Bearer token").fill("looks")
    page.get_by_role("button", name="Use it").click()
    page.get_by_text("No session yet").wait_for()
    assert page.locator("#notice").is_hidden()
    visiting.errors.clear()


def test_a_server_that_is_gone_is_said_in_words(visit, own_server):
    server = own_server()
    id = post(server, NO_FINGERPRINT)
    visiting = visit(at=server)
    page = visiting.session(id)
    page.locator("#stream", has_text="Live").wait_for()
    server.kill()
    page.locator("#stream", has_text="Server not reached").wait_for()
    assert page.locator("h1").inner_text().startswith("The offer was refused"), "what was read stays"
    visiting.errors.clear()


# MARK: for everybody


def shown(visiting, what, connected, told, refused):
    """Each of the page's views, filled."""
    sessions = {"live": connected["id"], "told": told["id"], "refused": refused}
    if what in sessions:
        page = visiting.session(sessions[what])
        if what != "refused":
            page.locator(".chart-box").first.wait_for()
    elif what == "analysis":
        page = visiting.open("analyze")
        page.get_by_label("Paste it").fill(NO_FINGERPRINT)
        page.get_by_role("button", name="Analyze").click()
        page.locator(".source").wait_for()
    elif what == "statistics":
        page = visiting.open("statistics")
        page.locator("#section-outcomes").wait_for()
    else:
        page = visiting.open("?outcome=refused&since=2020-01-01T00:00:00Z" if what == "filtered list" else "")
        visiting.row(refused).wait_for()
    return page


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("what", ["list", "filtered list", "live", "told", "refused", "analysis", "statistics"])
def test_nothing_is_out_of_reach_for_assistive_technology(visit, connected, told, refused, theme, viewport, what):
    visiting = visit(theme=theme, viewport=viewport)
    page = shown(visiting, what, connected, told, refused)
    page.eval_on_selector_all("details:not(.menu)", "folds => folds.forEach((fold) => { fold.open = true; })")
    result = axe.Axe().run(page)
    assert result.violations_count == 0, result.generate_report()


def test_everything_is_reached_by_keyboard(visit, refused, connected):
    visiting = visit()
    page = visiting.open()
    visiting.row(refused).wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "sessions"
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('a.row')"):
            break
    first = page.evaluate("document.activeElement.href")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.href") != first
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.href") == first
    page.keyboard.press("ArrowDown")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid", "the focus is seen"
    wanted = page.evaluate("document.activeElement.hash")
    page.keyboard.press("Enter")
    page.wait_for_selector("#section-timeline")
    assert page.evaluate("location.hash") == wanted
    assert page.evaluate("document.activeElement.hash") == wanted, "beside the session, the focus stays in the list"


def test_by_keyboard_alone_the_narrow_page_goes_there_and_back(visit, refused):
    visiting = visit(viewport=NARROW)
    page = visiting.open()
    visiting.row(refused).focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#section-timeline")
    assert page.evaluate("document.activeElement.id") == "detail"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    visiting.row(refused).wait_for()
    assert page.evaluate("document.activeElement.hash") == f"#/sessions/{refused}"


@pytest.mark.parametrize("what", ["list", "filtered list", "live", "told", "refused", "analysis", "statistics"])
def test_a_narrow_page_does_not_scroll_sideways(visit, connected, told, refused, what):
    visiting = visit(viewport=NARROW)
    page = shown(visiting, what, connected, told, refused)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_firefox_shows_the_same(firefox, server, connected):
    page = firefox.page(f"{server.url}/#/sessions/{connected['id']}")
    wait_until(lambda: page.evaluate("document.querySelector('#verdict')?.textContent") == "Connected", what="the verdict")
    assert page.evaluate("document.querySelectorAll('li.event').length") > 20
    assert page.evaluate("document.querySelectorAll('tr.selected').length") == 1
    wait_until(lambda: page.evaluate("document.querySelector('#stream').textContent") == "Live", what="the stream of all sessions")
    wait_until(lambda: page.evaluate("document.querySelectorAll('.chart-box canvas').length") >= 3, what="the charts")
    page.evaluate("document.querySelector('li.checks summary').click()")
    wait_until(lambda: page.evaluate("document.querySelectorAll('li.checks tbody tr').length") > 0, what="the checks")
    page.evaluate(f"location.hash = '#/analyze/{connected['id']}'")
    wait_until(lambda: page.evaluate("document.querySelector('#reading')?.textContent ?? ''").startswith("An offer"), what="the analysis")
    page.close()


def test_the_page_needs_nothing_from_elsewhere(server):
    answer = server.get("/")
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    seen, waiting = set(), ["index.html"]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        file = server.get("/" + name)
        assert file.status_code == 200, name
        if name.endswith((".html", ".js", ".css")):
            waiting += [name for names in REFERENCE.findall(file.text) for name in names if name]
            assert "innerHTML" not in file.text and "eval(" not in file.text, name
    assert {"app.js", "style.css", "timeline.js"} <= seen
