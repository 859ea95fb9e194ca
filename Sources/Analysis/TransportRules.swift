internal import SDP

/// ICE credentials, fingerprints and roles, transport by transport.
extension Examination {
    mutating func examineTransport(_ sections: [Section]) {
        // Where nothing is encrypted by DTLS there is no transport of WebRTC; other rules say so.
        guard let first = sections.first, sections.contains(where: { $0.isSecure || $0.media.isDataChannel }) else { return }
        examineCredentials(sections, first)
        examineFingerprints(sections, first)
        examineSetup(sections, first)
        examineTrickle(sections, first)
    }

    private func session<Value>(_ pick: (Attribute) -> Value?) -> [Section.Placed<Value>] {
        description.attributes.compactMap { line in pick(line.attribute).map { ($0, line.source.number) } }
    }

    private mutating func examineCredentials(_ sections: [Section], _ first: Section) {
        let ufrags = session { if case .iceUfrag(let text) = $0 { text } else { nil } } + sections.flatMap(\.ufrags)
        let passwords = session { if case .icePwd(let text) = $0 { text } else { nil } } + sections.flatMap(\.passwords)
        if ufrags.isEmpty, lacks("ice-ufrag") {
            findings.note(
                .ufragMissing, at: first.line, mid: first.mid,
                "Neither the m-section nor the session has an a=ice-ufrag line, so no connectivity check can be told from a stranger's.",
                fix: "Post the description as the browser made it. One written by hand needs a=ice-ufrag with 4 random characters or more.")
        }
        if passwords.isEmpty, lacks("ice-pwd") {
            findings.note(
                .pwdMissing, at: first.line, mid: first.mid,
                "Neither the m-section nor the session has an a=ice-pwd line, so no connectivity check can be signed.",
                fix:
                    "Post the description as the browser made it, a=ice-pwd included: it is meant for the other side. One written by hand needs 22 random characters or more."
            )
        }
        for (text, line) in ufrags + passwords where !text.utf8.allSatisfy(Self.isIceCharacter) {
            findings.note(
                .iceCharacters, at: line, mid: first.mid,
                "ICE credentials are made of letters, digits, + and /; \(quoted(String(text.prefix(8)))) holds something else.",
                fix: "Draw them from those 64 characters. This server takes others, some stacks do not.")
        }
        for section in sections where section.ufrags.count > 1 || section.passwords.count > 1 {
            findings.note(
                .iceTwice, at: section.ufrags.dropFirst().first?.line ?? section.passwords.dropFirst().first?.line, mid: section.mid,
                "The section has more than one a=ice-ufrag or a=ice-pwd; the first counts.", fix: "Remove the second.")
        }
        let own = sections.compactMap { section in section.ufrags.first.map { ($0.value, $0.line, section.mid) } }
        if let other = own.first(where: { $0.0 != own[0].0 }) {
            findings.note(
                .iceDiffers, at: other.1, mid: other.2,
                "Within the BUNDLE group only the first section's transport is used, so these credentials are not.",
                fix: "Nothing is needed. Checks that use them will be refused.")
        }
        for (options, line) in session({ if case .iceOptions(let options) = $0 { options } else { nil } }) + sections.flatMap(\.options)
        where options.count > 1 && line.map({ source.contains($0, UInt8(ascii: ",")) }) == true {
            findings.note(
                .iceOptionsCommas, at: line,
                "ICE options have spaces between them; a strict reader sees one option with commas in its name.",
                fix: "Write a=ice-options:\(options.prefix(4).joined(separator: " ")).")
        }
    }

