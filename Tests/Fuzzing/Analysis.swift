internal import Analysis
internal import JSON
internal import Wire

/// Findings name lines that are there, are no more than fit a page, and nothing in the text moves a cursor.
func fuzzAnalysis(_ bytes: Span<UInt8>) {
    let text = bytes.array
    let side = AnsweringSide(fingerprint: "sha-256 00", candidates: ["candidate:1 1 udp 1 192.0.2.1 9 typ host"])
    let lines = text.count { $0 == 10 } + 1
    for kind in [nil] + Subject.allCases.map(Optional.some) {
        let report = Report(of: text, as: kind, for: side)
        precondition(report.findings.count <= 200, "findings are bounded")
        precondition(report.findings.allSatisfy { 1...lines ~= $0.line ?? 1 }, "a finding names a line of the text")
        precondition(report.isAccepted || !report.findings.isEmpty, "what is refused is explained")
        var json = JSONWriter()
        report.encode(into: &json)
        let harmless = report.text.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control }
        precondition(json.count > 2 && harmless, "the text is plain")
    }
}
