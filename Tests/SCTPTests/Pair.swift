import SCTP
import Wire

/// Two associations and the link between them, in virtual time: what they send arrives by seed late, twice, out of order or
/// not at all.
final class Pair {
    enum Side { case client, server }

    struct Link {
        var delay: Duration = .milliseconds(5)
        /// Added at random to each packet: more than the gap between packets reorders them.
        var jitter: Duration = .zero
        /// Of a thousand packets.
        var lost: UInt64 = 0
        var doubled: UInt64 = 0
        var isCut = false

        static let perfect = Link()
        static let bad = Link(delay: .milliseconds(20), jitter: .milliseconds(8), lost: 50, doubled: 20)
    }

    struct Message: Equatable {
        let id: ChannelID
        let kind: MessageKind
        let bytes: [UInt8]
    }

    private struct Flight {
        let arrival: Instant
        let order: Int
        let to: Side
        let bytes: [UInt8]
    }

    var now = Instant.zero
    var link: Link
    let client: Association
    let server: Association
    var received: [Side: [Message]] = [.client: [], .server: []]
    var events: [Side: [Event]] = [.client: [], .server: []]
    /// Called for each message; nil: it is kept in `received`.
    var onMessage: ((Side, ChannelID, MessageKind, Span<UInt8>) -> Void)?
    /// Called for each event.
    var onEvent: ((Side, Event) -> Void)?
    /// Changes or swallows a packet before it enters the link.
    var onPacket: ((Side, inout [UInt8]) -> Bool)?
    var packets = 0
    private var random: RandomSource
    private var flights: [Flight] = []
    private var order = 0

    init(
        link: Link = .perfect, seed: UInt64 = 1, clientStreams: UInt16 = 256, serverStreams: UInt16 = 256, clientMaximum: Int = 0,
        serverMaximum: Int = 0
    ) {
        self.link = link
        random = .seeded(seed)
        client = Association(role: .client, remoteMaxMessageSize: serverMaximum, streams: clientStreams)
        server = Association(role: .server, remoteMaxMessageSize: clientMaximum, streams: serverStreams)
    }

    subscript(side: Side) -> Association { side == .client ? client : server }

    static func other(_ side: Side) -> Side { side == .client ? .server : .client }

    /// A pair that is connected, its events forgotten.
    static func connected(link: Link = .perfect, seed: UInt64 = 1) -> Pair {
        let pair = Pair(link: link, seed: seed)
        pair.connect()
        pair.events = [.client: [], .server: []]
        return pair
    }

    func connect() {
        client.connect(at: now)
        server.connect(at: now)
        run(for: .seconds(30)) { self.client.state == .connected && self.server.state == .connected }
    }

    /// Runs until `isDone`, or until `duration` has passed; whether it was done.
    @discardableResult
    func run(for duration: Duration, until isDone: () -> Bool = { false }) -> Bool {
        let end = now + duration
        settle()
        while !isDone() {
            guard let next = earliest(flights.first?.arrival, Stack.shared.nextDeadline), next <= end else {
                now = end
                Stack.shared.handleTimers(at: now)
                settle()
                return isDone()
            }
            now = max(next, now)
            step()
        }
        return true
    }

    private func step() {
        while let flight = flights.first, flight.arrival <= now {
            flights.removeFirst()
            feed(flight.bytes, to: flight.to)
        }
        if let deadline = Stack.shared.nextDeadline, deadline <= now { Stack.shared.handleTimers(at: now) }
        settle()
    }

    func feed(_ bytes: [UInt8], to side: Side) {
        self[side].handle(bytes.span, at: now) { take(side, $0, $1, $2) }
        drain(side)
    }

    func take(_ side: Side, _ id: ChannelID, _ kind: MessageKind, _ bytes: Span<UInt8>) {
        if let onMessage { return onMessage(side, id, kind, bytes) }
        received[side]?.append(Message(id: id, kind: kind, bytes: bytes.array))
    }

    /// What the owner of a stack does after each call.
    func settle() {
        var rounds = 0
        while rounds < 8 {
            rounds += 1
            let dirty = Stack.shared.takeDirty()
            for association in dirty {
                if association === client { client.read(at: now) { take(.client, $0, $1, $2) } }
                if association === server { server.read(at: now) { take(.server, $0, $1, $2) } }
            }
            drain(.client)
            drain(.server)
            if dirty.isEmpty { return }
        }
    }

    func drain(_ side: Side) {
        self[side].drainOutput { packet in
            packets += 1
            var bytes = packet.array
            if let onPacket, !onPacket(side, &bytes) { return }
            launch(bytes, to: Pair.other(side))
        }
        while let event = self[side].nextEvent() {
            events[side]?.append(event)
            onEvent?(side, event)
        }
    }

    private func launch(_ bytes: [UInt8], to side: Side) {
        guard !link.isCut, random.next() % 1000 >= link.lost else { return }
        let copies = random.next() % 1000 < link.doubled ? 2 : 1
        for _ in 0..<copies {
            let jitter = link.jitter > .zero ? Int64(random.next() % UInt64(link.jitter.nanoseconds)) : 0
            let arrival = now + link.delay + .nanoseconds(jitter)
            order += 1
            let flight = Flight(arrival: arrival, order: order, to: side, bytes: bytes)
            var place = flights.count
            while place > 0, flights[place - 1].arrival > arrival { place -= 1 }
            flights.insert(flight, at: place)
        }
    }

    /// Opens a channel on one side and waits until the other knows it.
    func open(
        _ label: String = "", from side: Side = .client, isOrdered: Bool = true,
        reliability: SCTP.Channel.Reliability = .reliable
    ) throws -> ChannelID {
        let id = try self[side].openChannel(label: label, isOrdered: isOrdered, reliability: reliability, at: now)
        run(for: .seconds(30)) { self[Pair.other(side)].channel(id) != nil && self[side].channel(id)?.isAcknowledged == true }
        return id
    }

    func send(_ bytes: [UInt8], _ kind: MessageKind = .binary, on id: ChannelID, from side: Side = .client) throws {
        try self[side].send(bytes.span, kind: kind, on: id, at: now)
    }

    func count(_ side: Side, where matches: (Event) -> Bool) -> Int { events[side]?.filter(matches).count ?? 0 }
}

/// Bytes that show where they belong: each 61st is a hash of its place and of the seed.
func pattern(_ count: Int, seed: Int = 0) -> [UInt8] {
    var bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: seed &* 31 &+ 7), count: count)
    for place in stride(from: 0, to: count, by: 61) {
        bytes[place] = UInt8(truncatingIfNeeded: (place &* 40_503 &+ seed &* 7919 &+ count) >> 3)
    }
    return bytes
}
