import Simulator
import Testing
import Wire

/// Links, partitions and order.
@Suite struct NetworkTests {
    static let a = TransportAddress(IPAddress(20, 0, 0, 1), 1000)
    static let b = TransportAddress(IPAddress(20, 0, 0, 2), 2000)
    static let path = Path(local: a, remote: b)

    static func network(seed: UInt64 = 1, _ link: Link = Link()) -> Network {
        var network = Network(seed: seed)
        network.host("20.0.0.1", link: link)
        network.host("20.0.0.2")
        return network
    }

    /// Sends `count` numbered datagrams, one each `gap`; what arrives, in order.
    static func arrivals(_ network: inout Network, count: Int = 1000, gap: Duration = .milliseconds(1), size: Int = 2) -> [(
        number: Int, at: Instant
    )] {
        for number in 0..<count {
            var bytes = [UInt8](repeating: 0, count: size)
            bytes[0] = UInt8(number / 256)
            bytes[1] = UInt8(number % 256)
            network.send(bytes, from: path, at: .zero + gap * number)
        }
        var arrived: [(Int, Instant)] = []
        while let delivery = network.receive(until: Instant(nanoseconds: .max)) {
            arrived.append((Int(delivery.bytes[0]) * 256 + Int(delivery.bytes[1]), delivery.at))
        }
        return arrived
    }

    @Test func `A datagram arrives after the delays of both links, as the receiver sees it`() throws {
        var network = Network(seed: 1)
        network.host("20.0.0.1", link: Link(delay: .milliseconds(10)))
        network.host("20.0.0.2", link: Link(delay: .milliseconds(25)))
        network.send([1, 2, 3], from: Self.path, at: .zero)
        #expect(network.nextDelivery.map { $0 <= .zero + .milliseconds(35) } == true)
        let early = network.receive(until: .zero + .milliseconds(34))
        #expect(early == nil)
        let first = network.receive(until: .zero + .seconds(1))
        let delivery = try #require(first)
        #expect(delivery.bytes == [1, 2, 3])
        #expect(delivery.path == Self.path.reversed)
        #expect(delivery.at == .zero + .milliseconds(35))
        #expect(network.nextDelivery == nil)
    }

    @Test func `Jitter keeps the order, reordering does not`() {
        var jittery = Self.network(Link(delay: .milliseconds(5), jitter: .milliseconds(50)))
        let kept = Self.arrivals(&jittery).map(\.number)
        #expect(kept == Array(0..<1000))
        var shuffling = Self.network(Link(delay: .milliseconds(5), reorder: 0.1))
        let shuffled = Self.arrivals(&shuffling).map(\.number)
        #expect(shuffled != Array(0..<1000))
        #expect(shuffled.sorted() == Array(0..<1000))
    }

    @Test func `Loss and duplication have their shares`() {
        var lossy = Self.network(Link(loss: 0.3))
        #expect((620...780).contains(Self.arrivals(&lossy).count))
        #expect(lossy.counters.lost + lossy.counters.delivered == 1000)
        var doubling = Self.network(Link(duplicate: 0.25))
        #expect((1180...1320).contains(Self.arrivals(&doubling).count))
        #expect(doubling.counters.duplicated + 1000 == doubling.counters.delivered)
    }

    @Test func `Bursts lose what their states say, together, and end in time for those who send seldom`() {
        let burst = Link.BurstLoss(becomesBad: 0.01, becomesGood: 0.1, slot: .milliseconds(1))
        var network = Self.network(Link(burst: burst))
        let arrived = Set(Self.arrivals(&network, count: 20_000).map(\.number))
        let lost = (0..<20_000).filter { !arrived.contains($0) }
        #expect((1200...2500).contains(lost.count), "a share of 1/11")
        let runs = 1 + zip(lost, lost.dropFirst()).count { $1 != $0 + 1 }
        #expect(lost.count / max(1, runs) >= 6, "bursts of ten on average")
        var seldom = Self.network(Link(burst: burst))
        let sparse = Set(Self.arrivals(&seldom, count: 1000, gap: .seconds(1)).map(\.number))
        let missing = (0..<1000).filter { !sparse.contains($0) }
        let sparseRuns = 1 + zip(missing, missing.dropFirst()).count { $1 != $0 + 1 }
        #expect(missing.count < sparseRuns * 2)
    }

