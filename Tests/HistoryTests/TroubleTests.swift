import Foundation
import GRDB
import Testing

@testable import History

extension Tables {
    @Suite struct Trouble {
        /// Opens, writes in several batches, reads, opens again and checks that everything is there and the file is sound.
        private func journey(_ path: String) throws {
            let store = Store(path: path, limits: brisk, now: { noon })
            for round in 0..<3 {
                for index in 0..<20 {
                    let id = "\(round)-\(index)"
                    store.write(.session(sample(id, state: "live")))
                    store.write(.samples(session: id, SampleChunk(firstAt: noon + 1, lastAt: noon + 1, body: bytes("[\(index)]"))))
                    store.write(.document(session: id, Array(repeating: UInt8(index), count: 6_000)))
                    store.write(.session(sample(id, outcome: "completed")))
                }
                #expect(store.flush(timeout: .seconds(5)))
            }
            #expect(store.status().dropped.total == 0)
            #expect(store.close(timeout: .seconds(5)))
        }

        private func expectWhole(_ path: String, _ what: Comment) throws {
            let again = Store(path: path, limits: brisk, now: { noon })
            defer { again.close(timeout: .seconds(5)) }
            try #expect(again.read { try $0.word("PRAGMA integrity_check") } == "ok", what)
            for id in (0..<3).flatMap({ round in (0..<20).map { "\(round)-\($0)" } }) {
                try #expect(again.session(id) == sample(id, outcome: "completed"), what)
                try #expect(again.document(id)?.count == 6_000, what)
                try #expect(again.samples(id).count == 1, what)
            }
            #expect(again.status().setAside.isEmpty, what)
        }

        @Test(arguments: [(["pwrite", "pwrite64"], ENOSPC), (["pwrite", "pwrite64"], EIO), (["open"], EMFILE), (["ftruncate"], EIO)])
        func `whichever write fails, the history heals and nothing is lost`(calls: [String], code: Int32) throws {
            // Every call near the start, where files are made, and every eleventh after that, until none is left to fail.
            var number = 0
            while true {
                let failed = try withDirectory { directory in
                    let path = directory + "/history.sqlite"
                    let failed = try SystemCalls.failing(calls, first: number, count: 1, code: code) { try journey(path) }
                    try expectWhole(path, "call \(number) failed")
                    return failed
                }
                if failed == 0 { break }
                number += number < 40 ? 1 : 11
            }
            #expect(number > 2)
        }

        @Test func `reads that fail are an error to their caller and no end of the history`() throws {
            try withDirectory { directory in
                let path = directory + "/history.sqlite"
                try journey(path)
                for number in stride(from: 0, to: 60, by: 3) {
                    let store = Store(path: path, limits: brisk, now: { noon })
                    _ = SystemCalls.failing(SystemCalls.reads, first: number, count: 1, code: EIO) {
                        _ = try? store.list(Filter())
                        _ = try? store.document("1-7")
                        store.write(.session(sample("1-7", outcome: "completed")))
                        #expect(store.flush(timeout: .seconds(5)))
                    }
                    store.close(timeout: .seconds(5))
                }
                try expectWhole(path, "after failed reads")
            }
        }

        @Test func `a disk that stays full for a while drops beyond the queue, says so, and heals without a restart`() throws {
            var limits = brisk
            limits.queueChanges = 100
            try withStore(limits: limits) { store, _ in
                store.write(.session(sample("before")))
                #expect(store.flush(timeout: .seconds(5)))
                _ = try SystemCalls.failing(SystemCalls.writes, first: 0, count: .max, code: ENOSPC) {
                    for index in 0..<400 {
                        store.write(.session(sample("s\(index)", at: noon + Int64(index))))
                        store.write(.document(session: "s\(index)", bytes("{}")))
                    }
                    #expect(!store.flush(timeout: .milliseconds(50)))
                    let status = store.status()
                    #expect(status.condition == .degraded && status.words.contains("full"))
                    #expect(status.queuedChanges == 125)
                    #expect(status.dropped.sessions + status.dropped.documents == 675)
                    #expect(status.retries > 0)
                    try #expect(store.session("s0") != nil)
                    try #expect(store.session("before") != nil)
                    var oldest = Filter()
                    oldest.until = noon + 1
                    try #expect(store.list(oldest).items.map(\.id) == ["s0", "before"])
                }
                #expect(store.flush(timeout: .seconds(5)))
                #expect(store.status().condition == .ready && store.status().queuedChanges == 0)
                #expect(store.status().lastError != nil)
                try #expect(store.session("s0") != nil)
            }
        }

