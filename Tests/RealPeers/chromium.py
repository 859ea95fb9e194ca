"""Headless Chromium, driven by Playwright."""

import os
import pathlib
import shutil
import signal

from playwright.sync_api import sync_playwright

PAGE = (pathlib.Path(__file__).parent / "page.js").read_text()
FLAGS = [
    "--no-sandbox",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
]

_playwright = None


def playwright():
    """One driver for the whole run: it keeps an event loop in this thread."""
    global _playwright
    if _playwright is None:
        _playwright = sync_playwright().start()
    return _playwright


def stop_playwright():
    global _playwright
    if _playwright is not None:
        _playwright.stop()
        _playwright = None


def executable():
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Chromium:
    name = "chromium"

    def __init__(self):
        self.browser = playwright().chromium.launch(executable_path=executable(), args=FLAGS)

    def page(self, url):
        return ChromiumPage(self.browser, url)

    def close(self):
        self.browser.close()

    def kill(self):
        """Kills every renderer, as a crash does: no page gets to say goodbye."""
        session = self.browser.new_browser_cdp_session()
        for process in session.send("SystemInfo.getProcessInfo")["processInfo"]:
            if process["type"] == "renderer":
                os.kill(process["id"], signal.SIGKILL)


class ChromiumPage:
    """A page of the server's origin with `window.peers` in it."""

    def __init__(self, browser, url):
        self.context = browser.new_context()
        self.page = self.context.new_page()
        self.page.goto(url)
        self.user_agent = self.page.evaluate(PAGE)

    def call(self, function, **argument):
        return self.page.evaluate("([name, argument]) => window.peers[name](argument)", [function, argument])

    def close(self):
        self.context.close()
