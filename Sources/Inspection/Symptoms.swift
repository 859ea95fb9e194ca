internal import Wire

/// What the rules of the diagnosis look at: a record, and the sums and questions that several of them need.
struct Symptoms {
    let record: Record
    let requestsSent: Int
    let requestsReceived: Int
    let responsesSent: Int
    let responsesReceived: Int
    /// Read from the packets only where a rule asks, since most sessions need none.
    var exchanges: Exchanges { Exchanges(of: record) }

    /// Silence is a symptom only after so many µs: a healthy stage takes a few milliseconds, with loss a second or two.
    static let patience: Int64 = 5_000_000

    /// A peer that was heard is gone after so many µs without anything: consent checks come every five seconds or so.
    static let vanishing: Int64 = 9_000_000

    init(of record: Record) {
        self.record = record
        let pairs = record.connectivity.pairs
        requestsSent = pairs.reduce(0) { $0 &+ $1.requestsSent }
        requestsReceived = pairs.reduce(0) { $0 &+ $1.requestsReceived }
        responsesSent = pairs.reduce(0) { $0 &+ $1.responsesSent }
        responsesReceived = pairs.reduce(0) { $0 &+ $1.responsesReceived }
    }

    var connectivity: Record.Connectivity { record.connectivity }
    var handshake: Record.Handshake { record.handshake }

    var hasEverConnected: Bool { record.phases.connected != nil || record.connectionState == .connected }

    /// It ended by itself for want of something, rather than because somebody ended it.
    var hasFailed: Bool {
        switch record.reason?.code {
        case .iceFailed, .neverConnected, .dtlsFailed, .sctpFailed: true
        default: record.connectionState == .failed || connectivity.state == .failed
        }
    }

    /// Nothing happened for long enough since `offset`, or it is over and will not happen.
    func isOverdue(since offset: Int64) -> Bool {
        hasFailed || record.duration &- offset >= Symptoms.patience
    }

    /// A check of ours was answered once: there is, or was, a path that works both ways.
    var hasWorkingPair: Bool {
        record.phases.pairSucceeded != nil || connectivity.pairs.contains { $0.state == .succeeded }
    }

    var isNominated: Bool {
        record.phases.nominated != nil || connectivity.selectedPairId != nil || connectivity.pairs.contains { $0.isNominated }
    }

    /// Checks that a peer which means another session, or holds other credentials, has sent.
    var wronglySigned: Int {
        connectivity.rejectedRequests.wrongPassword &+ connectivity.rejectedRequests.unknownUsername
    }

    /// Checks that anybody may have sent.
    var unsigned: Int {
        connectivity.rejectedRequests.noIntegrity &+ connectivity.rejectedRequests.malformed
    }

    /// Candidates of the peer that it announced; one that we discovered is proof of a check.
    var announcedCandidates: [Record.Candidate] {
        connectivity.remoteCandidates.filter { $0.kind != .prflx }
    }

    /// µs since the peer was last heard; nil where it never was, or where nobody wrote it down.
    var silence: Int64? {
        record.quality.lastHeardAt.map { max(0, record.duration &- $0) }
    }

    /// DTLS came from an address before its check was answered, or from one that sent none.
    var hasEarlyHandshake: Bool {
        record.events.contains { $0.code == .datagramHeld || $0.code == .strangerDropped && $0.text.contains("DTLS") }
    }

    // MARK: Proofs

    /// The first event with one of the codes.
    func event(_ codes: EventCode...) -> [Finding.Proof] {
        guard let event = record.events.first(where: { codes.contains($0.code) }) else { return [] }
        return [Finding.Proof(kind: .event, reference: "\(event.seq)", text: event.text)]
    }

    /// The first pairs that satisfy a condition, with their checks.
    func pairs(where condition: (Record.Pair) -> Bool = { _ in true }) -> [Finding.Proof] {
        connectivity.pairs.lazy.filter(condition).prefix(6).map { pair in
            var text = "\(pair.local) ↔ \(pair.remote): \(count(pair.requestsSent, "check")) sent, \(pair.responsesReceived) answered; "
            text += "\(pair.requestsReceived) received, \(pair.responsesSent) answered"
            if let error = pair.lastError { text += "; last error \(error.code) \(error.text)" }
            return Finding.Proof(kind: .pair, reference: pair.id, text: text)
        }
    }

    func candidates(_ list: [Record.Candidate]) -> [Finding.Proof] {
        list.prefix(6).map { candidate in
            let reason = candidate.dispositionReason.map { ": \($0)" } ?? ""
            return Finding.Proof(
                kind: .candidate, reference: candidate.id,
                text: "\(candidate.kind.rawValue) \(candidate.transport) \(Endpoint(candidate.host, candidate.port))\(reason)")
        }
    }

    func counter(_ name: String, _ value: Int, _ words: String) -> Finding.Proof {
        Finding.Proof(kind: .counter, reference: name, text: "\(words): \(value)")
    }
}

/// `1 check`, `2 checks`
func count(_ number: Int, _ noun: String) -> String {
    number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
}

/// `3.2 s`, `140 ms`
func spoken(_ microseconds: Int64) -> String {
    if microseconds.magnitude >= 1_000_000 {
        return "\(microseconds / 1_000_000).\((microseconds / 100_000 % 10).magnitude) s"
    }
    if microseconds.magnitude >= 10_000 { return "\(microseconds / 1000) ms" }
    return "\(microseconds / 1000).\((microseconds / 100 % 10).magnitude) ms"
}
