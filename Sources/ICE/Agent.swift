internal import STUN
public import Wire

/// A full ICE agent for one stream of one component (RFC 8445), with trickle (RFC 8838), patience (RFC 8863) and consent
/// (RFC 7675).
///
/// Getters: `state`, `selectedPath`, `pairs`, `localCandidates`, `remoteCandidates`, `counters` …
/// Commands: `setRemote`, `addRemoteCandidate`, `setRemoteEndOfCandidates`, `restart`, `revokeConsent`. They write no datagram;
/// what they cause is due at `nextDeadline`, which is then `now`.
/// Input: `handle`, `handleTimeout`, `noteSent`, `noteReceived`. Output: the outbox, `nextDeadline`, `nextEvent`.
///
/// A value without clock, socket or thread. A request costs one pass, one look-up by path, two HMACs and no allocation.
public struct Agent: Sendable {
    public let configuration: Configuration
    var random: RandomSource

    // MARK: Who the two ends are

    public internal(set) var role: Role
    var tieBreaker: UInt64
    public internal(set) var localCredentials: Credentials
    public internal(set) var remoteCredentials: Credentials?
    public internal(set) var isRemoteLite = false
    /// How many restarts there were.
    public internal(set) var generation = 0
    var keys: Keys

    // MARK: Candidates and pairs

    public internal(set) var localCandidates: [Candidate]
    public internal(set) var remoteCandidates: [RemoteCandidate] = []
    var localScopes: AddressPolicy.Scopes
    var checkList = CheckList()
    /// Pairs that were pruned or belong to an earlier generation, the oldest first.
    var retiredPairs: [CandidatePair] = []
    /// The selected pair of before a restart, sent to until one of the new generation is nominated.
    var carried: CandidatePair?
    var nextPairNumber: UInt32 = 1
    var hasRemoteEndOfCandidates = false
    /// Authenticated requests that came before the other end's description.
    var early: [EarlyRequest] = []

    // MARK: Progress

    public internal(set) var state: State = .new
    /// Where to send: the selected pair's path, before a nomination the best valid pair's. Nil where nothing may be sent.
    public internal(set) var selectedPath: Path?
    var selected: Int?
    /// What `isValid` looks at, kept apart so that a caller in another module copies nothing else.
    @usableFromInline var validPaths = PathSet()
    /// The pair `selectedPath` belongs to, where it is one of this generation.
    var active: Int?
    var transactions: [Transaction] = []
    /// Pairs whose triggered check could not leave at once, because the call that caused it had no outbox.
    var triggered: [Int] = []
    var hasFailed = false
    var isPatient = true
    var roleChangesLeft = Self.roleChangesPerGeneration

    // MARK: Deadlines

    /// When `handleTimeout` is to be called; nil where nothing is awaited.
    public internal(set) var nextDeadline: Instant?
    var nextCheck: Instant
    var patienceEnd: Instant?
    /// When the agent fails though pairs are still being checked.
    var hopeEnd: Instant?
    var nomination = Nomination()
    var consent = Consent()

    // MARK: Facts

    public internal(set) var counters = Counters()
    var events = EventQueue()
    var rejections = Rejections()

    /// Role changes in one generation: two resolve any honest conflict; the rest bounds a peer that lies (SECURITY A19).
    static let roleChangesPerGeneration = 4

    public init(configuration: Configuration, random: RandomSource, at now: Instant) {
        self.configuration = configuration
        self.random = random
        role = configuration.role
        localCredentials = configuration.localCredentials
        localCandidates = Array(
            configuration.localCandidates.filter { $0.component == 1 }.prefix(Limits.localCandidates))
        localScopes = AddressPolicy.scopes(of: localCandidates)
        tieBreaker = configuration.tieBreaker ?? 0
        keys = Keys(local: configuration.localCredentials)
        nextCheck = now
        events.limit = configuration.undrainedEvents
        events.checkFactsLeft = configuration.checkFacts
        if configuration.tieBreaker == nil { tieBreaker = self.random.next() }
    }

    /// All pairs: those of the check list, best first, then those that were pruned or belong to earlier generations.
    public var pairs: [CandidatePair] {
        var all = checkList.pairs.sorted { $0.priority > $1.priority }
        if let carried { all.append(carried) }
        all.append(contentsOf: retiredPairs)
        return all
    }

    /// The pair that was nominated and is sent on; nil before.
    public var selectedPair: CandidatePair? {
        if let selected { return checkList.pairs[selected] }
        return carried
    }

    /// Whether DTLS and SRTP may come from `path`: a pair of ours whose check was answered.
    ///
    /// A few nanoseconds; the active path is compared first.
    @inlinable
    public func isValid(_ path: Path) -> Bool { validPaths.contains(path) }

    /// Whether a pair of the present generation goes by `path`, whatever became of it.
    public func hasPair(on path: Path) -> Bool { index(of: path) != nil }

    /// Whether `path` has sent a request with valid integrity while our own check of it is not yet answered.
    public func isAuthenticated(_ path: Path) -> Bool {
        if let index = index(of: path) {
            return checkList.pairs[index].requestsReceived > 0 && !checkList.pairs[index].isValid
        }
        return early.contains { $0.path == path }
    }

    /// The next fact, in order; nil when all were taken.
    public mutating func nextEvent() -> Event? { events.next() }

    /// Counts a datagram other than STUN that was sent.
    public mutating func noteSent(bytes: Int, on path: Path, at now: Instant) {
        if let index = index(of: path) {
            checkList.pairs[index].noteSent(bytes: bytes, at: now)
        } else if carried?.path == path {
            carried?.noteSent(bytes: bytes, at: now)
        }
    }

    /// Counts a datagram other than STUN that came.
    public mutating func noteReceived(bytes: Int, on path: Path, at now: Instant) {
        if let index = index(of: path) {
            checkList.pairs[index].noteReceived(bytes: bytes, at: now)
        } else if carried?.path == path {
            carried?.noteReceived(bytes: bytes, at: now)
        }
    }
}
