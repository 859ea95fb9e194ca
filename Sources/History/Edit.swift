import GRDB
import Synchronization

/// A change to a session as it stands, made on the writer's thread, in order with all that was queued before it.
final class Edit: Sendable {
    typealias Body = @Sendable (_ row: inout SessionRow, _ document: inout [UInt8]?) -> Bool
    private let body: Body
    private let answer = Mutex(false)

    init(_ body: @escaping Body) { self.body = body }

    /// Whether it was made, known once its transaction is committed.
    var isDone: Bool { answer.withLock { $0 } }

    /// Comes again when the transaction is tried again: the last answer stands.
    func run(_ row: inout SessionRow, _ document: inout [UInt8]?) -> Bool {
        let isChanged = body(&row, &document)
        answer.withLock { $0 = isChanged }
        return isChanged
    }
}

extension Store {
    /// Changes the row and document of a session that has ended, as they stand then, and waits until the change is in the file.
    ///
    /// `body` runs on the writer's thread, after all changes queued before; all writing waits for it, so it ought to take milliseconds.
    /// It runs again if its transaction has to be tried again. The row's id, kind, stream and time of creation stay as they are.
    /// - Returns: false where there is no such session, it lives, or `body` gave false: then nothing is changed.
    /// - Throws: `unavailable` when the database takes it neither now nor before `timeout`; it may still be made later.
    public func update(
        _ id: String, timeout: Duration = .seconds(5),
        _ body: @escaping @Sendable (_ row: inout SessionRow, _ document: inout [UInt8]?) -> Bool
    ) throws(HistoryError) -> Bool {
        let edit = Edit(body)
        guard backlog.withLock({ $0.edit(id, edit, at: monotonicNow()) }) else {
            throw .unavailable("the queue of changes is full or closed")
        }
        guard flush(timeout: timeout) else { throw .unavailable("the change waits for the database: \(status().words)") }
        return edit.isDone
    }
}

extension Writing {
    mutating func make(_ edits: [Edit], of id: String) throws {
        for edit in edits {
            guard var row = try database.row(of: id), !row.isLive, let key = try database.key(of: id) else { continue }
            let old = (row, try database.document(of: key))
            var document = old.1
            guard edit.run(&row, &document) else { continue }
            row.id = old.0.id
            var entry = Backlog.Entry()
            if row != old.0 { entry.row = QueuedRow(row) }
            if document != old.1 { entry.document = document }
            try write(id, entry)
        }
    }
}
