public import Wire

extension Agent {
    /// Takes back our own consent: from now on nothing is answered and nothing sent (RFC 7675 §5.2). The agent is closed.
    public mutating func revokeConsent(at now: Instant) {
        guard state != .closed else { return }
        tell(.consentRevoked, at: now)
        let previous = state
        state = .closed
        selectedPath = nil
        active = nil
        transactions = []
        triggered = []
        early = []
        validPaths.removeAll()
        tell(.stateChanged(from: previous, to: .closed, cause: .closed), at: now)
        updateDeadline(at: now)
    }

    /// Follows the pair that is sent on: the selected one, before a nomination the best valid one, after a restart the old one
    /// until a new one is nominated.
    mutating func refreshActive(at now: Instant) {
        guard state != .closed else { return }
        var chosen = selected
        if chosen == nil, carried == nil, !hasFailed { chosen = checkList.bestValid }
        if chosen != active {
            active = chosen
            consent = Consent()
            if let chosen { scheduleConsent(on: chosen, at: now) }
        }
        selectedPath = chosen.map { checkList.paths[$0] } ?? carried?.path
        if let selectedPath { validPaths.promote(selectedPath) }
    }

    private mutating func scheduleConsent(on index: Int, at now: Instant) {
        // A pair that was answered long ago is asked at once.
        let last = checkList.pairs[index].lastResponseReceived ?? now
        consent.next = now - last > configuration.consentInterval ? now : now + consentPeriod()
    }

    /// RFC 7675 §5.1: "each interval MUST be randomized from between 0.8 and 1.2 times the basic period."
    private mutating func consentPeriod() -> Duration {
        let basic = configuration.consentInterval.nanoseconds
        let share = Int64(truncatingIfNeeded: random.next() % 4001)
        return .nanoseconds(basic / 10_000 * (8000 + share))
    }

    mutating func noteConsentAsked(at now: Instant) {
        if consent.unansweredSince == nil { consent.unansweredSince = now }
    }

    mutating func noteConsent(answeredOn index: Int, at now: Instant) {
        guard index == active else { return }
        consent.unansweredSince = nil
        guard consent.isDisconnected else { return }
        consent.isDisconnected = false
        cancelTransactions(of: index)
        tell(.consentRegained(checkList.pairs[index].id), at: now)
        refreshState(because: .consentAnswered, at: now)
    }

    /// Asks for consent when it is due, notices silence, and stops sending when consent has expired.
    mutating func serveConsent(at now: Instant, into outbox: inout Outbox) {
        if let expiry = carriedExpiry, now >= expiry { dropCarried(at: now) }
        guard let index = active else { return }
        if let expiry = consentExpiry(of: index), now >= expiry {
            loseConsent(on: index, at: now, into: &outbox)
            return
        }
        if let next = consent.next, now >= next {
            sendCheck(on: index, .consent, at: now, into: &outbox)
            noteConsentAsked(at: now)
            consent.next = now + consentPeriod()
        }
        if let silence = disconnection, now >= silence {
            consent.isDisconnected = true
            refreshState(because: .consentUnanswered, at: now)
            recheck(index, at: now, into: &outbox)
            probeOthers(at: now, into: &outbox)
        }
    }

    /// The pair in use is silent: it is checked as in the beginning, retransmissions included, beside the consent checks that go on.
    ///
    /// RFC 7675 §5.1 asks on a lossy path no more than five to seven times before consent expires, which at 20 % loss each way ends
    /// one session in some hundreds every hour. An answer to any check proves as much; a check that is given up fails nothing here.
    private mutating func recheck(_ index: Int, at now: Instant, into outbox: inout Outbox) {
        sendCheck(on: index, .ordinary, at: now, into: &outbox)
        if !transactions.isEmpty { transactions[transactions.count - 1].isCancelled = true }
    }

    /// The pair in use is silent: the controlling agent asks on the best few others, to nominate one that answers.
    private mutating func probeOthers(at now: Instant, into outbox: inout Outbox) {
        guard role == .controlling, selected != nil else { return }
        let others = checkList.pairs.indices.filter {
            $0 != active && checkList.pairs[$0].failure != .consentExpired && checkList.pairs[$0].state != .inProgress
        }
        for index in others.sorted(by: { checkList.pairs[$0].priority > checkList.pairs[$1].priority }).prefix(Self.probes) {
            if !checkList.pairs[index].isValid { setState(of: index, to: .inProgress, because: .ordinaryCheck, at: now) }
            sendCheck(on: index, .triggered, at: now, into: &outbox)
        }
    }

    /// Pairs asked when the one in use is silent.
    static let probes = 4

    private mutating func loseConsent(on index: Int, at now: Instant, into outbox: inout Outbox) {
        let pair = checkList.pairs[index]
        tell(.consentLost(pair.id, lastResponse: pair.lastResponseReceived ?? now), at: now)
        fail(index, because: .consentExpired, at: now)
        // A valid pair whose last answer is as old gives no more consent than this one did.
        for other in checkList.pairs.indices where checkList.pairs[other].isValid && !hasFreshConsent(other, at: now) {
            fail(other, because: .consentExpired, at: now)
        }
        if checkList.bestValid == nil {
            hasFailed = true
            triggered = []
            transactions = []
        }
        refreshActive(at: now)
        continueNomination(at: now, into: &outbox)
        refreshState(because: .consentExpired, at: now)
    }

    private mutating func dropCarried(at now: Instant) {
        guard var pair = carried else { return }
        carried = nil
        if checkList.index(of: pair.path) == nil { validPaths.remove(pair.path) }
        pair.isSelected = false
        pair.state = .failed
        pair.failure = .consentExpired
        tell(.consentLost(pair.id, lastResponse: pair.lastResponseReceived ?? now), at: now)
        retire(pair)
        refreshActive(at: now)
        refreshState(because: .consentExpired, at: now)
    }

    func consentExpiry(of index: Int) -> Instant? {
        checkList.pairs[index].lastResponseReceived.map { $0 + configuration.consentExpiry }
    }

    var carriedExpiry: Instant? {
        carried?.lastResponseReceived.map { $0 + configuration.consentExpiry }
    }

    /// When the state becomes `disconnected`, should nothing come: later where the other end is still heard, for then it may be
    /// one lost answer.
    var disconnection: Instant? {
        guard let active, !consent.isDisconnected, let asked = consent.unansweredSince else { return nil }
        let isHeard = checkList.lastHeard(on: active).map { $0 > asked } ?? false
        return asked + configuration.disconnectedAfter + (isHeard ? .seconds(2) : .zero)
    }
}
