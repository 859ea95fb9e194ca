public import SDP

extension Negotiation {
    /// An offer of ours: data channels, media, or both, bundled on one transport, with all candidates in it.
    ///
    /// Sections are numbered `0`, `1`, … as mids: audio, then video, then data. Media is inactive.
    public static func offer(
        with local: LocalParameters, data: Bool = true, audio: Bool = false, video: Bool = false
    ) -> SessionDescription {
        var sections: [MediaDescription] = []
        let place = local.defaultPlace
        if audio { sections.append(media("audio", port: place.port, audioCodecs)) }
        if video { sections.append(media("video", port: place.port, videoCodecs)) }
        if data {
            var section = MediaDescription(
                kind: "application", port: place.port, protocolName: "UDP/DTLS/SCTP", formats: ["webrtc-datachannel"])
            section.append(.sctpPort(local.sctpPort))
            section.append(.maxMessageSize(local.maxMessageSize))
            sections.append(section)
        }

        var offer = SessionDescription(origin: Origin(sessionID: String(local.sessionID), version: "1"))
        offer.append(.group(Group(semantics: "BUNDLE", mids: sections.indices.map { String($0) })))
        // RFC 9429 §5.2.1: an offer says `trickle`; RFC 8445 §10: an agent of that specification says `ice2`.
        offer.append(.iceOptions(["trickle", "ice2"]))
        for (index, content) in sections.enumerated() {
            var section = content
            section.connections = [place.connection]
            let own = section.attributes
            section.attributes = []
            section.append(.mid(String(index)))
            // RFC 8842 §5.2: an initial offer leaves the DTLS role to the answer.
            section.appendTransport(local, setup: .actpass)
            if index == 0 {
                for candidate in local.candidates { section.append(.candidate(candidate)) }
                section.append(.endOfCandidates)
            }
            section.attributes += own
            offer.media.append(section)
        }
        return offer
    }

    private static func media(_ kind: String, port: UInt16, _ codecs: [Codec]) -> MediaDescription {
        var section = MediaDescription(
            kind: kind, port: port, protocolName: "UDP/TLS/RTP/SAVPF", formats: codecs.map { String($0.payloadType) })
        section.append(.direction(.inactive))
        section.append(.rtcpMux)
        section.append(.rtcpMuxOnly)
        section.append(.rtcpRsize)
        section.append(.headerExtension(HeaderExtension(id: 1, uri: "urn:ietf:params:rtp-hdrext:sdes:mid")))
        for codec in codecs {
            section.append(
                .rtpmap(
                    RTPMap(
                        payloadType: codec.payloadType, encoding: codec.name, clockRate: codec.clockRate,
                        channels: codec.channels)))
            if let fmtp = codec.fmtp {
                section.append(.fmtp(FormatParameters(format: String(codec.payloadType), parameters: fmtp)))
            }
            guard kind == "video" else { continue }
            for feedback in ["nack", "nack pli", "ccm fir"] {
                section.append(.rtcpFeedback(RTCPFeedback(payloadType: codec.payloadType, kind: feedback)))
            }
        }
        return section
    }

    private static let audioCodecs = [
        Codec(payloadType: 111, name: "opus", clockRate: 48_000, channels: 2, fmtp: "minptime=10;useinbandfec=1")
    ]

    private static let videoCodecs = [
        Codec(payloadType: 96, name: "VP8", clockRate: 90_000),
        Codec(
            payloadType: 102, name: "H264", clockRate: 90_000,
            fmtp: "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"),
    ]
}
