internal import Wire

// Rules about finding a path (ICE), for a session that never connected, and about losing it, for one that had.
extension Symptoms {
    /// Why there is no path, the root first; empty where there is one, or where it is too early to say.
    var connectivityFindings: [Finding] {
        var findings = identityFindings
        guard !hasWorkingPair else {
            guard findings.isEmpty, !hasHandshakeReason else { return findings }
            return [answerNotApplied ?? vanishedOrLossy ?? neverNominated].compactMap { $0 }
        }
        guard isOverdue(since: record.phases.answerSent ?? 0), record.answer != nil || !connectivity.localCandidates.isEmpty else {
            return findings
        }
        findings += [liteConflict, roleConflict].compactMap { $0 }
        if findings.isEmpty { findings += [vanishedOrLossy ?? oneWayPath].compactMap { $0 } }
        guard requestsReceived == 0, wronglySigned == 0, findings.isEmpty || findings[0].code == Cause.liteConflict.rawValue else {
            return findings
        }
        findings += [
            localAddressesUnreachable, addressFamilyMismatch, onlyMulticastDNSCandidates, onlyPrivateCandidates, noUsableCandidates,
        ].compactMap { $0 }
        let isPeerToBegin = connectivity.role == .controlled && !connectivity.remote.isLite
        if isPeerToBegin {
            findings += [noCheckReceived, checksUnanswered].compactMap { $0 }
        } else {
            findings += [checksUnanswered, noCheckReceived].compactMap { $0 }
        }
        return findings
    }

    private var oneWayPath: Finding? {
        guard requestsReceived > 0, responsesReceived == 0 else { return nil }
        let heard = connectivity.pairs.filter { $0.requestsReceived > 0 }
        var seen =
            "The peer sent \(count(requestsReceived, "check")) that arrived; we answered \(responsesSent == requestsReceived ? "each" : "\(responsesSent)"), "
            + "and of our own \(count(requestsSent, "check")) to it none was answered."
        if !heard.isEmpty, heard.allSatisfy({ $0.remoteKind == .prflx }) {
            seen += " They came from \(heard[0].remote), which the peer had not announced: a NAT in between, or another way out."
        }
        return Finding(
            .oneWayPath, seen: seen, evidence: pairs { $0.requestsReceived > 0 } + event(.checkReceived) + event(.sendFailed))
    }

    /// The peer was heard, and then no more; or it was heard all the time, with most of what was said lost.
    private var vanishedOrLossy: Finding? {
        guard requestsReceived > 0 || responsesReceived > 0, let silence, isOverdue(since: record.phases.firstCheckReceived ?? 0) else {
            return nil
        }
        let exchanges = exchanges
        if exchanges.isLossy, responsesReceived > 0 || isSparse(exchanges) { return pathTooLossy(exchanges) }
        let heardFor = max(0, record.duration &- silence &- (exchanges.firstHeard ?? record.phases.firstCheckReceived ?? 0))
        guard silence >= Symptoms.vanishing, hasWorkingPair || heardFor < 2_500_000 else { return nil }
        let stage =
            isNominated ? "when the path had been chosen" : hasWorkingPair ? "when a path had been found" : "after its first checks"
        return Finding(
            .peerVanished,
            seen:
                "It was last heard \(spoken(record.duration &- silence)) after the request, \(stage), and not in the \(spoken(silence)) that followed.",
            evidence: event(.checkReceived) + event(.pairSucceeded) + pairs { $0.requestsReceived > 0 || $0.responsesReceived > 0 }
                + [counter("checksReceived", requestsReceived, "checks received")])
    }

    /// The peer asked anew several times, as who gets checks does, and yet little of it came.
    ///
    /// Where nothing of ours arrives, a peer repeats one request, or asks many times a second.
    private func isSparse(_ exchanges: Exchanges) -> Bool {
        exchanges.asked >= 3 && exchanges.received < exchanges.asked * 3 && exchanges.received <= 12
    }

