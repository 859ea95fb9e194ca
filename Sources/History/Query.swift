import GRDB

/// A filter made ready to be held against records: its words looked up once, what has been compared remembered.
struct Query {
    private enum Memory {
        static let unknown: UInt8 = 0
        static let no: UInt8 = 1
        static let yes: UInt8 = 2
    }

    /// By facet: whether its words are those of the filter, and whether its finding holds the text searched for.
    private var fits: [Bool] = []
    private var found: [Bool] = []
    /// The stream's term, nil when the filter names none.
    private var stream: UInt32?
    /// By term, whether it holds the text.
    private var terms: [UInt8] = []
    private let text: [UInt8]?
    private let database: Database
    private let lookup: Prepared
    private var lookups = 0
    /// Nothing in the file can match.
    private(set) var isHopeless = false

    init(_ database: Database, _ filter: Filter) throws {
        self.database = database
        lookup = try Prepared(database, "SELECT text FROM term WHERE key = ?")
        text = filter.text
        let facets = try Prepared(database, "SELECT key, kind, outcome, finding, severity FROM facet ORDER BY key DESC")
        defer { facets.reset() }
        while try facets.step() {
            let key = Int(facets.integer(0))
            if fits.isEmpty {
                fits = Array(repeating: false, count: key + 1)
                found = fits
            }
            let finding = facets.optionalText(3)
            fits[key] =
                (filter.kind == nil || filter.kind == facets.text(1)) && (filter.outcome == nil || filter.outcome == facets.optionalText(2))
                && (filter.finding == nil || filter.finding == finding)
                && (filter.severity == nil || filter.severity == facets.optionalText(4))
            if let text, let finding { found[key] = finding.holds(text) }
        }
        if let wanted = filter.stream {
            let search = try Prepared(database, "SELECT key FROM term WHERE text = ?")
            defer { search.reset() }
            search.bind(SearchTerms.searchable(wanted), at: 1)
            stream = try search.step() ? UInt32(truncatingIfNeeded: search.integer(0)) : nil
            isHopeless = stream == nil
        }
        if text != nil {
            let last = Int(try database.number("SELECT ifnull(max(key), 0) FROM term"))
            terms = Array(repeating: Memory.unknown, count: last + 1)
        }
        if !fits.contains(true) { isHopeless = true }
    }

    private mutating func compareAll(_ text: [UInt8]) throws {
        let walk = try Prepared(database, "SELECT key, text FROM term")
        defer { walk.reset() }
        while try walk.step() {
            let key = Int(walk.integer(0))
            if terms.indices.contains(key) { terms[key] = walk.holds(text, at: 1) ? Memory.yes : Memory.no }
        }
    }

    /// Whether text that stands in the block itself may match at all: one search of memory for all of its records.
    func mayHold(_ block: UnsafeRawBufferPointer) -> Bool {
        guard let text, !text.isEmpty else { return true }
        return block.holds(text)
    }

    mutating func admits(_ record: ScanView, textMayMatch: Bool) throws -> Bool {
        let facet = Int(record.facet)
        guard facet < fits.count, fits[facet], stream == nil || stream == record.stream else { return false }
        guard let text, !text.isEmpty else { return true }
        if found[facet] || (textMayMatch && record.text.holds(text)) { return true }
        if try holds(record.agent, text) { return true }
        if try holds(record.stream, text) { return true }
        for index in 0..<record.wordCount where try holds(record.word(index), text) { return true }
        return false
    }

    private mutating func holds(_ term: UInt32, _ text: [UInt8]) throws -> Bool {
        let index = Int(term)
        guard index > 0, index < terms.count else { return false }
        if terms[index] == Memory.unknown {
            defer { lookup.reset() }
            lookup.bind(Int64(index), at: 1)
            lookups += 1
            terms[index] = try lookup.step() && lookup.holds(text, at: 0) ? Memory.yes : Memory.no
            // It is going to be a long walk: a few thousand user agents are compared sooner one after the other than each when it is met.
            if lookups == 100, terms.count <= 20_000 { try compareAll(text) }
        }
        return terms[index] == Memory.yes
    }
}

extension Prepared {
    /// Whether a text column holds a folded text.
    fileprivate func holds(_ text: [UInt8], at column: Int32) -> Bool { withBytes(column) { $0.holds(folded: text) } }
}

extension String {
    /// Whether it holds a text whose ASCII capitals were made small, its own taken as small too.
    func holds(_ folded: [UInt8]) -> Bool {
        var text = self
        return text.withUTF8 { UnsafeRawBufferPointer($0).holds(folded: folded) }
    }
}

extension UnsafeRawBufferPointer {
    /// Whether these bytes hold a text as it stands: looks for its first and last byte at their distance, sixteen places at a time.
    fileprivate func holds(_ text: [UInt8]) -> Bool {
        guard let first = text.first, let last = text.last else { return true }
        let reach = text.count - 1
        guard count > reach else { return false }
        let firsts = SIMD16(repeating: first)
        let lasts = SIMD16(repeating: last)
        var start = 0
        while start + reach + 16 <= count {
            let here = loadUnaligned(fromByteOffset: start, as: SIMD16<UInt8>.self) .== firsts
            let there = loadUnaligned(fromByteOffset: start + reach, as: SIMD16<UInt8>.self) .== lasts
            if any(here .& there) {
                for place in start..<(start + 16) where holds(text, at: place) { return true }
            }
            start += 16
        }
        while start + reach < count {
            if holds(text, at: start) { return true }
            start += 1
        }
        return false
    }

    /// Whether the text stands there; the caller has made sure that there is room for it.
    private func holds(_ text: [UInt8], at place: Int) -> Bool {
        var index = 0
        while index < text.count, self[place + index] == text[index] { index += 1 }
        return index == text.count
    }

    fileprivate func holds(folded text: [UInt8]) -> Bool {
        guard let first = text.first else { return true }
        guard count >= text.count else { return false }
        for start in 0...(count - text.count) where SearchTerms.folded(self[start]) == first {
            var index = 1
            while index < text.count, SearchTerms.folded(self[start + index]) == text[index] { index += 1 }
            if index == text.count { return true }
        }
        return false
    }
}

extension Filter {
    /// The query as it is compared; nil where there is none.
    var text: [UInt8]? {
        guard let query, !query.isEmpty else { return nil }
        return query.utf8.map(SearchTerms.folded)
    }
}
