// Rules about a session that connected: that was slow to, that went bad later, or that takes an unusual way.
//
// They keep quiet about what is ordinary: one path in a hundred loses a packet in fifty, and a path of half a second is no fault.
extension Symptoms {
    var qualityFindings: [Finding] {
        guard hasEverConnected else { return [] }
        return [connectionInterrupted, packetLoss, varyingDelay, highDelay, slowSetup, pathChanged, relayOnly, messageTooLarge]
            .compactMap { $0 }
    }

    private var quality: Record.Quality { record.quality }

    private var connectionInterrupted: Finding? {
        let over = quality.interruptions.filter { $0.end != nil }
        guard let longest = over.max(by: { $0.length < $1.length }), longest.length >= 1_000_000 || over.count > 2 else { return nil }
        let times = over.count == 1 ? "Once" : "\(over.count) times"
        return Finding(
            .connectionInterrupted,
            seen: "\(times); the longest began \(spoken(longest.start)) after the request and was over \(spoken(longest.length)) later.",
            evidence: record.events.filter { $0.code == .consentRegained }.prefix(4).map {
                Finding.Proof(kind: .event, reference: "\($0.seq)", text: $0.text)
            } + [counter("interruptions", over.count, "interruptions")])
    }

    /// The share is told only where chance cannot explain it, and silence at the end is a vanished peer rather than loss.
    private var packetLoss: Finding? {
        guard quality.interruptions.allSatisfy({ $0.end != nil }), record.reason?.code != .consentExpired else { return nil }
        let unanswered = max(0, quality.checksSent &- quality.checksAnswered)
        let manyChecks = Self.isBeyondChance(unanswered, of: quality.checksSent, share: 0.25)
        let manyChunks = Self.isBeyondChance(quality.sctpChunksRetransmitted, of: quality.sctpChunksSent, share: 0.2)
        guard manyChecks || manyChunks else { return nil }
        var seen: [String] = []
        if manyChecks { seen.append("Of \(count(quality.checksSent, "check")) on the path \(unanswered) were not answered.") }
        if manyChunks {
            seen.append(
                "Of \(count(quality.sctpChunksSent, "packet")) of data \(quality.sctpChunksRetransmitted) had to be sent again.")
        }
        return Finding(
            .packetLoss, seen: seen.joined(separator: " "),
            evidence: pairs { $0.id == connectivity.selectedPairId } + [
                counter("checksSent", quality.checksSent, "checks sent"),
                counter("checksAnswered", quality.checksAnswered, "checks answered"),
                counter("sctpChunksRetransmitted", quality.sctpChunksRetransmitted, "packets of data sent again"),
            ])
    }

    /// Whether so many of so many are more than four standard deviations above a share.
    private static func isBeyondChance(_ hits: Int, of total: Int, share: Double) -> Bool {
        guard total > 0, hits > 0 else { return false }
        let total = Double(total)
        return Double(hits) > total * share + 4 * (total * share * (1 - share)).squareRoot()
    }

    private var highDelay: Finding? {
        guard quality.roundTrips >= 3, let mean = quality.roundTripMean, mean >= 1_500_000 else { return nil }
        return Finding(
            .highDelay, seen: "A packet and its answer took \(spoken(mean)) on average of \(quality.roundTrips) measurements.",
            evidence: pairs { $0.id == connectivity.selectedPairId }
                + [counter("roundTripMeanMs", Int(mean / 1000), "ms there and back on average")])
    }

    private var varyingDelay: Finding? {
        // One that stands out of many is a moment's hiccup, of a machine as of a network.
        guard quality.roundTrips >= 6, let least = quality.roundTripMinimum, let most = quality.roundTripMaximum,
            let mean = quality.roundTripMean, most &- least >= 1_000_000, (mean &- least) >= (most &- least) / 4
        else { return nil }
        return Finding(
            .varyingDelay, seen: "Of \(quality.roundTrips) measurements the shortest was \(spoken(least)), the longest \(spoken(most)).",
            evidence: [
                counter("roundTripMinimumMs", Int(least / 1000), "ms there and back, the shortest"),
                counter("roundTripMaximumMs", Int(most / 1000), "ms there and back, the longest"),
            ])
    }

