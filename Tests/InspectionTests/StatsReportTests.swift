import Inspection
import JSON
import Testing

struct StatsReportTests {
    private func report(_ record: Record, type: StatsType? = nil) throws -> [String: Object] {
        try #require(readBack { StatsReport(of: record, type: type).write(into: &$0) } as? [String: Object])
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
        #expect(report["T0"]?.number("timestamp") == 1_795_367_104_123.456)
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
        #expect(report.isEmpty == StatsMembers.members(of: type.rawValue).isEmpty)
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
