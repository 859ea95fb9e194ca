internal import Wire

// Rules that know both sides: what the peer told of itself decides where one side alone can only guess.
extension Symptoms {
    /// The findings with those of both sides in front, and without the guesses that they answer.
    func joinedWithClient(_ findings: [Finding]) -> [Finding] {
        guard let client = record.client else { return findings }
        var both: [Finding] = []
        var answered: Set<Cause> = []
        func add(_ finding: Finding?, answering causes: Set<Cause>) {
            guard let finding else { return }
            both.append(finding)
            answered.formUnion(causes)
        }
        if !hasEverConnected {
            let guesses: Set<Cause> = [
                .noCheckReceived, .checksUnanswered, .oneWayPath, .neverNominated, .onlyMulticastDNSCandidates, .onlyPrivateCandidates,
                .noUsableCandidates, .peerVanished, .unknown,
            ]
            add(descriptionRefused(client) ?? waitingForAnswer(client), answering: guesses)
            if both.isEmpty, !hasWorkingPair, wronglySigned == 0 { add(blocked(client), answering: guesses) }
            if both.isEmpty { add(candidatesNotSent(client), answering: [.onlyMulticastDNSCandidates, .noUsableCandidates, .unknown]) }
        }
        add(closedOrBroken(client), answering: [.consentLost, .peerVanished, .connectionInterrupted, .unknown])
        add(restartNotSignalled(client), answering: [.restartOneSided, .consentLost, .unknown])
        if hasEverConnected {
            add(selectedPairsDiffer(client), answering: [])
            add(lossToServer(client), answering: [.packetLoss])
            add(lossToClient(client), answering: [.packetLoss])
        }
        let rest = findings.filter { finding in !answered.contains { $0.rawValue == finding.code } }
        return both + rest + [clocksDiffer(client)].compactMap { $0 }
    }

    // MARK: The answer

    /// setRemoteDescription failed: the peer says with which words.
    private func descriptionRefused(_ client: Record.ClientSide) -> Finding? {
        guard let failure = client.events.last(where: { $0.type == "setRemoteDescriptionOnFailure" }),
            client.state("signalingstatechange") != "stable"
        else { return nil }
        return Finding(
            .answerNotApplied, seen: "Its setRemoteDescription failed: \(quoted(failure.value)).", evidence: [told(failure, client)])
    }

    /// The peer still waits for an answer that was sent long ago.
    private func waitingForAnswer(_ client: Record.ClientSide) -> Finding? {
        guard let last = client.events.last(where: { $0.type == "signalingstatechange" }), last.value == "have-local-offer",
            requestsReceived == 0, let sent = record.phases.answerSent
        else { return nil }
        // What it told must be later than the answer by more than that takes on its way.
        let heard = max(client.lastReportAt, client.last.time > 0 ? client.offset(of: client.last.time, startedAt: record.startedAt) : 0)
        guard heard &- sent >= 3_000_000 else { return nil }
        return Finding(
            .answerNotApplied,
            seen:
                "Its signaling state was still have-local-offer \(spoken(heard &- sent)) after the answer was sent: setRemoteDescription was never called with it.",
            evidence: [told(last, client)] + event(.answerSent))
    }

    // MARK: The path

    private func blocked(_ client: Record.ClientSide) -> Finding? {
        guard isOverdue(since: record.phases.answerSent ?? 0) else { return nil }
        let theirSent = Int(client.sum(\.requestsSent) ?? 0)
        // Firefox does not count the checks that it sends: it only says of a pair that they are being sent, or that they were in vain.
        let tried = client.last.pairs.filter { $0.requestsSent == nil && ($0.state == "in-progress" || $0.state == "failed") }.count
        let theirReceived = client.sum(\.requestsReceived).map { Int($0) }
        let theirAnswered = Int(client.sum(\.responsesReceived) ?? 0)
        guard theirAnswered == 0 else { return nil }
        let towards = addresses(client)
        let counters =
            [
                Finding.Proof(kind: .counter, reference: "client.requestsSent", text: "checks that the peer sent: \(theirSent)"),
                counter("requestsReceived", requestsReceived, "checks of the peer that arrived"),
                counter("requestsSent", requestsSent, "checks that the server sent"),
            ]
            + (theirReceived.map {
                [Finding.Proof(kind: .counter, reference: "client.requestsReceived", text: "checks of the server that arrived: \($0)")]
            } ?? [])
        if requestsReceived == 0, theirSent > 0 || tried > 0 {
            let sent = theirSent > 0 ? "sent \(count(theirSent, "check"))" : "sent checks over \(count(tried, "pair"))"
            // The other direction is known only where we have tried it, and the peer counts what comes.
            if requestsSent > 0, theirReceived == 0 {
                return Finding(
                    .blockedBothWays,
                    seen:
                        "The peer \(sent)\(towards), the server saw none; the server sent \(count(requestsSent, "check")), the peer saw none.",
                    evidence: counters + theirPairs(client) + pairs())
            }
            return Finding(
                .blockedClientToServer, seen: "The peer \(sent)\(towards), and the server saw none of them.",
                evidence: counters + theirPairs(client) + candidates(connectivity.localCandidates))
        }
        guard requestsReceived > 0, responsesSent > 0, theirReceived ?? 0 == 0 else { return nil }
        return Finding(
            .blockedServerToClient,
            seen:
                "\(count(requestsReceived, "check")) of the peer arrived and \(count(responsesSent, "answer")) went out, with \(count(requestsSent, "check")) of the server's own; the peer saw none of them.",
            evidence: counters + pairs { $0.requestsReceived > 0 } + theirPairs(client))
    }

