/// A JSON value (RFC 8259) of a stranger's file.
///
/// Not Foundation's reader, as that one boxes each value on its own and keeps no bound but that of the stack: a file of 32 MiB made of `[` and `,`
/// would take gigabytes. This one counts values and depth while it reads.
indirect enum JSONValue: Equatable {
    case null
    case flag(Bool)
    case number(Double)
    case text(String)
    case list([JSONValue])
    case object([Member])

    struct Member: Equatable {
        var name: String
        var value: JSONValue
    }

    /// The member of an object; the last one where a name comes twice.
    subscript(_ name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }

    var text: String? { if case .text(let text) = self { text } else { nil } }
    var number: Double? { if case .number(let number) = self { number } else { nil } }
    var flag: Bool? { if case .flag(let flag) = self { flag } else { nil } }
    var list: [JSONValue]? { if case .list(let list) = self { list } else { nil } }
    var members: [Member]? { if case .object(let members) = self { members } else { nil } }

    /// ms since 1970, as µs; nil where it is no number, or no time of these centuries.
    var time: Int64? {
        guard let number, number.isFinite, number > 0, number < 253_402_300_800_000 else { return nil }
        return Int64((number * 1000).rounded())
    }
}

extension JSONValue {
    /// How much a text may hold.
    struct Bounds {
        var depth = 32
        var values = 1_500_000
    }

    /// Reads one text, with nothing but blanks behind it.
    init(parsing bytes: [UInt8], bounds: Bounds = Bounds()) throws(DumpError) {
        var reader = JSONReader(bytes, bounds)
        self = try reader.readAll()
    }

    /// Reads a text within a string.
    init(parsing text: String, bounds: Bounds = Bounds()) throws(DumpError) {
        try self.init(parsing: Array(text.utf8), bounds: bounds)
    }
}

private struct JSONReader {
    private let bytes: [UInt8]
    private var index = 0
    private var left: Int
    private let depth: Int

    init(_ bytes: [UInt8], _ bounds: JSONValue.Bounds) {
        self.bytes = bytes
        left = bounds.values
        depth = bounds.depth
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { index = 3 }
    }

    mutating func readAll() throws(DumpError) -> JSONValue {
        let value = try read(depth)
        skipBlanks()
        guard index == bytes.count else { throw wrong("something stands behind the end") }
        return value
    }

    private func wrong(_ words: String) -> DumpError {
        .syntax("This is not the JSON of a report: \(words), at byte \(min(index, bytes.count)).")
    }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipBlanks() {
        while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 0x0a || bytes[index] == 0x0d || bytes[index] == 0x09 {
            index += 1
        }
    }

    private mutating func read(_ depth: Int) throws(DumpError) -> JSONValue {
        skipBlanks()
        left -= 1
        guard left >= 0 else { throw wrong("it holds too many values") }
        switch next {
        case UInt8(ascii: "{"): return try readObject(depth)
        case UInt8(ascii: "["): return try readList(depth)
        case UInt8(ascii: "\""): return .text(try readText())
        case UInt8(ascii: "t"): return try readWord("true", .flag(true))
        case UInt8(ascii: "f"): return try readWord("false", .flag(false))
        case UInt8(ascii: "n"): return try readWord("null", .null)
        case nil: throw wrong("it ends early")
        default: return .number(try readNumber())
        }
    }

    private mutating func readWord(_ word: StaticString, _ value: JSONValue) throws(DumpError) -> JSONValue {
        for offset in 0..<word.utf8CodeUnitCount {
            // unsafe: the literal is as long as it says.
            guard next == word.utf8Start[offset] else { throw wrong("an unknown word") }
            index += 1
        }
        return value
    }

    private mutating func readObject(_ depth: Int) throws(DumpError) -> JSONValue {
        guard depth > 0 else { throw wrong("it is nested too deep") }
        index += 1
        var members: [JSONValue.Member] = []
        skipBlanks()
        if next == UInt8(ascii: "}") {
            index += 1
            return .object([])
        }
        while true {
            skipBlanks()
            guard next == UInt8(ascii: "\"") else { throw wrong("a name is missing") }
            let name = try readText()
            skipBlanks()
            guard next == UInt8(ascii: ":") else { throw wrong("a colon is missing") }
            index += 1
            members.append(JSONValue.Member(name: name, value: try read(depth - 1)))
            skipBlanks()
            switch next {
            case UInt8(ascii: ","): index += 1
            case UInt8(ascii: "}"):
                index += 1
                return .object(members)
            default: throw wrong("an object is not closed")
            }
        }
    }

    private mutating func readList(_ depth: Int) throws(DumpError) -> JSONValue {
        guard depth > 0 else { throw wrong("it is nested too deep") }
        index += 1
        var list: [JSONValue] = []
        skipBlanks()
        if next == UInt8(ascii: "]") {
            index += 1
            return .list([])
        }
        while true {
            list.append(try read(depth - 1))
            skipBlanks()
            switch next {
            case UInt8(ascii: ","): index += 1
            case UInt8(ascii: "]"):
                index += 1
                return .list(list)
            default: throw wrong("a list is not closed")
            }
        }
    }

    private mutating func readNumber() throws(DumpError) -> Double {
        let start = index
        while let byte = next, Self.isOfNumber(byte) { index += 1 }
        // Numbers of a browser have at most some twenty digits.
        guard index > start, index - start <= 64, bytes[start] != UInt8(ascii: "+"),
            let number = Double(String(decoding: bytes[start..<index], as: UTF8.self))
        else { throw wrong("no value can begin like this") }
        return number.isFinite ? number : 0
    }

    private static func isOfNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"): true
        default: false
        }
    }

    private mutating func readText() throws(DumpError) -> String {
        index += 1
        let start = index
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") { index += 1 }
        if next == UInt8(ascii: "\"") {
            let text = String(decoding: bytes[start..<index], as: UTF8.self)
            index += 1
            return text
        }
        var text = Array(bytes[start..<index])
        while let byte = next {
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): try readEscape(into: &text)
            default: text.append(byte)
            }
        }
        throw wrong("a text is not closed")
    }

    private mutating func readEscape(into text: inout [UInt8]) throws(DumpError) {
        guard let letter = next else { throw wrong("a text is not closed") }
        index += 1
        switch letter {
        case UInt8(ascii: "n"): text.append(0x0a)
        case UInt8(ascii: "r"): text.append(0x0d)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0c)
        case UInt8(ascii: "u"):
            let unit = try readHex()
            var scalar = Unicode.Scalar(unit)
            // A pair of surrogates is one character; a lone one is none.
            if (0xd800..<0xdc00).contains(unit), index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"),
                bytes[index + 1] == UInt8(ascii: "u")
            {
                let before = index
                index += 2
                let low = try readHex()
                if (0xdc00..<0xe000).contains(low) {
                    scalar = Unicode.Scalar(0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00))
                } else {
                    index = before
                }
            }
            text.append(contentsOf: String(Character(scalar ?? "\u{fffd}")).utf8)
        default: text.append(letter)
        }
    }

    private mutating func readHex() throws(DumpError) -> UInt32 {
        guard index + 4 <= bytes.count, let value = UInt32(String(decoding: bytes[index..<(index + 4)], as: UTF8.self), radix: 16) else {
            throw wrong("an escape is broken")
        }
        index += 4
        return value
    }
}
