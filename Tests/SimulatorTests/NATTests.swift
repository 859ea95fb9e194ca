import Simulator
import Testing
import Wire

/// The NATs of RFC 4787, each behaviour for itself.
@Suite struct NATTests {
    static let inside = TransportAddress(IPAddress(10, 0, 0, 2), 5000)

    /// A client behind a NAT at 30.0.0.1 and three sockets outside: two ports of one host, one of another.
    struct Scene {
        var network = Network(seed: 1)
        let nat: Network.NATName
        var now = Instant.zero
        static let outside = ["20.0.0.1:1", "20.0.0.1:2", "20.0.0.2:1"].compactMap { TransportAddress($0) }

        init(mapping: NAT.Behavior = .endpointIndependent, filtering: NAT.Behavior = .endpointIndependent, expiry: Duration = .seconds(60))
        {
            nat = network.nat("30.0.0.1", mapping: mapping, filtering: filtering, expiry: expiry)
            network.host("10.0.0.2", behind: nat)
            network.host("20.0.0.1")
            network.host("20.0.0.2")
        }

        /// The source the socket outside sees; nil where nothing arrives.
        mutating func out(to number: Int) -> TransportAddress? {
            network.send([1], from: Path(local: NATTests.inside, remote: Self.outside[number]), at: now)
            return network.receive(until: now)?.path.remote
        }

        /// Whether a datagram from outside gets in.
        mutating func comesIn(from number: Int, to address: TransportAddress) -> Bool {
            network.send([2], from: Path(local: Self.outside[number], remote: address), at: now)
            return network.receive(until: now)?.path == Path(local: NATTests.inside, remote: Self.outside[number])
        }
    }

    @Test(arguments: [(NAT.Behavior.endpointIndependent, 1), (.addressDependent, 2), (.addressAndPortDependent, 3)])
    func `The mapping depends on what its name says`(mapping: NAT.Behavior, ports: Int) {
        var scene = Scene(mapping: mapping)
        let seen = (0..<3).compactMap { scene.out(to: $0) }
        #expect(seen.count == 3)
        #expect(Set(seen).count == ports)
        #expect(seen.allSatisfy { $0.ip == IPAddress(30, 0, 0, 1) })
        let again = scene.out(to: 0)
        #expect(again == seen[0])
    }

    @Test(arguments: [
        (NAT.Behavior.endpointIndependent, [true, true, true]), (.addressDependent, [true, true, false]),
        (.addressAndPortDependent, [true, false, false]),
    ])
    func `The filter depends on what its name says`(filtering: NAT.Behavior, expected: [Bool]) throws {
        var scene = Scene(filtering: filtering)
        let first = scene.out(to: 0)
        let address = try #require(first)
        var admitted: [Bool] = []
        for number in 0..<3 { admitted.append(scene.comesIn(from: number, to: address)) }
        #expect(admitted == expected)
        let stranger = scene.comesIn(from: 0, to: TransportAddress(address.ip, address.port &+ 1))
        #expect(!stranger)
    }

    @Test func `A mapping expires unless something goes out`() throws {
        var scene = Scene(expiry: .seconds(30))
        let first = scene.out(to: 0)
        let address = try #require(first)
        for _ in 0..<4 {
            scene.now = scene.now + .seconds(20)
            let refreshed = scene.out(to: 0)
            #expect(refreshed == address)
        }
        scene.now = scene.now + .seconds(29)
        let open = scene.comesIn(from: 0, to: address)
        #expect(open)
        scene.now = scene.now + .seconds(2)
        let closed = scene.comesIn(from: 0, to: address)
        #expect(!closed)
        let fresh = scene.out(to: 0)
        #expect(fresh != nil && fresh != address)
    }

    @Test func `A rebound NAT forgets, and may have moved`() throws {
        var scene = Scene()
        let before = scene.out(to: 0)
        scene.network.rebind(scene.nat)
        let closed = scene.comesIn(from: 0, to: try #require(before))
        #expect(!closed)
        let after = scene.out(to: 0)
        #expect(after?.ip == before?.ip && after != before)
        scene.network.rebind(scene.nat, to: "30.0.0.9")
        let moved = scene.out(to: 0)
        #expect(moved?.ip == IPAddress(30, 0, 0, 9))
    }

    @Test func `Two hosts behind one NAT reach each other inside, and by the outside where it hairpins`() throws {
        for hairpinning in [true, false] {
            var network = Network(seed: 1)
            let nat = network.nat("30.0.0.1", filtering: .endpointIndependent, hairpinning: hairpinning)
            network.host("10.0.0.2", behind: nat)
            network.host("10.0.0.3", behind: nat)
            network.host("20.0.0.1")
            let here = try #require(TransportAddress("10.0.0.2:5000"))
            let there = try #require(TransportAddress("10.0.0.3:5000"))
            network.send([1], from: Path(local: here, remote: there), at: .zero)
            let direct = network.receive(until: .zero)
            #expect(direct?.path.remote == here)
            network.send([1], from: Path(local: there, remote: try #require(TransportAddress("20.0.0.1:1"))), at: .zero)
            let outward = network.receive(until: .zero)
            let outside = try #require(outward?.path.remote)
            network.send([1], from: Path(local: here, remote: outside), at: .zero)
            let hairpin = network.receive(until: .zero)
            #expect((hairpin?.path.local == there) == hairpinning)
            if hairpinning { #expect(hairpin?.path.remote.ip == IPAddress(30, 0, 0, 1)) }
        }
    }

    @Test func `NATs stand behind NATs`() throws {
        var network = Network(seed: 1)
        let carrier = network.nat("30.0.0.1")
        let home = network.nat("100.64.0.7", behind: carrier)
        network.host("10.0.0.2", behind: home)
        network.host("20.0.0.1")
        let server = try #require(TransportAddress("20.0.0.1:1"))
        network.send([1], from: Path(local: Self.inside, remote: server), at: .zero)
        let out = network.receive(until: .zero)
        let seen = try #require(out?.path.remote)
        #expect(seen.ip == IPAddress(30, 0, 0, 1))
        network.send([2], from: Path(local: server, remote: seen), at: .zero)
        let back = network.receive(until: .zero)
        #expect(back?.path == Path(local: Self.inside, remote: server))
    }
}
