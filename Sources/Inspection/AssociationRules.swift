// Rules about the data channels' association (SCTP), for a session whose encrypted connection stands.
extension Symptoms {
    /// Why there are no data channels, the root first.
    var associationFindings: [Finding] {
        guard let association = record.association, handshake.state == .connected || record.phases.dtlsFinished != nil else { return [] }
        let findings = [portMismatch(association), aborted(association)].compactMap { $0 }
        // It was up once, or somebody ended the session before it could be: silence is no symptom then.
        guard findings.isEmpty, record.phases.sctpEstablished == nil, association.state != .connected else { return findings }
        let isAlone = association.failure?.code == .timeout || isOverdue(since: record.phases.dtlsFinished ?? 0)
        guard isAlone else { return [] }
        return [silence(association)]
    }

    private func portMismatch(_ association: Record.Association) -> Finding? {
        guard let port = association.strayPort, association.state != .connected, record.phases.sctpEstablished == nil else { return nil }
        let told = record.events.first { $0.code == .sctpFailed && $0.cause == "port mismatch" }
        let agreed = "Agreed were port \(association.localPort) here and \(association.remotePort) there"
        return Finding(
            .sctpPortMismatch, seen: told.map { "\(agreed). \($0.text)" } ?? "\(agreed); the peer's packets are for port \(port).",
            evidence: [counter("strayPort", Int(port), "SCTP port that the peer's packets are for")] + event(.sctpFailed))
    }

    private func aborted(_ association: Record.Association) -> Finding? {
        guard let failure = association.failure, failure.code == .aborted || failure.code == .refused else { return nil }
        // An ABORT is also how some peers say goodbye.
        guard record.phases.sctpEstablished == nil || record.reason?.code == .sctpFailed || record.isLive else { return nil }
        return Finding(.sctpAborted, seen: failure.text, evidence: event(.sctpAborted, .sctpFailed))
    }

    private func silence(_ association: Record.Association) -> Finding {
        if let silence, silence >= Symptoms.vanishing {
            return Finding(
                .peerVanished,
                seen:
                    "The encrypted connection stood; the peer was last heard \(spoken(silence)) before \(record.isLive ? "now" : "the end").",
                evidence: event(.dtlsConnected) + event(.sctpInitSent) + event(.sctpFailed))
        }
        let counters = [
            counter("sctp.packetsSent", association.packetsSent, "SCTP packets sent"),
            counter("sctp.packetsReceived", association.packetsReceived, "SCTP packets received"),
        ]
        guard association.isInitSeen || association.packetsReceived > 0 else {
            return Finding(.sctpNoInit, evidence: event(.dtlsConnected) + counters)
        }
        return Finding(
            .sctpSilence, seen: association.failure?.text ?? "",
            evidence: event(.sctpInitSeen, .sctpInitSent) + event(.sctpFailed) + counters)
    }
}
