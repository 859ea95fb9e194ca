"""Server-sent events: one session's timeline, and what happens to all of them."""

import contextlib
import json
import threading

import requests

from server import wait_until


class Listener:
    """Reads a stream on a thread of its own; `messages` grows as they come."""

    def __init__(self, url, **headers):
        self.messages = []
        self.response = requests.get(url, headers={"Accept": "text/event-stream", **headers}, stream=True, timeout=(10, 30))
        assert self.response.status_code == 200, self.response.text
        assert self.response.headers["Content-Type"].startswith("text/event-stream")
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        message = {}
        # Whoever closes it, the server or the test, ends the reading.
        with contextlib.suppress(requests.RequestException, AttributeError, ValueError, OSError):
            for line in self.response.iter_lines(chunk_size=1):
                line = line.decode()
                if line == "":
                    if "data" in message:
                        self.messages.append(message | {"data": json.loads(message["data"])})
                    message = {}
                elif not line.startswith(":"):
                    name, _, value = line.partition(":")
                    message[name] = value.removeprefix(" ")

    def of(self, event):
        return [message for message in list(self.messages) if message.get("event") == event]

    def close(self):
        self.response.close()


def test_the_timeline_of_a_session_is_followed_to_its_end(aiortc, server):
    page = aiortc.page(server.url + "/livez")
    made = page.call("connect", only="127.0.0.1")
    path = f"/v1/sessions/{made['id']}/events"
    listener = Listener(server.url + path)
    wait_until(lambda: len(listener.of("timeline")) >= len(server.events(made["id"])), what="everything so far")
    page.call("echo", label="while followed", sizes=[1])
    wait_until(lambda: any("while followed" in message["data"]["text"] for message in listener.of("timeline")), what="the new channel")
    page.call("end")
    server.ended(made["id"])
    stored = server.events(made["id"])
    wait_until(lambda: len(listener.of("timeline")) == len(stored), what="the last event")
    listener.close()
    # Which transaction an event is of is told with the transactions, once they can be put together.
    assert [message["data"] for message in listener.of("timeline")] == [
        {name: value for name, value in event.items() if name != "transaction"} for event in stored]
    assert [int(message["id"]) for message in listener.of("timeline")] == [event["seq"] for event in stored]
    page.close()


def test_a_broken_stream_resumes_where_it_was(aiortc, server):
    page = aiortc.page(server.url + "/livez")
    made = page.call("connect", only="127.0.0.1")
    seen = [event["seq"] for event in server.events(made["id"])]
    listener = Listener(server.url + f"/v1/sessions/{made['id']}/events", **{"Last-Event-ID": str(seen[4])})
    wait_until(lambda: len(listener.of("timeline")) >= len(seen) - 5, what="the rest")
    listener.close()
    assert [int(message["id"]) for message in listener.of("timeline")][: len(seen) - 5] == seen[5:]
    page.close()


def test_every_session_is_seen_to_come_and_go(aiortc, server):
    listener = Listener(server.url + "/v1/events")
    page = aiortc.page(server.url + "/livez")
    made = page.call("connect", only="127.0.0.1")

    def states():
        return [message["data"]["state"] for message in listener.of("session") if message["data"]["id"] == made["id"]]

    wait_until(lambda: "live" in states(), what="announced")
    page.call("end")
    wait_until(lambda: "ended" in states(), what="its end announced")
    listener.close()
    assert states()[-1] == "ended"
    page.close()
