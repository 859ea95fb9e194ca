import Testing

@testable import History

extension Tables {
    @Suite struct Listing {
        @Test func `pages show every session once, newest first, and end`() throws {
            try withStore { store, _ in
                // Runs of equal times: only the id tells these apart.
                for index in 0..<137 { store.write(.session(sample("s\(index)", at: noon + Int64(index / 10)))) }
                #expect(store.flush(timeout: .seconds(5)))
                for index in 137..<150 { store.write(.session(sample("s\(index)", at: noon + Int64(index / 10)))) }
                var filter = Filter()
                filter.limit = 7
                var seen: [ListedSession] = []
                repeat {
                    let page = try store.list(filter)
                    #expect(page.items.count == 7 || page.next == nil)
                    seen += page.items
                    filter.cursor = page.next
                    // What comes later does not move what is being paged through.
                    store.write(.session(sample("later\(seen.count)", at: noon + 1_000)))
                } while filter.cursor != nil
                #expect(seen.map(\.id) == (0..<150).map { ($0 / 10, "s\($0)") }.sorted { $0 > $1 }.map(\.1))
                #expect(seen.allSatisfy { $0.item == bytes("{\"id\":\"\($0.id)\"}") })
            }
        }

        @Test(arguments: 0..<12) func `any filter gives what a look at each row would give`(seed: UInt64) throws {
            try withStore { store, _ in
                var random = Lehmer(seed: seed)
                var rows: [String: SessionRow] = [:]
                for _ in 0..<200 {
                    let row = random.row()
                    rows[row.id] = row
                    store.write(.session(row))
                    if random.next(30) == 0 { #expect(store.flush(timeout: .seconds(5))) }
                }
                for _ in 0..<60 {
                    var filter = random.filter()
                    let expected = rows.values.filter { filter.admits($0) }.sorted { ($1.createdAt, $1.id) < ($0.createdAt, $0.id) }
                    var found: [String] = []
                    repeat {
                        let page = try store.list(filter)
                        found += page.items.map(\.id)
                        filter.cursor = page.next
                    } while filter.cursor != nil
                    #expect(found == expected.map(\.id), "\(filter)")
                }
            }
        }

        @Test func `a wildcard in a query stands for itself`() throws {
            try withStore { store, _ in
                for (index, agent) in ["100% sure", "100 sure", "a_b", "axb", "back\\slash"].enumerated() {
                    var row = sample("\(index)")
                    row.userAgent = agent
                    store.write(.session(row))
                }
                for _ in ["queued", "written"] {
                    for (query, ids) in [("0% s", ["0"]), ("a_b", ["2"]), ("A_B", ["2"]), ("k\\S", ["4"]), ("sure", ["1", "0"])] {
                        var filter = Filter()
                        filter.query = query
                        try #expect(store.list(filter).items.map(\.id) == ids, "\(query)")
                    }
                    #expect(store.flush(timeout: .seconds(5)))
                }
            }
        }

        @Test(arguments: hostile) func `a hostile filter finds nothing and breaks nothing`(text: String) throws {
            try withStore { store, _ in
                store.write(.session(sample("a")))
                #expect(store.flush(timeout: .seconds(5)))
                for set in [\Filter.state, \.outcome, \.kind, \.stream, \.query] {
                    var filter = Filter()
                    filter[keyPath: set] = text
                    let finds = set == \.query && text.isEmpty
                    try #expect(store.list(filter).items.isEmpty != finds, "\(text)")
                }
                try #expect(store.list(Filter()).items.count == 1)
            }
        }

        @Test(arguments: [
            "", "_", "x_y", "1764000000000_", "1764000000000", "99999999999999999999_a", "1_" + String(repeating: "a", count: 129),
        ])
        func `a cursor that no page gave is refused`(cursor: String) throws {
            try withStore { store, _ in
                var filter = Filter()
                filter.cursor = cursor
                #expect(throws: HistoryError.badCursor) { try store.list(filter) }
            }
        }

        @Test(arguments: [(Int.min, 1), (0, 1), (1, 1), (200, 200), (201, 200), (.max, 200)])
        func `a page holds one to two hundred sessions`(asked: Int, given: Int) throws {
            try withStore { store, _ in
                for index in 0..<250 { store.write(.session(sample("\(index)"))) }
                var filter = Filter()
                filter.limit = asked
                try #expect(store.list(filter).items.count == given)
            }
        }

        @Test(arguments: [
            "SELECT key FROM session WHERE key >= ?1 AND key < ?2 AND state <> 'live' ORDER BY key DESC",
            "SELECT first, body FROM scan WHERE first < ? ORDER BY first DESC",
            "SELECT first FROM scan WHERE first > ? ORDER BY first LIMIT 1",
            "SELECT key FROM session WHERE state = 'live' ORDER BY key DESC LIMIT 9",
            "SELECT key FROM session WHERE id = ?",
            "SELECT key FROM sample WHERE last_at < ? ORDER BY last_at LIMIT ?",
            "SELECT first_at, last_at, size, body FROM sample WHERE session = ? AND last_at >= ? AND first_at < ? ORDER BY first_at",
            "SELECT day FROM tally WHERE day >= ? AND day < ? ORDER BY day, kind, outcome, finding",
            Stored.oldest("outcome = 'refused'"), Stored.oldest("key < 7"), Stored.oldest("1"),
        ])
        func `every question walks a table or an index in its order, without a sort`(sql: String) throws {
            try withStore { store, _ in
                let steps = try store.read { database in
                    let explanation = try Prepared(database, "EXPLAIN QUERY PLAN " + sql)
                    defer { explanation.reset() }
                    var steps: [String] = []
                    while try explanation.step() { steps.append(explanation.text(3)) }
                    return steps
                }
                #expect(steps.count == 1 && (steps[0].hasPrefix("SEARCH ") || sql == Stored.oldest("1")), "\(steps)")
            }
        }

        @Test func `a search that runs out of time gives what it found and goes on from there`() throws {
            var limits = brisk
            limits.searchBudget = .nanoseconds(1)
            limits.queueChanges = 10_000
            try withStore(limits: limits) { store, _ in
                for index in 0..<500 { store.write(.session(sample("\(index)", at: noon + Int64(index)))) }
                #expect(store.flush(timeout: .seconds(5)))
                var filter = Filter()
                filter.query = "nothing like it"
                var found: [String] = []
                var pages = 0
                repeat {
                    let page = try store.list(filter)
                    found += page.items.map(\.id)
                    filter.cursor = page.next
                    pages += 1
                } while filter.cursor != nil && pages < 100
                #expect(found.isEmpty)
                #expect((500 / Scan.most...500 / Scan.full + 1).contains(pages))
            }
        }
    }
}

/// A small random source: the same seed gives the same rows for ever.
struct Lehmer {
    private var state: UInt64
    init(seed: UInt64) { state = seed &* 2_654_435_769 | 1 }

