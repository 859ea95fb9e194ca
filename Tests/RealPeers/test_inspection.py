"""Every resource of a session answers while it lives and after its end, and says the same things."""

import re
import subprocess

import pytest

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@pytest.fixture(params=["live", "ended"])
def session(request, peer, server):
    """The id of a session of each peer, live or ended."""
    page = peer.page(server.url + "/livez")
    made = page.call("connect", kind="media", only="127.0.0.1")
    page.call("echo", label="looked at", sizes=[1_000])
    if request.param == "ended":
        page.call("end")
        server.ended(made["id"])
    yield made | {"state": request.param}
    page.close()


def test_the_summary(session, server):
    summary = server.session(session["id"])
    assert summary["id"] == session["id"] and summary["kind"] == "session" and summary["state"] == session["state"]
    assert TIME.fullmatch(summary["createdAt"]) and TIME.fullmatch(summary["connectedAt"])
    phases = summary["phases"]
    order = ["offerParsedMs", "answerSentMs", "pairSucceededMs", "dtlsFinishedMs", "sctpEstablishedMs", "channelOpenMs"]
    times = [phases[name] for name in order]
    assert times == sorted(times) and times[0] >= 0 and phases["connectedMs"] > 0, phases
    counters = summary["counters"]
    assert counters["bytesReceived"] > 2_000 and counters["bytesSent"] > 2_000
    assert counters["dataChannelsOpened"] == 2 and counters["dataChannelsClosed"] >= 1
    assert counters["events"] > 5 and counters["eventsDropped"] == 0
    assert summary["refusal"] is None
    for link in summary["links"].values():
        assert server.get(link).status_code == 200, link


def test_waiting_for_a_state_that_is_reached_answers_at_once(session, server):
    summary = server.session(session["id"] + "?wait=connected&timeout=10")
    assert summary["state"] == session["state"]


def test_the_statistics(session, server):
    report = server.json(f"/v1/sessions/{session['id']}/stats")
    assert all(entry["id"] == id and entry["timestamp"] > 1_700_000_000_000 for id, entry in report.items())
    types = [entry["type"] for entry in report.values()]
    for type in ("peer-connection", "transport", "candidate-pair", "local-candidate", "remote-candidate", "certificate", "data-channel"):
        assert type in types, type
    transport = next(entry for entry in report.values() if entry["type"] == "transport")
    pair = report[transport["selectedCandidatePairId"]]
    assert pair["nominated"] and pair["state"] == "succeeded" and pair["bytesReceived"] > 0
    assert report[pair["localCandidateId"]]["type"] == "local-candidate"
    assert report[pair["remoteCandidateId"]]["type"] == "remote-candidate"
    assert report[transport["localCertificateId"]]["fingerprintAlgorithm"] == "sha-256"
    assert report[transport["remoteCertificateId"]]["fingerprint"].lower() in session["offer"].lower()
    assert report[transport["localCertificateId"]]["fingerprint"].lower() in session["answer"].lower()
    assert transport["dtlsState"] in ("connected", "closed") and transport["tlsVersion"] == "FEFD"
    array = server.json(f"/v1/sessions/{session['id']}/stats?format=array")
    assert {entry["id"] for entry in array} == set(report)
    pairs = server.json(f"/v1/sessions/{session['id']}/stats?type=candidate-pair")
    assert {entry["type"] for entry in pairs.values()} == {"candidate-pair"}


def test_the_candidates_and_pairs(session, server):
    ice = server.json(f"/v1/sessions/{session['id']}/ice")
    assert ice["role"] in ("controlled", "controlling")
    assert f"a=ice-ufrag:{ice['usernameFragment']}" in session["answer"]
    assert f"a=ice-ufrag:{ice['remote']['usernameFragment']}" in session["offer"]
    selected = [pair for pair in ice["pairs"] if pair["selected"]]
    assert [pair["id"] for pair in selected] == [ice["selectedPairId"]]
    assert selected[0]["requestsReceived"] > 0 and selected[0]["responsesReceived"] > 0
    assert selected[0]["currentRoundTripTimeMs"] < 1_000
    ids = {candidate["id"] for candidate in ice["localCandidates"] + ice["remoteCandidates"]}
    for pair in ice["pairs"]:
        assert pair["localCandidateId"] in ids and pair["remoteCandidateId"] in ids
    assert set(ice["rejectedRequests"].values()) == {0}


