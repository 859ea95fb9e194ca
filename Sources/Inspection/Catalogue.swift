public import JSON

/// Everything that a finding may be: the causes, and each reason for which an offer is refused. The pages, the list and the document
/// about them are all made from here.
public enum Catalogue {
    public struct Entry: Sendable {
        public let code: String
        public let severity: Severity
        public let title: String
        public let explanation: String
        public let fix: String
        public let help: Cause.Help

        /// Where its page is.
        public var path: String { Catalogue.path(of: code) }
    }

    public static let entries: [Entry] =
        Cause.allCases.map { cause in
            Entry(
                code: cause.rawValue, severity: cause.severity, title: cause.title, explanation: cause.explanation, fix: cause.fix,
                help: cause.help)
        }
        + RefusalAdvice.all.map { advice in
            Entry(
                code: "\(Cause.offerRefused.rawValue):\(advice.code)", severity: .error, title: advice.title,
                explanation: advice.explanation, fix: advice.fix,
                help: Cause.Help(
                    "The session ended at once, refused; the answer to the POST is a problem document with the code \(advice.code), and the line where there is one.",
                    checks: Cause.offerRefused.help.checks, situations: [], references: [advice.reference]))
        }

    private static let byCode = Dictionary(entries.map { ($0.code, $0) }) { first, _ in first }

    public static func entry(_ code: String) -> Entry? { byCode[code] }

    /// Where the page of a code is; a refusal that has none of its own is sent to the one of all.
    public static func path(of code: String) -> String {
        let known = byCode[code] == nil ? code.split(separator: ":").first.map(String.init) ?? code : code
        return "/help/\(known)"
    }

    /// The list: `{"items": [...]}`.
    public static func write(into json: inout JSONWriter) {
        json.beginObject()
        json.array("items") { json in
            for entry in entries {
                json.beginObject()
                json.member("code", entry.code)
                json.member("severity", entry.severity.rawValue)
                json.member("title", entry.title)
                json.member("explanation", entry.explanation)
                json.member("fix", entry.fix)
                json.member("help", entry.path)
                json.endObject()
            }
        }
        json.endObject()
    }

    /// `Docs/causes.md`.
    public static var markdown: String {
        var text = """
            # What the diagnosis may say

            Every finding has one of these codes, which never change. The same is served by a running server: `/help`, `/help/CODE` and
            `/v1/causes`. This file is made from the catalogue in `Sources/Inspection/CausesOf….swift`; a test holds it equal, and
            `PEERSCOPE_WRITE=1 swift test --filter CatalogueTests` writes it anew.


            """
        for entry in entries {
            text += "## \(entry.code)\n\n**\(entry.title)** (\(entry.severity.rawValue)). \(entry.explanation)\n\n"
            text += "*What helps:* \(entry.fix)\n\n*How it looks:* \(entry.help.looks)\n\n"
            for check in entry.help.checks { text += "- `\(check.command)`: \(check.meaning)\n" }
            for situation in entry.help.situations { text += "- **\(situation.place)**: \(situation.advice)\n" }
            if !entry.help.checks.isEmpty || !entry.help.situations.isEmpty { text += "\n" }
            if !entry.help.references.isEmpty { text += "See \(entry.help.references.joined(separator: ", ")).\n\n" }
        }
        return text
    }
}
