internal import Wire

// Rules about finding a path (ICE), for a session that never connected, and about losing it, for one that had.
extension Symptoms {
    /// Why there is no path, the root first; empty where there is one, or where it is too early to say.
    var connectivityFindings: [Finding] {
        guard !hasWorkingPair else { return [answerNotApplied ?? neverNominated].compactMap { $0 } }
        // What the peer says with a wrong signature is known at once; silence only with time.
        var findings = [wrongPassword, unknownUsername].compactMap { $0 }
        guard isOverdue(since: record.phases.answerSent ?? 0), record.answer != nil || !connectivity.localCandidates.isEmpty else {
            return findings
        }
        findings += [liteConflict, roleConflict].compactMap { $0 }
        if findings.isEmpty { findings += [oneWayPath].compactMap { $0 } }
        guard requestsReceived == 0, wronglySigned == 0 else { return findings }
        findings += [localAddressesUnreachable, addressFamilyMismatch, onlyMulticastDNSCandidates, noUsableCandidates].compactMap { $0 }
        let isPeerToBegin = connectivity.role == .controlled && !connectivity.remote.isLite
        if isPeerToBegin {
            findings += [noCheckReceived, checksUnanswered].compactMap { $0 }
        } else {
            findings += [checksUnanswered, noCheckReceived].compactMap { $0 }
        }
        return findings
    }

    private var wrongPassword: Finding? {
        let rejected = connectivity.rejectedRequests.wrongPassword
        guard rejected > 0 else { return nil }
        return Finding(
            .wrongPassword, seen: "\(count(rejected, "check")) came with it.",
            evidence: event(.checkRejectedWrongPassword) + [
                counter("rejectedRequests.wrongPassword", rejected, "checks with a wrong password")
            ])
    }

    private var unknownUsername: Finding? {
        let rejected = connectivity.rejectedRequests.unknownUsername
        guard rejected > 0 else { return nil }
        return Finding(
            .unknownUsername, seen: "\(count(rejected, "check")) came with it.",
            evidence: event(.checkRejectedUnknownUsername)
                + [counter("rejectedRequests.unknownUsername", rejected, "checks with an unknown username")])
    }

    private var liteConflict: Finding? {
        guard connectivity.remote.isLite, connectivity.role == .controlled, requestsReceived == 0 else { return nil }
        return Finding(.liteConflict, evidence: pairs())
    }

    private var roleConflict: Finding? {
        let refused = connectivity.pairs.contains { $0.lastError?.code == 487 }
        // One conflict is ordinary and is repaired at once; several mean that the repair does not take.
        guard refused || connectivity.roleConflicts >= 3 else { return nil }
        return Finding(
            .roleConflict, seen: "There were \(count(connectivity.roleConflicts, "conflict")).",
            evidence: event(.roleConflict) + [counter("roleConflicts", connectivity.roleConflicts, "role conflicts")]
                + pairs { $0.lastError?.code == 487 })
    }

    private var oneWayPath: Finding? {
        guard requestsReceived > 0, responsesReceived == 0 else { return nil }
        return Finding(
            .oneWayPath,
            seen: "\(count(requestsReceived, "check")) of the peer came in and \(count(responsesSent, "answer")) went out; "
                + "of our own \(count(requestsSent, "check")) none was answered.",
            evidence: pairs { $0.requestsReceived > 0 } + event(.checkReceived) + event(.sendFailed))
    }

    /// The peer came over the public internet, and we name nothing that is reachable from there.
    private var localAddressesUnreachable: Finding? {
        guard let client = record.remoteAddress?.host.address?.unmapped, !client.isPrivate, !client.isLoopback, !client.isLinkLocal else {
            return nil
        }
        let ours = connectivity.localCandidates
        guard !ours.isEmpty else { return nil }
        let reachable = ours.contains { candidate in
            guard let address = candidate.host.address?.unmapped else { return true }
            return !address.isPrivate && !address.isLoopback && !address.isLinkLocal
        }
        return reachable ? nil : Finding(.localAddressesUnreachable, seen: "The request came from \(client).", evidence: candidates(ours))
    }

    private var addressFamilyMismatch: Finding? {
        let ours = families(connectivity.localCandidates)
        let theirs = families(announcedCandidates)
        guard ours.count == 1, theirs.count == 1, ours != theirs, announcedCandidates.allSatisfy({ $0.host.address != nil }) else {
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

    private var noUsableCandidates: Finding? {
        let announced = announcedCandidates
        guard !announced.isEmpty, connectivity.pairs.isEmpty, onlyMulticastDNSCandidates == nil, addressFamilyMismatch == nil else {
            return nil
        }
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
        return Finding(
            .neverNominated, seen: "\(count(connectivity.pairs.count { $0.state == .succeeded }, "pair")) worked.",
            evidence: event(.pairSucceeded) + pairs { $0.state == .succeeded })
    }

    /// The path that a connected session had is gone.
    var consentLost: Finding? {
        let isGone = record.reason?.code == .consentExpired || record.reason?.code == .iceFailed
        let isGoing = record.isLive && (connectivity.state == .disconnected || connectivity.state == .failed)
        guard isGone || isGoing else { return nil }
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
