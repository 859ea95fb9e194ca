// libmicrohttpd's header brings the socket headers in, and so owns their declarations.
internal import CMicrohttpd
internal import CShims
internal import Glibc
internal import Synchronization

/// The thread that lets connections in, ends those whose time is up, and notices clients that left while they waited.
///
/// libmicrohttpd's own accept spins when descriptors run out, and its only timeout is one of idleness.
final class Doorman: Sendable {
    private let core: Core
    private let daemons: Daemons
    private let listeners: [Listener]
    private let wake: Int32
    private let isAccepting = Atomic<Bool>(true)
    private let isEnding = Atomic<Bool>(false)
    private let thread = Mutex<pthread_t?>(nil)

    init(core: Core, daemons: Daemons, listeners: [Listener]) {
        self.core = core
        self.daemons = daemons
        self.listeners = listeners
        wake = shim_eventfd_create()
    }

    deinit { if wake >= 0 { close(wake) } }

    func start() -> Bool {
        guard wake >= 0 else {
            for listener in listeners { close(listener.descriptor) }
            return false
        }
        return thread.withLock { thread in
            thread = startThread(named: "http-door") { [self] in run() }
            if thread == nil { for listener in listeners { close(listener.descriptor) } }
            return thread != nil
        }
    }

    func stopAccepting() {
        isAccepting.store(false, ordering: .releasing)
        wakeUp()
    }

    /// Ends the thread and waits for it.
    func stop() {
        isEnding.store(true, ordering: .releasing)
        stopAccepting()
        thread.withLock { thread in
            if let running = thread { pthread_join(running, nil) }
            thread = nil
        }
    }

    private func wakeUp() {
        shim_eventfd_signal(wake)
    }

    /// A client whose connection is being closed may still send: what it sends is read away for a while.
    private let lingering = Mutex<[Lingerer]>([])

    private struct Lingerer {
        let descriptor: Int32
        let until: Int64
    }

    static let maximumLingerers = 64
    static let lingerMilliseconds: Int64 = 2000

    /// Takes over a copy of a descriptor.
    func linger(_ descriptor: Int32) {
        let isTaken = lingering.withLock { lingering in
            guard lingering.count < Doorman.maximumLingerers, !isEnding.load(ordering: .acquiring) else { return false }
            let until = Clock.coarseMilliseconds() + Doorman.lingerMilliseconds
            lingering.append(Lingerer(descriptor: descriptor, until: until))
            return true
        }
        if isTaken { wakeUp() } else { close(descriptor) }
    }

    private func run() {
        var isOpen = true
        var pausedUntil: Int64 = 0
        var sweeper = Sweeper(core: core)
        var polled: [pollfd] = []
        while !isEnding.load(ordering: .acquiring) {
            if isOpen, !isAccepting.load(ordering: .acquiring) {
                for listener in listeners { close(listener.descriptor) }
                isOpen = false
            }
            let now = Clock.coarseMilliseconds()
            let isPaused = now < pausedUntil
            polled.removeAll(keepingCapacity: true)
            polled.append(pollfd(fd: wake, events: Int16(POLLIN), revents: 0))
            if isOpen, !isPaused {
                for listener in listeners { polled.append(pollfd(fd: listener.descriptor, events: Int16(POLLIN), revents: 0)) }
            }
            let firstLingerer = polled.count
            let lingerers = lingering.withLock { $0 }
            for lingerer in lingerers { polled.append(pollfd(fd: lingerer.descriptor, events: Int16(POLLIN), revents: 0)) }
            let isBusy = isPaused || !lingerers.isEmpty || core.table.count > 0
            let timeout = isPaused ? min(pausedUntil - now, core.deadlines.sweep) : core.deadlines.sweep
            guard poll(&polled, nfds_t(polled.count), isBusy ? Int32(timeout) : -1) >= 0 || errno == EINTR else { continue }

            if polled[0].revents != 0 {
                shim_eventfd_clear(wake)
            }
            if isOpen, !isPaused, isAccepting.load(ordering: .acquiring) {
                for (index, listener) in listeners.enumerated() where polled[index + 1].revents != 0 {
                    if !accept(from: listener) {
                        pausedUntil = Clock.coarseMilliseconds() + 20
                        break
                    }
                }
            }
            for (index, lingerer) in lingerers.enumerated() {
                drain(lingerer, isReadable: polled[firstLingerer + index].revents != 0)
            }
            sweeper.sweep(at: Clock.coarseMilliseconds())
        }
        if isOpen { for listener in listeners { close(listener.descriptor) } }
        for lingerer in lingering.withLock({ $0 }) { close(lingerer.descriptor) }
        lingering.withLock { $0 = [] }
    }

    /// Accepts what waits, a batch at most; false where accepting should pause.
    private func accept(from listener: Listener) -> Bool {
        for _ in 0..<64 {
            if core.table.count >= core.configuration.limits.connections {
                core.counters.acceptPauses.increment()
                _ = core.table.makeRoom(32)
                return false
            }
            var storage = sockaddr_storage()
            var length: UInt32 = 0
            let descriptor = shim_http_accept(listener.descriptor, &storage, &length)
            guard descriptor >= 0 else {
                switch -descriptor {
                case EAGAIN: return true
                case EMFILE, ENFILE, ENOBUFS, ENOMEM:
                    core.counters.acceptPauses.increment()
                    _ = core.table.makeRoom(4)
                    return false
                default: continue
                }
            }
            let connection = Connection(core: core, descriptor: descriptor, address: PeerAddress(&storage))
            guard core.table.admit(connection) else {
                core.counters.refused.increment()
                RawResponse.refuse(connection, .tooManyRequests, "Too many connections from your address.")
                shutdown(descriptor, Int32(SHUT_WR))
                linger(descriptor)
                continue
            }
            core.counters.accepted.increment()
            daemons.add(connection, address: &storage, length: length)
        }
        return true
    }

    private func drain(_ lingerer: Lingerer, isReadable: Bool) {
        var isOver = Clock.coarseMilliseconds() >= lingerer.until
        if isReadable, !isOver {
            isOver = withUnsafeTemporaryAllocation(byteCount: 64 * 1024, alignment: 1) { buffer in
                // A few reads a round, so that one client can't hold the thread.
                for _ in 0..<4 {
                    let count = read(lingerer.descriptor, buffer.baseAddress, buffer.count)
                    if count > 0 { continue }
                    return !(count < 0 && (errno == EAGAIN || errno == EINTR))
                }
                return false
            }
        }
        guard isOver else { return }
        lingering.withLock { $0.removeAll { $0.descriptor == lingerer.descriptor } }
        close(lingerer.descriptor)
    }
}

/// Runs `body` on a thread of its own; nil where there can be none.
func startThread(named name: String, _ body: @escaping @Sendable () -> Void) -> pthread_t? {
    var thread = pthread_t()
    let box = Unmanaged.passRetained(ThreadBody(name, body))
    guard pthread_create(&thread, nil, threadMain, box.toOpaque()) == 0 else {
        box.release()
        return nil
    }
    return thread
}

private final class ThreadBody: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(_ name: String, _ body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }
}

private func threadMain(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    // unsafe: `startThread` passed a retained box, once.
    let thread = Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue()
    shim_http_name_thread(thread.name)
    thread.body()
    return nil
}
