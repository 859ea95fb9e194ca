"""Data channels give back what they get: every kind, size and reliability, opened in either way."""

import pytest

from server import wait_until

SIZES = [1, 2, 1_199, 1_200, 1_201, 16_384, 65_535, 65_536, 262_144]


@pytest.fixture
def connected(page):
    page.connection = page.call("connect", only="127.0.0.1")
    return page


def channels(server, page):
    return {entry["label"]: entry for entry in server.stats(page.connection["id"], "data-channel")}


@pytest.mark.parametrize(
    "options, sizes",
    [
        ({}, SIZES),
        ({"ordered": False}, SIZES),
        ({"maxRetransmits": 0}, [1, 1_200]),
        # What is sent three times at most may be lost, and a large message with any of its packets.
        ({"maxRetransmits": 3, "ordered": False}, [1, 1_200, 16_384]),
        ({"maxPacketLifeTime": 2_000}, SIZES),
        ({"maxPacketLifeTime": 2_000, "ordered": False}, [1, 65_536]),
        ({"protocol": "a protocol"}, [1, 1_200]),
        ({"negotiated": True, "id": 100}, SIZES),
        ({"negotiated": True, "id": 101, "ordered": False, "maxRetransmits": 5}, [1, 1_201]),
    ],
    ids=lambda value: ",".join(value) or "reliable" if isinstance(value, dict) else "",
)
def test_a_channel_echoes_everything(connected, server, options, sizes):
    done = connected.call("echo", label="the channel", options=options, sizes=sizes)
    assert done["sent"] == 3 + 2 * len(sizes)

    def shown():
        entries = [e for e in server.stats(connected.connection["id"], "data-channel") if e["dataChannelIdentifier"] == done["id"]]
        return entries and entries[0]["state"] == "closed" and entries[0]

    entry = wait_until(shown, what="the channel closed in the server's statistics")
    assert entry["messagesReceived"] == entry["messagesSent"] == done["sent"]
    if "negotiated" not in options:
        assert entry["label"] == "the channel"
        assert entry["protocol"] == options.get("protocol", "")


def test_a_hundred_channels_at_once(connected, server):
    ids = connected.call("many", count=100)
    assert len(set(ids)) == 100
    shown = {entry["dataChannelIdentifier"]: entry for entry in server.stats(connected.connection["id"], "data-channel")}
    for id in ids:
        assert shown[id]["state"] == "open"
        assert shown[id]["messagesReceived"] == shown[id]["messagesSent"] == 1
    assert connected.call("say")


def test_a_burst_of_large_messages_all_comes_back(browser_page):
    browser_page.call("connect", only="127.0.0.1")
    assert browser_page.call("flood", count=150, size=65_536) == 150


def test_the_size_we_announce_is_the_size_we_take(browser_page):
    made = browser_page.call("connect", only="127.0.0.1")
    assert "a=max-message-size:262144" in made["answer"]
    assert browser_page.call("states")["maxMessageSize"] == 262_144


def test_a_closed_channel_leaves_the_others_alone(connected, server):
    for _ in range(3):
        connected.call("echo", label="passing", sizes=[10])
    assert connected.call("say")
    summary = wait_until(
        lambda: (s := server.session(connected.connection["id"]))["counters"]["dataChannelsClosed"] == 3 and s,
        what="three channels counted as closed",
    )
    assert summary["counters"]["dataChannelsOpened"] == 4
    assert summary["connectionState"] == "connected"
