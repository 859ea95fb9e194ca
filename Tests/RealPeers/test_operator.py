"""What an operator of many sessions uses: the log, webhooks, metrics, the printed configuration."""

import base64
import hashlib
import hmac
import http.server
import json
import re
import socket
import ssl
import subprocess
import threading

import pytest

from server import binary, wait_until

BAD = "v=0\r\n"
# All that a header field may carry: quotes, a forged field, C1 controls, a line separator, an override of direction.
AGENT = 'a" session="forged" level=error \u0085\u009b31m\u2028x\u202ey\tz'.encode()
LEVELS = "trace|debug|info|notice|warning|error|critical"
TEXT_LINE = re.compile(rf'^\d{{4}}-\d\d-\d\dT\S+Z ({LEVELS}) ([a-z ]+?)((?: [A-Za-z]+="(?:[^"\\]|\\.)*")*)$')


def post(server, body=BAD, agent=AGENT):
    """By a socket, since no client library lets such an agent pass."""
    host, port = server.url.split("//")[1].split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        head = b"POST /v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sdp\r\nUser-Agent: " + agent
        connection.sendall(head + f"\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode())
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    return answer.decode()


def made(server, answer):
    return re.search(r"/v1/sessions/([0-9a-z-]{36})", answer).group(1)


@pytest.fixture
def offer(aiortc, server):
    page = aiortc.page(server.url + "/livez")
    offer = page.call("connect", only="127.0.0.1")["offer"]
    page.close()
    return offer


def log_lines(server, count):
    """The lines that the log wrote, without what the server prints of itself."""
    def lines():
        found = [line for line in server.lines if re.match(r"\d{4}-|\{", line)]
        return len(found) >= count and found

    return wait_until(lines, 10, f"{count} lines of the log in {server.log()}")


def test_the_log_is_one_line_an_event_whatever_clients_write(own_server, offer):
    server = own_server("--log-level", "trace")
    refused = made(server, post(server))
    live = made(server, post(server, offer))
    assert server.http.delete(f"{server.url}/v1/sessions/{live}").status_code == 200
    lines = log_lines(server, 3)
    for line in lines:
        assert TEXT_LINE.match(line.rstrip("\n")), ascii(line)
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e]", line), ascii(line)
    about = {id: [line for line in lines if f' session="{id}"' in line] for id in (refused, live)}
    assert "offer refused" in about[refused][0]
    assert "session opened" in about[live][0] and "session ended" in about[live][-1]
    assert sum(map(len, about.values())) == len(lines), "every line about a session names it"


def test_the_log_as_json_is_json(own_server, offer):
    server = own_server("--log-level", "trace", "--log-format", "json")
    refused = made(server, post(server))
    live = made(server, post(server, offer))
    server.http.delete(f"{server.url}/v1/sessions/{live}")
    entries = [json.loads(line) for line in log_lines(server, 3)]
    for entry in entries:
        assert {"time", "level", "logger", "message", "session"} <= entry.keys()
        assert entry["session"] in (refused, live)
    assert [e["agent"] for e in entries if e["message"] == "session opened"] == [AGENT.decode()]


class Receiver(http.server.ThreadingHTTPServer):
    """Refuses the first message and takes the others."""

    def __init__(self, certificate=None):
        self.messages = []
        super().__init__(("127.0.0.1", 0), Handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.thread = threading.Thread(target=self.serve_forever, daemon=True)
        self.thread.start()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.messages.append((dict(self.headers.items()), body))
        self.send_response(500 if len(self.server.messages) == 1 else 204)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def test_webhooks_are_told_of_sessions_and_signed(own_server, offer):
    key = base64.b64encode(b"k" * 24).decode()
    receiver = Receiver()
    url = f"http://127.0.0.1:{receiver.server_port}/hook?token=t"
    server = own_server("--webhook", url, "--webhook-secret", f"whsec_{key}")
    refused = made(server, post(server, agent=b"agent"))
    live = made(server, post(server, offer, agent=b"agent"))
    server.http.delete(f"{server.url}/v1/sessions/{live}")
    wait_until(lambda: len(receiver.messages) >= 4, 15, "three messages, one of them twice")
    ids, events = set(), set()
    for headers, body in receiver.messages:
        headers = {name.lower(): value for name, value in headers.items()}
        message = json.loads(body)
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        tag = base64.b64encode(hmac.new(b"k" * 24, signed, hashlib.sha256).digest()).decode()
        assert headers["webhook-signature"] == f"v1,{tag}"
        assert message["id"] == headers["webhook-id"]
        ids.add(message["id"])
        events.add((message["event"], message["item"]["id"]))
    assert len(ids) == 3
    assert events == {("session.refused", refused), ("session.opened", live), ("session.ended", live)}
    wait_until(lambda: 'peerscope_webhook_messages_total{result="delivered"} 3' in server.get("/metrics").text, 10, "the count")
    receiver.shutdown()


def certificate(folder, name):
    """A certificate of its own for a host name, and its key, in one file."""
    path = folder / f"{name}.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", f"/CN={name}",
         "-addext", f"subjectAltName=DNS:{name}", "-keyout", f"{path}.key", "-out", f"{path}.crt"],
        check=True, capture_output=True,
    )
    path.write_text((folder / f"{name}.pem.key").read_text() + (folder / f"{name}.pem.crt").read_text())
    return path


def test_webhooks_by_https_go_to_whom_the_certificate_is_of(own_server, offer, tmp_path, monkeypatch):
    ours, foreign = certificate(tmp_path, "localhost"), certificate(tmp_path, "elsewhere.example")
    # What the system believes: both, so that only the name tells them apart.
    (tmp_path / "authorities").write_text(ours.read_text() + foreign.read_text())
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authorities"))
    right, wrong = Receiver(ours), Receiver(foreign)
    urls = [f"https://localhost:{receiver.server_port}/" for receiver in (right, wrong)]
    server = own_server(*[argument for url in urls for argument in ("--webhook", url)], "--webhook-events", "session.opened")
    made(server, post(server, offer, agent=b"agent"))
    wait_until(lambda: len(right.messages) >= 2, 15, "the message, refused once and taken")
    wait_until(lambda: re.search(r"peerscope_webhook_retries_total [2-9]", server.get("/metrics").text), 15, "a try at the other")
    assert wrong.messages == []
    right.shutdown()
    wrong.shutdown()


def test_a_webhook_that_is_gone_holds_nothing_up(own_server, offer):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        server = own_server("--webhook", f"http://127.0.0.1:{closed.getsockname()[1]}/")
        live = made(server, post(server, offer, agent=b"agent"))
        assert server.session(live)["state"] == "live"
        assert server.terminate() == 0
    assert "webhook messages were left unsent" in server.log()


def test_metrics_are_read_by_prometheus_own_parser(server):
    parser = pytest.importorskip("prometheus_client.parser")
    families = list(parser.text_string_to_metric_families(server.get("/metrics").text))
    assert len(families) > 20
    assert {"peerscope_session_setup_seconds", "process_cpu_seconds", "peerscope_build_info"} <= {f.name for f in families}


def test_the_printed_configuration_shows_no_secret():
    done = subprocess.run(
        [str(binary()), "config", "--webhook", "https://h.example/x?key=hidden1", "--webhook-secret", "hidden2", "--token", "hidden3"],
        capture_output=True, text=True, timeout=20, env={"PATH": "/usr/bin"},
    )
    assert done.returncode == 0 and "h.example" in done.stdout
    assert not re.search("hidden", done.stdout + done.stderr)
