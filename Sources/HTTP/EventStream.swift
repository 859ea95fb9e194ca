internal import Synchronization

/// The sending end of a stream of server-sent events: a bounded queue that any thread may push into and never waits at.
///
/// Make one, hand it out to whoever has events, and answer with `Response(stream)`. The client at once gets a comment, and
/// one more every heartbeat in which nothing else was sent, so that one who left is noticed. Where a client reads too
/// slowly, events are dropped and counted; as soon as half of the queue is free again, one event made by `gap` says how
/// many, and later events follow it.
public final class EventStream: Sendable {
    private struct State {
        var queue = StreamQueue()
        var dropped = 0
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
            if state.queue.isFinished || state.queue.isClosed { return false }
            // Once one was dropped, the following are too, so that the gap stands where it happened.
            if state.dropped > 0 || state.queue.bytes + event.bytes.count > maximumBytes {
                state.dropped += 1
                return false
            }
            state.queue.append(event.bytes)
            state.queue.resume()
            return true
        }
    }

    /// Ends the response after what is queued, with a last word on when to come back.
    public func finish(retry: Duration? = nil) {
        state.withLock { state in
            if state.queue.isFinished || state.queue.isClosed { return }
            if let retry { state.queue.append(ServerSentEvent(retry: retry).bytes) }
            state.queue.isFinished = true
            state.queue.resume()
        }
    }

    /// Calls `body` once when the stream is over: finished and sent, or the client left, or the server stopped.
    /// At once where it is over already. On a server thread: it must not wait.
    public func onClose(_ body: @escaping @Sendable () -> Void) {
        if !state.withLock({ $0.queue.keep(body) }) { body() }
    }

    /// Whether nobody reads it any more.
    public var isClosed: Bool { state.withLock { $0.queue.isClosed } }

    /// Events dropped that no gap event has told of yet.
    public var dropped: Int { state.withLock { $0.dropped } }

    /// Bytes that wait to be sent.
    public var queuedBytes: Int { state.withLock { $0.queue.bytes } }
}

extension EventStream: StreamedBody {
    func attach() -> Bool {
        state.withLock { state in
            guard state.queue.attach() else { return false }
            // libmicrohttpd withholds the header until the first content.
            state.queue.prepend(Array(": ok\n\n".utf8))
            return true
        }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, for connection: OpaquePointer) -> Int {
        var written = 0
        while true {
            let dropped: Int
            (written, dropped) = state.withLock { state in
                if state.queue.isAborted { return (-2, 0) }
                written += state.queue.take(into: UnsafeMutableRawBufferPointer(rebasing: buffer[written...]))
                if state.dropped > 0, state.queue.bytes <= maximumBytes / 2 { return (written, state.dropped) }
                if written == 0 {
                    if state.queue.isFinished { return (-1, 0) }
                    state.queue.suspend(connection)
                }
                return (written, 0)
            }
            guard dropped > 0 else { return written }
            let event = gap(dropped)
            state.withLock { state in
                state.dropped -= dropped
                // Also of a stream that is finished: what its reader missed is said before the end.
                if !state.queue.isClosed { state.queue.append(event.bytes) }
            }
        }
    }

    /// Sends the heartbeat where nothing else waits.
    func beat() {
        state.withLock { state in
            if state.queue.isFinished || state.queue.isClosed || state.queue.bytes > 0 { return }
            state.queue.append([0x3a, 0x0a, 0x0a])
            state.queue.resume()
        }
    }

    func windDown(retry: Duration) { finish(retry: retry) }

    func isStalled(for milliseconds: Int64, at now: Int64) -> Bool { state.withLock { $0.queue.isStalled(for: milliseconds, at: now) } }

    func abort() { state.withLock { $0.queue.abort() } }

    func close() {
        for closer in state.withLock({ $0.queue.close() }) { closer() }
    }
}
