import GRDB

extension Database {
    func key(of id: String) throws -> Int64? {
        let search = try Prepared(self, "SELECT key FROM session WHERE id = ?")
        defer { search.reset() }
        search.bind(id, at: 1)
        return try search.step() ? search.integer(0) : nil
    }

    func row(of id: String) throws -> SessionRow? {
        let search = try Prepared(self, "SELECT \(Columns.selection) FROM session WHERE id = ?")
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

    /// Removes everything about a session from the file, and waits until that is done. False if there was nothing.
    public func erase(_ id: String, timeout: Duration = .seconds(5)) throws(HistoryError) -> Bool {
        guard try session(id) != nil else { return false }
        backlog.wake { $0.erase(id, at: monotonicNow()) }
        guard flush(timeout: timeout) else { throw .unavailable("the erasure waits for the database: \(status().words)") }
        return true
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
