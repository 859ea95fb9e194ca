internal import ICE
internal import SDP
internal import Wire

/// One candidate by itself.
extension Examination {
    mutating func examine(_ candidate: CandidateAttribute, at line: Int?, mid: String?) {
        examinePriority(candidate, line, mid)
        examineTransport(candidate, line, mid)
        examineRelated(candidate, line, mid)
        switch candidate.host {
        case .name(let name): examineName(name, line, mid)
        case .address(let ip): examine(ip.unmapped, candidate, line, mid)
        }
        if candidate.component == 0 || candidate.component > 2 {
            findings.note(
                .candidateComponent, at: line, mid: mid,
                "Component \(candidate.component) is nobody's: 1 is media and data, 2 RTCP.", fix: "Write 1.")
        }
    }

    private mutating func examinePriority(_ candidate: CandidateAttribute, _ line: Int?, _ mid: String?) {
        let priority = candidate.priority
        guard priority > 0, priority <= 0x7fff_ffff else {
            findings.note(
                .candidatePriorityRange, at: line, mid: mid, "Priorities go from 1 to 2147483647; this one is \(priority).",
                fix: "Compute it: 2^24 times the type's preference, plus 256 times the address's, plus 256 less the component.")
            return
        }
        let preference = priority >> 24
        let isOdd =
            switch candidate.kind {
            case .relay: preference >= 100
            case .srflx, .prflx: preference >= 126
            case .host: preference < 64 && candidate.transport == .udp
            }
        guard isOdd else { return }
        findings.note(
            .candidatePriorityOrder, at: line, mid: mid,
            "The priority's first part is \(preference), which does not fit a \(candidate.kind.rawValue) candidate: host has 126, prflx 110, srflx 100, relay 0, each somewhat less over TCP. Pairs will be tried in the wrong order.",
            fix: "Leave priorities as the browser made them; a relay is to be the last resort.")
    }

    private mutating func examineTransport(_ candidate: CandidateAttribute, _ line: Int?, _ mid: String?) {
        switch (candidate.transport, candidate.tcpType) {
        case (.tcp, nil):
            findings.note(
                .candidateTcpType, at: line, mid: mid, "A TCP candidate says who opens the connection: tcptype active, passive or so.",
                fix: "Add tcptype passive where the sender listens, active where it does not.")
        case (.udp, _?):
            findings.note(
                .candidateUdpType, at: line, mid: mid, "tcptype means nothing over UDP.", fix: "Remove it.")
        case (.tcp, .active) where candidate.port != 9 && candidate.port != 0:
            findings.note(
                .candidateTcpPort, at: line, mid: mid, "An active TCP candidate is never connected to, and has port 9 by custom.",
                fix: "Nothing is needed.")
        case (.ssltcp, _):
            findings.note(
                .candidateSSL, at: line, mid: mid, "ssltcp is TCP with a pretended TLS handshake, which old Chromium versions tried.",
                fix: "Nothing is needed; it is not used.")
        default: break
        }
        if candidate.port == 0 {
            findings.note(
                .candidatePortZero, at: line, mid: mid, "Nothing can be reached at port 0; the candidate is not used.",
                fix: "Leave it out, or give the real port.")
        } else if candidate.port == 9, candidate.tcpType != .active {
            findings.note(
                .candidatePassivePort, at: line, mid: mid,
                "Port 9 throws away what it gets. It stands in m= lines for \"see the candidates\", and in none of them.",
                fix: "Give the real port.")
        }
    }

