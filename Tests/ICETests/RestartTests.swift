import ICE
import STUN
import Simulator
import Testing
import Wire

/// New credentials in the midst of things (RFC 8445 §9; RFC 9725 §4.3.3).
@Suite struct RestartTests {
    static let local = Credentials(ufrag: "newlocal", password: "our second password, long")
    static let remote = Credentials(ufrag: "newpeer", password: "the peer's second password")

    @Test func `The old credentials die at once, and data goes on over the old pair`() throws {
        var peer = ConsentTests.session()
        let oldUsername = peer.username
        let oldPassword = peer.agent.localCredentials.password
        peer.agent.restart(local: Self.local, remote: Self.remote, at: peer.now)
        #expect(peer.agent.state == .checking)
        #expect(peer.agent.generation == 1)
        #expect(peer.agent.selectedPath == ScriptedPeer.path)
        #expect(peer.agent.isValid(ScriptedPeer.path))
        #expect(peer.agent.selectedPair?.path == ScriptedPeer.path)
        peer.request(username: oldUsername, password: oldPassword)
        #expect(peer.sent.isEmpty)
        #expect(peer.rejections(.staleUsername) == 1)
        peer.request(username: "newlocal:peer", password: Self.local.password)
        #expect(peer.sent.isEmpty)
        #expect(peer.rejections(.unknownUsername) == 1)
    }

    @Test func `The first nominated pair of the new generation takes over`() throws {
        var peer = ConsentTests.session()
        let old = try #require(peer.pair())
        peer.agent.restart(local: Self.local, remote: Self.remote, at: peer.now)
        let path = NominationTests.path(7000)
        peer.request(on: path, username: "newlocal:newpeer", password: Self.local.password, useCandidate: true)
        let check = try #require(peer.requests.first)
        #expect(check.username == "newpeer:newlocal")
        peer.answer(check, password: Self.remote.password)
        #expect(peer.agent.state == .completed)
        #expect(peer.agent.selectedPath == path)
        #expect(!peer.agent.isValid(ScriptedPeer.path))
        let kept = try #require(peer.agent.pairs.first { $0.id == old.id })
        #expect(kept.generation == 0)
        #expect(kept.requestsReceived == old.requestsReceived, "it stays to be shown")
        let selected = peer.facts.last { if case .selected = $0 { true } else { false } }
        if case .selected(_, let previous) = selected { #expect(previous == old.id) }
    }

    @Test func `The same path serves the new generation too`() throws {
        var peer = ConsentTests.session()
        peer.agent.restart(local: Self.local, remote: Self.remote, at: peer.now)
        peer.request(username: "newlocal:newpeer", password: Self.local.password, useCandidate: true)
        peer.answer(try #require(peer.requests.first), password: Self.remote.password)
        #expect(peer.agent.state == .completed)
        #expect(peer.agent.isValid(ScriptedPeer.path))
        #expect(peer.agent.pairs.map(\.generation).sorted() == [0, 1])
    }

    @Test func `The old pair is sent on no longer than its consent lasts`() {
        var peer = ConsentTests.session()
        peer.agent.restart(local: Self.local, remote: Self.remote, at: peer.now)
        peer.advance(.milliseconds(29_900))
        #expect(peer.agent.selectedPath == ScriptedPeer.path)
        #expect(peer.sent.isEmpty, "no ask goes out under dead credentials")
        peer.advance(.milliseconds(200))
        #expect(peer.agent.selectedPath == nil)
        #expect(peer.agent.state == .checking)
        #expect(peer.facts.contains { if case .consentLost = $0 { true } else { false } })
        peer.advance(.seconds(10))
        #expect(peer.agent.state == .failed)
    }

    @Test func `Remote candidates are replaced, the end of candidates is forgotten`() {
        var peer = ScriptedPeer()
        peer.agent.addRemoteCandidate(.host(ScriptedPeer.remote), at: .zero)
        peer.agent.setRemoteEndOfCandidates(at: .zero)
        peer.agent.restart(local: Self.local, remote: Self.remote, at: .zero)
        #expect(peer.agent.addRemoteCandidate(.host(ScriptedPeer.remote), at: .zero) == .paired(1))
        #expect(peer.agent.remoteCandidates.map(\.generation) == [0, 1])
    }

    @Test func `A restart revives a failed agent, but not a closed one`() {
        var peer = ScriptedPeer()
        peer.advance(.seconds(40))
        #expect(peer.agent.state == .failed)
        peer.agent.restart(local: Self.local, remote: Self.remote, at: peer.now)
        #expect(peer.agent.state == .checking)
        peer.agent.revokeConsent(at: peer.now)
        peer.agent.restart(local: Self.local, remote: Self.remote, at: peer.now)
        #expect(peer.agent.state == .closed)
    }

    @Test func `An answer to a check of before the restart is nobody's`() throws {
        var peer = ScriptedPeer()
        peer.agent.addRemoteCandidate(.host(ScriptedPeer.remote), at: .zero)
        peer.advance(.zero)
        let check = try #require(peer.requests.first)
        peer.agent.restart(local: Self.local, remote: Self.remote, at: .zero)
        peer.answer(check)
        #expect(peer.ignored(.unknownTransaction) == 1)
        #expect(peer.agent.pairs.allSatisfy { $0.state == .failed && $0.failure == .restarted })
    }

    @Test func `Restart after restart keeps what is shown bounded, and the first pair alive`() {
        var peer = ConsentTests.session()
        for number in 0..<300 {
            peer.agent.restart(
                local: Credentials(ufrag: "l\(number)", password: "p"), remote: Credentials(ufrag: "r\(number)", password: "p"),
                at: peer.now)
            for port in 1...5 as ClosedRange<UInt16> {
                peer.agent.addRemoteCandidate(.host(TransportAddress(ScriptedPeer.remote.ip, port)), at: peer.now)
            }
        }
        #expect(peer.agent.pairs.count <= 2 * Limits.candidatePairs + 1)
        #expect(peer.agent.remoteCandidates.count <= 2 * Limits.remoteCandidates)
        #expect(peer.agent.selectedPath == ScriptedPeer.path)
    }

    /// Restarts both ends at once, with data under way, over a network that loses and delays.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func `In mid-flight, no datagram is refused for want of a path`(seed: UInt64) {
        var journey = ConnectionTests.pair(seed: seed, link: Link(delay: .milliseconds(20), jitter: .milliseconds(15), loss: 0.1))
        journey.introduce()
        journey.expectConnection()
        var random = RandomSource.seeded(seed &+ 99)
        for round in 0..<3 {
            let fresh = [Credentials.random(&random), .random(&random)]
            // The restart reaches the two ends at different times, as an HTTP exchange does.
            for (here, wait) in [(1, Duration.milliseconds(0)), (0, .milliseconds(35))] {
                journey.run(for: wait)
                journey.parties[here].agent.restart(local: fresh[here], remote: fresh[1 - here], at: journey.now)
                for candidate in journey.parties[1 - here].agent.localCandidates where candidate.kind == .host {
                    journey.parties[here].agent.addRemoteCandidate(candidate, at: journey.now)
                }
                for index in 0..<2 {
                    let wasSent = journey.sendData(from: index)
                    #expect(wasSent, "round \(round)")
                }
            }
            journey.expectConnection()
            for index in 0..<2 {
                #expect(journey.parties[index].agent.generation == round + 1)
                #expect(journey.parties[index].received.allSatisfy { journey.parties[index].sockets.contains($0.path.local) })
            }
        }
    }
}
