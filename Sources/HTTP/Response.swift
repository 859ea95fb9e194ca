/// An answer: status, header fields, content.
///
/// libmicrohttpd adds Date and Content-Length, and leaves the content out of answers to HEAD. A response with a header
/// field that HTTP can't carry (`FieldValue.isSafe`) never leaves the server: a 500 goes in its place and is counted.
public struct Response: Sendable {
    public enum Body: Sendable {
        case none
        case bytes([UInt8])
        case text(String)
        /// Server-sent events: the response lasts until the stream is finished or the client leaves.
        case stream(EventStream)
        /// Content that is made while it is sent.
        case content(ContentStream)

        /// What is read while it grows.
        var streamed: (any StreamedBody)? {
            switch self {
            case .none, .bytes, .text: nil
            case .stream(let stream): stream
            case .content(let content): content
            }
        }
    }

    public var status: Status
    /// In the order they are sent. A name may occur more than once.
    public var headers: [(name: String, value: String)]
    public var body: Body
    /// Whether the connection ends after this response.
    public var closesConnection = false

    public init(_ status: Status, headers: [(name: String, value: String)] = [], body: Body = .none) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// Content of a type.
    public init(_ status: Status, type: String, _ bytes: [UInt8]) {
        self.init(status, headers: [("Content-Type", type)], body: .bytes(bytes))
    }

    /// Text of a type; the type should name its charset where it has one.
    public init(_ status: Status, type: String, _ text: String) {
        self.init(status, headers: [("Content-Type", type)], body: .text(text))
    }

    /// A stream of server-sent events, as `text/event-stream` that no cache keeps.
    public init(_ stream: EventStream) {
        self.init(
            .ok,
            headers: [
                ("Content-Type", "text/event-stream"), ("Cache-Control", "no-store"),
                // A buffering proxy in front (nginx) passes events on at once.
                ("X-Accel-Buffering", "no"),
            ],
            body: .stream(stream))
    }

    /// Content of a type that is made while it is sent.
    public init(_ status: Status, type: String, _ content: ContentStream) {
        self.init(status, headers: [("Content-Type", type)], body: .content(content))
    }

    /// Adds a field after those there are.
    public mutating func add(_ name: String, _ value: String) { headers.append((name, value)) }

    /// The same response with one more field.
    public func adding(_ name: String, _ value: String) -> Response {
        var copy = self
        copy.add(name, value)
        return copy
    }

    /// The first value of a field, without regard to case; nil where there is none.
    public subscript(_ name: String) -> String? {
        headers.first { $0.name.utf8.elementsEqual(name.utf8) || $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// What a handler decided.
public enum Disposition: Sendable {
    /// This answer, now.
    case respond(Response)
    /// The responder that the handler took from its exchange will answer.
    case later
}

/// What was decided from the head of a request whose body is still to come.
public enum EarlyVerdict: Sendable {
    /// Read the body, up to this many bytes (nil: the server's own limit), then call the handler.
    case proceed(bodyLimit: Int? = nil)
    /// Answer at once, leave the body unread and close the connection.
    case refuse(Response)
}
