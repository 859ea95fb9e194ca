import GRDB

/// Removes the oldest of what is too old or too much, a few rows at a time, so that no write waits long for it.
struct Trimming {
    let limits: Retention
    /// When to look next, on the monotonic clock.
    private(set) var due: Int64?

    /// Sessions removed in one transaction.
    static let step = 100
    /// Pages given back to the file system in one transaction.
    static let pages = 256
    static let interval = Duration.seconds(10)

    init(limits: Retention) { self.limits = limits }

    /// A file was opened: look at it at once.
    mutating func reset() { due = monotonicNow() }

    /// The step failed: the next look is a while off.
    mutating func postpone() { due = monotonicNow() + Trimming.interval.nanoseconds }

    /// One step. Comes again at once while there is more to do.
    mutating func run(_ pool: DatabasePool, now: Int64) throws -> (removed: Int, sessions: Int) {
        let outcome = try pool.write { database in try step(database, now: now) }
        due = monotonicNow() + (outcome.isDone ? Trimming.interval.nanoseconds : 0)
        return (outcome.removed, outcome.sessions)
    }

    private func step(_ database: Database, now: Int64) throws -> (removed: Int, sessions: Int, isDone: Bool) {
        let sessions = Int(try database.number("SELECT ifnull(sum(sessions), 0) FROM count"))
        let refused = Int(try database.number("SELECT ifnull(sum(sessions), 0) FROM count WHERE outcome = 'refused'"))
        let oldest = now - limits.age.nanoseconds / 1_000_000
        var removed = try remove(database, "created_at < \(oldest)", atMost: Trimming.step)
        if removed == 0, sessions - refused > limits.sessions {
            removed = try remove(database, "outcome IS NOT 'refused'", atMost: min(Trimming.step, sessions - refused - limits.sessions))
        }
        if removed == 0, refused > limits.refused {
            removed = try remove(database, "outcome = 'refused'", atMost: min(Trimming.step, refused - limits.refused))
        }
        if removed == 0, try bytesInUse(database) > limits.bytes {
            removed = try remove(database, "1", atMost: Trimming.step)
        }
        let free = try database.number("PRAGMA freelist_count")
        // Some free pages are kept for what comes next.
        let vacuums = free > 2 * Int64(Trimming.pages)
        if vacuums { try database.execute(sql: "PRAGMA incremental_vacuum(\(Trimming.pages))") }
        return (removed, sessions - removed, removed == 0 && !vacuums)
    }

    private func bytesInUse(_ database: Database) throws -> Int64 {
        let pages = try database.number("PRAGMA page_count") - database.number("PRAGMA freelist_count")
        return try pages * database.number("PRAGMA page_size")
    }

    private func remove(_ database: Database, _ condition: String, atMost limit: Int) throws -> Int {
        try database.execute(
            sql: """
                DELETE FROM session WHERE key IN
                  (SELECT key FROM session WHERE \(condition) AND state <> 'live' ORDER BY created_at, id LIMIT ?)
                """, arguments: [limit])
        return database.changesCount
    }
}

extension WriterSession {
    /// One step of retention, if it is time. A failure here shows again at the next write, which deals with it.
    mutating func trim() {
        guard let pool, let due = trimming.due, due <= monotonicNow() else { return }
        do {
            let (removed, sessions) = try trimming.run(pool, now: now())
            backlog.wake {
                $0.status.removed += UInt64(removed)
                $0.status.sessions = sessions
            }
        } catch {
            trimming.postpone()
            backlog.withLock { $0.status.lastError = "\(error)" }
        }
    }
}
