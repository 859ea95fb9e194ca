/// One session as the history lists it: the columns people filter by, and its list entry as the caller wrote it.
///
/// The store gives no meaning to any word in it except `state` `"live"`, which a crashed process leaves behind.
/// Times are Unix milliseconds. A row is written whole each time and the
/// latest one of an id stands; only `kind`, `stream` and `createdAt` stay as they were first written.
public struct SessionRow: Equatable, Sendable {
    /// Unique; sorts within equal `createdAt`. At most 128 bytes.
    public var id: String
    public var kind: String
    /// `"live"` or `"ended"`.
    public var state: String
    public var outcome: String?
    public var reason: String?
    public var stream: String?
    public var connectionState: String?
    public var iceState: String?
    /// Code of the first finding of the diagnosis.
    public var finding: String?
    public var severity: String?
    /// The verdict in words.
    public var title: String?
    public var remoteAddress: String?
    public var userAgent: String?
    public var createdAt: Int64
    public var connectedAt: Int64?
    public var endedAt: Int64?
    public var lastSeenAt: Int64
    public var phases: Phases
    public var durations: Durations
    public var counters: Counters
    /// What a search finds the session by beside its id, address, user agent, stream and first finding: labels as `name=value`,
    /// codes of all findings. Of each text the first 1,024 bytes count, of the texts the first 64; said twice is said once.
    public var searchTerms: [String]
    /// The entry of the session list, JSON text in UTF-8, given back byte for byte.
    public var item: [UInt8]

    public init(
        id: String, kind: String, state: String, outcome: String? = nil, reason: String? = nil, stream: String? = nil,
        connectionState: String? = nil, iceState: String? = nil, finding: String? = nil, severity: String? = nil,
        title: String? = nil, remoteAddress: String? = nil, userAgent: String? = nil, createdAt: Int64,
        connectedAt: Int64? = nil, endedAt: Int64? = nil, lastSeenAt: Int64, phases: Phases = Phases(),
        durations: Durations = Durations(), counters: Counters = Counters(), searchTerms: [String] = [], item: [UInt8] = []
    ) {
        self.id = id
        self.kind = kind
        self.state = state
        self.outcome = outcome
        self.reason = reason
        self.stream = stream
        self.connectionState = connectionState
        self.iceState = iceState
        self.finding = finding
        self.severity = severity
        self.title = title
        self.remoteAddress = remoteAddress
        self.userAgent = userAgent
        self.createdAt = createdAt
        self.connectedAt = connectedAt
        self.endedAt = endedAt
        self.lastSeenAt = lastSeenAt
        self.phases = phases
        self.durations = durations
        self.counters = counters
        self.searchTerms = searchTerms
        self.item = item
    }

    var isLive: Bool { state == SessionRow.live }
    static let live = "live"

    /// Bytes this row holds in the queue, near enough to bound it.
    var weight: Int {
        512 + item.count + (userAgent?.utf8.count ?? 0) + (title?.utf8.count ?? 0) + searchTerms.reduce(0) { $0 + 16 + $1.utf8.count }
    }
}

/// When each phase of a session was reached, in milliseconds since the first byte of its request; nil where it never was.
public struct Phases: Equatable, Sendable {
    public var offerParsed: Double?
    public var answerSent: Double?
    public var firstCheckReceived: Double?
    public var firstCheckSent: Double?
    public var pairSucceeded: Double?
    public var nominated: Double?
    public var dtlsStarted: Double?
    public var dtlsFinished: Double?
    public var sctpEstablished: Double?
    public var channelOpen: Double?
    public var connected: Double?

    public init() {}
}

/// How long each phase of a session took, in milliseconds; nil where it did not end.
public struct Durations: Equatable, Sendable {
    public var gathering: Double?
    public var ice: Double?
    public var dtls: Double?
    public var sctp: Double?
    /// From connected to the first packet of media, and to the first key frame.
    public var firstPacket: Double?
    public var firstKeyFrame: Double?

    public init() {}
}

/// What a session sent and received in all.
public struct Counters: Equatable, Sendable {
    public var bytesSent: Int64 = 0
    public var bytesReceived: Int64 = 0
    public var packetsSent: Int64 = 0
    public var packetsReceived: Int64 = 0
    public var messagesSent: Int64 = 0
    public var messagesReceived: Int64 = 0

    public init() {}
}
