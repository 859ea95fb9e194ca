/// What a request line asks for: the raw text, its path as decoded segments, its query.
public struct Target: Sendable {
    /// As it was sent, without the scheme and authority of the absolute form. At most `Server.Limits.targetBytes`.
    public let raw: String
    /// RFC 9112 §3.2.2: the authority of a target in absolute form; it replaces the Host field.
    public let authority: String?
    /// The percent-decoded segments between slashes: `/v1/sessions` is two, `/` is one empty one, `*` is none.
    ///
    /// No segment is `.` or `..`, holds a slash, a control character or anything but UTF-8.
    public let path: [String]
    public let query: Query

    /// At most this many segments.
    static let maximumSegments = 32

    /// Parses a target in origin, absolute or asterisk form; nil for all else, the authority form of CONNECT included.
    public init?(_ text: String) {
        var text = text
        let parsed = text.withUTF8 { Target(bytes: $0) }
        guard let parsed else { return nil }
        self = parsed
    }

    init?(bytes: UnsafeBufferPointer<UInt8>) {
        guard let first = bytes.first else { return nil }
        var start = 0
        var authority: String?
        if first == UInt8(ascii: "*") {
            guard bytes.count == 1 else { return nil }
            self.init(raw: "*", authority: nil, path: [], query: Query())
            return
        }
        if first != UInt8(ascii: "/") {
            guard let after = Target.schemeEnd(bytes) else { return nil }
            var end = after
            while end < bytes.count, bytes[end] != UInt8(ascii: "/"), bytes[end] != UInt8(ascii: "?") { end += 1 }
            guard end > after else { return nil }
            authority = String(decoding: UnsafeBufferPointer(rebasing: bytes[after..<end]), as: UTF8.self)
            start = end
        }
        var pathEnd = start
        while pathEnd < bytes.count, bytes[pathEnd] != UInt8(ascii: "?") { pathEnd += 1 }
        // RFC 9112 §3.2: a target has no whitespace and no fragment.
        for index in start..<bytes.count {
            let byte = bytes[index]
            if byte <= 0x20 || byte == 0x7f || byte == UInt8(ascii: "#") { return nil }
        }
        guard let path = Target.segments(UnsafeBufferPointer(rebasing: bytes[start..<pathEnd])) else { return nil }
        let query: Query
        if pathEnd < bytes.count {
            guard let parsed = Query(bytes: UnsafeBufferPointer(rebasing: bytes[(pathEnd + 1)...])) else { return nil }
            query = parsed
        } else {
            query = Query()
        }
        let raw =
            start == bytes.count
            ? "/" : String(decoding: UnsafeBufferPointer(rebasing: bytes[start...]), as: UTF8.self)
        self.init(raw: raw, authority: authority, path: path, query: query)
    }

    private init(raw: String, authority: String?, path: [String], query: Query) {
        self.raw = raw
        self.authority = authority
        self.path = path
        self.query = query
    }

    /// The raw text up to the question mark.
    public var rawPath: Substring { raw.prefix { $0 != "?" } }

    private static func schemeEnd(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        for scheme in ["http://", "https://"] as [StaticString] where bytes.count > scheme.utf8CodeUnitCount {
            let isMatch = (0..<scheme.utf8CodeUnitCount).allSatisfy { bytes[$0] | 0x20 == scheme.utf8Start[$0] | 0x20 }
            if isMatch { return scheme.utf8CodeUnitCount }
        }
        return nil
    }

    private static func segments(_ bytes: UnsafeBufferPointer<UInt8>) -> [String]? {
        if bytes.isEmpty { return [""] }
        var segments: [String] = []
        segments.reserveCapacity(5)
        var start = 1
        for index in 1...bytes.count where index == bytes.count || bytes[index] == UInt8(ascii: "/") {
            guard segments.count < maximumSegments,
                let segment = decodedSegment(UnsafeBufferPointer(rebasing: bytes[start..<index]))
            else { return nil }
            segments.append(segment)
            start = index + 1
        }
        return segments
    }

    private static func decodedSegment(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        var isPlain = true
        for byte in bytes where byte == UInt8(ascii: "%") || byte >= 0x80 { isPlain = false }
        let segment: String
        if isPlain {
            segment = String(decoding: bytes, as: UTF8.self)
        } else {
            var decoded: [UInt8] = []
            decoded.reserveCapacity(bytes.count)
            var index = 0
            while index < bytes.count {
                var byte = bytes[index]
                index += 1
                if byte == UInt8(ascii: "%") {
                    guard index + 1 < bytes.count, let high = hexDigit(bytes[index]), let low = hexDigit(bytes[index + 1])
                    else { return nil }
                    byte = high << 4 | low
                    index += 2
                }
                if byte < 0x20 || byte == 0x7f || byte == UInt8(ascii: "/") { return nil }
                decoded.append(byte)
            }
            guard let text = String(validating: decoded, as: UTF8.self) else { return nil }
            segment = text
        }
        return segment == "." || segment == ".." ? nil : segment
    }
}

/// The value of a hexadecimal digit.
func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}
