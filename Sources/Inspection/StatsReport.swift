public import JSON

/// The types of statistics that a report has: RTCStatsType, and one of ours.
public enum StatsType: String, Sendable, CaseIterable {
    case peerConnection = "peer-connection"
    case transport
    case candidatePair = "candidate-pair"
    case localCandidate = "local-candidate"
    case remoteCandidate = "remote-candidate"
    case certificate
    case dataChannel = "data-channel"
    case codec
    // Of media that is not forwarded yet: a report has none of them.
    case inboundRTP = "inbound-rtp"
    case outboundRTP = "outbound-rtp"
    case remoteInboundRTP = "remote-inbound-rtp"
    case remoteOutboundRTP = "remote-outbound-rtp"
    case mediaSource = "media-source"
    case mediaPlayout = "media-playout"
    /// Not of the W3C: what the SCTP association knows.
    case sctpTransport = "sctp-transport"
}

/// The W3C statistics report of a record (webrtc-stats), an object by id as a browser's RTCStatsReport, or an array.
///
/// A member whose feature is not there is absent, never 0. Ids are stable over a session's life: `PC`, `T0`, `L…` and `R…` for candidates,
/// `P…` for pairs, `CF-…` for certificates, `D…` for channels, `C-mid-pt` for codecs, `SCTP0`.
public struct StatsReport {
    public enum Format: String, Sendable, CaseIterable {
        case object, array
    }

    private let record: Record
    private let format: Format
    private let type: StatsType?
    /// ms since 1970 in µs precision.
    private let timestamp: Int64

    public init(of record: Record, format: Format = .object, type: StatsType? = nil) {
        self.record = record
        self.format = format
        self.type = type
        timestamp = record.time(record.duration).microseconds
    }

    /// The report as one JSON value.
    public func write(into json: inout JSONWriter) {
        format == .object ? json.beginObject() : json.beginArray()
        writePeerConnection(into: &json)
        // A refused offer has no transport, and so nothing that hangs on one.
        if record.refusal == nil {
            writeTransport(into: &json)
            for pair in record.connectivity.pairs where wants(.candidatePair) { write(pair, into: &json) }
            for candidate in record.connectivity.localCandidates where wants(.localCandidate) {
                write(candidate, .localCandidate, into: &json)
            }
            for candidate in record.connectivity.remoteCandidates where wants(.remoteCandidate) {
                write(candidate, .remoteCandidate, into: &json)
            }
            writeCertificates(into: &json)
            for channel in record.channels where wants(.dataChannel) { write(channel, into: &json) }
            for section in record.media where section.isAccepted && wants(.codec) {
                for codec in section.codecs { write(codec, of: section, into: &json) }
            }
            writeAssociation(into: &json)
        }
        format == .object ? json.endObject() : json.endArray()
    }

    private func wants(_ candidate: StatsType) -> Bool { type == nil || type == candidate }

    /// Begins one entry with the members of RTCStats.
    private func begin(_ id: String, _ type: StatsType, into json: inout JSONWriter) {
        if format == .object { json.key(id) }
        json.beginObject()
        json.member("timestamp", timestamp, decimals: 3)
        json.member("type", type.rawValue)
        json.member("id", id)
    }

    private func writePeerConnection(into json: inout JSONWriter) {
        guard wants(.peerConnection) else { return }
        begin("PC", .peerConnection, into: &json)
        json.member("dataChannelsOpened", record.counters.dataChannelsOpened)
        json.member("dataChannelsClosed", record.counters.dataChannelsClosed)
        json.endObject()
    }

    private func writeTransport(into json: inout JSONWriter) {
        guard wants(.transport) else { return }
        begin("T0", .transport, into: &json)
        let handshake = record.handshake
        json.member("packetsSent", record.counters.packetsSent)
        json.member("packetsReceived", record.counters.packetsReceived)
        json.member("bytesSent", record.counters.bytesSent)
        json.member("bytesReceived", record.counters.bytesReceived)
        json.member("iceRole", record.connectivity.role.rawValue)
        json.member("iceLocalUsernameFragment", record.connectivity.usernameFragment)
        json.member("dtlsState", handshake.state.rawValue)
        json.member("iceState", record.connectivity.state.rawValue)
        json.member("selectedCandidatePairId", record.connectivity.selectedPairId)
        writeReference("localCertificateId", to: handshake.localCertificate, into: &json)
        writeReference("remoteCertificateId", to: handshake.remoteCertificate, into: &json)
        if let version = handshake.version {
            json.key("tlsVersion")
            json.string(String(version, radix: 16, uppercase: true))
        }
        json.member("dtlsCipher", handshake.cipher)
        json.member("dtlsRole", handshake.role.rawValue)
        json.member("srtpCipher", handshake.srtpProfile)
        json.member("selectedCandidatePairChanges", record.connectivity.selectedPairChanges)
        json.endObject()
    }

