import GRDB

/// What a walk brings back of a session.
protocol Listed {
    static var columns: String { get }
    /// - Parameter row: a row of a `SELECT` of `columns`.
    init(_ row: Prepared)
    var position: Position { get }
    var isLive: Bool { get }
}

extension ListedSession: Listed {
    static let columns = "created_at, id, state, item"
    init(_ row: Prepared) { self.init(id: row.text(1), createdAt: row.integer(0), state: row.text(2), item: row.bytes(3)) }
    var position: Position { Position(createdAt: createdAt, id: id) }
    var isLive: Bool { state == SessionRow.live }
}

extension SessionRow: Listed {
    static let columns = Columns.selection
    init(_ row: Prepared) { self = row.row }
    var position: Position { Position(createdAt: createdAt, id: id) }
}

/// A walk through the ended sessions of the file, newest first, from a place on, until a page is full, the end, or the time is up.
struct Walk<Item: Listed> {
    let filter: Filter
    let start: Position
    let limit: Int
    /// Sessions whose row in the file is out of date.
    let hidden: Set<String>
    let budget: Duration
    private(set) var found: [Item] = []
    /// The place after which it stopped for want of time.
    private(set) var stoppedAt: Position?

    /// Those of one millisecond, which come in no order.
    private var group: [Item] = []
    private var slot = Int64.min
    private var isLate = false

    init(filter: Filter, start: Position, limit: Int, hidden: Set<String>, budget: Duration) {
        self.filter = filter
        self.start = start
        self.limit = limit
        self.hidden = hidden
        self.budget = budget
    }

    private var lowest: Int64 { filter.since.map(SessionKey.first) ?? .min }

    mutating func run(_ database: Database) throws {
        let end = monotonicNow() + budget.nanoseconds
        if filter.needsSearch {
            try search(database, end)
        } else {
            try pass(database, end)
        }
        _ = finishGroup()
    }

    /// Walks the table itself: every row but the live ones belongs to the list.
    private mutating func pass(_ database: Database, _ end: Int64) throws {
        let walk = try Prepared(
            database,
            "SELECT \(Item.columns), key FROM session WHERE key >= ?1 AND key < ?2 AND state <> 'live' ORDER BY key DESC")
        defer { walk.reset() }
        walk.bind(lowest, at: 1)
        walk.bind(SessionKey.end(at: start.createdAt), at: 2)
        let last = walk.columnCount - 1
        var examined = 0
        while try walk.step() {
            let (next, before) = (SessionKey.slot(ofKey: walk.integer(last)), slot)
            if enter(next) { return }
            if isLate, next != before, try stop(at: before, database) { return }
            add(Item(walk))
            examined += 1
            if examined % 64 == 0, monotonicNow() > end { isLate = true }
        }
    }

    /// Walks the blocks, and goes to the rows of the records that the filter admits.
    private mutating func search(_ database: Database, _ end: Int64) throws {
        var query = try Query(database, filter)
        guard !query.isHopeless else { return }
        let (lowest, highest) = (lowest, SessionKey.end(at: start.createdAt))
        let walk = try Prepared(database, "SELECT first, body FROM scan WHERE first < ? ORDER BY first DESC")
        let fetch = try Prepared(database, "SELECT \(Item.columns) FROM session WHERE key = ?")
        defer {
            walk.reset()
            fetch.reset()
        }
        walk.bind(highest, at: 1)
        var matches: [Int] = []
        // The lowest millisecond gone through.
        var passed = Int64.max
        while try walk.step() {
            let isDone = try walk.withBytes(1) { block in
                matches.removeAll(keepingCapacity: true)
                let mayHold = query.mayHold(block)
                var start = 0
                var first = passed
                var last = Int64.min
                while let record = ScanView(block, at: start) {
                    let key = record.key
                    if start == 0 { first = SessionKey.slot(ofKey: key) }
                    if key < highest {
                        last = SessionKey.slot(ofKey: key)
                        if key >= lowest, try query.admits(record, textMayMatch: mayHold) { matches.append(start) }
                    }
                    start = record.end
                }
                // Late, and nothing of the millisecond gone through last is left for this block.
                if isLate, last < passed, try stop(at: passed, database) { return true }
                for start in matches.reversed() {
                    guard let record = ScanView(block, at: start) else { continue }
                    if enter(SessionKey.slot(ofKey: record.key)) { return true }
                    fetch.bind(record.key, at: 1)
                    // A row that someone removed by hand is in no list.
                    if try fetch.step() { add(Item(fetch)) }
                    fetch.reset()
                }
                passed = first
                return false
            }
            if isDone || walk.integer(0) < lowest { return }
            // Something new is gone through first, so that every page goes on.
            if passed < SessionKey.slot(of: start.createdAt), monotonicNow() > end { isLate = true }
        }
    }

    private mutating func add(_ item: Item) {
        guard !item.isLive, !hidden.contains(item.position.id), start.precedes(item.position) else { return }
        if let since = filter.since, item.position.createdAt < since { return }
        if let until = filter.until, item.position.createdAt >= until { return }
        group.append(item)
    }

    /// Goes on to a millisecond. True when the page is full.
    private mutating func enter(_ next: Int64) -> Bool {
        guard next != slot else { return false }
        slot = next
        return finishGroup()
    }

    /// Stops for want of time after a millisecond that has been gone through. False where no session of it is left to go on from.
    private mutating func stop(at slot: Int64, _ database: Database) throws -> Bool {
        guard let place = try lastPlace(of: slot, database), start.precedes(place) else { return false }
        stoppedAt = place
        return true
    }

    /// Puts those of one millisecond in order. True when there are more than the page holds.
    private mutating func finishGroup() -> Bool {
        if !group.isEmpty {
            found += group.sorted { $0.position.precedes($1.position) }
            group = []
        }
        return found.count > limit
    }

    /// The place of the last session of a millisecond, whether it is in the list or not.
    private func lastPlace(of slot: Int64, _ database: Database) throws -> Position? {
        let search = try Prepared(
            database, "SELECT created_at, id FROM session WHERE key >= ? AND key < ? AND state <> 'live' ORDER BY created_at, id LIMIT 1")
        defer { search.reset() }
        search.bind(SessionKey.first(at: slot), at: 1)
        search.bind(SessionKey.end(at: slot), at: 2)
        return try search.step() ? Position(createdAt: search.integer(0), id: search.text(1)) : nil
    }
}

extension Filter {
    /// Whether it asks for more than state and time, so that the walk goes through what is made for searching.
    var needsSearch: Bool {
        outcome != nil || kind != nil || stream != nil || finding != nil || severity != nil || text != nil
    }
}
