internal import SDP
internal import Wire

/// The lines before the first m-section, and `c=`, `b=` and `k=` wherever they stand.
extension Examination {
    mutating func examineSession() {
        examineOrigin()
        for timing in description.timings where timing.start != "0" || timing.stop != "0" {
            findings.note(
                .timingNotZero, at: firstLine("t="), "WebRTC sessions have no beginning and no end of their own; the line says t=0 0.",
                fix: "Write t=0 0.")
            break
        }
        if description.key != nil {
            findings.note(
                .keyLine, at: firstLine("k="), "The line carries a key in the clear. It is obsolete and must not be used.",
                fix: "Leave the k= line out; DTLS makes the keys.")
        }
        for line in description.attributes {
            switch line.attribute {
            case .candidate, .setAside("candidate", _, _):
                findings.note(
                    .candidatesOnSession, at: line.source.number,
                    "Candidates belong to an m-section; before the first one browsers pass over them.",
                    fix: "Move the line below the m= line of the section whose transport it is for.")
            case .iceLite where kind == .offer || kind == .answer:
                findings.note(
                    .iceLite, at: line.source.number,
                    "The sender answers checks and sends none, so the other side must be the controlling one and reach it at the addresses listed.",
                    fix: "Nothing, where the sender is a server at a public address. A browser or a device behind a NAT must not say so.")
            default: break
            }
        }
        noteFlags(description.attributes.map { ($0.attribute.name, $0.source.number) }, mid: nil)
    }

    private func firstLine(_ prefix: StaticString) -> Int? {
        source.numbers.prefix(64).first { source.starts($0, with: prefix) }
    }

    private mutating func examineOrigin() {
        let origin = description.origin
        let line = firstLine("o=")
        guard line != nil, !faults.contains(where: { $0.line == line }) else { return }
        if origin.sessionID.count > 19 || UInt64(origin.sessionID).map({ $0 > UInt64(Int64.max) }) == true {
            findings.note(
                .originNumber, at: line,
                "The session id \(quoted(origin.sessionID)) does not fit 63 bits, which is what readers keep it in.",
                fix: "Draw a random number below 2^63.")
        }
        if origin.networkType != "IN" || (origin.addressType != "IP4" && origin.addressType != "IP6") {
            findings.note(
                .originNetwork, at: line,
                "The o= line says \(quoted("\(origin.networkType) \(origin.addressType)")); the Internet's addresses are IN IP4 and IN IP6.",
                fix: "Write IN IP4 127.0.0.1, as browsers do.")
        }
        if let ip = IPAddress(origin.address), !ip.isLoopback, !ip.isUnspecified, kind == .offer {
            findings.note(
                .originAddress, at: line,
                "The o= line tells \(ip.isPrivate ? "a private address" : "an address") of the sender. Nothing uses it.",
                fix: "Browsers write 127.0.0.1 or 0.0.0.0 there, which tells nobody anything.")
        }
    }

    /// `c=`, `b=`, `k=` and the port of one section.
    mutating func examinePlace(of section: Section) {
        let media = section.media
        if media.connections.isEmpty, description.connection == nil, section.isUsed, faults.isEmpty {
            findings.note(
                .connectionMissing, at: section.line, mid: section.mid, "The m-section has no c= line, and the session has none for it.",
                fix: "Add c=IN IP4 0.0.0.0 below the m= line; ICE says the real addresses.")
        }
        for connection in media.connections + (section.index == 0 ? description.connection.map { [$0] } ?? [] : []) {
            examine(connection, of: section)
        }
        for bandwidth in media.bandwidths { examine(bandwidth, of: section) }
        if media.key != nil {
            findings.note(
                .keyLine, at: section.line, mid: section.mid, "The m-section carries a key in the clear (k=), which is obsolete.",
                fix: "Leave the k= line out; DTLS makes the keys.")
        }
        examineDefault(of: section)
        noteFlags(section.others, mid: section.mid)
        guard section.isOff, kind == .offer else { return }
        findings.note(
            .mediaDisabled, at: section.line, mid: section.mid,
            "Port 0 says that the \(section.noun) section is not used\(section.bundleOnly == nil ? "" : ": bundle-only has no effect, for no BUNDLE group holds it").",
            fix: "Nothing, where that is meant, as after a transceiver was stopped. A section that is to be used has port 9.")
    }

