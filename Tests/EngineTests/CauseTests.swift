import Crypt
import ICE
import Inspection
import Peer
import SCTP
import STUN
import Simulator
import Testing
import Wire

@testable import Engine

/// Each cause is made to happen, and the diagnosis must name it first: while the session lives and, the same, from history.
@Suite(.serialized) struct `Every cause is named` {
    private func expect(_ code: String, _ reason: Record.Reason.Code?, _ scene: Scene, _ location: SourceLocation = #_sourceLocation) throws
    {
        #expect(scene.runToTheEnd(), "it did not end", sourceLocation: location)
        let record = try scene.record()
        #expect(Diagnosis.findings(of: record).first?.code == code, sourceLocation: location)
        #expect(record.reason?.code == reason, sourceLocation: location)
        let findings = Diagnosis.findings(of: record)
        for finding in findings {
            #expect(!finding.title.isEmpty && !finding.explanation.isEmpty && !finding.fix.isEmpty, sourceLocation: location)
        }
    }

    @Test func `a healthy session has no finding, while it lives and after it ended`() throws {
        try Stack.exclusively {
            let scene = try Scene()
            try scene.connect()
            #expect(try scene.echo())
            #expect(try scene.firstFinding() == nil)
            scene.onClient { $0.close(.closedByDelete, at: $1, into: &$2) }
            #expect(scene.runToTheEnd())
            #expect(try scene.firstFinding() == nil)
            let record = try scene.record()
            #expect(record.reason?.code == .closedByPeer)
            #expect(record.outcome == .completed)
            #expect(record.counters.messagesReceived == 1)
        }
    }

    @Test func `an offer with audio, video and data is healthy too`() throws {
        try Stack.exclusively {
            let scene = try Scene()
            try scene.connect(sections: [.audio, .video, .data])
            #expect(try scene.echo())
            #expect(try scene.firstFinding() == nil)
        }
    }

    @Test func `the answer was never applied: no check comes`() throws {
        try Stack.exclusively {
            let scene = try Scene { network in
                Scene.twoHosts(&network)
                network.block(from: Scene.clientAddress)
            }
            try scene.connect(appliesAnswer: false)
            try expect("no-check-received", .neverConnected, scene)
        }
    }

    @Test func `checks of ours are answered by nobody, and none comes: the path is blocked`() throws {
        try Stack.exclusively {
            let scene = try Scene { network in
                Scene.twoHosts(&network)
                network.partition(Scene.clientAddress, Scene.server)
            }
            try scene.connect()
            try expect("no-check-received", .neverConnected, scene)
        }
    }

    @Test func `what the server sends does not arrive: a path that works one way`() throws {
        try Stack.exclusively {
            let scene = try Scene { network in
                Scene.twoHosts(&network)
                network.block(from: Scene.server)
            }
            try scene.connect()
            try expect("one-way-path", .iceFailed, scene)
        }
    }

    @Test func `the client has an old password`() throws {
        try Stack.exclusively {
            let scene = try Scene()
            try scene.connect(tamperAnswer: { replacing("a=ice-pwd:", with: "a=ice-pwd:anotherpasswordthanthetrueone", in: $0) })
            try expect("wrong-password", .neverConnected, scene)
        }
    }

    @Test func `the client applied another session's answer`() throws {
        try Stack.exclusively {
            let scene = try Scene()
            // The fragment of the true session leads the checks here; the client's own half is of another session.
            try scene.connect(tamperOffer: { replacing("a=ice-ufrag:", with: "a=ice-ufrag:other", in: $0) })
            try expect("unknown-username", .neverConnected, scene)
        }
    }

    @Test func `only mDNS names, and no check`() throws {
        try Stack.exclusively {
            let scene = try Scene()
            try scene.connect(
                appliesAnswer: false,
                tamperOffer: {
                    replacing(
                        "a=candidate:", with: "a=candidate:1 1 udp 2122260223 1f4712db-ea17-4bcf-a596-105139dfd8bf.local 50000 typ host",
                        in: $0)
                })
            try expect("only-mdns-candidates", .neverConnected, scene)
        }
    }

    @Test func `only candidates that nothing can be sent to, and no check`() throws {
        try Stack.exclusively {
            let scene = try Scene()
            try scene.connect(
                appliesAnswer: false,
                tamperOffer: {
                    replacing("a=candidate:", with: "a=candidate:1 1 tcp 1518280447 20.0.0.1 9 typ host tcptype active", in: $0)
                })
            try expect("no-usable-candidates", .neverConnected, scene)
        }
    }

    @Test func `a client of IPv6 alone and a server of IPv4 alone`() throws {
        try Stack.exclusively {
            let scene = try Scene()
            try scene.connect(
                appliesAnswer: false,
                tamperOffer: { replacing("a=candidate:", with: "a=candidate:1 1 udp 2122260223 2a00::1 50000 typ host", in: $0) })
            try expect("address-family-mismatch", .neverConnected, scene)
        }
    }

    @Test func `both ends are lite`() throws {
        try Stack.exclusively {
            let scene = try Scene()
            try scene.connect(appliesAnswer: false, tamperOffer: { replacing("t=0 0", with: "t=0 0\r\na=ice-lite", in: $0) })
            #expect(scene.runToTheEnd())
            #expect(try scene.firstFinding() != nil)
        }
    }

    @Test func `another certificate than the offer promised`() throws {
        try Stack.exclusively {
            let other = try Identity(validFrom: 1_700_000_000).fingerprint.description
            let scene = try Scene()
            try scene.connect(tamperOffer: { replacing("a=fingerprint:", with: "a=fingerprint:\(other)", in: $0) })
            try expect("fingerprint-mismatch", .dtlsFailed, scene)
        }
    }

    @Test func `the client does not like our certificate and says so by an alert`() throws {
        try Stack.exclusively {
            let other = try Identity(validFrom: 1_700_000_000).fingerprint.description
            let scene = try Scene()
            try scene.connect(tamperAnswer: { replacing("a=fingerprint:", with: "a=fingerprint:\(other)", in: $0) })
            try expect("dtls-alert", .dtlsFailed, scene)
        }
    }

    @Test func `checks pass and DTLS does not: both ends wait for the other to begin`() throws {
        try Stack.exclusively {
            let scene = try Scene()
            // We are told to be the server, while the client was told that we are the client.
            try scene.connect(
                tamperOffer: { replacing("a=setup:", with: "a=setup:active", in: $0) },
                tamperAnswer: { replacing("a=setup:", with: "a=setup:active", in: $0) })
            try expect("dtls-no-client-hello", .dtlsFailed, scene)
        }
    }

    @Test func `large datagrams do not pass: the handshake falls silent`() throws {
        try Stack.exclusively {
            let scene = try Scene { network in
                network.host(Scene.clientAddress, link: Link(delay: .milliseconds(10), mtu: 300))
                network.host(Scene.server, link: Link(delay: .milliseconds(10)))
            }
            try scene.connect()
            try expect("large-packets-lost", .dtlsFailed, scene)
        }
    }

    @Test func `the client aborts SCTP`() throws {
        try Stack.exclusively {
            let scene = try Scene()
            try scene.connect(tamperOffer: { replacing("a=sctp-port:", with: "a=sctp-port:6000", in: $0) })
            #expect(scene.runToTheEnd())
            #expect(try ["sctp-port-mismatch", "sctp-no-init", "sctp-aborted"].contains(scene.firstFinding()))
        }
    }

    @Test func `the path dies in mid-call`() throws {
        try Stack.exclusively {
            let scene = try Scene()
            try scene.connect()
            #expect(try scene.echo())
            scene.network.partition(Scene.clientAddress, Scene.server, start: scene.now)
            try expect("consent-lost", .consentExpired, scene)
            #expect(try scene.record().outcome == .completed)
        }
    }

    @Test func `DELETE ends it, and that is no fault`() throws {
        try Stack.exclusively {
            let scene = try Scene()
            try scene.connect()
            #expect(try scene.echo())
            scene.onLoop { loop, now, outbox in
                guard let session = loop.session(scene.id) else { return }
                loop.end(session, .closedByDelete, at: now, into: &outbox)
            }
            #expect(scene.runToTheEnd())
            #expect(try scene.firstFinding() == nil)
            #expect(scene.run(for: .seconds(1)) { scene.client?.closeReason == .closedByPeer })
        }
    }

    @Test func `offers that can't be served say why, and stand on record`() throws {
        try Stack.exclusively {
            let scene = try Scene()
            try scene.connect(tamperOffer: { replacing("a=fingerprint:", with: nil, in: $0) })
            #expect(try scene.record().outcome == .refused)
            #expect(try scene.firstFinding()?.hasPrefix("offer-refused") == true)
            scene.post("nonsense")
            #expect(try scene.record().refusal?.status == 400)
            #expect(try scene.firstFinding()?.hasPrefix("offer-refused") == true)
        }
    }
}
