/// The text that is analysed, by lines, as it may be shown.
struct SourceText {
    let bytes: [UInt8]
    /// Where each line stands in `bytes`, without its end.
    private var ranges: [Range<Int>] = []

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var start = 0
        for index in bytes.indices where bytes[index] == 10 {
            append(start..<index)
            start = index + 1
        }
        if start < bytes.count { append(start..<bytes.count) }
    }

    private mutating func append(_ range: Range<Int>) {
        let end = range.upperBound > range.lowerBound && bytes[range.upperBound - 1] == 13 ? range.upperBound - 1 : range.upperBound
        ranges.append(range.lowerBound..<end)
    }

    var lineCount: Int { ranges.count }
    /// The numbers of the lines, from 1.
    var numbers: ClosedRange<Int> { 1...max(1, ranges.count) }

    /// The bytes of a line; none where there is no such line.
    func line(_ number: Int) -> ArraySlice<UInt8> {
        ranges.indices.contains(number - 1) ? bytes[ranges[number - 1]] : []
    }

    func starts(_ number: Int, with prefix: StaticString) -> Bool {
        let line = line(number)
        return prefix.withUTF8Buffer { line.count >= $0.count && line.prefix($0.count).elementsEqual($0) }
    }

    func contains(_ number: Int, _ byte: UInt8) -> Bool { line(number).contains(byte) }

    /// The first 512 bytes of a line without spaces around them.
    func trimmed(_ number: Int) -> String {
        var line = line(number).prefix(512)
        while let first = line.first, first <= 0x20 { line.removeFirst() }
        while let last = line.last, last <= 0x20 { line.removeLast() }
        return String(decoding: line, as: UTF8.self)
    }

    /// A line as it may be shown anywhere, cut around `column`, and how many characters stand before that column in it.
    func shown(_ number: Int, column: Int?, width: Int = 160) -> (text: String, offset: Int) {
        let line = line(number)
        let place = min(max((column ?? 1) - 1, 0), line.count)
        // Bytes before the place that are shown: enough to know where one is.
        let skipped = place > width * 3 / 4 ? place - width / 2 : 0
        let before = Self.printable(line.dropFirst(skipped).prefix(place - skipped))
        let after = Self.printable(line.dropFirst(place).prefix(max(0, width - (place - skipped))))
        let isCut = line.count > skipped + max(width, place - skipped)
        let lead = skipped > 0 ? "…" : ""
        return (lead + before + after + (isCut ? "…" : ""), lead.unicodeScalars.count + before.unicodeScalars.count)
    }

    /// Text without anything that would move a cursor, hide, or turn what stands beside it around.
    static func printable(_ bytes: some Sequence<UInt8>) -> String {
        let bytes = Array(bytes)
        // Nearly all of it is ASCII.
        if bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) { return String(decoding: bytes, as: UTF8.self) }
        var text = String.UnicodeScalarView()
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            text.append(isPlain(scalar) ? scalar : scalar == "\t" ? " " : "\u{fffd}")
        }
        return String(text)
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }
}

/// A piece of the text as a sentence may quote it: at most 40 characters, in quotation marks.
func quoted(_ text: some StringProtocol) -> String {
    let cut = text.unicodeScalars.prefix(41)
    let shown = SourceText.printable(String(String.UnicodeScalarView(cut.prefix(40))).utf8)
    return "\"\(shown)\(cut.count > 40 ? "…" : "")\""
}

/// "1 candidate", "3 candidates".
func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

/// "audio, video and data".
func listed(_ words: [String]) -> String {
    guard let last = words.last else { return "" }
    return words.count == 1 ? last : words.dropLast().joined(separator: ", ") + " and " + last
}

extension Collection<UInt8> {
    /// Whether `word` stands somewhere in the bytes.
    func includes(_ word: StaticString) -> Bool {
        word.withUTF8Buffer { word in
            guard let first = word.first else { return true }
            var start = startIndex
            while let index = self[start...].firstIndex(of: first) {
                if self[index...].starts(with: word) { return true }
                start = self.index(after: index)
            }
            return false
        }
    }
}
