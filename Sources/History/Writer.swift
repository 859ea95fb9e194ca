import Foundation
import GRDB

/// The one thread that writes: takes batches from the backlog, opens the file and opens it again, tries again until it works.
final class Writer: Sendable {
    private let file: DatabaseFile
    private let limits: HistoryLimits
    private let backlog: Monitor<Backlog>
    private let now: @Sendable () -> Int64
    private let closing: Store.Closing?
    private let dictionary: [UInt8]

    init(
        path: String, limits: HistoryLimits, dictionary: [UInt8], backlog: Monitor<Backlog>, now: @escaping @Sendable () -> Int64,
        closing: Store.Closing?
    ) {
        self.dictionary = dictionary
        file = DatabaseFile(path: path, limits: limits)
        self.limits = limits
        self.backlog = backlog
        self.now = now
        self.closing = closing
    }

    /// Opens the file, once, on the caller's thread, so that a store that can be ready is; then starts the thread.
    func start() {
        var session = WriterSession(
            file: file, limits: limits, lexicon: Lexicon(dictionary: dictionary), backlog: backlog, now: now, closing: closing)
        session.open()
        let ready = session
        let thread = Thread {
            var session = ready
            session.run()
        }
        thread.name = "history"
        thread.start()
    }

    func stop() {
        backlog.wake { $0.isClosing = true }
        backlog.wait { $0.isStopped ? 0 : nil }
    }

    /// Waits until everything accepted before the call is committed.
    func flush(timeout: Duration) -> Bool {
        let end = monotonicNow() + timeout.nanoseconds
        var target: UInt64 = 0
        backlog.wake {
            target = $0.accepted
            $0.hurry = true
        }
        backlog.wait { $0.committed >= target || $0.isStopped ? 0 : end }
        return backlog.withLock { $0.committed >= target }
    }

    func status() -> Status {
        var status = backlog.withLock { $0.report(at: monotonicNow()) }
        (status.databaseBytes, status.logBytes) = file.sizes
        return status
    }
}

/// What the writer's thread knows: the open file, and how its last attempts went.
struct WriterSession {
    let file: DatabaseFile
    let limits: HistoryLimits
    let backlog: Monitor<Backlog>
    let now: @Sendable () -> Int64
    let closing: Store.Closing?

    private(set) var pool: DatabasePool?
    private var identity: DatabaseFile.Identity?
    private var pause = Duration.zero
    private var hasBeenOpen = false
    private var lookedAt = Int64.min
    var trimming: Trimming
    let lexicon: Lexicon

    init(
        file: DatabaseFile, limits: HistoryLimits, lexicon: Lexicon, backlog: Monitor<Backlog>, now: @escaping @Sendable () -> Int64,
        closing: Store.Closing?
    ) {
        self.lexicon = lexicon
        self.file = file
        self.limits = limits
        self.backlog = backlog
        self.now = now
        self.closing = closing
        trimming = Trimming(limits: limits.retention)
    }

    mutating func run() {
        while true {
            let trimAt = pool == nil ? nil : trimming.due
            backlog.wait { backlog in earliest(backlog.due, trimAt) }
            let (isEmpty, isClosing) = backlog.withLock { backlog in
                // The time to trim is none to write: what waits for others goes on waiting.
                if backlog.inFlight.isEmpty, let due = backlog.due, due <= monotonicNow() { backlog.take(at: monotonicNow()) }
                return (backlog.inFlight.isEmpty, backlog.isClosing)
            }
            if isEmpty && isClosing { break }
            lookIfSuspect()
            if !isEmpty { attempt(isLast: isClosing) }
            if isClosing && pause > .zero { break }
            trim()
        }
        shut()
        backlog.wake {
            $0.isStopped = true
            $0.status.condition = .closed
        }
    }

    /// Writes the batch in flight; if that fails, waits before the next attempt.
    private mutating func attempt(isLast: Bool) {
        if pool == nil || file.identity != identity { reopen() }
        guard let pool else { return rest() }
        let batch = backlog.withLock { $0.inFlight }
        do {
            let refused = try pool.write { database in
                var writing = try Writing(database, lexicon)
                for id in batch.ids { if let entry = batch.entries[id] { try writing.write(id, entry) } }
                try writing.write(heartbeats: batch.heartbeats)
                try writing.finish()
                return writing.refused
            }
            finish(refused: refused)
        } catch {
            fail(error, batch: batch)
        }
    }

    private mutating func finish(refused: UInt64) {
        pause = .zero
        backlog.wake {
            $0.status.dropped.refused += refused
            $0.trouble = nil
            $0.commit()
        }
    }

