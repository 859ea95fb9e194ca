internal import Wire

extension Agent {
    /// Pairs a remote candidate with every candidate of ours that can reach it; the number of pairs formed.
    mutating func formPairs(with remote: Candidate, at now: Instant) -> Int {
        var formed = 0
        for index in localCandidates.indices where formPairs(with: remote, and: localCandidates[index], at: now) { formed += 1 }
        return formed
    }

    mutating func formPairs(with remote: Candidate, and local: Candidate, at now: Instant) -> Bool {
        guard local.canReach(remote) else { return false }
        // RFC 8445 §6.1.2.4: a pair is sent from its base, so a reflexive candidate's pair is its base's: the one of higher
        // priority stays.
        let path = Path(local: local.base, remote: remote.address.inZone(of: local.base), transport: local.transport)
        if let known = checkList.index(of: path) {
            if checkList.pairs[known].local.priority < local.priority, checkList.pairs[known].state == .waiting {
                checkList.pairs[known].local = local
                checkList.pairs[known].updatePriority(role: role)
            }
            return false
        }
        return addPair(local: local, remote: remote, path: path, at: now) != nil
    }

    /// Adds a pair to the check list; where that is full, in the place of one of lower priority.
    mutating func addPair(local: Candidate, remote: Candidate, path: Path, at now: Instant) -> Int? {
        let id = CandidatePair.ID(number: nextPairNumber)
        let pair = CandidatePair(
            id: id, generation: generation, local: local, remote: remote, path: path, role: role, created: now)
        let index: Int
        if checkList.pairs.count < Limits.candidatePairs {
            index = checkList.append(pair)
        } else if let place = prunable(below: pair.priority) {
            prune(place, at: now)
            checkList.replace(at: place, with: pair)
            index = place
        } else {
            counters.pairsPruned &+= 1
            return nil
        }
        nextPairNumber &+= 1
        tell(.pairCreated(id, local: local, remote: remote, priority: pair.priority), at: now)
        return index
    }

    /// The pair to give up for a better one (RFC 8445 §6.1.2.5): a failed one first, else the waiting one of lowest priority.
    private func prunable(below priority: UInt64) -> Int? {
        var lowest: Int?
        for index in checkList.pairs.indices {
            let pair = checkList.pairs[index]
            guard pair.state == .failed || pair.state == .waiting && pair.priority < priority, !triggered.contains(index),
                index != active, index != selected
            else { continue }
            if let known = lowest {
                let other = checkList.pairs[known]
                if other.state == .failed, pair.state != .failed { continue }
                if other.state == pair.state, other.priority <= pair.priority { continue }
            }
            lowest = index
        }
        return lowest
    }

    private mutating func prune(_ index: Int, at now: Instant) {
        counters.pairsPruned &+= 1
        if checkList.pairs[index].state != .failed { fail(index, because: .pruned, at: now) }
        transactions.removeAll { $0.pair == index }
        if nomination.pending == index { nomination.pending = nil }
        if nomination.challenger == index { nomination.challenger = nil }
        retire(checkList.pairs[index])
    }

    /// Keeps a pair that is no longer checked, to be shown; the oldest go when there are more than a check list holds.
    mutating func retire(_ pair: CandidatePair) {
        if retiredPairs.count >= Limits.candidatePairs { retiredPairs.removeFirst() }
        retiredPairs.append(pair)
    }

    /// Changes a pair's state and tells it.
    mutating func setState(of index: Int, to state: CandidatePair.State, because cause: PairCause, at now: Instant) {
        let previous = checkList.pairs[index].state
        guard previous != state else { return }
        checkList.pairs[index].state = state
        if state == .succeeded {
            validPaths.insert(checkList.paths[index])
        } else if previous == .succeeded {
            validPaths.remove(checkList.paths[index])
        }
        if case .failure(let failure) = cause {
            checkList.pairs[index].failure = failure
        } else {
            checkList.pairs[index].failure = nil
        }
        tell(.pairStateChanged(checkList.pairs[index].id, from: previous, to: state, cause: cause), at: now)
    }

    mutating func fail(_ index: Int, because failure: CandidatePair.Failure, at now: Instant) {
        setState(of: index, to: .failed, because: .failure(failure), at: now)
        cancelTransactions(of: index)
        triggered.removeAll { $0 == index }
        if nomination.pending == index { nomination.pending = nil }
        if selected == index {
            checkList.pairs[index].isSelected = false
            selected = nil
        }
    }

    func index(of path: Path) -> Int? {
        if let active, checkList.paths[active].isSame(as: path) { return active }
        return checkList.index(of: path)
    }
}

extension CandidatePair {
    mutating func updatePriority(role: Role) {
        priority = Self.priority(local: local.priority, remote: remote.priority, role: role)
    }

    mutating func noteSent(bytes: Int, at now: Instant) {
        packetsSent &+= 1
        bytesSent &+= UInt64(truncatingIfNeeded: bytes)
        lastPacketSent = now
    }

    mutating func noteReceived(bytes: Int, at now: Instant) {
        packetsReceived &+= 1
        bytesReceived &+= UInt64(truncatingIfNeeded: bytes)
        lastPacketReceived = now
    }
}

extension Candidate {
    /// Whether a datagram from this candidate's base can reach `remote` at all.
    func canReach(_ remote: Candidate) -> Bool {
        let here = base.ip
        let there = remote.address.ip
        guard transport == remote.transport, here.family == there.family else { return false }
        // RFC 6544 §6.2: the active side connects to the passive one; what connects to us needs no pair beforehand.
        if transport == .tcp, !(tcpType == .active && remote.tcpType == .passive) { return false }
        // RFC 8445 §6.1.2.2: "IPv6 link-local addresses MUST NOT be paired with other than link-local addresses."
        if here.family == .v6, here.isLinkLocal != there.isLinkLocal { return false }
        // What leaves a loopback address never leaves the machine, and what does not cannot reach one.
        return here.isLoopback == there.isLoopback
    }
}

extension TransportAddress {
    /// A link-local address in the zone of the interface it is reached by.
    func inZone(of local: TransportAddress) -> TransportAddress {
        ip.isLinkLocal && ip.zone == 0 ? TransportAddress(ip.withZone(local.ip.zone), port) : self
    }
}
