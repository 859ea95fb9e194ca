import GRDB

/// The questions asked of the file.
enum Reading {
    /// Every column of a row, its last heartbeat included.
    static let select = """
        SELECT \(Writing.columns.map { $0 == "last_seen_at" ? heard : $0 }.joined(separator: ", ")) FROM session
        """
    private static let heard = "max(last_seen_at, ifnull((SELECT at FROM heartbeat WHERE session = key), 0))"
}

extension Database {
    func key(of id: String) throws -> Int64? {
        let search = try Prepared(self, "SELECT key FROM session WHERE id = ?")
        defer { search.reset() }
        search.bind(id, at: 1)
        return try search.step() ? search.integer(0) : nil
    }

    func row(of id: String) throws -> SessionRow? {
        let search = try Prepared(self, "\(Reading.select) WHERE id = ?")
        defer { search.reset() }
        search.bind(id, at: 1)
        return try search.step() ? search.row : nil
    }

    /// The document as it was given, nil where there is none or it is damaged.
    func document(of key: Int64) throws -> [UInt8]? {
        let search = try Prepared(self, "SELECT size, body FROM document WHERE session = ?")
        defer { search.reset() }
        search.bind(key, at: 1)
        guard try search.step() else { return nil }
        return search.packedText(0)
    }

    /// Chunks that hold an event after `sequence`, in order; damaged ones are left out.
    func chunks(of key: Int64, after sequence: Int) throws -> [EventChunk] {
        let search = try Prepared(self, "SELECT first, last, size, body FROM event WHERE session = ? AND last > ? ORDER BY first")
        defer { search.reset() }
        search.bind(key, at: 1)
        search.bind(Int64(sequence), at: 2)
        var chunks: [EventChunk] = []
        while try search.step() {
            guard let json = search.packedText(2) else { continue }
            chunks.append(EventChunk(first: Int(clamping: search.integer(0)), last: Int(clamping: search.integer(1)), json: json))
        }
        return chunks
    }
}

extension Store {
    /// The row of a session, nil where there is none. Sees what is not in the file yet.
    public func session(_ id: String) throws(HistoryError) -> SessionRow? {
        let waiting = backlog.withLock { $0.waiting(id) }
        if let row = waiting?.row { return row.seen(at: waiting?.heartbeat) }
        if waiting?.erased == true { return nil }
        return try read { database in try database.row(of: id)?.seen(at: waiting?.heartbeat) }
    }

    /// The document of a session, as it was given; nil where there is none.
    public func document(_ id: String) throws(HistoryError) -> [UInt8]? {
        let waiting = backlog.withLock { $0.waiting(id) }
        if let document = waiting?.document { return document }
        if waiting?.erased == true { return nil }
        return try read { database in try database.key(of: id).flatMap { try database.document(of: $0) } }
    }

    /// The chunks that hold events after `sequence`, in order; the first one may begin before it. Empty for an unknown session.
    public func events(_ id: String, after sequence: Int = 0) throws(HistoryError) -> [EventChunk] {
        let waiting = backlog.withLock { $0.waiting(id) }
        let fresh = (waiting?.chunks ?? []).filter { $0.last > sequence }
        var written: [EventChunk] = []
        if waiting?.erased != true {
            do throws(HistoryError) {
                written = try read { database in try database.key(of: id).map { try database.chunks(of: $0, after: sequence) } ?? [] }
            } catch {
                // A session that was never written has all its events in the queue.
                guard case .unavailable = error, !fresh.isEmpty else { throw error }
            }
        }
        var byFirst: [Int: EventChunk] = [:]
        for chunk in written + fresh { byFirst[chunk.first] = chunk }
        return byFirst.values.sorted { $0.first < $1.first }
    }

    /// Removes everything about a session from the file, and waits until that is done. False if there was nothing.
    public func erase(_ id: String, timeout: Duration = .seconds(5)) throws(HistoryError) -> Bool {
        guard try session(id) != nil else { return false }
        backlog.wake { $0.erase(id, at: monotonicNow()) }
        guard flush(timeout: timeout) else { throw .unavailable("the erasure waits for the database: \(status().words)") }
        return true
    }

    /// Sessions in the file by day and outcome, oldest day first.
    public func counts() throws(HistoryError) -> [OutcomeCount] {
        try read { database in
            let search = try Prepared(database, "SELECT day, outcome, sessions FROM count ORDER BY day, outcome")
            defer { search.reset() }
            var counts: [OutcomeCount] = []
            while try search.step() {
                let outcome = search.text(1)
                counts.append(
                    OutcomeCount(day: search.integer(0), outcome: outcome.isEmpty ? nil : outcome, sessions: Int(search.integer(2))))
            }
            return counts
        }
    }

    /// Runs a read on a connection of its own, within the budget.
    func read<Value>(_ body: (Database) throws -> Value) throws(HistoryError) -> Value {
        let (pool, trouble) = backlog.withLock { ($0.pool, $0.trouble) }
        guard let pool else { throw .unavailable(trouble ?? "the database is closed") }
        do {
            return try pool.read { database in try database.limited(to: limits.readBudget) { try body(database) } }
        } catch let error as HistoryError {
            throw error
        } catch let error as DatabaseError {
            if case .forGood = DatabaseFile.unfit(error) { backlog.wake { $0.isSuspect = true } }
            throw .database(code: error.extendedResultCode.rawValue, message: error.message ?? "")
        } catch {
            throw .unavailable("\(error)")
        }
    }
}

extension SessionRow {
    /// The row with a heartbeat that is not in the file yet.
    fileprivate func seen(at time: Int64?) -> SessionRow {
        guard let time, isLive, time > lastSeenAt else { return self }
        var row = self
        row.lastSeenAt = time
        return row
    }
}
