internal import STUN
internal import Wire

extension Agent {
    /// Detects and repairs a role conflict that a request shows (RFC 8445 §7.3.1.1); false where it is to be answered with 487.
    mutating func settleRole(with message: borrowing Message, at now: Instant) -> Bool {
        switch role {
        case .controlling:
            guard let theirs = message.iceControlling else { return true }
            // RFC 8445 §7.3.1.1: "If the agent's tiebreaker value is larger than or equal to the contents of the ICE-CONTROLLING
            // attribute, the agent generates a Binding error response"; else it "switches to the controlled role".
            if tieBreaker >= theirs { return false }
        case .controlled:
            guard let theirs = message.iceControlled else { return true }
            // Here the larger one becomes the controlling agent, and the smaller one is told so.
            if tieBreaker < theirs { return false }
        }
        guard roleChangesLeft > 0 else { return false }
        changeRole(because: .lostTieBreak, at: now)
        return true
    }

    /// Takes the other role because the other end refused ours, and checks the pair again (RFC 8445 §7.2.5.1).
    mutating func repairRole(after transaction: Transaction, at now: Instant, into outbox: inout Outbox) {
        // The role of the request decides: we may have changed since.
        if role == transaction.role {
            guard roleChangesLeft > 0 else {
                fail(transaction.pair, because: .refused(code: ErrorCode.roleConflict.rawValue), at: now)
                return
            }
            changeRole(because: .refusedWith487, at: now)
            // RFC 8445 §7.2.5.1: "the agent MUST change the tiebreaker value", lest two equal ones chase each other.
            tieBreaker = random.next()
        }
        guard checkList.pairs[transaction.pair].state != .succeeded else { return }
        setState(of: transaction.pair, to: .waiting, because: .roleConflict, at: now)
        checkList.pairs[transaction.pair].restartTriggering()
        sendTriggeredCheck(on: transaction.pair, at: now, into: &outbox)
    }

    mutating func changeRole(because cause: RoleCause, at now: Instant) {
        let previous = role
        role = previous.other
        counters.roleChanges &+= 1
        roleChangesLeft -= 1
        nomination = Nomination(selectedAt: nomination.selectedAt)
        // RFC 8445 §7.3.1.1: pair priorities are a function of the role, so they are computed anew.
        for index in checkList.pairs.indices { checkList.pairs[index].updatePriority(role: role) }
        tell(.roleChanged(from: previous, to: role, cause: cause), at: now)
    }
}
