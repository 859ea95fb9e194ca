import Foundation
import Testing

@testable import History

extension Tables {
    /// Docs/history.md against a real file.
    @Suite struct Documenting {
        private var document: String {
            get throws {
                var folder = URL(fileURLWithPath: #filePath)
                while folder.path != "/", !FileManager.default.fileExists(atPath: folder.path + "/Package.swift") {
                    folder.deleteLastPathComponent()
                }
                return try String(contentsOfFile: folder.path + "/Docs/history.md", encoding: .utf8)
            }
        }

        /// What stands under each heading of the third level.
        private var sections: [(heading: String, text: String)] {
            get throws {
                try document.components(separatedBy: "\n### ").dropFirst().map { part in
                    let lines = part.components(separatedBy: "\n## ")[0].split(separator: "\n", maxSplits: 1)
                    return (String(lines[0]), lines.count > 1 ? String(lines[1]) : "")
                }
            }
        }

        private func names(in text: some StringProtocol) -> [String] {
            text.components(separatedBy: "`").enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
        }

        private func words(_ store: Store, _ sql: String) throws -> [String] {
            try store.read { database in
                let search = try Prepared(database, sql)
                defer { search.reset() }
                var words: [String] = []
                while try search.step() { words.append(search.text(0)) }
                return words
            }
        }

        @Test func `every table and column of the file stands in the document, and no other`() throws {
            try withStore { store, _ in
                let sections = try sections
                let tables = try words(store, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
                #expect(Set(sections.flatMap { $0.heading.components(separatedBy: ", ") }) == Set(tables))
                for (heading, text) in sections {
                    let tables = heading.components(separatedBy: ", ")
                    var columns: Set<String> = []
                    for table in tables { try columns.formUnion(words(store, "SELECT name FROM pragma_table_info('\(table)')")) }
                    let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `") }
                    let cell = tables.count > 1 ? 2 : 1
                    let named = rows.flatMap { names(in: $0.components(separatedBy: "|")[cell]) }
                    #expect(Set(named) == columns, "\(heading)")
                    if cell == 2 { #expect(Set(rows.flatMap { names(in: $0.components(separatedBy: "|")[1]) }) == Set(tables)) }
                }
            }
        }

        @Test func `every question in the document has an answer`() throws {
            let parts = try document.components(separatedBy: "```sql\n").dropFirst()
            let questions = parts.map { $0.components(separatedBy: "```")[0] }
            #expect(questions.count >= 7)
            try withStore { store, _ in
                // 2026-01-31T12:30:00Z, the hour that one question asks for.
                for (index, time) in [noon, noon + 1_000, 1_769_862_600_000].enumerated() {
                    var row = sample("s\(index)", at: time, outcome: "failed")
                    row.finding = "dtls-failed"
                    row.searchTerms = ["room=blue", "relay-only"]
                    store.write(.session(row))
                }
                #expect(store.flush(timeout: .seconds(5)))
                for question in questions {
                    try #expect(!words(store, question).isEmpty, "\(question)")
                }
            }
        }

        @Test func `the percentiles that a reader makes of the file are those of the store`() throws {
            let question = try #require(try document.components(separatedBy: "```sql\n").first { $0.contains("p90") })
            try withStore { store, _ in
                var random = Lehmer(seed: 9)
                for index in 0..<300 {
                    var row = sample("s\(index)")
                    row.phases.connected = Double(1 + random.next(5_000))
                    store.write(.session(row))
                }
                #expect(store.flush(timeout: .seconds(5)))
                let figures = try store.read { database in
                    let search = try Prepared(database, question.components(separatedBy: "```")[0])
                    defer { search.reset() }
                    #expect(try search.step())
                    return (search.integer(1), search.optionalReal(2), search.optionalReal(3))
                }
                let overall = try #require(try store.aggregate().setupOverall)
                #expect(figures.0 == 300)
                #expect(abs((figures.1 ?? 0) - overall.p50) <= 0.06 && abs((figures.2 ?? 0) - overall.p90) <= 0.06)
            }
        }
    }
}
