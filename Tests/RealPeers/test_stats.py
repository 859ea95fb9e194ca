"""What the server says of a connection, held against what the browser on its other end says of it."""

import re

import pytest


@pytest.fixture(scope="module", params=["chromium", "firefox"])
def both(request, server):
    """Statistics of both ends of one connection, taken while nothing but checks passes: (ours, theirs, answer)."""
    browser = request.getfixturevalue(request.param)
    page = browser.page(server.url + "/livez")
    made = page.call("connect", kind="data", only="127.0.0.1")
    page.call("echo", label="counted", sizes=[1_000, 20_000])
    theirs = page.call("stats")
    ours = server.json(f"/v1/sessions/{made['id']}/stats")
    page.call("end")
    server.ended(made["id"])
    kept = server.json(f"/v1/sessions/{made['id']}/stats")
    page.close()
    return {"name": browser.name, "ours": ours, "theirs": theirs, "kept": kept}


def of_type(report, type):
    return [entry for entry in report.values() if entry["type"] == type]


def ends(report, pair):
    """The addresses and ports of a pair: its own side's, the other side's."""
    return tuple((candidate.get("address"), candidate["port"]) for candidate in (report[pair["localCandidateId"]], report[pair["remoteCandidateId"]]))


def is_mirrored(mine, other):
    """Whether two pairs are one, seen from both ends. A browser may hide an address, never a port."""
    return all(left[1] == right[1] and left[0] in (right[0], *([] if right[0] else [left[0]])) for left, right in zip(mine, reversed(other)))


def mirrored(both):
    """Each pair of the browser that works, with the one that it is here."""
    found = []
    for other in of_type(both["theirs"], "candidate-pair"):
        if other["state"] == "succeeded":
            mine = [pair for pair in of_type(both["ours"], "candidate-pair")
                    if is_mirrored(ends(both["ours"], pair), ends(both["theirs"], other))]
            found.append((mine[0] if mine else None, other))
    return found


def selected(report):
    """The selected pairs of a browser's report. Firefox marks the pair, Chromium names it in the transport."""
    named = {transport.get("selectedCandidatePairId") for transport in of_type(report, "transport")}
    return [pair for pair in of_type(report, "candidate-pair") if pair["id"] in named or pair.get("selected")]


def near(left, right, share, slack):
    """Whether two counters are one, but for what passed between the two looks at them."""
    return abs(left - right) <= share * max(left, right) + slack


def test_each_pair_that_works_is_the_same_seen_from_the_other_end(both):
    pairs = mirrored(both)
    assert pairs and all(mine for mine, _ in pairs), pairs
    for mine, other in pairs:
        assert mine["state"] == "succeeded"
        kinds = [both["ours"][mine[name]]["candidateType"] for name in ("localCandidateId", "remoteCandidateId")]
        theirs = [both["theirs"][other[name]]["candidateType"] for name in ("remoteCandidateId", "localCandidateId")]
        # What one end announced the other may have learnt from a check before, and the other way round.
        assert all(kind == their or "prflx" in (kind, their) for kind, their in zip(kinds, theirs)), (kinds, theirs)


def test_what_is_selected_is_nominated_on_both_ends(both):
    chosen = selected(both["theirs"])
    assert chosen
    # The browser controls and may send on another of the pairs that it nominated: each end names a pair that the other knows as nominated.
    assert all(mine["nominated"] for mine, other in mirrored(both) if other in chosen)
    ours = both["ours"][both["ours"]["T0"]["selectedCandidatePairId"]]
    assert ours["nominated"]
    assert any(mine["id"] == ours["id"] and other["nominated"] for mine, other in mirrored(both))


def test_bytes_and_packets_of_one_end_are_those_of_the_other(both):
    compared = 0
    for mine, other in mirrored(both):
        # Both count what is above UDP and no checks; a browser leaves out some of the handshake.
        for ours, theirs in (("bytesSent", "bytesReceived"), ("bytesReceived", "bytesSent")):
            if theirs in other:
                assert near(mine[ours], other[theirs], 0.1, 4_000), (ours, mine, other)
                compared += other[theirs]
        for ours, theirs in (("packetsSent", "packetsReceived"), ("packetsReceived", "packetsSent")):
            if theirs in other:
                assert near(mine[ours], other[theirs], 0.1, 15), (ours, mine, other)
    # The echoes passed over the pairs that were compared.
    assert compared > 40_000


def test_the_round_trip_time_is_that_of_loopback_on_both_ends(both):
    for mine, other in mirrored(both):
        assert 0 < mine["currentRoundTripTime"] < 0.25
        assert mine["totalRoundTripTime"] >= mine["currentRoundTripTime"]
        if "currentRoundTripTime" in other:
            assert abs(mine["currentRoundTripTime"] - other["currentRoundTripTime"]) < 0.25


def test_cipher_version_and_certificates_are_mirrored(both):
    transport = both["ours"]["T0"]
    certificates = {entry["fingerprint"].lower() for entry in of_type(both["ours"], "certificate")}
    theirs = {entry["fingerprint"].lower() for entry in of_type(both["theirs"], "certificate")}
    if theirs:
        assert certificates == theirs
    for other in of_type(both["theirs"], "transport"):
        assert transport["dtlsState"] == other["dtlsState"] == "connected"
        assert transport["dtlsCipher"] == other["dtlsCipher"]
        assert transport["tlsVersion"] == other["tlsVersion"]
        assert {transport["iceRole"], other["iceRole"]} == {"controlled", "controlling"}
        if "dtlsRole" in other:
            assert {transport["dtlsRole"], other["dtlsRole"]} == {"client", "server"}
        # Firefox has no certificates in its report.
        if "remoteCertificateId" in other:
            mine, peers = both["ours"][transport["localCertificateId"]], both["theirs"][other["remoteCertificateId"]]
            assert mine["base64Certificate"] == re.sub(r"\s", "", peers["base64Certificate"])


def test_messages_and_their_bytes_are_equal_channel_by_channel(both):
    ours = {entry["dataChannelIdentifier"]: entry for entry in of_type(both["ours"], "data-channel") if "dataChannelIdentifier" in entry}
    theirs = [entry for entry in of_type(both["theirs"], "data-channel") if entry.get("dataChannelIdentifier", -1) >= 0]
    assert theirs
    for channel in theirs:
        mine = ours[channel["dataChannelIdentifier"]]
        assert mine["label"] == channel["label"] and mine["protocol"] == channel["protocol"]
        for sent, received in (("Sent", "Received"), ("Received", "Sent")):
            assert mine["messages" + sent] == channel["messages" + received], (mine, channel)
            assert mine["bytes" + sent] == channel["bytes" + received], (mine, channel)


def test_an_ended_session_keeps_the_last_report_with_the_same_ids(both):
    assert set(both["ours"]) <= set(both["kept"])
    for id, entry in both["ours"].items():
        assert entry["type"] == both["kept"][id]["type"]
    assert both["kept"]["T0"]["bytesSent"] >= both["ours"]["T0"]["bytesSent"]
