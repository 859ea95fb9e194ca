internal import Wire

/// Reads the value of one line from front to back and knows the column of every byte.
///
/// Fields are separated by one or more spaces. Text leaves as valid Unicode: bytes that are not UTF-8 become U+FFFD.
struct LineScanner: ~Escapable {
    let bytes: Span<UInt8>
    /// The line's number, from 1.
    let line: Int
    /// The column of `bytes[0]`, from 1.
    let firstColumn: Int
    private(set) var position = 0

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>, line: Int, firstColumn: Int) {
        self.bytes = bytes
        self.line = line
        self.firstColumn = firstColumn
    }

    var isAtEnd: Bool { position >= bytes.count }

    /// The column of the next byte.
    var column: Int { firstColumn &+ position }

    /// Whether the line's last byte is a colon, which says that a value is there and empty.
    var endsInColon: Bool { bytes.count > 0 && bytes[bytes.count &- 1] == Ascii.colon }

    var next: UInt8? { isAtEnd ? nil : bytes[position] }

    @_lifetime(self: copy self)
    mutating func skipSpaces() {
        while position < bytes.count, bytes[position] == Ascii.space || bytes[position] == Ascii.tab { position &+= 1 }
    }

    /// Steps over one byte where it is `byte`.
    @_lifetime(self: copy self)
    mutating func skip(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position &+= 1
        return true
    }

    /// The bytes up to `delimiter` or the end, in place; the delimiter is stepped over.
    @_lifetime(self: copy self)
    mutating func range(upTo delimiter: UInt8) -> Range<Int> {
        let start = position
        while position < bytes.count, bytes[position] != delimiter { position &+= 1 }
        let range = start..<position
        if position < bytes.count { position &+= 1 }
        return range
    }

    /// The next field between spaces; nil at the end of the line.
    @_lifetime(self: copy self)
    mutating func field() -> Field? {
        skipSpaces()
        guard !isAtEnd else { return nil }
        let start = position
        while position < bytes.count, bytes[position] != Ascii.space, bytes[position] != Ascii.tab { position &+= 1 }
        return Field(range: start..<position, column: firstColumn &+ start, text: text(in: start..<position))
    }

    /// All that is left of the line, without spaces at its ends; empty at the end.
    @_lifetime(self: copy self)
    mutating func rest() -> String {
        skipSpaces()
        var end = bytes.count
        while end > position, bytes[end &- 1] == Ascii.space || bytes[end &- 1] == Ascii.tab { end &-= 1 }
        let range = position..<end
        position = bytes.count
        return text(in: range)
    }

    /// All that is left of the line, spaces included.
    @_lifetime(self: copy self)
    mutating func verbatimRest() -> String {
        let range = position..<bytes.count
        position = bytes.count
        return text(in: range)
    }

    func text(in range: Range<Int>) -> String {
        // unsafe: the string copies, and repairs, the bytes within the call.
        bytes.extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }

    /// An error at `column`, or at the next byte.
    func error(_ code: SDPError.Code, _ section: String, at column: Int? = nil, _ message: String) -> SDPError {
        SDPError(code, line: line, column: column ?? self.column, section: section, message: message)
    }
}

/// One word of a line and where it began.
struct Field {
    let range: Range<Int>
    let column: Int
    let text: String

    /// The word as a decimal number: digits only, no sign; nil where it does not fit.
    func number<Number: FixedWidthInteger & UnsignedInteger>(as type: Number.Type = Number.self) -> Number? {
        text.utf8.decimal(as: type)
    }
}

extension Sequence<UInt8> {
    /// The bytes read as a decimal number: digits only, no sign, at least one; nil where it does not fit.
    func decimal<Number: FixedWidthInteger & UnsignedInteger>(as type: Number.Type = Number.self) -> Number? {
        var value: Number = 0
        var isEmpty = true
        for byte in self {
            guard Ascii.isDigit(byte) else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(Number(byte &- Ascii.zero))
            guard !overflow, !carry else { return nil }
            value = sum
            isEmpty = false
        }
        return isEmpty ? nil : value
    }
}

/// The bytes SDP gives a meaning to.
enum Ascii {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0a
    static let carriageReturn: UInt8 = 0x0d
    static let space: UInt8 = 0x20
    static let slash: UInt8 = 0x2f
    static let zero: UInt8 = 0x30
    static let colon: UInt8 = 0x3a
    static let equals: UInt8 = 0x3d

    static func isDigit(_ byte: UInt8) -> Bool { byte >= zero && byte <= 0x39 }

    static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a }

    static func isHex(_ byte: UInt8) -> Bool { isDigit(byte) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66) }

    /// RFC 8866 §9: token-char, that is printable ASCII without `"(),/:;<=>?@[\]`.
    static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x21, 0x23...0x27, 0x2a, 0x2b, 0x2d, 0x2e, 0x30...0x39, 0x41...0x5a, 0x5e...0x7e: true
        default: false
        }
    }

    /// RFC 8839 §5.1: ice-char, that is letters, digits, `+` and `/`.
    static func isIce(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) || byte == 0x2b || byte == slash }
}

/// `text` as an error may show it: at most 40 printable ASCII characters, in quotation marks.
func quoted(_ text: some StringProtocol) -> String {
    var result = "\""
    for (count, scalar) in text.unicodeScalars.enumerated() {
        guard count < 40 else {
            result += "…"
            break
        }
        result.unicodeScalars.append(scalar.value >= 0x20 && scalar.value < 0x7f ? scalar : "?")
    }
    return result + "\""
}
