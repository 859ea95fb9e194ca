/// What is known of a request before its body is read.
public struct RequestHead: Sendable {
    public let method: Method
    public let target: Target
    public let headers: RequestHeaders
    /// The address that the connection came from, as text without a port or zone: `192.0.2.1`, `2001:db8::1`.
    public let remoteAddress: String
    public let remotePort: UInt16
    /// When its request line had arrived: CLOCK_MONOTONIC in nanoseconds.
    public let receivedAt: Int64
    /// The length that Content-Length announces; nil for a chunked body, 0 without a body.
    public let contentLength: UInt64?
    /// Whether the connection is TLS.
    public let isSecure: Bool

    public init(
        method: Method, target: Target, headers: RequestHeaders, remoteAddress: String = "127.0.0.1",
        remotePort: UInt16 = 0, receivedAt: Int64 = 0, contentLength: UInt64? = 0, isSecure: Bool = false
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.remoteAddress = remoteAddress
        self.remotePort = remotePort
        self.receivedAt = receivedAt
        self.contentLength = contentLength
        self.isSecure = isSecure
    }

    /// The decoded segments of the path.
    public var path: [String] { target.path }
    public var query: Query { target.query }
    /// Whether a body follows.
    public var hasBody: Bool { contentLength != 0 }
    /// The host the client means, with its port if given: the authority of the target, or the Host field.
    public var host: String? { target.authority ?? headers["host"] }
}

/// A whole request.
public struct Request: Sendable {
    public let head: RequestHead
    /// At most the limit that the early verdict or the server's configuration names.
    public let body: [UInt8]

    public init(head: RequestHead, body: [UInt8] = []) {
        self.head = head
        self.body = body
    }

    public var method: Method { head.method }
    public var target: Target { head.target }
    public var path: [String] { head.path }
    public var query: Query { head.query }
    public var headers: RequestHeaders { head.headers }
    public var remoteAddress: String { head.remoteAddress }
    public var remotePort: UInt16 { head.remotePort }
    public var receivedAt: Int64 { head.receivedAt }
}
