import Foundation
import Synchronization
import Testing

@testable import History

extension Tables {
    @Suite struct Editing {
        @Test func `an edit sees what was queued before it and is there when it returns`() throws {
            var limits = brisk
            limits.batchInterval = .seconds(3_600)
            try withStore(limits: limits) { store, _ in
                store.write(.session(sample("a", state: "live")))
                store.write(.session(sample("a", outcome: "failed")))
                store.write(.document(session: "a", bytes("one")))
                let isDone = try store.update("a") { row, document in
                    guard row.outcome == "failed", document == bytes("one") else { return false }
                    row.finding = "client-blocked"
                    row.searchTerms = ["client-blocked"]
                    document = bytes("two")
                    return true
                }
                #expect(isDone)
                try #expect(store.session("a")?.finding == "client-blocked")
                try #expect(store.document("a") == bytes("two"))
                var filter = Filter()
                filter.finding = "client-blocked"
                filter.query = "ENT-BLO"
                try #expect(store.list(filter).items.map(\.id) == ["a"])
                try #expect(store.aggregate().days.map(\.finding) == ["client-blocked"])
                try expectSound(store)
            }
        }

        @Test func `an edit of nobody, of a live session, or one that changes its mind changes nothing`() throws {
            try withStore { store, _ in
                store.write(.session(sample("live", state: "live")))
                store.write(.session(sample("ended")))
                let asked = Mutex(0)
                func update(_ id: String) throws -> Bool {
                    try store.update(id) { row, document in
                        asked.withLock { $0 += 1 }
                        row.title = "changed"
                        document = bytes("changed")
                        return false
                    }
                }
                for id in ["nobody", "live", "ended"] { try #expect(!update(id)) }
                #expect(asked.withLock { $0 } == 1)
                try #expect(store.session("ended") == sample("ended"))
                try #expect(store.document("ended") == nil)
            }
        }

        @Test func `edits of many threads are made one after the other, and none is lost`() async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                let path = scratch + "/history-edits-\(UInt64.random(in: 0 ... .max)).sqlite"
                let store = Store(path: path, limits: brisk, now: { noon })
                defer {
                    store.close(timeout: .seconds(5))
                    for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
                }
                store.write(.session(sample("a")))
                store.write(.document(session: "a", []))
                for index in UInt8(0)..<20 {
                    group.addTask {
                        _ = try store.update("a") { row, document in
                            document?.append(index)
                            row.counters.messagesSent += 1
                            return true
                        }
                    }
                }
                try await group.waitForAll()
                try #expect(store.document("a")?.sorted() == Array(0..<20))
                try #expect(store.session("a")?.counters.messagesSent == sample("a").counters.messagesSent + 20)
            }
        }

        @Test func `an edit keeps what a row is made with, and an erasure before it wins`() throws {
            try withStore { store, _ in
                store.write(.session(sample("a", stream: "lobby")))
                let isDone = try store.update("a") { row, _ in
                    (row.id, row.kind, row.stream, row.createdAt) = ("other", "other", "other", 0)
                    row.title = "new"
                    return true
                }
                #expect(isDone)
                let row = try #require(try store.session("a"))
                #expect(row.kind == "session" && row.stream == "lobby" && row.createdAt == noon && row.title == "new")
                try #expect(store.session("other") == nil)
                try #expect(store.erase("a"))
                try #expect(!store.update("a") { _, _ in true })
                try expectSound(store)
            }
        }

        @Test func `an edit that the database does not take in time says so`() throws {
            let store = Store(path: "/proc/none/history.sqlite", limits: brisk, now: { noon })
            defer { store.close(timeout: .zero) }
            store.write(.session(sample("a")))
            #expect(throws: HistoryError.self) { try store.update("a", timeout: .milliseconds(20)) { _, _ in true } }
            store.close(timeout: .zero)
            #expect(throws: HistoryError.self) { try store.update("a", timeout: .milliseconds(20)) { _, _ in true } }
        }
    }
}
