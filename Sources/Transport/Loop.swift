internal import Synchronization
public import Wire

/// A thread that owns sockets, deadlines and a mailbox, and runs a handler on them.
///
/// Everything that touches the handler happens on that thread. Other threads post commands and read counters.
/// `stop` ends it; so does dropping the last reference. After `join` the thread and its descriptors are gone.
public final class Loop<Handler: LoopHandler & ~Copyable>: Sendable {
    public let configuration: LoopConfiguration
    /// Where the sockets are bound, with real ports.
    public let localAddresses: [TransportAddress]
    /// Addresses that were asked for but whose family this machine lacks.
    public let leftOut: [TransportAddress]
    /// The least receive buffer the kernel granted a socket, in its own counting (twice the payload).
    public let receiveBufferBytes: Int
    /// The least send buffer the kernel granted a socket.
    public let sendBufferBytes: Int
    /// Where commands are posted.
    public let mailbox: Mailbox<Handler.Command>

    private let published: LoopCounters
    private let sockets: Handover<LoopSockets>
    private let thread = Mutex<LoopThread?>(nil)

    /// Binds the sockets; nothing runs yet.
    /// - Throws: the first address that could not be bound, and why.
    public init(_ configuration: LoopConfiguration) throws(SocketError) {
        self.configuration = configuration
        let port = try PortBinding(configuration.listen, buffers: configuration.buffers, joinsIncoming: configuration.joinsIncoming)
        localAddresses = port.sockets.map { $0.socket.localAddress }
        leftOut = port.leftOut
        receiveBufferBytes = port.sockets.map { $0.socket.receiveBufferBytes }.min() ?? 0
        sendBufferBytes = port.sockets.map { $0.socket.sendBufferBytes }.min() ?? 0
        mailbox = try Mailbox(capacity: configuration.mailboxCapacity)
        sockets = Handover(try LoopSockets(port.sockets, configuration: configuration))
        published = LoopCounters()
    }

    deinit {
        mailbox.postStop()
        thread.withLock { $0 }?.join()
    }

    /// Starts the thread, which makes its handler and runs until `stop`. A loop starts once.
    /// - Parameter makeHandler: called once on the new thread with the loop's sockets, which the handler may keep.
    /// - Throws: where no thread, memory or descriptor is to be had.
    public func start(_ makeHandler: @escaping @Sendable (LoopSockets) -> Handler) throws(SocketError) {
        guard let sockets = sockets.take() else { preconditionFailure("a loop starts once") }
        let monitor = configuration.watchesInterfaces ? try InterfaceMonitor() : nil
        let work = Handover(try LoopGear(sockets, monitor: monitor, mailboxDescriptor: mailbox.descriptor, configuration))
        let (mailbox, published) = (mailbox, published)
        let started = try LoopThread(name: configuration.name) {
            guard let gear = work.take() else { return }
            var core = LoopCore<Handler>(gear, mailbox: mailbox, handler: makeHandler(gear.sockets))
            while core.turn() { published.publish(core.statistics) }
            core.finish()
            published.publish(core.statistics)
        }
        thread.withLock { $0 = started }
    }

    /// Posts a command; false where the mailbox is full or the loop has ended: the caller says so to its own caller.
    public func post(_ command: Handler.Command) -> Bool { mailbox.post(command) }

    /// Asks the loop to end: what was posted before is handled, then the handler's `stop`, then its last datagrams leave.
    public func stop() { mailbox.postStop() }

    /// Waits until the loop has ended.
    public func join() { thread.withLock { $0 }?.join() }

    /// What it has done up to its last turn.
    public var statistics: LoopStatistics { published.latest }
}

/// The counters as other threads see them.
final class LoopCounters: Sendable {
    private let value = Mutex(LoopStatistics())

    var latest: LoopStatistics { value.withLock { $0 } }

    func publish(_ statistics: LoopStatistics) { value.withLock { $0 = statistics } }
}
