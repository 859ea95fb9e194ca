import ICE
import STUN
import Simulator
import Testing
import Wire

/// Agents joined by a simulated network, in virtual time.
struct Journey {
    struct Party {
        var agent: Agent
        let sockets: [TransportAddress]
        var events: [Event] = []
        /// Datagrams other than STUN that came, with the path they came by.
        var received: [(bytes: [UInt8], path: Path)] = []
        var datagramsSent = 0

        var facts: [Fact] { events.map(\.fact) }
        var states: [ICE.State] {
            facts.compactMap { fact in
                if case .stateChanged(_, let state, _) = fact { state } else { nil }
            }
        }
        func firstTime(in state: ICE.State) -> Instant? {
            events.first { event in
                if case .stateChanged(_, state, _) = event.fact { true } else { false }
            }?.at
        }
        var selectedPair: CandidatePair? { agent.selectedPair }
    }

    var network: Network
    var now = Instant.zero
    var parties: [Party] = []
    private var idleTurns = 0

    init(seed: UInt64 = 1) {
        network = Network(seed: seed)
    }

    /// Adds an agent with host candidates at these addresses, `10.0.0.1:5000` say; its hosts are the caller's to add.
    @discardableResult
    mutating func add(
        _ role: Role, at addresses: String..., tieBreaker: UInt64? = nil, policy: AddressPolicy = AddressPolicy(),
        candidates: [Candidate]? = nil, configure: (inout Agent.Configuration) -> Void = { _ in }
    ) -> Int {
        let sockets = addresses.compactMap { TransportAddress($0) }
        precondition(sockets.count == addresses.count, "an address that does not parse")
        let number = parties.count
        var random = RandomSource.seeded(UInt64(number) + 100)
        let local = candidates ?? sockets.enumerated().map { .host($1, localPreference: UInt16(65_535 - $0)) }
        var configuration = Agent.Configuration(
            role: role, localCredentials: .random(&random), localCandidates: local, policy: policy, tieBreaker: tieBreaker)
        configure(&configuration)
        parties.append(Party(agent: Agent(configuration: configuration, random: random, at: now), sockets: sockets))
        return number
    }

    /// Gives each of the first two agents the other's description and candidates.
    mutating func introduce() {
        for (here, there) in [(0, 1), (1, 0)] {
            parties[here].agent.setRemote(credentials: parties[there].agent.localCredentials, isLite: false, at: now)
            for candidate in parties[there].agent.localCandidates where candidate.kind != .peerReflexive {
                parties[here].agent.addRemoteCandidate(candidate, at: now)
            }
            parties[here].agent.setRemoteEndOfCandidates(at: now)
        }
    }

    /// Runs until `end`, or until `done` says so; true where it did.
    @discardableResult
    mutating func run(until end: Instant, _ done: (borrowing Journey) -> Bool = { _ in false }) -> Bool {
        drain()
        while !done(self) {
            var next = network.nextDelivery
            for party in parties { next = earliest(next, party.agent.nextDeadline) }
            guard let next, next <= end else {
                now = max(now, end)
                return done(self)
            }
            idleTurns = next > now ? 0 : idleTurns + 1
            guard idleTurns < 5000 else {
                Issue.record("time stands still at \(now)")
                return false
            }
            now = max(now, next)
            deliver()
            serveTimers()
            drain()
            checkInvariants()
        }
        return true
    }

    mutating func run(for duration: Duration) {
        run(until: now + duration)
    }

    /// Runs until both agents have a nominated pair, and expects that they get one.
    mutating func expectConnection(within limit: Duration = .seconds(60), sourceLocation: SourceLocation = #_sourceLocation) {
        let start = now
        let connected = run(until: now + limit) { journey in
            journey.parties.prefix(2).allSatisfy { $0.agent.state == .completed }
        }
        #expect(connected, "not connected after \(now - start)", sourceLocation: sourceLocation)
    }

    private mutating func deliver() {
        while let delivery = network.receive(until: now) {
            guard let index = parties.firstIndex(where: { $0.sockets.contains(delivery.path.local) }) else { continue }
            if let first = delivery.bytes.first, Message.mayStart(with: first) {
                var outbox = Outbox()
                parties[index].agent.handle(delivery.bytes.span, from: delivery.path, at: now, into: &outbox)
                send(&outbox, of: index)
            } else {
                parties[index].agent.noteReceived(bytes: delivery.bytes.count, on: delivery.path, at: now)
                parties[index].received.append((delivery.bytes, delivery.path))
            }
        }
    }

    private mutating func serveTimers() {
        for index in parties.indices {
            guard let deadline = parties[index].agent.nextDeadline, deadline <= now else { continue }
            var outbox = Outbox()
            parties[index].agent.handleTimeout(at: now, into: &outbox)
            send(&outbox, of: index)
        }
    }

    mutating func send(_ outbox: inout Outbox, of index: Int) {
        parties[index].datagramsSent += outbox.datagrams.count
        network.send(&outbox, at: now)
    }

    /// Sends application bytes the way the agent says; false where it says that nothing may be sent.
    @discardableResult
    mutating func sendData(from index: Int, _ bytes: [UInt8] = [128, 1, 2, 3]) -> Bool {
        guard let path = parties[index].agent.selectedPath else { return false }
        parties[index].agent.noteSent(bytes: bytes.count, on: path, at: now)
        network.send(bytes, from: path, at: now)
        return true
    }

    private mutating func drain() {
        for index in parties.indices {
            while let event = parties[index].agent.nextEvent() { parties[index].events.append(event) }
        }
    }

    /// What holds after every event of every journey.
    private func checkInvariants() {
        for party in parties {
            let agent = party.agent
            func hold(_ isTrue: Bool, _ what: String) {
                // Not `#expect`: it is called a million times.
                if !isTrue { Issue.record("at \(now): \(what)") }
            }
            hold(agent.remoteCandidates.count <= 2 * Limits.remoteCandidates, "too many remote candidates")
            hold(agent.localCandidates.count <= Limits.localCandidates, "too many local candidates")
            switch agent.state {
            case .completed, .connected: hold(agent.selectedPath != nil, "connected without a path")
            case .closed, .failed: hold(agent.selectedPath == nil, "a path after the end")
            default: break
            }
            if let path = agent.selectedPath { hold(agent.isValid(path), "the selected path is not valid") }
            if let deadline = agent.nextDeadline { hold(deadline < now + .seconds(200), "a deadline far away") }
        }
    }
}
