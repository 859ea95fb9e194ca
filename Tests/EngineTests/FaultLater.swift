import ICE
import Inspection
import Peer
import Simulator
import Testing
import Wire

@testable import Engine

/// What befalls a peer or its path at some moment.
extension FaultTrial {
    mutating func runLater() throws -> (Scene, Expectation) {
        switch fault {
        case .killed: try runKilled()
        case .interrupted: try runInterrupted()
        case .rebound: try runRebound()
        case .moved: try runMoved()
        default: try runAppliedLate()
        }
    }

    private func hosts(_ network: inout Network) {
        network.host(FaultTrial.client, "20.0.0.11", link: weather.link())
        network.host(FaultTrial.server, link: weather.link())
    }

    private mutating func begin(_ scene: Scene, real: String = "\(client) 5000", appliesAnswer: Bool = true) throws {
        let lines = candidates(real: real)
        let trial = self
        try scene.connect(sections: .data, appliesAnswer: appliesAnswer, tamperOffer: { trial.offer($0, with: lines) })
    }

    /// The peer's process dies at any moment, from the answer to long after it connected.
    private mutating func runKilled() throws -> (Scene, Expectation) {
        let scene = try Scene(seed: seed &+ 1, build: hosts, history: history)
        try begin(scene)
        let roundTrip = weather.delay.seconds * 4
        scene.run(for: chance(0.6) ? .seconds(Double.random(in: 0...(0.3 + roundTrip * 6), using: &dice)) : seconds(1...60))
        scene.kill()
        _ = scene.runToTheEnd()
        let record = try scene.record()
        if record.phases.sctpEstablished != nil { return (scene, Expectation("consent-lost")) }
        // Encrypted, and no data channel yet: it may be called either.
        if record.phases.connected != nil { return (scene, Expectation("consent-lost", "peer-vanished")) }
        let heard = record.connectivity.pairs.reduce(0) { $0 + $1.requestsReceived + $1.responsesReceived }
        return (scene, heard > 0 ? Expectation("peer-vanished") : Expectation("no-check-received"))
    }

    private mutating func runInterrupted() throws -> (Scene, Expectation) {
        let scene = try Scene(seed: seed &+ 1, build: hosts, history: history)
        try begin(scene)
        scene.run(for: .seconds(30)) { scene.client?.connectionState == .connected }
        scene.run(for: seconds(1...20))
        scene.network.partition(FaultTrial.client, FaultTrial.server, start: scene.now, end: scene.now + seconds(12...17))
        scene.run(for: seconds(60...100))
        return (scene, Expectation("connection-interrupted"))
    }

    /// The NAT in front of the client forgets its mappings while the session stands.
    private mutating func runRebound() throws -> (Scene, Expectation) {
        var nat: Network.NATName?
        let weather = weather
        let address = chance(0.3) ? "20.0.0.88" : nil
        let scene = try Scene(
            seed: seed &+ 1,
            build: { network in
                let made = network.nat("20.0.0.8")
                network.host("10.0.0.5", behind: made, link: weather.link())
                network.host(FaultTrial.server, link: weather.link())
                nat = made
            }, history: history)
        scene.requestAddress = "20.0.0.8"
        let lines = candidates(real: "10.0.0.5 5000")
        let trial = self
        try scene.connect(sections: .data, at: "10.0.0.5:5000", tamperOffer: { trial.offer($0, with: lines) })
        scene.run(for: .seconds(30)) { scene.client?.connectionState == .connected }
        scene.run(for: seconds(3...20))
        if let nat { scene.network.rebind(nat, to: address) }
        scene.run(for: seconds(60...100))
        return (scene, Expectation("path-changed", "connection-interrupted"))
    }

    /// The client goes on over another of its addresses.
    private mutating func runMoved() throws -> (Scene, Expectation) {
        let scene = try Scene(seed: seed &+ 1, build: hosts, history: history)
        let lines = candidates()
        let trial = self
        let other = ICE.Candidate.host(try #require(TransportAddress("20.0.0.11:5000")), localPreference: 100)
        try scene.connect(
            sections: .data, tamperOffer: { trial.offer($0, with: lines) }, configure: { $0.localCandidates.append(other) })
        scene.run(for: .seconds(30)) { scene.client?.connectionState == .connected }
        scene.run(for: seconds(3...20))
        let used = try #require(scene.client?.agent.selectedPath?.local.ip).description
        scene.network.partition(used, FaultTrial.server, start: scene.now)
        scene.run(for: seconds(60...100))
        return (scene, Expectation("path-changed", "connection-interrupted"))
    }

    private mutating func runAppliedLate() throws -> (Scene, Expectation) {
        let scene = try Scene(seed: seed &+ 1, build: hosts, history: history)
        try begin(scene, appliesAnswer: false)
        scene.run(for: seconds(11...30))
        if case .answered(_, let sdp, _) = scene.opened { try scene.apply(sdp) }
        scene.run(for: seconds(15...40))
        return (scene, Expectation("slow-setup"))
    }
}
