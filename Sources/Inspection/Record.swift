/// Every fact of one session, as a plain value: the one source of each resource, live and ended alike.
///
/// A live session's loop builds a record, an ended one's is decoded from its stored document; from there on every resource
/// (summary, statistics, events, diagnosis, packets …) is a pure function of it. Times inside are µs since `startedAt`, the first byte
/// of the request, on the monotonic clock; a fact that is not known is nil. Secrets are not in it: `offer` and `answer` are masked.
public struct Record: Sendable, Equatable {
    /// The version of the stored form. Members are only ever added, and what a reader does not find has a default: any version can be read.
    public static let schema = 2

    /// The version that the record was written in.
    public var schema = Record.schema
    /// The public id, sortable by time.
    public var id: String
    public var kind: Kind
    /// The stream, for WHIP and WHEP.
    public var stream: String?
    /// The wall clock at the first byte of the request, µs since 1970.
    public var startedAt: Int64
    /// When these facts were taken: the last moment they speak of.
    public var takenAt: Int64 = 0
    /// When the session ended; nil while it lives.
    public var endedAt: Int64?

    /// The HTTP client's address and port.
    public var remoteAddress: Endpoint?
    public var userAgent: String?
    public var labels = Facts()

    public var signalingState = SignalingState.new
    public var gatheringState = GatheringState.new
    public var connectionState = ConnectionState.new
    /// How it ended; nil while it lives.
    public var outcome: Outcome?
    /// Why it ended; nil while it lives.
    public var reason: Reason?
    /// Why the offer was refused, where it was.
    public var refusal: Refusal?
    public var phases = Phases()

    /// The session descriptions byte for byte, with their secrets masked (`SDPMask`).
    public var offer: Description?
    public var answer: Description?

    public var connectivity = Connectivity()
    public var handshake = Handshake()
    /// The SCTP association; nil where no data section was accepted.
    public var association: Association?
    public var channels: [Channel] = []
    public var media: [MediaSection] = []

    public var counters = Counters()
    public var quality = Quality()
    /// What the peer's own side told; nil where nobody posted it.
    public var client: ClientSide?
    public var events: [TimelineEvent] = []
    /// Events that did not fit into `Limits.events`.
    public var eventsDropped = 0
    public var evidence = Evidence()

    public init(id: String, kind: Kind = .session, startedAt: Int64) {
        self.id = id
        self.kind = kind
        self.startedAt = startedAt
    }

    public var isLive: Bool { endedAt == nil }

    /// µs from the request to the end, or to now.
    public var duration: Int64 { endedAt ?? takenAt }
}

extension Record {
    /// What the peer asked for.
    public enum Kind: String, Sendable, Decodable, CaseIterable {
        /// A general peer connection that posted an offer.
        case session
        /// A general peer connection whose offer is ours.
        case offerer
        case whip, whep
    }

    /// Why a session ended: a stable code and one sentence.
    public struct Reason: Sendable, Equatable {
        public enum Code: String, Sendable, Decodable, CaseIterable {
            case closedByDelete = "closed-by-delete"
            /// By DTLS close_notify or an SCTP shutdown.
            case closedByPeer = "closed-by-peer"
            /// A vanished tab, or a path that broke.
            case consentExpired = "consent-expired"
            case iceFailed = "ice-failed"
            /// It expired without any authenticated check.
            case neverConnected = "never-connected"
            case dtlsFailed = "dtls-failed"
            /// Only where data was all there was.
            case sctpFailed = "sctp-failed"
            case offerRefused = "offer-refused"
            /// The server drained.
            case serverStopped = "server-stopped"
            /// The server crashed, or lost power.
            case serverLost = "server-lost"

            /// The sentence used where nothing more exact is known.
            public var sentence: String {
                switch self {
                case .closedByDelete: "The session was ended by an HTTP DELETE."
                case .closedByPeer: "The peer said goodbye and closed the connection."
                case .consentExpired: "The peer stopped answering without a goodbye: the page was killed, or the network path broke."
                case .iceFailed: "No candidate pair worked, so no path between the peers was found."
                case .neverConnected: "Nothing ever came from the peer, so the session expired."
                case .dtlsFailed: "The encrypted connection (DTLS) could not be set up."
                case .sctpFailed: "The data association (SCTP) failed, and data was all this session had."
                case .offerRefused: "The offer was refused."
                case .serverStopped: "The server was stopped and said goodbye to the peer."
                case .serverLost:
                    "The server ended without a goodbye (crash or power loss); what is shown is what had been written until then."
                }
            }
        }

        public var code: Code
        public var text: String

        public init(_ code: Code, text: String? = nil) {
            self.code = code
            self.text = text ?? code.sentence
        }
    }

    public enum Outcome: String, Sendable, Decodable, CaseIterable {
        /// It connected once and ended in order, or by a peer that vanished.
        case completed
        /// It ended without ever connecting, or by a failure.
        case failed
        case refused
        /// Nothing ever came.
        case expired
        case serverLost = "server-lost"

        /// The outcome that follows from why a session ended.
        public init(reason: Reason.Code, everConnected: Bool) {
            switch reason {
            case .closedByDelete, .closedByPeer, .serverStopped, .consentExpired: self = everConnected ? .completed : .failed
            case .iceFailed, .dtlsFailed, .sctpFailed: self = .failed
            case .neverConnected: self = .expired
            case .offerRefused: self = .refused
            case .serverLost: self = .serverLost
            }
        }
    }

    /// The problem document that a refused offer got.
    public struct Refusal: Sendable, Equatable {
        /// The HTTP status.
        public var status: Int
        /// A stable kebab-case code: `no-fingerprint`.
        public var code: String
        public var detail: String
        /// The line and column of the description, from 1, where one is at fault.
        public var line: Int?
        public var column: Int?
        /// `RFC 8842 §5.1`
        public var section: String?

        public init(status: Int, code: String, detail: String, line: Int? = nil, column: Int? = nil, section: String? = nil) {
            self.status = status
            self.code = code
            self.detail = detail
            self.line = line
            self.column = column
            self.section = section
        }
    }

    /// Sums over the session's whole life.
    public struct Counters: Sendable, Equatable {
        /// Datagrams and their payload bytes on the session's transport, checks included.
        public var packetsSent = 0
        public var packetsReceived = 0
        public var bytesSent = 0
        public var bytesReceived = 0
        public var dataChannelsOpened = 0
        public var dataChannelsClosed = 0
        public var messagesSent = 0
        public var messagesReceived = 0
        /// Datagrams dropped because their path had not proved to be the peer's.
        public var strangersDropped = 0

        public init() {}
    }

    /// A session description's bytes, as posted or answered, secrets masked.
    public struct Description: Sendable, Equatable {
        public var bytes: [UInt8]

        /// Masks the secrets of `text` and keeps the rest byte for byte.
        public init(masking text: Span<UInt8>) {
            bytes = SDPMask.masked(text)
        }

        /// Masks the secrets of `text` and keeps the rest byte for byte.
        public init(masking text: String) {
            self.init(masking: Array(text.utf8).span)
        }

        /// Bytes that are masked already.
        init(bytes: [UInt8]) {
            self.bytes = bytes
        }

        /// The text, with U+FFFD for what is no UTF-8.
        public var text: String { String(decoding: bytes, as: UTF8.self) }
    }
}
