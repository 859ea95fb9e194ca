internal import STUN
internal import Wire

extension Agent {
    /// Takes an answer to a check of ours: only one that knows the transaction and the other end's password counts (A4).
    mutating func handleResponse(_ message: borrowing Message, from path: Path, at now: Instant, into outbox: inout Outbox) {
        let id = message.transactionID
        guard let place = transactions.firstIndex(where: { $0.id == id }), let key = keys.remote else {
            ignore(.unknownTransaction, from: path, at: now)
            return
        }
        let transaction = transactions[place]
        switch message.integrity(under: key) {
        case .valid:
            break
        case .wrong:
            ignore(.wrongIntegrity, from: path, at: now)
            return
        case .absent:
            // RFC 8489 §9.1.4: such a response "MUST be discarded, as if it had never been received". What an error response
            // says is kept for people to read: a peer that cannot verify us cannot sign its refusal.
            if message.messageClass == .error, path == checkList.pairs[transaction.pair].path {
                noteError(message, on: transaction, isAuthenticated: false, at: now)
            } else {
                ignore(.noIntegrity, from: path, at: now)
            }
            return
        }
        guard message.fingerprint != .wrong else {
            ignore(.wrongFingerprint, from: path, at: now)
            return
        }
        if message.messageClass == .error {
            handleError(message, to: transaction, at: place, from: path, now, into: &outbox)
        } else {
            handleSuccess(message, to: transaction, at: place, from: path, now, into: &outbox)
        }
    }

    private mutating func handleSuccess(
        _ message: borrowing Message, to transaction: Transaction, at place: Int, from path: Path, _ now: Instant,
        into outbox: inout Outbox
    ) {
        let index = transaction.pair
        // RFC 8445 §7.2.5.2.1: the answer must come from where the request went, to where it came from; else "the agent MUST set
        // the candidate pair state to Failed".
        guard path == checkList.pairs[index].path else {
            transactions.remove(at: place)
            if checkList.pairs[index].state == .inProgress {
                fail(index, because: .asymmetric, at: now)
                refreshState(because: .pairFailed, at: now)
            }
            return
        }
        guard let mapped = message.xorMappedAddress else {
            ignore(.incomplete, from: path, at: now)
            return
        }
        transactions.remove(at: place)
        // RFC 7675 §5.1: a pair whose consent expired gets none from a late answer; only new credentials do.
        guard checkList.pairs[index].failure != .consentExpired else { return }
        let roundTrip = transaction.attempts == 1 ? now - transaction.firstSent : nil
        checkList.pairs[index].noteResponse(roundTrip: roundTrip, at: now)
        if transaction.kind != .consent {
            tellCheck(
                .checkAnswered(checkList.pairs[index].id, transaction.id, roundTripTime: roundTrip, mappedAddress: mapped), at: now)
        }
        if !checkList.pairs[index].isValid {
            cancelTransactions(of: index)
            learnLocal(mapped, on: index, at: now)
            setState(of: index, to: .succeeded, because: .answered, at: now)
        }
        if transaction.useCandidate, transaction.role == role, nomination.pending == index || selected == nil {
            if nomination.pending == index { nomination.pending = nil }
            nominate(index, byUs: true, at: now)
        } else if checkList.pairs[index].nominateOnSuccess, role == .controlled {
            nominate(index, byUs: false, at: now)
        }
        noteConsent(answeredOn: index, at: now)
        continueNomination(at: now, into: &outbox)
        considerChallenger(index, at: now, into: &outbox)
        refreshActive(at: now)
        refreshState(because: .pairSucceeded, at: now)
    }

    /// RFC 8445 §7.2.5.3.1: an address of ours that we did not know is a peer-reflexive candidate with the pair's base.
    private mutating func learnLocal(_ mapped: TransportAddress, on index: Int, at now: Instant) {
        let local = checkList.pairs[index].local
        guard mapped != local.address else { return }
        if let known = localCandidates.first(where: { $0.address == mapped && $0.base == local.base }) {
            checkList.pairs[index].local = known
            return
        }
        guard localCandidates.count < Limits.localCandidates else { return }
        let candidate = Candidate(
            kind: .peerReflexive, address: mapped, priority: local.peerReflexivePriority,
            foundation: "prflx\(local.foundation)", transport: local.transport, relatedAddress: local.base, base: local.base)
        localCandidates.append(candidate)
        checkList.pairs[index].local = candidate
        tell(.localCandidate(candidate), at: now)
    }

    private mutating func handleError(
        _ message: borrowing Message, to transaction: Transaction, at place: Int, from path: Path, _ now: Instant,
        into outbox: inout Outbox
    ) {
        guard let code = noteError(message, on: transaction, isAuthenticated: true, at: now) else {
            ignore(.incomplete, from: path, at: now)
            return
        }
        transactions.remove(at: place)
        let index = transaction.pair
        if nomination.pending == index, transaction.kind == .nomination { nomination.pending = nil }
        if code == .roleConflict {
            repairRole(after: transaction, at: now, into: &outbox)
        } else if !transaction.isCancelled {
            // RFC 8445 §7.2.5.2.4: an unrecoverable error response sets the pair to Failed.
            fail(index, because: .refused(code: code.rawValue), at: now)
            continueNomination(at: now, into: &outbox)
        }
        refreshActive(at: now)
        refreshState(because: .pairFailed, at: now)
    }

    @discardableResult
    private mutating func noteError(
        _ message: borrowing Message, on transaction: Transaction, isAuthenticated: Bool, at now: Instant
    ) -> ErrorCode? {
        guard let code = message.errorCode else { return nil }
        let reason = message.errorReason ?? ""
        let index = transaction.pair
        if isAuthenticated { checkList.pairs[index].responsesReceived &+= 1 }
        checkList.pairs[index].lastError = CandidatePair.CheckError(
            code: code.rawValue, reason: reason, at: now, isAuthenticated: isAuthenticated)
        tellCheck(
            .checkRefused(
                checkList.pairs[index].id, transaction.id, code: code.rawValue, reason: reason, isAuthenticated: isAuthenticated),
            at: now)
        return code
    }

    /// Counts a response that is ignored; tells it at most once a second for each reason.
    private mutating func ignore(_ reason: RejectedResponse, from path: Path, at now: Instant) {
        counters.responsesRejected[reason, default: 0] &+= 1
        if rejections.mayTell(reason, at: now) { tell(.responseRejected(reason, from: path), at: now) }
    }
}

extension CandidatePair {
    mutating func noteResponse(roundTrip: Duration?, at now: Instant) {
        responsesReceived &+= 1
        lastResponseReceived = now
        restartTriggering()
        guard let roundTrip else { return }
        currentRoundTripTime = roundTrip
        totalRoundTripTime += roundTrip
        roundTripTimeMeasurements &+= 1
        minimumRoundTripTime = min(minimumRoundTripTime ?? roundTrip, roundTrip)
        maximumRoundTripTime = max(maximumRoundTripTime ?? roundTrip, roundTrip)
    }

    mutating func restartTriggering() {
        triggeredChecks = 0
        lastTriggered = nil
    }
}
