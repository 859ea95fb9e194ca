import ICE
import STUN
import Simulator
import Testing
import Wire

/// Through address translators of every kind (RFC 4787), with and without a STUN server's help.
@Suite struct NATTests {
    static let behaviors = NAT.Behavior.allCases
    static let kinds: [(NAT.Behavior, NAT.Behavior)] = behaviors.flatMap { mapping in behaviors.map { (mapping, $0) } }

    /// What a STUN server at 20.0.0.9 sees of a socket; the mapping is open from then on.
    static func reflexive(_ socket: String, in journey: inout Journey) -> TransportAddress? {
        guard let socket = TransportAddress(socket), let server = TransportAddress("20.0.0.9:3478") else { return nil }
        let request = MessageBuilder.message(.bindingRequest, TransactionID(high: 0, low: UInt64(socket.port)))
        journey.network.send(request, from: Path(local: socket, remote: server), at: journey.now)
        var mapped: TransportAddress?
        journey.network.deliver(until: journey.now + .seconds(1)) { datagram, path, _, outbox in
            guard let message = try? Message(parsing: datagram) else { return }
            if path.local == server {
                outbox.append(to: path) { message.appendServerResponse(observed: path.remote, to: &$0) }
            } else {
                mapped = message.xorMappedAddress
            }
        }
        return mapped
    }

    /// A server on the public network and a client behind a NAT: the client's checks open the way, as with a browser at home.
    @Test(arguments: kinds, [Role.controlling, .controlled])
    func `A public server and a client behind any NAT connect without help`(kind: (NAT.Behavior, NAT.Behavior), client: Role) {
        var journey = Journey()
        let nat = journey.network.nat("30.0.0.1", mapping: kind.0, filtering: kind.1)
        journey.network.host("10.0.0.2", behind: nat, link: Link(delay: .milliseconds(10)))
        journey.network.host("20.0.0.1", link: Link(delay: .milliseconds(10)))
        journey.add(client, at: "10.0.0.2:6000")
        journey.add(client == .controlling ? .controlled : .controlling, at: "20.0.0.1:5000")
        journey.introduce()
        journey.expectConnection(within: .seconds(2))
        let remote = journey.parties[1].selectedPair?.remote
        #expect(remote?.kind == .peerReflexive)
        #expect(remote?.address.ip == IPAddress(30, 0, 0, 1))
        #expect(journey.parties[0].selectedPair?.local.kind == .peerReflexive, "the client learned its outside address")
    }

    @Test func `A client that signals nothing but an mDNS name connects as well`() {
        var journey = ConnectionTests.pair()
        let (left, right) = (journey.parties[0].agent.localCredentials, journey.parties[1].agent.localCredentials)
        journey.parties[0].agent.setRemote(credentials: right, isLite: false, at: .zero)
        journey.parties[1].agent.setRemote(credentials: left, isLite: false, at: .zero)
        journey.parties[0].agent.addRemoteCandidate(journey.parties[1].agent.localCandidates[0], at: .zero)
        let disposition = journey.parties[1].agent.addRemoteCandidate(
            .named("5eed.local", port: 6000, priority: 2_122_260_223, foundation: "1"), at: .zero)
        #expect(disposition == .setAside(.mdnsName))
        journey.expectConnection(within: .seconds(1))
        #expect(journey.parties[1].selectedPair?.remote.kind == .peerReflexive)
        #expect(journey.parties[1].agent.remoteCandidates.count == 2)
    }

    /// Two clients behind NATs, both with a STUN server's help. An oracle says whether a direct way exists at all.
    @Test(arguments: kinds, kinds)
    func `Two clients behind NATs connect exactly where a direct way exists`(
        left: (NAT.Behavior, NAT.Behavior), right: (NAT.Behavior, NAT.Behavior)
    ) {
        var journey = Journey()
        journey.network.host("20.0.0.9")
        for (nat, kind, inside) in [("30.0.0.1", left, "10.0.0.1"), ("30.0.0.2", right, "10.0.1.1")] {
            let name = journey.network.nat(nat, mapping: kind.0, filtering: kind.1)
            journey.network.host(inside, behind: name, link: Link(delay: .milliseconds(10)))
        }
        for (role, socket) in [(Role.controlling, "10.0.0.1:5000"), (.controlled, "10.0.1.1:6000")] {
            guard let base = TransportAddress(socket), let outside = Self.reflexive(socket, in: &journey) else {
                Issue.record("no reflexive address")
                return
            }
            journey.add(role, at: socket, candidates: [.host(base), .serverReflexive(outside, base: base, server: IPAddress(20, 0, 0, 9))])
        }
        journey.now = .zero + .seconds(1)
        journey.introduce()
        let connected = journey.run(until: journey.now + .seconds(60)) { journey in
            journey.parties.allSatisfy { $0.agent.state == .completed }
        }
        #expect(connected == Self.hasDirectWay(left, right))
        // However the ports dance, the two do not chase each other.
        #expect(journey.network.counters.sent < 800)
    }

