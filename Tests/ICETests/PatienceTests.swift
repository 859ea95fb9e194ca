import ICE
import STUN
import Testing
import Wire

/// No failure before its time (RFC 8863), and a failure then.
@Suite struct PatienceTests {
    static let patience = Duration.milliseconds(39_500)

    /// When the agent fails, to a tenth of a second.
    static func failure(of peer: inout ScriptedPeer, within limit: Duration = .seconds(120)) -> Duration? {
        let end = peer.now + limit
        while peer.now < end {
            peer.advance(.milliseconds(100))
            if peer.agent.state == .failed { return peer.now - .zero }
        }
        return nil
    }

    @Test func `Without any candidate the agent waits, then fails for want of pairs`() {
        var peer = ScriptedPeer()
        peer.agent.setRemoteEndOfCandidates(at: .zero)
        #expect(Self.failure(of: &peer) == .milliseconds(39_500))
        let causes = peer.facts.compactMap { fact -> StateCause? in
            if case .stateChanged(_, .failed, let cause) = fact { cause } else { nil }
        }
        #expect(causes == [.noPairs])
        #expect(peer.facts.contains { if case .patienceExpired = $0 { true } else { false } })
        #expect(peer.agent.nextDeadline == nil)
    }

    @Test func `A pair that nobody answers fails with patience, not before`() {
        var peer = ScriptedPeer()
        peer.agent.addRemoteCandidate(.host(ScriptedPeer.remote), at: .zero)
        #expect(Self.failure(of: &peer) == .milliseconds(39_500))
        #expect(peer.pair()?.failure == .timedOut)
    }

    @Test func `Pairs that fail early do not fail the agent, and a late check saves it`() throws {
        var peer = ScriptedPeer()
        peer.agent.addRemoteCandidate(.host(ScriptedPeer.remote), at: .zero)
        peer.agent.setRemoteEndOfCandidates(at: .zero)
        peer.advance(.zero)
        peer.answer(try #require(peer.requests.first), error: .badRequest)
        #expect(peer.pair()?.state == .failed)
        #expect(peer.agent.state == .checking)
        peer.advance(.seconds(38))
        #expect(peer.agent.state == .checking)
        peer.validate(useCandidate: true)
        #expect(peer.agent.state == .completed)
        #expect(peer.pair()?.failure == nil)
    }

    @Test func `A candidate that comes late is tried to its end, though patience runs out meanwhile`() {
        var peer = ScriptedPeer()
        peer.advance(.seconds(30))
        peer.agent.addRemoteCandidate(.host(ScriptedPeer.remote), at: peer.now)
        #expect(Self.failure(of: &peer) == .milliseconds(69_500))
    }

    @Test func `The first check starts no patience; the description does`() {
        var peer = ScriptedPeer(knowsPeer: false)
        peer.advance(.seconds(100))
        #expect(peer.agent.state == .new)
        peer.agent.setRemote(credentials: peer.credentials, isLite: false, at: peer.now)
        #expect(Self.failure(of: &peer) == .seconds(100) + Self.patience)
    }

    @Test func `A failed agent answers nobody new and sends nothing`() {
        var peer = ScriptedPeer()
        peer.advance(.seconds(40))
        #expect(peer.agent.state == .failed)
        peer.request()
        #expect(peer.sent.isEmpty)
        #expect(peer.rejections(.agentFailed) == 1)
        #expect(peer.agent.addRemoteCandidate(.host(ScriptedPeer.remote), at: peer.now) == .refused(.agentEnded))
        peer.advance(.seconds(60))
        #expect(peer.sent.isEmpty)
    }

    @Test func `A hundred dead pairs end as well`() {
        var peer = ScriptedPeer(candidates: LimitTests.manyLocals)
        for number in 0..<40 { peer.agent.addRemoteCandidate(LimitTests.remote(number), at: .zero) }
        let end = Self.failure(of: &peer, within: .seconds(200))
        #expect(end != nil)
        if let end { #expect(end >= Self.patience && end < .seconds(100)) }
    }
}
