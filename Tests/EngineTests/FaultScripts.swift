import Crypt
import Inspection
import Peer
import Simulator
import Wire

@testable import Engine

/// How each fault is made, and what a person who knows of it would want to be told.
extension FaultTrial {
    /// Runs the session to its end, or for as long as there is something to see.
    /// - Returns: the scene as it stands then, and what is right.
    mutating func run() throws -> (scene: Scene, expected: Expectation) {
        switch fault {
        case .nothing, .smallPackets, .late, .trickled, .hiddenAddresses, .movedClock: try runHealthy()
        case .blockedToServer, .blockedToClient, .blockedBothWays, .noUDP, .mostlyLost, .largeDropped: try runBrokenNetwork()
        case .onlyNames, .onlyPrivateAddresses, .otherFamily: try runAddresses()
        case .killed, .interrupted, .rebound, .moved, .answerAppliedLate: try runLater()
        default: try runBrokenPage()
        }
    }

    private func scene(_ build: (inout Network) -> Void) throws -> Scene {
        try Scene(seed: seed &+ 1, build: build, history: history)
    }

    private func plain(_ network: inout Network) {
        network.host(FaultTrial.client, link: weather.link())
        network.host(FaultTrial.server, link: weather.link())
    }

    private mutating func connect(_ scene: Scene, tamperAnswer: (String) -> String = { $0 }, tamper: (String) -> String = { $0 }) throws {
        let lines = candidates()
        let trial = self
        try scene.connect(
            sections: sections(), tamperOffer: { tamper(trial.offer($0, with: lines)) }, tamperAnswer: tamperAnswer)
    }

    /// After a while of life, data if there is any, and an end in order or none yet.
    private mutating func live(_ scene: Scene) throws {
        if chance(0.5) { _ = try scene.echo(within: .seconds(10)) }
        scene.run(for: seconds(1...120))
        guard chance(0.7) else { return }
        if chance(0.5) {
            scene.onClient { $0.close(.closedByDelete, at: $1, into: &$2) }
        } else {
            scene.onLoop { loop, now, outbox in
                guard let session = loop.session(scene.id) else { return }
                loop.end(session, .closedByDelete, at: now, into: &outbox)
            }
        }
        _ = scene.runToTheEnd()
    }

    // MARK: Healthy

    private mutating func runHealthy() throws -> (Scene, Expectation) {
        let scene = try scene(plain)
        switch fault {
        case .trickled:
            // The candidates come by and by, some after the client has begun.
            let lines = candidates()
            let trial = self
            try scene.connect(sections: sections(), tamperOffer: { trial.offer($0, with: [], complete: false) })
            for (index, line) in lines.enumerated() {
                scene.run(for: seconds(0.01...0.8))
                scene.trickle([line], isLast: index == lines.count - 1)
            }
        case .hiddenAddresses:
            let trial = self
            try scene.connect(
                sections: sections(),
                tamperOffer: {
                    trial.offer($0, with: ["1 1 udp 2122260223 1f4712db-ea17-4bcf-a596-105139dfd8bf.local 50000 typ host"])
                })
        case .late:
            // A user thinks for a moment before the page goes on.
            let lines = candidates()
            let trial = self
            try scene.connect(sections: sections(), appliesAnswer: false, tamperOffer: { trial.offer($0, with: lines) })
            scene.run(for: seconds(0.1...3))
            if case .answered(_, let sdp, _) = scene.opened { try scene.apply(sdp) }
        case .movedClock:
            try connect(scene)
            scene.run(for: seconds(1...20))
            // The machine stood still for a moment: nobody was served, everybody is late.
            scene.skip(seconds(0.2...2.5))
        default:
            try connect(scene)
        }
        try live(scene)
        return (scene, .nothing)
    }

    // MARK: The network

    private mutating func runBrokenNetwork() throws -> (Scene, Expectation) {
        let (client, server) = (FaultTrial.client, FaultTrial.server)
        let weather = weather
        switch fault {
        case .mostlyLost:
            let loss = Double.random(in: 0.6...0.85, using: &dice)
            let scene = try scene { network in
                network.host(client, link: weather.link(loss: loss))
                network.host(server, link: weather.link())
            }
            try connect(scene)
            _ = scene.runToTheEnd()
            let record = try scene.record()
            // What came through all the same is no failure; who heard nothing at all cannot tell loss from a wall.
            if record.phases.connected != nil { return (scene, Expectation("packet-loss", "consent-lost", "connection-interrupted", "-")) }
            let heard = record.connectivity.pairs.reduce(0) { $0 + $1.requestsReceived + $1.responsesReceived }
            if heard == 0 { return (scene, Expectation("no-check-received")) }
            // One or two checks and then nothing: a peer that died at once leaves the same behind.
            return (scene, heard <= 2 ? Expectation("path-too-lossy", "peer-vanished") : Expectation("path-too-lossy"))
        case .largeDropped:
            let mtu = Int.random(in: 180...420, using: &dice)
            let direction = pick([Network.Direction.up, .down, .both])
            let scene = try scene(plain)
            scene.network.setLink(of: client, weather.link(mtu: mtu), direction)
            try connect(scene)
            _ = scene.runToTheEnd()
            return (scene, Expectation("large-packets-lost"))
        case .blockedToServer:
            let scene = try scene(plain)
            scene.network.block(from: client)
            try connect(scene)
            endOrWait(scene)
            return (scene, Expectation("no-check-received"))
        case .blockedToClient:
            let scene = try scene(plain)
            scene.network.block(from: server)
            try connect(scene)
            endOrWait(scene)
            return (scene, Expectation("one-way-path"))
        case .noUDP:
            let scene = try scene(plain)
            scene.network.block()
            try connect(scene)
            endOrWait(scene)
            return (scene, Expectation("no-check-received"))
        default:
            let scene = try scene(plain)
            scene.network.partition(client, server)
            try connect(scene)
            endOrWait(scene)
            return (scene, Expectation("no-check-received"))
        }
    }

    /// The findings are to be right while the session lives too, once there was time to see that something is missing.
    private mutating func endOrWait(_ scene: Scene) {
        if chance(0.3) { scene.run(for: seconds(14...35)) } else { _ = scene.runToTheEnd() }
    }

    // MARK: Addresses

    private mutating func runAddresses() throws -> (Scene, Expectation) {
        let scene = try scene(plain)
        let lines: [String]
        let right: Expectation
        switch fault {
        case .onlyNames:
            lines = ["1 1 udp 2122260223 1f4712db-ea17-4bcf-a596-105139dfd8bf.local 50000 typ host"]
            right = Expectation("only-mdns-candidates")
        case .onlyPrivateAddresses:
            lines = pick([
                ["1 1 udp 2122260223 192.168.1.7 50000 typ host"],
                ["1 1 udp 2122260223 10.0.0.9 50000 typ host", "2 1 udp 2122260222 172.17.0.1 50001 typ host"],
                ["1 1 udp 2122260223 192.168.1.7 50000 typ host", "2 1 tcp 1518280447 192.168.1.7 9 typ host tcptype active"],
            ])
            right = Expectation("only-private-candidates")
        default:
            lines = ["1 1 udp 2122260223 2a00:1::7 50000 typ host"]
            right = Expectation("address-family-mismatch")
        }
        let trial = self
        // Nothing of the client arrives: it has no way to the server either.
        scene.network.block(from: FaultTrial.client)
        try scene.connect(sections: sections(), tamperOffer: { trial.offer($0, with: lines) })
        endOrWait(scene)
        return (scene, right)
    }
}
