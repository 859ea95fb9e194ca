import Glibc
import Testing

/// Something that must not stand in a set of files, and why.
struct Rule: Sendable, CustomTestStringConvertible {
    let name: String
    let why: String
    /// Whether the rule holds for a file.
    let covers: @Sendable (SourceFile) -> Bool
    /// Where a file breaks it: byte offsets.
    let find: @Sendable (SourceFile) -> [Int]
    /// A line that breaks it, and the path where that would be: the proof that the rule can fail.
    let counterexample: (path: String, text: String)
    /// The same in a form that is allowed.
    let innocent: (path: String, text: String)

    var testDescription: String { name }

    /// The breaches in words, a line each.
    func breaches(in files: [SourceFile]) -> [String] {
        files.filter(covers).flatMap { file in
            find(file).map { "\(file.path):\(file.line(of: $0)): \(name): \(why)" }
        }
    }
}

/// Every place where the bytes of `needle` stand in `text`.
func matches(of needle: [UInt8], in text: [UInt8]) -> [Int] {
    var found: [Int] = []
    text.withUnsafeBytes { bytes in
        guard let base = bytes.baseAddress else { return }
        var start = 0
        while start + needle.count <= bytes.count, let hit = memchr(base + start, Int32(needle[0]), bytes.count - start - needle.count + 1)
        {
            let offset = base.distance(to: UnsafeRawPointer(hit))
            if memcmp(hit, needle, needle.count) == 0 { found.append(offset) }
            start = offset + 1
        }
    }
    return found
}

/// Every place where `token` stands in `text`, not as a part of a longer word.
func occurrences(of token: String, in text: [UInt8]) -> [Int] {
    let needle = Array(token.utf8)
    return matches(of: needle, in: text).filter { offset in
        let end = offset + needle.count
        let isWordBefore = offset > 0 && isWord(text[offset - 1]) && isWord(needle[0])
        let isWordAfter = end < text.count && isWord(text[end]) && isWord(needle[needle.count - 1])
        return !isWordBefore && !isWordAfter
    }
}

func isWord(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte >= 128
}

extension Rule {
    /// A rule against tokens in code; comments and strings may name them.
    static func tokens(
        _ name: String, _ tokens: [String], why: String, covers: @escaping @Sendable (SourceFile) -> Bool,
        counterexample: (String, String), innocent: (String, String)
    ) -> Rule {
        Rule(
            name: name, why: why, covers: covers,
            find: { file in tokens.flatMap { occurrences(of: $0, in: file.code) } },
            counterexample: counterexample, innocent: innocent)
    }

    private static func floor(_ file: SourceFile) -> Int? { file.room.flatMap(Floors.room)?.floor }
    private static func isSource(_ file: SourceFile) -> Bool { file.isSwift && file.room != nil }
    /// Protocols, and pure functions of recorded facts: no clock, no socket, no thread.
    private static func isPure(_ file: SourceFile) -> Bool {
        guard file.isSwift, let floor = floor(file) else { return false }
        return floor <= 2 || floor == 4
    }

