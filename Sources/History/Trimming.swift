import GRDB

/// Removes the oldest of what is too old or too much, a few rows at a time, so that no write waits long for it.
struct Trimming {
    let limits: Retention
    /// When to look next, on the monotonic clock.
    private(set) var due: Int64?

    /// Sessions removed in one transaction.
    static let step = 100
    /// Pages given back to the file system in one transaction.
    static let pages = 128
    /// ms.
    static let day: Int64 = 86_400_000
    static let interval = Duration.seconds(10)

    init(limits: Retention) { self.limits = limits }

    /// A file was opened: look at it at once.
    mutating func reset() { due = monotonicNow() }

    /// The step failed: the next look is a while off.
    mutating func postpone() { due = monotonicNow() + Trimming.interval.nanoseconds }

    /// One step. Comes again at once while there is more to do.
    mutating func run(_ pool: DatabasePool, _ lexicon: Lexicon, now: Int64) throws -> (removed: Int, sessions: Int) {
        let outcome = try pool.write { database in try step(database, lexicon, now: now) }
        due = monotonicNow() + (outcome.isDone ? Trimming.interval.nanoseconds : 0)
        return (outcome.removed, outcome.sessions)
    }

    private func step(_ database: Database, _ lexicon: Lexicon, now: Int64) throws -> (removed: Int, sessions: Int, isDone: Bool) {
        let sessions = Int(try database.number("SELECT ifnull(sum(sessions), 0) FROM kept"))
        let refused = Int(try database.number("SELECT ifnull(sum(sessions), 0) FROM kept WHERE refused = 1"))
        let oldest = now - limits.age.nanoseconds / 1_000_000
        var removed = try remove(database, lexicon, "key < \(SessionKey.first(at: oldest))", atMost: Trimming.step)
        if removed == 0, sessions - refused > limits.sessions {
            removed = try remove(
                database, lexicon, "outcome IS NOT 'refused'", atMost: min(Trimming.step, sessions - refused - limits.sessions))
        }
        if removed == 0, refused > limits.refused {
            removed = try remove(database, lexicon, "outcome = 'refused'", atMost: min(Trimming.step, refused - limits.refused))
        }
        var samples = try removeSamples(database, before: now - limits.sampleAge.nanoseconds / 1_000_000)
        if removed == 0, samples == 0, try bytesInUse(database) > limits.bytes {
            // Figures of more than a day ago go before any session does.
            samples = try removeSamples(database, before: now - Trimming.day)
            if samples == 0 { removed = try remove(database, lexicon, "1", atMost: Trimming.step) }
        }
        try removeCounters(database, before: Tallies.day(of: now) - Int64(limits.statisticsDays) * Tallies.dayLength)
        let free = try database.number("PRAGMA freelist_count")
        // Some free pages are kept for what comes next.
        let vacuums = free > 2 * Int64(Trimming.pages)
        if vacuums { try database.execute(sql: "PRAGMA incremental_vacuum(\(Trimming.pages))") }
        return (removed, sessions - removed, removed == 0 && samples == 0 && !vacuums)
    }

    private func bytesInUse(_ database: Database) throws -> Int64 {
        let pages = try database.number("PRAGMA page_count") - database.number("PRAGMA freelist_count")
        return try pages * database.number("PRAGMA page_size")
    }

    /// Removes the oldest ended sessions that fulfil a condition; the counters of their days keep them.
    private func remove(_ database: Database, _ lexicon: Lexicon, _ condition: String, atMost limit: Int) throws -> Int {
        let search = try Prepared(database, Stored.oldest(condition))
        search.bind(Int64(limit), at: 1)
        var rows: [Stored] = []
        while try search.step() { rows.append(Stored(search)) }
        search.reset()
        guard !rows.isEmpty else { return 0 }
        var writing = try Writing(database, lexicon)
        for row in rows { try writing.remove(row, uncounts: false) }
        try writing.finish()
        return rows.count
    }

    private func removeSamples(_ database: Database, before time: Int64) throws -> Int {
        try database.execute(
            sql: "DELETE FROM sample WHERE key IN (SELECT key FROM sample WHERE last_at < ? ORDER BY last_at LIMIT ?)",
            arguments: [time, Trimming.step])
        return database.changesCount
    }

    private func removeCounters(_ database: Database, before day: Int64) throws {
        try database.execute(sql: "DELETE FROM tally WHERE day < ?", arguments: [day])
        try database.execute(sql: "DELETE FROM timing WHERE day < ?", arguments: [day])
    }
}

extension WriterSession {
    /// One step of retention, if it is time. A failure here shows again at the next write, which deals with it.
    mutating func trim() {
        guard let pool, let due = trimming.due, due <= monotonicNow() else { return }
        do {
            let (removed, sessions) = try trimming.run(pool, lexicon, now: now())
            backlog.wake {
                $0.status.removed += UInt64(removed)
                $0.status.sessions = sessions
            }
        } catch {
            trimming.postpone()
            lexicon.forget()
            backlog.withLock { $0.status.lastError = "\(error)" }
        }
    }
}
