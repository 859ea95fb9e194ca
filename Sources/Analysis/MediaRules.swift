internal import SDP

/// Payload types and codecs of one RTP section.
extension Examination {
    mutating func examineMedia(_ section: Section) {
        examineProtocol(section)
        examinePayloadTypes(section)
        examineUnused(section)
        examineCodecs(section)
        examineExtensions(section)
        examineStreams(section)
        examineEncodings(section)
        if section.directions.count > 1, section.directions.contains(where: { $0.value != section.directions[0].value }) {
            findings.note(
                .directionTwice, at: section.directions[1].line, mid: section.mid,
                "The section says \(section.directions[0].value.rawValue) and then \(section.directions[1].value.rawValue); the first counts here, and in other stacks the last.",
                fix: "Keep one.")
        }
    }

    private mutating func examineProtocol(_ section: Section) {
        let name = section.media.protocolName
        if !section.isSecure {
            findings.note(
                .protocolNotSecure, at: section.line, mid: section.mid,
                "\(quoted(name)) is RTP without DTLS, as telephony and cameras use it. WebRTC writes UDP/TLS/RTP/SAVPF.",
                fix: "Let the other side offer WebRTC: a description of SIP or RTSP can't be posted here.")
        } else if name != "UDP/TLS/RTP/SAVPF", name != "TCP/TLS/RTP/SAVPF" {
            findings.note(
                .protocolPlainFeedback, at: section.line, mid: section.mid, "\(quoted(name)) is taken for UDP/TLS/RTP/SAVPF.",
                fix: "Write UDP/TLS/RTP/SAVPF.")
        }
        if let line = section.muxOnly, !section.hasMux {
            findings.note(
                .muxOnlyAlone, at: line, mid: section.mid, "rtcp-mux-only needs an a=rtcp-mux line beside it.", fix: "Add a=rtcp-mux.")
        }
    }

    private mutating func examinePayloadTypes(_ section: Section) {
        var seen: Set<UInt8> = []
        for type in section.payloadTypes {
            if !seen.insert(type).inserted {
                findings.note(
                    .payloadTwice, at: section.line, mid: section.mid, "The m= line lists payload type \(type) more than once.",
                    fix: "List it once, at the place its preference gives it.")
            }
            if 64...95 ~= type {
                findings.note(
                    .payloadRange, at: section.line, mid: section.mid,
                    "With rtcp-mux, packets of payload type \(type) can't be told from RTCP: 64 to 95 are not to be used.",
                    fix: "Use 96 to 127, or 35 to 63 where those are full.")
            }
            guard section.maps[type] == nil, Self.assigned[type] == nil, lacks("rtpmap") else { continue }
            findings.note(
                .payloadUnmapped, at: section.line, mid: section.mid,
                "No a=rtpmap line says which codec payload type \(type) stands for, so nobody can use it.",
                fix: "Add the a=rtpmap line, or remove \(type) from the m= line. It was lost where codecs were removed by hand.")
        }
    }

    /// RFC 3551 §6: what a payload type stands for without an rtpmap.
    private static let assigned: [UInt8: (name: String, clockRate: UInt32)] = [
        0: ("pcmu", 8000), 3: ("gsm", 8000), 4: ("g723", 8000), 5: ("dvi4", 8000), 6: ("dvi4", 16_000), 7: ("lpc", 8000),
        8: ("pcma", 8000), 9: ("g722", 8000), 10: ("l16", 44_100), 11: ("l16", 44_100), 12: ("qcelp", 8000), 13: ("cn", 8000),
        14: ("mpa", 90_000), 15: ("g728", 8000), 18: ("g729", 8000), 26: ("jpeg", 90_000), 31: ("h261", 90_000), 32: ("mpv", 90_000),
        33: ("mp2t", 90_000), 34: ("h263", 90_000),
    ]

    private mutating func examineUnused(_ section: Section) {
        let offered = Set(section.payloadTypes)
        for (map, line) in section.rtpmaps where !offered.contains(map.payloadType) {
            findings.note(
                .payloadUnused, at: line, mid: section.mid,
                "The m= line does not list payload type \(map.payloadType), so this codec is not offered.",
                fix: "Add \(map.payloadType) to the m= line, or remove the codec's lines.")
        }
        let mapped = Set(section.rtpmaps.map(\.value.payloadType))
        for (value, line) in section.parameters {
            guard let type = UInt8(value.format), !offered.contains(type), !mapped.contains(type) else { continue }
            findings.note(
                .formatUnused, at: line, mid: section.mid, "The parameters are for payload type \(type), which the m= line does not list.",
                fix: "Remove the line, or add the codec it was for.")
        }
        for (value, line) in section.feedback {
            guard let type = value.payloadType, !offered.contains(type), !mapped.contains(type) else { continue }
            findings.note(
                .feedbackUnused, at: line, mid: section.mid, "The feedback is for payload type \(type), which the m= line does not list.",
                fix: "Remove the line.")
        }
    }