def test_the_timeline(session, server):
    events = server.events(session["id"])
    numbers = [event["seq"] for event in events]
    assert numbers == sorted(set(numbers)) and numbers[0] == 1
    offsets = [event["offsetUs"] for event in events]
    assert offsets == sorted(offsets)
    assert {"http", "sdp", "ice", "dtls", "sctp", "channel"} <= {event["phase"] for event in events}
    assert all(event["code"] and event["text"] and TIME.fullmatch(event["at"]) for event in events)
    assert ("close" in {event["phase"] for event in events}) == (session["state"] == "ended")


def test_the_descriptions_hide_their_secrets(session, server):
    for side in ("offer", "answer"):
        answer = server.get(f"/v1/sessions/{session['id']}/{side}")
        assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("application/sdp")
        shown, real = answer.text.split("\r\n"), session[side].split("\r\n")
        assert len(shown) == len(real)
        for line, original in zip(shown, real):
            if original.startswith("a=ice-pwd:"):
                assert line.startswith("a=ice-pwd:") and line != original
            else:
                assert line == original


def test_the_diagnosis_of_a_healthy_session_has_no_findings(session, server):
    diagnosis = server.json(f"/v1/sessions/{session['id']}/diagnosis")
    assert diagnosis["sessionId"] == session["id"]
    assert diagnosis["findings"] == []
    assert diagnosis["verdict"]["code"] == ("connected" if session["state"] == "live" else "closed-normally")


def test_the_timeline_names_the_transactions_of_its_evidence(session, server):
    page = server.json(f"/v1/sessions/{session['id']}/events")
    transactions = {transaction["id"]: transaction for transaction in page["transactions"]}
    assert {transaction["by"] for transaction in transactions.values()} == {"us", "peer"}
    answered = [transaction for transaction in transactions.values() if transaction["outcome"] == "success"]
    assert answered and all(transaction["durationUs"] >= 0 for transaction in answered if "durationUs" in transaction)
    named = [event for event in page["items"] if "transaction" in event]
    assert {"check-received", "pair-succeeded"} <= {event["code"] for event in named}
    for event in named:
        assert set(event["evidence"]) & set(transactions[event["transaction"]]["packets"]), event
    sent = {event["code"] for event in page["items"] if event.get("evidence") and event["code"] in ("check-sent", "sctp-init-sent")}
    assert sent, "what we sent is proved as well"
    assert "transactions" not in server.json(f"/v1/sessions/{session['id']}/events?transactions=none")
    assert server.get(f"/v1/sessions/{session['id']}/events?transactions=some").status_code == 400


def test_the_durations(session, server):
    durations = server.session(session["id"])["durations"]
    assert {"gatheringMs", "iceMs", "dtlsMs", "sctpMs"} <= set(durations)
    assert all(0 <= duration < 10_000 for duration in durations.values())


HANDSHAKE = {1: "ClientHello", 2: "ServerHello", 11: "Certificate", 12: "ServerKeyExchange", 14: "ServerHelloDone"}


