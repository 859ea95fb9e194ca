"""aiortc, with the same calls as a browser's page. Runs on an event loop of its own thread."""

import asyncio
import multiprocessing
import os
import signal
import threading

import aioice.ice
import requests
from aiortc import RTCPeerConnection, RTCSessionDescription

USER_AGENT = "aiortc"


def restricted(sdp, only):
    """A description with only those candidates whose address is `only`."""
    kept = [
        line for line in sdp.split("\r\n") if not line.startswith("a=candidate:") or not only or line.split(" ")[4] == only
    ]
    return "\r\n".join(kept)


def binary(size):
    return bytes((index * 31 + size) & 0xFF for index in range(size))


def text(size):
    """Text of at most `size` bytes in UTF-8: four characters of one to four bytes each, over and over."""
    return ("aé中🦊" * (size // 10 + 1))[: max(1, size * 2 // 5)]


class Connection:
    pc = None
    channel = None
    location = None


async def open_channel(channel):
    opened = asyncio.get_running_loop().create_future()

    def on_open():
        if not opened.done():
            opened.set_result(None)

    channel.on("open", on_open)
    if channel.readyState != "open":
        await asyncio.wait_for(opened, 20)


async def echoed(channel, payload):
    """Sends and waits for the same to come back."""
    future = asyncio.get_running_loop().create_future()

    def on_message(message):
        if not future.done():
            future.set_result(message)

    channel.on("message", on_message)
    try:
        channel.send(payload)
        received = await asyncio.wait_for(future, 20)
    finally:
        channel.remove_listener("message", on_message)
    assert received == payload, f"{len(payload)} of {type(payload).__name__} came back as {len(received)} of {type(received).__name__}"


class Aiortc:
    name = "aiortc"

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    def page(self, url):
        return AiortcPage(self.loop, url)

    def close(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)


class AiortcPage:
    user_agent = USER_AGENT

    def __init__(self, loop, url):
        self.loop = loop
        self.base = "/".join(url.split("/")[:3])
        self.connections = {}

    def call(self, function, **argument):
        task = getattr(self, function)(self.connections.setdefault(argument.pop("name", "a"), Connection()), **argument)
        return asyncio.run_coroutine_threadsafe(task, self.loop).result(90)

    def close(self):
        async def close():
            for connection in self.connections.values():
                if connection.pc is not None:
                    await connection.pc.close()

        asyncio.run_coroutine_threadsafe(close(), self.loop).result(15)

    # MARK: what a page can be asked for

    async def connect(self, connection, kind="data", only=None):
        pc = connection.pc = RTCPeerConnection()
        if kind == "media":
            pc.addTransceiver("audio")
            pc.addTransceiver("video")
        connection.channel = pc.createDataChannel("first")
        # aioice leaves loopback out; this says which addresses it is to have.
        usual = aioice.ice.get_host_addresses
        if only:
            aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: [only]
        try:
            await pc.setLocalDescription(await pc.createOffer())
        finally:
            aioice.ice.get_host_addresses = usual
        offer = restricted(pc.localDescription.sdp, only)
        headers = {"Content-Type": "application/sdp", "User-Agent": USER_AGENT}
        response = await asyncio.to_thread(requests.post, self.base + "/v1/sessions", data=offer, headers=headers, timeout=20)
        assert response.status_code == 201, f"POST: {response.status_code} {response.text}"
        await pc.setRemoteDescription(RTCSessionDescription(restricted(response.text, only), "answer"))
        await open_channel(connection.channel)
        await echoed(connection.channel, "hello")
        location = response.headers["Location"]
        return {
            "id": location.split("/")[-1], "location": location, "etag": response.headers["ETag"],
            "offer": offer, "answer": response.text, "headers": {key.lower(): value for key, value in response.headers.items()},
        }

    async def echo(self, connection, label="echo", options={}, sizes=()):
        names = {"ordered": "ordered", "maxRetransmits": "maxRetransmits", "maxPacketLifeTime": "maxPacketLifeTime",
                 "protocol": "protocol", "negotiated": "negotiated", "id": "id"}
        channel = connection.pc.createDataChannel(label, **{names[key]: value for key, value in options.items()})
        await open_channel(channel)
        payloads = ["", b"", "text"] + [payload for size in sizes for payload in (binary(size), text(size))]
        for payload in payloads:
            await echoed(channel, payload)
        closed = asyncio.get_running_loop().create_future()
        channel.on("close", lambda: closed.done() or closed.set_result(None))
        channel.close()
        if channel.readyState != "closed":
            await asyncio.wait_for(closed, 20)
        return {"id": channel.id, "sent": len(payloads), "ordered": channel.ordered,
                "maxRetransmits": channel.maxRetransmits, "maxPacketLifeTime": channel.maxPacketLifeTime}

    async def many(self, connection, count):
        channels = [connection.pc.createDataChannel(f"many {index}", ordered=index % 2 == 0) for index in range(count)]

        async def use(index, channel):
            await open_channel(channel)
            await echoed(channel, f"message of channel {index}")

        await asyncio.gather(*(use(index, channel) for index, channel in enumerate(channels)))
        return [channel.id for channel in channels]

    async def say(self, connection, text="still here"):
        await echoed(connection.channel, text)
        return True

    async def noticeEnd(self, connection, seconds=10):
        pc, channel = connection.pc, connection.channel

        def is_over():
            return pc.connectionState in ("closed", "failed", "disconnected") or channel.readyState == "closed"

        over = asyncio.get_running_loop().create_future()

        def look():
            if is_over() and not over.done():
                over.set_result(None)

        pc.on("connectionstatechange", look)
        channel.on("close", look)
        look()
        await asyncio.wait_for(over, seconds)
        return {"connection": pc.connectionState, "channel": channel.readyState}

    # `end`: `close` is the page's own.
    async def end(self, connection):
        await connection.pc.close()
        return True


def _live_and_wait(url, queue):
    peer = Aiortc()
    queue.put(peer.page(url).call("connect", only="127.0.0.1"))
    signal.pause()


class DoomedAiortc:
    """aiortc in a process of its own, to be killed."""

    def __init__(self, url):
        context = multiprocessing.get_context("spawn")
        self.queue = context.Queue()
        self.process = context.Process(target=_live_and_wait, args=(url, self.queue), daemon=True)
        self.process.start()
        self.connection = self.queue.get(timeout=30)

    def kill(self):
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.join()
