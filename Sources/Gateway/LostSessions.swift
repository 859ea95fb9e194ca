internal import Foundation
public import History
internal import Inspection
internal import JSON

/// Sessions that an earlier process left live: they are closed as `server-lost`, with the time they were last seen.
public enum LostSessions {
    /// Given to the store when it opens: rewrites the list entry and the document of each.
    @Sendable public static func close(_ row: inout SessionRow, _ document: inout [UInt8]?) {
        guard var record = document.map(stored) ?? blank(row) else { return }
        let lastSeen = max(record.takenAt, row.lastSeenAt * 1000 - record.startedAt)
        record.endedAt = lastSeen
        record.takenAt = lastSeen
        record.outcome = .serverLost
        record.reason = Record.Reason(.serverLost)
        record.connectionState = .closed
        record.signalingState = .closed
        record.events.append(TimelineEvent(seq: (record.events.last?.seq ?? 0) + 1, offset: lastSeen, code: .serverLost))
        let item = ListItem(of: record)
        row.item = JSONWriter.bytes { item.encode(into: &$0) }
        row.connectionState = record.connectionState.rawValue
        row.finding = item.verdict.code
        row.severity = item.verdict.severity.rawValue
        row.title = item.verdict.title
        document = record.stored()
    }

    private static func stored(_ document: [UInt8]) -> Record? {
        try? Record(stored: document, json: { try JSONDecoder().decode(Record.self, from: Data($0)) })
    }

    /// Of a session that was not a second old only the row had been written.
    private static func blank(_ row: SessionRow) -> Record {
        var record = Record(id: row.id, kind: Record.Kind(rawValue: row.kind) ?? .session, startedAt: row.createdAt * 1000)
        record.stream = row.stream
        record.remoteAddress = row.remoteAddress.flatMap { Endpoint($0) }
        record.userAgent = row.userAgent
        record.connectivity.state = row.iceState.flatMap(ICEState.init) ?? .new
        return record
    }
}
