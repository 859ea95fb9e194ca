internal import Wire

extension StoredWords {
    /// A timeline as most sessions have one, after the events that are seldom.
    static var events: [TimelineEvent] {
        var timeline = Timeline()
        appendRare(to: &timeline)
        appendEnd(to: &timeline)
        appendConnectivity(to: &timeline)
        appendHandshake(to: &timeline)
        appendAssociation(to: &timeline)
        return timeline.events
    }

    private static func appendRare(to timeline: inout Timeline) {
        let rare: [EventCode] = [
            .remoteCandidateRefused, .checkErrorReceived, .checkRejectedWrongPassword, .responseRejected, .strangerDropped, .sendFailed,
            .consentExpired, .dtlsFlightRetransmitted, .dtlsFailed, .fingerprintMismatch, .sctpFailed, .channelRefused, .serverStopping,
            .endOfCandidates, .trickleReceived, .datagramHeld, .iceRestarted, .mediaSectionRejected, .localCandidateAdded,
        ]
        for code in rare { timeline.append(code, at: 0, pair: "CP1") }
        timeline.append(
            .remoteCandidateSetAside, at: 0, cause: "mdns-name", candidate: "1234567890123",
            data: [
                "address": "00000000-0000-4000-8000-000000000000.local", "type": "host",
                "why": "an mDNS name can only be resolved on the peer's own network; its checks will show the address",
            ])
        timeline.append(.peerReflexiveDiscovered, at: 0, candidate: "1234567890123", data: ["address": address, "type": "prflx"])
    }

    private static func appendEnd(to timeline: inout Timeline) {
        timeline.append(.closeRequested, at: 0)
        timeline.append(.sctpAborted, at: 0, cause: "User-Initiated Abort: Close called", evidence: [1], data: ["by": "peer"])
        let counts: Facts = ["label": "data", "messagesReceived": .number(1), "messagesSent": .number(1)]
        timeline.append(.channelClosed, at: 0, cause: "closed by the peer", channel: 1, data: counts)
        timeline.append(.channelClosed, at: 0, cause: "the association ended", channel: 1, data: counts)
        change(.sctpStateChanged, "connected", "closed", in: &timeline)
        timeline.append(.dtlsAlertReceived, at: 0, evidence: [1], data: ["alert": "warning close_notify"])
        timeline.append(.peerClosed, at: 0, evidence: [1])
        timeline.append(.dtlsAlertSent, at: 0, evidence: [1], data: ["alert": "warning close_notify"])
        timeline.append(.closeSent, at: 0, evidence: [1])
        change(.dtlsStateChanged, "connected", "closed", in: &timeline)
        change(.iceStateChanged, "completed", "closed", in: &timeline)
        change(.signalingStateChanged, "stable", "closed", in: &timeline)
        change(.connectionStateChanged, "connected", "closed", in: &timeline)
        timeline.append(.sessionEnded, at: 0, cause: Record.Reason.Code.closedByDelete.rawValue)
        timeline.append(.sessionEnded, at: 0, cause: Record.Reason.Code.closedByPeer.rawValue)
    }

    private static func appendConnectivity(to timeline: inout Timeline) {
        timeline.append(.requestReceived, at: 0, data: ["bytes": .number(1000)])
        timeline.append(.offerParsed, at: 0, data: ["mediaSections": .number(1)])
        timeline.append(.candidatesGathered, at: 0, data: ["count": .number(2)])
        change(.signalingStateChanged, "stable", "have-remote-offer", cause: "offer", in: &timeline)
        change(.gatheringStateChanged, "new", "gathering", in: &timeline)
        change(.gatheringStateChanged, "gathering", "complete", in: &timeline)
        change(.iceStateChanged, "new", "checking", cause: "remote-description", in: &timeline)
        change(.connectionStateChanged, "new", "connecting", cause: "remote-description", in: &timeline)
        timeline.append(
            .remoteCandidateSetAside, at: 0, cause: "unsupported-transport", candidate: "1234567890123",
            data: ["address": address, "type": "host", "why": "no socket of this server speaks its transport"])
        timeline.append(
            .pairCreated, at: 0, pair: "CP1",
            data: ["local": address, "priority": .number(9_114_756_780_670_975_998), "remote": address])
        timeline.append(.remoteCandidateAdded, at: 0, candidate: "1234567890123", data: ["address": address, "type": "host"])
        change(.signalingStateChanged, "have-remote-offer", "stable", cause: "answer", in: &timeline)
        timeline.append(.answerSent, at: 0, data: ["bytes": .number(1000)])
        timeline.append(.checkSent, at: 0, cause: "ordinary check", pair: "CP1", evidence: [1])
        timeline.append(.checkSent, at: 0, cause: "triggered check", pair: "CP1", evidence: [1])
        timeline.append(.checkReceived, at: 0, pair: "CP1", evidence: [1], data: ["useCandidate": "true"])
        timeline.append(.pairSucceeded, at: 0, pair: "CP1", evidence: [1])
        timeline.append(.pairNominated, at: 0, cause: "the peer chose it", pair: "CP1", evidence: [1])
        timeline.append(.pairSelected, at: 0, pair: "CP1", evidence: [1])
        timeline.append(.pairPruned, at: 0, cause: "another pair was chosen before it was tried", pair: "CP1", evidence: [1])
        change(.iceStateChanged, "checking", "completed", cause: "pair-nominated", evidence: [1], in: &timeline)
    }

