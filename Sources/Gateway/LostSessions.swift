internal import Foundation
public import History
internal import Inspection
internal import JSON

/// Sessions that an earlier process left live: they are closed as `server-lost`, with the time they were last seen.
public enum LostSessions {
    /// Given to the store when it opens: rewrites the list entry and the document of each.
    @Sendable public static func close(_ row: inout SessionRow, _ document: inout [UInt8]?) {
        guard let bytes = document,
            var record = try? Record(stored: bytes, json: { try JSONDecoder().decode(Record.self, from: Data($0)) })
        else { return }
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
}
