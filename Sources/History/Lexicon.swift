import GRDB

/// The numbers of terms, facets and sessions as the writer remembers them between its transactions, forgotten when one fails; and its packer.
///
/// One thread at a time has it, which is what makes it Sendable: that which opens the store, then the writer's.
final class Lexicon: @unchecked Sendable {
    fileprivate var terms: [String: UInt32] = [:]
    fileprivate var facets: [Facet: UInt32] = [:]
    /// The live sessions as they were last written.
    var live: [String: Stored] = [:]
    /// The greatest key of a session, nil while it is not known.
    var newest: Int64?
    private(set) lazy var packer = Packer(dictionary: dictionary)
    private let dictionary: [UInt8]

    init(dictionary: [UInt8] = []) { self.dictionary = dictionary }

    /// Terms remembered at most.
    private static let most = 50_000

    func forget() {
        terms = [:]
        facets = [:]
        live = [:]
        newest = nil
    }

    fileprivate func trim() {
        if terms.count > Lexicon.most { terms = [:] }
    }
}

/// What many sessions have in common, in one number.
struct Facet: Hashable {
    var kind: String
    var outcome: String?
    var finding: String?
    var severity: String?
}

/// The terms of one transaction: finds or makes them, and counts at its end who refers to them.
struct Naming {
    private let database: Database
    private let lexicon: Lexicon
    private var changes: [UInt32: Int64] = [:]

    init(_ database: Database, _ lexicon: Lexicon) {
        self.database = database
        self.lexicon = lexicon
    }

    /// The number of a term, 0 for none.
    mutating func term(_ text: String?) throws -> UInt32 {
        guard let text else { return 0 }
        let known = lexicon.terms[text]
        if let known { return known }
        let term = SearchTerms.searchable(text)
        let search = try Prepared(database, "SELECT key FROM term WHERE text = ?")
        search.bind(term, at: 1)
        var key = try search.step() ? UInt32(truncatingIfNeeded: search.integer(0)) : nil
        search.reset()
        if key == nil {
            let insertion = try Prepared(database, "INSERT INTO term (text, sessions) VALUES (?, 0)")
            insertion.bind(term, at: 1)
            try insertion.run()
            key = UInt32(truncatingIfNeeded: database.lastInsertedRowID)
        }
        lexicon.terms[text] = key
        return key ?? 0
    }

    mutating func facet(_ facet: Facet) throws -> UInt32 {
        if let known = lexicon.facets[facet] { return known }
        let search = try Prepared(
            database, "SELECT key FROM facet WHERE kind = ? AND outcome IS ? AND finding IS ? AND severity IS ?")
        for (index, word) in [facet.kind, facet.outcome, facet.finding, facet.severity].enumerated() {
            search.bind(word, at: Int32(index + 1))
        }
        var key = try search.step() ? UInt32(truncatingIfNeeded: search.integer(0)) : nil
        search.reset()
        if key == nil {
            let insertion = try Prepared(database, "INSERT INTO facet (kind, outcome, finding, severity) VALUES (?, ?, ?, ?)")
            for (index, word) in [facet.kind, facet.outcome, facet.finding, facet.severity].enumerated() {
                insertion.bind(word, at: Int32(index + 1))
            }
            try insertion.run()
            key = UInt32(truncatingIfNeeded: database.lastInsertedRowID)
        }
        lexicon.facets[facet] = key
        return key ?? 0
    }

    mutating func count(_ record: ScanRecord, _ change: Int64) {
        if record.stream != 0 { changes[record.stream, default: 0] += change }
        if record.agent != 0 { changes[record.agent, default: 0] += change }
        for word in record.words { changes[word, default: 0] += change }
    }

    /// Writes the counts; a term that no session has any more goes.
    mutating func finish() throws {
        guard !changes.isEmpty else { return }
        let update = try Prepared(database, "UPDATE term SET sessions = sessions + ?2 WHERE key = ?1")
        let removal = try Prepared(database, "DELETE FROM term WHERE key = ? AND sessions <= 0")
        var removed: Set<UInt32> = []
        for (key, change) in changes {
            if change != 0 {
                update.bind(Int64(key), at: 1)
                update.bind(change, at: 2)
                try update.run()
            }
            // One that came and went within the transaction too.
            guard change <= 0 else { continue }
            removal.bind(Int64(key), at: 1)
            try removal.run()
            if database.changesCount > 0 { removed.insert(key) }
        }
        if !removed.isEmpty { lexicon.terms = lexicon.terms.filter { !removed.contains($0.value) } }
        changes = [:]
        lexicon.trim()
    }
}
