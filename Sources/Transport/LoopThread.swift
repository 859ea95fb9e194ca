internal import CShims
internal import Glibc
internal import Synchronization

/// A plain thread with a name and every signal blocked, so that signals come to the main thread.
final class LoopThread: Sendable {
    private let thread: pthread_t
    private let isJoined = Mutex(false)

    private final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void
        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    init(name: String, body: @escaping @Sendable () -> Void) throws(SocketError) {
        var created = pthread_t()
        // unsafe: the retain taken here is given back once, by the thread, or below where there is none.
        let start = Unmanaged.passRetained(Start(name: name, body: body))
        let code = pthread_create(&created, nil, loopThreadMain, start.toOpaque())
        guard code == 0 else {
            start.release()
            throw SocketError(errno: code, call: "pthread_create", address: nil)
        }
        thread = created
    }

    /// Waits for the thread's end; at once where it is the calling thread, which then cleans up after itself.
    func join() {
        if pthread_equal(thread, pthread_self()) != 0 {
            pthread_detach(thread)
            return
        }
        isJoined.withLock { joined in
            guard !joined else { return }
            pthread_join(thread, nil)
            joined = true
        }
    }

    fileprivate static func run(_ pointer: UnsafeMutableRawPointer) {
        // unsafe: balances passRetained above.
        let start = Unmanaged<Start>.fromOpaque(pointer).takeRetainedValue()
        shim_thread_prepare(start.name)
        start.body()
    }
}

private func loopThreadMain(_ pointer: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let pointer { LoopThread.run(pointer) }
    return nil
}

/// A value made on one thread for the sole use of another.
///
/// Sendable by its use: whoever makes it keeps no reference but this one, and it is taken once.
final class Handover<Value>: @unchecked Sendable {
    private let lock = Mutex(())
    private var content: Value?

    init(_ content: Value) { self.content = content }

    /// The value, for the first who asks.
    func take() -> Value? {
        lock.withLock { _ in
            defer { content = nil }
            return content
        }
    }
}
