import GRDB

/// What waits to be written, by session, and everything else that the writer and its callers share.
///
/// Changes of one session join: of two rows only the later is written. So the queue is bounded by sessions, not by how often they change.
struct Backlog {
    /// What waits of one session. Written in this order: the erasure, the row, the samples, the document; then the edits.
    struct Entry {
        var erases = false
        var row: QueuedRow?
        var chunks: [SampleChunk] = []
        var document: [UInt8]?
        var edits: [Edit] = []

        var weight: Int { (row?.weight ?? 0) + chunks.reduce(0) { $0 + $1.weight } + (document?.count ?? 0) }
        var changes: Int {
            (erases ? 1 : 0) + (row == nil ? 0 : 1) + chunks.count + (document == nil ? 0 : 1) + edits.count
        }
    }

    let limits: HistoryLimits

    /// Waiting, in the order in which their sessions first had something to write.
    private(set) var entries: [String: Entry] = [:]
    private var order: [String] = []
    private(set) var heartbeats: [String: Int64] = [:]
    /// Taken by the writer and not committed yet; still part of what a read sees.
    private(set) var inFlight = Batch()
    private(set) var bytes = 0
    private(set) var changes = 0
    private var oldest: Int64?

    /// The last row of each live session of this process, to be written again if the file is lost under it.
    private(set) var live: [String: QueuedRow] = [:]

    /// Numbers handed to changes, for those who wait until theirs is in the file.
    private(set) var accepted: UInt64 = 0
    private(set) var committed: UInt64 = 0

    var pool: DatabasePool?
    var isClosing = false
    var isStopped = false
    /// Someone waits for the queue to be empty.
    var hurry = false
    var trouble: String?
    /// A read met damage: the file is to be looked at.
    var isSuspect = false
    var status = Status(condition: .degraded, words: "")

    init(limits: HistoryLimits) { self.limits = limits }

    /// Queues a change or counts it as dropped. True when the writer is to be woken: there is something to wait for now, or enough for a batch.
    mutating func add(_ change: Change, at now: Int64) -> Bool {
        let before = (oldest, changes)
        switch change {
        case .session(let row): add(QueuedRow(row), at: now)
        case .samples(let id, let chunk): add(chunk, to: id, at: now)
        case .document(let id, let bytes): add(document: bytes, to: id, at: now)
        case .heartbeat(let ids, let time): add(heartbeat: time, of: ids, at: now)
        }
        return before.0 == nil && oldest != nil || before.1 < limits.batchChanges && changes >= limits.batchChanges
    }

    private mutating func add(_ row: QueuedRow, at now: Int64) {
        let id = row.value.id
        live[id] = row.value.isLive ? row : nil
        let old = entries[id]?.row
        guard admits(bytes: row.weight - (old?.weight ?? 0), changes: old == nil ? 1 : 0, reserve: 4) else {
            return status.dropped.sessions += 1
        }
        change(id, bytes: row.weight - (old?.weight ?? 0), changes: old == nil ? 1 : 0, at: now) { $0.row = row }
    }

    private mutating func add(_ chunk: SampleChunk, to id: String, at now: Int64) {
        // One that grows comes again and again.
        let old = entries[id]?.chunks.last.flatMap { $0.firstAt == chunk.firstAt ? $0 : nil }
        let growth = chunk.weight - (old?.weight ?? 0)
        guard admits(bytes: growth, changes: old == nil ? 1 : 0, reserve: 0) else { return status.dropped.samples += 1 }
        change(id, bytes: growth, changes: old == nil ? 1 : 0, at: now) {
            if old != nil { $0.chunks.removeLast() }
            $0.chunks.append(chunk)
        }
    }

    private mutating func add(document: [UInt8], to id: String, at now: Int64) {
        let old = entries[id]?.document
        let growth = document.count - (old?.count ?? 0)
        // A session that lives will send another; the last one has half of the reserve, and leaves the rows the other half.
        let reserve = live[id] == nil ? 8 : 0
        guard document.count <= limits.documentBytes, admits(bytes: growth, changes: old == nil ? 1 : 0, reserve: reserve) else {
            return status.dropped.documents += 1
        }
        change(id, bytes: growth, changes: old == nil ? 1 : 0, at: now) { $0.document = document }
    }

    private mutating func add(heartbeat time: Int64, of ids: [String], at now: Int64) {
        guard !isClosing, heartbeats.count + ids.count <= 10 * limits.queueChanges else {
            return status.dropped.heartbeats += UInt64(ids.count)
        }
        for id in ids { heartbeats[id] = time }
        accepted += 1
        oldest = oldest ?? now
    }

    /// Forgets what waits of a session and has its rows removed from the file.
    mutating func erase(_ id: String, at now: Int64) {
        let old = entries[id]
        live[id] = nil
        heartbeats[id] = nil
        change(id, bytes: -(old?.weight ?? 0), changes: 1 - (old?.changes ?? 0), at: now) { $0 = Entry(erases: true) }
    }

    /// Queues an edit of a session's row and document; false when the queue is closed or full.
    mutating func edit(_ id: String, _ edit: Edit, at now: Int64) -> Bool {
        guard admits(bytes: 0, changes: 1, reserve: 4) else { return false }
        change(id, bytes: 0, changes: 1, at: now) { $0.edits.append(edit) }
        return true
    }

    /// - Parameter reserve: the share of the limit, one part in so many, that may be used beyond it; 0 for none.
    private func admits(bytes: Int, changes: Int, reserve: Int) -> Bool {
        if isClosing { return false }
        func most(_ limit: Int) -> Int { limit + (reserve == 0 ? 0 : limit / reserve) }
        return self.bytes + inFlight.bytes + bytes <= most(limits.queueBytes)
            && self.changes + inFlight.changes + changes <= most(limits.queueChanges)
    }

