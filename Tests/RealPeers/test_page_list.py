"""The page's list of sessions and what is counted of them, in Chromium."""

import json

from server import wait_until
from visits import NO_FINGERPRINT, VALID, post


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
