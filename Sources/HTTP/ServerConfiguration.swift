extension Server {
    /// What a server is started with.
    public struct Configuration: Sendable {
        /// Where to listen; at least one.
        public var listen: [Endpoint]
        /// Certificate and key for HTTPS; nil for plain HTTP.
        public var tls: TLS?
        public var limits = Limits()
        public var deadlines = Deadlines()
        /// Threads that serve connections.
        public var threads = 1

        public init(listen: [Endpoint], tls: TLS? = nil) {
            self.listen = listen
            self.tls = tls
        }
    }

    /// A host and port to listen on.
    public struct Endpoint: Hashable, Sendable, CustomStringConvertible {
        /// A name, or an address without brackets: `localhost`, `127.0.0.1`, `::1`, `0.0.0.0`, `::` (both families).
        public let host: String
        /// 0 for one that the system chooses.
        public let port: UInt16

        public init(host: String, port: UInt16) {
            self.host = host
            self.port = port
        }

        /// As it stands in a URL: `[::1]:8080`.
        public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
    }

    /// PEM text.
    public struct TLS: Sendable {
        public let certificate: String
        public let key: String

        public init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }

    /// What one client, and all of them, may use. What is refused because of one is counted in `Statistics`.
    public struct Limits: Sendable {
        /// Connections in all. At the limit the longest idle one makes room; where none is idle, new ones wait.
        public var connections = 2048
        /// Connections of one address (of one /64 with IPv6). At the limit its own longest idle one makes room, or the new
        /// one is refused.
        public var connectionsPerAddress = 256
        /// Event streams of one address.
        public var streamsPerAddress = 64
        /// Bytes of a body, where no early verdict says otherwise.
        public var bodyBytes = 64 * 1024
        /// Bytes of a request target: 414 beyond.
        public var targetBytes = 8 * 1024
        /// Header fields, and their bytes: 431 beyond.
        public var headerFields = 100
        public var headerBytes = 16 * 1024

        public init() {}
    }

    /// Total times, not idle ones: a byte now and then does not extend them.
    public struct Deadlines: Sendable {
        /// From the connection, or from a later request's first line, to the end of the header.
        public var header = Duration.seconds(10)
        /// From the end of the header to the end of the body.
        public var body = Duration.seconds(15)
        /// From the answer to its last byte. For a stream: without any progress.
        public var write = Duration.seconds(30)
        /// Between two requests of a connection.
        public var idle = Duration.seconds(30)
        /// Between two things sent on a stream.
        public var heartbeat = Duration.seconds(10)

        public init() {}
    }

    /// What the server counted since it started, and what it holds now.
    public struct Statistics: Sendable {
        public var connections = 0
        public var streams = 0
        public var accepted = 0
        public var requests = 0
        /// Closed to make room at a limit.
        public var evicted = 0
        /// Refused at the limit of an address.
        public var refused = 0
        /// Times when accepting paused for want of descriptors or memory.
        public var acceptPauses = 0
        /// Closed by a deadline.
        public var headerTimeouts = 0
        public var bodyTimeouts = 0
        public var writeTimeouts = 0
        /// Requests that were no HTTP, or ambiguous.
        public var malformed = 0
        /// Bodies, targets and headers beyond a limit.
        public var tooLarge = 0
        /// Responses replaced by a 500 because of a header field that can't be sent.
        public var unsafeResponses = 0
        /// Responders let go without an answer.
        public var droppedResponders = 0
    }
}

/// Why a server did not start.
public enum ServerError: Error, Equatable, CustomStringConvertible {
    /// The address can't be had: in use, not ours, or not permitted.
    case cannotBind(String, reason: String)
    /// The certificate and key can't be used.
    case tls(String)
    /// libmicrohttpd or the system refused for another reason.
    case cannotStart(String)

    public var description: String {
        switch self {
        case .cannotBind(let endpoint, let reason): "cannot listen on \(endpoint): \(reason)"
        case .tls(let reason): "cannot use the TLS certificate and key: \(reason)"
        case .cannotStart(let reason): "cannot start the HTTP server: \(reason)"
        }
    }
}
