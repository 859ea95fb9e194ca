"""The page, in Chromium: what a reader sees, with mouse, keyboard and assistive technology, wide and narrow, light and dark."""

import re

import pytest

from server import wait_until

axe = pytest.importorskip("axe_playwright_python.sync_playwright")

WIDE = {"width": 1440, "height": 900}
NARROW = {"width": 390, "height": 844}
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
    page.get_by_label("Outcome").select_option("refused")
    visiting.row(live).wait_for(state="detached")
    visiting.row(refused).wait_for()
    page.get_by_label("Outcome").select_option("")
    page.get_by_role("searchbox").fill("needle")
    visiting.row(refused).wait_for(state="detached")
    visiting.row(live).wait_for()
    page.get_by_role("searchbox").fill("nothing like that")
    page.get_by_text("No session matches").wait_for()
    page.get_by_role("button", name="Show all sessions").click()
    visiting.row(refused).wait_for()


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
    assert page.locator("h1").inner_text() == "The offer was refused"
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


def test_the_packets_are_saved_as_a_file(visit, connected):
    page = visit().session(connected["id"])
    with page.expect_download() as saving:
        page.get_by_role("button", name="Packets for Wireshark").click()
    assert saving.value.suggested_filename.endswith(".pcapng")
    assert saving.value.path().read_bytes()[:4] == b"\x0a\x0d\x0d\x0a"


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
    assert page.locator("h1").inner_text() == "The offer was refused", "what was read stays"
    visiting.errors.clear()


# MARK: for everybody


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("what", ["list", "live", "refused"])
def test_nothing_is_out_of_reach_for_assistive_technology(visit, connected, refused, theme, viewport, what):
    visiting = visit(theme=theme, viewport=viewport)
    page = visiting.open() if what == "list" else visiting.session(connected["id"] if what == "live" else refused)
    page.eval_on_selector_all("details", "folds => folds.forEach((fold) => { fold.open = true; })")
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


@pytest.mark.parametrize("what", ["list", "live", "refused"])
def test_a_narrow_page_does_not_scroll_sideways(visit, connected, refused, what):
    visiting = visit(viewport=NARROW)
    page = visiting.open() if what == "list" else visiting.session(connected["id"] if what == "live" else refused)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_firefox_shows_the_same(firefox, server, connected):
    page = firefox.page(f"{server.url}/#/sessions/{connected['id']}")
    wait_until(lambda: page.evaluate("document.querySelector('#verdict')?.textContent") == "Connected", what="the verdict")
    assert page.evaluate("document.querySelectorAll('li.event').length") > 20
    assert page.evaluate("document.querySelectorAll('tr.selected').length") == 1
    wait_until(lambda: page.evaluate("document.querySelector('#stream').textContent") == "Live", what="the stream of all sessions")
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
