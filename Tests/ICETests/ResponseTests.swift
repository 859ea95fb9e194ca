import ICE
import STUN
import Testing
import Wire

/// What an answer does, by what it proves (RFC 8445 §7.2.5; SECURITY A4).
@Suite struct ResponseTests {
    /// An agent whose check is on its way, and that check.
    static func waiting() -> (ScriptedPeer, ScriptedPeer.Sent)? {
        var peer = ScriptedPeer()
        peer.agent.addRemoteCandidate(.host(ScriptedPeer.remote), at: .zero)
        peer.advance(.zero)
        return peer.requests.first.map { (peer, $0) }
    }

    @Test func `A signed answer makes the pair valid`() throws {
        var (peer, check) = try #require(Self.waiting())
        peer.now = peer.now + .milliseconds(30)
        peer.answer(check)
        let pair = try #require(peer.pair())
        #expect(pair.state == .succeeded)
        #expect(pair.currentRoundTripTime == .milliseconds(30))
        #expect(pair.responsesReceived == 1)
        #expect(pair.local.kind == .host)
    }

    @Test func `One signed with another password is ignored, and the right one still counts`() throws {
        var (peer, check) = try #require(Self.waiting())
        peer.answer(check, password: peer.agent.localCredentials.password)
        #expect(peer.pair()?.state == .inProgress)
        #expect(peer.ignored(.wrongIntegrity) == 1)
        peer.answer(check)
        #expect(peer.pair()?.state == .succeeded)
    }

    @Test func `An unsigned one is ignored`() throws {
        var (peer, check) = try #require(Self.waiting())
        peer.answer(check, isSigned: false)
        #expect(peer.pair()?.state == .inProgress)
        #expect(peer.ignored(.noIntegrity) == 1)
    }

    @Test func `One to no request of ours is ignored, and so is a second one`() throws {
        var (peer, check) = try #require(Self.waiting())
        peer.answer(check)
        peer.answer(check)
        #expect(peer.ignored(.unknownTransaction) == 1)
        #expect(peer.pair()?.responsesReceived == 1)
    }

    @Test func `One from another address fails the pair`() throws {
        var (peer, check) = try #require(Self.waiting())
        peer.answer(check, from: Path(local: ScriptedPeer.local, remote: TransportAddress(ScriptedPeer.remote.ip, 6001)))
        #expect(peer.pair()?.state == .failed)
        #expect(peer.pair()?.failure == .asymmetric)
    }

    @Test func `One without the mapped address is incomplete`() throws {
        var (peer, check) = try #require(Self.waiting())
        peer.answer(check, mapped: nil)
        #expect(peer.pair()?.state == .inProgress)
        #expect(peer.ignored(.incomplete) == 1)
    }

    @Test func `A mapped address that is new is a candidate of ours with the base of the check`() throws {
        var (peer, check) = try #require(Self.waiting())
        let outside = TransportAddress(IPAddress(20, 1, 1, 1), 777)
        peer.answer(check, mapped: outside)
        let pair = try #require(peer.pair())
        #expect(pair.local.kind == .peerReflexive)
        #expect(pair.local.address == outside)
        #expect(pair.local.base == ScriptedPeer.local)
        #expect(pair.path == ScriptedPeer.path)
        #expect(peer.agent.localCandidates.count == 2)
    }

    @Test func `A mapped address that is another candidate of the base is that candidate`() throws {
        let outside = TransportAddress(IPAddress(20, 1, 1, 1), 777)
        var peer = ScriptedPeer(candidates: [.host(ScriptedPeer.local), .serverReflexive(outside, base: ScriptedPeer.local, server: nil)])
        peer.agent.addRemoteCandidate(.host(ScriptedPeer.remote), at: .zero)
        peer.advance(.zero)
        #expect(peer.agent.pairs.count == 1)
        let check = try #require(peer.requests.first)
        peer.answer(check, mapped: outside)
        #expect(peer.pair()?.local.kind == .serverReflexive)
        #expect(peer.agent.localCandidates.count == 2)
    }

    @Test(arguments: [ErrorCode.badRequest, .unauthenticated, .unknownAttribute, .serverError])
    func `A signed refusal fails the pair and is shown`(code: ErrorCode) throws {
        var (peer, check) = try #require(Self.waiting())
        peer.answer(check, error: code)
        let pair = try #require(peer.pair())
        #expect(pair.state == .failed)
        #expect(pair.failure == .refused(code: code.rawValue))
        #expect(pair.lastError?.code == code.rawValue)
        #expect(pair.lastError?.reason == "\(code.reason)")
        #expect(pair.lastError?.isAuthenticated == true)
        #expect(peer.agent.state == .checking)
    }

    @Test func `An unsigned refusal is shown and changes nothing`() throws {
        var (peer, check) = try #require(Self.waiting())
        peer.answer(check, error: .unauthenticated, isSigned: false)
        let pair = try #require(peer.pair())
        #expect(pair.state == .inProgress)
        #expect(pair.lastError?.code == 401)
        #expect(pair.lastError?.isAuthenticated == false)
        peer.advance(.seconds(1))
        #expect(peer.requests.count == 1, "it is still retransmitted")
    }

    @Test func `An answer that comes after the peer's own check cancelled the request counts`() throws {
        var (peer, check) = try #require(Self.waiting())
        peer.now = peer.now + .milliseconds(100)
        peer.request()
        #expect(peer.requests.count == 1)
        #expect(peer.requests.first?.id != check.id)
        peer.answer(check)
        #expect(peer.pair()?.state == .succeeded)
    }

    @Test func `A round trip with a retransmission is not measured`() throws {
        var (peer, check) = try #require(Self.waiting())
        peer.advance(.milliseconds(600))
        #expect(peer.requests.map(\.id) == [check.id])
        #expect(peer.requests.first?.bytes == check.bytes, "a retransmission is the same bytes")
        peer.answer(check)
        #expect(peer.pair()?.currentRoundTripTime == nil)
        #expect(peer.pair()?.state == .succeeded)
        #expect(peer.pair()?.retransmissionsSent == 1)
        #expect(peer.pair()?.requestsSent == 1)
    }

    /// RFC 8489 §6.2.1: 0, 500, 1500, 3500, 7500, 15500 and 31500 ms; given up at 39,500 ms.
    @Test func `A check is sent seven times and given up after 39.5 seconds`() throws {
        var peer = ScriptedPeer()
        peer.agent.addRemoteCandidate(.host(ScriptedPeer.remote), at: .zero)
        var sendings: [Int64] = []
        for _ in 0..<395 {
            peer.advance(.milliseconds(100))
            sendings += peer.requests.map { _ in peer.now.nanoseconds / 1_000_000 }
            if peer.now < .zero + .milliseconds(39_500) { #expect(peer.pair()?.state == .inProgress) }
        }
        // Seen at the end of the step of 100 ms they fall into.
        #expect(sendings == [100, 500, 1500, 3500, 7500, 15_500, 31_500])
        #expect(peer.pair()?.state == .failed)
        #expect(peer.pair()?.failure == .timedOut)
    }
}
