internal import STUN
public import Wire

extension Agent {
    /// Takes one datagram that may be STUN; what is none, or is nobody's we know, leaves no trace but a count.
    public mutating func handle(_ datagram: Span<UInt8>, from path: Path, at now: Instant, into outbox: inout Outbox) {
        guard state != .closed else { return }
        let message: Message
        do {
            message = try Message(parsing: datagram)
        } catch {
            reject(.malformed, from: path, at: now)
            return
        }
        switch message.type {
        case .bindingRequest: handleRequest(message, from: path, at: now, into: &outbox)
        case .bindingSuccess, .bindingError: handleResponse(message, from: path, at: now, into: &outbox)
        case .bindingIndication: counters.indicationsReceived &+= 1
        default: reject(.notBinding, from: path, at: now)
        }
        updateDeadline(at: now)
    }

    private mutating func handleRequest(
        _ message: borrowing Message, from path: Path, at now: Instant, into outbox: inout Outbox
    ) {
        guard let isEarly = authenticate(message, from: path, at: now) else { return }
        // RFC 8489 §6.3.1: unknown comprehension-required attributes are answered with 420, after authentication (§9.1.3).
        if message.unknownRequiredCount > 0 {
            reject(.unknownAttributes, from: path, at: now)
            refuse(message, with: .unknownAttribute, listing: message.unknownRequiredAttributes, on: path, into: &outbox)
            return
        }
        if message.iceControlling != nil, message.iceControlled != nil {
            reject(.badRequest, from: path, at: now)
            refuse(message, with: .badRequest, on: path, into: &outbox)
            return
        }
        guard settleRole(with: message, at: now) else {
            reject(.roleConflict, from: path, at: now)
            refuse(message, with: .roleConflict, on: path, into: &outbox)
            return
        }
        guard !isEarly else {
            remember(message, from: path, at: now)
            if early.contains(where: { $0.path == path }) { accept(message, on: path, into: &outbox) }
            refreshState(because: .checkReceived, at: now)
            return
        }
        guard let index = index(of: path) ?? learnPair(from: message, on: path, at: now) else {
            reject(hasFailed ? .agentFailed : .tooManySources, from: path, at: now)
            return
        }
        accept(message, on: path, into: &outbox)
        checkList.pairs[index].noteRequest(at: now)
        tellCheck(
            .checkReceived(checkList.pairs[index].id, message.transactionID, useCandidate: message.useCandidate), at: now)
        actUpon(useCandidate: message.useCandidate, pair: index, at: now, into: &outbox)
        refreshState(because: .checkReceived, at: now)
    }

    /// Whether the request is of someone who knows our password, and came before the description of the other end did; nil
    /// where it is not to be served.
    ///
    /// RFC 8489 §9.1.3 would answer 400 or 401. SECURITY A8: silence, so that a forged source gets nothing.
    private mutating func authenticate(_ message: borrowing Message, from path: Path, at now: Instant) -> Bool? {
        // RFC 8445 §7.3 asks for MESSAGE-INTEGRITY, not for its SHA-256 sibling, which no ICE agent sends alone.
        guard let username = message.username, message.hasIntegrity else {
            reject(.noIntegrity, from: path, at: now)
            return nil
        }
        let match = keys.match(username)
        switch match {
        case .unknown:
            reject(.unknownUsername, from: path, at: now)
            return nil
        case .stale:
            reject(.staleUsername, from: path, at: now)
            return nil
        case .current, .early:
            break
        }
        guard message.integrity(under: keys.local) == .valid else {
            reject(.wrongPassword, from: path, at: now)
            return nil
        }
        guard message.fingerprint != .wrong else {
            reject(.wrongFingerprint, from: path, at: now)
            return nil
        }
        return match == .early
    }

    /// The pair of an authenticated request from a path that has none (RFC 8445 §7.3.1.3 and §7.3.1.4).
    ///
    /// SECURITY A15: a source that proved the password is answered whatever its address. A18: the number is bounded.
    private mutating func learnPair(from message: borrowing Message, on path: Path, at now: Instant) -> Int? {
        learnPair(on: path, priority: message.priority, at: now)
    }

    mutating func learnPair(on path: Path, priority: UInt32?, at now: Instant) -> Int? {
        guard !hasFailed else { return nil }
        guard let local = localCandidate(at: path.local, transport: path.transport, at: now) else { return nil }
        let known = remoteCandidates.firstIndex {
            $0.generation == generation && $0.candidate.hostname == nil && $0.candidate.transport == path.transport
                && $0.candidate.component == 1 && $0.candidate.address.inZone(of: path.local) == path.remote
        }
        let remote: Candidate
        if let known {
            remote = remoteCandidates[known].candidate
        } else {
            guard makeRoomForPeerReflexive(at: now) else { return nil }
            // RFC 8445 §7.3.1.3: "The priority is the value of the PRIORITY attribute"; a foundation different from all others.
            remote = Candidate(
                kind: .peerReflexive, address: path.remote,
                priority: priority ?? Candidate.priority(kind: .peerReflexive, localPreference: 0),
                foundation: "prflx\(nextPairNumber)", transport: path.transport)
        }
        guard let index = addPair(local: local, remote: remote, path: path, at: now) else { return nil }
        if let known {
            remoteCandidates[known].notePair()
        } else {
            remoteCandidates.append(
                RemoteCandidate(
                    candidate: remote, disposition: .paired(1), wasSignalled: false, generation: generation, firstSeen: now))
            tell(.remoteCandidate(remote, .paired(1)), at: now)
        }
        return index
    }

