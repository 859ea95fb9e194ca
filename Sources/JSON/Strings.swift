extension JSONWriter {
    /// A string value, escaped as need be.
    public mutating func string(_ value: String) {
        // unsafe: the buffer is read within the call. A native string's UTF-8 is contiguous and valid; another is made so.
        if value.utf8.withContiguousStorageIfAvailable({ quote($0) }) == nil {
            var copy = value
            copy.withUTF8 { quote($0) }
        }
    }

    /// A string value that needs no escaping: a word of ours.
    public mutating func string(_ literal: StaticString) {
        reserve(literal.utf8CodeUnitCount + 3)
        putComma()
        put(UInt8(ascii: "\""))
        put(literal)
        put(UInt8(ascii: "\""))
        needsComma = true
    }

    /// A string value from bytes that a stranger chose: what is no UTF-8 becomes U+FFFD.
    public mutating func string(utf8 bytes: Span<UInt8>) {
        // unsafe: both uses read the buffer within the call.
        bytes.withUnsafeBufferPointer { buffer in
            if let valid = String(validating: buffer, as: UTF8.self) {
                string(valid)
            } else {
                string(String(decoding: buffer, as: UTF8.self))
            }
        }
    }

    /// A string value: the bytes in base64 (RFC 4648 §4), padded.
    public mutating func base64(_ bytes: Span<UInt8>) {
        // unsafe: the buffer is read within the call.
        bytes.withUnsafeBufferPointer { bytes in
            reserve((bytes.count + 2) / 3 * 4 + 3)
            putComma()
            put(UInt8(ascii: "\""))
            putBase64(bytes)
            put(UInt8(ascii: "\""))
        }
        needsComma = true
    }

    // MARK: A string made of pieces

    /// Opens a string that is written in pieces, so that an address or a time needs no String of its own.
    public mutating func beginString() {
        reserve(2)
        putComma()
        put(UInt8(ascii: "\""))
    }

    public mutating func endString() {
        reserve(1)
        put(UInt8(ascii: "\""))
        needsComma = true
    }

    /// A piece that needs no escaping.
    public mutating func piece(_ literal: StaticString) {
        reserve(literal.utf8CodeUnitCount)
        put(literal)
    }

    /// A piece of any text, escaped as need be.
    public mutating func piece(_ text: String) {
        var text = text
        // unsafe: the buffer is read within the call.
        text.withUTF8 { escape($0) }
    }

    /// A number as a piece, with leading zeros up to `width` digits, at most 20.
    public mutating func piece(_ number: UInt64, width: Int = 1) {
        precondition(width <= 20, "a number of 64 bits has at most 20 digits")
        reserve(20)
        putDigits(number, width: width)
    }

    // MARK: Escaping

    @inline(__always)
    private mutating func quote(_ text: UnsafeBufferPointer<UInt8>) {
        reserve(text.count + 3)
        putComma()
        put(UInt8(ascii: "\""))
        let plain = plainCount(text)
        put(UnsafeBufferPointer(start: text.baseAddress, count: plain))
        if plain < text.count { escape(UnsafeBufferPointer(rebasing: text[plain...])) }
        reserve(1)
        put(UInt8(ascii: "\""))
        needsComma = true
    }

    /// Writes valid UTF-8, escaping what RFC 8259 §7 demands, what breaks a line for a browser or a terminal, and the byte order mark,
    /// which some readers swallow inside a string.
    private mutating func escape(_ text: UnsafeBufferPointer<UInt8>) {
        var start = 0
        while start < text.count {
            let rest = UnsafeBufferPointer(rebasing: text[start...])
            let plain = plainCount(rest)
            reserve(rest.count + 6)
            put(UnsafeBufferPointer(start: rest.baseAddress, count: plain))
            start &+= plain
            if plain < rest.count { start &+= putEscaped(UnsafeBufferPointer(rebasing: rest[plain...])) }
        }
    }

    /// Writes the character at the beginning as an escape of at most six bytes; returns how many bytes of the text it was.
    private mutating func putEscaped(_ text: UnsafeBufferPointer<UInt8>) -> Int {
        let first = text[0]
        put(UInt8(ascii: "\\"))
        switch first {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): put(first)
        case 0x0a: put(UInt8(ascii: "n"))
        case 0x0d: put(UInt8(ascii: "r"))
        case 0x09: put(UInt8(ascii: "t"))
        // U+2028, U+2029, U+FEFF: `isEscaped` looked at all three bytes.
        case 0xe2:
            put("u202")
            put(text[2] == 0xa8 ? UInt8(ascii: "8") : UInt8(ascii: "9"))
            return 3
        case 0xef:
            put("ufeff")
            return 3
        // U+0080…U+009F, which a terminal may obey.
        case 0xc2:
            put("u00")
            putHex(text[1])
            return 2
        default:
            put("u00")
            putHex(first)
        }
        return 1
    }

    private mutating func putHex(_ value: UInt8) {
        put(hexDigit(value >> 4))
        put(hexDigit(value & 15))
    }

    @inline(__always)
    private mutating func putBase64(_ source: UnsafeBufferPointer<UInt8>) {
        var index = 0
        while index < source.count {
            let left = source.count &- index
            let a = source[index]
            let b = left > 1 ? source[index &+ 1] : 0
            let c = left > 2 ? source[index &+ 2] : 0
            put(base64Digit(a >> 2))
            put(base64Digit((a & 3) << 4 | b >> 4))
            put(left > 1 ? base64Digit((b & 15) << 2 | c >> 6) : UInt8(ascii: "="))
            put(left > 2 ? base64Digit(c & 63) : UInt8(ascii: "="))
            index &+= 3
        }
    }
}

