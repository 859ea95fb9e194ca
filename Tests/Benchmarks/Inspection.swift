import Inspection
import JSON
import Wire

extension Benchmarks {
    /// What showing and keeping a session costs: its statistics, its stored form, its timeline.
    static let inspection = Benchmark(name: "inspection") {
        let record = Self.sessionOfAMinute
        let statistics = StatsReport(of: record)
        var json = JSONWriter(capacity: 32 * 1024)
        measure("stats report of 20 entries", goal: 13) {
            json.removeAll()
            statistics.write(into: &json)
        }
        report("its JSON", Double(json.count), "bytes")
        measure("stored form of a record of a minute") { _ = record.stored() }
        report("its document, before it is packed", Double(record.stored().count), "bytes")
        measure("STUN transactions of its evidence") { _ = record.transactions }
        measure("timeline with transactions") {
            json.removeAll()
            record.writeEvents(into: &json)
        }
        measure("diagnosis of a healthy session") { _ = Diagnosis.findings(of: record) }
        measure("an event with two facts", count: 10_000) {
            var timeline = Timeline()
            timeline.append(.dtlsFlightReceived, at: 1, evidence: [1], data: ["message": "ServerHello", "bytes": .number(108)])
        }
    }

    /// A session that is connected over one of six pairs: a report of twenty entries.
    private static var sessionOfAMinute: Record {
        var record = Record(id: "01m82ee8b15gysx85e1r0hye02vf6y5zpvez", startedAt: 1_795_378_585_953_866)
        record.takenAt = 61_293_920
        record.connectionState = .connected
        let address = TransportAddress(IPAddress(192, 0, 2, 1), 8189)
        let path = Path(local: address, remote: TransportAddress(IPAddress(192, 0, 2, 9), 50_000))
        for index in 0..<4 {
            let number = UInt8(index + 1)
            record.connectivity.localCandidates.append(
                candidate("L\(number)", IPAddress(192, 0, 2, number), disposition: nil))
            record.connectivity.remoteCandidates.append(
                candidate("R\(number)", IPAddress(198, 51, 100, number), disposition: .paired))
        }
        for index in 1...6 {
            var pair = Record.Pair(
                id: "CP\(index)", localCandidateId: "L1", remoteCandidateId: "R1", local: Endpoint(path.local),
                remote: Endpoint(path.remote),
                localKind: .host, remoteKind: .host, state: .succeeded)
            pair.priority = 9_114_756_780_670_975_998
            pair.requestsSent = 14
            pair.responsesReceived = 14
            pair.totalRoundTripTime = 67_645
            pair.currentRoundTripTime = 1162
            pair.bytesSent = 179_500
            pair.lastPacketSentAt = 61_200_000
            pair.lastPacketReceivedAt = 61_200_100
            record.connectivity.pairs.append(pair)
        }
        record.connectivity.selectedPairId = "CP1"
        record.handshake.localCertificate = certificate("11")
        record.handshake.remoteCertificate = certificate("22")
        record.handshake.version = 0xfefd
        record.handshake.cipher = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"
        record.association = Record.Association()
        record.channels = [Record.Channel(id: "D1", identifier: 1, label: "data", subprotocol: "", state: .open)]
        var timeline = Timeline()
        for offset in 0..<12 {
            let at = Int64(offset) * 5_000_000
            timeline.append(.checkReceived, at: at, pair: "CP1", evidence: [offset * 2 + 1])
            timeline.append(.pairSucceeded, at: at + 500, pair: "CP1", evidence: [offset * 2 + 2])
            var request: [UInt8] = [0, 1, 0, 72, 0x21, 0x12, 0xa4, 0x42] + Array(repeating: UInt8(offset), count: 84)
            record.evidence.append(request.span, direction: .received, on: path, at: at)
            request[0] = 1
            record.evidence.append(request.span, direction: .sent, on: path, at: at + 100)
        }
        record.events = timeline.events
        return record
    }

    private static func candidate(_ id: String, _ ip: IPAddress, disposition: Record.Candidate.Disposition?) -> Record.Candidate {
        Record.Candidate(
            id: id, kind: .host, host: .address(ip), port: 8189, priority: 2_130_706_431, foundation: "3454645035",
            usernameFragment: "hIaoqWTy",
            disposition: disposition)
    }

    private static func certificate(_ byte: String) -> Record.Certificate {
        Record.Certificate(
            fingerprint: Array(repeating: byte, count: 32).joined(separator: ":"), base64: String(repeating: "MIIBFDCB", count: 46))
    }
}
