internal import Engine
internal import HTTP
internal import History
internal import Inspection

/// The query of a list, checked.
struct ListRequest {
    private(set) var filter: Filter
    /// The session that the page before ended with.
    private(set) var cursorID: String?
    private let query: Query
    private let digest: String

    init(_ query: Query) throws(Problem) {
        self.query = query
        filter = try Filter(query)
        digest = filter.digest
        if let text = query["limit"] {
            guard let limit = Int(text), (1...200).contains(limit) else { throw .badQuery("limit", "a number from 1 to 200") }
            filter.limit = limit
        }
        guard let text = query["cursor"] else { return }
        // Checked here, because a list of live sessions never asks history.
        guard let dot = text.lastIndex(of: "."), let id = Self.id(in: text[..<dot]), SessionID.isWellFormed(id) else {
            throw Problem(HistoryError.badCursor)
        }
        guard text[text.index(after: dot)...] == digest else {
            throw Problem(.badRequest, "bad-cursor", "The cursor is that of a list with other filters; begin without one.")
        }
        filter.cursor = String(text[..<dot])
        cursorID = String(id)
    }

    /// Whether only the state is asked for.
    var isPlain: Bool { filter.isPlain }

    /// A cursor of history's as a client gets it: with a mark of the filters that it goes with.
    func cursor(_ place: String) -> String { "\(place).\(digest)" }

    /// The id behind the time in a cursor of history's, `1795367100123_…`.
    private static func id(in cursor: Substring) -> Substring? {
        guard let separator = cursor.firstIndex(of: "_"), Int64(cursor[..<separator]) != nil else { return nil }
        return cursor[cursor.index(after: separator)...]
    }

    /// The same query with another cursor.
    func query(cursor: String) -> String {
        (query.items.filter { $0.name != "cursor" } + [("cursor", cursor)])
            .map { "\(Self.escaped($0.name))=\(Self.escaped($0.value))" }.joined(separator: "&")
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += "%" + (digits.utf8.count == 1 ? "0" + digits : digits)
            }
        }
        return result
    }
}

extension Filter {
    /// The filters of a query, the same for the list and for the export.
    init(_ query: Query) throws(Problem) {
        self.init()
        if let state = query["state"] {
            guard state == "live" || state == "ended" else { throw .badQuery("state", "`live` or `ended`") }
            self.state = state
        }
        kind = try Self.word(query, "kind", Record.Kind.allCases.map(\.rawValue))
        outcome = try Self.word(query, "outcome", Record.Outcome.allCases.map(\.rawValue))
        severity = try Self.word(query, "severity", ["ok", "info", "warning", "error"])
        if let code = query["finding"] {
            let isCode =
                (1...64).contains(code.utf8.count)
                && code.utf8.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d || $0 == 0x3a }
            guard isCode else { throw .badQuery("finding", "the code of a finding, such as `no-usable-candidates`") }
            finding = code
        }
        if let name = query["stream"] {
            guard name.unicodeScalars.count <= 256 else { throw .badQuery("stream", "at most 256 characters") }
            stream = name
        }
        if let text = query["q"] {
            guard text.utf8.count <= 200 else { throw .badQuery("q", "at most 200 bytes") }
            self.query = text
        }
        since = try query.time("since")
        until = try query.time("until")
    }

    private static func word(_ query: Query, _ name: String, _ words: [String]) throws(Problem) -> String? {
        guard let word = query[name] else { return nil }
        guard words.contains(word) else { throw .badQuery(name, "one of \(words.joined(separator: ", "))") }
        return word
    }

    /// Whether only the state is asked for.
    var isPlain: Bool {
        kind == nil && outcome == nil && stream == nil && query == nil && since == nil && until == nil && finding == nil && severity == nil
    }

    /// What tells lists with different filters apart: FNV-1a, 32 bits. No secret, only a guard against mixing two lists up.
    var digest: String {
        let fields = [state, kind, outcome, stream, finding, severity, query, since.map { String($0) }, until.map { String($0) }]
        var hash: UInt32 = 0x811c_9dc5
        for field in fields {
            for byte in (field.map { "\($0)" } ?? "\u{1}").utf8 { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
            hash = hash &* 0x0100_0193
        }
        return String(hash, radix: 36)
    }
}