    func pathTooLossy(_ exchanges: Exchanges) -> Finding {
        Finding(
            .pathTooLossy,
            seen: "Of \(count(exchanges.sent, "check")) that the server sent while the peer was there \(exchanges.answered) "
                + "\(exchanges.answered == 1 ? "was" : "were") answered; \(count(requestsReceived, "check")) of the peer came in.",
            evidence: pairs { $0.requestsReceived > 0 || $0.responsesReceived > 0 } + event(.dtlsFlightRetransmitted)
                + [
                    counter("checksSent", exchanges.sent, "checks sent on paths that were heard"),
                    counter("checksAnswered", exchanges.answered, "of them answered"),
                ])
    }

    /// The peer came over the public internet, and we name nothing that is reachable from there.
    private var localAddressesUnreachable: Finding? {
        guard let client = record.remoteAddress?.host.address?.unmapped, !client.isPrivate, !client.isLoopback, !client.isLinkLocal else {
            return nil
        }
        let ours = connectivity.localCandidates
        guard !ours.isEmpty else { return nil }
        let reachable = ours.contains { !$0.isConfined }
        return reachable ? nil : Finding(.localAddressesUnreachable, seen: "The request came from \(client).", evidence: candidates(ours))
    }

    private var addressFamilyMismatch: Finding? {
        let ours = families(connectivity.localCandidates)
        let theirs = families(announcedCandidates)
        guard ours.count == 1, theirs.count == 1, ours != theirs, connectivity.pairs.isEmpty,
            announcedCandidates.allSatisfy({ $0.host.address != nil })
        else {
            return nil
        }
        let kinds =
            ours.contains(.v4)
            ? "The server has only IPv4 addresses, the peer only IPv6." : "The server has only IPv6 addresses, the peer only IPv4."
        return Finding(
            .addressFamilyMismatch, seen: kinds, evidence: candidates(connectivity.localCandidates) + candidates(announcedCandidates))
    }

    private func families(_ candidates: [Record.Candidate]) -> Set<IPAddress.Family> {
        Set(candidates.compactMap { $0.host.address?.unmapped.family })
    }

    private var onlyMulticastDNSCandidates: Finding? {
        let announced = announcedCandidates
        guard !announced.isEmpty, connectivity.pairs.isEmpty, announced.allSatisfy({ $0.host.isMulticastDNSName }) else { return nil }
        return Finding(.onlyMulticastDNSCandidates, evidence: candidates(announced) + event(.remoteCandidateSetAside))
    }

    /// The server has an address of the internet, and the peer none that means anything there.
    private var onlyPrivateCandidates: Finding? {
        let announced = announcedCandidates
        guard !announced.isEmpty, onlyMulticastDNSCandidates == nil, addressFamilyMismatch == nil,
            connectivity.localCandidates.contains(where: { !$0.isConfined }),
            announced.allSatisfy({ $0.isConfined || $0.host.isMulticastDNSName }), announced.contains(where: { $0.host.address != nil }),
            // Where we have such an address ourselves, it may well be the same network, or the same machine.
            !connectivity.pairs.contains(where: { $0.local.host.isConfined })
        else { return nil }
        return Finding(.onlyPrivateCandidates, evidence: candidates(announced) + pairs { $0.requestsSent > 0 })
    }

    private var noUsableCandidates: Finding? {
        let announced = announcedCandidates
        guard !announced.isEmpty, connectivity.pairs.isEmpty, onlyMulticastDNSCandidates == nil, addressFamilyMismatch == nil,
            onlyPrivateCandidates == nil
        else { return nil }
        return Finding(.noUsableCandidates, evidence: candidates(announced) + event(.remoteCandidateSetAside, .remoteCandidateRefused))
    }

