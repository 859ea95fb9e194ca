internal import Crypt
public import History
internal import Inspection
public import Transport
public import Wire

/// The live part of the server: peers on their loops, for callers on any thread.
///
/// Every call that touches a session is posted to its loop and answered by a completion on the loop's thread, which must not
/// block it.
public final class PeerEngine: Sendable {
    public let configuration: EngineConfiguration
    let hub: Hub
    let loops: [Loop<PeerLoop>]
    /// By loop: where its sessions can be read.
    let gates: [Gate]

    /// Opens the media ports and starts the loops.
    ///
    /// - Parameter notify: gets a line's worth for the log; called on loops and request threads, so it must not block.
    public init(
        _ configuration: EngineConfiguration, store: Store, notify: @escaping @Sendable (SessionNotice) -> Void = { _ in }
    ) throws(EngineError) {
        self.configuration = configuration
        let identity: Identity
        do {
            identity = try Identity(validFrom: Clock.wallMicroseconds / 1_000_000)
        } catch {
            throw .identity("\(error)")
        }
        do {
            let interfaces = try NetworkInterface.all()
            hub = Hub(
                configuration: configuration, identity: identity, archive: Archive(store: store),
                ownNetworks: LocalCandidates.specialNetworks(interfaces, configuration.interfaces), notify: notify)
            var loops: [Loop<PeerLoop>] = []
            var gates: [Gate] = []
            for index in 0..<max(1, configuration.loops) {
                let (next, isBeyond) = configuration.mediaPort.addingReportingOverflow(UInt16(clamping: index))
                guard configuration.mediaPort == 0 || !isBeyond else { throw EngineError.noPort }
                let port = configuration.mediaPort == 0 ? 0 : next
                let listen =
                    configuration.listen.isEmpty
                    ? UDPSocket.wildcard(port: port, families: configuration.interfaces.families.sorted { $0.rawValue < $1.rawValue })
                    : configuration.listen.map { TransportAddress($0, port) }
                var settings = LoopConfiguration(name: "media-\(index)", listen: listen)
                settings.watchesInterfaces = true
                let loop = try Loop<PeerLoop>(settings)
                let addresses = loop.localAddresses
                let candidates = LocalCandidates.host(of: addresses, interfaces: interfaces, configuration: configuration)
                guard !candidates.isEmpty else { throw EngineError.noCandidates }
                let hub = hub
                let gate = Gate()
                try loop.start { _ in PeerLoop(index: index, hub: hub, addresses: addresses, localCandidates: candidates, gate: gate) }
                loops.append(loop)
                gates.append(gate)
            }
            self.loops = loops
            self.gates = gates
        } catch let error as SocketError {
            throw .socket(error)
        } catch let error as EngineError {
            throw error
        } catch {
            throw .identity("\(error)")
        }
    }

    /// The live sessions.
    public var registry: Registry { hub.registry }
    /// Every change of every session.
    public var feed: Feed { hub.feed }

    /// Where media is received.
    public var mediaAddresses: [TransportAddress] { loops.flatMap(\.localAddresses) }

    /// What the peers of all loops counted.
    public var counts: LoopCounts {
        gates.reduce(into: LoopCounts()) { sum, gate in
            guard let counts = gate.read({ $0.counters }) else { return }
            sum.strangers &+= counts.strangers
            sum.opened &+= counts.opened
            sum.closed &+= counts.closed
        }
    }

    /// What became of sessions since the start.
    public var tally: Tally { hub.tally }

    public var statistics: [LoopStatistics] { loops.map(\.statistics) }

    public var receiveBufferBytes: Int { loops.map(\.receiveBufferBytes).min() ?? 0 }

    /// Refuses new sessions from now on; those that live go on.
    public func drain() { hub.registry.drain() }

    public var isDraining: Bool { hub.registry.isDraining }

    /// The clock that all durations here are told by: CLOCK_MONOTONIC in nanoseconds.
    public static var monotonicNanoseconds: Int64 { Clock.now.nanoseconds }

    /// Says goodbye to every peer, writes the last facts to history, and ends the loops. Blocks until done.
    public func stop() {
        drain()
        for loop in loops { loop.stop() }
        for loop in loops { loop.join() }
    }

    /// Runs `body` with a live session on its loop.
    ///
    /// - Returns: what came of asking; `body` is called only for `.asked`, and then with nil where the session ended meanwhile.
    func ask(
        _ id: String, _ body: @escaping @Sendable (PeerLoop, Session?, Instant, inout Outbox) -> Void
    ) -> Asked {
        guard let place = hub.registry.place(of: id) else { return .notLive }
        let isPosted = loops[place.loop].post { loop, now, outbox in
            body(loop, loop.session(id), now, &outbox)
        }
        return isPosted ? .asked : .busy
    }
}

/// What came of asking a loop for a session.
public enum Asked: Sendable {
    /// The completion will be called.
    case asked
    /// No such session lives: look into history.
    case notLive
    /// The loop's mailbox is full: 503.
    case busy
}
