"""Real peers against the real server, in real time. Nothing sleeps: every wait is for a condition, with a bound."""

import contextlib
import socket

import pytest

import chromium as chromium_driver
import firefox as firefox_driver
from aiortc_peer import Aiortc
from server import Server
from visits import connected, refused, told, visit  # noqa: F401: fixtures


def pytest_configure(config):
    config.addinivalue_line("markers", "early: starts something that takes its time; runs before the others")
    config.addinivalue_line("markers", "late: looks at what an early test began; runs after the others")


def pytest_collection_modifyitems(items):
    def rank(item):
        return 0 if item.get_closest_marker("early") else 2 if item.get_closest_marker("late") else 1

    items.sort(key=rank)


@pytest.fixture(scope="session")
def server():
    """The server that most tests share. It must end by itself, with 0, when it is told to."""
    server = Server()
    yield server
    code = server.close()
    assert code == 0, f"exit code {code}:\n{server.log()}"


@pytest.fixture
def own_server():
    """Starts servers for one test alone."""
    with contextlib.ExitStack() as stack:

        def start(*arguments, **options):
            server = Server(*arguments, **options)
            stack.callback(server.close)
            return server

        yield start


@pytest.fixture(scope="session")
def chromium():
    if chromium_driver.executable() is None:
        pytest.skip("no Chromium here")
    browser = chromium_driver.Chromium()
    yield browser
    browser.close()
    chromium_driver.stop_playwright()


@pytest.fixture(scope="session")
def firefox():
    if firefox_driver.executable() is None:
        pytest.skip("no Firefox here")
    browser = firefox_driver.Firefox()
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def aiortc():
    peer = Aiortc()
    yield peer
    peer.close()


@pytest.fixture(params=["chromium", "firefox", "aiortc"])
def peer(request):
    """Each of the peers."""
    return request.getfixturevalue(request.param)


@pytest.fixture(params=["chromium", "firefox"])
def browser(request):
    """Each of the peers that is a browser."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def page(peer, server):
    """A fresh page of each peer, at the shared server."""
    page = peer.page(server.url + "/livez")
    yield page
    page.close()


@pytest.fixture
def browser_page(browser, server):
    page = browser.page(server.url + "/livez")
    yield page
    page.close()


def _usable(family, target):
    """The address that this machine would reach `target` from, None where it has no way."""
    with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.connect((target, 9))
        return probe.getsockname()[0]
    return None


ADDRESSES = {
    "IPv4 loopback": _usable(socket.AF_INET, "127.0.0.1"),
    "IPv6 loopback": _usable(socket.AF_INET6, "::1"),
    "a real interface": _usable(socket.AF_INET, "198.51.100.1"),
}


@pytest.fixture(params=ADDRESSES)
def address(request):
    """Each kind of address that this machine has."""
    address = ADDRESSES[request.param]
    if address is None:
        pytest.skip(f"this machine has no {request.param}")
    return address
