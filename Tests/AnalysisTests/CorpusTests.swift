import Analysis
import Corpora
import Foundation
import Testing

@Suite(.enabled(if: Corpus.isPresent, "the shared corpora are not here"))
struct `Descriptions from the field, analysed` {
    @Test func `give no error and no warning where a browser or library of today made them`() {
        let entries = DescriptionEntry.all.filter { $0.expect == "valid-offer" && Expectations.refused[$0.file] == nil }
        #expect(entries.count >= 30)
        for entry in entries {
            let report = Report(of: entry.bytes, for: side)
            #expect(report.kind == .offer, "\(entry.file)")
            #expect(report.complaints == [], "\(entry.file)")
            #expect(report.isAccepted && report.answer != nil, "\(entry.file)")
        }
    }

    @Test func `give no error where both browsers take them, but for what this server refuses`() {
        for entry in DescriptionEntry.all where entry.expect == "both-browsers-accept" {
            let report = Report(of: entry.bytes, for: side)
            #expect(report.isAccepted == (Expectations.refused[entry.file] == nil), "\(entry.file): \(report.complaints)")
        }
    }

    @Test func `give an error where both browsers refuse them, naming a line`() {
        for entry in DescriptionEntry.all where entry.expect == "both-browsers-reject" && Expectations.taken[entry.file] == nil {
            let errors = Report(of: entry.bytes, for: side).findings.filter { $0.severity == .error }
            #expect(errors.contains { $0.line != nil }, "\(entry.file)")
        }
    }

    @Test func `made to do harm give the error that the server refuses them for`() {
        for entry in DescriptionEntry.all where entry.file.hasPrefix("attack--") {
            let report = Report(of: entry.bytes, for: side)
            if let code = Expectations.attacks[entry.file] {
                let told = code == "sdp-not-a-description" && report.finding("byte-order-mark") != nil ? "byte-order-mark" : code
                #expect(report.finding(told)?.severity == .error, "\(entry.file): \(report.complaints)")
                #expect(report.answer == nil, "\(entry.file)")
            } else {
                #expect(report.answer != nil, "\(entry.file): \(report.complaints)")
            }
        }
    }

    @Test func `give valid JSON, lines that are there, and text that moves no cursor`() throws {
        for entry in DescriptionEntry.all {
            let bytes = entry.bytes
            let lines = bytes.count { $0 == 10 } + 1
            for kind in [nil, Subject.fragment] {
                let report = Report(of: bytes, as: kind, for: side)
                #expect((try? JSONSerialization.jsonObject(with: Data(report.json))) != nil, "\(entry.file)")
                #expect(report.findings.count <= 200)
                for finding in report.findings {
                    if let line = finding.line { #expect(1...lines ~= line, "\(entry.file): \(finding.code) at \(line)") }
                    #expect(!finding.title.isEmpty && !finding.explanation.isEmpty && !finding.fix.isEmpty, "\(finding.code)")
                }
                #expect(report.text.unicodeScalars.allSatisfy(isHarmless), "\(entry.file)")
            }
        }
    }

    @Test func `candidates a browser takes can be read, and those it refuses are named`() {
        for entry in CandidateEntry.all where !entry.candidate.isEmpty {
            let report = Report(of: Array(entry.candidate.utf8), as: .candidate, for: side)
            if !entry.chromium { #expect(!report.findings.isEmpty, "\(entry.candidate)") }
            #expect(report.findings.allSatisfy { $0.line != nil }, "\(entry.candidate)")
        }
    }
}

/// Neither a control character but the line's end, nor one that turns text around.
func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "\n" || !(scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format)
}