/// How many bytes stand before the first character that is to be escaped.
@inline(__always)
private func plainCount(_ text: UnsafeBufferPointer<UInt8>) -> Int {
    var index = 0
    let count = text.count
    if let start = text.baseAddress {
        // unsafe: eight bytes are read only where eight are left.
        while index &+ 8 <= count, isPlain(UnsafeRawPointer(start).loadUnaligned(fromByteOffset: index, as: UInt64.self)) { index &+= 8 }
    }
    while index < count {
        if isEscaped(text, at: index) { return index }
        index &+= 1
    }
    return count
}

/// None of eight bytes is to be escaped, for they all are printable ASCII other than `"` and `\`.
///
/// A byte is below a bound where subtracting the bound borrows into its high bit, and equal to another where their difference is zero,
/// that is below one. A borrow may pass on into the next byte: then the word is looked at byte by byte for nothing.
@inline(__always)
private func isPlain(_ word: UInt64) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let high: UInt64 = 0x8080_8080_8080_8080
    let control = word &- ones &* 0x20
    let quote = (word ^ ones &* 0x22) &- ones
    let backslash = (word ^ ones &* 0x5c) &- ones
    let delete = word &+ ones
    return (control | quote | backslash | delete | word) & high == 0
}

@inline(__always)
private func isEscaped(_ text: UnsafeBufferPointer<UInt8>, at index: Int) -> Bool {
    let byte = text[index]
    switch byte {
    case 0..<0x20, UInt8(ascii: "\""), UInt8(ascii: "\\"), 0x7f: return true
    case ..<0xc2: return false
    case 0xc2: return index &+ 1 < text.count && text[index &+ 1] < 0xa0
    case 0xe2: return index &+ 2 < text.count && text[index &+ 1] == 0x80 && text[index &+ 2] | 1 == 0xa9
    case 0xef: return index &+ 2 < text.count && text[index &+ 1] == 0xbb && text[index &+ 2] == 0xbf
    default: return false
    }
}

@inline(__always)
private func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") &+ value : UInt8(ascii: "a") &+ value &- 10
}

@inline(__always)
private func base64Digit(_ value: UInt8) -> UInt8 {
    switch value {
    case 0..<26: UInt8(ascii: "A") &+ value
    case 26..<52: UInt8(ascii: "a") &+ value &- 26
    case 52..<62: UInt8(ascii: "0") &+ value &- 52
    case 62: UInt8(ascii: "+")
    default: UInt8(ascii: "/")
    }
}