    /// The oracle: which outside ports learn of each other, round by round, and whether two of them then reach each other both ways.
    ///
    /// Port 1 is what the STUN server saw, open towards that server. Port 2 stands for an address-dependent mapping towards the other
    /// side, a port from 100 on for an address-and-port-dependent one.
    static func hasDirectWay(_ left: (NAT.Behavior, NAT.Behavior), _ right: (NAT.Behavior, NAT.Behavior)) -> Bool {
        var sides = [Outside(kind: left), Outside(kind: right)]
        for _ in 0..<6 {
            for here in 0..<2 {
                for port in sides[here].known {
                    let source = sides[here].source(for: port)
                    sides[here].sentTo[source, default: []].insert(port)
                    if sides[1 - here].admits(source, at: port) { sides[1 - here].known.insert(source) }
                }
            }
        }
        return sides[0].known.contains { port in
            let source = sides[0].source(for: port)
            return sides[1].source(for: source) == port && sides[1].admits(source, at: port) && sides[0].admits(port, at: source)
        }
    }

    /// One NAT as its other side sees it.
    struct Outside {
        let kind: (mapping: NAT.Behavior, filtering: NAT.Behavior)
        /// Ports of the other side that are worth a check.
        var known: Set<Int> = [1]
        /// What was sent to, by own port.
        var sentTo: [Int: Set<Int>] = [:]

        init(kind: (NAT.Behavior, NAT.Behavior)) { self.kind = kind }

        func source(for port: Int) -> Int {
            switch kind.mapping {
            case .endpointIndependent: 1
            case .addressDependent: 2
            case .addressAndPortDependent: 100 + port
            }
        }

        func admits(_ source: Int, at port: Int) -> Bool {
            switch kind.filtering {
            case .endpointIndependent: port == 1 || sentTo[port] != nil
            case .addressDependent: sentTo[port] != nil
            case .addressAndPortDependent: sentTo[port]?.contains(source) ?? false
            }
        }
    }

    // MARK: Rebinding

    /// The client's NAT forgets it, with or without a new outside address, while the session is up.
    @Test(arguments: [Role.controlling, .controlled], [nil, "30.0.0.77"])
    func `A session outlives its NAT's memory`(client: Role, newOutside: String?) {
        var journey = Journey()
        let nat = journey.network.nat("30.0.0.1")
        journey.network.host("10.0.0.2", behind: nat, link: Link(delay: .milliseconds(20)))
        journey.network.host("20.0.0.1", link: Link(delay: .milliseconds(20)))
        journey.add(client, at: "10.0.0.2:6000")
        journey.add(client == .controlling ? .controlled : .controlling, at: "20.0.0.1:5000")
        journey.introduce()
        journey.expectConnection()
        journey.run(for: .seconds(33))
        let before = journey.parties[1].agent.selectedPath
        journey.network.rebind(nat, to: newOutside)
        journey.run(for: .seconds(25))
        let after = journey.parties[1].agent.selectedPath
        #expect(after != before)
        #expect(after?.remote.ip == IPAddress(newOutside ?? "30.0.0.1"))
        // Data goes both ways again.
        for index in 0..<2 {
            let wasSent = journey.sendData(from: index, [200, UInt8(index)])
            #expect(wasSent)
        }
        journey.run(for: .seconds(1))
        for index in 0..<2 { #expect(journey.parties[index].received.last?.bytes == [200, UInt8(1 - index)]) }
        journey.run(for: .seconds(120))
        for party in journey.parties {
            #expect(party.agent.state == .completed)
            #expect(!party.states.contains(.failed))
        }
    }

    @Test func `A NAT that rebinds again and again runs out of nothing`() {
        var journey = Journey()
        let nat = journey.network.nat("30.0.0.1")
        journey.network.host("10.0.0.2", behind: nat, link: Link(delay: .milliseconds(20)))
        journey.network.host("20.0.0.1", link: Link(delay: .milliseconds(20)))
        journey.add(.controlling, at: "10.0.0.2:6000")
        journey.add(.controlled, at: "20.0.0.1:5000")
        journey.introduce()
        journey.expectConnection()
        for _ in 0..<60 {
            journey.network.rebind(nat)
            journey.run(for: .seconds(70))
        }
        for party in journey.parties { #expect(party.agent.state == .completed) }
    }
}
