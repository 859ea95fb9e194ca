public import Wire

extension Agent {
    /// Tells the agent the other end's description; checks start with it, and so does patience.
    ///
    /// The same credentials again change nothing; others than before are a restart of the other end alone.
    public mutating func setRemote(credentials: Credentials, isLite: Bool, at now: Instant) {
        guard state != .closed else { return }
        if let known = remoteCredentials {
            guard known != credentials else { return }
            restart(local: localCredentials, remote: credentials, isLite: isLite, at: now)
            return
        }
        begin(with: credentials, isLite: isLite, at: now)
        refreshState(because: .remoteDescription, at: now)
        updateDeadline(at: now)
    }

    mutating func begin(with credentials: Credentials, isLite: Bool, at now: Instant) {
        remoteCredentials = credentials
        keys.setRemote(credentials, localFragment: localCredentials.ufrag)
        isRemoteLite = isLite
        isPatient = true
        hasFailed = false
        // RFC 8863 §4: the timer starts when connectivity checks do.
        patienceEnd = now + configuration.patience
        hopeEnd = now + configuration.patience * 2
        nextCheck = now
        tell(.remoteCredentials(ufrag: credentials.ufrag, isLite: isLite), at: now)
        if isLite, role == .controlled {
            // RFC 8445 §6.1.1: "The full agent MUST take the controlling role, and the lite agent MUST take the controlled role."
            changeRole(because: .peerIsLite, at: now)
        }
        adoptEarlyRequests(at: now)
    }

    /// Adds a candidate of the other end and forms its pairs.
    ///
    /// Bounded work: at most `Limits.localCandidates` pairs, at most `Limits.remoteCandidates` candidates.
    @discardableResult
    public mutating func addRemoteCandidate(_ candidate: Candidate, at now: Instant) -> Disposition {
        var candidate = candidate
        if candidate.hostname == nil {
            // An IPv4-mapped address means the IPv4 one; kept apart, the two would be checked as if they were two ways.
            candidate.address = TransportAddress(candidate.address.ip.unmapped, candidate.address.port)
        }
        candidate.base = candidate.address
        let disposition = dispose(candidate, at: now)
        if case .refused = disposition { counters.candidatesRefused &+= 1 }
        tell(.remoteCandidate(candidate, disposition), at: now)
        updateDeadline(at: now)
        return disposition
    }

    private mutating func dispose(_ candidate: Candidate, at now: Instant) -> Disposition {
        if state == .closed || hasFailed { return .refused(.agentEnded) }
        if let known = indexOfRemote(equalTo: candidate) { return merge(candidate, into: known) }
        // RFC 8838 §14: after end-of-candidates no candidate of the generation is expected; one that comes is not used.
        if hasRemoteEndOfCandidates { return .refused(.afterEndOfCandidates) }
        let disposition = judge(candidate) ?? .paired(0)
        guard makeRoomForSignalled(isUsable: disposition == .paired(0)) else { return .refused(.tooMany) }
        remoteCandidates.append(
            RemoteCandidate(
                candidate: candidate, disposition: disposition, wasSignalled: true, generation: generation, firstSeen: now))
        guard case .paired = disposition else { return disposition }
        let pairs = formPairs(with: candidate, at: now)
        // Where a full check list has no room for its pairs it is paired with none.
        let isReachable = localCandidates.contains { $0.canReach(candidate) }
        let final: Disposition = isReachable ? .paired(pairs) : .setAside(.noLocalCounterpart)
        remoteCandidates[remoteCandidates.count - 1].disposition = final
        return final
    }

    /// Whether one more signalled candidate may be kept; a usable one takes the place of one that is not.
    private mutating func makeRoomForSignalled(isUsable: Bool) -> Bool {
        let signalled = remoteCandidates.count { $0.wasSignalled && $0.generation == generation }
        if signalled < Limits.remoteCandidates - Limits.peerReflexiveCandidates { return true }
        guard isUsable, let place = remoteCandidates.firstIndex(where: { $0.generation == generation && !$0.isUsable }) else {
            return false
        }
        remoteCandidates.remove(at: place)
        return true
    }

    /// Why a candidate is not paired; nil where it is to be.
    private func judge(_ candidate: Candidate) -> Disposition? {
        if candidate.component != 1 { return .setAside(.otherComponent) }
        if let hostname = candidate.hostname {
            return .setAside(hostname.lowercased().hasSuffix(".local") ? .mdnsName : .hostname)
        }
        if let refusal = configuration.policy.refusal(of: candidate.address.ip, localScopes: localScopes) {
            return .refused(refusal)
        }
        // An active TCP candidate is never connected to and says port 9 (RFC 6544 §4.5).
        if !localCandidates.contains(where: { $0.transport == candidate.transport }) || candidate.tcpType == .active {
            return .setAside(.unsupportedTransport)
        }
        if candidate.address.port == 0 { return .refused(.portZero) }
        // RFC 8838 §9: once a pair is nominated, a new candidate takes a restart.
        if selected != nil { return .setAside(.afterNomination) }
        return nil
    }

    private func indexOfRemote(equalTo candidate: Candidate) -> Int? {
        remoteCandidates.firstIndex {
            $0.generation == generation && $0.candidate.address == candidate.address
                && $0.candidate.transport == candidate.transport && $0.candidate.component == candidate.component
                && $0.candidate.hostname == candidate.hostname && $0.candidate.tcpType == candidate.tcpType
        }
    }

    /// RFC 8838 §11: a signalled candidate whose address was learned from a check before is no new one: the peer-reflexive one
    /// takes its priority, foundation and kind.
    private mutating func merge(_ candidate: Candidate, into known: Int) -> Disposition {
        guard !remoteCandidates[known].wasSignalled else { return .redundant }
        remoteCandidates[known].candidate = candidate
        remoteCandidates[known].wasSignalled = true
        for index in checkList.pairs.indices
        where checkList.pairs[index].remote.address == candidate.address
            && checkList.pairs[index].remote.transport == candidate.transport
        {
            checkList.pairs[index].remote = candidate
            checkList.pairs[index].updatePriority(role: role)
        }
        return .redundant
    }

    /// Tells the agent that no more candidates of this generation come.
    public mutating func setRemoteEndOfCandidates(at now: Instant) {
        guard state != .closed, !hasRemoteEndOfCandidates else { return }
        hasRemoteEndOfCandidates = true
        tell(.remoteEndOfCandidates, at: now)
    }

    /// Adds a candidate of ours that was found after the start, and forms its pairs; false where it is known or the table full.
    @discardableResult
    public mutating func addLocalCandidate(_ candidate: Candidate, at now: Instant) -> Bool {
        guard state != .closed, candidate.component == 1, localCandidates.count < Limits.localCandidates,
            !localCandidates.contains(where: { $0.address == candidate.address && $0.base == candidate.base })
        else { return false }
        localCandidates.append(candidate)
        localScopes = AddressPolicy.scopes(of: localCandidates)
        tell(.localCandidate(candidate), at: now)
        guard selected == nil, !hasFailed else { return true }
        for index in remoteCandidates.indices where remoteCandidates[index].generation == generation {
            let remote = remoteCandidates[index]
            switch remote.disposition {
            case .paired(let count):
                let more = formPairs(with: remote.candidate, and: candidate, at: now) ? 1 : 0
                remoteCandidates[index].disposition = .paired(count + more)
            case .setAside(.noLocalCounterpart):
                if formPairs(with: remote.candidate, and: candidate, at: now) { remoteCandidates[index].disposition = .paired(1) }
            default:
                break
            }
        }
        updateDeadline(at: now)
        return true
    }
}