    private func write(_ pair: Record.Pair, into json: inout JSONWriter) {
        begin(pair.id, .candidatePair, into: &json)
        json.member("transportId", word: "T0")
        json.member("localCandidateId", pair.localCandidateId)
        json.member("remoteCandidateId", pair.remoteCandidateId)
        json.member("state", pair.state.rawValue)
        json.member("nominated", pair.isNominated)
        json.member("packetsSent", pair.packetsSent)
        json.member("packetsReceived", pair.packetsReceived)
        json.member("bytesSent", pair.bytesSent)
        json.member("bytesReceived", pair.bytesReceived)
        writeTime("lastPacketSentTimestamp", pair.lastPacketSentAt, into: &json)
        writeTime("lastPacketReceivedTimestamp", pair.lastPacketReceivedAt, into: &json)
        json.member("totalRoundTripTime", pair.totalRoundTripTime, decimals: 6)
        if let roundTripTime = pair.currentRoundTripTime { json.member("currentRoundTripTime", roundTripTime, decimals: 6) }
        json.member("requestsReceived", pair.requestsReceived)
        json.member("requestsSent", pair.requestsSent)
        json.member("responsesReceived", pair.responsesReceived)
        json.member("responsesSent", pair.responsesSent)
        json.member("consentRequestsSent", pair.consentRequestsSent)
        json.member("packetsDiscardedOnSend", pair.packetsDiscardedOnSend)
        json.member("bytesDiscardedOnSend", pair.bytesDiscardedOnSend)
        // Ours: not members of RTCIceCandidatePairStats. A browser has the first too.
        json.member("priority", pair.priority)
        json.member("lastErrorCode", pair.lastError?.code)
        json.endObject()
    }

    private func write(_ candidate: Record.Candidate, _ type: StatsType, into json: inout JSONWriter) {
        begin(candidate.id, type, into: &json)
        json.member("transportId", word: "T0")
        json.member("address", candidate.host)
        json.member("port", Int(candidate.port))
        json.member("protocol", candidate.transport)
        json.member("candidateType", candidate.kind.rawValue)
        json.member("priority", Int(candidate.priority))
        // Learnt by us from a server: what a remote candidate was learnt from is the peer's to know.
        if type == .localCandidate {
            json.member("url", candidate.url)
            json.member("relayProtocol", candidate.relayProtocol)
        }
        json.member("foundation", candidate.foundation)
        json.member("relatedAddress", candidate.relatedAddress)
        json.member("relatedPort", candidate.relatedPort.map { Int($0) })
        json.member("usernameFragment", candidate.usernameFragment)
        json.member("tcpType", candidate.tcpType)
        json.endObject()
    }

    private func writeCertificates(into json: inout JSONWriter) {
        guard wants(.certificate) else { return }
        let local = record.handshake.localCertificate
        if let local { write(local, into: &json) }
        // Two of our own processes may use one certificate; an id stands in a report once.
        if let remote = record.handshake.remoteCertificate, remote.fingerprint != local?.fingerprint { write(remote, into: &json) }
    }

    private func write(_ certificate: Record.Certificate, into json: inout JSONWriter) {
        begin("CF-" + certificate.fingerprint, .certificate, into: &json)
        json.member("fingerprint", certificate.fingerprint)
        json.member("fingerprintAlgorithm", certificate.fingerprintAlgorithm)
        json.member("base64Certificate", certificate.base64)
        json.endObject()
    }

    private func write(_ channel: Record.Channel, into json: inout JSONWriter) {
        begin(channel.id, .dataChannel, into: &json)
        json.member("label", channel.label)
        json.member("protocol", channel.subprotocol)
        json.member("dataChannelIdentifier", channel.identifier.map { Int($0) })
        json.member("state", channel.state.rawValue)
        json.member("messagesSent", channel.messagesSent)
        json.member("bytesSent", channel.bytesSent)
        json.member("messagesReceived", channel.messagesReceived)
        json.member("bytesReceived", channel.bytesReceived)
        json.endObject()
    }

    private func write(_ codec: Record.Codec, of section: Record.MediaSection, into json: inout JSONWriter) {
        begin("C-\(section.mid)-\(codec.payloadType)", .codec, into: &json)
        json.member("payloadType", codec.payloadType)
        json.member("transportId", word: "T0")
        json.member("mimeType", codec.mimeType)
        json.member("clockRate", codec.clockRate)
        json.member("channels", codec.channels)
        json.member("sdpFmtpLine", codec.parameters)
        json.endObject()
    }

    private func writeAssociation(into json: inout JSONWriter) {
        guard wants(.sctpTransport), let association = record.association else { return }
        begin("SCTP0", .sctpTransport, into: &json)
        json.member("transportId", word: "T0")
        if let time = association.smoothedRoundTripTime { json.member("smoothedRoundTripTime", time, decimals: 6) }
        json.member("congestionWindow", association.congestionWindow)
        json.member("receiverWindow", association.receiverWindow)
        json.member("mtu", association.mtu)
        json.member("unackedData", association.unackedData)
        json.endObject()
    }

    private func writeReference(_ name: StaticString, to certificate: Record.Certificate?, into json: inout JSONWriter) {
        guard let certificate else { return }
        json.key(name)
        json.beginString()
        json.piece("CF-")
        json.piece(certificate.fingerprint)
        json.endString()
    }

    private func writeTime(_ name: StaticString, _ offset: Int64?, into json: inout JSONWriter) {
        if let offset { json.member(name, record.time(offset).microseconds, decimals: 3) }
    }
}
