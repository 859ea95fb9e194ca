import Inspection
import Wire

/// Records that the tests begin with.
enum Samples {
    static let startedAt: Int64 = 1_795_367_100_123_456

    static func address(_ text: String) -> Endpoint {
        Endpoint(text) ?? Endpoint(.name(text), 0)
    }

    static func pair(_ id: String = "P1", state: Record.Pair.State = .succeeded) -> Record.Pair {
        Record.Pair(
            id: id, localCandidateId: "L1", remoteCandidateId: "R1", local: address("127.0.0.1:8189"), remote: address("127.0.0.1:40000"),
            localKind: .host, remoteKind: .host, state: state)
    }

    /// A session just posted: offer read, answer sent, nothing heard yet.
    static func posted(takenAt: Int64 = 1_000) -> Record {
        var record = Record(id: "01JDA4X6Y0000000000000000000000000A1", startedAt: startedAt)
        record.takenAt = takenAt
        record.remoteAddress = address("127.0.0.1:51234")
        record.userAgent = "curl/7.88.1"
        record.signalingState = .stable
        record.gatheringState = .complete
        record.connectionState = .connecting
        record.offer = Record.Description(masking: "v=0\r\na=ice-ufrag:abcd\r\na=ice-pwd:0123456789abcdefghijkl\r\n")
        record.answer = Record.Description(masking: "v=0\r\na=ice-pwd:0123456789abcdefghijkl\r\n")
        record.connectivity.state = .checking
        record.connectivity.usernameFragment = "LoCaLuFr"
        record.connectivity.remote.usernameFragment = "abcd"
        record.connectivity.remote.canTrickle = true
        record.connectivity.localCandidates = [
            Record.Candidate(
                id: "L1", kind: .host, host: .address(IPAddress(127, 0, 0, 1)), port: 8189, priority: 2_130_706_431, foundation: "1",
                usernameFragment: "LoCaLuFr")
        ]
        record.connectivity.remoteCandidates = [
            Record.Candidate(
                id: "R1", kind: .host, host: .address(IPAddress(127, 0, 0, 1)), port: 40000, priority: 2_122_260_223, foundation: "77",
                usernameFragment: "abcd", disposition: .paired)
        ]
        record.connectivity.pairs = [pair(state: .inProgress)]
        record.handshake.role = .server
        record.handshake.expectedFingerprints = ["sha-256 AA:BB"]
        record.handshake.localCertificate = Record.Certificate(fingerprint: "11:22", base64: "MIIB")
        record.association = Record.Association()
        record.media = [Record.MediaSection(mid: "0", kind: "application", line: 9)]
        var timeline = Timeline()
        timeline.append(.requestReceived, at: 0)
        timeline.append(.offerParsed, at: 200)
        timeline.append(.candidatesGathered, at: 210)
        timeline.append(.answerSent, at: 600)
        record.events = timeline.events
        record.phases = timeline.phases
        return record
    }

