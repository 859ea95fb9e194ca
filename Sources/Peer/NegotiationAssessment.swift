internal import SDP

/// What can be taken of an offer: which transport, which of its sections, and why not the others.
struct Assessment {
    struct Section {
        let index: Int
        let description: MediaDescription
        /// The choice of codecs; empty for data.
        var codecs = CodecChoice.none
        var rejection: Refusal?
    }

    private(set) var sections: [Section] = []
    /// The section whose transport all accepted sections use.
    private(set) var tag: Int
    /// The accepted sections, the tag first, as the answer's BUNDLE group lists them; empty where the offer has no group.
    private(set) var bundle: [String] = []

    /// - Throws: where nothing of the offer can be taken: the first section's reason.
    init(_ offer: SessionDescription) throws(Refusal) {
        guard !offer.media.isEmpty else {
            throw Refusal(
                .noMediaSection, line: nil, section: "RFC 9429 §5.3.1",
                "The offer has no m-section. Add a data channel or a transceiver before creating it.")
        }
        try offer.check()
        let groups = offer.groups("BUNDLE").map(\.mids)
        let bundled = Set(groups.flatMap { $0 })
        for (index, description) in offer.media.enumerated() {
            sections.append(try Self.assess(description, index, isBundled: description.mid.map(bundled.contains) ?? false))
        }
        tag = 0
        try choose(groups)
    }

    /// What speaks against one section, looked at alone.
    private static func assess(_ description: MediaDescription, _ index: Int, isBundled: Bool) throws(Refusal) -> Section {
        var section = Section(index: index, description: description)
        let line = description.source.number
        // RFC 9143 §6: with bundle-only, port 0 says that the section lives on the group's transport, not that it is disabled.
        let isBundleOnly = description.has(.bundleOnly) && isBundled
        if description.port == 0, !isBundleOnly {
            section.rejection = Refusal(
                .mediaDisabled, line: line, section: "RFC 3264 §6", "The m-section has port 0: the offer itself disables it.")
        } else if description.isRTP {
            // RFC 9143 §9.3: bundled RTP is multiplexed with RTCP, so its lack is the whole offer's fault, as browsers see it too.
            // A bundle-only section may leave saying so to the tag, as RFC 9725's own example does.
            if !description.has(.rtcpMux), !isBundleOnly {
                let refusal = Refusal(
                    .rtcpMuxMissing, line: line, section: isBundled ? "RFC 9143 §9.3" : "RFC 9429 §5.3.1",
                    "The m-section has no a=rtcp-mux line; RTP and RTCP must share one port.")
                if isBundled { throw refusal }
                section.rejection = refusal
            } else if description.kind != "audio", description.kind != "video" {
                section.rejection = Refusal(
                    .mediaUnsupported, line: line, section: "RFC 9429 §5.3.1", "Only audio, video and data channels are served.")
            } else {
                section.codecs = CodecChoice(description)
                if section.codecs.payloadTypes.isEmpty {
                    section.rejection = Refusal(
                        .noCommonCodec, line: line, section: "RFC 9429 §5.3.1",
                        "None of the m-section's codecs is known here; opus, PCMU, PCMA, G722, VP8, VP9, H264, H265 and AV1 are.")
                }
            }
        } else if description.isDataChannel {
            // RFC 8841 §5.1: port 0 says that the association is closed.
            if description.sctpPort == 0 {
                section.rejection = Refusal(
                    .sctpClosed, line: description.line(of: "sctp-port"), section: "RFC 8841 §5.1",
                    "The data section has a=sctp-port:0, which says that its association is closed.")
            }
        } else {
            section.rejection = Refusal(
                .protocolUnsupported, line: line, section: "RFC 9429 §5.1.2",
                "The m-section's protocol or format is not served: RTP over DTLS (UDP/TLS/RTP/SAVPF) and data channels (UDP/DTLS/SCTP webrtc-datachannel) are."
            )
        }
        return section
    }

    /// One transport is taken: the one data goes by, else the first. RFC 9429 §4.1.1 (max-bundle): what is not on it is rejected.
    private mutating func choose(_ groups: [[String]]) throws(Refusal) {
        var indexOfMid: [String: Int] = [:]
        for section in sections {
            if let mid = section.description.mid { indexOfMid[mid] = section.index }
        }
        var transportOf: [Int?] = Array(repeating: nil, count: sections.count)
        for (number, mids) in groups.enumerated() {
            for mid in mids { if let index = indexOfMid[mid] { transportOf[index] = number } }
        }
        let usable = sections.filter { $0.rejection == nil }
        guard let chosen = usable.first(where: { $0.description.isDataChannel }) ?? usable.first else {
            let reasons = sections.compactMap(\.rejection)
            // Every section has a reason here, and there is one at least. One that was meant to be used says more than one that
            // was switched off.
            throw reasons.first { $0.code != Refusal.Code.mediaDisabled.rawValue } ?? reasons[0]
        }
        tag = chosen.index
        if let group = transportOf[chosen.index] {
            // RFC 9143 §7.3.1: the first section of the group that is neither rejected nor bundle-only is the tag.
            let members = groups[group].compactMap { indexOfMid[$0] }.filter { sections[$0].rejection == nil }
            tag = members.first { !sections[$0].description.has(.bundleOnly) } ?? members.first ?? chosen.index
            var listed: Set<Int> = []
            for index in [tag] + members where listed.insert(index).inserted {
                if let mid = sections[index].description.mid { bundle.append(mid) }
            }
        }
        for index in sections.indices where sections[index].rejection == nil && index != tag {
            guard transportOf[tag] == nil || transportOf[index] != transportOf[tag] else { continue }
            sections[index].rejection = Refusal(
                .notBundled, line: sections[index].description.source.number, section: "RFC 9429 §4.1.1",
                "The m-section is not bundled with the one that is served, and there is one transport for all.")
        }
    }
}

extension CodecChoice {
    static var none: CodecChoice { CodecChoice(MediaDescription(kind: "", port: 0, protocolName: "", formats: [])) }
}
