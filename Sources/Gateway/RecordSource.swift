internal import Engine
internal import Foundation
internal import HTTP
internal import History
internal import Inspection

/// Where a session's facts come from: its loop while it lives, its document ever after. From there on there is one path.
extension Service {
    /// The record of a session, live or ended, or the problem with getting it.
    func record(of id: String) -> Result<Record, Problem> {
        guard SessionID.isWellFormed(id) else { return .failure(.noSession(id)) }
        return engine.record(of: id).map(Result.success) ?? stored(id)
    }

    /// The record of an ended session.
    func stored(_ id: String) -> Result<Record, Problem> {
        do throws(HistoryError) {
            guard let document = try store.document(id) else { return .failure(.noSession(id)) }
            var record = try Self.decode(document)
            // Where the last document found no room in the queue, its row still tells how the session ended.
            if record.isLive, let row = try store.session(id) { record.close(as: row) }
            return .success(record)
        } catch {
            return .failure(Problem(error))
        }
    }

    /// The record of an ended session's document, completed by its row; nil where it can't be read.
    static func decoded(_ document: [UInt8], _ row: SessionRow) -> Record? {
        guard var record = try? decode(document) else { return nil }
        if record.isLive { record.close(as: row) }
        return record
    }

    private static func decode(_ document: [UInt8]) throws(HistoryError) -> Record {
        do {
            return try Record(stored: document) { try JSONDecoder().decode(Record.self, from: Data($0)) }
        } catch {
            throw .unavailable("The record of this session can't be read.")
        }
    }
}

extension Record {
    /// Ends a record that was last written while the session lived, as its row says.
    fileprivate mutating func close(as row: SessionRow) {
        guard row.state != "live" else { return }
        endedAt = max(takenAt, (row.endedAt ?? row.lastSeenAt) * 1000 - startedAt)
        outcome = row.outcome.flatMap(Record.Outcome.init)
        reason = row.reason.flatMap(Record.Reason.Code.init).map { Record.Reason($0) }
        connectionState = .closed
    }
}

extension Problem {
    init(_ error: HistoryError) {
        switch error {
        case .badCursor: self.init(.badRequest, "bad-cursor", "The cursor is not one that this list gave.")
        case .tooSlow: self = .history("The search took too long and was stopped; narrow it down.")
        case .unavailable(let words): self = .history(words)
        case .database(_, let message): self = .history("The history can't be read now: \(message).")
        }
    }
}