    private mutating func fail(_ error: any Error, batch: Batch) {
        lexicon.forget()
        note(error)
        switch DatabaseFile.unfit(error) {
        case .forGood(let words): replace(because: words)
        case .foreign(let words): lose(words)
        case .forNow(let words):
            if isRefusal(error) { return writeApart(batch) }
            backlog.withLock { $0.trouble = words }
        }
        rest()
    }

    /// Whether the database refuses a value rather than the attempt: trying the same again would never end.
    private func isRefusal(_ error: any Error) -> Bool {
        guard let code = (error as? DatabaseError)?.resultCode else { return false }
        return [.SQLITE_CONSTRAINT, .SQLITE_TOOBIG, .SQLITE_MISMATCH, .SQLITE_RANGE, .SQLITE_MISUSE].contains(code)
    }

    /// Writes each session of a refused batch in a transaction of its own, and leaves out those that are refused again.
    private mutating func writeApart(_ batch: Batch) {
        guard let pool else { return }
        var refused: UInt64 = 0
        for id in batch.ids {
            guard let entry = batch.entries[id] else { continue }
            do {
                try pool.write { database in
                    var writing = try Writing(database, lexicon)
                    try writing.write(id, entry)
                    try writing.finish()
                    refused += writing.refused
                }
            } catch {
                lexicon.forget()
                note(error)
                refused += UInt64(entry.changes)
            }
        }
        finish(refused: refused)
    }

    private func note(_ error: any Error) {
        let words = (error as? DatabaseError)?.description ?? "\(error)"
        backlog.withLock {
            $0.status.lastError = words
            $0.status.retries += 1
        }
    }

    /// Waits before the next attempt, longer each time; a store that closes waits no more.
    private mutating func rest() {
        pause = min(max(pause * 2, limits.retryFloor), limits.retryCeiling)
        let end = monotonicNow() + pause.nanoseconds
        backlog.wait { $0.isClosing ? 0 : end }
    }

    // MARK: The file

    mutating func open() {
        do throws(DatabaseFile.Unfit) {
            use(try file.open())
        } catch {
            switch error {
            case .forNow(let words), .foreign(let words): lose(words)
            case .forGood(let words): replace(because: words)
            }
        }
    }

    private mutating func use(_ opened: DatabasePool) {
        pool = opened
        lexicon.forget()
        identity = file.identity
        let isAnother = hasBeenOpen
        hasBeenOpen = true
        backlog.wake {
            $0.pool = opened
            $0.trouble = nil
            // It may be a new file: the rows of live sessions go in again.
            if isAnother { $0.repeatLive(at: monotonicNow()) }
        }
        closeLost(opened)
        trimming.reset()
    }

    private mutating func reopen() {
        shut()
        open()
    }

    /// The file seems damaged: if a second look finds so too, it is set aside and a new one begun. One read that failed can look like damage.
    private mutating func replace(because words: String) {
        shut()
        guard case .forGood = file.flaw() else { return lose(words) }
        guard let name = file.setAside(at: now()) else { return lose("\(words); and it could not be renamed") }
        backlog.withLock {
            if $0.status.setAside.count < 16 { $0.status.setAside.append(name) }
            $0.status.lastError = words
        }
        do throws(DatabaseFile.Unfit) {
            use(try file.open())
        } catch {
            switch error {
            case .forNow(let words), .foreign(let words), .forGood(let words): lose(words)
            }
        }
    }

    /// A writer goes on for long with pages it remembers; readers meet the damage first, and say so.
    private mutating func lookIfSuspect() {
        let isSuspect = backlog.withLock { backlog in
            defer { backlog.isSuspect = false }
            return backlog.isSuspect
        }
        // Damage that a look does not find is not looked for all the time.
        guard isSuspect, pool != nil, lookedAt < monotonicNow() - Duration.seconds(1).nanoseconds else { return }
        lookedAt = monotonicNow()
        if case .forGood(let words) = file.flaw() { replace(because: words) }
    }

    private mutating func lose(_ words: String) {
        shut()
        backlog.withLock {
            $0.trouble = words
            $0.status.lastError = words
        }
    }

    private mutating func shut() {
        backlog.withLock { $0.pool = nil }
        if let pool {
            // Readers come last to close and cannot tidy the log away: so it is done here. A file that fails now says so when it is opened again.
            if file.identity == identity { _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.truncate) } }
            try? pool.close()
        }
        pool = nil
        identity = nil
    }
}

/// The earlier of two deadlines, either of which may be absent.
private func earliest(_ left: Int64?, _ right: Int64?) -> Int64? {
    guard let left, let right else { return left ?? right }
    return min(left, right)
}