    /// Where the peer sent its checks, in words; said where it was not one of our addresses.
    private func addresses(_ client: Record.ClientSide) -> String {
        let tried = client.last.pairs.filter { $0.requestsSent ?? 1 > 0 }.compactMap { client.candidate($0.remoteCandidateId) }
        let words = tried.compactMap { candidate in candidate.address.flatMap { address in candidate.port.map { (address, $0) } } }
        guard let first = words.first else { return "" }
        let ours = connectivity.localCandidates
        let isOurs = words.contains { address, port in
            ours.contains { Int64($0.port) == port && "\($0.host)" == address }
        }
        let place = "\(first.0):\(first.1)"
        return isOurs || ours.isEmpty ? " to \(place)" : " to \(place), which is none of the addresses in the server's answer"
    }

    private func candidatesNotSent(_ client: Record.ClientSide) -> Finding? {
        let gathered = client.last.candidates.filter { !$0.isRemote }
        guard requestsReceived == 0, !gathered.isEmpty, announcedCandidates.isEmpty, isOverdue(since: record.phases.answerSent ?? 0) else {
            return nil
        }
        return Finding(
            .candidatesNotSent, seen: "It has gathered \(gathered.count), and told the server of none.",
            evidence: gathered.prefix(6).map {
                Finding.Proof(
                    kind: .candidate, reference: $0.id,
                    text: "\($0.type ?? "?") \($0.transport ?? "") \($0.address ?? "hidden"):\($0.port.map(String.init) ?? "?")")
            } + event(.answerSent))
    }

    private func selectedPairsDiffer(_ client: Record.ClientSide) -> Finding? {
        guard record.isLive || record.reason?.code != .consentExpired, let theirs = client.selectedPair,
            let remote = client.candidate(theirs.remoteCandidateId), let address = remote.address, let port = remote.port,
            let ours = connectivity.selectedPair, let chosen = connectivity.localCandidates.first(where: { $0.id == ours.localCandidateId })
        else { return nil }
        // Only where it is surely another address of ours; and settled since some seconds on our side.
        func isSame(_ candidate: Record.Candidate) -> Bool { "\(candidate.host)" == address && Int64(candidate.port) == port }
        guard !isSame(chosen), "\(ours.local)" != "\(Endpoint(Endpoint.Host(address), UInt16(clamping: port)))",
            let other = connectivity.localCandidates.first(where: isSame)
        else { return nil }
        let told = client.offset(of: client.last.time, startedAt: record.startedAt)
        let changed = record.events.last { $0.code == .pairSelected || $0.code == .pairNominated }?.offset ?? 0
        guard told &- changed >= 5_000_000 else { return nil }
        return Finding(
            .selectedPairsDiffer,
            seen: "The peer sends to \(Endpoint(other.host, other.port)), the server from \(ours.local).",
            evidence: pairs { $0.id == ours.id } + theirPairs(client))
    }

    // MARK: Later

    /// Why consent was lost: the page closed the connection and its goodbye did not arrive, or both sides lost the path.
    private func closedOrBroken(_ client: Record.ClientSide) -> Finding? {
        guard record.reason?.code == .consentExpired || (record.isLive && connectivity.state == .disconnected) else { return nil }
        let closing = client.events.last { event in
            event.type == "close"
                || ((event.type == "connectionstatechange" || event.type == "signalingstatechange") && event.value == "closed")
        }
        if let closing {
            return Finding(
                .closedByPage, seen: "It did so \(spoken(client.offset(of: closing.time, startedAt: record.startedAt))) after the request.",
                evidence: [told(closing, client)] + event(.consentExpired, .consentLost))
        }
        let failing = client.events.last { event in
            (event.type == "iceconnectionstatechange" || event.type == "connectionstatechange")
                && (event.value == "disconnected" || event.value == "failed")
        }
        guard let failing, client.state(failing.type) == failing.value else { return nil }
        return Finding(
            .pathBroke,
            seen:
                "The peer's \(failing.type == "connectionstatechange" ? "connection" : "ICE connection") state became \(failing.value ?? "") \(spoken(client.offset(of: failing.time, startedAt: record.startedAt))) after the request.",
            evidence: [told(failing, client)] + event(.consentExpired, .consentLost))
    }

