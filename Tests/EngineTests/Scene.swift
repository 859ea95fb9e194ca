import Crypt
import DTLS
import Foundation
import History
import ICE
import Inspection
import JSON
import Peer
import SCTP
import SDP
import Simulator
import Testing
import Wire

@testable import Engine

/// A client and the server's own loop across a simulated network in virtual time: what a person would see afterwards.
///
/// The loop is the real one, with its sessions, chronicle, registry and history; only its sockets and its clock are simulated.
final class Scene {
    var network: Network
    private(set) var now = Instant(nanoseconds: 1_000_000_000)
    let loop: PeerLoop
    let hub: Hub
    let store: Store
    private(set) var client: PeerConnection?
    /// Where the HTTP requests come from.
    var requestAddress = "20.0.0.1"
    private(set) var id = ""
    private(set) var opened: Opened?
    private let directory: URL?

    static let server = "20.0.0.2"
    static let clientAddress = "20.0.0.1"
    private static let identities = (0..<2).compactMap { _ in try? Identity(validFrom: 1_700_000_000) }

    /// - Parameters:
    ///   - seed: of the network.
    ///   - serverCandidates: what the server tells the client.
    ///   - history: one that outlives the scene; else it has one of its own.
    ///   - configure: how the engine is set, which takes any remote candidate here.
    init(
        seed: UInt64 = 1, serverCandidates: [String] = ["\(server):8189"], build: (inout Network) -> Void = Scene.twoHosts,
        history: Store? = nil, configure: (inout EngineConfiguration) -> Void = { _ in }
    ) throws {
        network = Network(seed: seed)
        build(&network)
        if let history {
            store = history
            directory = nil
        } else {
            (store, directory) = try Scene.temporaryHistory()
        }
        var configuration = EngineConfiguration()
        configuration.remoteCandidates = .open
        configure(&configuration)
        hub = Hub(configuration: configuration, identity: Self.identities[0], archive: Archive(store: store), ownNetworks: [])
        let addresses = serverCandidates.compactMap { TransportAddress($0) }
        loop = PeerLoop(index: 0, hub: hub, addresses: addresses, localCandidates: addresses.map { .host($0) })
    }

    deinit {
        guard let directory else { return }
        store.close(timeout: .seconds(1))
        try? FileManager.default.removeItem(at: directory)
    }

    /// A history in a folder of its own.
    static func temporaryHistory() throws -> (Store, URL) {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("scene-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        return (
            Store(
                path: directory.appendingPathComponent("history.sqlite").path, dictionary: StoredWords.dictionary,
                now: { 1_700_000_000_000 }), directory
        )
    }

    static func twoHosts(_ network: inout Network) {
        network.host(clientAddress, link: Link(delay: .milliseconds(10)))
        network.host(server, link: Link(delay: .milliseconds(10)))
    }

    // MARK: Signalling

    /// Posts an offer as it stands.
    func post(_ offer: String) {
        let bytes = Array(offer.utf8)
        let arrival = Arrival(OpenRequest(offer: bytes, address: requestAddress, port: 40_000, userAgent: "Scene/1", receivedAt: now))
        try? hub.registry.reserve(address: requestAddress)
        let result: Opened
        do throws(SDPError) {
            let description = try SessionDescription(parsing: bytes.span)
            result = onLoop { $0.open(arrival, description, at: $1, into: &$2) }
        } catch {
            hub.registry.release(address: requestAddress)
            result = hub.refuse(arrival, Refusal(error))
        }
        opened = result
        switch result {
        case .answered(let id, _, _), .refused(let id, _): self.id = id
        default: break
        }
    }