    /// A stage took long by itself: which one, and what is known of why.
    private var slowSetup: Finding? {
        let phases = record.phases
        guard let connected = phases.connected else { return nil }
        let roundTrip = quality.roundTripMean ?? 0
        let start = phases.answerSent ?? 0
        // Ten round trips are what a set-up over a bad line takes.
        guard connected &- start >= max(10_000_000, 12 &* min(roundTrip, 5_000_000)) else { return nil }
        let heard = phases.firstCheckReceived ?? start
        let worked = phases.pairSucceeded ?? heard
        let began = phases.dtlsStarted ?? worked
        let stages: [(length: Int64, words: String)] = [
            (
                heard &- start,
                "the peer's first check came \(spoken(heard &- start)) after the answer: the answer was applied late, or candidates came late"
            ),
            (worked &- heard, "from the peer's first check to a path that worked it took \(spoken(worked &- heard)): checks were lost"),
            (
                began &- worked,
                "the encrypted connection was begun \(spoken(began &- worked)) after a path worked: the peer chose late, or its first packet was lost"
            ),
            (
                connected &- began,
                "the encrypted handshake took \(spoken(connected &- began)), with \(count(handshake.retransmissions, "flight")) of ours sent again"
            ),
        ]
        guard let slowest = stages.max(by: { $0.length < $1.length }) else { return nil }
        return Finding(
            .slowSetup, seen: "It took \(spoken(connected &- start)) from the answer on; most of it, \(slowest.words).",
            evidence: event(.checkReceived) + event(.pairSucceeded) + event(.dtlsFlightRetransmitted) + event(.dtlsConnected))
    }

    /// ICE that settles is no change: a browser sends on the first pair that works, tries the others on, and chooses a better one
    /// within seconds (RFC 8445 §8.1.1 lets it nominate again).
    private func isSettling(_ change: Record.Quality.PathChange) -> Bool {
        guard let connected = record.phases.connected, change.offset &- connected < 10_000_000 else { return false }
        let chosen = record.events.first { $0.code == .pairNominated && $0.pairId == change.to }
        return chosen.map { $0.offset &- connected < 2_000_000 } ?? false
    }

    private var pathChanged: Finding? {
        let changes = quality.pathChanges.filter { !isSettling($0) }
        guard let last = changes.last else { return nil }
        func place(_ id: String?) -> String {
            id.flatMap { id in connectivity.pairs.first { $0.id == id } }.map { "\($0.local) ↔ \($0.remote)" } ?? "another one"
        }
        return Finding(
            .pathChanged,
            seen:
                "It happened \(changes.count == 1 ? "once" : "\(changes.count) times"), last \(spoken(last.offset)) after the request: "
                + "from \(place(last.from)) to \(place(last.to)).",
            evidence: record.events.filter { $0.code == .pairSelected }.suffix(4).map {
                Finding.Proof(kind: .event, reference: "\($0.seq)", text: $0.text)
            } + [counter("pathChanges", changes.count, "changes of path")])
    }

    private var relayOnly: Finding? {
        guard let pair = connectivity.selectedPair, pair.remoteKind == .relay || pair.localKind == .relay else { return nil }
        return Finding(.relayOnly, seen: "It is \(pair.remote).", evidence: pairs { $0.id == pair.id })
    }

    private var messageTooLarge: Finding? {
        guard
            let event = record.events.first(where: {
                $0.code == .channelClosed && ($0.cause?.contains("larger than") ?? false)
            })
        else { return nil }
        return Finding(
            .messageTooLarge, seen: event.text, evidence: [Finding.Proof(kind: .event, reference: "\(event.seq)", text: event.text)])
    }
}

extension Record.Quality.Interruption {
    /// µs; 0 where it is not over.
    var length: Int64 { end.map { $0 &- start } ?? 0 }
}