    @Test func `A slow link spaces datagrams, queues some and drops the rest`() {
        var network = Self.network(Link(rate: 1000, queue: 500))
        let arrived = Self.arrivals(&network, count: 10, gap: .zero, size: 100)
        #expect(arrived.map(\.number) == [0, 1, 2, 3, 4])
        #expect(arrived.map(\.at) == (1...5).map { .zero + .milliseconds(100 * $0) })
        #expect(network.counters.overflowed == 5)
    }

    @Test func `What is larger than the MTU vanishes`() {
        var network = Self.network(Link(mtu: 1200))
        network.send([UInt8](repeating: 0, count: 1200), from: Self.path, at: .zero)
        network.send([UInt8](repeating: 0, count: 1201), from: Self.path, at: .zero)
        let first = network.receive(until: .zero)
        let second = network.receive(until: .zero + .seconds(9))
        #expect(first?.bytes.count == 1200)
        #expect(second == nil)
        #expect(network.counters.tooBig == 1)
    }

    @Test func `A partition swallows its direction in its time`() {
        var network = Self.network()
        network.block(from: "20.0.0.1", to: "20.0.0.2", start: .zero + .seconds(1), end: .zero + .seconds(2))
        var passed: [Int] = []
        for second in 0..<4 {
            network.send([UInt8(second)], from: Self.path, at: .zero + .milliseconds(Int64(second) * 500 + 250))
            network.send([UInt8(second + 100)], from: Self.path.reversed, at: .zero + .milliseconds(Int64(second) * 500 + 250))
        }
        while let delivery = network.receive(until: .zero + .seconds(10)) { passed.append(Int(delivery.bytes[0])) }
        #expect(passed.filter { $0 < 100 } == [0, 1])
        #expect(passed.filter { $0 >= 100 } == [100, 101, 102, 103])
        #expect(network.counters.blocked == 2)
        network.partition("20.0.0.1", "20.0.0.2")
        network.heal()
        network.send([9], from: Self.path, at: .zero + .seconds(20))
        let healed = network.receive(until: .zero + .seconds(20))
        #expect(healed?.bytes == [9])
    }

    @Test func `Links change, addresses go, and what nobody has is unroutable`() {
        var network = Self.network()
        network.setLink(of: "20.0.0.1", Link(loss: 1), .up)
        network.send([1], from: Self.path, at: .zero)
        network.send([2], from: Self.path.reversed, at: .zero)
        let one = network.receive(until: .zero)
        #expect(one?.bytes == [2])
        #expect(network.counters.lost == 1)
        network.remove("20.0.0.1")
        network.send([3], from: Self.path.reversed, at: .zero)
        let none = network.receive(until: .zero)
        #expect(none == nil)
        #expect(network.counters.unroutable == 1)
        #expect(network.destinations[Self.a] == 2)
    }

    @Test func `Answers written on delivery leave at once`() {
        var network = Self.network(Link(delay: .milliseconds(10)))
        network.send([5], from: Self.path, at: .zero)
        var seen: [(UInt8, Instant)] = []
        network.deliver(until: .zero + .milliseconds(45)) { datagram, path, now, outbox in
            seen.append((datagram[0], now))
            outbox.append([datagram[0] + 1].span, to: path)
        }
        #expect(seen.map(\.0) == [5, 6, 7, 8])
        #expect(seen.map(\.1) == (1...4).map { .zero + .milliseconds(10 * $0) })
    }

    @Test func `One seed is one journey`() {
        func run(_ seed: UInt64) -> [Int64] {
            var network = Self.network(
                seed: seed, Link(delay: .milliseconds(5), jitter: .milliseconds(9), loss: 0.1, duplicate: 0.1, reorder: 0.2))
            return Self.arrivals(&network).map(\.at.nanoseconds)
        }
        #expect(run(3) == run(3))
        #expect(run(3) != run(4))
    }
}
