public import JSON
internal import Peer

extension Report {
    static func summary(
        _ kind: Subject, _ findings: [Finding], _ refusal: Refusal?, _ session: SessionReading?, _ media: [MediaReading],
        _ candidates: [CandidateReading]
    ) -> String {
        let errors = findings.count { $0.severity == .error }
        let warnings = findings.count { $0.severity == .warning }
        let noted = [errors > 0 ? counted(errors, "error") : nil, warnings > 0 ? counted(warnings, "warning") : nil].compactMap { $0 }
        let also = noted.isEmpty ? "nothing is wrong with it" : listed(noted)
        switch kind {
        case .offer:
            if let refusal {
                return
                    "This server would refuse the offer with \(refusal.status)\(refusal.line.map { ", for line \($0)" } ?? ""): \(refusal.message)"
            }
            let taken = media.count { $0.isAccepted }
            return
                "This server would take \(taken == media.count ? (taken == 1 ? "the offer's m-section" : "all \(taken) m-sections of the offer") : "\(taken) of the offer's \(media.count) m-sections"); \(also)."
        case .answer:
            let taken = media.count { $0.isAccepted }
            return "The answer takes \(taken) of \(counted(media.count, "m-section")); \(also)."
        case .fragment:
            return
                "The fragment brings \(counted(candidates.count, "candidate"))\(session?.endOfCandidates == true ? " and their end" : ""); \(also)."
        case .candidate:
            guard candidates.count == 1, let only = candidates.first else { return "\(counted(candidates.count, "candidate")); \(also)." }
            return noted.isEmpty ? only.text : "\(only.text) \(also)."
        }
    }

    // MARK: JSON

    public func encode(into json: inout JSONWriter) {
        json.object { json in
            json.member("kind", kind.rawValue)
            json.member("ok", isAccepted)
            json.member("summary", summary)
            json.array("findings") { json in
                for finding in findings { encode(finding, into: &json) }
            }
            json.key("answer")
            if let answer { json.string(answer) } else { json.null() }
            json.key("refusal")
            if let refusal { Self.encode(refusal, into: &json) } else { json.null() }
            json.array("media") { json in
                for reading in media { reading.encode(into: &json) }
            }
            json.key("session")
            if let session { session.encode(into: &json) } else { json.null() }
            json.array("candidates") { json in
                for reading in candidates { reading.encode(into: &json) }
            }
        }
    }

    private func encode(_ finding: Finding, into json: inout JSONWriter) {
        json.object { json in
            json.member("code", finding.code)
            json.member("severity", finding.severity.rawValue)
            json.member("line", finding.line)
            json.member("column", finding.column)
            if let line = finding.line, line <= source.lineCount {
                json.member("lineText", source.shown(line, column: finding.column).text)
            }
            json.member("mid", finding.mid)
            json.member("section", finding.section)
            json.member("title", finding.title)
            json.member("explanation", finding.explanation)
            json.member("fix", finding.fix)
        }
    }

    private static func encode(_ refusal: Refusal, into json: inout JSONWriter) {
        json.object { json in
            json.member("status", refusal.status)
            json.member("code", refusal.code)
            json.member("detail", refusal.message)
            json.member("line", refusal.line)
            json.member("column", refusal.column)
            json.member("section", refusal.section)
        }
    }

    // MARK: Text

    /// One screen of text, findings as a compiler prints them.
    public var text: String {
        var lines = ["\(kind.noun): \(summary)", ""]
        for finding in findings { append(finding, to: &lines) }
        if let session { lines += Self.folded(session.text) }
        for reading in media {
            let place = reading.section.line.map { "line \($0)" } ?? "section \(reading.section.index)"
            let mid = reading.section.mid.map { ", mid \(SourceText.printable($0.utf8.prefix(40)))" } ?? ""
            lines.append("")
            lines += Self.folded("\(place)\(mid): \(reading.text)")
        }
        if kind == .candidate || kind == .fragment {
            for reading in candidates { lines += Self.folded("\(reading.line.map { "line \($0): " } ?? "")\(reading.text)") }
        }
        if let answer {
            lines += ["", "It would be answered so:", ""]
            lines += answer.split(whereSeparator: \.isNewline).prefix(400).map { "  " + SourceText.printable($0.utf8.prefix(200)) }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func append(_ finding: Finding, to lines: inout [String]) {
        let rule = finding.section.map { ", \($0)" } ?? ""
        let mid = finding.mid.map { " (mid \(SourceText.printable($0.utf8.prefix(40))))" } ?? ""
        lines.append(
            "\(finding.line.map { "line \($0): " } ?? "")\(finding.severity.rawValue): \(finding.title)\(mid) [\(finding.code)\(rule)]")
        if let line = finding.line, line <= source.lineCount {
            let shown = source.shown(line, column: finding.column, width: 96)
            lines.append("    \(shown.text)")
            if finding.column != nil { lines.append("    \(String(repeating: " ", count: shown.offset))^") }
        }
        lines += Self.folded("  \(finding.explanation)", indent: "  ")
        lines += Self.folded("  fix: \(finding.fix)", indent: "       ")
        lines.append("")
    }

    /// Text in lines of at most 100 characters.
    private static func folded(_ text: String, indent: String = "") -> [String] {
        var lines: [String] = []
        var line = ""
        var width = 0
        for word in SourceText.printable(text.utf8).split(separator: " ", omittingEmptySubsequences: false) {
            let length = word.unicodeScalars.count
            if width > 0, width + 1 + length > 100 {
                lines.append(line)
                line = indent
                width = indent.count
            } else if !line.isEmpty || width > 0 {
                line += " "
                width += 1
            }
            line += word
            width += length
        }
        return lines + [line]
    }
}
