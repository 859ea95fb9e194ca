import ICE
import Testing
import Wire

/// What becomes of remote candidates (RFC 8838; RFC 8445 §6.1.2), in whatever order they come.
@Suite struct TrickleTests {
    static func host(_ text: String) -> Candidate {
        .host(TransportAddress(text) ?? ScriptedPeer.remote)
    }

    @Test(arguments: [
        (Self.host("10.0.0.2:6000"), Disposition.paired(1)),
        (Self.host("[2600::2]:6000"), .setAside(.noLocalCounterpart)),
        (Self.host("10.0.0.2:0"), .refused(.portZero)),
        (Self.host("127.0.0.1:6000"), .refused(.loopback)),
        (Self.host("224.0.0.1:6000"), .refused(.multicast)),
        (.named("c0ffee.local", port: 6000, priority: 1, foundation: "1"), .setAside(.mdnsName)),
        (.named("C0FFEE.LOCAL", port: 6000, priority: 1, foundation: "1"), .setAside(.mdnsName)),
        (.named("turn.example", port: 6000, priority: 1, foundation: "1"), .setAside(.hostname)),
        (Candidate(kind: .host, address: ScriptedPeer.remote, priority: 1, foundation: "1", component: 2), .setAside(.otherComponent)),
        (
            Candidate(kind: .host, address: ScriptedPeer.remote, priority: 1, foundation: "1", transport: .tcp, tcpType: .passive),
            .setAside(.unsupportedTransport)
        ),
        (
            Candidate(
                kind: .host, address: TransportAddress(ScriptedPeer.remote.ip, 9), priority: 1, foundation: "1", transport: .tcp,
                tcpType: .active),
            .setAside(.unsupportedTransport)
        ),
    ])
    func `A candidate is paired, set aside or refused, and shown with the reason`(candidate: Candidate, expected: Disposition) throws {
        var peer = ScriptedPeer()
        #expect(peer.agent.addRemoteCandidate(candidate, at: .zero) == expected)
        let shown = try #require(peer.agent.remoteCandidates.first)
        #expect(shown.disposition == expected)
        #expect(shown.candidate.hostname == candidate.hostname)
        // Once more is no news.
        #expect(peer.agent.addRemoteCandidate(candidate, at: .zero) == .redundant)
        #expect(peer.agent.remoteCandidates.count == 1)
        if expected != .paired(1) {
            peer.advance(.seconds(5))
            #expect(peer.sent.isEmpty)
        }
    }

    @Test func `Candidates before the description are paired, and checked once it is there`() {
        var peer = ScriptedPeer(knowsPeer: false)
        #expect(peer.agent.addRemoteCandidate(.host(ScriptedPeer.remote), at: .zero) == .paired(1))
        #expect(peer.agent.nextDeadline == nil)
        peer.agent.setRemote(credentials: peer.credentials, isLite: false, at: .zero)
        peer.advance(.zero)
        #expect(peer.requests.count == 1)
    }

    @Test func `A candidate that was learned before it was signalled takes its name and priority`() throws {
        var peer = ScriptedPeer()
        peer.request(priority: 5)
        let learned = try #require(peer.pair())
        let candidate = Candidate.host(ScriptedPeer.remote)
        #expect(peer.agent.addRemoteCandidate(candidate, at: .zero) == .redundant)
        let pair = try #require(peer.pair())
        #expect(pair.id == learned.id)
        #expect(pair.remote.kind == .host)
        #expect(pair.remote.priority == candidate.priority)
        #expect(pair.priority > learned.priority)
        #expect(pair.remote.id == learned.remote.id)
        #expect(peer.agent.remoteCandidates.count == 1)
    }

    @Test func `After end-of-candidates more are refused, yet checks still teach addresses`() {
        var peer = ScriptedPeer()
        peer.agent.setRemoteEndOfCandidates(at: .zero)
        #expect(peer.agent.addRemoteCandidate(.host(ScriptedPeer.remote), at: .zero) == .refused(.afterEndOfCandidates))
        peer.request()
        #expect(peer.agent.pairs.count == 1)
    }

    @Test func `After a nomination a candidate is set aside`() {
        var peer = ScriptedPeer()
        peer.validate(useCandidate: true)
        #expect(peer.agent.addRemoteCandidate(Self.host("10.0.0.7:7"), at: peer.now) == .setAside(.afterNomination))
        peer.advance(.seconds(2))
        #expect(peer.requests.isEmpty)
    }

    @Test func `An IPv4-mapped address is the IPv4 address`() throws {
        var peer = ScriptedPeer(candidates: [.host(TransportAddress(IPAddress(20, 0, 0, 1), 5000))])
        #expect(peer.agent.addRemoteCandidate(Self.host("[::ffff:20.0.0.9]:1"), at: .zero) == .paired(1))
        #expect(peer.agent.addRemoteCandidate(Self.host("20.0.0.9:1"), at: .zero) == .redundant)
    }

