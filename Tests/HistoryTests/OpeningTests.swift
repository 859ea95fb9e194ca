import Foundation
import GRDB
import Testing

@testable import History

extension Tables {
    @Suite struct Opening {
        private func files(_ directory: String) throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
        }

        /// A file with sessions in it, closed.
        private func makeHistory(at path: String, sessions: Int = 300) {
            let store = Store(path: path, limits: brisk, now: { noon })
            for index in 0..<sessions { store.write(.session(sample("s\(index)"))) }
            #expect(store.close(timeout: .seconds(5)))
        }

        private func overwrite(_ path: String, at offset: UInt64, with bytes: [UInt8]) throws {
            let handle = try #require(FileHandle(forUpdatingAtPath: path))
            defer { try? handle.close() }
            try handle.seek(toOffset: offset)
            try handle.write(contentsOf: Data(bytes))
        }

        @Test func `what was written is there when the file is opened again`() throws {
            try withDirectory { directory in
                let path = directory + "/history.sqlite"
                makeHistory(at: path)
                let store = Store(path: path, limits: brisk, now: { noon })
                defer { store.close(timeout: .seconds(5)) }
                #expect(store.status().condition == .ready)
                #expect(store.status().words.isEmpty)
                try #expect(store.session("s7") == sample("s7"))
                try #expect(store.read { try $0.word("PRAGMA journal_mode") } == "wal")
                try #expect(store.read { try $0.number("PRAGMA auto_vacuum") } == 2)
            }
        }

        @Test func `an empty file becomes a history`() throws {
            try withDirectory { directory in
                let path = directory + "/history.sqlite"
                try Data().write(to: URL(fileURLWithPath: path))
                makeHistory(at: path)
                try #expect(files(directory).filter { $0.contains("broken") }.isEmpty)
            }
        }

        @Test(arguments: ["no database", "its header overwritten", "a page overwritten", "cut in half", "from a later version"])
        func `an unfit file is set aside with all its bytes, and a new one begun`(damage: String) throws {
            try withDirectory { directory in
                let path = directory + "/history.sqlite"
                makeHistory(at: path)
                let size = try #require(FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
                switch damage {
                case "no database": try Data("this is no database, only words\n".utf8).write(to: URL(fileURLWithPath: path))
                case "its header overwritten": try overwrite(path, at: 0, with: Array(repeating: 0xa5, count: 512))
                case "a page overwritten": try overwrite(path, at: 4096, with: Array(repeating: 0xa5, count: 4096))
                case "cut in half": #expect(truncate(path, size / 2) == 0)
                default:
                    let pool = try DatabasePool(path: path)
                    try pool.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('9999 from the future')") }
                    try pool.close()
                }
                let before = try Data(contentsOf: URL(fileURLWithPath: path))
                let store = Store(path: path, limits: brisk, now: { noon })
                defer { store.close(timeout: .seconds(5)) }
                let status = store.status()
                #expect(status.condition == .ready)
                #expect(status.setAside == [path + ".broken-20251124T160000Z"])
                #expect(status.words.contains("set aside"))
                let kept = try Data(contentsOf: URL(fileURLWithPath: path + ".broken-20251124T160000Z"))
                #expect(kept == before || damage == "from a later version")
                store.write(.session(sample("new")))
                #expect(store.flush(timeout: .seconds(5)))
                try #expect(store.list(Filter()).items.map(\.id) == ["new"])
            }
        }

        @Test func `a second unfit file in the same second gets a name of its own`() throws {
            try withDirectory { directory in
                let path = directory + "/history.sqlite"
                for _ in 0..<3 {
                    try Data("no database".utf8).write(to: URL(fileURLWithPath: path))
                    Store(path: path, limits: brisk, now: { noon }).close(timeout: .seconds(5))
                }
                try #expect(files(directory).filter { $0.contains("broken") && !$0.contains("-wal") && !$0.contains("-shm") }.count == 3)
            }
        }

