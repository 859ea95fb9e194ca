/// What the history may keep, hold and spend.
public struct HistoryLimits: Sendable {
    public var retention = Retention()
    /// Bytes that may wait to be written; session rows may go a quarter beyond, so that a flood of documents cannot hide a session.
    public var queueBytes = 64 << 20
    /// Changes that may wait to be written, with the same reserve for session rows.
    public var queueChanges = 20_000
    /// Bytes of one document before compression; a larger one is dropped and counted.
    public var documentBytes = 4 << 20
    /// How long a change waits at most for others to share its transaction.
    public var batchInterval = Duration.milliseconds(200)
    /// Changes of one transaction.
    public var batchChanges = 1_000
    /// How long a list may search for rare rows before it gives back what it has.
    public var searchBudget = Duration.milliseconds(250)
    /// How long a read may take before it is stopped with `HistoryError.tooSlow`.
    public var readBudget = Duration.milliseconds(500)
    /// How long a write waits for another process that holds the file before it counts as failed and is tried again.
    public var busyTimeout = Duration.seconds(1)
    /// The pause after a failed write: the first one, and the longest it grows to.
    public var retryFloor = Duration.milliseconds(50)
    public var retryCeiling = Duration.seconds(2)
    /// How long the check of the file at start may take; what it has not seen by then counts as sound.
    public var checkBudget = Duration.milliseconds(250)

    public init() {}
}

/// How much of the past is kept. Whatever goes beyond is removed oldest first, in small steps between writes; live sessions stay.
public struct Retention: Sendable {
    public var age = Duration.seconds(30 * 86_400)
    /// Samples go sooner than their sessions: they are the most bytes.
    public var sampleAge = Duration.seconds(7 * 86_400)
    /// Days that counters are kept for, also of sessions removed long before.
    public var statisticsDays = 400
    /// Sessions kept, refused ones aside.
    public var sessions = 1_000_000
    /// Sessions kept whose outcome is `"refused"`: a quota of their own, so that a flood of bad offers pushes no real session out.
    public var refused = 20_000
    /// Bytes of the database file in use.
    public var bytes: Int64 = 4 << 30

    public init() {}
}
