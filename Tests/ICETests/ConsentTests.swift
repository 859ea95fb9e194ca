import ICE
import STUN
import Simulator
import Testing
import Wire

/// Consent to send: asked for, kept, lost, taken back (RFC 7675; SECURITY A14).
@Suite struct ConsentTests {
    /// A session that is up at time zero, the peer answering or not from then on.
    static func session(_ role: Role = .controlled) -> ScriptedPeer {
        var peer = ScriptedPeer(role)
        if role == .controlled {
            peer.validate(useCandidate: true)
        } else {
            peer.agent.addRemoteCandidate(.host(ScriptedPeer.remote), at: .zero)
            peer.advance(.zero)
            for _ in 0..<2 { peer.requests.forEach { peer.answer($0) } }
        }
        return peer
    }

    /// The instants in milliseconds at which the agent asks, answered or not.
    static func asks(of peer: inout ScriptedPeer, for duration: Duration, answering: Bool) -> [Int64] {
        let end = peer.now + duration
        var instants: [Int64] = []
        while peer.now < end {
            peer.advance(.milliseconds(10))
            for check in peer.requests {
                instants.append(peer.now.nanoseconds / 1_000_000)
                if answering { peer.answer(check) }
            }
        }
        return instants
    }

    @Test(arguments: [Role.controlled, .controlling])
    func `It is asked for every four to six seconds, never evenly`(role: Role) {
        var peer = Self.session(role)
        let asks = Self.asks(of: &peer, for: .seconds(300), answering: true)
        let gaps = zip(asks, asks.dropFirst()).map { $1 - $0 }
        #expect(gaps.allSatisfy { (3990...6010).contains($0) })
        #expect(Set(gaps).count > gaps.count / 2)
        #expect((50...75).contains(asks.count))
        #expect(peer.pair()?.consentRequestsSent == UInt64(asks.count))
        #expect(peer.agent.state == .completed)
    }

    @Test func `An idle agent awaits nothing but its next ask`() {
        var peer = Self.session()
        peer.advance(.seconds(60))
        peer = Self.session()
        _ = Self.asks(of: &peer, for: .seconds(60), answering: true)
        var wakeups = 0
        let end = peer.now + .seconds(600)
        while let deadline = peer.agent.nextDeadline, deadline < end {
            wakeups += 1
            peer.advance(deadline - peer.now)
            for check in peer.requests { peer.answer(check) }
        }
        #expect((100...151).contains(wakeups))
    }

    @Test func `Asks are not retransmitted, and each is a transaction of its own`() {
        var peer = Self.session()
        var ids: [TransactionID] = []
        while peer.agent.state == .completed {
            peer.advance(.milliseconds(100))
            if peer.agent.state == .completed { ids += peer.requests.map(\.id) }
        }
        #expect((1...2).contains(ids.count))
        #expect(Set(ids).count == ids.count)
        peer.advance(.seconds(15))
        #expect((4...6).contains(peer.pair()?.consentRequestsSent ?? 0))
    }

