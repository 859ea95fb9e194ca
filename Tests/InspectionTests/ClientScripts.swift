import Inspection

extension Scripts {
    /// The peer's own side, as it reported it `receivedAt` µs after the request, its clock right.
    static func client(
        _ record: Record, receivedAt: Int64 = 19_000_000, clock ahead: Int64 = 0, states: [(Int64, String, String?)] = [],
        entries: [ClientReport.Entry] = [], local: [String] = ["abcd"]
    ) -> Record.ClientSide {
        let now = record.startedAt + receivedAt + ahead
        var report = ClientReport(source: .report)
        report.clock = now
        report.localFragments = local
        report.events = states.map { ClientReport.Event(time: record.startedAt + $0.0 + ahead, type: $0.1, value: $0.2) }
        if !entries.isEmpty { report.samples = [ClientReport.Sample(time: now, entries: entries)] }
        var client = Record.ClientSide()
        client.take(report, at: Record.ClientSide.Moment(of: record, receivedAt: receivedAt))
        return client
    }

    /// One pair of the peer's report, from its host candidate to an address of ours.
    static func entries(
        sent: Double?, answered: Double = 0, received: Double? = 0, port: Double = 8189, state: String = "in-progress",
        counters: [String: Double] = [:]
    ) -> [ClientReport.Entry] {
        var pair = ClientReport.Entry(id: "CP", type: "candidate-pair")
        pair.members = [
            "localCandidateId": .text("IL"), "remoteCandidateId": .text("IR"), "state": .text(state),
            "responsesReceived": .number(answered),
        ]
        if let sent { pair.members["requestsSent"] = .number(sent) }
        if let received { pair.members["requestsReceived"] = .number(received) }
        for (name, value) in counters { pair.members[name] = .number(value) }
        return [
            ClientReport.Entry(id: "T", type: "transport", members: state == "succeeded" ? ["selectedCandidatePairId": .text("CP")] : [:]),
            pair,
            ClientReport.Entry(
                id: "IL", type: "local-candidate",
                members: ["address": .text("127.0.0.1"), "port": .number(40_000), "protocol": .text("udp"), "candidateType": .text("host")]),
            ClientReport.Entry(id: "IR", type: "remote-candidate", members: ["address": .text("127.0.0.1"), "port": .number(port)]),
        ]
    }

    /// The record, with its peer's side, whose first finding is to be `cause`; nil for a cause that one side tells alone.
    static func told(_ cause: Cause) -> Record? {
        switch cause {
        case .answerNotApplied:
            return told(silent()) { client($0, states: [(-50_000, "signalingstatechange", "have-local-offer")]) }
        case .blockedClientToServer:
            return told(silent { $0.connectivity.pairs = [] }) { client($0, entries: entries(sent: 12)) }
        case .blockedBothWays: return told(silent()) { client($0, entries: entries(sent: 12)) }
        case .blockedServerToClient:
            let record = silent {
                $0.connectivity.pairs[0].requestsReceived = 12
                $0.connectivity.pairs[0].responsesSent = 12
            }
            return told(record) { client($0, entries: entries(sent: 12)) }
        case .candidatesNotSent:
            let record = silent {
                $0.connectivity.pairs = []
                $0.connectivity.remoteCandidates = []
            }
            return told(record) { client($0, entries: Array(entries(sent: 0, state: "waiting").dropFirst(2))) }
        case .restartNotSignalled:
            return told(ended(.consentExpired)) { client($0, receivedAt: 20_000_000, local: ["abcd", "new4"]) }
        case .closedByPage:
            return told(ended(.consentExpired)) {
                client($0, receivedAt: 4_100_000, states: [(4_000_000, "close", nil)], entries: entries(sent: 3, answered: 3))
            }
        case .pathBroke:
            return told(ended(.consentExpired)) { client($0, states: [(9_000_000, "iceconnectionstatechange", "disconnected")]) }
        case .selectedPairsDiffer:
            var record = Samples.connected()
            record.takenAt = 20_000_000
            var other = record.connectivity.localCandidates[0]
            other.id = "L2"
            other.port = 8190
            record.connectivity.localCandidates.append(other)
            return told(record) { client($0, entries: entries(sent: 3, answered: 3, port: 8190, state: "succeeded")) }
        case .lossToServer: return lossy(theirs: (1_000, 1_000), ours: (1_000, 900))
        case .lossToClient: return lossy(theirs: (1_000, 880), ours: (1_000, 1_000))
        case .clocksDiffer:
            return told(Samples.connected()) { client($0, receivedAt: 3_900_000, clock: 3_600_000_000) }
        default: return nil
        }
    }

    private static func told(_ record: Record, _ client: (Record) -> Record.ClientSide) -> Record {
        var record = record
        record.client = client(record)
        return record
    }

    /// Twenty seconds, after which both sides have counted so many packets sent and received on their one pair.
    static func lossy(theirs: (sent: Double, received: Double), ours: (sent: Int, received: Int)) -> Record {
        var record = Samples.connected()
        record.connectivity.pairs[0].packetsSent = 0
        record.connectivity.pairs[0].packetsReceived = 0
        var client = Record.ClientSide()
        for (second, share) in [(2, 0.0), (22, 1.0)] {
            record.takenAt = Int64(second) * 1_000_000
            record.connectivity.lastConsentAt = record.takenAt
            record.connectivity.pairs[0].packetsSent = Int(Double(ours.sent) * share)
            record.connectivity.pairs[0].packetsReceived = Int(Double(ours.received) * share)
            var report = ClientReport(source: .report)
            report.clock = record.startedAt + record.takenAt
            report.samples = [
                ClientReport.Sample(
                    time: record.startedAt + record.takenAt - 1_000,
                    entries: entries(
                        sent: 4, answered: 4, state: "succeeded",
                        counters: ["packetsSent": theirs.sent * share, "packetsReceived": theirs.received * share]))
            ]
            client.take(report, at: Record.ClientSide.Moment(of: record, receivedAt: record.takenAt))
        }
        record.client = client
        return record
    }
}
