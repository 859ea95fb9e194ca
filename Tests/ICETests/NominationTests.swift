import ICE
import STUN
import Testing
import Wire

/// Who nominates what, and what is selected (RFC 8445 §8.1).
@Suite struct NominationTests {
    static func path(_ port: UInt16) -> Path {
        Path(local: ScriptedPeer.local, remote: TransportAddress(ScriptedPeer.remote.ip, port))
    }

    static func remote(_ port: UInt16, priority: UInt32, kind: Candidate.Kind = .host) -> Candidate {
        Candidate(kind: kind, address: TransportAddress(ScriptedPeer.remote.ip, port), priority: priority, foundation: "\(port)")
    }

    @Test func `The controlling agent nominates the first direct pair at once`() throws {
        var peer = ScriptedPeer(.controlling)
        peer.agent.addRemoteCandidate(.host(ScriptedPeer.remote), at: .zero)
        peer.advance(.zero)
        let check = try #require(peer.requests.first)
        #expect(!check.useCandidate)
        peer.answer(check)
        #expect(peer.agent.state == .connected)
        let nomination = try #require(peer.requests.first)
        #expect(nomination.useCandidate)
        #expect(nomination.id != check.id)
        peer.answer(nomination)
        #expect(peer.agent.state == .completed)
        #expect(peer.pair()?.isNominated == true)
        #expect(peer.pair()?.isSelected == true)
    }

    @Test func `A relayed pair is nominated when half a second brought no better one`() throws {
        var peer = ScriptedPeer(.controlling)
        peer.agent.addRemoteCandidate(Self.remote(1, priority: 2_000_000_000), at: .zero)
        peer.agent.addRemoteCandidate(Self.remote(2, priority: 1000, kind: .relayed), at: .zero)
        peer.advance(.milliseconds(60))
        let relayed = try #require(peer.requests.first { $0.path == Self.path(2) })
        peer.answer(relayed)
        #expect(peer.requests.isEmpty)
        #expect(peer.agent.selectedPath == Self.path(2), "data may go meanwhile")
        peer.advance(.milliseconds(400))
        #expect(peer.requests.filter(\.useCandidate).isEmpty)
        peer.advance(.milliseconds(200))
        #expect(peer.requests.filter(\.useCandidate).map(\.path) == [Self.path(2)])
    }

