"""The page as a whole: analysis, tokens, failures, and that everybody can use it, wide and narrow, light and dark, by keyboard."""

import json

import pytest

from server import wait_until
from visits import MARKUP, NARROW, NO_FINGERPRINT, REFERENCE, VALID, WIDE, post

axe = pytest.importorskip("axe_playwright_python.sync_playwright")


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


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("path", ["/help", "/help/no-check-received", "/help/offer-refused:fingerprint-missing"])
def test_the_pages_about_findings_are_for_everybody(visit, server, path, theme, viewport):
    page = visit(viewport=viewport, theme=theme).page
    page.goto(server.url + path)
    assert axe.Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


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
