import GRDB

extension Store {
    /// A page of sessions, newest first. Without a filter, or by state and time, it costs the rows it shows, whatever the file holds;
    /// with any other it costs a walk through small records, 40 ms for a million sessions, or until the page is full.
    ///
    /// - Throws: `HistoryError.badCursor` for a cursor that no page gave.
    public func list(_ filter: Filter) throws(HistoryError) -> Page {
        let (items, next) = try page(
            filter, limit: Filter.limits.held(filter.limit),
            { ListedSession(id: $0.id, createdAt: $0.createdAt, state: $0.state, item: $0.item) })
        return Page(items: items, next: next)
    }

    /// A page of whole rows, newest first, up to a thousand; for those who carry all of them away.
    ///
    /// - Throws: `HistoryError.badCursor` for a cursor that no page gave.
    public func rows(_ filter: Filter) throws(HistoryError) -> RowPage {
        let (rows, next) = try page(filter, limit: Filter.rowLimits.held(filter.limit), { $0 })
        return RowPage(rows: rows, next: next)
    }

    private func page<Item: Listed & Sendable>(
        _ filter: Filter, limit: Int, _ item: (SessionRow) -> Item
    ) throws(HistoryError) -> (items: [Item], next: String?) {
        var start = filter.until.map { Position(createdAt: $0, id: "") } ?? .newest
        if let cursor = filter.cursor {
            let position = try Position(cursor: cursor)
            if start.precedes(position) { start = position }
        }
        // First memory, then the file: a change written between the two is seen twice rather than never.
        let (hidden, candidates) = backlog.withLock { $0.candidates(live: filter.state != "ended") }
        var fresh = candidates.filter { start.precedes($0.position) && filter.admits($0.value) }
        fresh.sort { $0.position.precedes($1.position) }
        var walk = Walk<Item>(filter: filter, start: start, limit: limit, hidden: hidden, budget: limits.searchBudget)
        if filter.state == nil || filter.state == "ended" {
            do throws(HistoryError) {
                walk = try read { database in
                    var walk = walk
                    try walk.run(database)
                    return walk
                }
            } catch {
                // What waits is all there is to show while the file is away.
                guard case .unavailable = error, !fresh.isEmpty || !hidden.isEmpty else { throw error }
            }
        }
        return join(fresh, with: walk, limit: limit, item)
    }
}

/// Joins what memory has with what the file has, both newest first.
private func join<Item: Listed>(
    _ fresh: [QueuedRow], with walk: Walk<Item>, limit: Int, _ item: (SessionRow) -> Item
) -> (items: [Item], next: String?) {
    var items: [Item] = []
    var written = walk.found[...]
    // Rows beyond where the walk stopped belong to the next page.
    var fresh = fresh[...]
    if let stopped = walk.stoppedAt { fresh = fresh.prefix { !stopped.precedes($0.position) } }
    while items.count < limit, !(fresh.isEmpty && written.isEmpty) {
        if let row = fresh.first, written.first.map({ row.position.precedes($0.position) }) ?? true {
            items.append(item(row.value))
            fresh.removeFirst()
            // Written between the two looks: memory's stands.
            if written.first?.position == row.position { written.removeFirst() }
        } else if let row = written.popFirst() {
            items.append(row)
        }
    }
    let isMore = !fresh.isEmpty || !written.isEmpty
    return (items, (isMore ? items.last?.position : walk.stoppedAt)?.cursor)
}

extension QueuedRow {
    var position: Position { value.position }
}

extension ClosedRange<Int> {
    fileprivate func held(_ number: Int) -> Int { Swift.min(Swift.max(number, lowerBound), upperBound) }
}
