internal import Wire

extension Agent {
    /// What an agent is made of. The times are the RFCs' own; tests shorten nothing, they have virtual time.
    public struct Configuration: Sendable {
        public var role: Role
        /// RFC 8445 §16.1: sixty-four random bits; nil draws them.
        public var tieBreaker: UInt64?
        public var localCredentials: Credentials
        public var localCandidates: [Candidate]
        public var policy: AddressPolicy
        /// RFC 8863 §4: how long the agent may not fail, however badly things go: the time one check takes to be given up.
        public var patience: Duration = .milliseconds(39_500)
        /// Ta, RFC 8445 §14.2: between two ordinary checks of a session; 50 ms is its default.
        public var pacing: Duration = .milliseconds(50)
        /// RFC 8445 §14.3: "Agents MUST NOT use an RTO value smaller than 500 ms."
        public var initialRetransmission: Duration = .milliseconds(500)
        /// RFC 7675 §5.1: the basic period of consent checks; each interval is 0.8…1.2 times it.
        public var consentInterval: Duration = .seconds(5)
        /// RFC 7675 §5.1: consent expires so long after the last answer.
        public var consentExpiry: Duration = .seconds(30)
        /// How long a consent check may be unanswered, with nothing else heard, before the state is `disconnected`.
        public var disconnectedAfter: Duration = .seconds(5)
        /// How long a controlling agent waits for a direct pair when the first valid one is relayed.
        public var nominationPatience: Duration = .milliseconds(500)
        /// Facts about single checks told in one generation; what comes beyond is only counted.
        public var checkFacts = 200
        /// Facts kept until they are drained; what comes beyond is counted.
        public var undrainedEvents = 512

        public init(
            role: Role, localCredentials: Credentials, localCandidates: [Candidate], policy: AddressPolicy = AddressPolicy(),
            tieBreaker: UInt64? = nil
        ) {
            self.role = role
            self.localCredentials = localCredentials
            self.localCandidates = localCandidates
            self.policy = policy
            self.tieBreaker = tieBreaker
        }
    }

    /// Totals that no pair can hold.
    public struct Counters: Sendable {
        public internal(set) var requestsRejected: [RejectedRequest: UInt64] = [:]
        public internal(set) var responsesRejected: [RejectedResponse: UInt64] = [:]
        public internal(set) var indicationsReceived: UInt64 = 0
        public internal(set) var pairsPruned: UInt64 = 0
        public internal(set) var candidatesRefused: UInt64 = 0
        public internal(set) var roleChanges: UInt64 = 0
        public internal(set) var selectedPairChanges: UInt64 = 0
        public internal(set) var eventsDropped: UInt64 = 0
    }
}
