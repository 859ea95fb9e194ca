internal import Synchronization

/// A long answer that is made while it is sent: a piece is asked for when the one before has nearly gone, so that a
/// megabyte of it is never in memory, however long it is and however slowly it is read.
///
/// Make one with a closure that fetches pieces, and answer with `Response(.ok, type: …, stream)`. The closure must not wait:
/// it has somebody fetch, who calls `append`, and `finish` or `fail` at the end, on any thread. It is called again after each
/// `append`, as soon as there is room.
public final class ContentStream: Sendable {
    public typealias Fetch = @Sendable (ContentStream) -> Void

    private struct State {
        var queue = StreamQueue()
        /// Whether a piece was asked for that has not come.
        var isFetching = false
    }

    private let state = Mutex(State())
    private let fetch: Fetch
    /// With fewer bytes than that waiting, the next piece is asked for.
    private let lowWater: Int

    public init(lowWater: Int = 64 * 1024, fetch: @escaping Fetch) {
        self.lowWater = lowWater
        self.fetch = fetch
    }

    /// What stands before the first piece that is asked for; before the answer is given.
    public func prepend(_ bytes: [UInt8]) { state.withLock { $0.queue.prepend(bytes) } }

    /// The piece that was asked for.
    public func append(_ bytes: [UInt8]) {
        state.withLock { state in
            state.isFetching = false
            guard !state.queue.isFinished, !state.queue.isClosed else { return }
            state.queue.append(bytes)
            // An empty piece wakes it too: the next is asked for from there.
            state.queue.resume()
        }
    }

    /// Nothing follows what was appended.
    public func finish() {
        state.withLock { state in
            state.isFetching = false
            guard !state.queue.isClosed else { return }
            state.queue.isFinished = true
            state.queue.resume()
        }
    }

    /// Cuts the answer off, so that its reader sees that it is not whole.
    public func fail() { abort() }

    /// Calls `body` once when the answer is over, however it ended; at once where it is over already. It must not wait.
    public func onClose(_ body: @escaping @Sendable () -> Void) {
        if !state.withLock({ $0.queue.keep(body) }) { body() }
    }

    /// Whether nobody reads it any more.
    public var isClosed: Bool { state.withLock { $0.queue.isClosed } }

    /// Bytes that wait to be sent.
    public var queuedBytes: Int { state.withLock { $0.queue.bytes } }
}

extension ContentStream: StreamedBody {
    func attach() -> Bool { state.withLock { $0.queue.attach() } }

    func read(into buffer: UnsafeMutableRawBufferPointer, for connection: OpaquePointer) -> Int {
        let (result, isFetching): (Int, Bool) = state.withLock { state in
            if state.queue.isAborted { return (-2, false) }
            let written = state.queue.take(into: buffer)
            if written == 0, state.queue.isFinished { return (-1, false) }
            let isWanted = !state.isFetching && !state.queue.isFinished && state.queue.bytes < lowWater
            if isWanted { state.isFetching = true }
            if written == 0 { state.queue.suspend(connection) }
            return (written, isWanted)
        }
        if isFetching { fetch(self) }
        return result
    }

    /// Nothing to say in between: a file has no heartbeat.
    func beat() {}

    /// A server that stops lets it go on for as long as it drains.
    func windDown(retry: Duration) {}

    func isStalled(for milliseconds: Int64, at now: Int64) -> Bool { state.withLock { $0.queue.isStalled(for: milliseconds, at: now) } }

    func abort() { state.withLock { $0.queue.abort() } }

    func close() {
        for closer in state.withLock({ $0.queue.close() }) { closer() }
    }
}
