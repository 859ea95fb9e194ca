import Crypt
import ICE
import Inspection
import Peer
import SCTP
import Simulator
import Testing
import Wire

@testable import Engine

/// Pages that do the wrong thing with descriptions.
extension FaultTrial {
    mutating func runBrokenPage() throws -> (Scene, Expectation) {
        let weather = weather
        let scene = try Scene(
            seed: seed &+ 1,
            build: { network in
                network.host(FaultTrial.client, link: weather.link())
                network.host(FaultTrial.server, link: weather.link())
                network.host("20.0.0.9", link: weather.link())
            }, history: history)
        let lines = candidates()
        let trial = self
        func offer(_ text: String) -> String { trial.offer(text, with: lines) }
        switch fault {
        case .answerNeverApplied:
            try scene.connect(sections: sections(), appliesAnswer: false, tamperOffer: offer)
            wait(scene)
            return (scene, Expectation("no-check-received"))
        case .answerOfAnEarlierSession:
            try earlierSession(scene, offer)
            wait(scene)
            return (scene, Expectation("stale-answer"))
        case .answerOfAnotherPeer:
            // Somebody else's session, begun before or after.
            var foreign: String?
            let isFirst = chance(0.5)
            scene.requestAddress = "20.0.0.9"
            if isFirst {
                _ = try scene.second(at: "20.0.0.9:5000")
                if case .answered(_, let sdp, _) = scene.opened { foreign = sdp }
                scene.run(for: seconds(0.1...5))
            }
            scene.requestAddress = FaultTrial.client
            try scene.connect(sections: .data, appliesAnswer: false, tamperOffer: offer)
            if !isFirst {
                scene.requestAddress = "20.0.0.9"
                _ = try scene.second(at: "20.0.0.9:5000")
                if case .answered(_, let sdp, _) = scene.opened { foreign = sdp }
            }
            try scene.apply(foreign ?? "")
            wait(scene)
            return (scene, Expectation("unknown-username"))
        case .passwordOfTheAnswerChanged:
            try scene.connect(
                sections: sections(), tamperOffer: offer,
                tamperAnswer: { replacing("a=ice-pwd:", with: "a=ice-pwd:anotherpasswordthanthetrueone", in: $0) })
            wait(scene)
            return (scene, Expectation("wrong-password"))
        case .passwordOfTheOfferChanged:
            try scene.connect(
                sections: sections(),
                tamperOffer: { offer(replacing("a=ice-pwd:", with: "a=ice-pwd:anotherpasswordthanthetrueone", in: $0)) })
            wait(scene)
            return (scene, Expectation("wrong-password"))
        case .restartOnOneSide:
            try restartOnOneSide(scene, offer)
            return (scene, Expectation("restart-one-sided"))
        case .fingerprintOfTheOfferChanged, .fingerprintOfTheAnswerChanged:
            let other = try Identity(validFrom: 1_700_000_000).fingerprint.description
            let isOffer = fault == .fingerprintOfTheOfferChanged
            func swap(_ text: String) -> String { replacing("a=fingerprint:", with: "a=fingerprint:\(other)", in: text) }
            try scene.connect(
                sections: sections(), tamperOffer: { offer(isOffer ? swap($0) : $0) }, tamperAnswer: { isOffer ? $0 : swap($0) })
            _ = scene.runToTheEnd()
            return (scene, isOffer ? Expectation("fingerprint-mismatch") : Expectation("dtls-alert"))
        case .bothBegin:
            try scene.connect(
                sections: sections(), tamperOffer: { offer(replacing("a=setup:", with: "a=setup:passive", in: $0)) },
                tamperAnswer: { replacing("a=setup:", with: "a=setup:passive", in: $0) })
            _ = scene.runToTheEnd()
            return (scene, Expectation("dtls-role-clash"))
        case .bothWait:
            try scene.connect(
                sections: sections(), tamperOffer: { offer(replacing("a=setup:", with: "a=setup:active", in: $0)) },
                tamperAnswer: { replacing("a=setup:", with: "a=setup:active", in: $0) })
            wait(scene)
            return (scene, Expectation("dtls-no-client-hello"))
        case .otherPortsForData:
            let port = Int.random(in: 1024...65_535, using: &dice)
            let isOffer = chance(0.5)
            func move(_ text: String) -> String { replacing("a=sctp-port:", with: "a=sctp-port:\(port)", in: text) }
            try scene.connect(
                sections: pick([[.data], [.audio, .data]]), tamperOffer: { offer(isOffer ? move($0) : $0) },
                tamperAnswer: { isOffer ? $0 : move($0) })
            scene.run(for: seconds(8...40))
            return (scene, Expectation("sctp-port-mismatch"))
        default:
            let (prefix, code) = pick([
                ("a=fingerprint:", "fingerprint-missing"), ("a=ice-ufrag:", "ice-ufrag-missing"), ("a=ice-pwd:", "ice-pwd-missing"),
            ])
            try scene.connect(sections: sections(), tamperOffer: { offer(replacing(prefix, with: nil, in: $0)) })
            return (scene, Expectation("offer-refused:\(code)"))
        }
    }

    private mutating func wait(_ scene: Scene) {
        if chance(0.3) { scene.run(for: seconds(16...35)) } else { _ = scene.runToTheEnd() }
    }

    /// The client posts, gives up or not, posts anew, and applies what it had got the first time.
    private mutating func earlierSession(_ scene: Scene, _ offer: (String) -> String) throws {
        try scene.connect(sections: .data, appliesAnswer: false, tamperOffer: offer)
        guard case .answered(let first, let old, _) = scene.opened else { return }
        scene.run(for: seconds(0.2...8))
        if chance(0.5) {
            scene.onLoop { loop, now, outbox in
                guard let session = loop.session(first) else { return }
                loop.end(session, .closedByDelete, at: now, into: &outbox)
            }
        }
        try scene.connect(sections: .data, appliesAnswer: false, tamperOffer: offer)
        try scene.apply(old)
    }

    /// The session stands; then its client takes new credentials that the server is never told, or the other way round.
    private mutating func restartOnOneSide(_ scene: Scene, _ offer: (String) -> String) throws {
        try scene.connect(sections: .data, tamperOffer: offer)
        scene.run(for: .seconds(20)) { scene.client?.connectionState == .connected }
        scene.run(for: seconds(1...10))
        let isClient = chance(0.5)
        let update = try #require(scene.client?.remote)
        if isClient {
            scene.onClient { $0.adopt(.random(&dice), with: update, at: $1, into: &$2) }
        } else {
            scene.onLoop { loop, now, outbox in
                guard let session = loop.session(scene.id), let remote = session.peer.remote else { return }
                _ = loop.restart(session, with: remote, at: now, into: &outbox)
            }
        }
        _ = scene.runToTheEnd()
    }
}