def test_wireshark_sees_in_the_packets_what_the_timeline_says(session, server, tmp_path):
    page = server.json(f"/v1/sessions/{session['id']}/events")
    answer = server.get(f"/v1/sessions/{session['id']}/packets.pcapng")
    assert answer.status_code == 200
    assert answer.content[:4] == b"\x0a\x0d\x0d\x0a"
    capture = tmp_path / "packets.pcapng"
    capture.write_bytes(answer.content)
    names = ["stun.id", "stun.type.class", "ip.src", "ip.dst", "udp.srcport", "udp.dstport", "dtls.handshake.type", "frame.comment",
             "frame.packet_flags_direction"]
    try:
        shown = subprocess.run(
            ["tshark", "-r", capture, "-T", "fields", "-E", "separator=|", *(word for name in names for word in ("-e", name))],
            capture_output=True, text=True, timeout=60)
    except FileNotFoundError:
        pytest.skip("no tshark here: only the file's first bytes were looked at")
    assert shown.returncode == 0, shown.stderr
    rows = [dict(zip(names, line.split("|"))) for line in shown.stdout.splitlines()]

    # The same STUN transactions, packet by packet; a session that lives has had more of them since.
    seen = {}
    for row in rows:
        number = int(re.match(r"#(\d+) ", row["frame.comment"]).group(1))
        if row["stun.id"]:
            seen.setdefault(row["stun.id"].replace(":", "").removeprefix("0x"), []).append(number)
            assert f"transaction {row['stun.id'].replace(':', '').removeprefix('0x')}" in row["frame.comment"]
    told = {transaction["id"]: transaction for transaction in page["transactions"]}
    for id, transaction in told.items():
        assert seen[id][:len(transaction["packets"])] == transaction["packets"]
    assert session["state"] == "live" or set(seen) == set(told)

    # The same ends, and each direction as it was: a request of ours leaves from our address.
    numbers = {int(re.match(r"#(\d+) ", row["frame.comment"]).group(1)): row for row in rows}
    for transaction in told.values():
        request = numbers[transaction["packets"][0]]
        is_request = int(request["stun.type.class"], 0) == 0
        source = f"{request['ip.src']}:{request['udp.srcport']}"
        assert source == transaction["local" if (transaction["by"] == "us") == is_request else "remote"]
        destination = f"{request['ip.dst']}:{request['udp.dstport']}"
        assert {source, destination} == {transaction["local"], transaction["remote"]}

    # The same messages of the DTLS handshake.
    messages = {HANDSHAKE[int(type)] for row in rows for type in row["dtls.handshake.type"].split(",") if type and int(type) in HANDSHAKE}
    told_messages = {event["data"]["message"] for event in page["items"] if event["phase"] == "dtls" and "message" in event.get("data", {})}
    assert messages and messages & set(HANDSHAKE.values()) <= told_messages | {"ClientHello"}

    # What proves an event names it.
    for event in page["items"]:
        for number in event.get("evidence", []):
            if number in numbers:
                assert f"{event['code']} (event {event['seq']})" in numbers[number]["frame.comment"]


@pytest.mark.parametrize("resource", ["", "/events", "/diagnosis"])
def test_a_person_with_curl_gets_a_screen_of_text(session, server, resource):
    answer = server.get(f"/v1/sessions/{session['id']}{resource}", headers={"Accept": "text/plain"})
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/plain")
    assert 0 < len(answer.text.splitlines()) < 200 and "{" not in answer.text[:1]


@pytest.mark.parametrize("resource", ["", "/stats", "/ice", "/events", "/offer", "/answer", "/diagnosis", "/packets.pcapng"])
def test_an_unknown_session_is_404_everywhere(server, resource):
    answer = server.get(f"/v1/sessions/01935f00-0000-7000-8000-000000000000{resource}")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("application/problem+json")


def test_an_ended_session_has_a_validator_and_a_live_one_has_none(session, server):
    path = f"/v1/sessions/{session['id']}"
    tag = server.get(path).headers.get("ETag")
    if session["state"] == "live":
        assert tag is None
    else:
        assert tag and server.get(path, headers={"If-None-Match": tag}).status_code == 304


def test_a_refused_offer_is_on_record(server):
    answer = server.http.post(server.url + "/v1/sessions", data="v=0\r\nnonsense", headers={"Content-Type": "application/sdp"})
    assert answer.status_code == 400
    problem = answer.json()
    assert problem["instance"].startswith("/v1/sessions/")
    assert 'rel="describedby"' in answer.headers["Link"]
    summary = server.json(problem["instance"])
    assert (summary["state"], summary["outcome"]) == ("ended", "refused")
    assert summary["reason"]["code"] == "offer-refused"
    assert summary["refusal"]["status"] == 400 and summary["refusal"]["line"] == 2
    assert summary["id"] in {item["id"] for item in server.sessions("?outcome=refused")}
