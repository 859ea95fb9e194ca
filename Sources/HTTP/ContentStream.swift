internal import CMicrohttpd
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
        var pieces: [[UInt8]] = []
        var first = 0
        var offset = 0
        var bytes = 0
        /// Whether a piece was asked for that has not come.
        var isFetching = false
        var isAttached = false
        var isFinished = false
        var isAborted = false
        var isClosed = false
        /// The connection that waits for a piece.
        var suspended: Suspended?
        /// When the client last took something; coarse milliseconds.
        var lastProgress: Int64 = 0
        var closers: [@Sendable () -> Void] = []
    }

    /// libmicrohttpd's pointer, which only goes back to libmicrohttpd.
    private struct Suspended: @unchecked Sendable {
        let connection: OpaquePointer
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
    public func prepend(_ bytes: [UInt8]) {
        state.withLock { state in
            guard !bytes.isEmpty else { return }
            state.pieces.insert(bytes, at: state.first)
            state.bytes += bytes.count
        }
    }

    /// The piece that was asked for.
    public func append(_ bytes: [UInt8]) {
        state.withLock { state in
            state.isFetching = false
            guard !state.isFinished, !state.isClosed else { return }
            if !bytes.isEmpty {
                if state.bytes == 0 { state.lastProgress = Clock.coarseMilliseconds() }
                state.pieces.append(bytes)
                state.bytes += bytes.count
            }
            // An empty piece wakes it too: the next is asked for from there.
            Self.resume(&state)
        }
    }

    /// Nothing follows what was appended.
    public func finish() {
        state.withLock { state in
            state.isFetching = false
            guard !state.isClosed else { return }
            state.isFinished = true
            Self.resume(&state)
        }
    }

    /// Cuts the answer off, so that its reader sees that it is not whole.
    public func fail() { abort() }

    /// Calls `body` once when the answer is over, however it ended; at once where it is over already. It must not wait.
    public func onClose(_ body: @escaping @Sendable () -> Void) {
        let isClosed = state.withLock { state in
            if !state.isClosed { state.closers.append(body) }
            return state.isClosed
        }
        if isClosed { body() }
    }

    /// Whether nobody reads it any more.
    public var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Bytes that wait to be sent.
    public var queuedBytes: Int { state.withLock { $0.bytes } }

    // Resuming under the lock: the connection can't be suspended or closed meanwhile.
    private static func resume(_ state: inout State) {
        guard let suspended = state.suspended else { return }
        state.suspended = nil
        MHD_resume_connection(suspended.connection)
    }
}

extension ContentStream: StreamedBody {
    func attach() -> Bool {
        state.withLock { state in
            guard !state.isAttached, !state.isClosed else { return false }
            state.isAttached = true
            state.lastProgress = Clock.coarseMilliseconds()
            return true
        }
    }

    /// Copies what waits into `buffer`, on the connection's thread. Suspends the connection where there is nothing.
    func read(into buffer: UnsafeMutableRawBufferPointer, for connection: OpaquePointer) -> Int {
        let (result, isFetching): (Int, Bool) = state.withLock { state in
            if state.isAborted { return (-2, false) }
            let written = Self.take(from: &state, into: buffer)
            if written == 0, state.isFinished { return (-1, false) }
            let isWanted = !state.isFetching && !state.isFinished && state.bytes < lowWater
            if isWanted { state.isFetching = true }
            if written == 0 {
                MHD_suspend_connection(connection)
                state.suspended = Suspended(connection: connection)
            }
            return (written, isWanted)
        }
        if isFetching { fetch(self) }
        return result
    }

    private static func take(from state: inout State, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        var written = 0
        while written < buffer.count, state.first < state.pieces.count {
            let piece = state.pieces[state.first]
            let count = min(buffer.count - written, piece.count - state.offset)
            // unsafe: `count` was bounded by both sides above.
            piece.withUnsafeBytes {
                UnsafeMutableRawBufferPointer(rebasing: buffer[written..<written + count])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[state.offset..<state.offset + count]))
            }
            written += count
            state.offset += count
            if state.offset == piece.count {
                state.pieces[state.first] = []
                state.first += 1
                state.offset = 0
            }
        }
        if state.first == state.pieces.count {
            state.pieces.removeAll(keepingCapacity: true)
            state.first = 0
        }
        state.bytes -= written
        if written > 0 { state.lastProgress = Clock.coarseMilliseconds() }
        return written
    }

    /// Nothing to say in between: a file has no heartbeat.
    func beat() {}

    /// A server that stops lets it go on for as long as it drains.
    func windDown(retry: Duration) {}

    func isStalled(for milliseconds: Int64, at now: Int64) -> Bool {
        state.withLock { $0.isAttached && $0.bytes > 0 && now - $0.lastProgress > milliseconds }
    }

    func abort() {
        state.withLock { state in
            state.isAborted = true
            Self.resume(&state)
        }
    }

    func close() {
        let closers: [@Sendable () -> Void] = state.withLock { state in
            if state.isClosed { return [] }
            state.isClosed = true
            state.suspended = nil
            state.pieces = []
            state.first = 0
            state.offset = 0
            state.bytes = 0
            defer { state.closers = [] }
            return state.closers
        }
        for closer in closers { closer() }
    }
}
