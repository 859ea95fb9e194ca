import GRDB

/// Makes a file of the version before one of this version.
enum Migration {
    /// Sessions get keys in the order of their time and move with what belongs to them; search and counters are made from them.
    /// Events go: the document has them, and nothing ever wrote them apart. About 20 µs a session, and the time to copy the documents.
    static func toSecond(_ database: Database) throws {
        try database.execute(
            sql: """
                DROP TRIGGER session_erased; DROP TRIGGER session_ended;
                DROP TRIGGER session_counted; DROP TRIGGER session_recounted; DROP TRIGGER session_uncounted;
                DROP TABLE event; DROP TABLE count;
                ALTER TABLE session RENAME TO session_before;
                ALTER TABLE document RENAME TO document_before;
                ALTER TABLE heartbeat RENAME TO heartbeat_before;
                DROP INDEX session_live; DROP INDEX session_by_kind; DROP INDEX session_by_outcome; DROP INDEX session_by_stream;
                """)
        for sql in [Schema.sessions, Schema.belongings, Schema.search, Schema.counters] { try database.execute(sql: sql) }
        try moveRows(database)
        // By then every session has its new key.
        try database.execute(
            sql: """
                INSERT INTO document SELECT new.key, size, body FROM session_before old
                  JOIN document_before ON document_before.session = old.key JOIN session new ON new.id = old.id ORDER BY new.key;
                INSERT INTO heartbeat SELECT new.key, at FROM session_before old
                  JOIN heartbeat_before ON heartbeat_before.session = old.key JOIN session new ON new.id = old.id ORDER BY new.key;
                DROP TABLE session_before; DROP TABLE document_before; DROP TABLE heartbeat_before;
                """)
    }

    private static func moveRows(_ database: Database) throws {
        let added: Set = [
            "gathering_ms", "ice_ms", "dtls_ms", "sctp_ms", "first_packet_ms", "first_key_frame_ms", "search_terms",
        ]
        let columns = Columns.all.map { added.contains($0) ? "NULL" : $0 }.joined(separator: ", ")
        let walk = try Prepared(database, "SELECT \(columns) FROM session_before ORDER BY created_at, id")
        defer { walk.reset() }
        var writing = try Writing(database, Lexicon())
        while try walk.step() { try writing.write(walk.row) }
        try writing.finish()
    }
}
