internal import STUN
internal import Wire

extension Agent {
    /// Keeps an authenticated request that came before the other end's description.
    ///
    /// RFC 8445 §7.3: an agent must be ready for checks as soon as its candidates are out; it answers, and forms the pair when it
    /// knows whose they are.
    mutating func remember(_ message: borrowing Message, from path: Path, at now: Instant) {
        if let known = early.firstIndex(where: { $0.path == path }) {
            if message.useCandidate { early[known].useCandidate = true }
            return
        }
        guard early.count < Limits.peerReflexiveCandidates, let username = message.username else {
            reject(.tooManySources, from: path, at: now)
            return
        }
        early.append(
            EarlyRequest(
                path: path, priority: message.priority ?? Candidate.priority(kind: .peerReflexive, localPreference: 0),
                useCandidate: message.useCandidate, username: username.array, at: now))
    }

    /// Acts upon what was kept, now that the other half of the username can be compared too.
    mutating func adoptEarlyRequests(at now: Instant) {
        let requests = early
        early = []
        for request in requests {
            guard request.username == keys.inbound else {
                reject(.unknownUsername, from: request.path, at: now)
                continue
            }
            guard let index = checkList.index(of: request.path) ?? learnPair(on: request.path, priority: request.priority, at: now)
            else {
                reject(.tooManySources, from: request.path, at: now)
                continue
            }
            checkList.pairs[index].noteRequest(at: request.at)
            if request.useCandidate { checkList.pairs[index].nominateOnSuccess = true }
            triggered.append(index)
        }
    }
}
