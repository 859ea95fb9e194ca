internal import CMicrohttpd
internal import Synchronization

/// The sending end of a stream of server-sent events: a bounded queue that any thread may push into and never waits at.
///
/// Make one, hand it out to whoever has events, and answer with `Response(stream)`. The client at once gets a comment, and
/// one more every heartbeat in which nothing else was sent, so that one who left is noticed. Where a client reads too
/// slowly, events are dropped and counted; as soon as half of the queue is free again, one event made by `gap` says how
/// many, and later events follow it.
public final class EventStream: Sendable {
    private struct State {
        var queue: [[UInt8]] = []
        /// The chunk of `queue` that is being read, and how far.
        var first = 0
        var offset = 0
        var bytes = 0
        var dropped = 0
        var isAttached = false
        var isFinished = false
        var isAborted = false
        var isClosed = false
        /// The connection that waits for an event.
        var suspended: Suspended?
        /// When the client last took something while there was something to take; coarse milliseconds.
        var lastProgress: Int64 = 0
        var closers: [@Sendable () -> Void] = []
    }

    /// libmicrohttpd's pointer, which only goes back to libmicrohttpd.
    private struct Suspended: @unchecked Sendable {
        let connection: OpaquePointer
    }

    private let state = Mutex(State())
    private let maximumBytes: Int
    private let gap: @Sendable (_ dropped: Int) -> ServerSentEvent

    /// - Parameters:
    ///   - maximumBytes: what may wait to be sent.
    ///   - gap: makes the event that stands for the dropped ones; called on a server thread, outside of any lock.
    public init(
        maximumBytes: Int = 256 * 1024,
        gap: @escaping @Sendable (_ dropped: Int) -> ServerSentEvent = { ServerSentEvent.gap(dropped: $0) }
    ) {
        self.maximumBytes = maximumBytes
        self.gap = gap
    }

    /// Queues an event; false where it was dropped for want of room, or the stream is over.
    @discardableResult
    public func send(_ event: ServerSentEvent) -> Bool {
        state.withLock { state in
            if state.isFinished || state.isClosed { return false }
            // Once one was dropped, the following are too, so that the gap stands where it happened.
            if state.dropped > 0 || state.bytes + event.bytes.count > maximumBytes {
                state.dropped += 1
                return false
            }
            EventStream.append(event.bytes, to: &state)
            return true
        }
    }

    /// Ends the response after what is queued, with a last word on when to come back.
    public func finish(retry: Duration? = nil) {
        state.withLock { state in
            if state.isFinished || state.isClosed { return }
            if let retry { EventStream.append(ServerSentEvent(retry: retry).bytes, to: &state) }
            state.isFinished = true
            EventStream.resume(&state)
        }
    }

    /// Calls `body` once when the stream is over: finished and sent, or the client left, or the server stopped.
    /// At once where it is over already. On a server thread: it must not wait.
    public func onClose(_ body: @escaping @Sendable () -> Void) {
        let isClosed = state.withLock { state in
            if !state.isClosed { state.closers.append(body) }
            return state.isClosed
        }
        if isClosed { body() }
    }

    /// Whether nobody reads it any more.
    public var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Events dropped that no gap event has told of yet.
    public var dropped: Int { state.withLock { $0.dropped } }

    /// Bytes that wait to be sent.
    public var queuedBytes: Int { state.withLock { $0.bytes } }

    private static func append(_ bytes: [UInt8], to state: inout State) {
        if bytes.isEmpty { return }
        if state.bytes == 0 { state.lastProgress = Clock.coarseMilliseconds() }
        state.queue.append(bytes)
        state.bytes += bytes.count
        resume(&state)
    }

    // Resuming under the lock: the connection can't be suspended or closed meanwhile.
    private static func resume(_ state: inout State) {
        guard let suspended = state.suspended else { return }
        state.suspended = nil
        MHD_resume_connection(suspended.connection)
    }

    // MARK: the server's side

    /// Binds the stream to its one response; false where it has had one.
    func attach() -> Bool {
        state.withLock { state in
            guard !state.isAttached, !state.isClosed else { return false }
            state.isAttached = true
            // libmicrohttpd withholds the header until the first content.
            state.queue.insert(Array(": ok\n\n".utf8), at: state.first)
            state.bytes += 6
            state.lastProgress = Clock.coarseMilliseconds()
            return true
        }
    }

    /// Copies what is queued into `buffer`, on the connection's thread. Suspends the connection where there is nothing.
    func read(into buffer: UnsafeMutableRawBufferPointer, for connection: OpaquePointer) -> Int {
        var written = 0
        while true {
            let dropped: Int
            (written, dropped) = state.withLock { state in
                if state.isAborted { return (-2, 0) }
                written += EventStream.take(from: &state, into: UnsafeMutableRawBufferPointer(rebasing: buffer[written...]))
                if state.dropped > 0, state.bytes <= maximumBytes / 2 { return (written, state.dropped) }
                if written == 0 {
                    if state.isFinished { return (-1, 0) }
                    MHD_suspend_connection(connection)
                    state.suspended = Suspended(connection: connection)
                }
                return (written, 0)
            }
            guard dropped > 0 else { return written }
            let event = gap(dropped)
            state.withLock { state in
                state.dropped -= dropped
                // Also of a stream that is finished: what its reader missed is said before the end.
                if !state.isClosed { EventStream.append(event.bytes, to: &state) }
            }
        }
    }

    private static func take(from state: inout State, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        var written = 0
        while written < buffer.count, state.first < state.queue.count {
            let chunk = state.queue[state.first]
            let count = min(buffer.count - written, chunk.count - state.offset)
            // unsafe: `count` was bounded by both sides above.
            chunk.withUnsafeBytes {
                UnsafeMutableRawBufferPointer(rebasing: buffer[written..<written + count])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[state.offset..<state.offset + count]))
            }
            written += count
            state.offset += count
            if state.offset == chunk.count {
                state.queue[state.first] = []
                state.first += 1
                state.offset = 0
            }
        }
        if state.first == state.queue.count {
            state.queue.removeAll(keepingCapacity: state.queue.count <= 64)
            state.first = 0
        } else if state.first > 256 {
            state.queue.removeFirst(state.first)
            state.first = 0
        }
        state.bytes -= written
        if written > 0 { state.lastProgress = Clock.coarseMilliseconds() }
        return written
    }

    /// Sends the heartbeat where nothing else waits.
    func beat() {
        state.withLock { state in
            if state.isFinished || state.isClosed || state.bytes > 0 { return }
            EventStream.append([0x3a, 0x0a, 0x0a], to: &state)
        }
    }

    /// Whether the client has taken nothing for that long although something waits.
    func isStalled(for milliseconds: Int64, at now: Int64) -> Bool {
        state.withLock { $0.isAttached && $0.bytes > 0 && now - $0.lastProgress > milliseconds }
    }

    /// Cuts the response off: the next read fails.
    func abort() {
        state.withLock { state in
            state.isAborted = true
            EventStream.resume(&state)
        }
    }

    /// The response is over: frees the queue and tells the owner.
    func close() {
        let closers: [@Sendable () -> Void] = state.withLock { state in
            if state.isClosed { return [] }
            state.isClosed = true
            state.suspended = nil
            state.queue = []
            state.first = 0
            state.offset = 0
            state.bytes = 0
            defer { state.closers = [] }
            return state.closers
        }
        for closer in closers { closer() }
    }
}
