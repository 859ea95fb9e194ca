// Rules about descriptions that do not belong together, and roles that do not fit.
extension Symptoms {
    /// What the peer says under a wrong name or signature is known at once.
    var identityFindings: [Finding] {
        let findings = [staleAnswer, unknownUsername, wrongPassword, offerNotThePeers].compactMap { $0 }
        guard !findings.isEmpty, let restart = restartOneSided else { return findings }
        return [restart]
    }

    /// Checks of this peer that named another session of ours: the loop saw them and wrote down which.
    private var misnamed: [TimelineEvent] {
        record.events.filter { $0.code == .checkRejectedUnknownUsername && $0.data["session"] != nil }
    }

    private var staleAnswer: Finding? {
        guard let event = misnamed.first(where: { $0.data["relation"] == "earlier" }) else { return nil }
        return Finding(
            .staleAnswer, seen: "\(event.text) Its answer is the one that the peer applied.",
            evidence: [Finding.Proof(kind: .event, reference: "\(event.seq)", text: event.text)])
    }

    private var unknownUsername: Finding? {
        let rejected = connectivity.rejectedRequests.unknownUsername
        let other = misnamed.first { $0.data["relation"] != "earlier" }
        guard rejected > 0 || other != nil, staleAnswer == nil else { return nil }
        var evidence = event(.checkRejectedUnknownUsername)
        if rejected > 0 { evidence.append(counter("rejectedRequests.unknownUsername", rejected, "checks with an unknown username")) }
        let seen = other.map(\.text) ?? "\(count(rejected, "check")) came with it."
        return Finding(.unknownUsername, seen: seen, evidence: evidence)
    }

    private var wrongPassword: Finding? {
        let rejected = connectivity.rejectedRequests.wrongPassword
        guard rejected > 0 else { return nil }
        return Finding(
            .wrongPassword, seen: "\(count(rejected, "check")) of the peer came with it.",
            evidence: event(.checkRejectedWrongPassword) + [
                counter("rejectedRequests.wrongPassword", rejected, "checks with a wrong password")
            ])
    }

    /// The peer gets our answers and refuses our checks: its own password is another than the one that was posted.
    private var offerNotThePeers: Finding? {
        guard requestsReceived > 0, responsesReceived == 0, connectivity.rejectedRequests.wrongPassword == 0 else { return nil }
        let refused = connectivity.pairs.contains { $0.lastError?.code == 401 || $0.lastError?.code == 400 }
        // Who begins the handshake has seen our answer to its own check: so our packets do arrive.
        guard refused || isOverdue(since: record.phases.firstCheckReceived ?? 0), refused || hasSeenOurAnswers else { return nil }
        var finding = Finding(
            .wrongPassword,
            seen: refused
                ? "The peer refuses our checks with the error 401: the password in the offer is not the one that it has."
                : "The peer's checks are answered and it goes on, but it answers none of our \(count(requestsSent, "check")): "
                    + "the password in the offer is not the one that it has.",
            evidence: pairs { $0.requestsReceived > 0 } + event(.checkErrorReceived, .datagramHeld, .strangerDropped))
        finding.fix =
            "Post the offer of the very peer connection that will connect, after its last setLocalDescription, and change nothing in it: "
            + "a=ice-ufrag and a=ice-pwd must be the ones that the peer has. After restartIce() send the new ones by PATCH."
        return finding
    }

    /// The peer went on after its own check: an answer of ours had reached it, and what it sends comes in without gaps.
    private var hasSeenOurAnswers: Bool {
        if hasEarlyHandshake { return true }
        let exchanges = exchanges
        // Who has chosen asks for consent every five seconds or so: where most of that is missing the path is to blame.
        guard exchanges.hasPeerChosen, exchanges.received >= 3, let first = exchanges.firstHeard else { return false }
        return Int64(exchanges.received) &* 7_000_000 >= record.duration &- first
    }

    /// New credentials that only one side has.
    var restartOneSided: Finding? {
        let isRestarted = connectivity.restarts > 0
        guard isRestarted || hasEverConnected, wronglySigned > 0 || !misnamed.isEmpty else { return nil }
        // Checks of before a restart are under way for a moment; it matters where the path was lost or never came back.
        guard !isConnectedNow else { return nil }
        let seen =
            isRestarted
            ? "The server took the restart (\(count(connectivity.restarts, "restart"))), but the peer goes on with other credentials."
            : "After the session had connected, \(count(max(1, wronglySigned), "check")) of the peer came with credentials that the server never got."
        return Finding(
            .restartOneSided, seen: seen,
            evidence: event(.iceRestarted) + event(.checkRejectedUnknownUsername, .checkRejectedWrongPassword)
                + [counter("rejectedRequests", wronglySigned, "checks with other credentials")])
    }

    var isConnectedNow: Bool {
        record.isLive && record.connectionState == .connected && connectivity.state != .disconnected
    }

    var liteConflict: Finding? {
        guard connectivity.remote.isLite, connectivity.role == .controlled, requestsReceived == 0 else { return nil }
        return Finding(.liteConflict, evidence: pairs())
    }

    var roleConflict: Finding? {
        let refused = connectivity.pairs.contains { $0.lastError?.code == 487 }
        // One conflict is ordinary and is repaired at once; several mean that the repair does not take.
        guard refused || connectivity.roleConflicts >= 3 else { return nil }
        return Finding(
            .roleConflict, seen: "There were \(count(connectivity.roleConflicts, "conflict")).",
            evidence: event(.roleConflict) + [counter("roleConflicts", connectivity.roleConflicts, "role conflicts")]
                + pairs { $0.lastError?.code == 487 })
    }
}
