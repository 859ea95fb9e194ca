import Crypt
import DTLS
import Testing
import Wire

/// Identities made once for all tests.
enum People {
    static let alice = identity()
    static let bob = identity()
    static let mallory = identity()

    private static func identity() -> Identity {
        do { return try Identity(validFrom: 1_800_000_000) } catch { preconditionFailure("no identity: \(error)") }
    }
}

/// What a link does to datagrams; chances are of 100.
struct Link {
    var delay: Duration = .milliseconds(20)
    var loss: UInt64 = 0
    var duplication: UInt64 = 0
    /// The chance of being delayed by up to three more delays, past those behind.
    var reordering: UInt64 = 0
}

/// One end: a connection, and what it said and got.
final class End {
    let connection: Connection
    var outbox = Outbox()
    var events: [Event] = []
    var delivered: [[UInt8]] = []
    var sent: [[UInt8]] = []
    let path: Path

    init(_ connection: Connection, _ path: Path) {
        self.connection = connection
        self.path = path
    }

    var failure: FailureReason? { connection.failure }
    var names: [String] {
        events.compactMap { if case .message(let message) = $0 { (message.isSent ? "→ " : "← ") + message.name } else { nil } }
    }

    func start(at now: Instant) { connection.start(at: now, on: path, into: &outbox) }

    func handle(_ datagram: [UInt8], at now: Instant) {
        connection.handle(datagram.span, at: now, on: path, into: &outbox, deliver: { delivered.append($0.array) })
        drain()
    }

    func handle(_ datagrams: [[UInt8]], at now: Instant) {
        for datagram in datagrams { handle(datagram, at: now) }
    }

    func handleTimeout(at now: Instant) {
        connection.handleTimeout(at: now, on: path, into: &outbox)
        drain()
    }

    @discardableResult
    func send(_ data: [UInt8], at now: Instant) -> Bool {
        defer { drain() }
        return connection.send(data.span, at: now, on: path, into: &outbox)
    }

    func close(at now: Instant) {
        connection.close(at: now, on: path, into: &outbox)
        drain()
    }

    func drain() {
        while let event = connection.nextEvent() { events.append(event) }
    }

    /// The datagrams that wait to leave.
    func take() -> [[UInt8]] {
        var datagrams: [[UInt8]] = []
        for datagram in outbox.datagrams { outbox.withBytes(of: datagram) { datagrams.append($0.array) } }
        outbox.removeAll()
        sent += datagrams
        return datagrams
    }
}

/// Two ends and the links between them, in virtual time.
final class Journey {
    let client: End
    let server: End
    var link: Link
    private(set) var now: Instant = .zero
    private var random: RandomSource
    private var flying: [(at: Instant, order: Int, toServer: Bool, bytes: [UInt8])] = []
    private var order = 0
    /// Sees each datagram before it flies; false drops it.
    var filter: (_ toServer: Bool, _ bytes: [UInt8]) -> Bool = { _, _ in true }
    /// May change each datagram before it flies.
    var mutate: (_ bytes: inout [UInt8]) -> Void = { _ in }

    init(
        seed: UInt64 = 1, link: Link = Link(), clientRole: Role = .client, serverRole: Role = .server,
        clientExpects: [Fingerprint] = [People.bob.fingerprint], serverExpects: [Fingerprint] = [People.alice.fingerprint],
        requiresSRTP: Bool = true, from start: Instant = .zero
    ) throws {
        let path = Path(
            local: TransportAddress(IPAddress(192, 0, 2, 1), 1000), remote: TransportAddress(IPAddress(192, 0, 2, 2), 2000))
        client = End(
            try Connection(role: clientRole, identity: People.alice, expectedFingerprints: clientExpects, requiresSRTP: requiresSRTP), path)
        server = End(
            try Connection(role: serverRole, identity: People.bob, expectedFingerprints: serverExpects, requiresSRTP: requiresSRTP),
            path.reversed)
        self.link = link
        random = .seeded(seed)
        now = start
    }

    func start() {
        server.start(at: now)
        client.start(at: now)
        collect()
    }

    var isConnected: Bool { client.connection.state == .connected && server.connection.state == .connected }

    /// Runs until `limit`, or until nothing more will happen or `condition` holds.
    func run(for limit: Duration = .seconds(60), until condition: () -> Bool = { false }) {
        let end = now + limit
        while !condition() {
            let next = earliest(
                flying.first?.at, earliest(client.connection.nextDeadline, server.connection.nextDeadline))
            guard let next, next <= end else { break }
            now = max(now, next)
            while let first = flying.first, first.at <= now {
                flying.removeFirst()
                (first.toServer ? server : client).handle(first.bytes, at: now)
                collect()
            }
            for one in [client, server] {
                if let deadline = one.connection.nextDeadline, deadline <= now { one.handleTimeout(at: now) }
            }
            collect()
        }
    }

    /// Runs to `connected` on both ends, or as far as it goes.
    func connect() {
        start()
        run(until: { isConnected })
        // The last flight may still be under way.
        run(for: .seconds(1))
    }

    /// Delivers all that flies, now.
    func flush() {
        while !flying.isEmpty {
            let first = flying.removeFirst()
            (first.toServer ? server : client).handle(first.bytes, at: now)
            collect()
        }
    }

    func wait(_ duration: Duration) { now = now + duration }

    /// Puts what the ends said onto the link.
    func collect() {
        for (one, toServer) in [(client, true), (server, false)] {
            one.drain()
            for var bytes in one.take() where filter(toServer, bytes) {
                mutate(&bytes)
                if random.next() % 100 < link.loss { continue }
                fly(bytes, toServer: toServer)
                if random.next() % 100 < link.duplication { fly(bytes, toServer: toServer) }
            }
        }
    }

    private func fly(_ bytes: [UInt8], toServer: Bool) {
        var at = now + link.delay
        if random.next() % 100 < link.reordering {
            at = at + .nanoseconds(Int64(random.next() % UInt64(max(1, 3 * link.delay.nanoseconds))))
        }
        order += 1
        flying.append((at, order, toServer, bytes))
        flying.sort { ($0.at, $0.order) < ($1.at, $1.order) }
    }
}
