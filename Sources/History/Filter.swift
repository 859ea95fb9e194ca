/// Which sessions a list shows; every condition given must hold.
public struct Filter: Sendable {
    public var state: String?
    public var outcome: String?
    public var kind: String?
    public var stream: String?
    /// Code of the first finding.
    public var finding: String?
    public var severity: String?
    /// A part of the id, remote address, user agent, stream, first finding or one of the search terms; ASCII letters in either case.
    public var query: String?
    /// Created at this Unix millisecond or later.
    public var since: Int64?
    /// Created before this Unix millisecond.
    public var until: Int64?
    /// Sessions of one page; held to 1…200, for whole rows to 1…1000.
    public var limit = 50
    /// `Page.next` of the page before.
    public var cursor: String?

    public init() {}

    static let limits = 1...200
    static let rowLimits = 1...1_000
}

/// A page of the session list, newest first.
public struct Page: Sendable {
    public var items: [ListedSession]
    /// Where to go on, nil at the end. A search that ran out of time gives a page with fewer items than asked for, or none, and goes on from there.
    public var next: String?
}

/// A page of whole rows, newest first.
public struct RowPage: Sendable {
    public var rows: [SessionRow]
    /// As `Page.next`.
    public var next: String?
}

/// A session in a list.
public struct ListedSession: Equatable, Sendable {
    public var id: String
    public var createdAt: Int64
    public var state: String
    /// `SessionRow.item` as it was written.
    public var item: [UInt8]
}

/// The place of a session in the order of the list.
struct Position: Equatable {
    var createdAt: Int64
    var id: String

    /// The place after every session: where a list starts.
    static let newest = Position(createdAt: .max, id: "\u{10FFFF}")

    /// Whether a list meets this place before the other one.
    func precedes(_ other: Position) -> Bool {
        createdAt != other.createdAt ? createdAt > other.createdAt : other.id.utf8.lexicographicallyPrecedes(id.utf8)
    }

    var cursor: String { "\(createdAt)_\(id)" }
}

extension Position {
    init(cursor: String) throws(HistoryError) {
        let halves = cursor.split(separator: "_", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 2, let time = Int64(halves[0]), !halves[1].isEmpty, halves[1].utf8.count <= 128 else { throw .badCursor }
        self.init(createdAt: time, id: String(halves[1]))
    }
}

extension Filter {
    /// Whether a row in memory belongs in the list; says the same as `Query` of a record.
    func admits(_ row: SessionRow) -> Bool {
        if let state, row.state != state { return false }
        if let outcome, row.outcome != outcome { return false }
        if let kind, row.kind != kind { return false }
        if let stream, row.stream != stream { return false }
        if let finding, row.finding != finding { return false }
        if let severity, row.severity != severity { return false }
        if let since, row.createdAt < since { return false }
        if let until, row.createdAt >= until { return false }
        guard let text else { return true }
        let texts = [row.id, row.remoteAddress, row.userAgent, row.stream]
        return texts.contains { $0.map { SearchTerms.searchable($0).holds(text) } ?? false } || row.finding?.holds(text) ?? false
            || row.searchTerms.contains { $0.holds(text) }
    }
}