    private mutating func examineRelated(_ candidate: CandidateAttribute, _ line: Int?, _ mid: String?) {
        guard let related = candidate.relatedAddress else {
            guard candidate.kind != .host else { return }
            findings.note(
                .candidateRelated, at: line, mid: mid,
                "A \(candidate.kind.rawValue) candidate names the address behind it: raddr and rport.",
                fix: "Add raddr 0.0.0.0 rport 0 where the address is not to be told.")
            return
        }
        if candidate.kind == .host {
            findings.note(
                .candidateRelatedHost, at: line, mid: mid, "A host candidate has nothing behind it, and so no raddr.",
                fix: "Remove raddr and rport.")
        } else if candidate.relatedPort == nil {
            findings.note(.candidateRelatedPort, at: line, mid: mid, "raddr comes with rport.", fix: "Add rport 0.")
        }
        if candidate.kind != .host, let ip = related.address, ip.isPrivate {
            findings.note(
                .candidateRelatedPrivate, at: line, mid: mid,
                "raddr tells that the sender has \(ip) in its own network. It is for people who look for faults; ICE does not use it.",
                fix: "Nothing is needed. Browsers write 0.0.0.0 there where the page may not use a camera or microphone.")
        }
    }

    private mutating func examineName(_ name: String, _ line: Int?, _ mid: String?) {
        if name.utf8.contains(UInt8(ascii: "%")) {
            findings.note(
                .candidateZone, at: line, mid: mid,
                "\(quoted(name)) names a network card of the sender's machine, which means nothing on another one.",
                fix: "Write the address without % and what follows; a link-local address reaches its own link alone.")
        } else if name.hasSuffix(".local") || name.hasSuffix(".local.") {
            return
        } else if name.utf8.allSatisfy({ Self.standsInAddresses($0) }) {
            findings.note(
                .candidateOdd, at: line, mid: mid,
                "\(quoted(name)) looks like an address and is not written as one; some readers would guess at what is meant.",
                fix: "Write four numbers from 0 to 255 without leading zeros, or an IPv6 address.")
        } else {
            findings.note(
                .candidateHostname, at: line, mid: mid,
                "This server never looks names up that a stranger gives it, so \(quoted(name)) is not used. Checks that come from there are answered.",
                fix: "Write the address.")
        }
    }

    private static func standsInAddresses(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x2e, 0x30...0x3a, 0x41...0x46, 0x58, 0x61...0x66, 0x78: true
        default: false
        }
    }

    private mutating func examine(_ ip: IPAddress, _ candidate: CandidateAttribute, _ line: Int?, _ mid: String?) {
        switch AddressPolicy().refusal(of: ip, localScopes: .all) {
        case .unspecified:
            findings.note(
                .candidateUnspecified, at: line, mid: mid, "\(ip) stands for no address, and can't be sent to.",
                fix: "Give a real address; a server that is bound to all addresses must list them.")
        case .documentation:
            findings.note(
                .candidateDocumentation, at: line, mid: mid, "\(ip) is reserved for examples in texts and reaches nobody.",
                fix: "Nothing, where the description was made anonymous for showing.")
        case nil:
            if ip.isLoopback {
                findings.note(
                    .candidateLoopback, at: line, mid: mid, "\(ip) is the reader's own machine; it is of use only where both run on one.",
                    fix: "Leave it out, except in tests on one machine.")
            } else if ip.isLinkLocal {
                findings.note(
                    .candidateLinkLocal, at: line, mid: mid, "\(ip) reaches machines on the same link alone.", fix: "Nothing is needed.")
            }
        default:
            findings.note(
                .candidateSpecial, at: line, mid: mid,
                "\(ip) is in a range that this server never sends to on a stranger's word: multicast, broadcast, reserved, or a cloud's internal service.",
                fix: "Leave it out. An operator who means it can allow the range.")
        }
    }
}

/// The candidates of a description or fragment together.
extension Examination {
    mutating func examineCandidates() {
        for section in sections where !section.isOff {
            for (candidate, line) in section.candidates { examine(candidate, at: line, mid: section.mid) }
            examineSet(of: section)
        }
        for section in description.media { noteMalformed(section.attributes, mid: section.mid) }
        noteMalformed(description.attributes, mid: nil)
        examineReach()
    }

    /// Candidates that could not be read and are passed over.
    mutating func noteMalformed(_ lines: [AttributeLine], mid: String?) {
        for line in lines {
            guard case .setAside(_, _, let fault) = line.attribute else { continue }
            findings.add(Finding(fault.error, .warning, mid: mid, suffix: " The line is passed over."))
        }
    }

