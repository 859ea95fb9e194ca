internal import History
internal import Inspection

/// Comma-separated values (RFC 4180) of sessions, safe to open in a spreadsheet.
enum CSV {
    struct Column: Sendable {
        let name: String
        let value: @Sendable (SessionRow) -> String?
    }

    /// The columns, in their order: new ones come at the end, none is renamed. Times are RFC 3339 UTC, durations in milliseconds.
    static let columns: [Column] = [
        Column(name: "id") { $0.id },
        Column(name: "kind") { $0.kind },
        Column(name: "stream") { $0.stream },
        Column(name: "state") { $0.state },
        Column(name: "outcome") { $0.outcome },
        Column(name: "reason") { $0.reason },
        Column(name: "finding") { $0.finding },
        Column(name: "severity") { $0.severity },
        Column(name: "title") { $0.title },
        Column(name: "remoteAddress") { $0.remoteAddress },
        Column(name: "userAgent") { $0.userAgent },
        Column(name: "connectionState") { $0.connectionState },
        Column(name: "iceConnectionState") { $0.iceState },
        Column(name: "createdAt") { time($0.createdAt) },
        Column(name: "connectedAt") { $0.connectedAt.map(time) },
        Column(name: "endedAt") { $0.endedAt.map(time) },
        Column(name: "durationMs") { String(($0.endedAt ?? $0.lastSeenAt) - $0.createdAt) },
        Column(name: "offerParsedMs") { milliseconds($0.phases.offerParsed) },
        Column(name: "answerSentMs") { milliseconds($0.phases.answerSent) },
        Column(name: "firstCheckSentMs") { milliseconds($0.phases.firstCheckSent) },
        Column(name: "firstCheckReceivedMs") { milliseconds($0.phases.firstCheckReceived) },
        Column(name: "pairSucceededMs") { milliseconds($0.phases.pairSucceeded) },
        Column(name: "nominatedMs") { milliseconds($0.phases.nominated) },
        Column(name: "dtlsStartedMs") { milliseconds($0.phases.dtlsStarted) },
        Column(name: "dtlsFinishedMs") { milliseconds($0.phases.dtlsFinished) },
        Column(name: "sctpEstablishedMs") { milliseconds($0.phases.sctpEstablished) },
        Column(name: "channelOpenMs") { milliseconds($0.phases.channelOpen) },
        Column(name: "connectedMs") { milliseconds($0.phases.connected) },
        Column(name: "bytesSent") { String($0.counters.bytesSent) },
        Column(name: "bytesReceived") { String($0.counters.bytesReceived) },
        Column(name: "packetsSent") { String($0.counters.packetsSent) },
        Column(name: "packetsReceived") { String($0.counters.packetsReceived) },
        Column(name: "messagesSent") { String($0.counters.messagesSent) },
        Column(name: "messagesReceived") { String($0.counters.messagesReceived) },
    ]

    private static func time(_ milliseconds: Int64) -> String {
        Timestamp(microseconds: milliseconds.multipliedReportingOverflow(by: 1000).partialValue).description
    }

    private static func milliseconds(_ value: Double?) -> String? { value.map { String($0) } }

    /// One line, with its end.
    static func line(_ cells: [String?]) -> [UInt8] {
        var line: [UInt8] = []
        for (index, cell) in cells.enumerated() {
            if index > 0 { line.append(UInt8(ascii: ",")) }
            if let cell { append(cell, to: &line) }
        }
        return line + [0x0d, 0x0a]
    }

    private static func append(_ cell: String, to line: inout [UInt8]) {
        var bytes = Array(cell.utf8)
        // What a spreadsheet would take for a formula is told to be text: a user agent is a stranger's.
        if let first = bytes.first, "=+-@\t\r".utf8.contains(first) { bytes.insert(UInt8(ascii: "'"), at: 0) }
        // RFC 4180 §2.6: "Fields containing line breaks (CRLF), double quotes, and commas should be enclosed in double-quotes."
        guard bytes.contains(where: { ",\"\r\n".utf8.contains($0) }) else {
            line += bytes
            return
        }
        line.append(UInt8(ascii: "\""))
        for byte in bytes {
            if byte == UInt8(ascii: "\"") { line.append(byte) }
            line.append(byte)
        }
        line.append(UInt8(ascii: "\""))
    }
}
