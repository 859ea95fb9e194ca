public import Wire

/// Which agent nominates (RFC 8445 §6.1.1).
public enum Role: String, Hashable, Sendable {
    case controlling, controlled

    var other: Role { self == .controlling ? .controlled : .controlling }
}

/// A local and a remote candidate, what is known about the way between them, and what went over it (RFC 8445 §6.1.2).
public struct CandidatePair: Sendable {
    /// Names a pair within its agent, across restarts.
    public struct ID: Hashable, Sendable, CustomStringConvertible {
        public let number: UInt32
        public var description: String { "CP\(number)" }
    }

    /// RFC 8445 §6.1.2.6. The raw values are those of W3C RTCStatsIceCandidatePairState.
    public enum State: String, Hashable, Sendable {
        // RFC 8445 §6.1.2.6, not done: one stream of one component, so every pair starts in Waiting and none is Frozen.
        case waiting
        case inProgress = "in-progress"
        case succeeded
        case failed
    }

    /// Why a pair failed or is no longer checked.
    public enum Failure: Hashable, Sendable {
        /// Every retransmission went unanswered.
        case timedOut
        /// The other end refused the check.
        case refused(code: UInt16)
        /// RFC 8445 §7.2.5.2.1: the answer came from or to another address than the request's.
        case asymmetric
        /// RFC 7675 §5.1: no answer for the consent interval.
        case consentExpired
        /// A better pair took its place in a full check list.
        case pruned
        /// A restart ended its generation.
        case restarted
        /// A pair was nominated before it was tried.
        case superseded
    }

    /// What a refusal said.
    public struct CheckError: Hashable, Sendable {
        public let code: UInt16
        public let reason: String
        public let at: Instant
        /// Whether its integrity was proven; if not it is a hint for people and changed nothing.
        public let isAuthenticated: Bool
    }

    public let id: ID
    public let generation: Int
    public internal(set) var local: Candidate
    public internal(set) var remote: Candidate
    /// The way its datagrams go: from the base of `local` to the address of `remote`.
    public let path: Path
    public let created: Instant
    public internal(set) var priority: UInt64
    public internal(set) var state: State
    /// Why it is in state `failed`.
    public internal(set) var failure: Failure?
    public internal(set) var isNominated = false
    public internal(set) var isSelected = false
    public internal(set) var lastError: CheckError?

    /// Requests other than consent checks, without retransmissions.
    public internal(set) var requestsSent: UInt64 = 0
    public internal(set) var retransmissionsSent: UInt64 = 0
    public internal(set) var requestsReceived: UInt64 = 0
    public internal(set) var responsesSent: UInt64 = 0
    public internal(set) var responsesReceived: UInt64 = 0
    public internal(set) var consentRequestsSent: UInt64 = 0
    /// The last round trip of an answered request that was sent once; nil until there is one.
    public internal(set) var currentRoundTripTime: Duration?
    public internal(set) var totalRoundTripTime: Duration = .zero
    public internal(set) var roundTripTimeMeasurements: UInt64 = 0
    /// The shortest and the longest of them.
    public internal(set) var minimumRoundTripTime: Duration?
    public internal(set) var maximumRoundTripTime: Duration?
    public internal(set) var bytesSent: UInt64 = 0
    public internal(set) var bytesReceived: UInt64 = 0
    public internal(set) var packetsSent: UInt64 = 0
    public internal(set) var packetsReceived: UInt64 = 0
    public internal(set) var lastPacketSent: Instant?
    public internal(set) var lastPacketReceived: Instant?
    public internal(set) var firstRequestSent: Instant?
    public internal(set) var firstRequestReceived: Instant?
    public internal(set) var lastRequestReceived: Instant?
    /// The last authenticated answer: what consent counts from.
    public internal(set) var lastResponseReceived: Instant?

    /// USE-CANDIDATE came before our own check succeeded (RFC 8445 §7.3.1.5).
    var nominateOnSuccess = false
    /// The triggered checks sent since the last answer, and when the last one left: they come less and less often.
    var triggeredChecks = 0
    var lastTriggered: Instant?

    /// Whether a check of ours was answered: DTLS and SRTP may come and go here.
    public var isValid: Bool { state == .succeeded }

    init(id: ID, generation: Int, local: Candidate, remote: Candidate, path: Path, role: Role, created: Instant) {
        self.created = created
        self.id = id
        self.generation = generation
        self.local = local
        self.remote = remote
        self.path = path
        state = .waiting
        priority = Self.priority(local: local.priority, remote: remote.priority, role: role)
    }

    /// RFC 8445 §6.1.2.3: "pair priority = 2^32*MIN(G,D) + 2*MAX(G,D) + (G>D?1:0)", G being the controlling agent's.
    static func priority(local: UInt32, remote: UInt32, role: Role) -> UInt64 {
        let (controlling, controlled) = role == .controlling ? (local, remote) : (remote, local)
        return UInt64(min(controlling, controlled)) << 32 &+ UInt64(max(controlling, controlled)) << 1
            &+ (controlling > controlled ? 1 : 0)
    }
}