    private struct Place: Hashable {
        let component: UInt32
        let transport: CandidateAttribute.Transport
        let host: CandidateAttribute.Host
        let port: UInt16
        let tcpType: CandidateAttribute.TCPType?
    }

    private mutating func examineSet(of section: Section) {
        var places: [Place: CandidateAttribute.Kind] = [:]
        let ufrag = section.ufrags.first?.value ?? description.attributes.iceUfrag
        for (candidate, line) in section.candidates {
            let place = Place(
                component: candidate.component, transport: candidate.transport, host: candidate.host, port: candidate.port,
                tcpType: candidate.tcpType)
            if let other = places.updateValue(candidate.kind, forKey: place) {
                findings.note(
                    other == candidate.kind ? .candidateDuplicate : .candidateRedundant, at: line, mid: section.mid,
                    other == candidate.kind
                        ? "An earlier line says the same candidate."
                        : "An earlier line has the same address as a \(other.rawValue) candidate; one would do.",
                    fix: "Remove one of them.")
            }
            if candidate.component == 2, section.hasMux, section.media.isRTP {
                findings.note(
                    .candidateComponentMux, kind == .answer ? .warning : .info,
                    at: section.candidates.first { $0.value.component == 2 }?.line,
                    mid: section.mid,
                    kind == .answer
                        ? "The answer takes rtcp-mux, so nothing is sent to its candidates for RTCP."
                        : "These candidates serve an answer without rtcp-mux. This server answers with it, and does not use them.",
                    fix: kind == .answer ? "Leave them out." : "Nothing is needed; rtcpMuxPolicy \"require\" leaves them out.")
            }
            if let own = candidate.ufrag, let ufrag, own != ufrag {
                findings.note(
                    .candidateGeneration, at: line, mid: section.mid,
                    "The candidate names the username fragment \(quoted(own)), the section \(quoted(ufrag)): it belongs to the connection before a restart, or to another one, and is not used.",
                    fix: "Send the candidates that came after the description they go with.")
            }
        }
        if section.candidates.count > Limits.remoteCandidates {
            findings.note(
                .candidateMany, at: section.candidates[Limits.remoteCandidates].line, mid: section.mid,
                "\(section.candidates.count) candidates are listed; the first \(Limits.remoteCandidates) are kept.",
                fix: "Leave out the network cards that are not needed.")
        }
        if description.isIceLite, let (_, line) = section.candidates.first(where: { $0.value.kind != .host }) {
            findings.note(
                .iceLiteTrickle, at: line, mid: section.mid, "An ICE lite agent sits at a public address and has host candidates only.",
                fix: "Remove a=ice-lite, or the candidate.")
        }
    }

    /// What all candidates together say about who can be reached.
    private mutating func examineReach() {
        let all = sections.filter { !$0.isOff }.flatMap(\.candidates)
        guard let first = all.first else { return }
        let udp = all.filter { $0.value.transport == .udp }
        if udp.isEmpty {
            findings.note(
                .candidateOnlyTcp, at: first.line,
                "Only TCP candidates are listed. Media over UDP is what this server speaks first; over TCP every loss holds up what comes after.",
                fix: "Let UDP through the firewall, or use a TURN server that is reached by TCP.")
        }
        if all.allSatisfy({ if case .name(let name) = $0.value.host { name.hasSuffix(".local") } else { false } }) {
            findings.note(
                .candidateMDNSOnly, at: first.line,
                "All addresses are hidden behind mDNS names, as browsers do where the page has no camera or microphone. This server does not look them up; it learns the address from the browser's first check.",
                fix:
                    "Nothing, where the browser can reach this server. A STUN or TURN server in iceServers adds addresses that can be sent to."
            )
        } else if all.allSatisfy({ $0.value.host.address.map { $0.unmapped.isPrivate || $0.isLinkLocal || $0.isLoopback } ?? true }) {
            findings.note(
                .candidatePrivateOnly, at: first.line,
                "All addresses are private, so they can be sent to only from the same network. Elsewhere it is the sender's own checks that connect.",
                fix: "Nothing, where the sender can reach this server. A STUN or TURN server in iceServers adds public addresses.")
        }
    }
}
