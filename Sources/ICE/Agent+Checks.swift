internal import STUN
internal import Wire

extension Agent {
    /// Whether checks may be sent at all.
    var mayCheck: Bool { remoteCredentials != nil && !hasFailed && state != .closed }

    /// Sends a new request on a pair.
    mutating func sendCheck(on index: Int, _ kind: CheckKind, at now: Instant, into outbox: inout Outbox) {
        let isConsent = kind == .consent
        // RFC 8445 §8.1.1: a nomination repeats the check of a valid pair with USE-CANDIDATE. Consent checks of that pair repeat it:
        // before the answer, in case it was lost; after it, so that the nomination follows a NAT binding that changed.
        let nominates =
            role == .controlling
            && (kind == .nomination || isConsent && (selected == index || nomination.pending == index))
        let interval = retransmissionInterval
        var transaction = Transaction(
            id: TransactionID(random: &random), pair: index, kind: kind, role: role, tieBreaker: tieBreaker,
            useCandidate: nominates, firstSent: now, interval: interval, nextSend: now + interval,
            expiry: expiry(of: index, sentAt: now))
        if isConsent {
            // RFC 7675 §5.1: consent checks are not retransmitted; each is a transaction of its own.
            transaction.nextSend = nil
            transaction.expiry = now + configuration.consentExpiry
            transaction.isCancelled = true
            checkList.pairs[index].consentRequestsSent &+= 1
        } else {
            checkList.pairs[index].requestsSent &+= 1
            if checkList.pairs[index].firstRequestSent == nil { checkList.pairs[index].firstRequestSent = now }
            tellCheck(.checkSent(checkList.pairs[index].id, transaction.id, kind, attempt: 1), at: now)
        }
        write(transaction, into: &outbox)
        insert(transaction)
    }

    /// When a check sent now is given up: after the time of all its retransmissions, yet not much later than the pair's first check
    /// would be. A peer that is heard and does not hear us asks again and again, and would hold the pair in progress for ever.
    private func expiry(of index: Int, sentAt now: Instant) -> Instant {
        let whole = now + configuration.patience
        guard let first = checkList.pairs[index].firstRequestSent, !checkList.pairs[index].isValid else { return whole }
        return min(whole, max(first + configuration.patience, now + Self.lastChance))
    }

    /// How long a check has on a pair whose first one was sent a whole patience ago.
    static let lastChance = Duration.seconds(8)

    /// Keeps a transaction; the oldest cancelled one goes when there are too many.
    private mutating func insert(_ transaction: Transaction) {
        if transactions.count >= Self.transactionsKept {
            transactions.remove(at: transactions.firstIndex(where: \.isCancelled) ?? 0)
        }
        transactions.append(transaction)
    }

    /// Two for each pair of a full check list, and some for those a peer's own checks keep restarting.
    static let transactionsKept = 256

    /// The first retransmission interval: what all unfinished pairs take to have their turn.
    private var retransmissionInterval: Duration {
        // RFC 8445 §14.3, not done: its formula multiplies this by the number of all checks once more, a minute and more for a few
        // dozen pairs. "Agents MAY calculate the RTO value using other mechanisms".
        max(configuration.initialRetransmission, configuration.pacing * checkList.unfinished)
    }

    /// Two fragments of 256 bytes and a colon.
    static let usernameBytes = 513

    func write(_ transaction: Transaction, into outbox: inout Outbox) {
        // RFC 8839 §5.4 bounds a fragment to 256 characters; what is longer would not fit an attribute, and is not sent.
        guard let key = keys.remote, keys.outbound.count <= Self.usernameBytes else { return }
        let priority = checkList.pairs[transaction.pair].local.peerReflexivePriority
        let username = keys.outbound
        outbox.append(to: checkList.paths[transaction.pair]) { buffer in
            MessageBuilder.append(.bindingRequest, transaction.id, to: &buffer) { request in
                request.add(.username, username.span)
                // RFC 8445 §7.1.1: the priority of the peer-reflexive candidate this check may reveal.
                request.add(.priority, priority)
                request.add(transaction.role == .controlling ? .iceControlling : .iceControlled, transaction.tieBreaker)
                if transaction.useCandidate { request.addFlag(.useCandidate) }
                request.finish(integrity: key)
                request.finishWithFingerprint()
            }
        }
    }