        @Test func `while another process holds the file, reads go on and writes wait`() throws {
            try withStore { store, path in
                store.write(.session(sample("before")))
                #expect(store.flush(timeout: .seconds(5)))
                let other = try DatabaseQueue(path: path)
                try other.writeWithoutTransaction { database in
                    // The writer may be at its checkpoint: wait for it, as a process would.
                    try database.execute(sql: "PRAGMA busy_timeout = 5000; BEGIN EXCLUSIVE")
                    store.write(.session(sample("during")))
                    #expect(!store.flush(timeout: .milliseconds(100)))
                    #expect(store.status().condition == .degraded && store.status().words.contains("locked"))
                    try #expect(store.session("before") != nil)
                    try #expect(store.session("during") != nil)
                    try #expect(store.list(Filter()).items.count == 2)
                    try database.execute(sql: "ROLLBACK")
                }
                #expect(store.flush(timeout: .seconds(5)))
                #expect(store.status().condition == .ready)
            }
        }

        @Test func `a file locked at start is opened when it is free, and not set aside`() throws {
            try withDirectory { directory in
                let path = directory + "/history.sqlite"
                try journey(path)
                let other = try DatabaseQueue(path: path)
                try other.writeWithoutTransaction { database in
                    // In this mode a write lock also keeps readers out.
                    try database.execute(sql: "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT")
                }
                let store = Store(path: path, limits: brisk, now: { noon })
                defer { store.close(timeout: .seconds(5)) }
                store.write(.session(sample("late")))
                #expect(!store.flush(timeout: .milliseconds(50)))
                #expect(store.status().condition == .degraded)
                try #expect(store.session("late") != nil)
                try other.close()
                #expect(store.flush(timeout: .seconds(5)))
                try #expect(store.session("1-7") != nil)
                #expect(store.status().setAside.isEmpty)
            }
        }

        @Test(arguments: [
            "the file is deleted", "the directory is deleted and made again", "another file is put in its place",
            "its pages are overwritten",
        ])
        func `a file lost while in use is replaced, and the live sessions are in the new one`(loss: String) throws {
            try withDirectory { directory in
                let path = directory + "/data/history.sqlite"
                let files = FileManager.default
                try files.createDirectory(atPath: directory + "/data", withIntermediateDirectories: false)
                let store = Store(path: path, limits: brisk, now: { noon })
                defer { store.close(timeout: .seconds(5)) }
                store.write(.session(sample("ended", outcome: "completed")))
                for index in 0..<100 { store.write(.session(sample("live\(index)", state: "live"))) }
                #expect(store.flush(timeout: .seconds(5)))
                switch loss {
                case "the file is deleted": try files.removeItem(atPath: path)
                case "the directory is deleted and made again":
                    try files.removeItem(atPath: directory + "/data")
                    store.write(.session(sample("between")))
                    #expect(!store.flush(timeout: .milliseconds(50)))
                    #expect(store.status().condition == .degraded)
                    try files.createDirectory(atPath: directory + "/data", withIntermediateDirectories: false)
                case "another file is put in its place":
                    try Data("no database".utf8).write(to: URL(fileURLWithPath: path + ".new"))
                    #expect(rename(path + ".new", path) == 0)
                default:
                    // Both the file and its log, behind SQLite's back.
                    for name in [path, path + "-wal"] {
                        let handle = try #require(FileHandle(forUpdatingAtPath: name))
                        let size = try handle.seekToEnd()
                        try handle.seek(toOffset: 0)
                        try handle.write(contentsOf: Data(repeating: 0xa5, count: Int(size)))
                        try handle.close()
                    }
                }
                store.write(.session(sample("after")))
                #expect(store.flush(timeout: .seconds(5)))
                // Live rows go in with the batch after the one that found the loss.
                #expect(store.flush(timeout: .seconds(5)))
                if loss == "its pages are overwritten" {
                    // The writer remembers its pages; the first read finds out.
                    #expect(throws: HistoryError.self) { try store.session("ended") }
                    wait(for: store) { !$0.status.setAside.isEmpty && $0.pool != nil }
                    store.write(.session(sample("after")))
                    #expect(store.flush(timeout: .seconds(5)))
                }
                #expect(store.status().condition == .ready)
                try #expect(store.session("after") != nil)
                try #expect(store.session("live99")?.state == "live")
                try #expect(store.read { try $0.word("PRAGMA integrity_check") } == "ok")
            }
        }