    static func isIceCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x2b, 0x2f...0x39, 0x41...0x5a, 0x61...0x7a: true
        default: false
        }
    }

    private mutating func examineFingerprints(_ sections: [Section], _ first: Section) {
        let ofSession = session { if case .fingerprint(let value) = $0 { value } else { nil } }
        let all = ofSession + sections.flatMap(\.fingerprints)
        if all.isEmpty, lacks("fingerprint") {
            let hasKeys = sections.contains { $0.others.contains { $0.value == "crypto" } }
            findings.note(
                .fingerprintMissing, at: first.line, mid: first.mid,
                "Without an a=fingerprint line nobody can tell whose DTLS handshake it is, so there can be none."
                    + (hasKeys ? " The a=crypto keys do not take its place." : ""),
                fix:
                    "Post the description as the browser made it. Elsewhere: give a=fingerprint:sha-256 with the SHA-256 digest of the certificate in DER."
            )
        }
        let hasStrong = all.contains { Self.strong.contains($0.value.algorithm) }
        for (fingerprint, line) in all {
            let name = fingerprint.algorithm
            if !Self.strong.contains(name), !Self.weak.contains(name) {
                findings.note(
                    .fingerprintUnknown, at: line, mid: first.mid,
                    "The hash function \(quoted(name)) is not one that fingerprints are made with.",
                    fix: "Use sha-256.")
            } else if Self.weak.contains(name) {
                findings.note(
                    hasStrong ? .fingerprintWeakBeside : .fingerprintWeak, at: line, mid: first.mid,
                    hasStrong
                        ? "A fingerprint by \(name) proves nothing; it is passed over for the stronger one."
                        : "A fingerprint by \(name) proves nothing any more: a second certificate with the same one can be made.",
                    fix: "Give the certificate's SHA-256 fingerprint.")
            }
            if let line, Self.hasLowercaseDigits(source.line(line)) {
                findings.note(
                    .fingerprintCase, at: line, mid: first.mid, "A fingerprint's digits are written in upper case; most readers take both.",
                    fix: "Write it in upper case.")
            }
        }
        let own = sections.compactMap { section in section.fingerprints.first.map { ($0.value, $0.line, section.mid) } }
        if let other = own.first(where: { $0.0.algorithm == own[0].0.algorithm && $0.0.hex != own[0].0.hex }) {
            findings.note(
                .fingerprintDiffers, at: other.1, mid: other.2,
                "The sections of a BUNDLE group share one DTLS connection, and so one certificate; these fingerprints name two. The first section's counts.",
                fix: "Repeat one fingerprint in all sections. Two of them often mean that parts of two descriptions were put together.")
        }
    }

    private static let strong: Set<String> = ["sha-256", "sha-384", "sha-512"]
    private static let weak: Set<String> = ["sha-1", "sha-224"]

    private static func hasLowercaseDigits(_ line: ArraySlice<UInt8>) -> Bool {
        guard let space = line.firstIndex(of: 0x20) else { return false }
        return line[space...].contains { $0 >= 0x61 && $0 <= 0x66 }
    }

    private mutating func examineSetup(_ sections: [Section], _ first: Section) {
        let all = session { if case .setup(let role) = $0 { role } else { nil } } + sections.flatMap(\.setups)
        guard let (role, line) = sections.flatMap(\.setups).first ?? all.first else {
            guard lacks("setup") else { return }
            findings.note(
                .setupMissing, at: first.line, mid: first.mid,
                kind == .offer
                    ? "No a=setup line says who begins the DTLS handshake. Read by the letter, the sender of the offer does."
                    : "No a=setup line says who begins the DTLS handshake. Read by the letter, the sender of the offer does.",
                fix: kind == .offer ? "Add a=setup:actpass." : "Add a=setup:active or a=setup:passive.")
            return
        }
        switch (role, kind) {
        case (.active, .offer), (.passive, .offer):
            findings.note(
                .setupNotActpass, at: line, mid: first.mid,
                "An offer says a=setup:actpass and leaves the choice to the answer; this one insists on being the DTLS \(role == .active ? "client" : "server"). This server goes along.",
                fix: "Write a=setup:actpass. If this text is an answer, post it as one (type=answer).")
        case (.actpass, .answer):
            findings.note(
                .setupUndecided, at: line, mid: first.mid,
                "An answer chooses: active or passive. With actpass neither side knows who begins.",
                fix: "Write a=setup:active. If this text is an offer, post it as one (type=offer).")
        case (.holdconn, _):
            findings.note(.setupHold, at: line, mid: first.mid, "DTLS does not know holdconn.", fix: "Write a=setup:actpass in an offer.")
        default: break
        }
        let roles = sections.flatMap(\.setups)
        if let other = roles.first(where: { $0.value != roles[0].value }) {
            findings.note(
                .setupDiffers, at: other.line, mid: first.mid,
                "The sections of one transport say different roles; the first section's counts.",
                fix: "Say the same in all of them.")
        }
    }

    private mutating func examineTrickle(_ sections: [Section], _ first: Section) {
        let options = session({ if case .iceOptions(let options) = $0 { options } else { nil } }) + sections.flatMap(\.options)
        let trickles = options.contains { $0.value.contains { $0.lowercased() == "trickle" } }
        let hasCandidates =
            sections.contains { !$0.candidates.isEmpty } || description.attributes.contains { $0.attribute.name == "candidate" }
            || sections.contains { $0.media.attributes.contains { $0.attribute.name == "candidate" } }
        let ends =
            sections.lazy.compactMap(\.endOfCandidates).first
            ?? description.attributes.first { $0.attribute == .endOfCandidates }?.source.number
        if !hasCandidates, let ends {
            findings.note(
                .endWithoutAny, at: ends, mid: first.mid,
                "The description says that its candidates are complete and lists none, so nobody can begin to reach its sender. Its own checks may still get through.",
                fix: "Wait until gathering has found something; a firewall or a browser's privacy setting may leave nothing to find.")
        } else if !hasCandidates, !trickles, lacks("ice-options"), lacks("candidate") {
            findings.note(
                .noCandidates, description.isIceLite ? .error : .warning, at: first.line, mid: first.mid,
                "The description lists no candidates and does not announce any (a=ice-options:trickle), so nobody can begin to reach its sender."
                    + (description.isIceLite ? " An ICE lite agent sends no checks either." : " It connects only by its own checks."),
                fix: "Post it when iceGatheringState is complete, or add a=ice-options:trickle and send candidates by PATCH.")
        } else if !hasCandidates, trickles, kind == .offer {
            findings.note(
                .noCandidates, .info, at: first.line, mid: first.mid,
                "The offer lists no candidates yet and announces that they follow. Until they do, only its sender's own checks can connect.",
                fix: "Send the candidates by PATCH as they are found, or post the offer when iceGatheringState is complete.")
        }
    }
}
