"""Headless Firefox, driven over WebDriver BiDi: no geckodriver needed."""

import contextlib
import itertools
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import threading

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

PAGE = (pathlib.Path(__file__).parent / "page.js").read_text()
PREFERENCES = {
    "media.peerconnection.ice.loopback": True,
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "media.autoplay.default": 0,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "browser.startup.homepage_override.mstone": "ignore",
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.enabled": False,
    "app.update.enabled": False,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "browser.newtabpage.enabled": False,
    # /livez is JSON, and the viewer's own policy forbids a page to fetch.
    "devtools.jsonview.enabled": False,
    "remote.log.level": "Info",
}

# What a page that may use camera and microphone is told: its own addresses, loopback among them. Any other page gets
# mDNS names and the address of the default route.
PERMISSIONS = {"permissions.default.camera": 1, "permissions.default.microphone": 1}


def executable():
    return shutil.which("firefox-esr") or shutil.which("firefox")


class Firefox:
    name = "firefox"

    def __init__(self, is_trusted=True):
        preferences = PREFERENCES | (PERMISSIONS if is_trusted else {})
        self.profile = tempfile.TemporaryDirectory(prefix="firefox-", ignore_cleanup_errors=True)
        lines = (f"user_pref({json.dumps(key)}, {json.dumps(value)});\n" for key, value in preferences.items())
        (pathlib.Path(self.profile.name) / "user.js").write_text("".join(lines))
        self.process = subprocess.Popen(
            [executable(), "--headless", "--no-remote", "--profile", self.profile.name, "--remote-debugging-port", "0"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace",
            env={**os.environ, "MOZ_CRASHREPORTER_DISABLE": "1"}, start_new_session=True,
        )
        found = None
        for line in self.process.stderr:
            found = re.search(r"WebDriver BiDi listening on (ws://\S+)", line)
            if found:
                break
        if not found:
            raise AssertionError("Firefox ended before it listened")
        # Its pipe is read on, so that it never blocks on what it has to say.
        threading.Thread(target=lambda: [None for _ in self.process.stderr], daemon=True).start()
        self.sockets = contextlib.ExitStack()
        self.socket = self.sockets.enter_context(connect(found.group(1) + "/session", max_size=None, open_timeout=30))
        self.ids = itertools.count(1)
        self.command("session.new", capabilities={})

    def command(self, method, timeout=60, **parameters):
        id = next(self.ids)
        self.socket.send(json.dumps({"id": id, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.socket.recv(timeout=timeout))
            if message.get("id") != id:
                continue
            if message["type"] == "error":
                raise AssertionError(f"{method}: {message['error']}: {message['message']}")
            return message["result"]

    def page(self, url):
        return FirefoxPage(self, url)

    def close(self):
        # It may hang up before it answers.
        with contextlib.suppress(ConnectionClosed, TimeoutError):
            self.command("browser.close", timeout=10)
        self._hang_up()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()
        self.profile.cleanup()

    def kill(self):
        """Kills the browser with all its processes: no page gets to say goodbye."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._hang_up()

    def _hang_up(self):
        with contextlib.suppress(ConnectionClosed):
            self.sockets.close()


class FirefoxPage:
    """A page of the server's origin with `window.peers` in it."""

    def __init__(self, firefox, url):
        self.firefox = firefox
        self.context = firefox.command("browsingContext.create", type="tab")["context"]
        firefox.command("browsingContext.navigate", context=self.context, url=url, wait="complete")
        self.user_agent = self.evaluate(PAGE)

    def evaluate(self, expression):
        result = self.firefox.command(
            "script.evaluate", expression=expression, target={"context": self.context}, awaitPromise=True
        )
        if result["type"] == "exception":
            raise AssertionError(result["exceptionDetails"]["text"])
        return result["result"].get("value")

    def call(self, function, **argument):
        value = self.evaluate(f"(async () => JSON.stringify(await window.peers.{function}({json.dumps(argument)})))()")
        return json.loads(value)

    def close(self):
        self.firefox.command("browsingContext.close", context=self.context)
