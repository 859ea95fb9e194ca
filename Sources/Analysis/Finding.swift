/// How much a finding matters.
public enum Severity: String, Sendable, CaseIterable, Comparable {
    /// It will not be taken: by this server, or by browsers.
    case error
    /// It breaks a rule, or works only by the other side's leniency.
    case warning
    /// Worth knowing; nothing is wrong.
    case info

    private var rank: Int { self == .error ? 0 : self == .warning ? 1 : 2 }
    public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
}

/// One thing to say of a text: where, by which rule, and what to do.
public struct Finding: Sendable, Equatable {
    /// Stable: one of `Rule`, `SDPError.Code` or `Refusal.Code`.
    public let code: String
    public internal(set) var severity: Severity
    /// From 1; nil where no line is meant.
    public let line: Int?
    /// In bytes, from 1.
    public let column: Int?
    /// The m-section.
    public let mid: String?
    /// `RFC 8839 §5.1`
    public let section: String?
    public let title: String
    public let explanation: String
    public let fix: String
}

/// Where findings are collected: no more of one kind than tell anything new, and no more in all than anybody reads.
struct Findings {
    /// Of one rule.
    static let perRule = 10
    static let inAll = 200

    private(set) var all: [Finding] = []
    private var counts: [String: Int] = [:]
    private var seen: Set<Place> = []

    private struct Place: Hashable {
        let code: String
        let line: Int?
    }

    /// Says one thing of one line once. The words are made only where they are kept.
    mutating func note(
        _ rule: Rule, _ severity: Severity? = nil, at line: Int?, column: Int? = nil, mid: String? = nil,
        _ explanation: @autoclosure () -> String, fix: @autoclosure () -> String
    ) {
        guard admits(rule.rawValue, line) else { return }
        let facts = rule.facts
        all.append(
            Finding(
                code: rule.rawValue, severity: severity ?? facts.severity, line: line, column: column, mid: mid, section: facts.section,
                title: facts.title, explanation: explanation(), fix: fix()))
    }

    mutating func add(_ finding: Finding) {
        if admits(finding.code, finding.line) { all.append(finding) }
    }

    func has(_ code: String) -> Bool { counts[code] != nil }

    /// Makes an error of what was found with this code, the one of `line` or else the first; false where nothing was.
    mutating func promote(_ code: String, at line: Int?) -> Bool {
        guard let index = all.firstIndex(where: { $0.code == code && $0.line == line }) ?? all.firstIndex(where: { $0.code == code }) else {
            return false
        }
        all[index].severity = .error
        return true
    }

    private mutating func admits(_ code: String, _ line: Int?) -> Bool {
        guard seen.count < 20_000, seen.insert(Place(code: code, line: line)).inserted else { return false }
        counts[code, default: 0] += 1
        return counts[code, default: 0] <= Self.perRule
    }

    /// What is told: the gravest first, then by line; a last one says how many are left out.
    func told() -> [Finding] {
        var sorted = all.enumerated().sorted { left, right in
            (left.element.severity, left.element.line ?? 0, left.offset) < (right.element.severity, right.element.line ?? 0, right.offset)
        }.map(\.element)
        let total = counts.values.reduce(0, +)
        if sorted.count > Self.inAll - 1 { sorted.removeLast(sorted.count - Self.inAll + 1) }
        if total > sorted.count {
            let facts = Rule.more.facts
            let repeated = counts.filter { $0.value > Self.perRule }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(5)
            let words = repeated.map { "\($0.key) (\($0.value) times)" }
            sorted.append(
                Finding(
                    code: Rule.more.rawValue, severity: facts.severity, line: nil, column: nil, mid: nil, section: nil, title: facts.title,
                    explanation: "\(total - sorted.count) more findings are left out"
                        + (words.isEmpty ? "." : ", most of them alike: \(listed(words))."),
                    fix: "Mend what is listed and analyse again."))
        }
        return sorted
    }
}
