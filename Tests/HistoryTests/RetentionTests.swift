import Foundation
import GRDB
import Testing

@testable import History

extension Tables {
    @Suite struct Keeping {
        /// Runs retention until there is nothing more to do, as the writer does between its batches.
        private func trim(_ store: Store, _ retention: Retention, now: Int64 = noon) throws -> Int {
            #expect(store.flush(timeout: .seconds(5)))
            let pool = try #require(store.backlog.withLock { $0.pool })
            var trimming = Trimming(limits: retention)
            var removed = 0
            repeat {
                removed += try trimming.run(pool, Lexicon(), now: now).removed
            } while trimming.due.map { $0 <= monotonicNow() } == true
            return removed
        }

        private func ids(_ store: Store) throws -> [String] {
            var filter = Filter()
            filter.limit = 200
            return try store.list(filter).items.map(\.id)
        }

        @Test func `what is older than the age goes, with its samples and document; live sessions stay`() throws {
            try withStore { store, _ in
                for (id, at, state) in [
                    ("old", noon - 2_000, "ended"), ("edge", noon - 1_000, "ended"), ("new", noon, "ended"),
                    ("old-live", noon - 9_000, "live"),
                ] {
                    store.write(.session(sample(id, at: at, state: state)))
                    store.write(.samples(session: id, SampleChunk(firstAt: noon + 1, lastAt: noon + 1, body: bytes("[1]"))))
                    store.write(.document(session: id, bytes("{}")))
                }
                var retention = Retention()
                retention.age = .seconds(1)
                try #expect(trim(store, retention) == 1)
                try #expect(ids(store) == ["new", "edge", "old-live"])
                try #expect(store.read { try $0.number("SELECT count(*) FROM sample") } == 3)
                try #expect(store.read { try $0.number("SELECT count(*) FROM document") } == 3)
            }
        }

        @Test func `beyond the number of sessions the oldest go; refused ones have a number of their own`() throws {
            try withStore { store, _ in
                for index in 0..<300 {
                    store.write(.session(sample("s\(index)", at: noon + Int64(index), outcome: index % 3 == 0 ? "refused" : "failed")))
                }
                var retention = Retention()
                retention.sessions = 5
                retention.refused = 3
                try #expect(trim(store, retention) == 292)
                try #expect(ids(store) == ["s299", "s298", "s297", "s296", "s295", "s294", "s293", "s291"])
            }
        }

        @Test func `beyond the bytes the oldest go and the file shrinks`() throws {
            try withStore { store, path in
                var random = Lehmer(seed: 3)
                // Noise: nothing of it is saved by compression.
                let noise = (0..<20_000).map { _ in UInt8(random.next(256)) }
                for index in 0..<400 {
                    store.write(.session(sample("s\(index)", at: noon + Int64(index))))
                    store.write(.document(session: "s\(index)", noise))
                }
                #expect(store.flush(timeout: .seconds(10)))
                var retention = Retention()
                retention.bytes = 3 << 20
                try #expect(trim(store, retention) == 300)
                try #expect(ids(store).first == "s399")
                let pool = try #require(store.backlog.withLock { $0.pool })
                try pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
                let size = try #require(FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
                #expect(size < 6 << 20)
            }
        }

        @Test func `counters outlive the sessions they count, until their own time`() throws {
            try withStore { store, _ in
                for day in 0..<10 {
                    var row = sample("s\(day)", at: noon - Int64(day) * 86_400_000, outcome: "failed", stream: "stream-\(day)")
                    row.userAgent = "Agent/\(day)"
                    store.write(.session(row))
                }
                #expect(store.flush(timeout: .seconds(5)))
                let before = try store.aggregate()
                #expect(before.days.count == 10 && before.setup.count == 10)
                var retention = Retention()
                retention.sessions = 3
                try #expect(trim(store, retention) == 7)
                try #expect(store.aggregate() == before)
                try #expect(store.read { try $0.number("SELECT count(*) FROM term") } == 6)
                try expectSound(store)
                // Erasing one that is still there does uncount it.
                try #expect(store.erase("s1"))
                try #expect(store.aggregate().days.count == 9)
                retention.statisticsDays = 5
                try #expect(trim(store, retention) == 0)
                try #expect(store.aggregate().days.map(\.day) == [5, 4, 3, 2, 0].map { Tallies.day(of: noon - $0 * 86_400_000) })
            }
        }

        @Test func `whatever retention removes, what is kept beside the rows stays true`() throws {
            try withStore { store, _ in
                var random = Lehmer(seed: 77)
                for index in 0..<900 {
                    var row = random.labelled()
                    row.id = "s\(index)"
                    row.createdAt = noon - Int64(random.next(4_000_000))
                    store.write(.session(row))
                }
                var retention = Retention()
                for sessions in [600, 300, 10] {
                    retention.sessions = sessions
                    retention.refused = sessions / 3
                    _ = try trim(store, retention)
                    try expectSound(store)
                }
                retention.age = .zero
                _ = try trim(store, retention)
                try #expect(store.read { try $0.number("SELECT count(*) FROM scan") } == 0)
                try expectSound(store)
            }
        }

        @Test func `the writer removes by itself what is too old`() throws {
            var limits = brisk
            limits.retention.age = .seconds(1)
            try withDirectory { directory in
                let path = directory + "/history.sqlite"
                let before = Store(path: path, now: { noon })
                before.write(.session(sample("old", at: noon - 5_000)))
                before.write(.session(sample("new", at: noon)))
                #expect(before.close(timeout: .seconds(5)))
                let store = Store(path: path, limits: limits, now: { noon })
                defer { store.close(timeout: .seconds(5)) }
                wait(for: store) { $0.status.removed == 1 }
                try #expect(ids(store) == ["new"])
                #expect(store.status().sessions == 1)
            }
        }
    }
}

/// Waits for what the writer's thread brings about; fails after ten seconds.
func wait(for store: Store, until condition: (borrowing Backlog) -> Bool, sourceLocation: SourceLocation = #_sourceLocation) {
    let end = monotonicNow() + 10_000_000_000
    store.backlog.wait { condition($0) ? 0 : end }
    #expect(store.backlog.withLock { condition($0) }, "not so after ten seconds", sourceLocation: sourceLocation)
}