    /// The candidate of ours a datagram hit; one is made where a wildcard socket was hit at an address that was never told.
    private mutating func localCandidate(at address: TransportAddress, transport: TransportProtocol, at now: Instant) -> Candidate? {
        if let known = localCandidates.first(where: { $0.base == address && $0.transport == transport }) { return known }
        guard localCandidates.count < Limits.localCandidates else { return nil }
        let candidate = Candidate.host(address, localPreference: 0, transport: transport)
        localCandidates.append(candidate)
        localScopes = AddressPolicy.scopes(of: localCandidates)
        tell(.localCandidate(candidate), at: now)
        return candidate
    }

    /// Whether one more peer-reflexive candidate may be kept: within the bound, or in the place of one that is of no use any more,
    /// as those a rebinding NAT leaves behind. None goes young, so that a dance of ports ends at the bound.
    private mutating func makeRoomForPeerReflexive(at now: Instant) -> Bool {
        let learned = remoteCandidates.count { !$0.wasSignalled && $0.generation == generation }
        if learned < Limits.peerReflexiveCandidates { return true }
        let stale = remoteCandidates.firstIndex { remote in
            !remote.wasSignalled && remote.generation == generation && now - remote.firstSeen > configuration.consentExpiry
                && checkList.pairs.indices.allSatisfy {
                    checkList.pairs[$0].remote.address != remote.candidate.address || isStale($0, at: now)
                }
        }
        guard let stale else { return false }
        let address = remoteCandidates.remove(at: stale).candidate.address
        for index in checkList.pairs.indices
        where checkList.pairs[index].remote.address == address && checkList.pairs[index].state != .failed {
            fail(index, because: .pruned, at: now)
        }
        return true
    }

    /// Whether a pair has failed, or is neither used nor heard from for as long as consent lasts.
    private func isStale(_ index: Int, at now: Instant) -> Bool {
        if checkList.pairs[index].state == .failed { return true }
        guard index != active, index != selected, checkList.pairs[index].state == .succeeded else { return false }
        return checkList.lastHeard(on: index).map { now - $0 > configuration.consentExpiry } ?? true
    }

    // MARK: Answers

    private func accept(_ message: borrowing Message, on path: Path, into outbox: inout Outbox) {
        let id = message.transactionID
        let key = keys.local
        outbox.append(to: path) { buffer in
            MessageBuilder.append(.bindingSuccess, id, to: &buffer) { response in
                // RFC 8489 §14.2: the source transport address of the request.
                response.addXORAddress(path.remote)
                response.finish(integrity: key)
                response.finishWithFingerprint()
            }
        }
    }

    private func refuse(
        _ message: borrowing Message, with code: ErrorCode, listing types: [AttributeType] = [], on path: Path,
        into outbox: inout Outbox
    ) {
        let id = message.transactionID
        let key = keys.local
        outbox.append(to: path) { buffer in
            MessageBuilder.append(.bindingError, id, to: &buffer) { response in
                response.addError(code)
                if !types.isEmpty { response.addUnknownAttributes(types) }
                response.finish(integrity: key)
                response.finishWithFingerprint()
            }
        }
    }

    /// Counts a request that is not served; tells it at most once a second for each reason.
    mutating func reject(_ reason: RejectedRequest, from path: Path, at now: Instant) {
        counters.requestsRejected[reason, default: 0] &+= 1
        if rejections.mayTell(reason, at: now) { tell(.requestRejected(reason, from: path), at: now) }
    }
}

extension CandidatePair {
    mutating func noteRequest(at now: Instant) {
        requestsReceived &+= 1
        responsesSent &+= 1
        lastRequestReceived = now
        if firstRequestReceived == nil { firstRequestReceived = now }
    }
}

extension RemoteCandidate {
    mutating func notePair() {
        if case .paired(let count) = disposition { disposition = .paired(count + 1) } else { disposition = .paired(1) }
    }
}

/// When each kind of rejection was last told, so that a flood tells one fact a second.
struct Rejections: Sendable {
    private var requests: [RejectedRequest: Instant] = [:]
    private var responses: [RejectedResponse: Instant] = [:]
    private static let pace = Duration.seconds(1)

    mutating func mayTell(_ reason: RejectedRequest, at now: Instant) -> Bool {
        if let last = requests[reason], now - last < Self.pace { return false }
        requests[reason] = now
        return true
    }

    mutating func mayTell(_ reason: RejectedResponse, at now: Instant) -> Bool {
        if let last = responses[reason], now - last < Self.pace { return false }
        responses[reason] = now
        return true
    }
}
