import GRDB

extension Store {
    /// Samples of a session with any of the time from `since` until before `until` (Unix milliseconds), in order; a chunk may reach
    /// beyond either. Empty for an unknown session.
    public func samples(_ id: String, since: Int64? = nil, until: Int64? = nil) throws(HistoryError) -> [SampleChunk] {
        let (since, until) = (since ?? .min, until ?? .max)
        let waiting = backlog.withLock { $0.waiting(id) }
        let fresh = waiting?.chunks ?? []
        var written: [SampleChunk] = []
        if waiting?.erased != true {
            do throws(HistoryError) {
                written = try read { database in try database.samples(of: id, since: since, until: until) }
            } catch {
                // A session that was never written has all its samples in the queue.
                guard case .unavailable = error, !fresh.isEmpty else { throw error }
            }
        }
        guard !fresh.isEmpty else { return written }
        var byFirst: [Int64: SampleChunk] = [:]
        for chunk in written + fresh { byFirst[chunk.firstAt] = chunk }
        return byFirst.values.filter { $0.lastAt >= since && $0.firstAt < until }.sorted { $0.firstAt < $1.firstAt }
    }
}

extension Database {
    fileprivate func samples(of id: String, since: Int64, until: Int64) throws -> [SampleChunk] {
        guard let key = try key(of: id) else { return [] }
        let search = try Prepared(
            self,
            "SELECT first_at, last_at, size, body FROM sample WHERE session = ? AND last_at >= ? AND first_at < ? ORDER BY first_at")
        defer { search.reset() }
        search.bind(key, at: 1)
        search.bind(since, at: 2)
        search.bind(until, at: 3)
        var chunks: [SampleChunk] = []
        while try search.step() {
            // What is damaged is left out.
            guard let body = search.packedText(2) else { continue }
            chunks.append(SampleChunk(firstAt: search.integer(0), lastAt: search.integer(1), body: body))
        }
        return chunks
    }
}
