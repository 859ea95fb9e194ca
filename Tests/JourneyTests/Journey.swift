import Crypt
import ICE
import Peer
import SCTP
import SDP
import Simulator
import Wire

/// Two whole peers, an offering and an answering one, across a simulated network in virtual time.
///
/// ICE is repeatable to the bit; DTLS and SCTP draw random numbers of their own inside their libraries, so journeys assert
/// behaviour. usrsctp is global to the process: every journey runs within `Stack.exclusively`.
final class Journey {
    enum Side: Int, CaseIterable { case offerer, answerer }

    var network: Network
    private(set) var now = Instant(nanoseconds: 1_000_000_000)
    private(set) var peers: [PeerConnection] = []
    private(set) var events: [[PeerEvent]] = [[], []]
    /// Messages that reached the side which does not echo.
    private(set) var messages: [(channel: ChannelID, kind: MessageKind, bytes: [UInt8])] = []
    /// How often each side's n-th datagram fails to leave.
    var fails: (Side, Int) -> Bool = { _, _ in false }
    private var sent = [0, 0]
    private let hosts: [Set<IPAddress>]
    private static let identities = (0..<2).compactMap { _ in try? Identity(validFrom: 1_700_000_000) }

    /// A journey whose sides are at these addresses; their hosts are the caller's to add to `network` in `build`.
    init(
        seed: UInt64, offerer: [String] = ["20.0.0.1:5000"], answerer: [String] = ["20.0.0.2:8189"], sections: OfferedSections = .data,
        configure: (Side, inout PeerConnection.Configuration) -> Void = { _, _ in },
        tamper: (Side, String) -> String = { $1 }, build: (inout Network) -> Void
    ) throws {
        network = Network(seed: seed)
        build(&network)
        let addresses = [offerer, answerer].map { $0.compactMap { TransportAddress($0) } }
        hosts = addresses.map { Set($0.map(\.ip)) }
        func configuration(_ side: Side) -> PeerConnection.Configuration {
            var configuration = PeerConnection.Configuration(
                identity: Self.identities[side.rawValue],
                localCandidates: addresses[side.rawValue].enumerated().map { .host($1, localPreference: UInt16(65_535 - $0)) },
                policy: AddressPolicy(alsoAllowedScopes: .all), stack: .shared, echoesData: side == .answerer)
            configure(side, &configuration)
            return configuration
        }
        let first = PeerConnection(
            offering: sections, configuration: configuration(.offerer), random: .seeded(seed &* 2 &+ 1), at: now)
        let offer = tamper(.offerer, first.localDescription.serialize())
        let second = try PeerConnection(
            answering: try SessionDescription(parsing: Array(offer.utf8).span), configuration: configuration(.answerer),
            random: .seeded(seed &* 2 &+ 2), at: now)
        peers = [first, second]
        first.tag = 0
        second.tag = 1
        first.onMessage = { [unowned self] channel, kind, bytes in messages.append((channel, kind, bytes.array)) }
        let answer = tamper(.answerer, second.localDescription.serialize())
        let description = try SessionDescription(parsing: Array(answer.utf8).span)
        try run(.offerer) { try $0.accept(answer: description, at: $1, into: &$2) }
    }

    var offerer: PeerConnection { peers[0] }
    var answerer: PeerConnection { peers[1] }

    /// Runs `body` on a peer and sends what it writes.
    @discardableResult
    func run<Result>(_ side: Side, _ body: (PeerConnection, Instant, inout Outbox) throws -> Result) rethrows -> Result {
        var outbox = Outbox()
        defer { flush(side, &outbox) }
        return try body(peers[side.rawValue], now, &outbox)
    }

    private func flush(_ side: Side, _ outbox: inout Outbox) {
        for datagram in outbox.datagrams {
            sent[side.rawValue] += 1
            guard !fails(side, sent[side.rawValue]) else { continue }
            network.send(outbox.withBytes(of: datagram) { $0.array }, from: datagram.path, at: now)
        }
        outbox.removeAll()
        while let event = peers[side.rawValue].nextEvent() { events[side.rawValue].append(event) }
    }

    /// Moves on until `condition` holds; false where `limit` passed first.
    @discardableResult
    func run(for limit: Duration, until condition: () -> Bool = { false }) -> Bool {
        let end = now + limit
        var turns = 0
        while !condition() {
            var next = network.nextDelivery
            for peer in peers { next = earliest(next, peer.nextDeadline) }
            next = earliest(next, Stack.shared.nextDeadline)
            turns += 1
            guard let next, next <= end, turns < 2_000_000 else {
                now = end
                return condition()
            }
            now = max(now, next)
            step()
        }
        return true
    }

    private func step() {
        while let delivery = network.receive(until: now) {
            guard let side = Side.allCases.first(where: { hosts[$0.rawValue].contains(delivery.path.local.ip) }) else { continue }
            let bytes = delivery.bytes
            run(side) { peer, now, outbox in peer.handle(bytes.span, from: delivery.path, at: now, into: &outbox) }
        }
        if let deadline = Stack.shared.nextDeadline, deadline <= now { Stack.shared.handleTimers(at: now) }
        for association in Stack.shared.takeDirty() {
            guard let side = Side(rawValue: association.tag) else { continue }
            run(side) { peer, now, outbox in peer.handleDirtyAssociation(at: now, into: &outbox) }
        }
        for side in Side.allCases {
            if let deadline = peers[side.rawValue].nextDeadline, deadline <= now {
                run(side) { peer, now, outbox in peer.handleTimeout(at: now, into: &outbox) }
            }
        }
    }

    // MARK: What happened

    var areConnected: Bool { peers.allSatisfy { $0.connectionState == .connected } }

    /// Whether a channel can be opened: SCTP is up at both ends.
    var areAssociated: Bool { areConnected && peers.allSatisfy { $0.association?.state == .connected } }

    func states(of kind: StateKind, _ side: Side) -> [String] {
        events[side.rawValue].compactMap { event in
            if case .stateChanged(kind, _, let new, _) = event.kind { new } else { nil }
        }
    }

    /// Opens a channel at the offering side, sends a message, and waits for its echo.
    func echoes(_ bytes: [UInt8], within limit: Duration = .seconds(30)) throws -> Bool {
        guard run(for: limit, until: { areAssociated }), let association = offerer.association else { return false }
        let before = messages.count
        let id: ChannelID
        if let open = association.channels.first(where: { $0.state == .open || $0.state == .connecting }) {
            id = open.id
        } else {
            id = try run(.offerer) { peer, now, outbox in
                let id = try association.openChannel(label: "journey", at: now)
                peer.settle(at: now, into: &outbox)
                return id
            }
        }
        try run(.offerer) { peer, now, outbox in
            try association.send(bytes.span, kind: .binary, on: id, at: now)
            peer.settle(at: now, into: &outbox)
        }
        return run(for: limit) { messages.count > before && messages.last?.bytes == bytes }
    }
}