    private static func appendHandshake(to timeline: inout Timeline) {
        change(.dtlsStateChanged, "new", "connecting", evidence: [1], in: &timeline)
        timeline.append(
            .dtlsClientHelloSeen, at: 0, evidence: [1],
            data: [
                "cipherSuites": "0xc02b 0xc02f 0xcca9 0xcca8 0xc009 0xc013 0xc00a 0xc014", "srtpProfiles": "0x7 0x8 0x1",
                "versions": "0xfefd",
            ])
        flight(.dtlsClientHelloSent, ["ClientHello"], in: &timeline)
        flight(
            .dtlsFlightReceived, ["ServerHello", "Certificate", "ServerKeyExchange", "CertificateRequest", "ServerHelloDone"], in: &timeline
        )
        flight(.dtlsFlightSent, ["Certificate", "ClientKeyExchange", "CertificateVerify", "ChangeCipherSpec", "Finished"], in: &timeline)
        flight(.dtlsFlightReceived, ["ChangeCipherSpec", "Finished"], in: &timeline)
        change(.dtlsStateChanged, "connecting", "connected", evidence: [1], in: &timeline)
        change(.connectionStateChanged, "connecting", "connected", cause: "dtls-connected", evidence: [1], in: &timeline)
        timeline.append(
            .fingerprintVerified, at: 0, evidence: [1],
            data: ["algorithm": "sha-256", "fingerprint": .text(String(repeating: "00:", count: 31) + "00")])
        timeline.append(
            .dtlsConnected, at: 0, evidence: [1],
            data: [
                "cipher": "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "srtpProfile": "SRTP_AEAD_AES_128_GCM", "version": "DTLS 1.2",
            ])
    }

    private static func appendAssociation(to timeline: inout Timeline) {
        timeline.append(.sctpStateChanged, at: 0, evidence: [1], data: ["to": "connecting"])
        timeline.append(.sctpInitSent, at: 0, evidence: [1])
        timeline.append(
            .sctpInitSeen, at: 0, evidence: [1], data: ["inboundStreams": .number(65_535), "outboundStreams": .number(65_535)])
        timeline.append(.sctpInitAcknowledged, at: 0, evidence: [1])
        timeline.append(.sctpCookieSent, at: 0, evidence: [1])
        timeline.append(
            .sctpConnected, at: 0, evidence: [1], data: ["inboundStreams": .number(256), "outboundStreams": .number(256)])
        timeline.append(.sctpStateChanged, at: 0, evidence: [1], data: ["to": "connected"])
        timeline.append(
            .channelOpened, at: 0, cause: "the peer opened it", channel: 1, evidence: [1],
            data: ["label": "data", "reliability": "reliable"])
    }

    private static let address = Facts.Value.address(TransportAddress(IPAddress(127, 0, 0, 1), 8189))

    private static func change(
        _ code: EventCode, _ old: String, _ new: String, cause: String? = nil, evidence: [Int] = [], in timeline: inout Timeline
    ) {
        timeline.append(code, at: 0, cause: cause, evidence: evidence, data: ["from": .text(old), "to": .text(new)])
    }

    private static func flight(_ code: EventCode, _ messages: [String], in timeline: inout Timeline) {
        for message in messages {
            timeline.append(code, at: 0, evidence: [1], data: ["bytes": .number(108), "message": .text(message)])
        }
    }
}