    private mutating func examineCodecs(_ section: Section) {
        let offered = Set(section.payloadTypes)
        var parameters: [String: Section.Placed<FormatParameters>] = [:]
        for placed in section.parameters where parameters[placed.value.format] == nil { parameters[placed.value.format] = placed }
        for (map, line) in section.rtpmaps where offered.contains(map.payloadType) {
            let own = parameters[String(map.payloadType)]
            switch map.encoding.lowercased() {
            case "rtx": examineRtx(map, line, own, section)
            case "h264": examineH264(own, line, section)
            case "opus":
                if map.clockRate != 48_000 || map.channels != 2 {
                    findings.note(
                        .opusForm, at: line, mid: section.mid,
                        "Opus is always written opus/48000/2, whatever is encoded; browsers do not know it written otherwise.",
                        fix: "Write a=rtpmap:\(map.payloadType) opus/48000/2; mono is said by fmtp (stereo=0).")
                }
            default: break
            }
            examineClock(map, line, section)
            if let assigned = Self.assigned[map.payloadType], assigned.name != map.encoding.lowercased() {
                findings.note(
                    .payloadStatic, at: line, mid: section.mid,
                    "Payload type \(map.payloadType) stands for \(assigned.name.uppercased()) everywhere; here it is to be \(quoted(map.encoding)).",
                    fix: "Give \(quoted(map.encoding)) a payload type from 96 to 127.")
            }
        }
        for (value, line) in section.parameters where value.parameters.utf8.includes("x-google-") {
            findings.note(
                .xGoogle, at: line, mid: section.mid,
                "Parameters that begin with x-google- set Chromium's bitrates by hand. Only Chromium reads them, and only in the description it is given.",
                fix: "Nothing, where they are meant. RTCRtpSender.setParameters does the same for every browser.")
        }
        examineMandatory(section)
    }

    private mutating func examineRtx(
        _ map: RTPMap, _ line: Int?, _ parameters: Section.Placed<FormatParameters>?, _ section: Section
    ) {
        guard let parameters, let apt = parameters.value["apt"] else {
            guard lacks("fmtp") else { return }
            findings.note(
                .rtxWithoutApt, at: line, mid: section.mid,
                "Payload type \(map.payloadType) retransmits, and no a=fmtp line with apt says which codec's packets.",
                fix: "Add a=fmtp:\(map.payloadType) apt= and the payload type of the codec.")
            return
        }
        let original = UInt8(apt).flatMap { section.payloadTypes.contains($0) ? $0 : nil }
        guard let original else {
            findings.note(
                .rtxUnknownApt, at: parameters.line, mid: section.mid,
                "Payload type \(map.payloadType) retransmits \(quoted(apt)), which the m= line does not list.",
                fix: "Remove the retransmission together with its codec, or put the codec back.")
            return
        }
        if let codec = section.maps[original], codec.clockRate != map.clockRate {
            findings.note(
                .rtxClock, at: line, mid: section.mid,
                "A retransmission has the clock rate of its codec, which is \(codec.clockRate); this one says \(map.clockRate).",
                fix: "Write rtx/\(codec.clockRate).")
        }
    }

    private mutating func examineH264(_ parameters: Section.Placed<FormatParameters>?, _ line: Int?, _ section: Section) {
        guard lacks("fmtp") else { return }
        let profile = parameters?.value["profile-level-id"]
        if profile.map({ $0.utf8.count == 6 && $0.utf8.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit } }) != true {
            findings.note(
                .h264Profile, at: parameters?.line ?? line, mid: section.mid,
                profile.map { "profile-level-id is six hexadecimal digits, and \(quoted($0)) is not." }
                    ?? "Without profile-level-id the codec counts as Baseline at level 1, 128 by 96 pixels; browsers may not find it among theirs.",
                fix: "Add profile-level-id=42e01f, or what the encoder makes, to the a=fmtp line.")
        }
        guard let mode = parameters?.value["packetization-mode"] else {
            // Firefox leaves it out of the one of its two H.264 that has mode 0.
            let isSaidElsewhere = section.parameters.contains { $0.value["packetization-mode"] != nil }
            findings.note(
                .h264Mode, isSaidElsewhere ? .info : nil, at: parameters?.line ?? line, mid: section.mid,
                "Without packetization-mode every frame's slices must each fit one packet (mode 0), which few encoders do.",
                fix: isSaidElsewhere ? "Nothing, where mode 0 is meant." : "Add packetization-mode=1 to the a=fmtp line.")
            return
        }
        if mode != "0", mode != "1", mode != "2" {
            findings.note(
                .h264Mode, at: parameters?.line, mid: section.mid, "packetization-mode is 0, 1 or 2, and \(quoted(mode)) is not.",
                fix: "Write packetization-mode=1.")
        }
    }

    private mutating func examineClock(_ map: RTPMap, _ line: Int?, _ section: Section) {
        let expected: UInt32? =
            switch map.encoding.lowercased() {
            case "vp8", "vp9", "av1", "h264", "h265", "h261": 90_000
            case "pcmu", "pcma", "g722": 8000
            default: nil
            }
        guard let expected, map.clockRate != expected else { return }
        findings.note(
            .clockRate, at: line, mid: section.mid,
            "The clock of \(quoted(map.encoding)) runs at \(expected) Hz; the line says \(map.clockRate).",
            fix: "Write \(SourceText.printable(map.encoding.utf8.prefix(16)))/\(expected).")
    }

    /// RFC 7874 §3, RFC 7742 §5: what every browser has.
    private mutating func examineMandatory(_ section: Section) {
        guard kind == .offer, section.isSecure, !section.rtpmaps.isEmpty else { return }
        let names = Set(section.rtpmaps.map { $0.value.encoding.lowercased() })
        let wanted: [String] = section.media.kind == "audio" ? ["opus"] : section.media.kind == "video" ? ["vp8", "h264"] : []
        guard !wanted.isEmpty, names.isDisjoint(with: wanted) else { return }
        findings.note(
            .codecMandatory, at: section.line, mid: section.mid,
            section.media.kind == "audio"
                ? "Opus, which every browser has, is not offered."
                : "Neither VP8 nor H.264 is offered, one of which every browser can play.",
            fix: "Nothing, where both sides are known to have what is offered.")
    }
}
