/// A run of a session's events, as the caller wrote them.
public struct EventChunk: Equatable, Sendable {
    /// Sequence number of the first event in it; a chunk with the same first one replaces it.
    public var first: Int
    /// Sequence number of the last event in it.
    public var last: Int
    /// A JSON array, UTF-8.
    public var json: [UInt8]

    public init(first: Int, last: Int, json: [UInt8]) {
        self.first = first
        self.last = last
        self.json = json
    }
}

/// One thing to be written.
public enum Change: Sendable {
    /// The row of a session, whole; replaces the one before.
    case session(SessionRow)
    /// Events of a session that has a row.
    case events(session: String, EventChunk)
    /// The document of a session that has a row; replaces the one before. Stored compressed, given back as it was.
    case document(session: String, [UInt8])
    /// These live sessions were alive at this time (Unix milliseconds).
    case heartbeat([String], at: Int64)
}
