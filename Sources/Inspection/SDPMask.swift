/// Takes the secrets out of a session description, a trickle fragment or whatever was posted as one; all else stays byte for byte.
///
/// The value of `ice-pwd:` and of an SDES `inline:` key becomes as many `*` as it had characters. Candidates, fingerprints and user-name
/// fragments stay, as they prove nothing by themselves. The names are looked for anywhere in a line and in any case, so that a text which
/// only nearly is a description (JSON around it, a missing line end) gives nothing away either. Work is linear in any bytes.
public enum SDPMask {
    public static func masked(_ text: Span<UInt8>) -> [UInt8] {
        // unsafe: the array copies from the buffer within the call.
        var bytes = text.withUnsafeBufferPointer { Array($0) }
        mask(&bytes)
        return bytes
    }

    public static func masked(_ text: String) -> String {
        String(decoding: masked(Array(text.utf8).span), as: UTF8.self)
    }

    static func mask(_ bytes: inout [UInt8]) {
        var index = 0
        while index < bytes.count {
            guard bytes[index] | 0x20 == UInt8(ascii: "i"), let value = secretStart(bytes, at: index) else {
                index &+= 1
                continue
            }
            index = value
            while index < bytes.count, !endsValue(bytes[index]) {
                if bytes[index] != 0x20, bytes[index] != 0x09 { bytes[index] = UInt8(ascii: "*") }
                index &+= 1
            }
        }
    }

    /// Where the secret begins, if the name of one stands at `index`.
    private static func secretStart(_ bytes: [UInt8], at index: Int) -> Int? {
        end(of: "ice-pwd:", in: bytes, at: index) ?? end(of: "inline:", in: bytes, at: index)
    }

    /// Where `name` ends, if it stands at `index` in any case.
    private static func end(of name: StaticString, in bytes: [UInt8], at index: Int) -> Int? {
        name.withUTF8Buffer { letters in
            guard letters.count <= bytes.count &- index else { return nil }
            for place in letters.indices {
                let byte = bytes[index &+ place]
                guard (byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte) == letters[place] else { return nil }
            }
            return index &+ letters.count
        }
    }

    /// A line end, or what closes or escapes a string of JSON; none of them can stand in a password (RFC 8839 §5.4: ice-char).
    private static func endsValue(_ byte: UInt8) -> Bool {
        byte == 0x0a || byte == 0x0d || byte == 0 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }
}