    @Test func `A reflexive candidate of ours makes no second pair with its base`() {
        let outside = TransportAddress(IPAddress(20, 0, 0, 1), 9)
        var peer = ScriptedPeer(candidates: [.serverReflexive(outside, base: ScriptedPeer.local, server: nil), .host(ScriptedPeer.local)])
        #expect(peer.agent.addRemoteCandidate(.host(ScriptedPeer.remote), at: .zero) == .paired(1))
        // The one of higher priority, whatever the order.
        #expect(peer.agent.pairs.first?.local.kind == .host)
    }

    @Test func `An advertised address is paired by its base`() {
        let told = TransportAddress(IPAddress(20, 0, 0, 1), 5000)
        var peer = ScriptedPeer(candidates: [.host(told, base: ScriptedPeer.local)])
        peer.agent.addRemoteCandidate(.host(ScriptedPeer.remote), at: .zero)
        #expect(peer.agent.pairs.first?.path == ScriptedPeer.path)
        #expect(peer.agent.pairs.first?.local.address == told)
    }

    @Test func `Loopback is paired with loopback, link-local with link-local of the same zone`() throws {
        let linkLocal = try #require(IPAddress("fe80::1")).withZone(3)
        var peer = ScriptedPeer(candidates: [
            .host(TransportAddress(IPAddress(127, 0, 0, 1), 1)), .host(TransportAddress(linkLocal, 1)), .host(ScriptedPeer.local),
        ])
        #expect(peer.agent.addRemoteCandidate(Self.host("127.0.0.1:2"), at: .zero) == .paired(1))
        #expect(peer.agent.addRemoteCandidate(Self.host("10.0.0.2:2"), at: .zero) == .paired(1))
        #expect(peer.agent.addRemoteCandidate(Self.host("[fe80::2]:2"), at: .zero) == .paired(1))
        #expect(peer.agent.addRemoteCandidate(Self.host("[2600::2]:2"), at: .zero) == .setAside(.noLocalCounterpart))
        let pair = try #require(peer.agent.pairs.first { $0.path.local.ip == linkLocal })
        #expect(pair.path.remote.ip.zone == 3)
        // A check from there finds the pair.
        peer.request(on: pair.path)
        #expect(peer.agent.pairs.count == 3)
    }

    @Test func `A TCP candidate of ours waits to be connected to, and serves who does`() {
        let here = Candidate.host(ScriptedPeer.local, transport: .tcp)
        var passive = here
        passive.tcpType = .passive
        var peer = ScriptedPeer(candidates: [passive])
        let remote = Candidate(
            kind: .host, address: ScriptedPeer.remote, priority: 1, foundation: "1", transport: .tcp, tcpType: .passive)
        #expect(peer.agent.addRemoteCandidate(remote, at: .zero) == .setAside(.noLocalCounterpart))
        let path = Path(local: ScriptedPeer.local, remote: TransportAddress(ScriptedPeer.remote.ip, 50_000), transport: .tcp)
        peer.validate(on: path, useCandidate: true)
        #expect(peer.agent.state == .completed)
        #expect(peer.agent.selectedPath == path)
    }

    @Test func `A candidate of ours that comes later is paired with what is known`() {
        var peer = ScriptedPeer()
        peer.agent.addRemoteCandidate(Self.host("[2600::2]:2"), at: .zero)
        peer.agent.addRemoteCandidate(Self.host("10.0.0.2:2"), at: .zero)
        #expect(peer.agent.pairs.count == 1)
        let added = peer.agent.addLocalCandidate(Self.host("[2600::1]:5000"), at: .zero)
        #expect(added)
        #expect(peer.agent.pairs.count == 2)
        #expect(peer.agent.remoteCandidates.first?.disposition == .paired(1))
        let again = peer.agent.addLocalCandidate(Self.host("[2600::1]:5000"), at: .zero)
        #expect(!again)
    }

    @Test func `Ordinary checks keep their pace, best pair first, except to this machine`() throws {
        var peer = ScriptedPeer()
        for port in 1...5 as ClosedRange<UInt16> {
            peer.agent.addRemoteCandidate(
                Candidate(kind: .host, address: TransportAddress(ScriptedPeer.remote.ip, port), priority: UInt32(port), foundation: "1"),
                at: .zero)
        }
        var order: [UInt16] = []
        for step in 0..<5 {
            peer.advance(step == 0 ? .zero : .milliseconds(50))
            #expect(peer.requests.count == 1)
            order += peer.requests.map(\.path.remote.port)
        }
        #expect(order == [5, 4, 3, 2, 1])

        var here = ScriptedPeer()
        for port in 1...5 as ClosedRange<UInt16> {
            here.agent.addRemoteCandidate(.host(TransportAddress(ScriptedPeer.local.ip, port)), at: .zero)
        }
        here.advance(.zero)
        #expect(here.requests.count == 5)
    }
}
