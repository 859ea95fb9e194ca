import DTLS
import ICE
import Peer
import SCTP
import SDP
import Simulator
import Testing
import Wire

@Suite(.serialized) struct `Two peers across a network` {
    /// A network of two hosts whose links have this.
    private func network(_ link: Link = Link()) -> (inout Network) -> Void {
        { network in
            network.host("20.0.0.1", link: link)
            network.host("20.0.0.2", link: link)
        }
    }

    @Test func `on a good network they connect at once, and data comes back`() throws {
        try Stack.exclusively {
            let journey = try Journey(seed: 1, build: network(Link(delay: .milliseconds(5))))
            let start = journey.now
            #expect(journey.run(for: .seconds(5)) { journey.areAssociated })
            #expect(journey.now - start < .milliseconds(300))
            #expect(try journey.echoes([1, 2, 3]))
            for side in Journey.Side.allCases {
                #expect(journey.states(of: .connection, side) == ["connecting", "connected"])
                #expect(journey.states(of: .dtls, side) == ["connecting", "connected"])
            }
            #expect(journey.states(of: .gathering, .answerer) == ["gathering", "complete"])
            #expect(journey.states(of: .signaling, .answerer) == ["have-remote-offer", "stable"])
        }
    }

    @Test(arguments: 1...12) func `loss, jitter, reordering and duplicates only take time`(seed: Int) throws {
        try Stack.exclusively {
            let link = Link(
                delay: .milliseconds(25), jitter: .milliseconds(10), loss: 0.08,
                burst: seed.isMultiple(of: 3) ? Link.BurstLoss(becomesBad: 0.01, becomesGood: 0.3) : nil, duplicate: 0.05, reorder: 0.1)
            let journey = try Journey(seed: UInt64(seed), build: network(link))
            let message = [UInt8](repeating: UInt8(seed), count: 20_000)
            #expect(try journey.echoes(message, within: .seconds(60)))
            #expect(journey.areConnected)
        }
    }

    @Test func `a path whose packets hold 1,280 bytes carries the handshake and large messages`() throws {
        try Stack.exclusively {
            let journey = try Journey(seed: 3, build: network(Link(delay: .milliseconds(10), mtu: 1280)))
            #expect(try journey.echoes([UInt8](repeating: 7, count: 200_000)))
            #expect(journey.network.counters.tooBig == 0)
        }
    }

    @Test func `an offer with audio and video beside data connects with media inactive`() throws {
        try Stack.exclusively {
            let journey = try Journey(seed: 4, sections: [.audio, .video, .data], build: network())
            #expect(try journey.echoes([9]))
            #expect(journey.answerer.localDescription.serialize().contains("a=inactive"))
            #expect(journey.answerer.dtlsConnection?.summary?.srtpProfile != nil)
        }
    }

    @Test func `IPv6 alone will do, and of two families one is chosen`() throws {
        try Stack.exclusively {
            let six = try Journey(seed: 5, offerer: ["[2a00::1]:5000"], answerer: ["[2a00::2]:8189"]) { network in
                network.host("2a00::1")
                network.host("2a00::2")
            }
            #expect(try six.echoes([6]))
            let both = try Journey(
                seed: 6, offerer: ["20.0.0.1:5000", "[2a00::1]:5000"], answerer: ["20.0.0.2:8189", "[2a00::2]:8189"]
            ) { network in
                network.host("20.0.0.1", "2a00::1")
                network.host("20.0.0.2", "2a00::2")
            }
            #expect(try both.echoes([46]))
            #expect(both.offerer.agent.selectedPair?.path == both.answerer.agent.selectedPair?.path.reversed)
        }
    }

    @Test func `a client behind a NAT is found by its checks, and a rebinding heals`() throws {
        try Stack.exclusively {
            var nat: Network.NATName?
            let journey = try Journey(seed: 7, offerer: ["10.0.0.5:5000"], answerer: ["20.0.0.2:8189"]) { network in
                let home = network.nat("20.1.1.1")
                nat = home
                network.host("10.0.0.5", behind: home)
                network.host("20.0.0.2")
            }
            #expect(try journey.echoes([1]))
            #expect(journey.answerer.agent.selectedPair?.remote.kind == .peerReflexive)
            journey.network.rebind(try #require(nat))
            #expect(try journey.echoes([2], within: .seconds(60)))
        }
    }

    @Test func `ICE restarts in mid-flight without losing the channel`() throws {
        try Stack.exclusively {
            let journey = try Journey(seed: 8, build: network(Link(delay: .milliseconds(20))))
            #expect(try journey.echoes([1]))
            var random = RandomSource.seeded(99)
            let fresh = ICE.Credentials.random(&random)
            var update = try #require(journey.answerer.remote)
            update.ufrag = fresh.ufrag
            update.password = fresh.password
            let fragment = journey.run(.answerer) { $0.restart(with: update, at: $1, into: &$2) }
            var theirs = try #require(journey.offerer.remote)
            theirs.ufrag = try #require(fragment.ufrag)
            theirs.password = try #require(fragment.password)
            journey.run(.offerer) { $0.adopt(fresh, with: theirs, at: $1, into: &$2) }
            #expect(try journey.echoes([2]))
            #expect(journey.run(for: .seconds(5)) { journey.answerer.agent.generation == 1 && journey.answerer.agent.state == .completed })
            #expect(journey.answerer.agent.selectedPair?.generation == 1)
        }
    }
}
