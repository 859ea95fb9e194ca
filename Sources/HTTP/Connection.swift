internal import CMicrohttpd
internal import Glibc
internal import Synchronization

/// One TCP connection, from accept to close.
///
/// `phase`, `attachment` and what is constant belong to all threads; the rest to the libmicrohttpd thread that serves the
/// connection, and is touched only inside its callbacks: hence unchecked.
final class Connection: @unchecked Sendable {
    let core: Core
    /// Valid until `ConnectionTable.remove`, which comes before libmicrohttpd closes it.
    let descriptor: Int32
    let address: PeerAddress
    let isSecure: Bool
    let phase: PhaseWord
    /// Whether libmicrohttpd has taken the connection over.
    let isStarted = Atomic<Bool>(false)
    /// Whether unread bytes are to be read away before the socket closes, so that the answer is not lost to a reset.
    let wantsLinger = Atomic<Bool>(false)
    /// What the connection is suspended on, for the threads that look after it.
    let attachment = Mutex<Attachment>(.none)

    enum Attachment {
        case none
        case promise(Promise)
        case stream(any StreamedBody)
    }

    // The request that is being read, on the connection's thread.
    enum Stage {
        case line, body, whole, waiting, answered
    }
    var stage = Stage.line
    var targetBytes: [UInt8] = []
    var receivedAt: Int64 = 0
    var head: RequestHead?
    var body: [UInt8] = []
    var bodyLimit = 0
    var promise: Promise?
    var stream: (any StreamedBody)?
    private var responder: Responder?

    init(core: Core, descriptor: Int32, address: PeerAddress) {
        self.core = core
        self.descriptor = descriptor
        self.address = address
        isSecure = core.configuration.tls != nil
        phase = PhaseWord(.opening, until: Clock.coarseMilliseconds() + core.deadlines.header)
    }

    func takeResponder() -> Responder {
        if let responder { return responder }
        let promise = Promise { [core] in
            core.counters.droppedResponders.increment()
            return core.refusal(.internalServerError, "The request was not answered.")
        }
        let made = Responder(promise)
        self.promise = promise
        responder = made
        attachment.withLock { $0 = .promise(promise) }
        return made
    }

    /// Calls the handler; the connection lets its responder go with the handler's return.
    func callHandler(_ request: Request) -> Disposition {
        defer { responder = nil }
        return core.handler(request, Exchange(connection: self))
    }

    /// A request begins: its line has arrived.
    func begin(target: UnsafePointer<CChar>) {
        receivedAt = Clock.nanoseconds()
        targetBytes.removeAll(keepingCapacity: true)
        // unsafe: libmicrohttpd gives a NUL-terminated string that lives for the call.
        let bytes = UnsafeBufferPointer(start: target, count: length(of: target))
        bytes.withMemoryRebound(to: UInt8.self) { targetBytes.append(contentsOf: $0) }
        stage = .line
        // Where that fails the connection is over, and `headArrived` says so to libmicrohttpd.
        _ = phase.enter(.header, until: Clock.coarseMilliseconds() + core.deadlines.header)
    }

    // At most one more than the limit is copied: longer ones are refused for their length.
    private func length(of text: UnsafePointer<CChar>) -> Int {
        let limit = core.configuration.limits.targetBytes
        var count = 0
        while count <= limit, text[count] != 0 { count += 1 }
        return count
    }

    /// The request is over, answered or not.
    func finish() {
        if stage == .line {
            // libmicrohttpd refused it by itself. It would go on with what follows a malformed Content-Length, as if that
            // were the next request.
            phase.end()
            wantsLinger.store(true, ordering: .releasing)
            shutdown(descriptor, Int32(SHUT_RDWR))
        }
        if promise != nil || stream != nil {
            attachment.withLock { $0 = .none }
            promise?.abandon()
            promise = nil
            if let stream {
                core.counters.streams.decrement()
                core.table.releaseStream(of: address)
                stream.close()
            }
            stream = nil
        }
        head = nil
        body = []
        stage = .line
        _ = phase.enter(.idle, until: Clock.coarseMilliseconds() + core.deadlines.idle)
    }
}
