import GRDB

extension WriterSession {
    /// The word for a session whose server died under it, as outcome and reason.
    static let serverLost = "server-lost"

    /// Closes the sessions that an earlier process left live, a few in each transaction. What fails here is tried again when the file is next opened.
    func closeLost(_ pool: DatabasePool) {
        let ours = backlog.withLock { Set($0.live.keys) }
        var lost = 0
        do {
            while try closeSome(pool, except: ours, count: &lost) {}
        } catch {
            lexicon.forget()
            backlog.withLock { $0.status.lastError = "\(error)" }
        }
        backlog.withLock { $0.status.lostSessions += lost }
    }

    private func closeSome(_ pool: DatabasePool, except ours: Set<String>, count: inout Int) throws -> Bool {
        let step = 200
        let closed = try pool.write { database in
            var closed = 0
            var writing = try Writing(database, lexicon)
            for var row in try liveRows(database, atMost: step + ours.count) where !ours.contains(row.id) && closed < step {
                let key = try database.key(of: row.id)
                let old = try key.flatMap { try database.document(of: $0) }
                row.state = "ended"
                row.outcome = WriterSession.serverLost
                row.reason = WriterSession.serverLost
                row.endedAt = row.lastSeenAt
                var document = old
                closing?(&row, &document)
                // A caller that leaves it live would be asked for ever.
                if row.isLive { row.state = "ended" }
                var entry = Backlog.Entry(row: QueuedRow(row))
                if document != old { entry.document = document }
                try writing.write(row.id, entry)
                closed += 1
            }
            try writing.finish()
            return closed
        }
        count += closed
        return closed == step
    }

    private func liveRows(_ database: Database, atMost limit: Int) throws -> [SessionRow] {
        let search = try Prepared(database, "SELECT \(Columns.selection) FROM session WHERE state = 'live' ORDER BY key DESC LIMIT ?")
        defer { search.reset() }
        search.bind(Int64(limit), at: 1)
        var rows: [SessionRow] = []
        while try search.step() { rows.append(search.row) }
        return rows
    }
}
