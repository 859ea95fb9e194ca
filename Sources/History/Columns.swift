/// The columns of `session`, in the order in which `bind` and `row` go through them.
enum Columns {
    static let all = [
        "id", "kind", "state", "created_at", "connected_at", "ended_at", "last_seen_at", "outcome", "reason", "stream",
        "connection_state", "ice_state", "finding", "severity", "title", "remote_address", "user_agent",
        "offer_parsed_ms", "answer_sent_ms", "first_check_received_ms", "first_check_sent_ms", "pair_succeeded_ms", "nominated_ms",
        "dtls_started_ms", "dtls_finished_ms", "sctp_established_ms", "channel_open_ms", "connected_ms",
        "gathering_ms", "ice_ms", "dtls_ms", "sctp_ms", "first_packet_ms", "first_key_frame_ms",
        "bytes_sent", "bytes_received", "packets_sent", "packets_received", "messages_sent", "messages_received", "search_terms", "item",
    ]

    /// What a session is made with and keeps.
    private static let fixed: Set = ["id", "kind", "created_at", "stream"]

    /// `key` follows the columns. Changes nothing where the session is known already.
    static let insertion = """
        INSERT INTO session (\(all.joined(separator: ", ")), key) VALUES (\(all.map { _ in "?" }.joined(separator: ", ")), ?)
        ON CONFLICT (id) DO NOTHING
        """
    /// Numbered as in the insertion, so that one `bind` serves both.
    static let update = """
        UPDATE session SET
        \(all.enumerated().filter { !fixed.contains($0.element) }.map { "\($0.element) = ?\($0.offset + 1)" }.joined(separator: ", "))
        WHERE key = ?\(all.count + 1)
        """

    /// Every column of a row, its last heartbeat included.
    static let selection = all.map { $0 == "last_seen_at" ? heard : $0 }.joined(separator: ", ")
    private static let heard = "max(last_seen_at, ifnull((SELECT at FROM heartbeat WHERE session = key), 0))"
}

/// The texts of one row side by side, lent to SQLite while a statement runs: it would otherwise copy each into memory of its own.
struct Arena {
    private(set) var bytes: [UInt8] = []
    private(set) var pieces: [(index: Int32, range: Range<Int>?)] = []

    mutating func clear() {
        bytes.removeAll(keepingCapacity: true)
        pieces.removeAll(keepingCapacity: true)
    }

    mutating func put(_ text: String?, at index: Int32) {
        guard var text else { return pieces.append((index, nil)) }
        put(at: index) { bytes in text.withUTF8 { bytes.append(contentsOf: $0) } }
    }

    mutating func put(at index: Int32, _ write: (inout [UInt8]) -> Void) {
        let start = bytes.count
        write(&bytes)
        pieces.append((index, start..<bytes.count))
    }
}

extension Prepared {
    /// Runs an insertion or update of a row.
    ///
    /// - Parameter arena: memory for its texts, used again for the next.
    func run(_ row: SessionRow, key: Int64, _ arena: inout Arena) throws {

        bind(row.createdAt, at: 4)
        bind(row.connectedAt, at: 5)
        bind(row.endedAt, at: 6)
        bind(row.lastSeenAt, at: 7)
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
        bind(row.durations.gathering, at: 29)
        bind(row.durations.ice, at: 30)
        bind(row.durations.dtls, at: 31)
        bind(row.durations.sctp, at: 32)
        bind(row.durations.firstPacket, at: 33)
        bind(row.durations.firstKeyFrame, at: 34)
        bind(row.counters.bytesSent, at: 35)
        bind(row.counters.bytesReceived, at: 36)
        bind(row.counters.packetsSent, at: 37)
        bind(row.counters.packetsReceived, at: 38)
        bind(row.counters.messagesSent, at: 39)
        bind(row.counters.messagesReceived, at: 40)
        bind(key, at: 43)
        arena.clear()
        arena.put(row.id, at: 1)
        arena.put(row.kind, at: 2)
        arena.put(row.state, at: 3)
        arena.put(row.outcome, at: 8)
        arena.put(row.reason, at: 9)
        arena.put(row.stream, at: 10)
        arena.put(row.connectionState, at: 11)
        arena.put(row.iceState, at: 12)
        arena.put(row.finding, at: 13)
        arena.put(row.severity, at: 14)
        arena.put(row.title, at: 15)
        arena.put(row.remoteAddress, at: 16)
        arena.put(row.userAgent, at: 17)
        if row.searchTerms.isEmpty {
            arena.put(nil, at: 41)
        } else {
            arena.put(at: 41) { SearchTerms.append(row.searchTerms, to: &$0) }
        }
        arena.put(at: 42) { $0.append(contentsOf: row.item) }
        try run(lending: arena)
    }

    /// The row of a `SELECT` of `Columns.selection`.
    var row: SessionRow {
        var row = SessionRow(
            id: text(0), kind: text(1), state: text(2), outcome: optionalText(7), reason: optionalText(8), stream: optionalText(9),
            connectionState: optionalText(10), iceState: optionalText(11), finding: optionalText(12), severity: optionalText(13),
            title: optionalText(14), remoteAddress: optionalText(15), userAgent: optionalText(16), createdAt: integer(3),
            connectedAt: optionalInteger(4), endedAt: optionalInteger(5), lastSeenAt: integer(6),
            searchTerms: SearchTerms.terms(column: bytes(40)), item: bytes(41))
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
        row.durations.gathering = optionalReal(28)
        row.durations.ice = optionalReal(29)
        row.durations.dtls = optionalReal(30)
        row.durations.sctp = optionalReal(31)
        row.durations.firstPacket = optionalReal(32)
        row.durations.firstKeyFrame = optionalReal(33)
        row.counters.bytesSent = integer(34)
        row.counters.bytesReceived = integer(35)
        row.counters.packetsSent = integer(36)
        row.counters.packetsReceived = integer(37)
        row.counters.messagesSent = integer(38)
        row.counters.messagesReceived = integer(39)
        return row
    }
}