    /// A session with one data channel open.
    static func connected() -> Record {
        var record = posted(takenAt: 4_000_000)
        record.connectionState = .connected
        record.connectivity.state = .completed
        var pair = pair()
        pair.isNominated = true
        pair.priority = 9_115_038_255_631_187_455
        pair.requestsSent = 3
        pair.requestsReceived = 4
        pair.responsesSent = 4
        pair.responsesReceived = 3
        pair.consentRequestsSent = 1
        pair.currentRoundTripTime = 310
        pair.totalRoundTripTime = 940
        pair.packetsSent = 12
        pair.packetsReceived = 14
        pair.bytesSent = 4321
        pair.bytesReceived = 5432
        pair.lastPacketSentAt = 3_900_000
        pair.lastPacketReceivedAt = 3_900_400
        record.connectivity.pairs = [pair]
        record.connectivity.selectedPairId = "P1"
        record.connectivity.selectedPairChanges = 1
        record.connectivity.lastConsentAt = 3_800_000
        record.handshake.state = .connected
        record.handshake.version = 0xfefd
        record.handshake.cipher = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"
        record.handshake.srtpProfile = "SRTP_AEAD_AES_128_GCM"
        record.handshake.remoteCertificate = Record.Certificate(fingerprint: "AA:BB", base64: "MIIC")
        record.handshake.isFingerprintVerified = true
        record.handshake.clientHellosSeen = 1
        record.handshake.datagramsSent = 3
        record.handshake.datagramsReceived = 3
        record.association?.state = .connected
        record.association?.isInitSeen = true
        record.association?.smoothedRoundTripTime = 400
        record.association?.congestionWindow = 4380
        record.association?.receiverWindow = 131_072
        record.association?.mtu = 1200
        record.association?.unackedData = 0
        record.association?.maxMessageSize = 262_144
        var channel = Record.Channel(id: "D0", identifier: 0, label: "chat", subprotocol: "v1", state: .open)
        channel.messagesSent = 2
        channel.messagesReceived = 3
        channel.bytesSent = 10
        channel.bytesReceived = 15
        channel.openedAt = 9_000
        record.channels = [channel]
        record.media.append(
            Record.MediaSection(
                mid: "1", kind: "audio", direction: "inactive", line: 20,
                codecs: [Record.Codec(payloadType: 111, mimeType: "audio/opus", clockRate: 48000, channels: 2, parameters: "minptime=10")]))
        record.counters.packetsSent = 20
        record.counters.packetsReceived = 21
        record.counters.bytesSent = 6000
        record.counters.bytesReceived = 7000
        record.counters.dataChannelsOpened = 1
        record.counters.messagesSent = 2
        record.counters.messagesReceived = 3
        record.evidence = evidence()
        var timeline = Timeline()
        timeline.append(.requestReceived, at: 0)
        timeline.append(.offerParsed, at: 200)
        timeline.append(.candidatesGathered, at: 210)
        timeline.append(.answerSent, at: 600)
        timeline.append(.checkReceived, at: 2_000, pair: "P1", candidate: "R1", evidence: [1])
        timeline.append(.checkSent, at: 2_050, cause: "triggered by the peer's check", pair: "P1")
        timeline.append(.pairSucceeded, at: 2_400, pair: "P1", evidence: [2])
        timeline.append(.pairNominated, at: 2_500, pair: "P1")
        timeline.appendChange(.iceStateChanged, from: ICEState.checking, to: ICEState.connected, at: 2_600)
        timeline.append(.dtlsClientHelloSeen, at: 3_000)
        timeline.append(.dtlsConnected, at: 5_000, data: ["cipher": "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"])
        timeline.appendChange(.connectionStateChanged, from: ConnectionState.connecting, to: ConnectionState.connected, at: 5_100)
        timeline.append(.sctpInitSeen, at: 6_000)
        timeline.append(.sctpConnected, at: 7_000)
        timeline.append(.channelOpened, at: 9_000, channel: 0, data: ["label": "chat"])
        record.events = timeline.events
        record.phases = timeline.phases
        return record
    }

    static func evidence() -> Evidence {
        var evidence = Evidence()
        let path = Path(
            local: TransportAddress(IPAddress(127, 0, 0, 1), 8189), remote: TransportAddress(IPAddress(127, 0, 0, 1), 40000))
        evidence.append(bindingRequest.span, direction: .received, on: path, at: 2_000)
        evidence.append(bindingResponse.span, direction: .sent, on: path, at: 2_040)
        return evidence
    }

    /// A STUN Binding request without attributes.
    static let bindingRequest: [UInt8] = [0x00, 0x01, 0x00, 0x00, 0x21, 0x12, 0xa4, 0x42] + Array(1...12)
    /// Its success response, with XOR-MAPPED-ADDRESS 127.0.0.1:40000.
    static let bindingResponse: [UInt8] =
        [0x01, 0x01, 0x00, 0x0c, 0x21, 0x12, 0xa4, 0x42] + Array(1...12)
        + [0x00, 0x20, 0x00, 0x08, 0x00, 0x01, 0x9c ^ 0x21, 0x40 ^ 0x12, 127 ^ 0x21, 0x12, 0xa4, 0x43]
}
