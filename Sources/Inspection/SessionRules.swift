// Rules about the session as a whole: refusal, the server's end, what was negotiated, and what no other rule explains.
extension Symptoms {
    var offerRefused: Finding? {
        guard let refusal = record.refusal else { return nil }
        var seen = refusal.detail
        if let line = refusal.line {
            seen += " (line \(line)"
            if let column = refusal.column { seen += ", column \(column)" }
            seen += ")"
        }
        if let section = refusal.section { seen += ", see \(section)" }
        if !seen.hasSuffix(".") { seen += "." }
        var evidence = event(.offerRefused, .answerRefused)
        if let line = refusal.line {
            evidence.append(Finding.Proof(kind: .line, reference: "\(line)", text: offerLine(line) ?? refusal.detail))
        }
        var finding = Finding(.offerRefused, seen: seen, evidence: evidence)
        finding.code = "\(Cause.offerRefused.rawValue):\(refusal.code)"
        if let advice = RefusalAdvice.of(refusal.code) {
            finding.title = "\(Cause.offerRefused.title): \(advice.title)"
            finding.explanation = "\(advice.explanation) \(seen)"
            finding.fix = advice.fix
            return finding
        }
        switch refusal.status {
        case 413: finding.fix = "Post a smaller description: fewer media sections, or fewer codecs and candidates in them."
        case 415: finding.fix = "Post the description with Content-Type: application/sdp (or as JSON with application/json)."
        case 429, 503: finding.fix = "Try again after the time that the response names in Retry-After."
        default: break
        }
        return finding
    }

    /// A line of the offer, from 1, at most 120 characters of it.
    private func offerLine(_ number: Int) -> String? {
        guard let bytes = record.offer?.bytes, number > 0 else { return nil }
        let lines = bytes.split(separator: 0x0a, maxSplits: number, omittingEmptySubsequences: false)
        guard lines.count >= number else { return nil }
        let line = String(decoding: lines[number - 1].prefix(480), as: UTF8.self)
        return String(line.filter { $0 != "\r" && $0 != "\r\n" }.prefix(120))
    }

    var serverLost: Finding? {
        guard record.reason?.code == .serverLost else { return nil }
        return Finding(
            .serverLost, seen: "The session had lived for \(spoken(record.duration)) and was \(record.connectionState.rawValue).",
            evidence: event(.serverLost))
    }

    var serverStopped: Finding? {
        record.reason?.code == .serverStopped ? Finding(.serverStopped, evidence: event(.serverStopping)) : nil
    }

    var noUsableMediaSection: Finding? {
        guard !record.media.isEmpty, record.media.allSatisfy({ !$0.isAccepted }) else { return nil }
        let evidence = record.media.prefix(8).map { section in
            Finding.Proof(
                kind: .line, reference: section.line.map { "\($0)" } ?? section.mid,
                text: "\(section.kind) (mid \(section.mid)): \(section.rejection ?? "rejected")")
        }
        return Finding(.noUsableMediaSection, evidence: evidence)
    }

    var channelRefused: Finding? {
        let refused = record.events.filter { $0.code == .channelRefused }
        guard let first = refused.first else { return nil }
        return Finding(
            .channelRefused, seen: "It happened \(refused.count == 1 ? "once" : "\(refused.count) times"). \(first.text)",
            evidence: refused.prefix(4).map { Finding.Proof(kind: .event, reference: "\($0.seq)", text: $0.text) })
    }

    var limitReached: Finding? {
        guard connectivity.candidatesDropped > 0 || connectivity.pairsDropped > 0 else { return nil }
        return Finding(
            .limitReached,
            evidence: [
                counter("candidatesDropped", connectivity.candidatesDropped, "candidates left out"),
                counter("pairsDropped", connectivity.pairsDropped, "pairs left out"),
            ])
    }

    /// It did not connect though there was time, or it failed, and nothing else was found.
    var unknown: Finding? {
        let isOver = hasFailed || record.outcome == .failed || record.outcome == .expired
        guard isOver ? true : !hasEverConnected && isOverdue(since: record.phases.answerSent ?? 0) else { return nil }
        if hasEverConnected, hasPeerSaidGoodbye { return nil }
        // Somebody ended it before there was time to find out.
        if !hasFailed, !record.isLive, !isOverdue(since: 0) { return nil }
        let states = """
            The states were: connection \(record.connectionState.rawValue), ICE \(connectivity.state.rawValue), DTLS \(handshake.state.rawValue)\
            \(record.association.map { ", SCTP \($0.state.rawValue)" } ?? "").
            """
        var finding = Finding(
            .unknown, seen: states,
            evidence: [
                counter("requestsSent", requestsSent, "checks sent"),
                counter("responsesReceived", responsesReceived, "checks of ours answered"),
                counter("requestsReceived", requestsReceived, "checks received"),
                counter("packetsReceived", record.counters.packetsReceived, "datagrams received"),
            ] + record.events.suffix(3).map { Finding.Proof(kind: .event, reference: "\($0.seq)", text: $0.text) })
        if hasEverConnected {
            finding.title = "It broke off, and no known cause fits"
            finding.explanation =
                "The session had connected and then failed, and none of the causes that this server knows fits what was seen. \(states)"
        }
        return finding
    }
}
