public import Wire

extension Agent {
    /// Begins a new generation with new credentials on one side or both (RFC 8445 §9).
    ///
    /// The old credentials and remote candidates are void at once. What is sent goes on over the old selected pair, for as long as
    /// its consent lasts, until a pair of the new generation is nominated. The role stays as it is.
    public mutating func restart(local: Credentials, remote: Credentials, isLite: Bool? = nil, at now: Instant) {
        guard state != .closed else { return }
        generation += 1
        carry()
        for pair in checkList.pairs {
            var pair = pair
            if pair.state == .waiting || pair.state == .inProgress {
                pair.state = .failed
                pair.failure = .restarted
            }
            retire(pair)
        }
        checkList.removeAll()
        validPaths.removeAll()
        if let carried { validPaths.insert(carried.path) }
        forgetOldRemoteCandidates()
        transactions = []
        triggered = []
        early = []
        nomination = Nomination()
        consent = Consent()
        active = nil
        selected = nil
        hasRemoteEndOfCandidates = false
        roleChangesLeft = Self.roleChangesPerGeneration
        events.checkFactsLeft = configuration.checkFacts
        keys = Keys(local: local, remote: remote, after: keys)
        localCredentials = local
        tell(.restarted(generation: generation, localUfrag: local.ufrag, remoteUfrag: remote.ufrag), at: now)
        begin(with: remote, isLite: isLite ?? isRemoteLite, at: now)
        refreshActive(at: now)
        refreshState(because: .restarted, at: now)
        updateDeadline(at: now)
    }

    /// Takes the active pair out of the check list, to be sent on meanwhile.
    private mutating func carry() {
        guard let active else { return }
        if var older = carried {
            older.isSelected = false
            retire(older)
        }
        var pair = checkList.pairs[active]
        // Requests on it carried the old password; what consent it has is what the last answer gave.
        pair.isSelected = true
        carried = pair
        checkList.take(active)
        self.active = nil
        selected = nil
    }

    /// Old candidates stay to be shown, as many as one generation may have.
    private mutating func forgetOldRemoteCandidates() {
        let surplus = remoteCandidates.count - Limits.remoteCandidates
        if surplus > 0 { remoteCandidates.removeFirst(surplus) }
    }
}