    static let all: [Rule] = [
        .tokens(
            "no trap", ["try!", "as!", "fatalError("], why: "hostile bytes and broken disks must never end the process",
            covers: isSource,
            counterexample: ("Sources/HTTP/A.swift", "let a = try! b()"), innocent: ("Sources/HTTP/A.swift", "let a = try? b() // try!")),
        .tokens(
            "no sleep", ["Task.sleep", "usleep(", "nanosleep(", "Thread.sleep", "sleep("],
            why: "wait for a condition, a deadline or an event",
            covers: { $0.isSwift && $0.path != "Tests/HouseTests/Rules.swift" },
            counterexample: ("Tests/ICETests/A.swift", "try await Task.sleep(for: .seconds(1))"),
            innocent: ("Tests/ICETests/A.swift", "prepareToSleep()")),
        .tokens(
            "no wall clock", ["Date()", "Date.now", "gettimeofday(", "time(nil)"],
            why: "timers are monotonic; stamps come from shim_wall_microseconds where they are written",
            covers: { file in isSource(file) && (floor(file) ?? 9) <= 5 },
            counterexample: ("Sources/History/A.swift", "let now = Date()"), innocent: ("Sources/History/A.swift", "let now = nextDate()")),
        .tokens(
            "no clock", ["ContinuousClock", "SuspendingClock", "clock_gettime(", "MonotonicClock", "shim_monotonic_nanoseconds"],
            why: "instants are arguments of protocols and of pure functions",
            covers: isPure,
            counterexample: ("Sources/ICE/A.swift", "let now = MonotonicClock.now"),
            innocent: ("Sources/Transport/A.swift", "let now = MonotonicClock.now")),
        .tokens(
            "no socket and no thread",
            ["socket(", "sendto(", "recvfrom(", "pthread_create(", "Thread(", "DispatchQueue", "Task {", "Task.detached"],
            why: "protocol rooms take bytes and write to an outbox",
            covers: isPure,
            counterexample: ("Sources/STUN/A.swift", "Task { await a() }"), innocent: ("Sources/Transport/A.swift", "socket(1, 2, 3)")),
        .tokens(
            "no unseeded random",
            ["SystemRandomNumberGenerator", ".randomElement()", ".shuffled()", ".shuffle()", "UUID()", "getrandom(", "arc4random"],
            why: "randomness is an argument (RandomSource), so that a failure can be repeated",
            covers: { $0.isSwift && $0.path != "Sources/Wire/RandomSource.swift" },
            counterexample: ("Tests/PeerTests/A.swift", "let a = list.shuffled()"),
            innocent: ("Tests/PeerTests/A.swift", "let a = list.shuffled(using: &random)")),
        Rule(
            name: "no unseeded random number", why: "give `using:`, so that a failure can be repeated",
            covers: { $0.isSwift },
            find: { file in
                occurrences(of: ".random(in:", in: file.code).filter { !argumentList(in: file.code, from: $0).contains("using:") }
            },
            counterexample: ("Tests/PeerTests/A.swift", "let a = Int.random(in: 0..<9)"),
            innocent: ("Tests/PeerTests/A.swift", "let a = Int.random(\n    in: 0..<9, using: &random)")),
        .tokens(
            "no standard streams", ["stdout", "stderr", "print(", "debugPrint(", "dump("],
            why: "what a server says goes through its log; the command line writes its own",
            covers: { isSource($0) && $0.room != "peerscope" },
            counterexample: ("Sources/Engine/A.swift", "print(session)"), innocent: ("Sources/Engine/A.swift", "fingerprint(session)")),
        Rule(
            name: "at most 500 lines", why: "which question does it answer? split it by question",
            covers: { $0.path.hasSuffix(".swift") || $0.path.hasSuffix(".js") || $0.path.hasSuffix(".c") || $0.path.hasSuffix(".py") },
            find: { $0.lineCount > 500 ? [$0.text.count] : [] },
            counterexample: ("Web/a.js", String(repeating: "a\n", count: 501)), innocent: ("Web/a.js", String(repeating: "a\n", count: 500))
        ),
        Rule(
            name: "no path of one machine", why: "a path on another machine means nothing",
            covers: { _ in true },
            find: { file in
                // Put together here, so that this file does not break its own rule.
                ["work", "farm", "root", "home", "Users"].map { "/" + $0 + "/" }.flatMap { occurrences(of: $0, in: file.text) }
                    .filter { offset in
                        let isBegin = offset == 0 || !(isWord(file.text[offset - 1]) || ".-~}/".utf8.contains(file.text[offset - 1]))
                        return isBegin
                    }
            },
            counterexample: ("Docs/a.md", "see /" + "root/a"), innocent: ("Docs/a.md", "see tests/" + "root/a and https://a.org/home/a")),
        Rule(
            name: "nothing left open", why: "finish it, or say in a sentence what is not done and why",
            covers: { !$0.path.hasPrefix("Tests/HouseTests/") },
            find: { file in ["TODO", "FIXME", "XXX", "not implemented", "placeholder text"].flatMap { occurrences(of: $0, in: file.text) }
            },
            counterexample: ("Web/a.js", "// TODO later"), innocent: ("Web/a.js", "// RFC 8445 §6, not done: why")),
        Rule(
            name: "one form of citation", why: "write RFC 8445 §7.3, so that one search finds them all",
            covers: { ($0.isSwift || $0.path.hasSuffix(".c") || $0.path.hasSuffix(".h")) && !$0.path.hasPrefix("Tests/HouseTests/") },
            find: malformedCitations,
            counterexample: ("Sources/ICE/A.swift", "// RFC 8445 section 7.3"),
            innocent: ("Sources/ICE/A.swift", "// RFC 8445 §7.3: \"see [RFC5245]\"")),
        Rule(
            name: "the current RFC", why: "8445 for 5245, 8489 for 5389 and 3489, 8656 for 5766, 8866 for 4566 and 2327, 9429 for JSEP",
            covers: { $0.isSwift && $0.room != nil },
            find: { file in
                ["5245", "5389", "3489", "5766", "4566", "2327"].flatMap { matches(of: Array("// RFC \($0) §".utf8), in: file.text) }
            },
            counterexample: ("Sources/ICE/A.swift", "// RFC 5245 §7"),
            innocent: ("Sources/ICE/A.swift", "// an older agent may do so (RFC 5245 §8.1.1.2)")),
    ]

    /// The text from a call's name to its closing parenthesis.
    private static func argumentList(in code: [UInt8], from offset: Int) -> String {
        var depth = 0
        var end = offset
        while end < code.count {
            if code[end] == UInt8(ascii: "(") { depth += 1 }
            if code[end] == UInt8(ascii: ")") { depth -= 1 }
            end += 1
            if depth == 0, code[end - 1] == UInt8(ascii: ")") { break }
        }
        return String(decoding: code[offset..<end], as: UTF8.self)
    }

    /// `RFC8445` outside brackets, `RFC-8445`, and a number that is followed by "section", "sec." or "chapter".
    private static func malformedCitations(_ file: SourceFile) -> [Int] {
        let text = file.text
        return matches(of: Array("RFC".utf8), in: text).filter { offset in
            var end = offset + 3
            guard end < text.count, offset == 0 || !isWord(text[offset - 1]) else { return false }
            let isJoined = (48...57).contains(text[end]) || text[end] == UInt8(ascii: "-")
            // A quotation keeps the RFC's own brackets.
            if isJoined, offset == 0 || text[offset - 1] != UInt8(ascii: "[") { return true }
            while end < text.count, text[end] == 32 || text[end] == UInt8(ascii: ",") || (48...57).contains(text[end]) { end += 1 }
            let next = String(decoding: text[end..<min(end + 8, text.count)], as: UTF8.self).lowercased()
            return next.hasPrefix("section") || next.hasPrefix("sec.") || next.hasPrefix("chapter")
        }
    }
}
