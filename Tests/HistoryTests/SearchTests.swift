import Testing

@testable import History

extension Tables {
    @Suite struct Searching {
        /// All ids of a list, page by page.
        private func ids(_ store: Store, _ filter: Filter) throws -> [String] {
            var filter = filter
            var ids: [String] = []
            var pages = 0
            repeat {
                let page = try store.list(filter)
                ids += page.items.map(\.id)
                filter.cursor = page.next
                pages += 1
            } while filter.cursor != nil && pages < 2_000
            return ids
        }

        private func ids(_ store: Store, query: String) throws -> [String] {
            var filter = Filter()
            filter.query = query
            return try ids(store, filter)
        }

        @Test(arguments: 0..<8) func `any filter and query gives what a plain look at each row gives, however it is paged`(seed: UInt64)
            throws
        {
            var limits = brisk
            // Some pages end for want of time.
            if seed % 2 == 1 { limits.searchBudget = .nanoseconds(1) }
            try withStore(limits: limits) { store, _ in
                var random = Lehmer(seed: seed)
                var model: [String: SessionRow] = [:]
                for _ in 0..<500 {
                    switch random.next(20) {
                    case 0:
                        let id = random.pick(Array(model.keys).sorted() + ["nobody"])
                        try #expect(store.erase(id) == (model.removeValue(forKey: id) != nil))
                    case 1: #expect(store.flush(timeout: .seconds(5)))
                    default:
                        var row = random.labelled()
                        // These stay as they were first written.
                        if let old = model[row.id] { (row.kind, row.stream, row.createdAt) = (old.kind, old.stream, old.createdAt) }
                        model[row.id] = row
                        store.write(.session(row))
                    }
                }
                for round in 0..<2 {
                    for _ in 0..<60 {
                        let filter = random.wideFilter()
                        let expected = model.values.filter { fits($0, filter) }.sorted { ($1.createdAt, $1.id) < ($0.createdAt, $0.id) }
                        try #expect(ids(store, filter) == expected.map(\.id), "round \(round): \(filter)")
                        var whole = filter
                        whole.limit = 1_000
                        if seed % 2 == 0 { try #expect(store.rows(whole).rows == expected, "\(filter)") }
                    }
                    #expect(store.flush(timeout: .seconds(5)))
                }
                try expectSound(store)
            }
        }

        /// The meaning of a filter, said once more and plainly.
        private func fits(_ row: SessionRow, _ filter: Filter) -> Bool {
            func lower(_ text: String) -> [UInt8] { text.utf8.map { $0 >= 65 && $0 <= 90 ? $0 + 32 : $0 } }
            func holds(_ text: String?) -> Bool {
                guard let text, let query = filter.query else { return false }
                let (whole, part) = (lower(text), lower(query))
                return part.isEmpty || whole.indices.contains { whole[$0...].starts(with: part) }
            }
            let texts = [row.id, row.remoteAddress, row.userAgent, row.stream, row.finding] + row.searchTerms
            return (filter.query ?? "").isEmpty || texts.contains(where: holds)
                ? (filter.state ?? row.state) == row.state && (filter.outcome ?? row.outcome) == row.outcome
                    && (filter.kind ?? row.kind) == row.kind && (filter.stream ?? row.stream) == row.stream
                    && (filter.finding ?? row.finding) == row.finding && (filter.severity ?? row.severity) == row.severity
                    && row.createdAt >= filter.since ?? .min && row.createdAt < filter.until ?? .max : false
        }

        @Test func `a session is found by a piece of its agent, address, stream, id, finding, label or code, in memory and in the file`()
            throws
        {
            try withStore { store, _ in
                var row = sample("0abcdef", outcome: "failed", stream: "Lobby-East")
                row.userAgent = "Mozilla/5.0 (X11) Firefox/118.0"
                row.remoteAddress = "203.0.113.57:51234"
                row.finding = "dtls-fingerprint-mismatch"
                row.searchTerms = ["room=Blue Heron", "relay-only", "dtls-fingerprint-mismatch"]
                store.write(.session(row))
                // Enough user agents to be compared all at once.
                for index in 0..<300 {
                    var other = sample("1\(index)", at: noon + Int64(index))
                    other.userAgent = "Robin/\(index)"
                    store.write(.session(other))
                }
                for _ in ["queued", "written"] {
                    for piece in [
                        "0abc", "BCDE", "0abcdef", "firefox/118", "(X11)", "113.57:5", "51234", "lobby-e", "fingerprint", "room=blue",
                        "HERON",
                        "relay-", "y-o", "fo", "113.57",
                    ] {
                        try #expect(ids(store, query: piece) == ["0abcdef"], "\(piece)")
                    }
                    try #expect(ids(store, query: "robin/7").count == 11)
                    for none in ["0abcdef203", "heronrelay", "118.0203", "57:51234room", "nothing"] {
                        try #expect(ids(store, query: none).isEmpty, "\(none)")
                    }
                    #expect(store.flush(timeout: .seconds(5)))
                }
            }
        }

        @Test func `what a session is found by changes with its row, and goes with it`() throws {
            try withStore { store, _ in
                var row = sample("a")
                row.userAgent = "Firstbird/1"
                row.searchTerms = ["first-word", "room=first"]
                store.write(.session(row))
                store.write(.session(sample("b")))
                #expect(store.flush(timeout: .seconds(5)))
                row.userAgent = "Secondbird/2"
                row.searchTerms = ["second-word", "room=second"]
                store.write(.session(row))
                #expect(store.flush(timeout: .seconds(5)))
                for piece in ["firstbird", "first-word", "room=first"] { try #expect(ids(store, query: piece).isEmpty) }
                for piece in ["secondbird", "second-word", "room=second"] { try #expect(ids(store, query: piece) == ["a"]) }
                try #expect(store.read { try $0.number("SELECT count(*) FROM term WHERE text LIKE '%first%'") } == 0)
                try #expect(store.erase("a"))
                for piece in ["secondbird", "second-word", "room=second"] { try #expect(ids(store, query: piece).isEmpty) }
                try #expect(store.read { try $0.number("SELECT count(*) FROM term") } == 1)
                try expectSound(store)
            }
        }

        @Test func `hostile texts are stored, found by any piece, and mean nothing to the search`() throws {
            let emoji = String(repeating: "🦊🐙", count: 8_192)
            let texts = hostile + [emoji, "\" OR term MATCH 'x*'", "NEAR(a b)", "^a AND b", "\u{feff}", "\u{1}\u{1f}\\u0041\""]
            try withStore { store, _ in
                for (index, text) in texts.enumerated() {
                    var row = sample("id-\(index)", stream: text)
                    row.userAgent = text
                    row.searchTerms = [text, "label=\(text)", text]
                    store.write(.session(row))
                }
                for state in ["queued", "written"] {
                    for (index, text) in texts.enumerated() where !text.isEmpty {
                        let piece = String(text.prefix(100))
                        try #expect(ids(store, query: piece).contains("id-\(index)"), "\(state): \(piece)")
                        try #expect(ids(store, query: piece + "\u{10FFFF}").isEmpty)
                        let kept = try #require(try store.session("id-\(index)")).searchTerms
                        #expect(kept == SearchTerms.kept([text, "label=\(text)"]))
                    }
                    #expect(store.flush(timeout: .seconds(5)))
                }
                // A zero byte is a byte like any other.
                try #expect(ids(store, query: "a\u{0}b") == ["id-8"])
                try #expect(store.list(Filter()).items.count == min(50, texts.count))
                try expectSound(store)
            }
        }

        @Test func `of a text the first kibibyte is searched, cut between characters; of the terms the first 64`() {
            #expect(SearchTerms.searchable("short") == "short")
            for padding in 0..<4 {
                let text = String(repeating: "x", count: padding) + String(repeating: "🦊", count: 300)
                let cut = SearchTerms.searchable(text)
                #expect(cut.utf8.count <= 1_024 && cut.utf8.count > 1_020 && text.hasPrefix(cut))
            }
            #expect(SearchTerms.kept((0..<99).map { "\($0 % 80)" } + ["", "0"]).count == 64)
        }

        @Test(arguments: 0..<20) func `the column of terms gives back what it was made of`(seed: UInt64) {
            var random = Lehmer(seed: seed)
            let pieces = ["\"", "\\", "\u{0}", "\u{1f}", ",", "[", "]", "é", "🦊", "u0041", "plain", "\n"]
            let terms = (0..<random.next(6)).map { _ in (0..<(1 + random.next(8))).map { _ in random.pick(pieces) }.joined() }
            var column: [UInt8] = []
            SearchTerms.append(terms, to: &column)
            #expect(SearchTerms.terms(column: column) == terms)
        }

        @Test func `a cursor of another query does no harm`() throws {
            try withStore { store, _ in
                for index in 0..<100 {
                    store.write(.session(sample("s\(index)", at: noon + Int64(index), outcome: index % 2 == 0 ? "failed" : nil)))
                }
                #expect(store.flush(timeout: .seconds(5)))
                var filter = Filter()
                filter.limit = 10
                filter.cursor = try store.list(filter).next
                filter.outcome = "failed"
                filter.query = "s"
                let page = try store.list(filter)
                #expect(page.items.map(\.id) == stride(from: 88, through: 70, by: -2).map { "s\($0)" })
                filter.until = noon - 1
                try #expect(store.list(filter).items.isEmpty)
                filter.until = nil
                filter.cursor = "\(Int64.max)_z"
                try #expect(store.list(filter).items.first?.id == "s98")
                filter.cursor = "\(Int64.min)_z"
                try #expect(store.list(filter).items.isEmpty)
            }
        }

        @Test func `times before 1970 and beyond the year 2500 are listed in their order and counted`() throws {
            let times = [-1 << 50, -86_400_001, -1, 0, noon, noon + 1, 1 << 44 - 1, 1 << 44, 1 << 50, .max]
            var limits = brisk
            limits.retention.age = .seconds(3_000_000_000)
            limits.retention.statisticsDays = 1_000_000_000
            try withStore(limits: limits) { store, _ in
                for (index, time) in times.enumerated() {
                    var row = sample("s\(index)", outcome: "failed")
                    row.createdAt = time
                    store.write(.session(row))
                }
                for _ in ["queued", "written"] {
                    for outcome in [nil, "failed"] {
                        for limit in [1, 3, 50] {
                            var filter = Filter()
                            filter.limit = limit
                            filter.outcome = outcome
                            try #expect(ids(store, filter) == times.indices.reversed().map { "s\($0)" })
                            filter.since = -1
                            filter.until = 1 << 44
                            try #expect(ids(store, filter) == ["s6", "s5", "s4", "s3", "s2"])
                        }
                    }
                    #expect(store.flush(timeout: .seconds(5)))
                }
                try #expect(store.aggregate().days.reduce(0) { $0 + $1.sessions } == times.count)
                try expectSound(store)
            }
        }
    }
}

/// Holds what is kept beside the rows against the rows: the blocks, the terms, the counters of what is in the file.
func expectSound(_ store: Store, sourceLocation: SourceLocation = #_sourceLocation) throws {
    try store.read { database in
        var records: [ScanRecord] = []
        let blocks = try Prepared(database, "SELECT first, sessions, body FROM scan ORDER BY first")
        while try blocks.step() {
            let before = records.count
            blocks.withBytes(2) { block in
                var start = 0
                while let view = ScanView(block, at: start) {
                    records.append(view.record)
                    start = view.end
                }
                #expect(start == block.count && start > 0, sourceLocation: sourceLocation)
            }
            #expect(records.count - before == Int(blocks.integer(1)), sourceLocation: sourceLocation)
            #expect(records.count - before <= Scan.most, sourceLocation: sourceLocation)
            #expect(records[before].key >= blocks.integer(0), sourceLocation: sourceLocation)
        }
        var keys: [Int64] = []
        let rows = try Prepared(database, "SELECT key FROM session WHERE state <> 'live' ORDER BY key")
        while try rows.step() { keys.append(rows.integer(0)) }
        #expect(records.map(\.key) == keys, "a record for each ended session, in order", sourceLocation: sourceLocation)

        var uses: [Int64: Int64] = [:]
        for record in records { for term in record.terms { uses[Int64(term), default: 0] += 1 } }
        var counted: [Int64: Int64] = [:]
        let terms = try Prepared(database, "SELECT key, sessions FROM term")
        while try terms.step() { counted[terms.integer(0)] = terms.integer(1) }
        #expect(counted == uses, "every term is counted as often as it is used", sourceLocation: sourceLocation)

        for (refused, condition) in [(0, "outcome IS NOT 'refused'"), (1, "outcome = 'refused'")] {
            let kept = try database.number("SELECT ifnull(sum(sessions), 0) FROM kept WHERE refused = \(refused)")
            try #expect(kept == database.number("SELECT count(*) FROM session WHERE \(condition)"), sourceLocation: sourceLocation)
        }
        for table in ["sample", "document", "heartbeat"] {
            let lost = try database.number("SELECT count(*) FROM \(table) WHERE session NOT IN (SELECT key FROM session)")
            #expect(lost == 0, "\(table) belongs to a session", sourceLocation: sourceLocation)
        }
        try #expect(database.word("PRAGMA integrity_check") == "ok", sourceLocation: sourceLocation)
    }
}

extension Lehmer {
    mutating func labelled() -> SessionRow {
        var row = row()
        row.severity = pick(["ok", "warning", "error", nil])
        row.userAgent = pick([nil, "Mozilla/5.0 Chrome/\(next(9))", "curl/8.\(next(4))", "é🦊"])
        row.searchTerms = (0..<next(4)).map { _ in pick(["room=R\(next(5))", "user=\(next(30))", "relay-only", "Slow-Setup", "a\u{0}b"]) }
        row.searchTerms = SearchTerms.kept(row.searchTerms)
        row.phases.connected = pick([nil, Double(next(5_000)) / 7])
        row.durations.ice = pick([nil, Double(next(900))])
        return row
    }

    mutating func wideFilter() -> Filter {
        var filter = filter()
        filter.finding = pick([nil, nil, nil, "dtls_failed", "none such"])
        filter.severity = pick([nil, nil, nil, "error"])
        filter.query = pick([
            nil, "s1", "DTLS_", "0.0.1", "%", "r", "om=r3", "user=1", "chrome/", "🦊", "curl/8.2", "b", "\u{0}", "SLOW", "session",
        ])
        filter.limit = pick([1, 3, 50, 200])
        return filter
    }
}