    /// The peer uses credentials that we were never told.
    private func restartNotSignalled(_ client: Record.ClientSide) -> Finding? {
        guard let known = connectivity.remote.usernameFragment, let used = client.localFragments.last, used != known,
            client.localFragments.contains(known), record.duration &- client.localFragmentSince >= 5_000_000
        else { return nil }
        return Finding(
            .restartNotSignalled,
            evidence: [
                Finding.Proof(
                    kind: .counter, reference: "client.localUsernameFragment", text: "the peer's fragment now: \(used.prefix(40))"),
                Finding.Proof(kind: .counter, reference: "remote.usernameFragment", text: "the fragment that the server knows: \(known)"),
            ])
    }

    // MARK: Loss

    /// Both counted over the same time; packets on their way at its two ends are few beside fifty.
    private func lost(_ sent: Int64, _ received: Int64, over time: Int64) -> Int? {
        guard time >= 10_000_000, sent >= 200, sent &- received >= 50 else { return nil }
        let percent = Double(sent &- received) * 100 / Double(sent)
        return percent >= 3 ? Int(percent.rounded()) : nil
    }

    private func lossToServer(_ client: Record.ClientSide) -> Finding? {
        guard let first = client.firstCount, let last = client.lastCount else { return nil }
        let (sent, received) = (last.sent &- first.sent, last.oursReceived &- first.oursReceived)
        guard let percent = lost(sent, received, over: last.time &- first.time) else { return nil }
        return Finding(
            .lossToServer, seen: "Of \(count(Int(sent), "packet")) that the peer sent, \(received) arrived: \(percent) % were lost.",
            evidence: [
                Finding.Proof(kind: .counter, reference: "client.packetsSent", text: "packets that the peer sent: \(sent)"),
                counter("packetsReceived", Int(received), "packets that arrived here"),
            ])
    }

    private func lossToClient(_ client: Record.ClientSide) -> Finding? {
        guard let first = client.firstCount, let last = client.lastCount else { return nil }
        let (sent, received) = (last.oursSent &- first.oursSent, last.received &- first.received)
        guard let percent = lost(sent, received, over: last.time &- first.time) else { return nil }
        return Finding(
            .lossToClient, seen: "Of \(count(Int(sent), "packet")) that the server sent, \(received) arrived: \(percent) % were lost.",
            evidence: [
                counter("packetsSent", Int(sent), "packets sent from here"),
                Finding.Proof(kind: .counter, reference: "client.packetsReceived", text: "packets that arrived at the peer: \(received)"),
            ])
    }

    private func clocksDiffer(_ client: Record.ClientSide) -> Finding? {
        // A report takes its time to come: what seems a clock that is late is told only where it is surely one.
        guard client.clock.basis == .sending, client.clock.offset.magnitude >= 30_000_000 else { return nil }
        let words = client.clock.offset > 0 ? "ahead of" : "behind"
        return Finding(
            .clocksDiffer, seen: "It is \(spoken(Int64(clamping: client.clock.offset.magnitude))) \(words) the server's.",
            evidence: [
                Finding.Proof(
                    kind: .counter, reference: "client.clock.offsetMs",
                    text: "ms that the peer's clock is ahead: \(client.clock.offset / 1000)")
            ])
    }

    // MARK: Proofs

    private func told(_ event: ClientReport.Event, _ client: Record.ClientSide) -> Finding.Proof {
        let offset = client.offset(of: event.time, startedAt: record.startedAt)
        return Finding.Proof(
            kind: .event, reference: "client",
            text:
                "\(ClientMoment(event: event, offset: offset).text) (\(spoken(offset)) after the request, by the peer's clock \(Timestamp(microseconds: event.time)))"
        )
    }

    private func theirPairs(_ client: Record.ClientSide) -> [Finding.Proof] {
        func place(_ id: String?) -> String {
            guard let candidate = client.candidate(id) else { return "?" }
            return "\(candidate.address ?? "hidden"):\(candidate.port.map(String.init) ?? "?")"
        }
        return client.last.pairs.prefix(4).map { pair in
            Finding.Proof(
                kind: .pair, reference: pair.id,
                text:
                    "the peer's side of \(place(pair.localCandidateId)) ↔ \(place(pair.remoteCandidateId)): \(pair.requestsSent ?? 0) checks sent, \(pair.responsesReceived ?? 0) answered; \(pair.requestsReceived.map(String.init) ?? "?") received"
            )
        }
    }

    private func quoted(_ text: String?) -> String { "\"\((text ?? "").prefix(160))\"" }
}
