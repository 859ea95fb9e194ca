import GRDB

extension Store {
    /// A page of sessions, newest first; costs the rows it shows, whatever the file holds, unless a rare combination has to be searched for.
    ///
    /// - Throws: `HistoryError.badCursor` for a cursor that no page gave.
    public func list(_ filter: Filter) throws(HistoryError) -> Page {
        let limit = min(max(filter.limit, Filter.limits.lowerBound), Filter.limits.upperBound)
        var start = filter.until.map { Position(createdAt: $0, id: "") } ?? .newest
        if let cursor = filter.cursor {
            let position = try Position(cursor: cursor)
            if start.precedes(position) { start = position }
        }
        // First the queue, then the file: a change written between the two is seen twice rather than never.
        let waiting = backlog.withLock { $0.waiting(for: filter) }
        var fresh = waiting.rows
        if start != .newest { fresh.removeAll { !start.precedes($0.position) } }
        fresh.sort { $0.precedes($1) }
        var search = Search(filter: filter, start: start, limit: limit, hidden: waiting.hidden, budget: limits.searchBudget)
        do throws(HistoryError) {
            search = try read { database in
                var search = search
                try search.run(database)
                return search
            }
        } catch {
            // What waits is all there is to show while the file is away.
            guard case .unavailable = error, !fresh.isEmpty || !waiting.hidden.isEmpty else { throw error }
        }
        return Page.joining(fresh, with: search, limit: limit)
    }

    /// A page of whole rows, newest first, up to a thousand; for those who carry all of them away.
    public func rows(_ filter: Filter) throws(HistoryError) -> RowPage {
        let page = try list(filter)
        var rows: [SessionRow] = []
        for item in page.items { if let row = try session(item.id) { rows.append(row) } }
        return RowPage(rows: rows, next: page.next)
    }
}

extension Page {
    /// Joins what waits with what the file has, both newest first.
    fileprivate static func joining(_ fresh: [QueuedRow], with search: Search, limit: Int) -> Page {
        var page = Page(items: [], next: nil)
        var written = search.found[...]
        // Rows beyond where the search stopped belong to the next page.
        var fresh = fresh[...]
        if let stopped = search.stoppedAt { fresh = fresh.prefix { !stopped.precedes($0.position) } }
        while page.items.count < limit, !(fresh.isEmpty && written.isEmpty) {
            if let row = fresh.first, written.first.map({ row.position.precedes($0.position) }) ?? true {
                page.items.append(
                    ListedSession(id: row.value.id, createdAt: row.value.createdAt, state: row.value.state, item: row.value.item))
                fresh.removeFirst()
            } else if let row = written.popFirst() {
                page.items.append(row)
            }
        }
        if !fresh.isEmpty || !written.isEmpty {
            page.next = page.items.last?.position.cursor
        } else {
            page.next = search.stoppedAt?.cursor
        }
        return page
    }
}

/// A walk along one index from a place on, until a page is full, the end, or the time is up.
private struct Search {
    let filter: Filter
    let start: Position
    let limit: Int
    /// Sessions whose row in the file is out of date.
    let hidden: Set<String>
    let budget: Duration
    private(set) var found: [ListedSession] = []
    /// Where it stopped for want of time.
    private(set) var stoppedAt: Position?

    init(filter: Filter, start: Position, limit: Int, hidden: Set<String>, budget: Duration) {
        self.filter = filter
        self.start = start
        self.limit = limit
        self.hidden = hidden
        self.budget = budget
    }

    mutating func run(_ database: Database) throws {
        let plan = Plan(filter)
        let statement = try Prepared(database, plan.sql)
        defer { statement.reset() }
        plan.bind(to: statement, filter: filter, start: start)
        let end = monotonicNow() + budget.nanoseconds
        var examined = 0
        while try statement.step() {
            examined += 1
            let isMatch = statement.integer(2) != 0
            if isMatch || examined % 64 == 0 {
                let position = Position(createdAt: statement.integer(0), id: statement.text(1))
                if isMatch, !hidden.contains(position.id) {
                    found.append(
                        ListedSession(id: position.id, createdAt: position.createdAt, state: statement.text(3), item: statement.bytes(4)))
                    // One more than the page, to know whether there is a next.
                    if found.count > limit { return }
                }
                if examined % 64 == 0, monotonicNow() > end {
                    stoppedAt = position
                    return
                }
            }
        }
    }
}

/// Which index a list walks, and what is left to test on each row.
///
/// Rows that fail the test come back too, marked, so that the walk knows how far it got when its time is up.
struct Plan {
    private(set) var sql: String
    private var texts: [String] = []

    init(_ filter: Filter) {
        var driver: [String] = []
        var rest: [String] = []
        // The rarest first; "live" is a literal because a partial index serves only its own.
        func place(_ condition: String, drives: Bool = true) {
            if drives, driver.isEmpty { driver.append(condition) } else { rest.append(condition) }
        }
        var texts: [String] = []
        func parameter(_ value: String) -> String {
            texts.append(value)
            return "?\(texts.count + 3)"
        }
        if filter.state == SessionRow.live { place("state = 'live'") }
        if let stream = filter.stream { place("stream = \(parameter(stream))") }
        if let outcome = filter.outcome { place("outcome = \(parameter(outcome))") }
        if let finding = filter.finding { place("finding = \(parameter(finding))", drives: false) }
        if let severity = filter.severity { place("severity = \(parameter(severity))", drives: false) }
        if let kind = filter.kind { place("kind = \(parameter(kind))") }
        if let state = filter.state, state != SessionRow.live { place("state = \(parameter(state))", drives: false) }
        if filter.isUnanswerable {
            rest.append("0")
        } else if let pattern = filter.pattern {
            let like = "LIKE \(parameter(pattern)) ESCAPE '\\'"
            rest.append("(remote_address \(like) OR user_agent \(like) OR id \(like) OR finding \(like) OR stream \(like))")
        }
        self.texts = texts
        let test = rest.isEmpty ? "1" : rest.map { "ifnull(\($0), 0)" }.joined(separator: " AND ")
        sql = """
            SELECT created_at, id, \(test) AS fits, state, CASE WHEN \(test) THEN item END FROM session
            WHERE \((driver + ["(created_at, id) < (?1, ?2)", "created_at >= ?3"]).joined(separator: " AND "))
            ORDER BY created_at DESC, id DESC
            """
    }

    func bind(to statement: Prepared, filter: Filter, start: Position) {
        statement.bind(start.createdAt, at: 1)
        statement.bind(start.id, at: 2)
        statement.bind(filter.since ?? .min, at: 3)
        for (index, text) in texts.enumerated() { statement.bind(text, at: Int32(index + 4)) }
    }
}

extension QueuedRow {
    fileprivate var position: Position { Position(createdAt: value.createdAt, id: value.id) }

    fileprivate func precedes(_ other: QueuedRow) -> Bool {
        value.createdAt != other.value.createdAt ? value.createdAt > other.value.createdAt : position.precedes(other.position)
    }
}

extension ListedSession {
    fileprivate var position: Position { Position(createdAt: createdAt, id: id) }
}
