extension Record {
    /// What ICE knows: candidates, pairs, and what came that was not accepted.
    public struct Connectivity: Sendable, Equatable {
        public var role = ICERole.controlled
        public var state = ICEState.new
        public var usernameFragment: String?
        public var remote = RemoteSide()
        public var localCandidates: [Candidate] = []
        /// Every remote candidate, also one that was set aside or refused.
        public var remoteCandidates: [Candidate] = []
        /// Every pair, also a failed or pruned one.
        public var pairs: [Pair] = []
        /// The `id` of the selected pair.
        public var selectedPairId: String?
        public var selectedPairChanges = 0
        public var restarts = 0
        public var roleConflicts = 0
        public var rejectedRequests = RejectedRequests()
        /// When the last valid answer to a consent check came, µs.
        public var lastConsentAt: Int64?
        /// Remote candidates and pairs beyond the limits.
        public var candidatesDropped = 0
        public var pairsDropped = 0

        public init() {}

        public var selectedPair: Pair? {
            selectedPairId.flatMap { id in pairs.first { $0.id == id } }
        }
    }

    public enum ICERole: String, Sendable, Decodable, CaseIterable {
        case controlling, controlled
    }

    /// What the remote description said of ICE.
    public struct RemoteSide: Sendable, Equatable {
        public var usernameFragment: String?
        public var isLite = false
        public var canTrickle = false
        public var hasEndOfCandidates = false

        public init() {}
    }

    /// Binding requests that were not accepted, by what was wrong.
    public struct RejectedRequests: Sendable, Equatable {
        public var wrongPassword = 0
        public var unknownUsername = 0
        public var noIntegrity = 0
        public var malformed = 0

        public init() {}
    }

    public struct Candidate: Sendable, Equatable {
        public enum Kind: String, Sendable, Decodable, CaseIterable {
            case host, srflx, prflx, relay
        }

        /// What became of a remote candidate.
        public enum Disposition: String, Sendable, Decodable, CaseIterable {
            case paired
            /// The same as one known.
            case redundant
            /// Kept, but nothing can be sent to it: an unresolvable name, no socket of its family.
            case setAside = "set-aside"
            /// Not wanted: a forbidden address, one too many.
            case refused
        }

        /// `L1` or `R1`
        public var id: String
        public var kind: Kind
        /// `udp` or `tcp`
        public var transport: String
        public var host: Endpoint.Host
        public var port: UInt16
        public var priority: UInt32
        public var foundation: String
        public var tcpType: String?
        public var relatedAddress: Endpoint.Host?
        public var relatedPort: UInt16?
        public var usernameFragment: String?
        /// The server that a server-reflexive or relayed candidate of ours was learnt from.
        public var url: String?
        /// The protocol between us and the relay.
        public var relayProtocol: String?
        public var disposition: Disposition?
        /// Words for why it was set aside or refused.
        public var dispositionReason: String?

        public init(
            id: String, kind: Kind, transport: String = "udp", host: Endpoint.Host, port: UInt16, priority: UInt32 = 0,
            foundation: String = "",
            tcpType: String? = nil, relatedAddress: Endpoint.Host? = nil, relatedPort: UInt16? = nil, usernameFragment: String? = nil,
            url: String? = nil, relayProtocol: String? = nil, disposition: Disposition? = nil, dispositionReason: String? = nil
        ) {
            self.id = id
            self.kind = kind
            self.transport = transport
            self.host = host
            self.port = port
            self.priority = priority
            self.foundation = foundation
            self.tcpType = tcpType
            self.relatedAddress = relatedAddress
            self.relatedPort = relatedPort
            self.usernameFragment = usernameFragment
            self.url = url
            self.relayProtocol = relayProtocol
            self.disposition = disposition
            self.dispositionReason = dispositionReason
        }
    }

    public struct Pair: Sendable, Equatable {
        /// RTCStatsIceCandidatePairState.
        public enum State: String, Sendable, Decodable, CaseIterable {
            case frozen, waiting
            case inProgress = "in-progress"
            case failed, succeeded
        }

        /// The last error response or failure of a check.
        public struct Failure: Sendable, Equatable {
            /// A STUN error code; 0 where there was no response.
            public var code: Int
            public var text: String

            public init(code: Int, text: String) {
                self.code = code
                self.text = text
            }
        }

        /// `P1`
        public var id: String
        public var localCandidateId: String
        public var remoteCandidateId: String
        public var local: Endpoint
        public var remote: Endpoint
        public var localKind: Candidate.Kind
        public var remoteKind: Candidate.Kind
        public var state = State.frozen
        public var isNominated = false
        public var priority: UInt64 = 0
        public var requestsSent = 0
        public var requestsReceived = 0
        public var responsesSent = 0
        public var responsesReceived = 0
        public var consentRequestsSent = 0
        /// µs.
        public var currentRoundTripTime: Int64?
        /// µs, the sum over all answered checks.
        public var totalRoundTripTime: Int64 = 0
        /// Everything but checks.
        public var packetsSent = 0
        public var packetsReceived = 0
        public var bytesSent = 0
        public var bytesReceived = 0
        /// µs since the session's start.
        public var lastPacketSentAt: Int64?
        public var lastPacketReceivedAt: Int64?
        /// What the system refused to send.
        public var packetsDiscardedOnSend = 0
        public var bytesDiscardedOnSend = 0
        public var lastError: Failure?

        public init(
            id: String, localCandidateId: String, remoteCandidateId: String, local: Endpoint, remote: Endpoint,
            localKind: Candidate.Kind, remoteKind: Candidate.Kind, state: State = .frozen
        ) {
            self.id = id
            self.localCandidateId = localCandidateId
            self.remoteCandidateId = remoteCandidateId
            self.local = local
            self.remote = remote
            self.localKind = localKind
            self.remoteKind = remoteKind
            self.state = state
        }
    }
}