    mutating func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }

    mutating func pick<Value>(_ values: [Value]) -> Value { values[next(values.count)] }

    mutating func row() -> SessionRow {
        let number = next(120)
        var row = sample(
            "s\(number)", at: noon + Int64(number % 40), kind: ["session", "whip", "whep"][number % 3],
            stream: [nil, "a", "b"][number / 3 % 3])
        row.state = pick(["live", "ended"])
        row.outcome = row.isLive ? nil : pick(["failed", "completed", "refused"])
        row.finding = pick([nil, "dtls_failed", "Never-Connected"])
        row.remoteAddress = pick([nil, "10.0.0.\(next(20)):4000"])
        return row
    }

    mutating func filter() -> Filter {
        var filter = Filter()
        filter.state = pick([nil, nil, "live", "ended"])
        filter.outcome = pick([nil, nil, "failed", "refused", "nonsense"])
        filter.kind = pick([nil, nil, "session", "whip"])
        filter.stream = pick([nil, nil, nil, "a"])
        filter.query = pick([nil, nil, "s1", "DTLS_", "never", "0.0.1", "%"])
        filter.since = pick([nil, nil, noon + Int64(next(40))])
        filter.until = pick([nil, nil, noon + Int64(next(40))])
        filter.limit = pick([1, 3, 50])
        return filter
    }
}
