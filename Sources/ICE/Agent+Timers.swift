public import Wire

extension Agent {
    /// Does what is due. Harmless when called early or late; calling it at `nextDeadline` is all that is asked.
    public mutating func handleTimeout(at now: Instant, into outbox: inout Outbox) {
        guard state != .closed else { return }
        servePatience(at: now)
        serveTransactions(at: now, into: &outbox)
        serveConsent(at: now, into: &outbox)
        reviewChallenger(at: now, into: &outbox)
        sendDueChecks(at: now, into: &outbox)
        if let end = nomination.waitEnd, now >= end {
            continueNomination(at: now, into: &outbox)
            nomination.waitEnd = nil
        }
        refreshState(because: .pairFailed, at: now)
        updateDeadline(at: now)
    }

    private mutating func servePatience(at now: Instant) {
        guard let end = patienceEnd, now >= end else { return }
        patienceEnd = nil
        isPatient = false
        guard !hasFailed, selected == nil, active == nil else { return }
        tell(.patienceExpired, at: now)
    }

    /// The earliest of all that is awaited. An idle session awaits its next consent check and nothing else of its own.
    mutating func updateDeadline(at now: Instant) {
        guard state != .closed, !hasFailed else {
            nextDeadline = nil
            return
        }
        var deadline = earliest(patienceEnd, nomination.waitEnd)
        if !isPatient, active == nil, carried == nil { deadline = earliest(deadline, hopeEnd) }
        deadline = earliest(deadline, nomination.reviewEnd)
        for transaction in transactions { deadline = earliest(deadline, transaction.deadline) }
        if mayCheck {
            if !triggered.isEmpty {
                deadline = earliest(deadline, now)
            } else if selected == nil, checkList.hasWaiting {
                deadline = earliest(deadline, nextCheck)
            }
        }
        if let active {
            deadline = earliest(deadline, consent.next)
            deadline = earliest(deadline, disconnection)
            deadline = earliest(deadline, consentExpiry(of: active))
        }
        nextDeadline = earliest(deadline, carriedExpiry)
    }
}
