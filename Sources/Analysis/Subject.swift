/// What an analysis speaks of.
public enum Subject: String, Sendable, CaseIterable {
    case offer, answer, fragment, candidate

    /// The word in a sentence.
    var noun: String {
        switch self {
        case .offer: "offer"
        case .answer: "answer"
        case .fragment: "trickle fragment"
        case .candidate: "candidate"
        }
    }

    /// What a text seems to be, by how its lines begin and by its `a=setup`.
    ///
    /// A description that says only `active` or `passive` is an answer: RFC 9429 §5.2.1 has every offer say `actpass`.
    static func guess(_ source: SourceText) -> Subject {
        var isCandidates = false
        for number in source.numbers {
            let line = source.trimmed(number)
            if line.isEmpty { continue }
            if line.hasPrefix("v=") || line.hasPrefix("o=") { return guessHalf(source) }
            if line.hasPrefix("candidate:") || line.hasPrefix("a=candidate:") || line == "a=end-of-candidates" {
                isCandidates = true
            } else if line.hasPrefix("a=") || line.hasPrefix("m=") {
                return .fragment
            } else {
                break
            }
        }
        return isCandidates ? .candidate : .offer
    }

    private static func guessHalf(_ source: SourceText) -> Subject {
        // FFmpeg, which only ever offers, is the one known client that fixes its role all the same.
        if source.numbers.prefix(4).contains(where: { source.starts($0, with: "o=FFmpeg") || source.starts($0, with: "s=FFmpeg") }) {
            return .offer
        }
        var saysChosen = false
        for number in source.numbers where source.starts(number, with: "a=setup:") {
            let word = source.trimmed(number).dropFirst(8).lowercased()
            if word == "actpass" { return .offer }
            if word == "active" || word == "passive" { saysChosen = true }
        }
        return saysChosen ? .answer : .offer
    }
}
