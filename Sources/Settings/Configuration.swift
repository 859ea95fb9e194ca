/// Everything an operator can set, checked. `Key.all` lists the same as names, flags and help.
public struct Configuration: Sendable, Equatable {
    // The HTTP side
    public var listen = [Endpoint(host: "127.0.0.1", port: 8080)]
    /// The URL under which clients reach the server, without a slash at its end; makes `Location` absolute.
    public var publicURL: String?
    public var tokens: [Token] = []
    /// Whether anyone may do everything although the listen address is no loopback.
    public var isInsecure = false
    /// Origins (`https://app.example`) that pages may call `/v1` from, beside those of the server's own address.
    public var allowedOrigins: [String] = []
    /// Paths of PEM files; both or none.
    public var tlsCertificate: String?
    public var tlsKey: String?
    /// A directory to serve the page from instead of the embedded one.
    public var webRoot: String?
    public var httpConnections = 2048
    public var httpConnectionsPerAddress = 256

    // Media
    /// UDP port of the first loop; the others take the following ones. 0: the system chooses.
    public var mediaPort: UInt16 = 8189
    /// Addresses to take media on; empty for those of every interface that is up.
    public var mediaListen: [String] = []
    public var loops = 1
    /// Hosts or addresses that are offered as candidates in place of the local ones.
    public var advertise: [String] = []
    /// Whether loopback candidates are offered; nil: where every listen address is a loopback one.
    public var loopback: Bool?
    /// Interface names, `*` standing for any rest; empty `include` means all.
    public var includedInterfaces: [String] = []
    public var excludedInterfaces: [String] = []
    public var families: Set<AddressFamily> = [.v4, .v6]
    public var remoteCandidates = RemoteCandidatePolicy.auto
    /// RFC 8863: how long ICE waits before it may fail.
    public var patience = Duration.milliseconds(39_500)
    /// STUN and TURN URLs told to WHIP and WHEP clients.
    public var iceServers: [String] = []
    /// Whether a request may bring `iceServers` of its own (scope `connect`), to which the server then connects.
    public var allowsClientICEServers = false

    // Sessions and history
    public var maximumSessions = 10_000
    public var maximumSessionsPerAddress = 1_000
    public var database = "peerscope.sqlite"
    public var historyDays = 30
    public var historyRows = 1_000_000
    public var historyBytes: Int64 = 4 << 30
    /// Whether addresses of peers are recorded and shown without their last part.
    public var masksAddresses = false
    /// Refused offers of one address that are written down in a minute; also as many at once.
    public var refusalsPerMinute = 300
    /// How often a live session's figures are sampled; zero: never.
    public var sampleInterval = Duration.seconds(1)
    public var sampleDays = 7

    // Webhooks
    /// URLs that are told of sessions by POST.
    public var webhooks: [String] = []
    /// What messages are signed with; nil: they are not.
    public var webhookSecret: String?
    public var webhookEvents: Set<WebhookEvent> = [.opened, .refused, .finding, .ended]

    // Operation
    public var logLevel = LogLevel.info
    public var logFormat = LogFormat.text
    /// How long requests and peers have to end on SIGTERM.
    public var drain = Duration.seconds(8)

    public init() {}

    /// Whether every listen address is a loopback one.
    public var listensOnLoopbackOnly: Bool { listen.allSatisfy(\.isLoopback) }

    /// Whether loopback candidates are offered.
    public var offersLoopback: Bool { loopback ?? listensOnLoopbackOnly }

    /// Whether a request needs a token.
    public var requiresToken: Bool { !tokens.isEmpty }
}

/// A host and port.
public struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    /// A name, or an address without brackets.
    public let host: String
    public let port: UInt16

    public init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// `localhost`, 127.0.0.0/8 or `::1`.
    public var isLoopback: Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// A bearer token and what it opens.
public struct Token: Hashable, Sendable {
    public let secret: String
    public let scopes: Set<Scope>

    public init(secret: String, scopes: Set<Scope>) {
        self.secret = secret
        self.scopes = scopes
    }

    /// With the secret left out: `****:inspect,play`.
    public var masked: String {
        let scopes = self.scopes == Set(Scope.allCases) ? "" : ":" + self.scopes.map(\.rawValue).sorted().joined(separator: ",")
        return "****\(scopes)"
    }
}

public enum Scope: String, CaseIterable, Sendable {
    case publish, play, connect, inspect, admin
}

public enum AddressFamily: String, CaseIterable, Sendable {
    case v4 = "ipv4"
    case v6 = "ipv6"
}

/// Which remote candidates are checked.
public enum RemoteCandidatePolicy: String, CaseIterable, Sendable {
    /// Global addresses, and narrower ones where we have an address of that scope.
    case auto
    /// All but the never useful ones.
    case open
    /// Global addresses only.
    case strict
}

/// What webhooks tell of.
public enum WebhookEvent: String, CaseIterable, Sendable {
    case opened = "session.opened"
    case refused = "session.refused"
    case connected = "session.connected"
    /// The verdict of a live session became a warning or an error, or another one.
    case finding = "session.finding"
    case ended = "session.ended"
}

public enum LogLevel: String, CaseIterable, Sendable {
    case trace, debug, info, notice, warning, error, critical
}

public enum LogFormat: String, CaseIterable, Sendable {
    case text, json
}
