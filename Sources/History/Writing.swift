import GRDB

/// The statements of one transaction; `finish` writes what it gathered beside the rows, and must come last.
struct Writing {
    let database: Database
    private let search: Prepared
    private let newest: Prepared
    private let insertion: Prepared
    private let update: Prepared
    private var naming: Naming
    private let lexicon: Lexicon
    private var hasDictionary = false
    private var scan: Scan
    private var tallies = Tallies()
    private var arena = Arena()
    /// What changes in the blocks, nil for a record to be taken out; written in their order at the end, so that each is opened once.
    private var entries: [(key: Int64, record: ScanRecord?, texts: [String])] = []
    private(set) var refused: UInt64 = 0

    init(_ database: Database, _ lexicon: Lexicon) throws {
        self.database = database
        search = try Prepared(database, Stored.select)
        newest = try Prepared(database, "SELECT max(key) FROM session WHERE key >= ? AND key < ?")
        insertion = try Prepared(database, Columns.insertion)
        update = try Prepared(database, Columns.update)
        naming = Naming(database, lexicon)
        self.lexicon = lexicon
        scan = Scan(database)
    }

    mutating func write(_ id: String, _ entry: Backlog.Entry) throws {
        if entry.erases { try erase(id) }
        if let row = entry.row { try write(row.value) }
        if !entry.chunks.isEmpty || entry.document != nil {
            if let key = try database.key(of: id) {
                for chunk in entry.chunks { try write(chunk, of: key) }
                if let document = entry.document { try write(document, of: key) }
            } else {
                refused += UInt64(entry.changes - entry.edits.count)
            }
        }
        try make(entry.edits, of: id)
    }

    mutating func write(heartbeats: [String: Int64]) throws {
        guard !heartbeats.isEmpty else { return }
        let beat = try Prepared(
            database,
            """
            INSERT INTO heartbeat (session, at) SELECT key, ?2 FROM session WHERE id = ?1 AND state = 'live'
            ON CONFLICT DO UPDATE SET at = max(at, excluded.at)
            """)
        for (id, time) in heartbeats {
            beat.bind(id, at: 1)
            beat.bind(time, at: 2)
            try beat.run()
        }
    }

    mutating func finish() throws {
        // Of one key the later change stands, so equal ones keep their order.
        for index in entries.indices.sorted(by: { (entries[$0].key, $0) < (entries[$1].key, $1) }) {
            let (key, record, texts) = entries[index]
            let old: ScanRecord?
            if let record {
                naming.count(record, 1)
                old = try scan.put(record, texts: texts)
            } else {
                old = try scan.remove(key)
            }
            if let old { naming.count(old, -1) }
        }
        entries = []
        try scan.finish()
        try naming.finish()
        try tallies.finish(database)
    }

    // MARK: Rows

    mutating func write(_ row: SessionRow) throws {
        var row = row
        var old = lexicon.live[row.id]
        var key = Int64(0)
        if old == nil {
            key = try freshKey(at: row.createdAt)
            try insertion.run(row, key: key, &arena)
            if database.changesCount == 0 { old = try stored(row.id) }
        }
        if let old {
            key = old.key
            // These stay as they were first written.
            (row.kind, row.createdAt, row.stream) = (old.counted.kind, old.counted.createdAt, old.stream)
            try update.run(row, key: key, &arena)
            if database.changesCount == 0 {
                // Someone removed it by hand.
                lexicon.live[row.id] = nil
                return try write(row)
            }
        }
        let counted = Counted(row)
        if counted != old?.counted {
            if let old { tallies.count(old.counted, -1) }
            tallies.count(counted, 1)
        }
        if old?.counted.outcome != row.outcome || old == nil {
            if let old { tallies.keep(outcome: old.counted.outcome, -1) }
            tallies.keep(outcome: row.outcome, 1)
        }
        if row.isLive {
            if old?.isLive == false { leave(key) }
            lexicon.live[row.id] = Stored(key: key, isLive: true, stream: row.stream, counted: counted)
        } else {
            try enter(row, key: key)
            if old?.isLive == true { try end(row.id, key: key) }
        }
    }

    /// What is kept of live sessions alone goes.
    private func end(_ id: String, key: Int64) throws {
        lexicon.live[id] = nil
        let removal = try Prepared(database, "DELETE FROM heartbeat WHERE session = ?")
        removal.bind(key, at: 1)
        try removal.run()
    }

    /// Removes a session and all that belongs to it.
    /// - Parameter uncounts: whether the counters of its day forget it as well.
    mutating func remove(_ old: Stored, uncounts: Bool) throws {
        if !old.isLive { leave(old.key) }
        tallies.keep(outcome: old.counted.outcome, -1)
        if uncounts { tallies.count(old.counted, -1) }
        let removal = try Prepared(database, "DELETE FROM session WHERE key = ?")
        removal.bind(old.key, at: 1)
        try removal.run()
    }

