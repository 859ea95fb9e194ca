public import Wire

/// A network in virtual time: hosts with addresses, links with faults, NATs, and datagrams under way between them.
///
/// The same seed and the same calls give the same journey to the bit. Nothing sleeps: the caller asks for the next delivery, moves its
/// own clock there, and feeds its machines.
///
/// ```swift
/// var network = Network(seed: 7)
/// let nat = network.nat("203.0.113.1")
/// network.host("10.0.0.2", behind: nat)
/// network.host("20.0.0.1", link: Link(delay: .milliseconds(30), loss: 0.05))
/// network.send(bytes, from: path, at: now)
/// while let delivery = network.receive(until: end) { … network.send(answer, from: delivery.path, at: delivery.at) }
/// ```
public struct Network: Sendable {
    /// A datagram that has arrived.
    public struct Delivery: Sendable {
        public let bytes: [UInt8]
        /// As the receiver sees it: `local` is where it arrived, `remote` whom it seems to come from.
        public let path: Path
        public let at: Instant
    }

    /// What became of the datagrams so far.
    public struct Counters: Sendable, Hashable {
        public internal(set) var sent = 0
        public internal(set) var delivered = 0
        /// By a link's loss.
        public internal(set) var lost = 0
        /// By a partition.
        public internal(set) var blocked = 0
        /// By a NAT's filter, or for want of a mapping.
        public internal(set) var filtered = 0
        /// Larger than a link's MTU.
        public internal(set) var tooBig = 0
        /// By a full queue before a slow link.
        public internal(set) var overflowed = 0
        public internal(set) var duplicated = 0
        /// To an address nobody has.
        public internal(set) var unroutable = 0
    }

    public internal(set) var counters = Counters()
    /// How many datagrams were sent to each address as their senders wrote it, delivered or not.
    public internal(set) var destinations: [TransportAddress: Int] = [:]
    /// The realm of public addresses.
    static let internet = 0

    var random: RandomSource
    var interfaces: [Place: Interface] = [:]
    var nats: [NAT] = []
    var blocks: [Block] = []
    private var underWay = TransitQueue()

    /// An address within the realm where it means something.
    struct Place: Hashable, Sendable {
        let realm: Int
        let ip: IPAddress
    }

    /// A host's address and the link that leads to it.
    struct Interface: Sendable {
        let host: Int
        var up: LinkState
        var down: LinkState
    }

    public init(seed: UInt64) {
        random = .seeded(seed)
    }

    /// When to call `receive`: not later than the next datagram arrives; nil when none is under way.
    public var nextDelivery: Instant? { underWay.next }

    /// Sends a datagram; `path.local` says by which interface of which host.
    ///
    /// A datagram from an address that no host has is a broken test.
    public mutating func send(_ bytes: [UInt8], from path: Path, at now: Instant) {
        counters.sent += 1
        destinations[path.remote, default: 0] += 1
        guard let source = place(of: path.local.ip) else {
            preconditionFailure("no host has the address \(path.local)")
        }
        for crossing in cross(bytes.count, by: source, up: true, at: now) {
            underWay.push(.sent(bytes, from: source, path), at: crossing)
        }
    }

    public mutating func send(_ bytes: Span<UInt8>, from path: Path, at now: Instant) {
        send(bytes.array, from: path, at: now)
    }

    /// Sends all that waits in an outbox, and empties it.
    public mutating func send(_ outbox: inout Outbox, at now: Instant) {
        for datagram in outbox.datagrams {
            send(outbox.withBytes(of: datagram) { $0.array }, from: datagram.path, at: now)
        }
        outbox.removeAll()
    }

    /// Takes the next datagram that arrives not later than `end`; nil when none does.
    public mutating func receive(until end: Instant) -> Delivery? {
        while let next = underWay.next, next <= end, let transit = underWay.pop() {
            switch transit {
            case .sent(let bytes, let sender, let path):
                route(bytes, from: sender, path: path, at: next)
            case .arriving(let bytes, let path):
                counters.delivered += 1
                return Delivery(bytes: bytes, path: path, at: next)
            }
        }
        return nil
    }

    /// Hands over all datagrams that arrive not later than `end`, in order; what `body` writes to the outbox is sent at once.
    public mutating func deliver(
        until end: Instant, _ body: (Span<UInt8>, Path, Instant, inout Outbox) -> Void
    ) {
        var outbox = Outbox()
        while let delivery = receive(until: end) {
            body(delivery.bytes.span, delivery.path, delivery.at, &outbox)
            send(&outbox, at: delivery.at)
        }
    }

    /// The last stretch: from the network to the receiving interface.
    mutating func arrive(_ bytes: [UInt8], at place: Place, path: Path, at now: Instant) {
        for arrival in cross(bytes.count, by: place, up: false, at: now) {
            underWay.push(.arriving(bytes, path), at: arrival)
        }
    }

    func place(of ip: IPAddress) -> Place? {
        for realm in 0...nats.count where interfaces[Place(realm: realm, ip: ip)] != nil {
            return Place(realm: realm, ip: ip)
        }
        return nil
    }
}
