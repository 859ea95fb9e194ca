internal import SDP

/// SSRCs, MediaStreams, and simulcast by rid.
extension Examination {
    mutating func examineStreams(_ section: Section) {
        var named: Set<UInt32> = []
        var known: Set<UInt32> = []
        var tracks: Set<String> = []
        var secondTrack: Int?
        for (stream, line) in section.streams {
            known.insert(stream.ssrc)
            switch stream.name {
            case "cname": named.insert(stream.ssrc)
            case "msid":
                if tracks.insert(stream.value ?? "").inserted, tracks.count == 2 { secondTrack = line }
            default: break
            }
        }
        if let secondTrack {
            findings.note(
                .planB, at: secondTrack, mid: section.mid,
                "The section carries \(tracks.count) tracks, told apart by SSRC: Plan B, which browsers gave up in 2022. They read the first track only, or refuse.",
                fix: "Let each track have an m-section of its own: sdpSemantics \"unified-plan\", the only one now.")
        }
        if lacks("ssrc") {
            var told: Set<UInt32> = []
            for (stream, line) in section.streams where !named.contains(stream.ssrc) && told.insert(stream.ssrc).inserted {
                findings.note(
                    .ssrcName, at: line, mid: section.mid,
                    "The stream \(stream.ssrc) has no cname, by which audio and video of one sender are kept in time.",
                    fix: "Add a=ssrc:\(stream.ssrc) cname: and a name shared by the sender's streams.")
            }
        }
        for (group, line) in section.groups {
            let isRight =
                group.semantics == "FID" ? group.ssrcs.count == 2 : group.semantics == "SIM" ? group.ssrcs.count > 1 : !group.ssrcs.isEmpty
            if !isRight {
                findings.note(
                    .ssrcGroupSize, at: line, mid: section.mid,
                    "\(quoted(group.semantics)) joins \(group.semantics == "FID" ? "two streams, a codec's and its retransmissions'" : "streams"); this group has \(group.ssrcs.count).",
                    fix: "Remove the group, or complete it.")
            }
            if let stranger = group.ssrcs.first(where: { !known.contains($0) }), lacks("ssrc") {
                findings.note(
                    .ssrcGroupUnknown, at: line, mid: section.mid,
                    "The group names the stream \(stranger), of which no a=ssrc line speaks.",
                    fix: "Remove the group together with its streams, or put the a=ssrc lines back.")
            }
        }
    }

    mutating func examineEncodings(_ section: Section) {
        var rids: [String: RID] = [:]
        for (rid, line) in section.rids {
            if rids.updateValue(rid, forKey: rid.id) != nil {
                findings.note(
                    .ridTwice, at: line, mid: section.mid, "The rid \(quoted(rid.id)) is declared twice.",
                    fix: "Give every encoding an id of its own.")
            }
            if let unknown = Self.payloadTypes(of: rid).first(where: { !section.payloadTypes.contains($0) }) {
                findings.note(
                    .ridFormat, at: line, mid: section.mid,
                    "The rid \(quoted(rid.id)) names payload type \(unknown), which the m= line does not list.",
                    fix: "Name payload types of the m= line, or none.")
            }
        }
        if section.rids.count > 8 {
            findings.note(
                .ridMany, at: section.rids[8].line, mid: section.mid,
                "\(section.rids.count) encodings of one track are declared; browsers send three at most.", fix: "Declare three or fewer.")
        }
        guard let (simulcast, line) = section.simulcasts.first else {
            if let (rid, line) = section.rids.first {
                findings.note(
                    .ridUnused, at: line, mid: section.mid,
                    "The rid \(quoted(rid.id)) is declared, and there is no a=simulcast line that says when to use it.",
                    fix: "Add a=simulcast, or nothing where a single encoding is meant.")
            }
            return
        }
        if section.simulcasts.count > 1 {
            findings.note(
                .simulcastTwice, at: section.simulcasts[1].line, mid: section.mid, "A section has one a=simulcast line; this is a second.",
                fix: "Write both directions on one line: a=simulcast:send hi;lo recv q.")
        }
        examine(simulcast, line, rids, section)
    }

    private mutating func examine(_ simulcast: Simulcast, _ line: Int?, _ rids: [String: RID], _ section: Section) {
        var used: Set<String> = []
        for (streams, isSend) in [(simulcast.send, true), (simulcast.receive, false)] {
            for version in streams.joined() {
                used.insert(version.rid)
                guard let rid = rids[version.rid] else {
                    if lacks("rid") {
                        findings.note(
                            .ridUnknown, at: line, mid: section.mid,
                            "Simulcast names the rid \(quoted(version.rid)), which no a=rid line of this section declares.",
                            fix: "Add a=rid:\(version.rid.prefix(16)) \(isSend ? "send" : "recv"), or take it off the a=simulcast line.")
                    }
                    continue
                }
                if rid.isSend != isSend {
                    findings.note(
                        .ridDirection, at: line, mid: section.mid,
                        "The rid \(quoted(rid.id)) is declared for \(rid.isSend ? "sending" : "receiving") and used for \(isSend ? "sending" : "receiving").",
                        fix: "Say the same on both lines. In an answer both are the offer's turned around.")
                }
            }
        }
        for (rid, line) in section.rids where !used.contains(rid.id) {
            findings.note(
                .ridUnused, at: line, mid: section.mid, "The rid \(quoted(rid.id)) is declared, and the a=simulcast line does not name it.",
                fix: "Name it there, or remove it.")
        }
        let direction = section.directions.first?.value ?? .sendrecv
        if (!simulcast.send.isEmpty && !direction.sends) || (!simulcast.receive.isEmpty && !direction.receives) {
            findings.note(
                .simulcastDirection, at: line, mid: section.mid,
                "The section is \(direction.rawValue), and its simulcast speaks of \(direction.sends ? "receiving" : "sending").",
                fix: "Turn the a=simulcast line around, or change the direction.")
        }
        let hasExtension = section.extensions.contains { $0.value.uri == "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id" }
        if !hasExtension, !simulcast.send.isEmpty, lacks("extmap") {
            findings.note(
                .ridExtension, at: line, mid: section.mid,
                "Encodings are told apart by the rid in a header extension, and the section does not offer it.",
                fix: "Add a=extmap with urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id.")
        }
    }

    /// The payload types that a rid restricts itself to, the first of them where they are many.
    private static func payloadTypes(of rid: RID) -> [UInt8] {
        guard rid.restrictions.hasPrefix("pt=") else { return [] }
        return rid.restrictions.dropFirst(3).prefix { $0 != ";" }.prefix(64).split(separator: ",").compactMap { UInt8($0) }
    }
}