    private mutating func examine(_ connection: Connection, of section: Section) {
        if connection.isMulticast {
            findings.note(
                .connectionMulticast, at: section.line, mid: section.mid, "ICE and DTLS can't be done with a multicast group.",
                fix: "Write c=IN IP4 0.0.0.0.")
        } else if let ip = connection.ip, (ip.family == .v4) != (connection.addressType == "IP4") {
            findings.note(
                .connectionFamily, at: section.line, mid: section.mid,
                "The c= line says \(quoted(connection.addressType)) and gives an address of the other family.",
                fix: ip.family == .v4 ? "Say IP4." : "Say IP6.")
        }
    }

    private mutating func examine(_ bandwidth: Bandwidth, of section: Section) {
        let name = "b=\(SourceText.printable(bandwidth.kind.utf8.prefix(16)))"
        switch bandwidth.kind {
        case "AS", "CT", "TIAS":
            let bits = bandwidth.bitsPerSecond
            if bits < (media(section) == "video" ? 30_000 : 6_000) {
                findings.note(
                    .bandwidthLow, at: section.line, mid: section.mid,
                    "The \(name) line asks for at most \(bits) bits a second of \(section.noun), with which nothing useful can be sent.",
                    fix: bandwidth.kind == "TIAS"
                        ? "b=TIAS counts bits a second: 1000000 is a megabit." : "\(name) counts kilobits a second: 1000 is a megabit.")
            } else if bits > 10_000_000_000 {
                findings.note(
                    .bandwidthHuge, at: section.line, mid: section.mid,
                    "The \(name) line allows more than 10 gigabits a second, which limits nothing.",
                    fix: bandwidth.kind == "TIAS" ? "Leave it out where no limit is meant." : "\(name) counts kilobits a second, not bits.")
            } else {
                findings.note(
                    .bandwidthLimit, at: section.line, mid: section.mid,
                    "The \(name) line asks for at most \(bits / 1000) kbit/s of \(section.noun). Browsers write none: it was added to the description.",
                    fix:
                        "Nothing, where the limit is meant. RTCRtpSender.setParameters with maxBitrate limits what is sent without changing the description."
                )
            }
        case "RS", "RR": break
        default:
            findings.note(
                .bandwidthKind, at: section.line, mid: section.mid,
                "Nobody knows the kind of bandwidth \(quoted(bandwidth.kind)); it is passed over.",
                fix: "b=AS or b=TIAS limit media, b=RS and b=RR limit RTCP.")
        }
    }

    private func media(_ section: Section) -> String { section.media.kind }

    /// What stands in `m=` and `c=` for those without ICE must be one of the candidates.
    private mutating func examineDefault(of section: Section) {
        guard section.isUsed, section.media.port != 0, section.media.port != 9, !section.candidates.isEmpty,
            let ip = (section.media.connections.first ?? description.connection)?.ip, !ip.isUnspecified
        else { return }
        let isThere = section.candidates.contains { $0.value.port == section.media.port && $0.value.host.address == ip }
        guard !isThere else { return }
        findings.note(
            .iceMismatch, at: section.line, mid: section.mid,
            "The m= and c= lines name \(ip):\(section.media.port), which is not among the candidates. A strict reader takes it that something between changed the addresses, and goes on without ICE.",
            fix: "Name the address and port of a candidate there, or port 9 and 0.0.0.0.")
    }

    /// Attributes that mean something by being there.
    private mutating func noteFlags(_ names: [Section.Placed<String>], mid: String?) {
        for (name, line) in names {
            switch name {
            case "crypto":
                findings.note(
                    .sdes, at: line, mid: mid,
                    "The line carries an SRTP key in the description. WebRTC forbids it: whoever sees the description hears the call. This server uses DTLS and passes over it.",
                    fix: "Remove the a=crypto lines; a=fingerprint and a=setup take their place.")
            case "x-google-flag":
                findings.note(
                    .conference, at: line, mid: mid,
                    "a=x-google-flag:conference makes old Chromium versions send simulcast in a way that is described nowhere.",
                    fix: "Use addTransceiver with sendEncodings, which writes a=rid and a=simulcast.")
            case "ice-lite" where mid != nil:
                findings.note(
                    .iceLiteSection, at: line, mid: mid, "ice-lite holds for the whole description and is not looked for in an m-section.",
                    fix: "Move the line above the first m= line.")
            default: break
            }
        }
    }
}
