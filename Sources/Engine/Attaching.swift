public import History
public import Inspection
internal import Synchronization
internal import Wire

/// What a peer told of its own side, on its way into the session.
extension PeerEngine {
    /// Microseconds since 1970.
    public static var wallMicroseconds: Int64 { Clock.wallMicroseconds }

    /// The facts of the live session that one of the username fragments of our side belongs to.
    public func record(ofFragments fragments: [String]) -> Record? {
        for gate in gates {
            for fragment in fragments.reversed() {
                if let record = gate.read({ $0.session(ofFragment: fragment)?.record(at: Clock.now) }) { return record }
            }
        }
        return nil
    }

    /// The facts of the live session whose peer has one of the username fragments.
    public func record(ofPeerFragments fragments: [String]) -> Record? {
        guard !fragments.isEmpty else { return nil }
        for gate in gates {
            if let record = gate.read({ $0.session(ofPeerFragments: fragments)?.record(at: Clock.now) }) { return record }
        }
        return nil
    }

    /// Takes a report into a live session.
    ///
    /// - Parameters:
    ///   - receivedAt: CLOCK_MONOTONIC in nanoseconds when it began to arrive.
    ///   - completion: gets what the session now knows of the peer's side; nil where it ended in between: then `attach(_:toEnded:…)`.
    public func attach(
        _ report: ClientReport, to id: String, receivedAt: Int64, completion: @escaping @Sendable (Record.ClientSide?) -> Void
    ) -> Asked {
        ask(id) { loop, session, now, outbox in
            guard let session else { return completion(nil) }
            let record = session.record(at: now)
            let offset = session.chronicle.offset(Instant(nanoseconds: receivedAt))
            var client = session.base.client ?? Record.ClientSide()
            client.take(report, at: Record.ClientSide.Moment(of: record, receivedAt: max(0, offset)))
            session.base.client = client
            session.touch(at: now)
            loop.settle(session, at: now, into: &outbox)
            completion(client)
        }
    }

    /// Takes a report into the record of an ended session. Waits for the disk.
    ///
    /// - Parameters:
    ///   - wall: µs since 1970 when it began to arrive.
    ///   - decode: makes the record of a document and its row.
    /// - Returns: what the session now knows of the peer's side; nil where there is no such session in history.
    public func attach(
        _ report: ClientReport, toEnded id: String, receivedAt wall: Int64, decode: @escaping @Sendable ([UInt8], SessionRow) -> Record?
    ) throws(HistoryError) -> Record.ClientSide? {
        let taken = Taken()
        let archive = hub.archive
        let isMasked = configuration.masksAddresses
        let isTaken = try archive.store.update(id) { row, document in
            guard let stored = document, var record = decode(stored, row), !record.isLive else { return false }
            var client = record.client ?? Record.ClientSide()
            let offset = max(record.duration, wall.subtractingReportingOverflow(record.startedAt).partialValue)
            client.take(report, at: Record.ClientSide.Moment(of: record, receivedAt: offset))
            record.client = client
            if isMasked { record = record.masked() }
            row = SessionRow(record, ListItem(of: record), archive.entry(of: record))
            document = record.stored()
            taken.client.withLock { $0 = client }
            return true
        }
        return isTaken ? taken.client.withLock { $0 } : nil
    }
}

/// What the writer's thread hands back.
private final class Taken: Sendable {
    let client = Mutex<Record.ClientSide?>(nil)
}
