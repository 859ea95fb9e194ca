import Inspection
import JSON
import Testing

/// What INSPECTION.md allows in each type: `always` for a connected session (S), `where` only with what is named there (C).
private struct Members {
    let always: Set<String>
    let conditional: Set<String>
    let ours: Set<String>

    init(_ always: String, where conditional: String = "", ours: String = "") {
        self.always = Set(always.split(separator: " ").map(String.init))
        self.conditional = Set(conditional.split(separator: " ").map(String.init))
        self.ours = Set(ours.split(separator: " ").map(String.init))
    }
}

private let members: [String: Members] = [
    "peer-connection": Members("dataChannelsOpened dataChannelsClosed"),
    "transport": Members(
        """
        packetsSent packetsReceived bytesSent bytesReceived iceRole iceLocalUsernameFragment dtlsState iceState selectedCandidatePairId \
        localCertificateId remoteCertificateId tlsVersion dtlsCipher dtlsRole srtpCipher selectedCandidatePairChanges
        """, where: "ccfbMessagesSent ccfbMessagesReceived"),
    "candidate-pair": Members(
        """
        transportId localCandidateId remoteCandidateId state nominated packetsSent packetsReceived bytesSent bytesReceived \
        lastPacketSentTimestamp lastPacketReceivedTimestamp totalRoundTripTime currentRoundTripTime requestsReceived requestsSent \
        responsesReceived responsesSent consentRequestsSent packetsDiscardedOnSend bytesDiscardedOnSend
        """, where: "availableOutgoingBitrate availableIncomingBitrate", ours: "priority lastErrorCode"),
    "local-candidate": Members(
        "transportId address port protocol candidateType priority foundation usernameFragment",
        where: "url relayProtocol relatedAddress relatedPort tcpType"),
    "remote-candidate": Members(
        "transportId address port protocol candidateType priority foundation usernameFragment", where: "relatedAddress relatedPort tcpType"),
    "certificate": Members("fingerprint fingerprintAlgorithm base64Certificate", where: "issuerCertificateId"),
    "data-channel": Members("label protocol dataChannelIdentifier state messagesSent bytesSent messagesReceived bytesReceived"),
    "codec": Members("payloadType transportId mimeType clockRate", where: "channels sdpFmtpLine"),
    "sctp-transport": Members(
        "", where: "", ours: "transportId smoothedRoundTripTime congestionWindow receiverWindow mtu unackedData"),
]

struct StatsReportTests {
    private func report(_ record: Record, type: StatsType? = nil) throws -> [String: Object] {
        try #require(readBack { StatsReport(of: record, type: type).write(into: &$0) } as? [String: Object])
    }

    @Test func `a connected session's report has every member that it can know, and none that is foreign`() throws {
        let report = try report(Samples.connected())
        #expect(Set(report.values.compactMap { $0.string("type") }) == Set(members.keys))
        for (id, entry) in report {
            #expect(entry.string("id") == id)
            #expect(entry.number("timestamp") == 1_795_367_104_123.456)
            let type = try #require(entry.string("type"))
            let allowed = try #require(members[type])
            let present = Set(entry.keys).subtracting(["id", "type", "timestamp"])
            #expect(present.subtracting(allowed.always).subtracting(allowed.conditional).subtracting(allowed.ours) == [], "\(type)")
            #expect(allowed.always.subtracting(present) == [], "\(type)")
        }
    }

    @Test func `references lead to entries of the right type`() throws {
        let report = try report(Samples.connected())
        let transport = try #require(report["T0"])
        #expect(report[transport.string("selectedCandidatePairId") ?? ""]?.string("type") == "candidate-pair")
        #expect(report[transport.string("localCertificateId") ?? ""]?.string("type") == "certificate")
        #expect(report[transport.string("remoteCertificateId") ?? ""]?.string("type") == "certificate")
        let pair = try #require(report["P1"])
        #expect(report[pair.string("localCandidateId") ?? ""]?.string("type") == "local-candidate")
        #expect(report[pair.string("remoteCandidateId") ?? ""]?.string("type") == "remote-candidate")
        for entry in report.values {
            if let id = entry.string("transportId") { #expect(report[id]?.string("type") == "transport") }
        }
    }

    @Test func `values have the units of the W3C`() throws {
        let report = try report(Samples.connected())
        #expect(report["T0"]?.string("tlsVersion") == "FEFD")
        #expect(report["P1"]?.number("currentRoundTripTime") == 0.00031)
        #expect(report["P1"]?.number("lastPacketReceivedTimestamp") == 1_795_367_104_023.856)
        #expect(report["SCTP0"]?.number("smoothedRoundTripTime") == 0.0004)
        #expect(report["C-1-111"]?.string("mimeType") == "audio/opus")
    }

    @Test func `what is not known is absent, not zero`() throws {
        let report = try report(Samples.posted())
        #expect(report["P1"]?["currentRoundTripTime"] == nil)
        #expect(report["P1"]?["lastPacketSentTimestamp"] == nil)
        #expect(report["T0"]?["dtlsCipher"] == nil)
        #expect(report["T0"]?["selectedCandidatePairId"] == nil)
        #expect(report["SCTP0"]?["congestionWindow"] == nil)
    }

    @Test(arguments: StatsType.allCases)
    func `a report can be asked for one type`(type: StatsType) throws {
        let report = try report(Samples.connected(), type: type)
        #expect(report.isEmpty == (members[type.rawValue] == nil))
        #expect(report.values.allSatisfy { $0.string("type") == type.rawValue })
    }

    @Test func `the array has the entries of the object`() throws {
        let array = try #require(readBack { StatsReport(of: Samples.connected(), format: .array).write(into: &$0) } as? [Object])
        #expect(Set(array.compactMap { $0.string("id") }) == Set(try report(Samples.connected()).keys))
    }

    @Test func `one certificate on both sides stands once`() throws {
        var record = Samples.connected()
        record.handshake.remoteCertificate = record.handshake.localCertificate
        let array = try #require(readBack { StatsReport(of: record, format: .array, type: .certificate).write(into: &$0) } as? [Object])
        #expect(array.count == 1)
    }

    @Test func `a refused offer has no transport`() throws {
        var record = Record(id: "x", startedAt: 0)
        record.refusal = .init(status: 422, code: "c", detail: "d")
        #expect(Set(try report(record).keys) == ["PC"])
    }

    @Test func `a hundred pairs are reported in the order of their ids`() throws {
        var record = Samples.connected()
        record.connectivity.pairs = (1...100).map { Samples.pair("P\($0)") }
        #expect(try report(record, type: .candidatePair).count == 100)
    }
}
