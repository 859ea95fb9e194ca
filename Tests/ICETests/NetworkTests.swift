import ICE
import Simulator
import Testing
import Wire

/// Bad networks, several addresses, and what survives them.
@Suite struct BadNetworkTests {
    static let conditions: [(String, Link)] = [
        ("delay of 300 ms", Link(delay: .milliseconds(150))),
        ("loss", Link(delay: .milliseconds(20), loss: 0.05)),
        ("bursts", Link(delay: .milliseconds(20), burst: Link.BurstLoss(becomesBad: 0.01, becomesGood: 0.2))),
        ("jitter and reordering", Link(delay: .milliseconds(20), jitter: .milliseconds(60), reorder: 0.3)),
        ("duplicates", Link(delay: .milliseconds(20), duplicate: 0.5)),
        ("a slow line", Link(delay: .milliseconds(20), rate: 4000)),
        ("everything", Link(delay: .milliseconds(50), jitter: .milliseconds(50), loss: 0.03, duplicate: 0.1, reorder: 0.1, rate: 50_000)),
    ]

    @Test(arguments: conditions, 0..<12 as Range<UInt64>)
    func `Agents connect and stay connected through`(condition: (String, Link), seed: UInt64) {
        for roles in [(Role.controlling, Role.controlled), (.controlling, .controlling)] {
            var journey = ConnectionTests.pair(seed: seed, roles.0, roles.1, link: condition.1)
            journey.introduce()
            journey.expectConnection(within: .seconds(20))
            journey.run(for: .seconds(90))
            for party in journey.parties { #expect(!party.states.contains(.failed), "\(condition.0)") }
            #expect(journey.parties[0].agent.selectedPath == journey.parties[1].agent.selectedPath?.reversed)
        }
    }

    /// Half of all round trips lost, or most: coming up takes longer, and that is all. A datagram crosses two links.
    @Test(
        arguments: [
            Link(delay: .milliseconds(20), loss: 0.12),
            Link(delay: .milliseconds(20), burst: Link.BurstLoss(becomesBad: 0.02, becomesGood: 0.1)),
        ], 0..<25 as Range<UInt64>)
    func `Agents connect through heavy loss`(link: Link, seed: UInt64) {
        var journey = ConnectionTests.pair(seed: seed, link: link)
        journey.introduce()
        let usable = journey.run(until: .zero + .seconds(36)) { journey in journey.parties.allSatisfy { $0.agent.selectedPath != nil } }
        #expect(usable)
        journey.expectConnection(within: .seconds(50))
    }

    @Test func `The same seed makes the same journey`() {
        func run() -> (Instant, [String]) {
            var journey = ConnectionTests.pair(
                seed: 77, .controlling, .controlling, link: Link(delay: .milliseconds(20), jitter: .milliseconds(20), loss: 0.2))
            journey.introduce()
            journey.run(for: .seconds(60))
            return (journey.now, journey.parties.flatMap { $0.events.map { "\($0)" } })
        }
        let (first, second) = (run(), run())
        #expect(first == second)
    }

    @Test func `IPv6 and IPv4 side by side: the better one is taken, the other serves where it is blocked`() {
        for blocked in [false, true] {
            var journey = Journey()
            for number in 1...2 {
                let host = journey.network.host("10.0.0.\(number)", link: Link(delay: .milliseconds(10)))
                journey.network.add("2600::\(number)", to: host, link: Link(delay: .milliseconds(10)))
                journey.add(number == 1 ? .controlling : .controlled, at: "[2600::\(number)]:5000", "10.0.0.\(number):5000")
            }
            if blocked { journey.network.partition("2600::1", "2600::2") }
            journey.introduce()
            journey.expectConnection(within: .seconds(1))
            #expect(journey.parties[0].agent.selectedPath?.local.ip.family == (blocked ? .v4 : .v6))
            #expect(journey.parties[0].agent.pairs.count == 2)
        }
    }

    @Test func `A dead interface is left for one that works, by the controlling agent`() {
        var journey = Journey()
        let phone = journey.network.host("10.0.0.1", link: Link(delay: .milliseconds(10)))
        journey.network.add("10.0.5.1", to: phone, link: Link(delay: .milliseconds(30)))
        journey.network.host("10.0.0.2", link: Link(delay: .milliseconds(10)))
        journey.add(.controlling, at: "10.0.0.1:5000", "10.0.5.1:5000")
        journey.add(.controlled, at: "10.0.0.2:6000")
        journey.introduce()
        journey.expectConnection()
        #expect(journey.parties[0].agent.selectedPath?.local.ip == IPAddress(10, 0, 0, 1))
        journey.run(for: .seconds(3))
        journey.network.partition("10.0.0.1", "10.0.0.2", start: journey.now)
        journey.run(for: .seconds(28))
        for party in journey.parties {
            #expect(party.agent.state == .completed)
            #expect(!party.states.contains(.failed))
        }
        #expect(journey.parties[0].agent.selectedPath?.local.ip == IPAddress(10, 0, 5, 1))
        #expect(journey.parties[1].agent.selectedPath?.remote.ip == IPAddress(10, 0, 5, 1))
    }

    @Test func `Eight addresses each, one way that works: it is found`() {
        for seed in 0..<5 as Range<UInt64> {
            var random = RandomSource.seeded(seed)
            var journey = Journey(seed: seed)
            for side in 0..<2 {
                let host = journey.network.host("10.\(side).0.1")
                for number in 2...8 { journey.network.add("10.\(side).0.\(number)", to: host) }
                let sockets = (1...8).compactMap { TransportAddress("10.\(side).0.\($0):5000") }
                journey.addMany(side == 0 ? .controlling : .controlled, at: sockets)
            }
            let good = (1 + random.next() % 8, 1 + random.next() % 8)
            for left in 1...8 {
                for right in 1...8 where UInt64(left) != good.0 || UInt64(right) != good.1 {
                    journey.network.partition("10.0.0.\(left)", "10.1.0.\(right)")
                }
            }
            journey.introduce()
            journey.expectConnection(within: .seconds(10))
            #expect(journey.parties[0].agent.pairs.count == 64)
        }
    }

    @Test func `Blocked for good, both fail after patience, having said why`() {
        var journey = ConnectionTests.pair()
        journey.network.partition("10.0.0.1", "10.0.0.2")
        journey.introduce()
        journey.run(for: .seconds(60))
        for party in journey.parties {
            #expect(party.states == [.checking, .failed])
            #expect(party.firstTime(in: .failed) == .zero + .milliseconds(39_500))
            #expect(party.agent.pairs.first?.requestsSent == 1)
            #expect(party.agent.pairs.first?.retransmissionsSent == 6)
            #expect(party.agent.pairs.first?.requestsReceived == 0)
        }
    }

    /// The one-way path of the diagnosis: checks arrive, and no answer of ours does.
    @Test func `Blocked one way, the pair shows requests received and none answered`() {
        var journey = ConnectionTests.pair()
        journey.network.block(from: "10.0.0.2", to: "10.0.0.1")
        journey.introduce()
        journey.run(for: .seconds(60))
        let deaf = journey.parties[0].agent.pairs.first
        let heard = journey.parties[1].agent.pairs.first
        #expect(deaf?.requestsReceived == 0)
        #expect((heard?.requestsReceived ?? 0) > 5)
        #expect(heard?.responsesReceived == 0)
        #expect(journey.parties.allSatisfy { $0.agent.state == .failed })
        // Repeated triggered checks went out, within reason.
        #expect((heard?.requestsSent ?? 0) < 20)
    }

    @Test func `A loopback pair comes up in no time, whatever else there is to try`() {
        var journey = Journey()
        let host = journey.network.host("10.0.0.1")
        journey.network.add("127.0.0.1", to: host)
        journey.network.add("::1", to: host)
        journey.add(.controlled, at: "10.0.0.1:5000", "127.0.0.1:5000", "[::1]:5000")
        journey.add(.controlling, at: "127.0.0.1:6000")
        journey.introduce()
        for number in 1...20 {
            journey.parties[0].agent.addRemoteCandidate(.host(TransportAddress(IPAddress(10, 9, 9, UInt8(number)), 1)), at: .zero)
        }
        journey.expectConnection(within: .milliseconds(1))
        #expect(journey.now == .zero)
    }
}

extension Journey {
    mutating func addMany(_ role: Role, at sockets: [TransportAddress]) {
        var random = RandomSource.seeded(UInt64(parties.count) + 500)
        let candidates = sockets.enumerated().map { Candidate.host($1, localPreference: UInt16(65_535 - $0)) }
        let configuration = Agent.Configuration(role: role, localCredentials: .random(&random), localCandidates: candidates)
        parties.append(Party(agent: Agent(configuration: configuration, random: random, at: now), sockets: sockets))
    }
}