    @Test func `A relayed pair gives way to a direct one that answers in time`() throws {
        var peer = ScriptedPeer(.controlling)
        peer.agent.addRemoteCandidate(Self.remote(1, priority: 2_000_000_000), at: .zero)
        peer.agent.addRemoteCandidate(Self.remote(2, priority: 1000, kind: .relayed), at: .zero)
        peer.advance(.milliseconds(60))
        let checks = peer.requests
        peer.answer(try #require(checks.first { $0.path == Self.path(2) }))
        peer.answer(try #require(checks.first { $0.path == Self.path(1) }))
        #expect(peer.requests.filter(\.useCandidate).map(\.path) == [Self.path(1)])
    }

    @Test func `A nomination that nobody answers goes to the next pair`() throws {
        var peer = ScriptedPeer(.controlling)
        for port in 1...2 as ClosedRange<UInt16> {
            peer.agent.addRemoteCandidate(Self.remote(port, priority: 2_000_000_000 - UInt32(port)), at: .zero)
        }
        peer.advance(.milliseconds(60))
        let checks = peer.requests
        peer.answer(checks[0])
        let nomination = try #require(peer.requests.first)
        peer.answer(checks[1])
        #expect(peer.requests.isEmpty)
        peer.answer(nomination, error: .badRequest)
        #expect(peer.pair(on: Self.path(1))?.state == .failed)
        #expect(peer.requests.filter(\.useCandidate).map(\.path) == [Self.path(2)])
        peer.answer(try #require(peer.requests.first))
        #expect(peer.agent.state == .completed)
    }

    @Test func `A nomination whose answers are lost does not fail a pair that works`() throws {
        var peer = ScriptedPeer(.controlling)
        peer.agent.addRemoteCandidate(.host(ScriptedPeer.remote), at: .zero)
        peer.advance(.zero)
        peer.answer(try #require(peer.requests.first))
        let nomination = try #require(peer.requests.first)
        // Every answer is lost until the nomination is given up, but for one to a request that does not nominate.
        while peer.now < .zero + .seconds(20) { peer.advance(.milliseconds(100)) }
        #expect(peer.agent.state == .disconnected)
        let consent = peer.agent.pairs.first?.consentRequestsSent ?? 0
        #expect(consent > 0)
        while peer.requests.first(where: { $0.useCandidate && $0.id != nomination.id }) == nil { peer.advance(.milliseconds(100)) }
        peer.answer(try #require(peer.requests.first { $0.useCandidate && $0.id != nomination.id }))
        #expect(peer.agent.state == .completed, "a consent check that nominates is as good")
    }

    @Test func `The controlled agent takes a nomination on a valid pair at once`() {
        var peer = ScriptedPeer()
        peer.validate()
        #expect(peer.agent.state == .connected)
        peer.request(useCandidate: true)
        #expect(peer.agent.state == .completed)
        #expect(peer.requests.isEmpty, "no second check is needed")
    }

    @Test func `The controlled agent takes a nomination on an unchecked pair when its check is answered`() throws {
        var peer = ScriptedPeer()
        peer.request(useCandidate: true)
        #expect(peer.agent.state == .checking)
        peer.answer(try #require(peer.requests.first))
        #expect(peer.agent.state == .completed)
    }

    @Test func `USE-CANDIDATE means nothing to a controlling agent`() {
        var peer = ScriptedPeer(.controlling)
        peer.request(useCandidate: true, controlling: nil, controlled: 5)
        #expect(peer.agent.state == .checking)
        #expect(peer.agent.pairs.allSatisfy { !$0.isNominated })
    }

    /// RFC 5245 §8.1.1.2: an aggressive peer nominates every pair; the best valid one counts, and the choice only improves.
    @Test func `Of several nominated pairs the one of highest priority is selected`() {
        var peer = ScriptedPeer()
        for (port, priority) in [(1, 500), (2, 900), (3, 700)] as [(UInt16, UInt32)] {
            peer.agent.addRemoteCandidate(Self.remote(port, priority: priority), at: .zero)
        }
        var selections: [UInt16?] = []
        for port in 1...3 as ClosedRange<UInt16> {
            peer.validate(on: Self.path(port), useCandidate: true)
            selections.append(peer.agent.selectedPath?.remote.port)
        }
        #expect(selections == [1, 2, 2])
        #expect(peer.agent.counters.selectedPairChanges == 2)
        #expect(peer.agent.pairs.count(where: \.isNominated) == 3)
        #expect(peer.agent.pairs.count(where: \.isSelected) == 1)
    }

    @Test func `A nomination of lower priority is believed when the selected pair has been silent`() {
        var peer = ScriptedPeer()
        peer.agent.addRemoteCandidate(Self.remote(1, priority: 900), at: .zero)
        peer.agent.addRemoteCandidate(Self.remote(2, priority: 500), at: .zero)
        peer.validate(on: Self.path(1), useCandidate: true)
        peer.validate(on: Self.path(2), useCandidate: true)
        #expect(peer.agent.selectedPath == Self.path(1))
        peer.now = peer.now + .milliseconds(2500)
        peer.request(on: Self.path(2), useCandidate: true)
        #expect(peer.agent.selectedPath == Self.path(2))
    }

    @Test func `Before a nomination the best valid pair is sent on`() {
        var peer = ScriptedPeer()
        peer.agent.addRemoteCandidate(Self.remote(1, priority: 500), at: .zero)
        peer.agent.addRemoteCandidate(Self.remote(2, priority: 900), at: .zero)
        peer.validate(on: Self.path(1))
        #expect(peer.agent.selectedPath == Self.path(1))
        peer.validate(on: Self.path(2))
        #expect(peer.agent.selectedPath == Self.path(2))
        #expect(peer.agent.isValid(Self.path(1)), "what comes by the other is still received")
        #expect(peer.agent.selectedPair == nil)
    }

    @Test func `Once a pair is nominated, others are checked no more`() {
        var peer = ScriptedPeer()
        for port in 1...8 as ClosedRange<UInt16> {
            peer.agent.addRemoteCandidate(Self.remote(port, priority: 500 + UInt32(port)), at: .zero)
        }
        peer.advance(.milliseconds(120))
        #expect(peer.requests.count == 3)
        peer.validate(on: Self.path(1), useCandidate: true)
        peer.advance(.seconds(3))
        #expect(peer.requests.isEmpty)
        #expect(peer.agent.pairs.count { $0.failure == .superseded } == 3)
        #expect(peer.agent.pairs.count { $0.state == .waiting } == 4)
    }

    @Test func `A late answer on a pair that was given up for a nominated one changes nothing but that pair`() {
        var peer = ScriptedPeer()
        peer.agent.addRemoteCandidate(Self.remote(1, priority: 900), at: .zero)
        peer.advance(.zero)
        let check = peer.requests[0]
        peer.validate(on: Self.path(2), useCandidate: true)
        peer.answer(check)
        #expect(peer.pair(on: Self.path(1))?.state == .succeeded)
        #expect(peer.agent.selectedPath == Self.path(2))
    }

    @Test func `A lite peer is checked, nominated and kept`() throws {
        var peer = ScriptedPeer(.controlled, isLite: true)
        peer.agent.addRemoteCandidate(.host(ScriptedPeer.remote), at: .zero)
        peer.advance(.zero)
        peer.answer(try #require(peer.requests.first))
        peer.answer(try #require(peer.requests.first))
        #expect(peer.agent.state == .completed)
        for _ in 0..<20 {
            peer.advance(.seconds(1))
            for check in peer.requests { peer.answer(check) }
        }
        #expect(peer.agent.state == .completed)
    }
}
