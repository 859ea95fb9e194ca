import Foundation
import GRDB
import Testing

@testable import History

extension Tables {
    @Suite struct Migrating {
        /// A file as the first version left it, written by that version's own SQL.
        private func makeFirst(at path: String, sessions: Int) throws {
            let queue = try DatabaseQueue(path: path)
            try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL") }
            try queue.write { database in
                try database.execute(
                    sql: """
                        CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
                        INSERT INTO grdb_migrations VALUES ('1 sessions');
                        PRAGMA application_id = 1347634000;
                        """)
                try database.execute(sql: FirstSchema.all)
                for index in 0..<sessions {
                    // Written in another order than they were created.
                    let time = noon + Int64((index * 37) % sessions)
                    try database.execute(
                        sql: """
                            INSERT INTO session (id, kind, state, created_at, ended_at, last_seen_at, outcome, stream, finding, severity,
                              remote_address, user_agent, connected_ms, bytes_sent, bytes_received, packets_sent, packets_received,
                              messages_sent, messages_received, item)
                            VALUES (?, 'session', ?, ?, ?, ?, ?, 'lobby', 'dtls-failed', 'error', '10.0.0.1:4000', ?, 12.5, 1, 2, 3, 4, 5, 6, ?)
                            """,
                        arguments: [
                            "s\(index)", index == 7 ? "live" : "ended", time, time + 9, time + 9, index == 7 ? nil : "failed",
                            "Agent/\(index % 5)", "{\"n\":\(index)}",
                        ])
                    let key = database.lastInsertedRowID
                    try database.execute(sql: "INSERT INTO document VALUES (?, 3, ?)", arguments: [key, Data("d\(index % 10)!".utf8)])
                    try database.execute(
                        sql: "INSERT INTO event (session, first, last, size, body) VALUES (?, 1, 2, 2, ?)",
                        arguments: [key, Data("[]".utf8)])
                    if index == 7 { try database.execute(sql: "INSERT INTO heartbeat VALUES (?, ?)", arguments: [key, noon + 60_000]) }
                }
            }
            try queue.close()
        }

        @Test func `the first version's identifier is ours`() { #expect(Schema.applicationID == 1_347_634_000) }

        @Test func `a file of the first version is opened with all it holds, and searched and counted like any other`() throws {
            try withDirectory { directory in
                let path = directory + "/history.sqlite"
                try makeFirst(at: path, sessions: 300)
                let store = Store(path: path, limits: brisk, now: { noon })
                defer { store.close(timeout: .seconds(5)) }
                let status = store.status()
                #expect(status.condition == .ready && status.setAside.isEmpty && status.lostSessions == 1, "\(status.words)")
                var filter = Filter()
                filter.limit = 200
                let first = try store.list(filter)
                filter.cursor = first.next
                let listed = try (first.items + store.list(filter).items).map(\.id)
                let newestFirst = (0..<300).sorted { (left: Int, right: Int) in left * 37 % 300 > right * 37 % 300 }
                #expect(listed == newestFirst.map { "s\($0)" })
                let row = try #require(try store.session("s42"))
                #expect(row.userAgent == "Agent/2" && row.phases.connected == 12.5 && row.counters.messagesReceived == 6)
                #expect(row.searchTerms.isEmpty && row.durations == Durations() && row.item == bytes("{\"n\":42}"))
                try #expect(store.document("s42") == bytes("d2!"))
                // The live one was closed when its server was last heard.
                try #expect(store.session("s7")?.endedAt == noon + 60_000)
                try #expect(store.session("s7")?.outcome == "server-lost")
                var search = Filter()
                search.query = "AGENT/3"
                search.limit = 200
                try #expect(store.list(search).items.count == 60)
                let days = try store.aggregate()
                #expect(days.days.map(\.sessions) == [299, 1] && days.setupOverall?.count == 300)
                try expectSound(store)
                let tables = try store.read { try $0.number("SELECT count(*) FROM sqlite_schema WHERE name IN ('event', 'count')") }
                #expect(tables == 0)
            }
        }

        @Test func `an empty file of the first version becomes one of this`() throws {
            try withDirectory { directory in
                let path = directory + "/history.sqlite"
                try makeFirst(at: path, sessions: 0)
                let store = Store(path: path, limits: brisk, now: { noon })
                defer { store.close(timeout: .seconds(5)) }
                store.write(.session(sample("a")))
                #expect(store.flush(timeout: .seconds(5)))
                try #expect(store.list(Filter()).items.map(\.id) == ["a"])
            }
        }

        @Test func `a migrated file has the same tables as a new one`() throws {
            func schema(_ path: String) throws -> [String] {
                let store = Store(path: path, limits: brisk, now: { noon })
                defer { store.close(timeout: .seconds(5)) }
                return try store.read { database in
                    let search = try Prepared(database, "SELECT ifnull(sql, name) FROM sqlite_schema ORDER BY type, name")
                    defer { search.reset() }
                    var lines: [String] = []
                    while try search.step() { lines.append(search.text(0)) }
                    return lines
                }
            }
            try withDirectory { directory in
                try makeFirst(at: directory + "/old.sqlite", sessions: 3)
                try #expect(schema(directory + "/old.sqlite") == schema(directory + "/new.sqlite"))
            }
        }

        @Test func `a migration that is cut short leaves the file as it was, and is done at the next start`() throws {
            try withDirectory { directory in
                let path = directory + "/history.sqlite"
                try makeFirst(at: path, sessions: 2_000)
                _ = SystemCalls.failing(SystemCalls.writes, first: 30, count: 100_000, code: ENOSPC) {
                    let store = Store(path: path, limits: brisk, now: { noon })
                    #expect(store.status().condition == .degraded)
                    store.close(timeout: .zero)
                }
                let store = Store(path: path, limits: brisk, now: { noon })
                defer { store.close(timeout: .seconds(5)) }
                #expect(store.status().condition == .ready && store.status().setAside.isEmpty)
                try #expect(store.read { try $0.number("SELECT count(*) FROM session") } == 2_000)
                try expectSound(store)
            }
        }
    }
}
