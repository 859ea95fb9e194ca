extension JSONWriter {
    /// A string value, escaped as need be.
    public mutating func string(_ value: String) {
        var value = value
        // unsafe: the buffer is read within the call. A native string's UTF-8 is contiguous and valid.
        value.withUTF8 { escape($0) }
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
        reserve((bytes.count + 2) / 3 * 4 + 3)
        putComma()
        put(UInt8(ascii: "\""))
        var index = 0
        while index < bytes.count {
            let left = bytes.count &- index
            let a = bytes[index]
            let b = left > 1 ? bytes[index &+ 1] : 0
            let c = left > 2 ? bytes[index &+ 2] : 0
            put(base64Digit(a >> 2))
            put(base64Digit((a & 3) << 4 | b >> 4))
            put(left > 1 ? base64Digit((b & 15) << 2 | c >> 6) : UInt8(ascii: "="))
            put(left > 2 ? base64Digit(c & 63) : UInt8(ascii: "="))
            index &+= 3
        }
        put(UInt8(ascii: "\""))
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
        text.withUTF8 { escapePiece($0) }
    }

    /// A number as a piece, with leading zeros up to `width` digits.
    public mutating func piece(_ number: UInt64, width: Int = 0) {
        reserve(max(width, 20))
        putDigits(number, width: width)
    }

    /// A number in lower-case hexadecimal without leading zeros, as a piece.
    public mutating func piece(hex number: UInt64) {
        reserve(16)
        var shift = max(0, (63 &- number.leadingZeroBitCount) / 4 * 4)
        while shift >= 0 {
            put(hexDigit(UInt8(truncatingIfNeeded: number >> UInt64(shift)) & 15))
            shift &-= 4
        }
    }

    // MARK: Escaping

    @inline(__always)
    private mutating func escape(_ bytes: UnsafeBufferPointer<UInt8>) {
        reserve(bytes.count + 3)
        putComma()
        put(UInt8(ascii: "\""))
        escapePiece(bytes)
        reserve(1)
        put(UInt8(ascii: "\""))
        needsComma = true
    }

    /// Writes valid UTF-8, escaping what RFC 8259 §7 demands, what breaks a line for a browser or a terminal, and the byte order mark,
    /// which some readers swallow inside a string.
    private mutating func escapePiece(_ bytes: UnsafeBufferPointer<UInt8>) {
        var start = 0
        while true {
            let special = plainEnd(bytes, from: start)
            reserve(bytes.count &- start &+ 8)
            put(UnsafeBufferPointer(rebasing: bytes[start..<special]))
            guard special < bytes.count else { return }
            let byte = bytes[special]
            start = special &+ 1
            put(UInt8(ascii: "\\"))
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): put(byte)
            case 0x0a: put(UInt8(ascii: "n"))
            case 0x0d: put(UInt8(ascii: "r"))
            case 0x09: put(UInt8(ascii: "t"))
            // U+2028, U+2029, U+FEFF: `plainEnd` looked at all three bytes.
            case 0xe2:
                put("u202")
                put(bytes[special &+ 2] == 0xa8 ? UInt8(ascii: "8") : UInt8(ascii: "9"))
                start = special &+ 3
            // U+0080…U+009F, which a terminal may obey.
            case 0xc2:
                put("u00")
                put(hexDigit(bytes[special &+ 1] >> 4))
                put(hexDigit(bytes[special &+ 1] & 15))
                start = special &+ 2
            case 0xef:
                put("ufeff")
                start = special &+ 3
            default:
                put("u00")
                put(hexDigit(byte >> 4))
                put(hexDigit(byte & 15))
            }
        }
    }

    /// The index of the first byte at or after `start` that is to be escaped, or the end.
    @inline(__always)
    private func plainEnd(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var index = start
        let count = bytes.count
        while index < count {
            let byte = bytes[index]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7f { return index }
            if byte == 0xc2, index &+ 1 < count, bytes[index &+ 1] < 0xa0 { return index }
            if byte >= 0xe2, index &+ 2 < count {
                if byte == 0xe2, bytes[index &+ 1] == 0x80, bytes[index &+ 2] | 1 == 0xa9 { return index }
                if byte == 0xef, bytes[index &+ 1] == 0xbb, bytes[index &+ 2] == 0xbf { return index }
            }
            index &+= 1
        }
        return count
    }
}

@inline(__always)
func hexDigit(_ value: UInt8) -> UInt8 {
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
