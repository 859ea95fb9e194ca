import GRDB

/// The statements of one transaction.
struct Writing {
    let database: Database
    private let upsert: Prepared
    private(set) var refused: UInt64 = 0

    init(_ database: Database) throws {
        self.database = database
        upsert = try Prepared(database, Writing.upsertSQL)
    }

    mutating func write(_ id: String, _ entry: Backlog.Entry) throws {
        if entry.erases {
            let erasure = try Prepared(database, "DELETE FROM session WHERE id = ?")
            erasure.bind(id, at: 1)
            try erasure.run()
        }
        if let row = entry.row { try write(row.value) }
        if !entry.chunks.isEmpty || entry.document != nil {
            guard let key = try database.key(of: id) else { return refused += UInt64(entry.changes) }
            if let document = entry.document { try write(document, of: key) }
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

    private func write(_ document: [UInt8], of key: Int64) throws {
        let insertion = try Prepared(
            database,
            "INSERT INTO document (session, size, body) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET size = excluded.size, body = excluded.body"
        )
        insertion.bind(key, at: 1)
        insertion.bind(Packed(document), at: 2)
        try insertion.run()
    }

    private func write(_ row: SessionRow) throws {
        upsert.bind(row)
        try upsert.run()
    }

    /// The columns of `session` in the order in which `bind` and `row` go through them.
    static let columns = [
        "id", "kind", "state", "created_at", "connected_at", "ended_at", "last_seen_at", "outcome", "reason", "stream",
        "connection_state", "ice_state", "finding", "severity", "title", "remote_address", "user_agent",
        "offer_parsed_ms", "answer_sent_ms", "first_check_received_ms", "first_check_sent_ms", "pair_succeeded_ms", "nominated_ms",
        "dtls_started_ms", "dtls_finished_ms", "sctp_established_ms", "channel_open_ms", "connected_ms",
        "bytes_sent", "bytes_received", "packets_sent", "packets_received", "messages_sent", "messages_received", "item",
    ]

    /// What a session is made with and keeps: not naming these in an update spares it three index entries.
    private static let fixed: Set = ["id", "kind", "created_at", "stream"]

    private static let upsertSQL = """
        INSERT INTO session (\(columns.joined(separator: ", "))) VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))
        ON CONFLICT (id) DO UPDATE SET \(columns.filter { !fixed.contains($0) }.map { "\($0) = excluded.\($0)" }.joined(separator: ", "))
        """
}

extension Prepared {
    func bind(_ row: SessionRow) {
        bind(row.id, at: 1)
        bind(row.kind, at: 2)
        bind(row.state, at: 3)
        bind(row.createdAt, at: 4)
        bind(row.connectedAt, at: 5)
        bind(row.endedAt, at: 6)
        bind(row.lastSeenAt, at: 7)
        bind(row.outcome, at: 8)
        bind(row.reason, at: 9)
        bind(row.stream, at: 10)
        bind(row.connectionState, at: 11)
        bind(row.iceState, at: 12)
        bind(row.finding, at: 13)
        bind(row.severity, at: 14)
        bind(row.title, at: 15)
        bind(row.remoteAddress, at: 16)
        bind(row.userAgent, at: 17)
        bind(row.phases.offerParsed, at: 18)
        bind(row.phases.answerSent, at: 19)
        bind(row.phases.firstCheckReceived, at: 20)
        bind(row.phases.firstCheckSent, at: 21)
        bind(row.phases.pairSucceeded, at: 22)
        bind(row.phases.nominated, at: 23)
        bind(row.phases.dtlsStarted, at: 24)
        bind(row.phases.dtlsFinished, at: 25)
        bind(row.phases.sctpEstablished, at: 26)
        bind(row.phases.channelOpen, at: 27)
        bind(row.phases.connected, at: 28)
        bind(row.counters.bytesSent, at: 29)
        bind(row.counters.bytesReceived, at: 30)
        bind(row.counters.packetsSent, at: 31)
        bind(row.counters.packetsReceived, at: 32)
        bind(row.counters.messagesSent, at: 33)
        bind(row.counters.messagesReceived, at: 34)
        bind(text: row.item, at: 35)
    }

    /// The row of a `SELECT` of `Writing.columns`.
    var row: SessionRow {
        var row = SessionRow(
            id: text(0), kind: text(1), state: text(2), outcome: optionalText(7), reason: optionalText(8), stream: optionalText(9),
            connectionState: optionalText(10), iceState: optionalText(11), finding: optionalText(12), severity: optionalText(13),
            title: optionalText(14), remoteAddress: optionalText(15), userAgent: optionalText(16), createdAt: integer(3),
            connectedAt: optionalInteger(4), endedAt: optionalInteger(5), lastSeenAt: integer(6), item: bytes(34))
        row.phases.offerParsed = optionalReal(17)
        row.phases.answerSent = optionalReal(18)
        row.phases.firstCheckReceived = optionalReal(19)
        row.phases.firstCheckSent = optionalReal(20)
        row.phases.pairSucceeded = optionalReal(21)
        row.phases.nominated = optionalReal(22)
        row.phases.dtlsStarted = optionalReal(23)
        row.phases.dtlsFinished = optionalReal(24)
        row.phases.sctpEstablished = optionalReal(25)
        row.phases.channelOpen = optionalReal(26)
        row.phases.connected = optionalReal(27)
        row.counters.bytesSent = integer(28)
        row.counters.bytesReceived = integer(29)
        row.counters.packetsSent = integer(30)
        row.counters.packetsReceived = integer(31)
        row.counters.messagesSent = integer(32)
        row.counters.messagesReceived = integer(33)
        return row
    }
}
