"""The server under test: started on free ports with a database of its own, stopped by SIGTERM."""

import os
import pathlib
import re
import signal
import subprocess
import tempfile
import threading
import time

import requests

ROOT = pathlib.Path(__file__).resolve().parents[2]
READY = re.compile(r"listening on (https?://\S+)")


def binary() -> pathlib.Path:
    """The release build, or what PEERSCOPE_BINARY names."""
    path = pathlib.Path(os.environ.get("PEERSCOPE_BINARY", ROOT / ".build/release/peerscope"))
    if not path.exists():
        raise FileNotFoundError(f"{path} is not built: swift build -c release --product peerscope")
    return path


def wait_until(condition, timeout=15.0, what="the condition"):
    """Polls until `condition()` is truthy and returns it; fails with `what` after the timeout."""
    end = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"after {timeout} s still not: {what}")
        time.sleep(0.02)


class Server:
    """One process. `database` may be given to start on what an earlier one left."""

    def __init__(self, *arguments, database=None):
        self.directory = None
        if database is None:
            self.directory = tempfile.TemporaryDirectory(prefix="peerscope-")
            database = pathlib.Path(self.directory.name) / "peerscope.sqlite"
        self.database = pathlib.Path(database)
        self.lines = []
        command = [str(binary()), "serve", "--listen", "127.0.0.1:0", "--media-port", "0", "--database", str(self.database)]
        self.process = subprocess.Popen(
            command + list(arguments), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
            env={key: value for key, value in os.environ.items() if not key.startswith("PEERSCOPE_")},
        )
        self.url = None
        ready = threading.Event()
        self._reader = threading.Thread(target=self._read, args=(ready,), daemon=True)
        self._reader.start()
        ready.wait(20)
        if self.url is None:
            self.process.kill()
            raise AssertionError("the server did not become ready:\n" + self.log())
        self.http = requests.Session()

    def _read(self, ready):
        for line in self.process.stdout:
            self.lines.append(line)
            found = READY.search(line)
            if found and self.url is None:
                self.url = found.group(1)
                ready.set()
        ready.set()

    def log(self):
        return "".join(self.lines)

    # MARK: asking it

    def get(self, path, **options):
        return self.http.get(self.url + path, timeout=30, **options)

    def json(self, path, **options):
        answer = self.get(path, **options)
        assert answer.status_code == 200, f"GET {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def session(self, id):
        return self.json(f"/v1/sessions/{id}")

    def sessions(self, query=""):
        return self.json(f"/v1/sessions{query}")["items"]

    def ended(self, id, timeout=15.0):
        """Waits for a session's end and returns its summary."""
        return wait_until(lambda: (s := self.session(id))["state"] == "ended" and s, timeout, f"session {id} ended")

    def events(self, id):
        return self.json(f"/v1/sessions/{id}/events")["items"]

    def stats(self, id, type=None):
        report = self.json(f"/v1/sessions/{id}/stats")
        return [entry for entry in report.values() if type is None or entry["type"] == type]

    # MARK: ending it

    def terminate(self, within=10.0):
        """SIGTERM; returns the exit code, which must come in time."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(within)
        self._reader.join(5)
        return code

    def kill(self):
        self.process.kill()
        self.process.wait()
        self._reader.join(5)

    def close(self):
        """Ends it in whatever state it is, and says how that went: None when it had ended before."""
        code = None
        if self.process.poll() is None:
            try:
                code = self.terminate(15)
            except subprocess.TimeoutExpired:
                self.kill()
                code = "killed: it did not end by SIGTERM"
        self.http.close()
        if self.directory is not None:
            self.directory.cleanup()
        return code