        @Test func `another program's database is left as it is, and the words say so`() throws {
            try withDirectory { directory in
                let path = directory + "/history.sqlite"
                let queue = try DatabaseQueue(path: path)
                try queue.write { try $0.execute(sql: "CREATE TABLE theirs (a)") }
                try queue.close()
                let before = try Data(contentsOf: URL(fileURLWithPath: path))
                let store = Store(path: path, limits: brisk, now: { noon })
                store.write(.session(sample("a")))
                #expect(!store.flush(timeout: .milliseconds(50)))
                #expect(store.status().condition == .degraded)
                #expect(store.status().words.contains("another program's database"))
                try #expect(store.session("a") != nil)
                store.close(timeout: .zero)
                try #expect(Data(contentsOf: URL(fileURLWithPath: path)) == before)
                try #expect(files(directory) == ["history.sqlite"])
            }
        }

        @Test func `a directory in its place is left as it is`() throws {
            try withDirectory { directory in
                let store = Store(path: directory, limits: brisk, now: { noon })
                #expect(store.status().condition == .degraded)
                #expect(!store.close(timeout: .zero) || store.status().queuedChanges == 0)
            }
        }

        @Test func `without its directory the history waits in memory, and is written when the directory comes`() throws {
            try withDirectory { directory in
                let store = Store(path: directory + "/later/history.sqlite", limits: brisk, now: { noon })
                defer { store.close(timeout: .seconds(5)) }
                store.write(.session(sample("a")))
                #expect(!store.flush(timeout: .milliseconds(50)))
                #expect(store.status().condition == .degraded)
                try #expect(store.session("a") != nil)
                try #expect(store.list(Filter()).items.map(\.id) == ["a"])
                try FileManager.default.createDirectory(atPath: directory + "/later", withIntermediateDirectories: false)
                #expect(store.flush(timeout: .seconds(5)))
                #expect(store.status().condition == .ready)
                try #expect(store.session("a") != nil)
            }
        }

        @Test func `a history that never comes up answers what it knows and says the rest is not to be had`() throws {
            let store = Store(path: "/proc/none/history.sqlite", limits: brisk, now: { noon })
            defer { store.close(timeout: .zero) }
            store.write(.session(sample("a")))
            try #expect(store.session("a") != nil)
            #expect(throws: HistoryError.self) { try store.session("b") }
            #expect(throws: HistoryError.self) { try store.aggregate() }
        }

        @Test func `sessions left live by a dead process are closed when last seen, and their caller may rewrite them`() throws {
            try withDirectory { directory in
                let path = directory + "/history.sqlite"
                let first = Store(path: path, limits: brisk, now: { noon })
                for index in 0..<450 { first.write(.session(sample("live\(index)", state: "live"))) }
                first.write(.session(sample("ended", outcome: "completed")))
                first.write(.document(session: "live3", bytes("alive")))
                first.write(.heartbeat(["live3"], at: noon + 60_000))
                first.close(timeout: .seconds(5))

                let second = Store(path: path, limits: brisk, now: { noon + 100_000 }) { row, document in
                    row.item = bytes("closed \(row.id)")
                    if document != nil { document = bytes("gone") }
                }
                defer { second.close(timeout: .seconds(5)) }
                #expect(second.status().lostSessions == 450)
                let row = try #require(try second.session("live3"))
                #expect(row.state == "ended" && row.outcome == "server-lost" && row.reason == "server-lost")
                #expect(row.endedAt == noon + 60_000 && row.lastSeenAt == noon + 60_000)
                #expect(row.item == bytes("closed live3"))
                try #expect(second.document("live3") == bytes("gone"))
                try #expect(second.session("live4")?.endedAt == noon + 1_500)
                try #expect(second.document("live4") == nil)
                try #expect(second.session("ended")?.outcome == "completed")
                try #expect(second.read { try $0.number("SELECT count(*) FROM heartbeat") } == 0)
            }
        }
    }
}
