internal import DTLS
internal import SDP
internal import Wire

/// Writes the answer to an offer (RFC 9429 §5.3.1).
struct AnswerWriter {
    let offer: SessionDescription
    let assessment: Assessment
    let remote: RemoteParameters
    let local: LocalParameters

    func write() -> SessionDescription {
        var answer = SessionDescription(origin: Origin(sessionID: String(local.sessionID), version: "1"))
        // RFC 9143 §7.3: the group of the answer, less what was rejected, its tag first.
        if !assessment.bundle.isEmpty { answer.append(.group(Group(semantics: "BUNDLE", mids: assessment.bundle))) }
        let options = remote.iceOptions.filter { $0 == "trickle" || $0 == "ice2" }
        if !options.isEmpty { answer.append(.iceOptions(options)) }
        for section in assessment.sections {
            answer.media.append(section.rejection == nil ? accepted(section) : Self.rejected(section.description))
        }
        return answer
    }

    /// RFC 3264 §6: port 0 rejects; the formats stand for themselves.
    private static func rejected(_ offered: MediaDescription) -> MediaDescription {
        var section = MediaDescription(
            kind: offered.kind, port: 0, protocolName: offered.protocolName, formats: offered.formats)
        section.connections = [Connection()]
        if let mid = offered.mid { section.append(.mid(mid)) }
        section.append(.direction(.inactive))
        return section
    }

    private func accepted(_ taken: Assessment.Section) -> MediaDescription {
        let offered = taken.description
        let place = local.defaultPlace
        var section = MediaDescription(
            kind: offered.kind, port: place.port, protocolName: offered.protocolName,
            formats: offered.isRTP ? taken.codecs.payloadTypes.map { String($0) } : offered.formats)
        section.connections = [place.connection]
        if let mid = offered.mid { section.append(.mid(mid)) }
        appendTransport(to: &section, isTagged: taken.index == assessment.tag)
        if offered.isRTP {
            appendMedia(taken, to: &section)
        } else {
            appendData(offered, to: &section)
        }
        return section
    }

    // RFC 9143 §7.3.3, not done: leaving the transport's attributes to the tagged section alone. Clients exist that refuse a
    // description with a section that has no credentials (aiortc 1.16), and browsers repeat them too. Candidates stand once.
    private func appendTransport(to section: inout MediaDescription, isTagged: Bool) {
        section.appendTransport(local, setup: remote.dtlsRole == .client ? .active : .passive)
        guard isTagged else { return }
        for candidate in local.candidates { section.append(.candidate(candidate)) }
        section.append(.endOfCandidates)
    }

    private func appendMedia(_ taken: Assessment.Section, to section: inout MediaDescription) {
        let offered = taken.description
        section.append(.direction(.inactive))
        // RFC 8035 §3: in an answer only where it was offered. RFC 8858 §4.3: `rtcp-mux-only` never.
        if offered.has(.rtcpMux) { section.append(.rtcpMux) }
        if offered.has(.rtcpRsize) { section.append(.rtcpRsize) }
        for line in offered.headerExtensions where CodecChoice.isKnown(headerExtension: line.uri) && line.id < 256 {
            section.append(
                .headerExtension(HeaderExtension(id: line.id, direction: line.direction?.reversed, uri: line.uri)))
        }
        var feedback: [UInt8?: [RTCPFeedback]] = [:]
        for line in offered.attributes {
            if case .rtcpFeedback(let kind) = line.attribute, CodecChoice.isKnown(feedback: kind.kind) {
                feedback[kind.payloadType, default: []].append(kind)
            }
        }
        for line in feedback[nil] ?? [] { section.append(.rtcpFeedback(line)) }
        for codec in taken.codecs.codecs {
            section.append(
                .rtpmap(
                    RTPMap(
                        payloadType: codec.payloadType, encoding: codec.name, clockRate: codec.clockRate,
                        channels: codec.channels)))
            for line in feedback[codec.payloadType] ?? [] { section.append(.rtcpFeedback(line)) }
            if let fmtp = codec.fmtp {
                section.append(.fmtp(FormatParameters(format: String(codec.payloadType), parameters: fmtp)))
            }
        }
    }

    /// RFC 8841 §10.3, or the description before it where the offer uses that.
    private func appendData(_ offered: MediaDescription, to section: inout MediaDescription) {
        if offered.protocolName == "DTLS/SCTP" {
            let port = local.sctpPort
            section.formats = [String(port)]
            section.append(.sctpmap(SCTPMap(port: port, application: "webrtc-datachannel", streams: offered.sctpmap?.streams ?? 256)))
        } else {
            section.append(.sctpPort(local.sctpPort))
        }
        section.append(.maxMessageSize(local.maxMessageSize))
    }
}

extension MediaDescription {
    /// Credentials, certificate and role.
    mutating func appendTransport(_ local: LocalParameters, setup: SetupRole) {
        append(.iceUfrag(local.ufrag))
        append(.icePwd(local.password))
        let halves = local.fingerprint.split(separator: " ", maxSplits: 1)
        if halves.count == 2 {
            append(.fingerprint(FingerprintAttribute(algorithm: String(halves[0]), hex: String(halves[1]))))
        }
        append(.setup(setup))
    }
}

extension LocalParameters {
    /// RFC 8839 §4.2.1.2: what stands in the `m=` and `c=` lines for a peer without ICE: the default candidate, or port 9 and no
    /// address where there is none.
    var defaultPlace: (port: UInt16, connection: SDP.Connection) {
        // RFC 8445 §5.1.4: "relayed … server-reflexive … host" is the order of preference.
        for kind in [CandidateAttribute.Kind.relay, .srflx, .host] {
            let candidate = candidates.first {
                $0.kind == kind && $0.component == 1 && $0.transport == .udp && $0.host.address?.family == .v4
            }
            if let candidate, let address = candidate.host.address {
                return (candidate.port, Connection(address: address.description))
            }
        }
        return (9, Connection())
    }
}
