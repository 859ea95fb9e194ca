"""What a session's diagnosis says must survive the server: read live, then from history after a kill -9."""

import contextlib
import hashlib
import hmac
import os
import re
import socket
import sqlite3
import struct
import zlib

import pytest

from server import ROOT, wait_until

MAGIC = 0x2112A442


def binding_request(username, password):
    """A connectivity check (RFC 8445 §7.2.2), signed with `password`."""
    def attribute(type, value):
        return struct.pack("!HH", type, len(value)) + value + bytes(-len(value) % 4)

    body = attribute(0x0006, username.encode()) + attribute(0x0024, struct.pack("!I", 1 << 24)) + attribute(0x802A, os.urandom(8))
    transaction = os.urandom(12)

    def header(length):
        return struct.pack("!HHI", 0x0001, length, MAGIC) + transaction

    signed = hmac.new(password.encode(), header(len(body) + 24) + body, hashlib.sha1).digest()
    body += attribute(0x0008, signed)
    checksum = zlib.crc32(header(len(body) + 8) + body) ^ 0x5354554E
    body += attribute(0x8028, struct.pack("!I", checksum))
    return header(len(body)) + body


def post(server, offer):
    answer = server.http.post(server.url + "/v1/sessions", data=offer, headers={"Content-Type": "application/sdp"})
    assert answer.status_code == 201, answer.text
    ufrag = re.search(r"a=ice-ufrag:(\S+)", answer.text).group(1)
    port = int(re.search(r"a=candidate:.* 127\.0\.0\.1 (\d+) typ host", answer.text).group(1))
    return answer.headers["Location"], ufrag, port


def findings(server, path):
    return server.json(path + "/diagnosis")["findings"]


@pytest.fixture
def offer():
    return (ROOT / "Docs/offer.sdp").read_bytes()


def test_the_diagnosis_of_a_live_session_is_the_same_after_a_crash(own_server, offer, tmp_path):
    database = tmp_path / "peerscope.sqlite"
    first = own_server(database=database)
    remote = re.search(rb"a=ice-ufrag:(\S+)", offer).group(1).decode()
    wrong, ufrag, port = post(first, offer)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.sendto(binding_request(f"{ufrag}:{remote}", "this is not the password of this session"), ("127.0.0.1", port))
        before = wait_until(lambda: findings(first, wrong), what="a finding")
    assert before[0]["code"] == "wrong-password"
    refused = first.http.post(
        first.url + "/v1/sessions", data=offer.replace(b"a=fingerprint", b"a=x-fingerprint"), headers={"Content-Type": "application/sdp"})
    assert refused.status_code == 422
    refusal = refused.json()["instance"]
    told = first.json(refusal + "/diagnosis")
    # Written a moment after it happened, row and document in one transaction.
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as reader:
        query = "SELECT finding FROM session JOIN document ON document.session = session.key WHERE id = ?"
        for path, finding in [(wrong, "wrong-password"), (refusal, "offer-refused")]:
            id = path.rsplit("/", 1)[1]
            wait_until(lambda: str((reader.execute(query, (id,)).fetchone() or [""])[0]).startswith(finding), what=f"{finding} in the file")
    first.kill()

    second = own_server(database=database)
    summary = second.json(wrong)
    assert (summary["state"], summary["outcome"]) == ("ended", "server-lost")
    after = {finding["code"]: finding for finding in findings(second, wrong)}
    kept = after["wrong-password"]
    for member in ("title", "explanation", "fix"):
        assert kept[member] == before[0][member]
    assert [proof["ref"] for proof in kept["evidence"]] == [proof["ref"] for proof in before[0]["evidence"]]
    assert second.json(refusal + "/diagnosis") == told
    events = [event["code"] for event in second.json(wrong + "/events")["items"]]
    assert "check-rejected-wrong-password" in events and "server-lost" in events


def test_a_session_that_was_not_a_second_old_is_on_record_after_a_crash(own_server, offer, tmp_path):
    database = tmp_path / "peerscope.sqlite"
    first = own_server(database=database)
    path, _, _ = post(first, offer)

    def is_written():
        with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as history, contextlib.suppress(sqlite3.Error):
            return history.execute("SELECT count(*) FROM session").fetchone()[0] == 1

    wait_until(is_written, 5, "the session's row written")
    first.kill()
    second = own_server(database=database)
    summary = second.json(path)
    assert (summary["state"], summary["outcome"]) == ("ended", "server-lost")
    assert summary["id"] == path.split("/")[-1] and summary["remoteAddress"].startswith("127.0.0.1:")
    assert [item["id"] for item in second.sessions()] == [summary["id"]]
    assert second.events(summary["id"])[-1]["code"] == "server-lost"
