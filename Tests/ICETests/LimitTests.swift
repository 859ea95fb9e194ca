import ICE
import STUN
import Testing
import Wire

/// What a peer can make us keep and send is bounded (SECURITY A16, A18, A19).
@Suite struct LimitTests {
    static let manyLocals: [Candidate] = (1...8 as ClosedRange<UInt8>).map {
        .host(TransportAddress(IPAddress(10, 0, 1, $0), 5000), localPreference: UInt16($0))
    }

    static func remote(_ number: Int, priority: UInt32? = nil) -> Candidate {
        let address = TransportAddress(IPAddress(20, 0, UInt8(number / 256), UInt8(number % 256)), 6000)
        guard let priority else { return .host(address) }
        return Candidate(kind: .host, address: address, priority: priority, foundation: "\(number)")
    }

    @Test func `A check list holds a hundred pairs, the best ones, and what was dropped is counted and shown`() {
        var peer = ScriptedPeer(candidates: Self.manyLocals)
        for number in 0..<40 { peer.agent.addRemoteCandidate(Self.remote(number, priority: UInt32(1000 + number)), at: .zero) }
        let pairs = peer.agent.pairs
        #expect(pairs.count { $0.failure != .pruned } == Limits.candidatePairs)
        #expect(peer.agent.counters.pairsPruned == 40 * 8 - 100)
        // The best remote candidates are all there.
        for number in 28..<40 {
            #expect(pairs.contains { $0.remote == Self.remote(number, priority: UInt32(1000 + number)) && $0.state == .waiting })
        }
        #expect(pairs.count { $0.failure == .pruned } == Limits.candidatePairs)
    }

    @Test func `Two hundred candidates do not make more than one check each 50 ms`() {
        var peer = ScriptedPeer(candidates: Self.manyLocals)
        for number in 0..<200 { peer.agent.addRemoteCandidate(Self.remote(number), at: .zero) }
        #expect(peer.agent.remoteCandidates.count == 48)
        #expect(peer.agent.counters.candidatesRefused == 152)
        peer.advance(.seconds(10))
        let ordinary = Set(peer.requests.map(\.id)).count
        #expect(ordinary <= 201)
        // Retransmissions stretch with the number of pairs, so that they do not outrun the pace either.
        #expect(peer.requests.count <= 2 * 201)
    }

    @Test func `A usable candidate takes the place of a useless one in a full table`() {
        var peer = ScriptedPeer()
        for number in 0..<60 { peer.agent.addRemoteCandidate(.named("\(number).local", port: 1, priority: 1, foundation: "1"), at: .zero) }
        #expect(peer.agent.remoteCandidates.count == 48)
        #expect(peer.agent.addRemoteCandidate(.host(ScriptedPeer.remote), at: .zero) == .paired(1))
        #expect(peer.agent.remoteCandidates.count == 48)
    }

    @Test func `Checks from ever new addresses teach sixteen of them`() {
        var peer = ScriptedPeer()
        for port in 1...500 as ClosedRange<UInt16> {
            peer.request(on: NominationTests.path(port))
        }
        #expect(peer.agent.remoteCandidates.count == 16)
        #expect(peer.agent.pairs.count == 16)
        #expect(peer.rejections(.tooManySources) == 484)
    }

    @Test func `Learned addresses that failed make room for new ones`() {
        var peer = ScriptedPeer()
        for port in 1...16 as ClosedRange<UInt16> { peer.request(on: NominationTests.path(port)) }
        peer.request(on: NominationTests.path(17))
        #expect(peer.responses.isEmpty)
        // One is known to work, the others time out.
        peer.validate(on: NominationTests.path(1), useCandidate: true)
        for _ in 0..<45 {
            peer.advance(.seconds(1))
            for check in peer.requests where check.path == NominationTests.path(1) { peer.answer(check) }
        }
        peer.request(on: NominationTests.path(17))
        #expect(peer.responses.count == 1)
        #expect(peer.agent.remoteCandidates.count == 16)
    }

    @Test func `Facts nobody takes are bounded, and counted beyond`() {
        var configuration = Agent.Configuration(
            role: .controlled, localCredentials: Credentials(ufrag: "u", password: "p"), localCandidates: [.host(ScriptedPeer.local)])
        configuration.undrainedEvents = 10
        var agent = Agent(configuration: configuration, random: .seeded(1), at: .zero)
        for number in 0..<40 { agent.addRemoteCandidate(Self.remote(number), at: .zero) }
        var taken = 0
        while agent.nextEvent() != nil { taken += 1 }
        #expect(taken == 10)
        #expect(agent.counters.eventsDropped == 70)
    }

    @Test func `Facts about single checks are bounded in one generation`() {
        var peer = ScriptedPeer()
        for _ in 0..<2000 {
            peer.now = peer.now + .milliseconds(10)
            peer.request()
        }
        let told = peer.facts.count { fact in
            switch fact {
            case .checkReceived, .checkSent, .checkAnswered, .checkRefused: true
            default: false
            }
        }
        #expect(told == 200)
        #expect(peer.pair()?.requestsReceived == 2000)
    }
}
