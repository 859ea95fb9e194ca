internal import CMicrohttpd
internal import Synchronization

/// The promise of an answer, from any thread, once.
///
/// While it is open the connection is suspended and holds no thread. A responder that is let go without an answer answers
/// 500. Answering a client that has left does nothing.
public final class Responder: Sendable {
    let promise: Promise

    init(_ promise: Promise) { self.promise = promise }

    deinit { promise.drop() }

    /// Answers; false where the answer was given before or the client has left.
    @discardableResult
    public func respond(_ response: Response) -> Bool { promise.fulfil(response) }

    /// Calls `body` once if the client leaves, or the server stops, before the answer; at once where that has happened.
    /// On a server thread: it must not wait.
    public func onAbandoned(_ body: @escaping @Sendable () -> Void) { promise.onAbandoned(body) }

    /// Whether nobody waits for the answer any more.
    public var isAbandoned: Bool { promise.isAbandoned }
}

/// A handler's way to put its answer off. Only good within the handler.
public struct Exchange {
    let connection: Connection

    /// Takes the responder; return `.later` then. Every call within one handler gives the same one.
    public func responder() -> Responder { connection.takeResponder() }
}

/// What a responder and its connection share.
final class Promise: Sendable {
    private enum State {
        /// The handler has not returned yet.
        case open
        /// The connection is suspended.
        case waiting(Suspended)
        /// Answered; the connection's thread has not seen it yet.
        case answered(Response)
        /// The connection took the answer.
        case taken
        /// The client left, or an immediate answer came first.
        case abandoned
    }

    /// libmicrohttpd's pointer, which only goes back to libmicrohttpd.
    private struct Suspended: @unchecked Sendable {
        let connection: OpaquePointer
    }

    private struct Contents {
        var state = State.open
        var closers: [@Sendable () -> Void] = []
        /// Makes the answer where none is given; gone with the wait, so that a kept responder keeps no server.
        var dropped: (@Sendable () -> Response)?
    }

    private let contents: Mutex<Contents>
    /// Set with the first answer: the responder's end then has nothing to look for, and does not meet the connection's
    /// thread at the lock that has just been woken.
    private let isFulfilled = Atomic<Bool>(false)

    /// - Parameter dropped: makes the answer where none is given.
    init(dropped: @escaping @Sendable () -> Response) {
        contents = Mutex(Contents(dropped: dropped))
    }

    func fulfil(_ response: Response) -> Bool {
        isFulfilled.store(true, ordering: .relaxed)
        let isFirst = contents.withLock { contents in
            switch contents.state {
            case .open:
                contents.state = .answered(response)
                contents.dropped = nil
                return true
            case .waiting(let suspended):
                contents.state = .answered(response)
                contents.dropped = nil
                // Under the lock: the connection can't close meanwhile.
                MHD_resume_connection(suspended.connection)
                return true
            case .answered, .taken, .abandoned:
                return false
            }
        }
        if !isFirst { response.body.streamed?.close() }
        return isFirst
    }

    func drop() {
        guard !isFulfilled.load(ordering: .relaxed) else { return }
        let dropped: (@Sendable () -> Response)? = contents.withLock { contents in
            switch contents.state {
            case .open, .waiting: contents.dropped
            case .answered, .taken, .abandoned: nil
            }
        }
        if let dropped { _ = fulfil(dropped()) }
    }

    func onAbandoned(_ body: @escaping @Sendable () -> Void) {
        let isAbandoned = contents.withLock { contents in
            switch contents.state {
            case .open, .waiting: contents.closers.append(body)
            case .answered, .taken: break
            case .abandoned: return true
            }
            return false
        }
        if isAbandoned { body() }
    }

    var isAbandoned: Bool {
        contents.withLock { if case .abandoned = $0.state { true } else { false } }
    }

    // MARK: the connection's side

    enum Outcome {
        case answer(Response)
        case suspended
        /// Nobody waits: close the connection.
        case over
    }

    /// The answer, where there is one; else suspends the connection. On the connection's thread.
    func takeOrSuspend(_ connection: OpaquePointer) -> Outcome {
        contents.withLock { contents in
            switch contents.state {
            case .answered(let response):
                contents.state = .taken
                contents.closers = []
                return .answer(response)
            case .open:
                MHD_suspend_connection(connection)
                contents.state = .waiting(Suspended(connection: connection))
                return .suspended
            case .waiting, .taken, .abandoned:
                return .over
            }
        }
    }

    /// Nobody waits for the answer any more: the client left, the server stops, or another answer went first.
    /// A suspended connection is woken, to be closed by its own thread. The owner is told.
    func abandon() {
        let closers: [@Sendable () -> Void] = contents.withLock { contents in
            switch contents.state {
            case .taken, .abandoned:
                return []
            case .answered(let response):
                // A stream that never began tells its owner itself.
                if let stream = response.body.streamed { contents.closers.append { stream.close() } }
            case .waiting(let suspended):
                MHD_resume_connection(suspended.connection)
            case .open:
                break
            }
            contents.state = .abandoned
            contents.dropped = nil
            defer { contents.closers = [] }
            return contents.closers
        }
        for closer in closers { closer() }
    }

    /// Whether the connection is suspended on it.
    var isWaiting: Bool {
        contents.withLock { if case .waiting = $0.state { true } else { false } }
    }
}
