import ICE
import STUN
import Testing
import Wire

/// Role conflicts: every role against every claim (RFC 8445 §7.3.1.1 and §7.2.5.1).
@Suite struct RoleTests {
    enum Outcome { case stays, switches, refuses }

    @Test(
        arguments: [
            (Role.controlling, nil, 5 as UInt64?, Outcome.stays), (.controlling, 999, nil, .refuses), (.controlling, 1000, nil, .refuses),
            (.controlling, 1001, nil, .switches), (.controlled, 5, nil, .stays), (.controlled, nil, 999, .switches),
            (.controlled, nil, 1000, .switches), (.controlled, nil, 1001, .refuses), (.controlling, nil, nil, .stays),
            (.controlled, nil, nil, .stays),
        ] as [(Role, UInt64?, UInt64?, Outcome)])
    func `A request that claims a role`(role: Role, controlling: UInt64?, controlled: UInt64?, outcome: Outcome) {
        var peer = ScriptedPeer(role, tieBreaker: 1000)
        peer.request(controlling: controlling, controlled: controlled)
        switch outcome {
        case .refuses:
            #expect(peer.sent.map(\.error) == [.roleConflict])
            #expect(peer.agent.role == role)
            #expect(peer.agent.pairs.isEmpty)
        case .stays, .switches:
            #expect(peer.responses.map(\.type) == [.bindingSuccess])
            #expect((peer.agent.role == role) == (outcome == .stays))
            let says = peer.requests.first
            #expect((says?.controlling != nil) == (peer.agent.role == .controlling))
        }
    }

    @Test(arguments: [Role.controlling, .controlled])
    func `A 487 switches the role, draws a new tie-breaker and checks again at once`(role: Role) throws {
        var peer = ScriptedPeer(role, tieBreaker: 1000)
        peer.agent.addRemoteCandidate(.host(ScriptedPeer.remote), at: .zero)
        peer.advance(.zero)
        let check = try #require(peer.requests.first)
        #expect((role == .controlling ? check.controlling : check.controlled) == 1000)
        peer.answer(check, error: .roleConflict)
        #expect(peer.agent.role != role)
        let again = try #require(peer.requests.first)
        let tieBreaker = role == .controlling ? again.controlled : again.controlling
        #expect(tieBreaker != nil && tieBreaker != 1000)
        #expect(peer.pair()?.lastError?.code == 487)
        let told = peer.facts.contains { if case .roleChanged(_, _, .refusedWith487) = $0 { true } else { false } }
        #expect(told)
    }

    @Test func `A peer that refuses every role does not keep us turning`() {
        var peer = ScriptedPeer(.controlling)
        peer.agent.addRemoteCandidate(.host(ScriptedPeer.remote), at: .zero)
        peer.advance(.zero)
        var turns = 0
        while let check = peer.requests.first, turns < 100 {
            turns += 1
            peer.answer(check, error: .roleConflict)
        }
        #expect(turns <= 5)
        #expect(peer.agent.counters.roleChanges <= 4)
        #expect(peer.pair()?.failure == .refused(code: 487))
    }

    @Test func `A peer that claims every role does not keep us turning`() {
        var peer = ScriptedPeer(.controlling)
        for _ in 0..<100 {
            peer.now = peer.now + .milliseconds(100)
            if peer.agent.role == .controlling {
                peer.request(controlling: .max)
            } else {
                peer.request(controlling: nil, controlled: 0)
            }
        }
        #expect(peer.agent.counters.roleChanges == 4)
    }

    @Test func `Pair priorities follow the role`() throws {
        var peer = ScriptedPeer(.controlled, tieBreaker: 1000)
        var remote = Candidate.host(ScriptedPeer.remote)
        remote.priority = 100
        peer.agent.addRemoteCandidate(remote, at: .zero)
        let local: UInt64 = 2_130_706_431
        // RFC 8445 §6.1.2.3: G is the controlling agent's; here theirs, the smaller.
        #expect(peer.agent.pairs.first?.priority == 100 << 32 + 2 * local)
        peer.request(controlling: nil, controlled: 1)
        #expect(peer.agent.role == .controlling)
        #expect(peer.agent.pairs.first?.priority == 100 << 32 + 2 * local + 1)
    }

    @Test func `We control a lite agent`() {
        let peer = ScriptedPeer(.controlled, isLite: true)
        #expect(peer.agent.role == .controlling)
        let told = peer.facts.contains { if case .roleChanged(.controlled, .controlling, .peerIsLite) = $0 { true } else { false } }
        #expect(told)
    }
}
