import Testing

@testable import History

extension Tables {
    @Suite struct Sampling {
        private func chunk(_ minute: Int, _ text: String = "x") -> SampleChunk {
            let at = noon + Int64(minute) * 60_000
            return SampleChunk(firstAt: at, lastAt: at + 59_000, body: bytes(text))
        }

        @Test func `samples of a span are those that touch it, from memory and the file together, the latest of each`() throws {
            try withStore { store, _ in
                store.write(.session(sample("a")))
                store.write(.session(sample("b")))
                for minute in 0..<10 { store.write(.samples(session: "a", chunk(minute, "first"))) }
                store.write(.samples(session: "b", chunk(3, "other")))
                #expect(store.flush(timeout: .seconds(5)))
                store.write(.samples(session: "a", chunk(4, "second")))
                store.write(.samples(session: "a", chunk(12, "second")))
                for _ in ["queued", "written"] {
                    let all = try store.samples("a")
                    #expect(all.map(\.firstAt) == (Array(0..<10) + [12]).map { noon + Int64($0) * 60_000 })
                    #expect(all.map(\.body) == (0..<11).map { bytes($0 == 4 || $0 == 10 ? "second" : "first") })
                    let some = try store.samples("a", since: noon + 3 * 60_000 + 30_000, until: noon + 5 * 60_000)
                    #expect(some == [chunk(3, "first"), chunk(4, "second")])
                    try #expect(store.samples("a", since: noon + 9 * 60_000 + 59_001, until: noon + 12 * 60_000).isEmpty)
                    #expect(store.flush(timeout: .seconds(5)))
                }
            }
        }

        @Test func `samples older than their age go, and their session stays; with a session all of its samples go`() throws {
            var limits = brisk
            limits.retention.sampleAge = .seconds(3_600)
            try withStore(limits: limits) { store, _ in
                for id in ["a", "b"] {
                    store.write(.session(sample(id)))
                    for minute in -130..<0 { store.write(.samples(session: id, chunk(minute))) }
                }
                #expect(store.flush(timeout: .seconds(5)))
                let pool = try #require(store.backlog.withLock { $0.pool })
                var trimming = Trimming(limits: limits.retention)
                repeat { _ = try trimming.run(pool, Lexicon(), now: noon) } while trimming.due.map { $0 <= monotonicNow() } == true
                try #expect(store.samples("a").map(\.firstAt).min() == noon - 60 * 60_000)
                try #expect(store.samples("a").count == 60 && store.session("a") != nil)
                try #expect(store.erase("a"))
                try #expect(store.samples("a").isEmpty && store.samples("b").count == 60)
                try expectSound(store)
            }
        }
    }
}
