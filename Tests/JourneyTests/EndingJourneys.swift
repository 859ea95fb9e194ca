import Crypt
import Peer
import SCTP
import Simulator
import Testing
import Wire

@Suite(.serialized) struct `How a connection ends` {
    private func pair(_ network: inout Network) {
        network.host("20.0.0.1", link: Link(delay: .milliseconds(10)))
        network.host("20.0.0.2", link: Link(delay: .milliseconds(10)))
    }

    @Test func `a goodbye is heard within a round trip`() throws {
        try Stack.exclusively {
            let journey = try Journey(seed: 1, build: pair)
            #expect(try journey.echoes([1]))
            journey.run(.offerer) { $0.close(.closedByDelete, at: $1, into: &$2) }
            #expect(journey.run(for: .seconds(1)) { journey.answerer.closeReason != nil })
            #expect(journey.answerer.closeReason == .closedByPeer)
            #expect(journey.states(of: .connection, .answerer).last == "closed")
            #expect(journey.states(of: .dtls, .answerer).last == "closed")
            #expect(journey.states(of: .signaling, .answerer).last == "closed")
        }
    }

    @Test func `a vanished peer is noticed: disconnected first, and over within thirty-six seconds`() throws {
        try Stack.exclusively {
            let journey = try Journey(seed: 2, build: pair)
            #expect(try journey.echoes([1]))
            journey.network.partition("20.0.0.1", "20.0.0.2", start: journey.now)
            let start = journey.now
            #expect(journey.run(for: .seconds(20)) { journey.answerer.connectionState == .disconnected })
            #expect(journey.run(for: .seconds(40)) { journey.answerer.closeReason != nil })
            #expect(journey.answerer.closeReason == .consentExpired)
            #expect(journey.now - start <= .seconds(36))
            // RFC 7675: not a datagram after consent is gone.
            let sent = journey.network.counters.sent
            journey.run(for: .seconds(60)) { false }
            #expect(journey.network.counters.sent - sent < 20)
        }
    }

    @Test func `a path that is silent for ten seconds comes back`() throws {
        try Stack.exclusively {
            let journey = try Journey(seed: 3, build: pair)
            #expect(try journey.echoes([1]))
            journey.network.partition("20.0.0.1", "20.0.0.2", start: journey.now, end: journey.now + .seconds(12))
            #expect(journey.run(for: .seconds(12)) { journey.answerer.connectionState == .disconnected })
            #expect(journey.run(for: .seconds(15)) { journey.areConnected })
            #expect(try journey.echoes([2]))
        }
    }

    @Test func `without any check the session expires, not before the patience is over`() throws {
        try Stack.exclusively {
            let journey = try Journey(seed: 4) { network in
                pair(&network)
                network.partition("20.0.0.1", "20.0.0.2")
            }
            #expect(!journey.run(for: .milliseconds(39_000)) { journey.answerer.connectionState == .failed })
            #expect(journey.run(for: .seconds(10)) { journey.answerer.closeReason != nil })
            #expect(journey.answerer.closeReason == .neverConnected)
        }
    }

    @Test func `a path that works one way only fails as ICE, since the peer was heard`() throws {
        try Stack.exclusively {
            let journey = try Journey(seed: 5) { network in
                pair(&network)
                network.block(from: "20.0.0.2", to: "20.0.0.1")
            }
            #expect(journey.run(for: .seconds(60)) { journey.answerer.closeReason != nil })
            #expect(journey.answerer.closeReason == .iceFailed)
            #expect(journey.answerer.dtlsConnection == nil)
        }
    }

    @Test(arguments: Journey.Side.allCases) func `another certificate than the promised one never connects`(liar: Journey.Side) throws {
        try Stack.exclusively {
            let other = try Identity(validFrom: 1_700_000_000).fingerprint.description
            let journey = try Journey(
                seed: 6,
                tamper: { side, text in
                    guard side == liar else { return text }
                    let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
                    return lines.map { $0.hasPrefix("a=fingerprint:") ? "a=fingerprint:\(other)" : String($0) }.joined(separator: "\r\n")
                }, build: pair)
            #expect(journey.run(for: .seconds(40)) { journey.peers.allSatisfy { $0.closeReason != nil } })
            let victim: Journey.Side = liar == .offerer ? .answerer : .offerer
            #expect(journey.peers[victim.rawValue].closeReason == .dtlsFailed)
            #expect(!journey.states(of: .connection, victim).contains("connected"))
            #expect(journey.messages.isEmpty)
        }
    }

    @Test(arguments: 1...24) func `whichever single datagram fails to leave, they connect`(number: Int) throws {
        try Stack.exclusively {
            for side in Journey.Side.allCases {
                let journey = try Journey(seed: 7, build: pair)
                journey.fails = { $0 == side && $1 == number }
                #expect(try journey.echoes([UInt8(number)]), "\(side) \(number)")
            }
        }
    }

    @Test func `bytes from strangers make no state and end nothing`() throws {
        try Stack.exclusively {
            let journey = try Journey(seed: 8) { network in
                pair(&network)
                network.host("20.9.9.9")
            }
            var random = RandomSource.seeded(8)
            let path = Path(local: TransportAddress("20.0.0.2:8189")!, remote: TransportAddress("20.9.9.9:999")!)
            for round in 0..<2_000 {
                if round == 1_000 { #expect(try journey.echoes([1])) }
                var bytes = random.bytes(Int(random.next() % 200))
                if !bytes.isEmpty { bytes[0] = [0, 1, 22, 23, 128, 200, 64][Int(random.next() % 7)] }
                journey.run(.answerer) { $0.handle(bytes.span, from: path, at: $1, into: &$2) }
                #expect(journey.network.destinations[path.remote] == nil)
            }
            #expect(try journey.echoes([2]))
            #expect(journey.answerer.strangersDropped > 500)
        }
    }
}