    @Test func `A silent pair is checked with retransmissions too, as in the beginning`() throws {
        var peer = Self.session()
        while peer.agent.state == .completed { peer.advance(.milliseconds(100)) }
        let before = peer.pair()?.retransmissionsSent
        peer.advance(.seconds(2))
        #expect(peer.pair()?.retransmissionsSent == (before ?? 0) + 2)
        // Its answer counts, and ends the retransmissions.
        peer.answer(try #require(peer.requests.first))
        #expect(peer.agent.state == .completed)
        peer.advance(.seconds(3))
        #expect(peer.pair()?.retransmissionsSent == (before ?? 0) + 2)
    }

    @Test func `Silence is disconnected within twelve seconds, and the end at thirty`() throws {
        var peer = Self.session()
        let last = try #require(peer.pair()?.lastResponseReceived)
        peer.advance(.milliseconds(8900))
        #expect(peer.agent.state == .completed)
        peer.advance(.milliseconds(2200))
        #expect(peer.agent.state == .disconnected)
        #expect(peer.agent.selectedPath != nil, "consent has not expired")
        peer.advance(last + .milliseconds(29_999) - peer.now)
        #expect(peer.agent.state == .disconnected)
        peer.advance(.milliseconds(1))
        #expect(peer.agent.state == .failed)
        #expect(peer.agent.selectedPath == nil)
        #expect(peer.pair()?.failure == .consentExpired)
        #expect(peer.agent.nextDeadline == nil)
        let lost = peer.facts.contains { if case .consentLost(_, last) = $0 { true } else { false } }
        #expect(lost)
        peer.advance(.seconds(100))
        #expect(peer.sent.isEmpty)
    }

    @Test func `An answer after a silence connects again`() throws {
        var peer = Self.session()
        var unanswered: [ScriptedPeer.Sent] = []
        while peer.agent.state == .completed {
            peer.advance(.milliseconds(100))
            unanswered += peer.requests
        }
        #expect(peer.agent.state == .disconnected)
        peer.answer(try #require(unanswered.last))
        #expect(peer.agent.state == .completed)
        #expect(peer.facts.contains { if case .consentRegained = $0 { true } else { false } })
    }

    @Test func `One lost answer among traffic is no disconnection`() {
        var peer = Self.session()
        var missed = false
        for _ in 0..<600 {
            peer.advance(.milliseconds(100))
            peer.agent.noteReceived(bytes: 10, on: ScriptedPeer.path, at: peer.now)
            for check in peer.requests {
                // Every second answer is lost.
                if missed { peer.answer(check) }
                missed.toggle()
            }
        }
        #expect(!peer.facts.contains { if case .stateChanged(_, .disconnected, _) = $0 { true } else { false } })
    }

    @Test func `What comes in proves no consent: a path that works one way only is given up`() {
        var peer = Self.session()
        for _ in 0..<300 {
            peer.advance(.milliseconds(100))
            peer.agent.noteReceived(bytes: 1000, on: ScriptedPeer.path, at: peer.now)
            if peer.now.nanoseconds % 2_000_000_000 == 0 { peer.request() }
        }
        #expect(peer.agent.state == .failed)
        // RFC 7675 §5.1: nor do these credentials give consent again.
        peer.request(useCandidate: true)
        #expect(peer.requests.isEmpty)
        #expect(peer.agent.state == .failed)
    }

    @Test func `Only an authenticated answer keeps consent`() {
        var peer = Self.session()
        while peer.now < .zero + .seconds(31) {
            peer.advance(.milliseconds(10))
            for check in peer.requests {
                peer.answer(check, password: "a guess")
                peer.answer(check, isSigned: false)
                peer.answer(check, error: .unauthenticated)
            }
        }
        #expect(peer.agent.state == .failed)
    }

    @Test func `Revoked, the agent is closed: no answer, no ask, no packet`() {
        var peer = Self.session()
        peer.agent.revokeConsent(at: peer.now)
        #expect(peer.agent.state == .closed)
        #expect(peer.agent.selectedPath == nil)
        #expect(!peer.agent.isValid(ScriptedPeer.path))
        #expect(peer.agent.nextDeadline == nil)
        peer.request(useCandidate: true)
        #expect(peer.sent.isEmpty)
        peer.advance(.seconds(100))
        #expect(peer.sent.isEmpty)
        #expect(peer.facts.contains { if case .consentRevoked = $0 { true } else { false } })
        #expect(peer.agent.pairs.count == 1, "what was learned stays to be read")
        peer.agent.revokeConsent(at: peer.now)
        peer.agent.setRemote(credentials: Credentials(ufrag: "x", password: "y"), isLite: false, at: peer.now)
        #expect(peer.agent.state == .closed)
    }

    // MARK: Across a network

    @Test(arguments: [true, false])
    func `When one way breaks, the side whose asks are lost stops sending within thirty seconds`(forward: Bool) throws {
        var journey = ConnectionTests.pair()
        journey.introduce()
        journey.expectConnection()
        let broken = journey.now
        journey.network.block(from: forward ? "10.0.0.1" : "10.0.0.2", to: forward ? "10.0.0.2" : "10.0.0.1", start: broken)
        journey.run(for: .seconds(40))
        // No answer passes in either direction: asks one way, answers the other.
        for party in journey.parties {
            let failed = try #require(party.firstTime(in: .failed))
            #expect(failed - broken <= .seconds(30))
            #expect(failed - broken >= .seconds(24))
            #expect(party.states.contains(.disconnected))
        }
        let sent = journey.network.counters.sent
        journey.run(for: .seconds(60))
        #expect(journey.network.counters.sent == sent)
    }

    @Test(arguments: 0..<10 as Range<UInt64>)
    func `A break of fifteen seconds passes`(seed: UInt64) {
        var journey = ConnectionTests.pair(seed: seed)
        journey.introduce()
        journey.expectConnection()
        journey.network.partition("10.0.0.1", "10.0.0.2", start: journey.now, end: journey.now + .seconds(15))
        journey.run(for: .seconds(120))
        for party in journey.parties {
            #expect(party.agent.state == .completed)
            #expect(party.states.contains(.disconnected))
            #expect(!party.states.contains(.failed))
        }
    }

    @Test func `An hour at rest costs a datagram a second or so, and stays up`() {
        var journey = ConnectionTests.pair()
        journey.introduce()
        journey.expectConnection()
        let sent = journey.network.counters.sent
        journey.run(for: .seconds(3600))
        // Each side asks every five seconds and answers the other.
        #expect((2700...3100).contains(journey.network.counters.sent - sent))
        for party in journey.parties { #expect(party.states == [.checking, .connected, .completed]) }
    }

    @Test func `A peer that revokes is noticed`() throws {
        var journey = ConnectionTests.pair()
        journey.introduce()
        journey.expectConnection()
        journey.parties[1].agent.revokeConsent(at: journey.now)
        let start = journey.now
        journey.run(for: .seconds(35))
        let failed = try #require(journey.parties[0].firstTime(in: .failed))
        #expect(failed - start <= .seconds(30))
        #expect(journey.parties[1].agent.state == .closed)
    }
}
