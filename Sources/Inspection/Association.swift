extension Record {
    /// What SCTP knows.
    public struct Association: Sendable, Equatable {
        public var state = SCTPState.new
        public var localPort: UInt16 = 5000
        public var remotePort: UInt16 = 5000
        /// The peer's limit for one message, bytes; 0 where it has none, nil where it is not known.
        public var maxMessageSize: Int?
        public var isInitSeen = false
        /// The port that the peer's packets came to, where it is not `localPort`.
        public var strayPort: UInt16?
        public var packetsSent = 0
        public var packetsReceived = 0
        /// µs.
        public var smoothedRoundTripTime: Int64?
        public var congestionWindow: Int?
        public var receiverWindow: Int?
        public var mtu: Int?
        public var unackedData: Int?
        public var failure: Failure?

        public init() {}
    }

    public struct Channel: Sendable, Equatable {
        /// `D1`
        public var id: String
        /// The SCTP stream; nil until it is known.
        public var identifier: UInt16?
        public var label: String
        public var subprotocol: String
        public var state = ChannelState.connecting
        public var isOrdered = true
        public var maxRetransmits: Int?
        public var maxPacketLifeTimeMs: Int?
        public var isNegotiated = false
        public var messagesSent = 0
        public var messagesReceived = 0
        public var bytesSent = 0
        public var bytesReceived = 0
        public var bufferedAmount = 0
        /// µs since the session's start.
        public var openedAt: Int64?
        public var closedAt: Int64?

        public init(id: String, identifier: UInt16?, label: String = "", subprotocol: String = "", state: ChannelState = .connecting) {
            self.id = id
            self.identifier = identifier
            self.label = label
            self.subprotocol = subprotocol
            self.state = state
        }
    }

    /// One m-section of the negotiation.
    public struct MediaSection: Sendable, Equatable {
        public var mid: String
        /// `audio`, `video`, `application`
        public var kind: String
        public var isAccepted: Bool
        /// Words for why it was rejected.
        public var rejection: String?
        /// `sendrecv`, `sendonly`, `recvonly`, `inactive`, as answered.
        public var direction: String?
        /// The line of its m= in the offer, from 1.
        public var line: Int?
        /// The codecs of the answer.
        public var codecs: [Codec] = []

        public init(
            mid: String, kind: String, isAccepted: Bool = true, rejection: String? = nil, direction: String? = nil, line: Int? = nil,
            codecs: [Codec] = []
        ) {
            self.mid = mid
            self.kind = kind
            self.isAccepted = isAccepted
            self.rejection = rejection
            self.direction = direction
            self.line = line
            self.codecs = codecs
        }
    }

    public struct Codec: Sendable, Equatable {
        public var payloadType: Int
        /// `video/VP8`
        public var mimeType: String
        public var clockRate: Int?
        public var channels: Int?
        public var parameters: String?

        public init(payloadType: Int, mimeType: String, clockRate: Int? = nil, channels: Int? = nil, parameters: String? = nil) {
            self.payloadType = payloadType
            self.mimeType = mimeType
            self.clockRate = clockRate
            self.channels = channels
            self.parameters = parameters
        }
    }
}

extension Record.Association {
    /// Why an association failed.
    public struct Failure: Sendable, Equatable {
        public enum Code: String, Sendable, Decodable, CaseIterable {
            case aborted
            case timeout
            case shutdown
            case refused
            case other
        }

        public var code: Code
        public var text: String

        public init(_ code: Code, text: String) {
            self.code = code
            self.text = text
        }
    }
}