    /// Sends the check a request of the other end asks for, at once (RFC 8445 §7.3.1.4).
    mutating func sendTriggeredCheck(on index: Int, at now: Instant, into outbox: inout Outbox) {
        guard mayCheck else { return }
        // The first comes at once. Those that lead to nothing back off, from half the pace to 32 times that: two agents behind NATs
        // that answer from ever other ports would trigger each other's checks at the speed of light.
        if let last = checkList.pairs[index].lastTriggered {
            let wait = configuration.pacing / 2 * (1 << min(checkList.pairs[index].triggeredChecks - 1, 5))
            if now - last < wait { return }
        }
        checkList.pairs[index].lastTriggered = now
        checkList.pairs[index].triggeredChecks += 1
        triggered.removeAll { $0 == index }
        // RFC 8445 §7.3.1.4: where the pair is In-Progress, "the agent cancels the In-Progress transaction": it sends it no
        // more, yet takes a late answer.
        cancelTransactions(of: index)
        setState(of: index, to: .inProgress, because: .triggeredCheck, at: now)
        sendCheck(on: index, .triggered, at: now, into: &outbox)
    }

    /// RFC 8445 §6.1.4.2: the checks that are due: all triggered ones, then one ordinary check each Ta.
    mutating func sendDueChecks(at now: Instant, into outbox: inout Outbox) {
        guard mayCheck else { return }
        while let index = triggered.first {
            triggered.removeFirst()
            if checkList.pairs[index].state != .succeeded { sendTriggeredCheck(on: index, at: now, into: &outbox) }
        }
        guard selected == nil else { return }
        while now >= nextCheck, let index = checkList.nextWaiting {
            setState(of: index, to: .inProgress, because: .ordinaryCheck, at: now)
            sendCheck(on: index, .ordinary, at: now, into: &outbox)
            // Pacing spares the network and its NATs; a check to ourselves reaches neither.
            if !staysOnThisMachine(checkList.pairs[index].path) { nextCheck = now + configuration.pacing }
        }
    }

    private func staysOnThisMachine(_ path: Path) -> Bool {
        path.remote.ip.isLoopback || localCandidates.contains { $0.base.ip == path.remote.ip }
    }

    /// Retransmits and gives up.
    mutating func serveTransactions(at now: Instant, into outbox: inout Outbox) {
        var index = 0
        while index < transactions.count {
            if let due = transactions[index].nextSend, due <= now {
                resend(index, at: now, into: &outbox)
                index += 1
            } else if transactions[index].nextSend == nil, transactions[index].expiry <= now {
                let expired = transactions.remove(at: index)
                giveUp(expired, at: now, into: &outbox)
                index = 0
            } else {
                index += 1
            }
        }
    }

    private mutating func resend(_ index: Int, at now: Instant, into outbox: inout Outbox) {
        transactions[index].attempts += 1
        let transaction = transactions[index]
        let interval = transaction.interval * 2
        transactions[index].interval = interval
        if transaction.attempts < Transaction.sendings {
            transactions[index].nextSend = now + interval
        } else {
            // RFC 8489 §6.2.1: after the last sending, Rm first intervals are waited for. Where many pairs made those long, no
            // longer than patience lasts.
            let first = interval / (1 << (Transaction.sendings - 1))
            transactions[index].nextSend = nil
            transactions[index].expiry = min(now + first * Transaction.lastWait, transaction.expiry)
        }
        if let next = transactions[index].nextSend, next >= transaction.expiry { transactions[index].nextSend = nil }
        checkList.pairs[transaction.pair].retransmissionsSent &+= 1
        tellCheck(
            .checkSent(checkList.pairs[transaction.pair].id, transaction.id, transaction.kind, attempt: transaction.attempts),
            at: now)
        write(transaction, into: &outbox)
    }

    private mutating func giveUp(_ transaction: Transaction, at now: Instant, into outbox: inout Outbox) {
        guard !transaction.isCancelled else { return }
        if transaction.kind == .nomination, hasFreshConsent(transaction.pair, at: now) {
            // The pair works; only this request, or its answers, were lost seven times. The next one may not be.
            if nomination.pending == transaction.pair { nomination.pending = nil }
        } else {
            fail(transaction.pair, because: .timedOut, at: now)
        }
        continueNomination(at: now, into: &outbox)
        refreshActive(at: now)
        refreshState(because: .pairFailed, at: now)
    }

    /// Stops the retransmission of a pair's requests; late answers still count.
    mutating func cancelTransactions(of pair: Int) {
        for index in transactions.indices where transactions[index].pair == pair {
            if transactions[index].nextSend != nil {
                transactions[index].nextSend = nil
            }
            transactions[index].isCancelled = true
        }
    }
}
