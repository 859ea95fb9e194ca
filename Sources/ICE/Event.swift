public import STUN
public import Wire

/// The words of W3C RTCIceTransportState.
public enum State: String, Hashable, Sendable {
    /// The other end's credentials are not known.
    case new
    /// Checks run or are awaited; no pair is valid.
    case checking
    /// A pair is valid; none is nominated.
    case connected
    /// A nominated pair is selected (RFC 8445 §8.1.2: the check list is Completed).
    case completed
    /// Consent checks go unanswered; it may pass.
    case disconnected
    /// Nothing worked before the patience timer ran out, or consent was lost. Until a restart, the end.
    case failed
    case closed
}

/// Something that happened, and when.
public struct Event: Sendable {
    public let at: Instant
    public let fact: Fact
}

/// What happened to an agent, in the order it happened: the raw material of a timeline and a diagnosis.
public enum Fact: Sendable {
    case stateChanged(from: State, to: State, cause: StateCause)
    case remoteCredentials(ufrag: String, isLite: Bool)
    case remoteCandidate(Candidate, Disposition)
    case remoteEndOfCandidates
    /// An address of ours that an answer revealed, or that a check arrived at without having been a candidate.
    case localCandidate(Candidate)
    case pairCreated(CandidatePair.ID, local: Candidate, remote: Candidate, priority: UInt64)
    case pairStateChanged(CandidatePair.ID, from: CandidatePair.State, to: CandidatePair.State, cause: PairCause)
    /// A request left. `attempt` is 1 for the first sending of a transaction. Consent checks are counted, not told.
    case checkSent(CandidatePair.ID, TransactionID, CheckKind, attempt: Int)
    /// An authenticated request came.
    case checkReceived(CandidatePair.ID, TransactionID, useCandidate: Bool)
    /// An authenticated answer came to a check of ours.
    case checkAnswered(CandidatePair.ID, TransactionID, roundTripTime: Duration?, mappedAddress: TransportAddress?)
    /// A refusal came to a check of ours; nothing but a hint unless it is authenticated.
    case checkRefused(CandidatePair.ID, TransactionID, code: UInt16, reason: String, isAuthenticated: Bool)
    /// A request was not answered, or was refused. At most one a second for each reason; `Agent.counters` has the totals.
    case requestRejected(RejectedRequest, from: Path)
    /// A response was ignored. At most one a second for each reason.
    case responseRejected(RejectedResponse, from: Path)
    /// `byUs` where we are the controlling agent.
    case nominated(CandidatePair.ID, byUs: Bool)
    case selected(CandidatePair.ID, previous: CandidatePair.ID?)
    case roleChanged(from: Role, to: Role, cause: RoleCause)
    /// No answer on the pair since `lastResponse`: it is sent to no more.
    case consentLost(CandidatePair.ID, lastResponse: Instant)
    /// Answers come again, after `disconnected` or on a new pair after a loss.
    case consentRegained(CandidatePair.ID)
    /// We took our own consent back: nothing is answered or sent from now on.
    case consentRevoked
    case restarted(generation: Int, localUfrag: String, remoteUfrag: String)
    /// RFC 8863: from now on the agent may fail.
    case patienceExpired
}

/// Why the state of an agent changed.
public enum StateCause: String, Hashable, Sendable {
    case remoteDescription = "remote-description"
    case checkReceived = "check-received"
    case pairSucceeded = "pair-succeeded"
    case pairNominated = "pair-nominated"
    case consentUnanswered = "consent-unanswered"
    case consentAnswered = "consent-answered"
    case consentExpired = "consent-expired"
    /// The patience timer ran out and every pair has failed.
    case allPairsFailed = "all-pairs-failed"
    /// The patience timer ran out and there never was a pair.
    case noPairs = "no-pairs"
    case pairFailed = "pair-failed"
    case restarted
    case closed
}

/// Why the state of a pair changed.
public enum PairCause: Hashable, Sendable {
    /// Its turn came in the check list.
    case ordinaryCheck
    /// A request of the other end arrived on it.
    case triggeredCheck
    case answered
    case roleConflict
    case failure(CandidatePair.Failure)
}

/// What a request of ours is for.
public enum CheckKind: String, Hashable, Sendable {
    case ordinary, triggered, nomination, consent
}

/// Why a request was not served.
public enum RejectedRequest: String, Hashable, Sendable, CaseIterable {
    /// No USERNAME or no MESSAGE-INTEGRITY.
    case noIntegrity = "no-integrity"
    /// USERNAME is not ours and the other end's.
    case unknownUsername = "unknown-username"
    /// USERNAME is that of before a restart.
    case staleUsername = "stale-username"
    /// USERNAME is right and the integrity is not.
    case wrongPassword = "wrong-password"
    case wrongFingerprint = "wrong-fingerprint"
    case malformed
    /// Answered with 420.
    case unknownAttributes = "unknown-attributes"
    /// Answered with 400: both roles claimed at once.
    case badRequest = "bad-request"
    /// Answered with 487.
    case roleConflict = "role-conflict"
    /// `Limits.peerReflexiveCandidates` or the check list are full.
    case tooManySources = "too-many-sources"
    /// From an unknown path, after the agent has failed.
    case agentFailed = "agent-failed"
    /// Another method than Binding.
    case notBinding = "not-binding"
}

/// Why a response was ignored.
public enum RejectedResponse: String, Hashable, Sendable, CaseIterable {
    /// No request of ours has its transaction identifier, or it is long answered.
    case unknownTransaction = "unknown-transaction"
    case wrongIntegrity = "wrong-integrity"
    case noIntegrity = "no-integrity"
    case wrongFingerprint = "wrong-fingerprint"
    /// No XOR-MAPPED-ADDRESS, or no ERROR-CODE.
    case incomplete
}

public enum RoleCause: String, Hashable, Sendable {
    /// The other end answered 487.
    case refusedWith487 = "refused-with-487"
    /// The other end claimed our role with a tie-breaker that wins.
    case lostTieBreak = "lost-tie-break"
    /// A lite agent never controls.
    case peerIsLite = "peer-is-lite"
}
