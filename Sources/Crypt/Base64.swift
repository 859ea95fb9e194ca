/// The Base 64 encoding of RFC 4648 §4: padded, without line breaks.
public enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The text of `bytes`.
    public static func encode(_ bytes: Span<UInt8>) -> String {
        let letters = alphabet.span
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var index = 0
        while index < bytes.count {
            let left = bytes.count - index
            let group =
                UInt32(bytes[index]) << 16 | (left > 1 ? UInt32(bytes[index + 1]) << 8 : 0)
                | (left > 2 ? UInt32(bytes[index + 2]) : 0)
            text.append(letters[Int(group >> 18)])
            text.append(letters[Int(group >> 12 & 63)])
            text.append(left > 1 ? letters[Int(group >> 6 & 63)] : UInt8(ascii: "="))
            text.append(left > 2 ? letters[Int(group & 63)] : UInt8(ascii: "="))
            index += 3
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of `text`; nil for another alphabet, a wrong length, padding inside or bits after the last byte.
    public static func decode(_ text: String) -> [UInt8]? {
        let letters = Array(text.utf8)
        guard letters.count.isMultiple(of: 4) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(letters.count / 4 * 3)
        var index = 0
        while index < letters.count {
            let isLast = index + 4 == letters.count
            var padding = 0
            if isLast, letters[index + 3] == UInt8(ascii: "=") { padding = letters[index + 2] == UInt8(ascii: "=") ? 2 : 1 }
            var group: UInt32 = 0
            for place in 0..<4 - padding {
                guard let value = value(of: letters[index + place]) else { return nil }
                group |= value << UInt32(18 - 6 * place)
            }
            // RFC 4648 §3.5: pad bits that are not zero would let two texts mean the same bytes.
            if padding > 0, group & (padding == 1 ? 0xff : 0xffff) != 0 { return nil }
            bytes.append(UInt8(group >> 16))
            if padding < 2 { bytes.append(UInt8(group >> 8 & 255)) }
            if padding < 1 { bytes.append(UInt8(group & 255)) }
            index += 4
        }
        return bytes
    }

    private static func value(of letter: UInt8) -> UInt32? {
        switch letter {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(letter) - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(letter) - 97 + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(letter) - 48 + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
