internal import Wire

extension Agent {
    /// What an authenticated request asks of its pair: a check back, and a nomination where it carries one.
    mutating func actUpon(useCandidate: Bool, pair index: Int, at now: Instant, into outbox: inout Outbox) {
        let nominated = useCandidate && role == .controlled
        if nominated { checkList.pairs[index].nominateOnSuccess = true }
        // RFC 7675 §5.1: "the same ICE credentials MUST NOT be used on the affected 5-tuple again" once consent has expired.
        guard !hasFailed, checkList.pairs[index].failure != .consentExpired else { return }
        // RFC 8445 §7.3.1.5: a nomination of a pair that is valid already is complete. A success of long ago is no consent to
        // send now, so such a pair is checked anew.
        if checkList.pairs[index].isValid, !nominated || selected == index || hasFreshConsent(index, at: now) {
            if nominated { nominate(index, byUs: false, at: now) }
            refreshActive(at: now)
            return
        }
        sendTriggeredCheck(on: index, at: now, into: &outbox)
    }

    func hasFreshConsent(_ index: Int, at now: Instant) -> Bool {
        guard let last = checkList.pairs[index].lastResponseReceived else { return false }
        return now - last < configuration.consentExpiry
    }

    /// A pair is nominated: it is selected, unless a better nominated pair is in use and alive.
    ///
    /// RFC 8445 §8.1.1 nominates once. A peer of RFC 5245 may nominate several pairs, of which the one of highest priority counts
    /// (RFC 5245 §8.1.1.2); browsers move a nomination when their network changes, and then the old pair is silent.
    mutating func nominate(_ index: Int, byUs: Bool, at now: Instant) {
        if !checkList.pairs[index].isNominated {
            checkList.pairs[index].isNominated = true
            tell(.nominated(checkList.pairs[index].id, byUs: byUs), at: now)
        }
        guard let current = selected, current != index else {
            if selected == nil { select(index, at: now) }
            return
        }
        if !byUs, checkList.pairs[index].priority < checkList.pairs[current].priority,
            let heard = checkList.lastHeard(on: current), now - heard < Self.silence
        {
            return
        }
        select(index, at: now)
    }

    /// How long a selected pair must be silent before a nomination of one with lower priority is believed.
    static let silence = Duration.seconds(2)

    private mutating func select(_ index: Int, at now: Instant) {
        let previous = selected.map { checkList.pairs[$0].id } ?? carried?.id
        if let selected { checkList.pairs[selected].isSelected = false }
        checkList.pairs[index].isSelected = true
        selected = index
        nomination = Nomination(selectedAt: now)
        counters.selectedPairChanges &+= 1
        if var old = carried {
            carried = nil
            if checkList.index(of: old.path) == nil { validPaths.remove(old.path) }
            old.isSelected = false
            retire(old)
        }
        tell(.selected(checkList.pairs[index].id, previous: previous), at: now)
        conclude(at: now)
        refreshActive(at: now)
        refreshState(because: .pairNominated, at: now)
    }

    /// RFC 8445 §8.1.2: once a pair is nominated the others are checked no more; the other end's own checks are still served.
    private mutating func conclude(at now: Instant) {
        triggered.removeAll()
        for index in checkList.pairs.indices where checkList.pairs[index].state == .inProgress && index != selected {
            fail(index, because: .superseded, at: now)
        }
    }

    /// Nominates where it is our turn and time (RFC 8445 §8.1.1): the best valid pair at once where it is direct; where it is
    /// relayed, when no better pair is left to try or the wait for one is over.
    mutating func continueNomination(at now: Instant, into outbox: inout Outbox) {
        guard role == .controlling, selected == nil, nomination.pending == nil, mayCheck, let best = checkList.bestValid else {
            return
        }
        let pair = checkList.pairs[best]
        if pair.local.kind == .relayed || pair.remote.kind == .relayed {
            let hasHope = checkList.pairs.contains {
                $0.priority > pair.priority && ($0.state == .waiting || $0.state == .inProgress)
            }
            let end = nomination.waitEnd ?? now + configuration.nominationPatience
            nomination.waitEnd = end
            if hasHope, now < end { return }
        }
        nomination.pending = best
        sendCheck(on: best, .nomination, at: now, into: &outbox)
    }

    /// A pair other than the selected one became valid: perhaps the other end's NAT gave it a new address, and the selected pair
    /// leads nowhere. We ask on it once, and take the newcomer if nothing comes.
    mutating func considerChallenger(_ index: Int, at now: Instant, into outbox: inout Outbox) {
        // RFC 8445 §8.1.1, not done where the nominated pair is silent: "the agent MUST NOT nominate another pair for same component
        // of the data stream within the ICE session". Its way is a restart, which needs the other end's signalling; here is nothing
        // to lose.
        guard role == .controlling, let selected, selected != index, nomination.reviewEnd == nil, nomination.pending == nil,
            consent.isDisconnected || checkList.pairs[index].created > nomination.selectedAt
        else { return }
        nomination.challenger = index
        nomination.reviewStart = now
        let roundTrip = checkList.pairs[selected].currentRoundTripTime ?? .zero
        nomination.reviewEnd = now + max(configuration.initialRetransmission, roundTrip * 3)
        sendCheck(on: selected, .consent, at: now, into: &outbox)
        noteConsentAsked(at: now)
    }

    /// The end of the wait for the selected pair's answer.
    mutating func reviewChallenger(at now: Instant, into outbox: inout Outbox) {
        guard let end = nomination.reviewEnd, now >= end else { return }
        let challenger = nomination.challenger
        let start = nomination.reviewStart
        nomination.reviewEnd = nil
        nomination.reviewStart = nil
        nomination.challenger = nil
        guard role == .controlling, let selected, let challenger, let start, checkList.pairs[challenger].isValid else { return }
        if let answered = checkList.pairs[selected].lastResponseReceived, answered > start { return }
        checkList.pairs[challenger].isNominated = false
        nomination.pending = challenger
        sendCheck(on: challenger, .nomination, at: now, into: &outbox)
    }
}
