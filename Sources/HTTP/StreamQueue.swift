internal import CMicrohttpd

/// What waits to be sent of a body that grows, and the one connection that reads it: the common half of `EventStream` and
/// `ContentStream`, each of which keeps one behind its lock.
struct StreamQueue {
    private var pieces: [[UInt8]] = []
    /// The piece that is being read, and how far.
    private var first = 0
    private var offset = 0
    /// Bytes that wait to be sent.
    private(set) var bytes = 0
    private(set) var isAttached = false
    /// Nothing follows what waits.
    var isFinished = false
    private(set) var isAborted = false
    private(set) var isClosed = false
    /// The connection that waits for a piece.
    private var suspended: Suspended?
    /// When the client last took something while there was something to take; coarse milliseconds.
    private var lastProgress: Int64 = 0
    private var closers: [@Sendable () -> Void] = []

    /// libmicrohttpd's pointer, which only goes back to libmicrohttpd.
    private struct Suspended: @unchecked Sendable {
        let connection: OpaquePointer
    }

    // MARK: What is sent

    /// Adds a piece; the caller resumes.
    mutating func append(_ piece: [UInt8]) {
        if piece.isEmpty { return }
        if bytes == 0 { lastProgress = Clock.coarseMilliseconds() }
        pieces.append(piece)
        bytes += piece.count
    }

    /// Puts a piece before all that waits.
    mutating func prepend(_ piece: [UInt8]) {
        if piece.isEmpty { return }
        pieces.insert(piece, at: first)
        bytes += piece.count
    }

    /// Copies what waits into `buffer`.
    mutating func take(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        var written = 0
        while written < buffer.count, first < pieces.count {
            let piece = pieces[first]
            let count = min(buffer.count - written, piece.count - offset)
            // unsafe: `count` was bounded by both sides above.
            piece.withUnsafeBytes {
                UnsafeMutableRawBufferPointer(rebasing: buffer[written..<written + count])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + count]))
            }
            written += count
            offset += count
            if offset == piece.count {
                pieces[first] = []
                first += 1
                offset = 0
            }
        }
        if first == pieces.count {
            pieces.removeAll(keepingCapacity: pieces.count <= 64)
            first = 0
        } else if first > 256 {
            pieces.removeFirst(first)
            first = 0
        }
        bytes -= written
        if written > 0 { lastProgress = Clock.coarseMilliseconds() }
        return written
    }

    // MARK: Its connection

    /// Binds it to its one response; false where it has had one.
    mutating func attach() -> Bool {
        guard !isAttached, !isClosed else { return false }
        isAttached = true
        lastProgress = Clock.coarseMilliseconds()
        return true
    }

    mutating func suspend(_ connection: OpaquePointer) {
        MHD_suspend_connection(connection)
        suspended = Suspended(connection: connection)
    }

    /// Under its owner's lock: the connection can't be suspended or closed meanwhile.
    mutating func resume() {
        guard let suspended else { return }
        self.suspended = nil
        MHD_resume_connection(suspended.connection)
    }

    func isStalled(for milliseconds: Int64, at now: Int64) -> Bool {
        isAttached && bytes > 0 && now - lastProgress > milliseconds
    }

    mutating func abort() {
        isAborted = true
        resume()
    }

    /// Keeps what to call at the end; false where it is over already.
    mutating func keep(_ closer: @escaping @Sendable () -> Void) -> Bool {
        if !isClosed { closers.append(closer) }
        return !isClosed
    }

    /// Frees what waits.
    /// - Returns: what to call now, without the lock.
    mutating func close() -> [@Sendable () -> Void] {
        if isClosed { return [] }
        isClosed = true
        suspended = nil
        pieces = []
        first = 0
        offset = 0
        bytes = 0
        defer { closers = [] }
        return closers
    }
}
