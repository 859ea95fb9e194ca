internal import Wire

extension Agent {
    /// Follows what happened with the W3C state, and tells a change with its cause.
    mutating func refreshState(because cause: StateCause, at now: Instant) {
        guard state != .closed else { return }
        var cause = cause
        if hasRunOut(at: now) {
            // RFC 8863 §4: not before the timer has fired may the agent fail.
            hasFailed = true
            cause = checkList.pairs.isEmpty ? .noPairs : .allPairsFailed
            transactions = []
        }
        let next = presentState
        guard next != state else { return }
        let previous = state
        state = next
        tell(.stateChanged(from: previous, to: next, cause: cause), at: now)
    }

    /// Whether patience is over and no pair is left to hope for; or as long again has passed in vain, whatever still comes.
    private func hasRunOut(at now: Instant) -> Bool {
        guard !hasFailed, !isPatient, active == nil, carried == nil, remoteCredentials != nil else { return false }
        if let hopeEnd, now >= hopeEnd { return true }
        return checkList.unfinished == 0
    }

    private var presentState: State {
        if hasFailed { return .failed }
        if active != nil {
            if consent.isDisconnected { return .disconnected }
            return selected == nil ? .connected : .completed
        }
        return remoteCredentials == nil && early.isEmpty ? .new : .checking
    }
}