    private mutating func erase(_ id: String) throws {
        lexicon.live[id] = nil
        if let old = try stored(id) { try remove(old, uncounts: true) }
    }

    private func stored(_ id: String) throws -> Stored? {
        defer { search.reset() }
        search.bind(id, at: 1)
        return try search.step() ? Stored(search) : nil
    }

    private func freshKey(at time: Int64) throws -> Int64 {
        let (first, end) = (SessionKey.first(at: time), SessionKey.end(at: time))
        let last = try lexicon.newest ?? database.number("SELECT ifnull(max(key), -1) FROM session")
        lexicon.newest = max(last, first)
        // Nearly always.
        if first > last { return first }
        defer { newest.reset() }
        newest.bind(first, at: 1)
        newest.bind(end, at: 2)
        guard try newest.step(), !newest.isNull(0) else { return first }
        guard newest.integer(0) + 1 < end else {
            throw DatabaseError(resultCode: .SQLITE_CONSTRAINT, message: "too many sessions of one millisecond")
        }
        let key = newest.integer(0) + 1
        lexicon.newest = max(last, key)
        return key
    }

    /// Makes an ended session known to the search.
    private mutating func enter(_ row: SessionRow, key: Int64) throws {
        var record = ScanRecord(
            key: key,
            facet: try naming.facet(Facet(kind: row.kind, outcome: row.outcome, finding: row.finding, severity: row.severity)),
            stream: try naming.term(row.stream), agent: try naming.term(row.userAgent), words: [])
        var texts = [row.id]
        if let address = row.remoteAddress { texts.append(SearchTerms.searchable(address)) }
        for term in row.searchTerms {
            if SearchTerms.isOwn(term) { texts.append(term) } else { record.words.append(try naming.term(term)) }
        }
        entries.append((key, record, texts))
    }

    private mutating func leave(_ key: Int64) { entries.append((key, nil, [])) }

    // MARK: What belongs to a row

    private mutating func write(_ chunk: SampleChunk, of key: Int64) throws {
        try keepDictionary()
        let insertion = try Prepared(
            database,
            """
            INSERT INTO sample (session, first_at, last_at, size, body) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (session, first_at) DO UPDATE SET last_at = excluded.last_at, size = excluded.size, body = excluded.body
            """)
        insertion.bind(key, at: 1)
        insertion.bind(chunk.firstAt, at: 2)
        insertion.bind(chunk.lastAt, at: 3)
        // What a quiet session's rows repeat every few seconds is long: packed it is a third.
        insertion.bind(lexicon.packer.pack(chunk.body), at: 4)
        try insertion.run()
    }

    /// What was packed with a dictionary can be read by who finds it in the file.
    private mutating func keepDictionary() throws {
        guard !hasDictionary else { return }
        try lexicon.packer.keepDictionary(in: database)
        hasDictionary = true
    }

    private mutating func write(_ document: [UInt8], of key: Int64) throws {
        try keepDictionary()
        let insertion = try Prepared(
            database,
            "INSERT INTO document (session, size, body) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET size = excluded.size, body = excluded.body"
        )
        insertion.bind(key, at: 1)
        insertion.bind(lexicon.packer.pack(document), at: 2)
        try insertion.run()
    }
}

/// What the file has of a session that a change of it must undo elsewhere.
struct Stored {
    var key: Int64
    var isLive: Bool
    var stream: String?
    var counted: Counted

    private static let columns = """
        key, state, stream, created_at, kind, outcome, finding,
        connected_ms, gathering_ms, ice_ms, dtls_ms, sctp_ms, first_packet_ms, first_key_frame_ms
        """
    static let select = "SELECT \(columns) FROM session WHERE id = ?"
    /// The oldest that fulfil a condition; live sessions never do.
    static func oldest(_ condition: String) -> String {
        "SELECT \(columns) FROM session WHERE \(condition) AND state <> 'live' ORDER BY key LIMIT ?"
    }
}

extension Stored {
    /// - Parameter row: a row of `select`, or of `oldest`.
    init(_ row: Prepared) {
        key = row.integer(0)
        isLive = row.text(1) == SessionRow.live
        stream = row.optionalText(2)
        var durations = Durations()
        durations.gathering = row.optionalReal(8)
        durations.ice = row.optionalReal(9)
        durations.dtls = row.optionalReal(10)
        durations.sctp = row.optionalReal(11)
        durations.firstPacket = row.optionalReal(12)
        durations.firstKeyFrame = row.optionalReal(13)
        counted = Counted(
            createdAt: row.integer(3), kind: row.text(4), outcome: row.optionalText(5), finding: row.optionalText(6),
            connected: row.optionalReal(7), durations: durations)
    }
}