    /// A client that offers, posts, and applies the answer, each text changed on its way by `tamper`.
    func connect(
        sections: OfferedSections = .data, at address: String = "\(clientAddress):5000", appliesAnswer: Bool = true,
        tamperOffer: (String) -> String = { $0 }, tamperAnswer: (String) -> String = { $0 },
        configure: (inout PeerConnection.Configuration) -> Void = { _ in }
    ) throws {
        var configuration = PeerConnection.Configuration(
            identity: Self.identities[1], localCandidates: [.host(try #require(TransportAddress(address)))],
            policy: AddressPolicy(alsoAllowedScopes: .all), stack: .shared, echoesData: false)
        configure(&configuration)
        let client = PeerConnection(offering: sections, configuration: configuration, random: .seeded(5), at: now)
        client.tag = 1000
        self.client = client
        post(tamperOffer(client.localDescription.serialize()))
        guard appliesAnswer, case .answered(_, let sdp, _) = opened else { return }
        try apply(tamperAnswer(sdp))
    }

    /// The client takes an answer, the one of its session or another.
    func apply(_ sdp: String) throws {
        guard let client else { return }
        let answer = try SessionDescription(parsing: Array(sdp.utf8).span)
        var outbox = Outbox()
        try client.accept(answer: answer, at: now, into: &outbox)
        network.send(&outbox, at: now)
    }

    /// The client's process is killed: nothing leaves it any more, and what comes to it is lost.
    func kill() {
        client = nil
    }

    /// Candidates by PATCH.
    func trickle(_ lines: [String], isLast: Bool) {
        let candidates = lines.compactMap { try? CandidateAttribute(parsing: "candidate:\($0)") }
        onLoop { loop, now, outbox in
            guard let session = loop.session(id) else { return }
            session.chronicle.note(.trickleReceived, at: now, data: ["candidates": Facts.Value(candidates.count)])
            session.run(at: now, into: &outbox) { peer, outbox in
                peer.addRemoteCandidates(candidates, endOfCandidates: isLast, at: now, into: &outbox)
            }
            loop.settle(session, at: now, into: &outbox)
        }
    }

    /// Opens a channel at the client and waits for an echo.
    func echo(within limit: Duration = .seconds(20)) throws -> Bool {
        guard run(for: limit, until: { client?.association?.state == .connected }), let client, let association = client.association
        else { return false }
        var heard = false
        client.onMessage = { _, _, _ in heard = true }
        let id = try association.openChannel(label: "scene", at: now)
        try association.send([1, 2, 3].span, kind: .binary, on: id, at: now)
        onClient { $0.settle(at: $1, into: &$2) }
        return run(for: limit) { heard }
    }

    /// One more message over the channel that is open.
    func echoAgain(within limit: Duration = .seconds(20)) throws -> Bool {
        let association = try #require(client?.association)
        let id = try #require(association.channels.first?.id)
        var heard = false
        client?.onMessage = { _, _, _ in heard = true }
        try association.send([4].span, kind: .binary, on: id, at: now)
        onClient { $0.settle(at: $1, into: &$2) }
        return run(for: limit) { heard }
    }

    /// The client of a session of its own beside the first: offered, posted, answered; its datagrams are the caller's.
    func second(at address: String) throws -> PeerConnection {
        let configuration = PeerConnection.Configuration(
            identity: Self.identities[1], localCandidates: [.host(try #require(TransportAddress(address)))],
            policy: AddressPolicy(alsoAllowedScopes: .all), stack: .shared, echoesData: false)
        let peer = PeerConnection(offering: .data, configuration: configuration, random: .seeded(77), at: now)
        let own = id
        defer { id = own }
        post(peer.localDescription.serialize())
        guard case .answered(_, let sdp, _) = opened else { return peer }
        var outbox = Outbox()
        try peer.accept(answer: try SessionDescription(parsing: Array(sdp.utf8).span), at: now, into: &outbox)
        return peer
    }

    // MARK: Time

    @discardableResult
    func onLoop<Result>(_ body: (PeerLoop, Instant, inout Outbox) -> Result) -> Result {
        var outbox = Outbox()
        let result = body(loop, now, &outbox)
        loop.finishBatch(at: now, into: &outbox)
        network.send(&outbox, at: now)
        return result
    }

    func onClient(_ body: (PeerConnection, Instant, inout Outbox) -> Void) {
        guard let client else { return }
        var outbox = Outbox()
        body(client, now, &outbox)
        network.send(&outbox, at: now)
        while client.nextEvent() != nil {}
    }

    /// Moves on until `condition` holds; false where `limit` passed first.
    @discardableResult
    func run(for limit: Duration, until condition: () -> Bool = { false }) -> Bool {
        let end = now + limit
        var turns = 0
        while !condition() {
            var next = earliest(network.nextDelivery, loop.nextDeadline)
            next = earliest(next, client?.nextDeadline)
            turns += 1
            guard let next, next <= end, turns < 1_000_000 else {
                now = end
                return condition()
            }
            now = max(now, next)
            step()
        }
        return true
    }

    /// Time passes and nobody is served, as on a machine that stood still.
    func skip(_ duration: Duration) {
        now = now + duration
    }

    /// Runs until the session is over.
    func runToTheEnd(within limit: Duration = .seconds(120)) -> Bool {
        run(for: limit) { hub.registry.place(of: id) == nil }
    }

    private func step() {
        while let delivery = network.receive(until: now) {
            let bytes = delivery.bytes
            if delivery.path.local.port == 8189 {
                onLoop { $0.receive(bytes.span, from: delivery.path, at: $1, into: &$2) }
            } else {
                onClient { $0.handle(bytes.span, from: delivery.path, at: $1, into: &$2) }
            }
        }
        // The loop owns usrsctp and takes what is dirty; the client's association lives in the same process, so it is served first.
        if let deadline = Stack.shared.nextDeadline, deadline <= now { Stack.shared.handleTimers(at: now) }
        onClient { $0.handleDirtyAssociation(at: $1, into: &$2) }
        if let deadline = loop.nextDeadline, deadline <= now { onLoop { $0.timeout(at: $1, into: &$2) } }
        if let deadline = client?.nextDeadline, deadline <= now { onClient { $0.handleTimeout(at: $1, into: &$2) } }
    }

    // MARK: What is seen

    /// The session's record: from its loop while it lives, from history after it ended.
    func record() throws -> Record {
        if let session = loop.session(id) { return session.record(at: now) }
        let document = try #require(try store.document(id))
        return try Record(stored: document) { try JSONDecoder().decode(Record.self, from: Data($0)) }
    }

    /// The code of the first finding; nil where nothing was found.
    func firstFinding() throws -> String? { Diagnosis.findings(of: try record()).first?.code }
}

/// A description with every line that begins so replaced; nil takes it away.
func replacing(_ prefix: String, with line: String?, in text: String) -> String {
    text.split(separator: "\r\n", omittingEmptySubsequences: false).compactMap { part in
        part.hasPrefix(prefix) ? line : String(part)
    }.joined(separator: "\r\n")
}
