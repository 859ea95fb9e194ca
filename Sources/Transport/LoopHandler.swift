public import Wire

/// What a loop runs: peers, or anything else that lives on datagrams, deadlines and commands.
///
/// It is made, called and dropped on the loop's own thread, so it needs no lock. A loop is generic over it, so no call goes
/// through an existential. What a call appends to the outbox is sent before the loop sleeps or reads on.
public protocol LoopHandler: ~Copyable, SendableMetatype {
    associatedtype Command: Sendable

    /// A datagram came. `path.local` is the address it was sent to, also on a wildcard socket; the span ends with the call.
    mutating func receive(_ datagram: Span<UInt8>, from path: Path, at now: Instant, into outbox: inout Outbox)

    /// When `timeout` is to be called next.
    var nextDeadline: Instant? { get }

    /// The deadline has passed. Called at most once in a batch of input, floods or not; a deadline that is still due
    /// afterwards is served after the next batch.
    mutating func timeout(at now: Instant, into outbox: inout Outbox)

    /// A command from another thread, in the order of posting.
    mutating func handle(_ command: Command, at now: Instant, into outbox: inout Outbox)

    /// A batch of input was handed over: the place to drain events once for many datagrams.
    mutating func finishBatch(at now: Instant, into outbox: inout Outbox)

    /// A datagram did not leave, or ICMP answered it. At most 64 a turn; the counters tell all.
    mutating func fail(_ failure: PathFailure, at now: Instant)

    /// Interfaces or addresses of the machine changed (only where the configuration asks for it).
    mutating func interfacesChanged(at now: Instant, into outbox: inout Outbox)

    /// The loop ends: the last chance to say goodbye. Nothing is called afterwards.
    mutating func stop(at now: Instant, into outbox: inout Outbox)
}

extension LoopHandler where Self: ~Copyable {
    public mutating func finishBatch(at now: Instant, into outbox: inout Outbox) {}
    public mutating func fail(_ failure: PathFailure, at now: Instant) {}
    public mutating func interfacesChanged(at now: Instant, into outbox: inout Outbox) {}
    public mutating func stop(at now: Instant, into outbox: inout Outbox) {}
}

/// What a loop is to be.
public struct LoopConfiguration: Sendable {
    /// The thread's name; 15 characters show in `top`.
    public var name: String
    /// Where its sockets are bound. Addresses with port 0 get one common number that the kernel chooses.
    public var listen: [TransportAddress]
    public var buffers = UDPSocket.Buffers()
    /// The most commands that wait.
    public var mailboxCapacity = 4096
    /// The largest datagram taken. An Ethernet frame's payload fits.
    public var datagramBytes = 2048
    /// Take datagrams of one sender joined where the kernel can (UDP_GRO). They reach the handler one by one all the same.
    /// It saves most of the cost of receiving where senders send in bursts, for 4 MiB of memory a loop.
    public var joinsIncoming = false
    /// Datagrams read from one socket in a turn before timers, commands and other sockets have theirs.
    public var datagramsPerTurn = 256
    /// Bytes kept a socket while the kernel's send buffer is full; what comes beyond is dropped and counted.
    public var retryBytes = 1024 * 1024
    /// Tell the handler when interfaces come and go.
    public var watchesInterfaces = false

    public init(name: String, listen: [TransportAddress]) {
        self.name = name
        self.listen = listen
    }

    /// Bytes of one receive slot.
    var slotBytes: Int { joinsIncoming ? 65_536 : datagramBytes }
}
