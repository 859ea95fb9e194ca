/// A page of text for a person with curl: columns, wrapped paragraphs, and nothing in it that a terminal would obey.
struct PlainText {
    private(set) var text = ""
    /// Columns of a terminal.
    static let width = 100

    mutating func line(_ words: String = "") {
        text += words
        text += "\n"
    }

    /// A name and its value; the value is a stranger's text and is made harmless.
    mutating func row(_ name: String, _ value: String?) {
        guard let value, !value.isEmpty else { return }
        line("  " + name.padded(to: 16) + PlainText.harmless(value))
    }

    /// A paragraph, wrapped at words.
    mutating func paragraph(_ words: String, indent: String = "  ", first: String? = nil) {
        var current = first ?? indent
        var isEmpty = true
        for word in PlainText.harmless(words).split(separator: " ") {
            if !isEmpty, current.count + word.count + 1 > PlainText.width {
                line(current)
                current = indent
                isEmpty = true
            }
            current += isEmpty ? "\(word)" : " \(word)"
            isEmpty = false
        }
        line(current)
    }

    /// The text with everything visible that a terminal or an editor would act on: control characters (and so escape sequences),
    /// marks that turn the direction of writing, invisible marks, separators of lines, all as `\u{1b}`.
    static func harmless(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isActive) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            if isActive(scalar) {
                result += "\\u{" + String(scalar.value, radix: 16) + "}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func isActive(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7f..<0xa0: true
        // Soft hyphen, Arabic letter mark, Mongolian vowel separator.
        case 0xad, 0x61c, 0x180e: true
        // Zero-width marks, direction marks, separators, embeddings, overrides, isolates, invisible operators.
        case 0x200b...0x200f, 0x2028...0x202e, 0x2060...0x206f: true
        // Byte order mark, interlinear annotations, language tags.
        case 0xfeff, 0xfff9...0xfffb, 0xe0000...0xe007f: true
        default: false
        }
    }
}

extension String {
    /// The text filled up with blanks to a number of characters, at least one behind it.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(1, width - count))
    }

    func paddedLeft(to width: Int) -> String {
        String(repeating: " ", count: Swift.max(0, width - count)) + self
    }
}
