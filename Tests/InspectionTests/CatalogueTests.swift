import Foundation
import Inspection
import JSON
import Testing

/// The catalogue, its pages and its document.
struct CatalogueTests {
    @Test func `every code has a page, an entry of the list and a place that a finding names`() throws {
        #expect(Set(Catalogue.entries.map(\.code)).count == Catalogue.entries.count)
        #expect(Catalogue.entries.count > Cause.allCases.count + 40)
        for entry in Catalogue.entries {
            let page = try #require(HelpPages.page(of: entry.code))
            #expect(page.contains("<code>\(entry.code)</code>"))
            #expect(!page.contains("<script"))
            #expect(HelpPages.index.contains("\"\(entry.path)\""))
            #expect(!entry.title.isEmpty && entry.explanation.hasSuffix(".") && entry.fix.hasSuffix("."), "\(entry.code)")
            #expect(!entry.help.looks.isEmpty)
        }
        #expect(HelpPages.page(of: "nothing-of-the-kind") == nil)
        #expect(HelpPages.page(of: "<b>") == nil)
        #expect(Catalogue.path(of: "offer-refused:from-the-future") == "/help/offer-refused")
    }

    @Test func `every cause says how it looks, how to check it and what to do where`() {
        let plain: Set<Cause> = [.serverLost, .serverStopped]
        for cause in Cause.allCases where !plain.contains(cause) {
            #expect(cause.title != cause.rawValue, "\(cause) has no entry")
            #expect(!cause.help.looks.isEmpty && !(cause.help.checks.isEmpty && cause.help.situations.isEmpty), "\(cause)")
        }
    }

    @Test func `a finding names its page, and the page of text does too`() throws {
        let record = Scripts.recorded(.noCheckReceived)
        let finding = try #require(Diagnosis.findings(of: record).first)
        #expect(finding.help == "/help/no-check-received")
        #expect(record.diagnosisText().contains("See: /help/no-check-received"))
    }

    @Test func `the document about the causes is what the catalogue says`() throws {
        let file = try #require(Self.packageRoot).appendingPathComponent("Docs/causes.md")
        if ProcessInfo.processInfo.environment["PEERSCOPE_WRITE"] != nil { try Data(Catalogue.markdown.utf8).write(to: file) }
        let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        #expect(text == Catalogue.markdown, "PEERSCOPE_WRITE=1 swift test --filter CatalogueTests writes it anew")
    }

    private static var packageRoot: URL? {
        var folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        while folder.path != "/" {
            if FileManager.default.fileExists(atPath: folder.appendingPathComponent("Docs").path) { return folder }
            folder = folder.deletingLastPathComponent()
        }
        return nil
    }
}
