"""Measures the release build: what the server's process spends, by /proc, on one thing at a time.

The client is aiortc, which is slow; that does not matter, because only the server's CPU and memory are counted. Machines
are noisy: compare ratios of one run, never figures of two.

    python Tests/Benchmarks/bench.py                # everything
    python Tests/Benchmarks/bench.py setup stats    # some of it
"""

import asyncio
import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription

ROOT = Path(__file__).resolve().parents[2]
BINARY = os.environ.get("BENCH_BINARY", str(ROOT / ".build/release/peerscope"))
TICK = os.sysconf("SC_CLK_TCK")


class Server:
    """The server under measurement, on ports of its own choice."""

    def __enter__(self):
        self.directory = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen(
            [BINARY, "serve", "--listen", "127.0.0.1:0", "--media-port", "0", "--log-level", "error",
             "--database", f"{self.directory.name}/bench.sqlite"],
            stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        assert line.startswith("listening on http://"), line
        self.host, port = line.strip().rsplit("/", 1)[1].rsplit(":", 1)
        self.port = int(port)
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=20)
        self.directory.cleanup()

    def cpu(self):
        """Seconds of processor time so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(") ", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def memory(self):
        """KiB that are its own: PSS."""
        for line in Path(f"/proc/{self.process.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
        return 0

    def connection(self):
        return http.client.HTTPConnection(self.host, self.port)


class Client:
    """One aiortc connection with a data channel."""

    async def connect(self, server, http_connection):
        self.peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.channel = self.peer.createDataChannel("bench")
        self.opened = asyncio.get_running_loop().create_future()
        self.waiting = None
        self.channel.on("open", lambda: self.opened.set_result(None))
        self.channel.on("message", lambda message: self.waiting and not self.waiting.done() and self.waiting.set_result(message))
        await self.peer.setLocalDescription(await self.peer.createOffer())
        body = self.peer.localDescription.sdp
        http_connection.request("POST", "/v1/sessions", body, {"Content-Type": "application/sdp"})
        response = http_connection.getresponse()
        answer = response.read().decode()
        assert response.status == 201, answer
        self.location = response.headers["Location"]
        await self.peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        await asyncio.wait_for(self.opened, 20)
        return self

    async def echo(self, message):
        self.waiting = asyncio.get_running_loop().create_future()
        self.channel.send(message)
        return await asyncio.wait_for(self.waiting, 30)

    async def close(self):
        await self.peer.close()


def row(name, figure, unit, goal=""):
    print(f"{name:<52} {figure:>10.3f} {unit:<12} {goal}", flush=True)


async def setup(server):
    """POST to the first echo, then goodbye."""
    connection = server.connection()
    await (await Client().connect(server, connection)).close()
    count = 60
    before = server.cpu()
    for _ in range(count):
        client = await Client().connect(server, connection)
        await client.echo("x")
        await client.close()
    await asyncio.sleep(0.3)
    row("data-channel session, POST to echo to goodbye: CPU", (server.cpu() - before) / count * 1e3, "ms", "goal 0.8")


async def ping(server):
    client = await Client().connect(server, server.connection())
    count = 2000
    before = server.cpu()
    for _ in range(count):
        await client.echo("ping")
    row("data-channel ping: CPU", (server.cpu() - before) / count * 1e6, "µs", "goal 40")
    await client.close()


async def echo(server):
    client = await Client().connect(server, server.connection())
    message = bytes(60_000)
    count = 200
    before = server.cpu()
    for _ in range(count):
        await client.echo(message)
    megabytes = count * len(message) / 1e6
    row("data-channel echo of 60 KB messages: CPU per MB", (server.cpu() - before) / megabytes * 1e3, "ms", "goal 10")
    await client.close()


async def idle(server):
    connection = server.connection()
    before_memory = server.memory()
    clients = [await Client().connect(server, connection) for _ in range(60)]
    await asyncio.sleep(3)
    row("idle data-channel session: memory", (server.memory() - before_memory) / len(clients), "KiB", "goal 150")
    before, start = server.cpu(), time.monotonic()
    await asyncio.sleep(12)
    share = (server.cpu() - before) / (time.monotonic() - start) / len(clients) * 1000
    row("1,000 idle sessions: CPU", share * 100, "% of a core", "goal 5")
    for client in clients:
        await client.close()


def requests(server, path, count):
    connection = server.connection()
    size = 0
    before = server.cpu()
    for _ in range(count):
        connection.request("GET", path)
        response = connection.getresponse()
        size = len(response.read())
        assert response.status == 200, response.status
    return (server.cpu() - before) / count * 1e6, size


async def stats(server):
    client = await Client().connect(server, server.connection())
    for name in ("/stats", "/ice", ""):
        # In slices, so that the client finds time for its consent checks.
        figures = []
        for _ in range(20):
            figures.append(requests(server, client.location + name, 250))
            await asyncio.sleep(0.05)
        cpu, size = sum(figure[0] for figure in figures) / len(figures), figures[-1][1]
        row(f"GET of a live session{name} ({size / 1024:.1f} KiB): CPU", cpu, "µs", "goal 25 for 10 KB" if name == "/stats" else "")
    await client.close()


async def listing(server):
    connection = server.connection()
    offer = (ROOT / "Docs/offer.sdp").read_bytes()
    for _ in range(100):
        connection.request("POST", "/v1/sessions", offer, {"Content-Type": "application/sdp"})
        connection.getresponse().read()
    cpu, size = requests(server, "/v1/sessions?limit=100&state=live", 2000)
    row(f"GET of the list, 100 live sessions ({size / 1024:.0f} KiB): CPU", cpu / 1000, "ms", "goal 0.15")


async def main():
    parts = {"setup": setup, "ping": ping, "echo": echo, "idle": idle, "stats": stats, "list": listing}
    wanted = [name for name in sys.argv[1:] if name in parts] or list(parts)
    unknown = [name for name in sys.argv[1:] if name not in parts]
    if unknown:
        sys.exit(f"unknown: {', '.join(unknown)}; there are {', '.join(parts)}")
    print(json.dumps({"cpus": os.cpu_count(), "load": os.getloadavg()[0], "binary": BINARY}), flush=True)
    for name in wanted:
        with Server() as server:
            await parts[name](server)


if __name__ == "__main__":
    asyncio.run(main())
