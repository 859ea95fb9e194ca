internal import CMicrohttpd
internal import Glibc
internal import Synchronization

/// An HTTP/1.1 server: libmicrohttpd reads and writes, one thread of ours lets connections in and keeps the deadlines.
///
/// It knows no routes: the handler gets whole requests on a server thread, which it must not hold up: it answers at once,
/// or takes a `Responder` and answers from elsewhere. What is not a well-formed request never reaches it.
public final class Server: Sendable {
    /// Decides on a whole request.
    public typealias Handler = @Sendable (Request, Exchange) -> Disposition
    /// Decides, for a request that carries a body, before the body is read. Not called for requests without one.
    public typealias EarlyHandler = @Sendable (RequestHead) -> EarlyVerdict
    /// Makes the answer to what the server refuses by itself (400, 408, 413, 414, 417, 429, 431, 500, 501, 503).
    public typealias Refusal = @Sendable (Status, String) -> Response

    let core: Core
    private let door: Doorman
    private let daemons: Daemons
    private let isStopped = Atomic<Bool>(false)
    /// The endpoints it listens on, with the ports the system chose.
    public let endpoints: [Endpoint]

    /// Binds, and begins to serve.
    ///
    /// SIGPIPE is ignored in the whole process from here on.
    public init(
        _ configuration: Configuration,
        refusal: @escaping Refusal = { Response($0, type: "text/plain; charset=utf-8", "\($1)\n") },
        early: @escaping EarlyHandler = { _ in .proceed() },
        handler: @escaping Handler
    ) throws(ServerError) {
        // A client that left must not end the process.
        signal(SIGPIPE, SIG_IGN)
        let listeners = try Listener.open(configuration.listen)
        core = Core(configuration: configuration, refusal: refusal, early: early, handler: handler)
        do {
            daemons = try Daemons(core: core)
        } catch {
            for listener in listeners { close(listener.descriptor) }
            throw error
        }
        endpoints = listeners.map(\.endpoint)
        door = Doorman(core: core, daemons: daemons, listeners: listeners)
        core.setDoorman(door)
        guard door.start() else {
            daemons.stop()
            throw .cannotStart("no thread for accepting connections")
        }
    }

    /// The port of the first endpoint.
    public var port: UInt16 { endpoints.first?.port ?? 0 }

    public var statistics: Statistics { core.counters.snapshot(connections: core.table.count) }

    /// Stops accepting, tells the streams to come back later, lets requests in flight finish for at most `drain`, answers
    /// the rest 503, and ends. Blocks until done. Call it from a thread of yours, not from a handler; later calls return
    /// at once.
    public func stop(drain: Duration = .seconds(5)) {
        guard !isStopped.exchange(true, ordering: .acquiringAndReleasing) else { return }
        core.isDraining.store(true, ordering: .releasing)
        door.stopAccepting()
        core.table.finishStreams(retry: .seconds(2))
        core.table.waitUntilQuiet(for: drain.boundedMilliseconds)
        core.table.refuseWaiting(core.refusal(.serviceUnavailable, "The server is stopping."))
        core.table.waitUntilQuiet(for: min(drain.boundedMilliseconds, 200))
        core.isStopping.store(true, ordering: .sequentiallyConsistent)
        core.table.cutSuspended()
        daemons.stop()
        door.stop()
    }

    deinit { stop(drain: .zero) }
}

/// What all connections of a server share.
final class Core: Sendable {
    let configuration: Server.Configuration
    let refusal: Server.Refusal
    let early: Server.EarlyHandler
    let handler: Server.Handler
    let counters = Counters()
    let table: ConnectionTable
    let isDraining = Atomic<Bool>(false)
    let isStopping = Atomic<Bool>(false)
    /// Where descriptors go that are to be read empty before they close.
    private let doorman = Mutex<WeakDoorman>(WeakDoorman())
    let deadlines: DeadlineMilliseconds

    init(
        configuration: Server.Configuration, refusal: @escaping Server.Refusal, early: @escaping Server.EarlyHandler,
        handler: @escaping Server.Handler
    ) {
        self.configuration = configuration
        self.refusal = refusal
        self.early = early
        self.handler = handler
        deadlines = DeadlineMilliseconds(configuration.deadlines)
        table = ConnectionTable(limits: configuration.limits, counters: counters)
    }

    func setDoorman(_ door: Doorman) { doorman.withLock { $0.value = door } }

    func linger(_ descriptor: Int32) {
        if let door = doorman.withLock({ $0.value }) { door.linger(descriptor) } else { close(descriptor) }
    }
}

private struct WeakDoorman: Sendable {
    weak var value: Doorman?
}

/// `Server.Deadlines` in milliseconds.
struct DeadlineMilliseconds: Sendable {
    let header: Int64
    let body: Int64
    let write: Int64
    let idle: Int64
    let heartbeat: Int64

    init(_ deadlines: Server.Deadlines) {
        header = deadlines.header.boundedMilliseconds
        body = deadlines.body.boundedMilliseconds
        write = deadlines.write.boundedMilliseconds
        idle = deadlines.idle.boundedMilliseconds
        heartbeat = deadlines.heartbeat.boundedMilliseconds
    }

    /// How often to look: often enough for the shortest.
    var sweep: Int64 {
        let shortest = min(min(header, body), min(write, min(idle, heartbeat)))
        return min(1000, max(10, shortest / 4))
    }
}