        @Test(arguments: [1, 60, 333, 1_500, 4_000])
        func `after kill -9 in the midst of writing the file is sound and holds no half change`(moment: Int) async throws {
            let path = scratch + "/history-killed-\(getpid())-\(moment).sqlite"
            defer { for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) } }
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, moment = moment as Int] in
                let store = Store(path: path, limits: brisk, now: { noon })
                for index in 0..<moment {
                    store.write(.session(sample("\(index)", state: "live")))
                    store.write(.document(session: "\(index)", Array(repeating: 7, count: 3_000)))
                    if index % 500 == 0 { _ = store.flush(timeout: .seconds(5)) }
                }
                kill(getpid(), SIGKILL)
            }
            let revived = Store(path: path, limits: brisk, now: { noon })
            defer { revived.close(timeout: .seconds(5)) }
            #expect(revived.status().setAside.isEmpty)
            try #expect(revived.read { try $0.word("PRAGMA integrity_check") } == "ok")
            let sessions = try revived.read { Int(try $0.number("SELECT count(*) FROM session")) }
            // What was flushed is there; the rest is there whole or not at all.
            #expect(sessions >= (moment - 1) / 500 * 500 + 1)
            try #expect(revived.read { Int(try $0.number("SELECT count(*) FROM document")) } == sessions)
            #expect(revived.status().lostSessions == sessions)
        }

        @Test func `one row that the database refuses costs the others of its batch nothing`() throws {
            try withStore { store, _ in
                store.write(.session(sample("first")))
                #expect(store.flush(timeout: .seconds(5)))
                let pool = try #require(store.backlog.withLock { $0.pool })
                try pool.write {
                    try $0.execute(
                        sql: "CREATE TRIGGER refuse BEFORE INSERT ON session WHEN new.id = 'bad' BEGIN SELECT raise(ABORT, 'no'); END")
                }
                for id in ["a", "bad", "b"] { store.write(.session(sample(id))) }
                #expect(store.flush(timeout: .seconds(5)))
                try #expect(store.session("a") != nil && store.session("b") != nil && store.session("bad") == nil)
                #expect(store.status().dropped.refused == 1)
                #expect(store.status().condition == .ready)
            }
        }

        @Test func `a closed store refuses what comes, counts it, and still closes at once`() throws {
            try withDirectory { directory in
                let store = Store(path: directory + "/history.sqlite", limits: brisk, now: { noon })
                store.write(.session(sample("a")))
                #expect(store.close(timeout: .seconds(5)))
                #expect(store.close(timeout: .seconds(5)))
                store.write(.session(sample("b")))
                #expect(store.status().condition == .closed)
                #expect(store.status().dropped.sessions == 1)
                #expect(throws: HistoryError.self) { try store.session("a") }
            }
        }
    }
}