    private mutating func change(_ id: String, bytes: Int, changes: Int, at now: Int64, _ body: (inout Entry) -> Void) {
        let known = entries.count
        body(&entries[id, default: Entry()])
        if entries.count != known { order.append(id) }
        self.bytes += bytes
        self.changes += changes
        accepted += 1
        oldest = oldest ?? now
    }

    // MARK: The writer's side

    /// When the next batch is due: at once if there is enough for one or someone waits for it, nil while there is nothing.
    var due: Int64? {
        if !inFlight.isEmpty || isSuspect { return 0 }
        guard let oldest else { return isClosing ? 0 : nil }
        return hurry || isClosing || changes >= limits.batchChanges ? 0 : oldest + limits.batchInterval.nanoseconds
    }

    /// Takes the oldest changes for one transaction. They count as waiting until `commit` or `requeue`.
    mutating func take(at now: Int64) {
        var batch = Batch(since: oldest ?? now, upTo: accepted)
        var taken = 0
        for id in order {
            guard batch.changes < limits.batchChanges, let entry = entries.removeValue(forKey: id) else { break }
            batch.add(id, entry)
            taken += 1
        }
        order.removeFirst(taken)
        bytes -= batch.bytes
        changes -= batch.changes
        if order.isEmpty {
            batch.heartbeats = heartbeats
            heartbeats = [:]
            oldest = nil
        } else {
            batch.upTo = committed
        }
        inFlight = batch
    }

    mutating func commit() {
        status.written += UInt64(inFlight.changes)
        committed = max(committed, inFlight.upTo)
        inFlight = Batch()
        if order.isEmpty { hurry = false }
    }

    /// Queues the rows of all live sessions once more.
    mutating func repeatLive(at now: Int64) {
        for (id, row) in live where entries[id]?.row == nil && inFlight.entries[id]?.row == nil { add(row, at: now) }
    }

    func report(at now: Int64) -> Status {
        var report = status
        report.queuedChanges = changes + inFlight.changes
        report.queuedBytes = bytes + inFlight.bytes
        report.lag = lag(at: now)
        if isStopped { return report }
        report.condition = .ready
        if let trouble {
            report.condition = .degraded
            report.words = "history cannot be written and waits in memory: \(trouble)"
        } else if report.lag > .seconds(5) {
            report.condition = .degraded
            report.words = "history is written \(report.lag.nanoseconds / 1_000_000_000) seconds late"
        } else if let name = report.setAside.last {
            report.words = "an unfit database was set aside as \(name) and a new one begun"
        }
        return report
    }

    /// Age of the oldest change that waits.
    func lag(at now: Int64) -> Duration {
        guard let since = inFlight.isEmpty ? oldest : inFlight.since else { return .zero }
        return .nanoseconds(max(0, now - since))
    }

    // MARK: The readers' side

    /// What waits of a session, or nil when only the file knows about it.
    func waiting(_ id: String) -> Waiting? {
        let layers = [inFlight.entries[id], entries[id]].compactMap { $0 }
        let heartbeat = heartbeats[id] ?? inFlight.heartbeats[id]
        guard !layers.isEmpty || heartbeat != nil else { return nil }
        var waiting = Waiting(heartbeat: heartbeat)
        for layer in layers {
            if layer.erases { waiting = Waiting(erased: true) }
            if let row = layer.row { waiting.row = row.value }
            if let document = layer.document { waiting.document = document }
            waiting.chunks += layer.chunks
        }
        return waiting
    }

    /// Ids whose row in the file is out of date, and the latest row of each that has one, the live sessions among them.
    ///
    /// So the file is never asked for live sessions: those that live in it live here.
    func candidates(live isAsked: Bool) -> (hidden: Set<String>, rows: [QueuedRow]) {
        var hidden: Set<String> = []
        var rows: [QueuedRow] = []
        func add(_ entries: [String: Entry]) {
            for (id, entry) in entries where (entry.row != nil || entry.erases) && hidden.insert(id).inserted {
                if let row = entry.row, !row.value.isLive { rows.append(row) }
            }
        }
        add(entries)
        add(inFlight.entries)
        if isAsked { rows += live.values }
        return (hidden, rows)
    }

    struct Waiting {
        /// What the file has is to be left out.
        var erased = false
        var row: SessionRow?
        var chunks: [SampleChunk] = []
        var document: [UInt8]?
        var heartbeat: Int64?
    }
}

/// The changes of one transaction.
struct Batch {
    private(set) var ids: [String] = []
    private(set) var entries: [String: Backlog.Entry] = [:]
    var heartbeats: [String: Int64] = [:]
    private(set) var bytes = 0
    private(set) var changes = 0
    /// When its oldest change was queued.
    var since: Int64 = 0
    /// The number of the last change after which nothing is left out.
    var upTo: UInt64 = 0

    var isEmpty: Bool { ids.isEmpty && heartbeats.isEmpty }

    mutating func add(_ id: String, _ entry: Backlog.Entry) {
        ids.append(id)
        entries[id] = entry
        bytes += entry.weight
        changes += entry.changes
    }
}

/// A row that waits. A reference: rows are wide, and tables of them move and sort.
final class QueuedRow: Sendable {
    let value: SessionRow
    let weight: Int

    init(_ row: SessionRow) {
        var row = row
        row.searchTerms = SearchTerms.kept(row.searchTerms)
        value = row
        weight = row.weight
    }
}

extension SampleChunk {
    var weight: Int { 64 + body.count }
}
