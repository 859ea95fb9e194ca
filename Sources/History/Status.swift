/// How the history is doing, for a readiness check, metrics and people.
public struct Status: Sendable {
    public enum Condition: String, Sendable {
        /// The file is open and the writer keeps up.
        case ready
        /// Changes wait in memory; the writer tries again until the cause goes.
        case degraded
        case closed
    }
    public var condition: Condition
    /// One sentence: what is wrong and what it means; empty when nothing is.
    public var words: String
    /// Changes and bytes that wait to be written.
    public var queuedChanges = 0
    public var queuedBytes = 0
    /// Age of the oldest change that waits.
    public var lag = Duration.zero
    /// Changes written since start.
    public var written: UInt64 = 0
    /// Transactions that were tried again.
    public var retries: UInt64 = 0
    public var dropped = Drops()
    /// The last failure in SQLite's words, kept after it went.
    public var lastError: String?
    /// Files that were found broken or made by a newer version, and where they were put.
    public var setAside: [String] = []
    /// Sessions that an earlier process left live and that were closed at start.
    public var lostSessions = 0
    /// Sessions removed by retention.
    public var removed: UInt64 = 0
    /// Sessions in the file.
    public var sessions = 0
    /// Bytes of the database file and of its write-ahead log.
    public var databaseBytes: Int64 = 0
    public var logBytes: Int64 = 0
}

/// What was not written, by kind.
public struct Drops: Equatable, Sendable {
    /// Over a limit of the queue.
    public var sessions: UInt64 = 0
    public var samples: UInt64 = 0
    public var documents: UInt64 = 0
    public var heartbeats: UInt64 = 0
    /// Refused by the database for what they are: no row to belong to, or a value it does not take.
    public var refused: UInt64 = 0

    public var total: UInt64 { sessions + samples + documents + heartbeats + refused }
    public init() {}
}
