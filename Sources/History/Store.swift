/// The memory of the server: sessions, their events and documents, in one SQLite file.
///
/// Writing never blocks on the disk and never fails: changes wait in a bounded queue for one writer thread, and reads see them there.
/// A file that is broken is set aside and a new one begun; a disk that is full, locked or gone is waited for. Thread-safe.
public final class Store: Sendable {
    let backlog: Monitor<Backlog>
    private let writer: Writer
    let limits: HistoryLimits

    /// A change to sessions that an earlier process left live: gets each row, already closed, and its document if there is one.
    public typealias Closing = @Sendable (_ row: inout SessionRow, _ document: inout [UInt8]?) -> Void

    /// Opens the file at `path`, or makes it; `status()` tells how that went.
    ///
    /// Sessions left live by a process that died are closed: state `ended`, outcome and reason `server-lost`, ended when last seen; `closing` may rewrite their list entry and document.
    /// - Parameters:
    ///   - dictionary: what documents are likely to say, the likeliest last; at most 32 KiB. It is kept in the file, so that any reader
    ///     can unpack them, beside those of other versions.
    ///   - now: the wall clock, in Unix milliseconds; for retention and for the names of files set aside.
    public init(
        path: String, limits: HistoryLimits = HistoryLimits(), dictionary: [UInt8] = [], now: @escaping @Sendable () -> Int64,
        closing: Closing? = nil
    ) {
        self.limits = limits
        backlog = Monitor(Backlog(limits: limits))
        writer = Writer(path: path, limits: limits, dictionary: dictionary, backlog: backlog, now: now, closing: closing)
        writer.start()
    }

    deinit { writer.stop() }

    /// Queues a change. Takes one short lock; over the queue's limits the change is dropped and counted.
    public func write(_ change: Change) {
        if backlog.withLock({ $0.add(change, at: monotonicNow()) }) { backlog.wake() }
    }

    /// Waits until everything queued before the call is in the file. False if it is not by the timeout.
    public func flush(timeout: Duration) -> Bool { writer.flush(timeout: timeout) }

    /// Writes what is queued, for as long as the timeout allows, and closes the file. False if something was left unwritten.
    @discardableResult
    public func close(timeout: Duration) -> Bool {
        let complete = writer.flush(timeout: timeout)
        writer.stop()
        return complete
    }

    /// How the history is doing. Costs a lock and two `stat` calls.
    public func status() -> Status { writer.status() }
}
