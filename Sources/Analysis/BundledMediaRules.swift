internal import SDP

/// Header extensions, and what sections of one transport must have in common.
extension Examination {
    mutating func examineExtensions(_ section: Section) {
        var lines: [String: UInt16] = [:]
        var isAsked = false
        for (value, line) in section.extensions {
            if value.id == 15 {
                findings.note(
                    .extensionReserved, section.allowsMixed || description.has(.extmapAllowMixed) ? .info : nil, at: line, mid: section.mid,
                    "Id 15 is reserved in one-byte headers; a reader stops at it, and loses what follows.",
                    fix: "Use an id from 1 to 14.")
            } else if value.id > 15, value.id < 256, !section.allowsMixed, !description.has(.extmapAllowMixed) {
                findings.note(
                    .extensionTwoByte, at: line, mid: section.mid,
                    "Id \(value.id) needs two-byte headers, which then hold for every packet of the stream unless both kinds may be mixed.",
                    fix: "Use ids from 1 to 14, or add a=extmap-allow-mixed.")
            } else if value.id >= 4096, !isAsked {
                isAsked = true
                findings.note(
                    .extensionAsked, at: line, mid: section.mid, "Ids from 4096 on ask the answer to choose. This server does not choose.",
                    fix: "Offer ids from 1 to 14.")
            }
            // RFC 6904: the encrypted form of an extension names it in its parameters.
            let name = value.uri + " " + (value.parameters ?? "")
            if let earlier = lines.updateValue(value.id, forKey: name), earlier != value.id {
                findings.note(
                    .extensionTwice, at: line, mid: section.mid, "\(quoted(value.uri)) has the ids \(earlier) and \(value.id).",
                    fix: "Keep one.")
            }
        }
    }

    mutating func examineBundledMedia() {
        for transport in transports where transport.count > 1 {
            examinePayloadClashes(transport)
            examineExtensionClashes(transport)
            let media = transport.filter(\.media.isRTP)
            if media.count > 1, kind == .offer, let bare = media.first(where: { !$0.extensions.contains { $0.value.uri == Self.mid } }),
                lacks("extmap")
            {
                findings.note(
                    .midExtension, at: bare.line, mid: bare.mid,
                    "Several sections share a transport, and this one does not offer the header extension that carries the mid. Packets are told apart by SSRC and payload type alone.",
                    fix: "Add a=extmap with \(Self.mid).")
            }
        }
        var owner: [UInt32: Int] = [:]
        for section in sections where section.isUsed && section.isBundled {
            for (stream, line) in section.streams {
                if let other = owner.updateValue(section.index, forKey: stream.ssrc), other != section.index {
                    findings.note(
                        .ssrcShared, at: line, mid: section.mid,
                        "The stream \(stream.ssrc) stands in another section of this description too; its packets can't be told apart.",
                        fix: "Give every stream an SSRC of its own.")
                }
            }
        }
    }

    private static let mid = "urn:ietf:params:rtp-hdrext:sdes:mid"

    private mutating func examinePayloadClashes(_ transport: [Section]) {
        var first: [UInt8: (map: RTPMap, mid: String?)] = [:]
        for section in transport where section.media.isRTP {
            let offered = Set(section.payloadTypes)
            for (map, line) in section.rtpmaps where offered.contains(map.payloadType) {
                guard let (other, mid) = first[map.payloadType] else {
                    first[map.payloadType] = (map, section.mid)
                    continue
                }
                guard other.encoding.lowercased() != map.encoding.lowercased() || other.clockRate != map.clockRate else { continue }
                findings.note(
                    .bundlePayloadClash, at: line, mid: section.mid,
                    "Payload type \(map.payloadType) is \(quoted(map.encoding)) here and \(quoted(other.encoding)) in section \(quoted(mid ?? "?")), on one transport. Browsers refuse such a description.",
                    fix: "Give one of them another payload type.")
            }
        }
    }

    private mutating func examineExtensionClashes(_ transport: [Section]) {
        var first: [UInt16: (name: String, mid: String?)] = [:]
        for section in transport where section.media.isRTP {
            for (value, line) in section.extensions where value.id < 4096 {
                let name = value.uri + (value.parameters.map { " " + $0 } ?? "")
                guard let (other, mid) = first[value.id] else {
                    first[value.id] = (name, section.mid)
                    continue
                }
                guard other != name, mid != section.mid else { continue }
                findings.note(
                    .bundleExtensionClash, at: line, mid: section.mid,
                    "Id \(value.id) is \(quoted(value.uri)) here and \(quoted(other)) in section \(quoted(mid ?? "?")), on one transport. Browsers refuse such a description.",
                    fix: "Number the header extensions alike in all sections of a BUNDLE group.")
            }
        }
    }
}
