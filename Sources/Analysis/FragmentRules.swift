internal import SDP

/// `application/trickle-ice-sdpfrag`, and candidates that stand alone.
extension Examination {
    mutating func examineFragment() {
        let attributes = description.attributes
        let ufrag = attributes.iceUfrag ?? description.media.lazy.compactMap(\.attributes.iceUfrag).first
        let password = attributes.icePwd ?? description.media.lazy.compactMap(\.attributes.icePwd).first
        switch (ufrag, password) {
        case (nil, nil) where lacks("ice-ufrag") && lacks("ice-pwd"):
            findings.note(
                .fragmentCredentials, at: 1,
                "The fragment does not say which ICE session it belongs to. It is taken for the one that runs, so candidates of an older one can't be told.",
                fix: "Begin it with the a=ice-ufrag and a=ice-pwd lines of the offer.")
        case (_?, nil) where lacks("ice-pwd"):
            findings.note(
                .fragmentHalf, .warning, at: line(of: "ice-ufrag"),
                "a=ice-ufrag comes without a=ice-pwd. Where it is the running session's it is understood; a restart needs both.",
                fix: "Add the a=ice-pwd line of the offer.")
        case (nil, _?) where lacks("ice-ufrag"):
            findings.note(
                .fragmentHalf, at: line(of: "ice-pwd"), "a=ice-pwd comes without a=ice-ufrag, so nobody can tell whose password it is.",
                fix: "Add the a=ice-ufrag line of the offer.")
        default: break
        }
        examineCredentialCharacters()
        var count = 0
        var ends = description.has(.endOfCandidates)
        for section in sections {
            count += section.candidates.count
            ends = ends || section.endOfCandidates != nil
            if section.mids.isEmpty, lacks("mid") {
                findings.note(
                    .fragmentMid, at: section.line, "Without a=mid nobody can tell which section of the offer these lines are for.",
                    fix: "Add the a=mid line of the offer's section.")
            }
        }
        for line in attributes {
            guard case .candidate(let candidate) = line.attribute else { continue }
            count += 1
            examine(candidate, at: line.source.number, mid: nil)
            findings.note(
                .fragmentUnplaced, at: line.source.number, "The candidate stands before the m= and a=mid lines, so it names no section.",
                fix: "Write m=audio 9 RTP/AVP 0 and a=mid above it.")
        }
        examineGroups()
        examineCandidates()
        if count == 0, !ends, ufrag == nil, faults.isEmpty {
            findings.note(
                .fragmentEmpty, at: 1, "The fragment brings neither candidates nor their end nor new credentials.", fix: "Do not send it.")
        }
    }

    private mutating func examineCredentialCharacters() {
        for line in description.attributes + description.media.flatMap(\.attributes) {
            switch line.attribute {
            case .iceUfrag(let text), .icePwd(let text):
                if text.utf8.contains(where: { !Self.isIceCharacter($0) }) {
                    findings.note(
                        .iceCharacters, at: line.source.number, "ICE credentials are made of letters, digits, + and /.",
                        fix: "Draw them from those 64 characters.")
                }
            default: break
            }
        }
    }

    private func line(of name: String) -> Int? {
        description.line(of: name)
            ?? description.media.lazy.compactMap { $0.attributes.first { $0.attribute.name == name }?.source.number }.first
    }
}

extension Examination {
    /// Lines that are candidates and nothing else.
    mutating func examineLines() {
        for number in source.numbers.prefix(SourceText.candidateLines) {
            let text = source.trimmed(number)
            if text.isEmpty { continue }
            if text == "a=end-of-candidates" || text == "end-of-candidates" || text == "candidate:" || text == "a=candidate:" {
                findings.note(
                    .candidateNotALine, at: number, "The line says that no more candidates come.", fix: "Nothing is needed.")
                continue
            }
            do throws(SDPError) {
                examine(try CandidateAttribute(parsing: text), at: number, mid: nil)
            } catch {
                findings.add(Finding(error, .error, line: number, mid: nil))
            }
        }
    }
}

extension SourceText {
    /// Candidates that stand alone are read up to this many lines.
    static let candidateLines = 256
}
