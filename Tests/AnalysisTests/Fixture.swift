import Analysis
import Corpora
import JSON

/// This server, for tests.
let side = AnsweringSide(
    fingerprint: "sha-256 " + Array(repeating: "4A", count: 32).joined(separator: ":"),
    candidates: ["candidate:1 1 udp 2130706431 192.0.2.1 8189 typ host"])

func report(_ text: String, as kind: Subject? = nil) -> Report { Report(of: Array(text.utf8), as: kind, for: side) }

extension Report {
    var json: [UInt8] {
        var writer = JSONWriter()
        encode(into: &writer)
        return writer.finish()
    }

    func finding(_ code: String) -> Finding? { findings.first { $0.code == code } }

    /// Codes that are no mere remark.
    var complaints: [String] { findings.filter { $0.severity != .info }.map { "\($0.severity) \($0.code) line \($0.line ?? 0)" } }
}

/// A healthy offer of Chromium with audio, video and data.
let healthy = (try? Corpus.offer("chromium156--av-data-sendrecv.gathered")) ?? ""

extension String {
    func replacing(_ old: String, by new: String, all: Bool = true) -> String {
        var result = ""
        var rest = self[...]
        while let range = rest.firstRange(of: old) {
            result += rest[..<range.lowerBound] + new
            rest = rest[range.upperBound...]
            if !all { break }
        }
        return result + rest
    }
}
