import Foundation
import History
import Inspection
import SCTP
import Testing

@testable import Engine

/// The diagnosis against faults that the dice chose: what was broken, and what was said first.
///
/// `PEERSCOPE_SEEDS=1000..<1200` runs other seeds, so many sessions of each fault; by default a fixed few.
/// `PEERSCOPE_FAULTS=killed,moved` runs these alone, and with `PEERSCOPE_SHOW=1` the story of what was missed is printed.
@Suite(.serialized) struct `The diagnosis is judged` {
    private struct Row {
        var right = 0
        var total = 0
        var said: [String: Int] = [:]
        var misses: [String] = []
    }

    private static var seeds: Range<UInt64> {
        let words = ProcessInfo.processInfo.environment["PEERSCOPE_SEEDS"]?.split(separator: ".").compactMap {
            UInt64($0.drop { $0 == "<" })
        }
        guard let words, words.count == 2, words[0] < words[1] else { return 1..<9 }
        return words[0]..<words[1]
    }

    private static var faults: [Fault] {
        ProcessInfo.processInfo.environment["PEERSCOPE_FAULTS"].map { names in
            names.split(separator: ",").compactMap { Fault(rawValue: String($0)) }
        } ?? Fault.allCases
    }

    @Test func `nearly every first finding is right, and a healthy session has none`() throws {
        let (history, folder) = try Scene.temporaryHistory()
        defer {
            history.close(timeout: .seconds(5))
            try? FileManager.default.removeItem(at: folder)
        }
        var rows: [(fault: Fault, row: Row)] = []
        for fault in Self.faults {
            var row = Row()
            for seed in Self.seeds { try judge(FaultTrial(fault, seed: seed, history: history), &row) }
            rows.append((fault, row))
        }
        print(Self.matrix(rows))
        let broken = rows.filter { !$0.fault.isHealthy }
        let right = broken.reduce(0) { $0 + $1.row.right }
        let total = broken.reduce(0) { $0 + $1.row.total }
        #expect(Double(right) >= 0.95 * Double(total), "\(right) of \(total)")
        for (fault, row) in rows where fault.isHealthy { #expect(row.right == row.total, "\(fault): \(row.misses)") }
    }

    private func judge(_ trial: FaultTrial, _ row: inout Row) throws {
        var trial = trial
        // The clock of usrsctp begins anew with each.
        let (record, expected) = try Stack.exclusively {
            let (scene, expected) = try trial.run()
            return (try scene.record(), expected)
        }
        let findings = Diagnosis.findings(of: record)
        let first = findings.first?.code ?? "-"
        row.total += 1
        row.said[first, default: 0] += 1
        if ProcessInfo.processInfo.environment["PEERSCOPE_SHOW"] == "all" { print(record.eventsText(), record.diagnosisText()) }
        if expected.codes.contains(first) {
            row.right += 1
        } else {
            if ProcessInfo.processInfo.environment["PEERSCOPE_SHOW"] != nil { print(record.eventsText(), record.diagnosisText()) }
            row.misses.append("seed \(trial.seed): \(first), not \(expected.codes.sorted())")
        }
        // The same facts from history say the same.
        let stored = try Record(stored: record.stored()) { try JSONDecoder().decode(Record.self, from: Data($0)) }
        #expect(Diagnosis.findings(of: stored) == findings)
        for finding in findings {
            #expect(!finding.explanation.isEmpty && !finding.fix.isEmpty)
            #expect(!finding.explanation.contains("  ") && !finding.explanation.contains("Optional("))
        }
    }

    /// What was broken, and what was said first, how often.
    private static func matrix(_ rows: [(fault: Fault, row: Row)]) -> String {
        var text = "\nwhat was broken → what was said first\n"
        for (fault, row) in rows {
            let said = row.said.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) \($0.value)" }
            text += "  \(fault.rawValue.padding(toLength: 30, withPad: " ", startingAt: 0)) \(row.right)/\(row.total)  "
            text += said.joined(separator: ", ") + "\n"
            for miss in row.misses { text += "      \(miss)\n" }
        }
        return text
    }
}