    private var noCheckReceived: Finding? {
        guard requestsReceived == 0, !connectivity.remote.isLite else { return nil }
        var seen =
            if !announcedCandidates.isEmpty, requestsSent > 0 {
                "The server sent \(count(requestsSent, "check")) from its side, and none was answered."
            } else if !announcedCandidates.isEmpty {
                "The server could not begin from its side either."
            } else if connectivity.remote.canTrickle, !connectivity.remote.hasEndOfCandidates {
                "The server could not begin from its side either: the peer wanted to send its addresses later (trickle), and did not."
            } else {
                "The server could not begin from its side either: the peer announced no address of its own."
            }
        var evidence = event(.answerSent, .offerSent) + event(.sendFailed)
        evidence += [counter("requestsReceived", 0, "checks received"), counter("requestsSent", requestsSent, "checks sent")]
        if unsigned > 0 {
            seen += " \(count(unsigned, "check")) without a signature or malformed did come, which anybody may have sent."
            evidence.append(counter("rejectedRequests", unsigned, "checks unsigned or malformed"))
        }
        if record.counters.strangersDropped > 0 {
            let strangers = record.counters.strangersDropped
            seen += " \(count(strangers, "datagram")) of other kinds did come, from where no check had come before."
            evidence.append(counter("strangersDropped", strangers, "datagrams from unproven addresses"))
        }
        return Finding(.noCheckReceived, seen: seen, evidence: evidence)
    }

    private var checksUnanswered: Finding? {
        guard requestsSent > 0, responsesReceived == 0 else { return nil }
        return Finding(
            .checksUnanswered, seen: "\(count(requestsSent, "check")) went out over \(count(connectivity.pairs.count, "pair")).",
            evidence: pairs { $0.requestsSent > 0 } + event(.sendFailed) + [counter("requestsSent", requestsSent, "checks sent")])
    }

    /// The path is open, as the peer answers, but it does nothing by itself: it does not know our side.
    private var answerNotApplied: Finding? {
        guard connectivity.role == .controlled, !connectivity.remote.isLite, requestsReceived == 0, wronglySigned == 0,
            isOverdue(since: record.phases.pairSucceeded ?? 0)
        else { return nil }
        var finding = Finding(
            .noCheckReceived,
            seen:
                "The peer answers our checks, so the path is open, but it sends none of its own: almost surely the answer was never applied.",
            evidence: event(.pairSucceeded) + pairs { $0.responsesReceived > 0 })
        finding.fix =
            "Call setRemoteDescription with this answer on the peer connection that made the offer, and see that the call succeeds."
        return finding
    }

    private var neverNominated: Finding? {
        guard connectivity.role == .controlled, !isNominated, isOverdue(since: record.phases.pairSucceeded ?? 0) else { return nil }
        // Who stopped talking did not forget to choose.
        guard silence.map({ $0 < Symptoms.vanishing }) ?? true || requestsReceived > 0 else { return nil }
        return Finding(
            .neverNominated, seen: "\(count(connectivity.pairs.count { $0.state == .succeeded }, "pair")) worked.",
            evidence: event(.pairSucceeded) + pairs { $0.state == .succeeded })
    }

    /// The peer's data channels were closed on purpose and nothing came after: the rest of its goodbye was lost on the way.
    var hasPeerSaidGoodbye: Bool {
        let goodbye = record.events.last {
            $0.code == .sctpAborted && $0.data["by"] == "peer" && ($0.cause?.contains("User-Initiated Abort") ?? false)
        }
        guard let goodbye, let silence else { return false }
        return record.duration &- silence &- goodbye.offset < 3_000_000
    }

    /// The path that a connected session had is gone.
    var consentLost: Finding? {
        let isGone = record.reason?.code == .consentExpired || record.reason?.code == .iceFailed
        let isGoing = record.isLive && (connectivity.state == .disconnected || connectivity.state == .failed)
        guard isGone || isGoing, !hasPeerSaidGoodbye else { return nil }
        let heard = record.lastSeen
        var evidence = event(.consentExpired, .consentLost)
        if let pair = connectivity.selectedPair {
            evidence += pairs { $0.id == pair.id }
            evidence.append(counter("consentRequestsSent", pair.consentRequestsSent, "consent checks sent"))
        }
        let seen =
            heard > 0 ? "It was last heard \(spoken(max(0, record.duration &- heard))) before \(record.isLive ? "now" : "the end")." : ""
        return Finding(.consentLost, seen: seen, evidence: evidence)
    }
}

extension Record.Candidate {
    /// Its address means something only within a network or a machine.
    var isConfined: Bool { host.isConfined }
}

extension Endpoint.Host {
    /// An address that means something only within a network or a machine.
    var isConfined: Bool {
        guard let address = address?.unmapped else { return false }
        return address.isPrivate || address.isLoopback || address.isLinkLocal
    }
}
