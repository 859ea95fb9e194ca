import ICE
import Simulator
import Testing
import Wire

/// Two agents of ours find each other.
@Suite struct ConnectionTests {
    static func pair(
        seed: UInt64 = 1, _ left: Role = .controlling, _ right: Role = .controlled, link: Link = Link(delay: .milliseconds(10))
    ) -> Journey {
        var journey = Journey(seed: seed)
        journey.network.host("10.0.0.1", link: link)
        journey.network.host("10.0.0.2", link: link)
        journey.add(left, at: "10.0.0.1:5000")
        journey.add(right, at: "10.0.0.2:6000")
        return journey
    }

    @Test func `Two hosts connect in two round trips and nominate`() {
        var journey = Self.pair()
        journey.introduce()
        journey.expectConnection()
        // Check, answer and nomination overlap: 20 ms there, 20 ms back, each twice.
        #expect(journey.now <= .zero + .milliseconds(80))
        for party in journey.parties {
            #expect(party.selectedPair?.isNominated == true)
            #expect(party.selectedPair?.currentRoundTripTime == .milliseconds(40))
            #expect(party.states == [.checking, .connected, .completed])
        }
        #expect(journey.parties[0].agent.selectedPath == journey.parties[1].agent.selectedPath?.reversed)
    }

    @Test(
        arguments: [(Role.controlling, Role.controlling), (.controlled, .controlled), (.controlled, .controlling)], 0..<20 as Range<UInt64>)
    func `Every combination of roles ends with one of each`(roles: (Role, Role), seed: UInt64) {
        var journey = Self.pair(seed: seed, roles.0, roles.1)
        journey.introduce()
        journey.expectConnection()
        #expect(Set(journey.parties.map(\.agent.role)) == [.controlling, .controlled])
        #expect(journey.parties.map(\.agent.counters.roleChanges).reduce(0, +) <= 2)
    }

    @Test func `The first check leaves at once`() {
        var journey = Self.pair(link: Link())
        journey.introduce()
        #expect(journey.parties[0].agent.nextDeadline == .zero)
        journey.expectConnection()
        #expect(journey.now == .zero)
    }
}
