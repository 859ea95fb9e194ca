"""Windows with the page in them, what they show, and whom they meet: for the tests of the page."""

import re
import time

import pytest

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
