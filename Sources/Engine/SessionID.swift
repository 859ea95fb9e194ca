public import Wire

/// The public id of a session: 36 characters that sort by the time they were made.
///
/// Ten characters of milliseconds since 1970 and twenty-six of randomness (130 bits), in Crockford's base 32, lower case.
/// It reads; it never authorises.
public enum SessionID {
    fileprivate static let alphabet: [UInt8] = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    /// A new id.
    /// - Parameter unixMilliseconds: the wall clock.
    public static func make(unixMilliseconds: Int64, random: inout RandomSource) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(36)
        var time = UInt64(clamping: unixMilliseconds)
        for _ in 0..<10 {
            text.append(alphabet[Int(time & 31)])
            time >>= 5
        }
        text.reverse()
        for byte in random.bytes(26) {
            text.append(alphabet[Int(byte & 31)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Whether `text` has the form of an id; what has not is answered 404 without a look-up.
    public static func isWellFormed(_ text: some StringProtocol) -> Bool {
        text.utf8.count == 36 && text.utf8.allSatisfy { alphabet.contains($0) }
    }
}

extension SessionID {
    /// The time that stands in an id; 0 where it has not the form of one.
    public static func unixMilliseconds(of id: String) -> Int64 {
        guard isWellFormed(id) else { return 0 }
        var time: Int64 = 0
        for letter in id.utf8.prefix(10) {
            time = time << 5 | Int64(alphabet.firstIndex(of: letter) ?? 0)
        }
        return time
    }
}
