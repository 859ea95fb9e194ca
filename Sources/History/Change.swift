/// Samples of a session over a span of time, packed by the caller; the store never looks inside.
public struct SampleChunk: Equatable, Sendable {
    /// Unix milliseconds of the first sample; a chunk with the same one replaces it.
    public var firstAt: Int64
    /// Unix milliseconds of the last sample.
    public var lastAt: Int64
    public var body: [UInt8]

    public init(firstAt: Int64, lastAt: Int64, body: [UInt8]) {
        self.firstAt = firstAt
        self.lastAt = lastAt
        self.body = body
    }
}

/// One thing to be written.
public enum Change: Sendable {
    /// The row of a session, whole; replaces the one before.
    case session(SessionRow)
    /// Samples of a session that has a row.
    case samples(session: String, SampleChunk)
    /// The document of a session that has a row; replaces the one before. Stored compressed, given back as it was.
    /// One that comes after the row said the session has ended may use the queue's reserve, as rows do.
    case document(session: String, [UInt8])
    /// These live sessions were alive at this time (Unix milliseconds).
    case heartbeat([String], at: Int64)
}
