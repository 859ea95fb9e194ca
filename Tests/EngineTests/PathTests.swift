import ICE
import Peer
import SCTP
import Simulator
import Testing
import Wire

@testable import Engine

/// Two sessions whose datagrams come by one path.
@Suite(.serialized) struct `A path two sessions claim` {
    /// A check of the second session, its source forged to be the first one's client: it may take nothing.
    @Test func `a forged check does not take a session's path away`() throws {
        try Stack.exclusively {
            let scene = try Scene { network in
                Scene.twoHosts(&network)
                network.host("20.0.0.9", link: Link(delay: .milliseconds(10)))
            }
            try scene.connect()
            #expect(try scene.echo())
            let first = scene.id
            let held = try #require(scene.loop.session(first)?.peer.agent.selectedPath)

            // The attacker's own session, set up by the book but for the source of its checks.
            let attacker = try scene.second(at: "20.0.0.9:5000")
            var stolen = 0
            for _ in 0..<200 {
                scene.run(for: .milliseconds(50))
                var outbox = Outbox()
                attacker.handleTimeout(at: scene.now, into: &outbox)
                for datagram in outbox.datagrams {
                    let bytes = outbox.withBytes(of: datagram) { $0.array }
                    scene.onLoop { $0.receive(bytes.span, from: held, at: $1, into: &$2) }
                    stolen += 1
                }
                // Ten times the round trip: no time to win the path back by a check of its own.
                if !outbox.isEmpty { #expect(try scene.echoAgain(within: .milliseconds(200))) }
            }
            #expect(stolen > 0)
            #expect(scene.loop.session(first)?.peer.connectionState == .connected)
        }
    }
}
