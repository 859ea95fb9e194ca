/// Header field values: what may be in one, and how text is put there.
public enum FieldValue {
    /// Whether the value can be sent as it is: no control character, so that it can neither end its line nor start another.
    public static func isSafe(_ value: String) -> Bool {
        value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }
    }

    /// Whether the name is an RFC 9110 §5.6.2 token.
    public static func isToken(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy(isTokenCharacter)
    }

    static func isTokenCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
            UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: false
        }
    }

    /// RFC 9110 §5.6.4: the text as a quoted-string, quotes and backslashes escaped; nil where it has a control character.
    public static func quoted(_ text: String) -> String? {
        guard isSafe(text) else { return nil }
        var result = "\""
        result.reserveCapacity(text.utf8.count + 2)
        for character in text.unicodeScalars {
            if character == "\"" || character == "\\" { result.unicodeScalars.append("\\") }
            result.unicodeScalars.append(character)
        }
        result.append("\"")
        return result
    }

    /// RFC 8288 §3: a Link value, `<target>; rel="…"; name="value"`; nil where a part can't be carried.
    public static func link(_ target: String, rel: String, _ parameters: [(name: String, value: String)] = []) -> String? {
        // RFC 3986 has no such character in a URI; ">" would end the target.
        guard !target.isEmpty, target.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != 0x3c && $0 != 0x3e && $0 != 0x22 }),
            let rel = quoted(rel)
        else { return nil }
        var result = "<\(target)>; rel=\(rel)"
        for (name, value) in parameters {
            guard isToken(name), let value = quoted(value) else { return nil }
            result += "; \(name)=\(value)"
        }
        return result
    }
}

/// RFC 9110 §8.8.3: an entity tag.
public struct EntityTag: Hashable, Sendable, CustomStringConvertible {
    public let opaque: String
    public let isWeak: Bool

    /// Nil where a character of `opaque` may not stand in a tag (RFC 9110 §8.8.3 etagc).
    public init?(_ opaque: String, isWeak: Bool = false) {
        guard opaque.utf8.allSatisfy({ $0 == 0x21 || $0 >= 0x23 && $0 != 0x7f }) else { return nil }
        self.opaque = opaque
        self.isWeak = isWeak
    }

    /// As it stands in ETag and If-Match: `"abc"`, `W/"abc"`.
    public var description: String { "\(isWeak ? "W/" : "")\"\(opaque)\"" }

    /// What an If-Match or If-None-Match field asks for; nil where it is malformed or longer than 64 tags.
    public static func condition(_ field: String) -> Condition? {
        let bytes = Array(field.utf8)
        if field == "*" { return .any }
        var tags: [EntityTag] = []
        var index = 0
        func skip() { while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 0x09 || bytes[index] == 0x2c { index += 1 } }
        skip()
        while index < bytes.count {
            guard tags.count < 64 else { return nil }
            var isWeak = false
            if bytes[index] == UInt8(ascii: "W") {
                guard index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "/") else { return nil }
                isWeak = true
                index += 2
            }
            guard index < bytes.count, bytes[index] == 0x22,
                let end = bytes[(index + 1)...].firstIndex(of: 0x22),
                let tag = EntityTag(String(decoding: bytes[(index + 1)..<end], as: UTF8.self), isWeak: isWeak)
            else { return nil }
            tags.append(tag)
            index = end + 1
            skip()
        }
        return tags.isEmpty ? nil : .tags(tags)
    }

    public enum Condition: Hashable, Sendable {
        /// `*`
        case any
        case tags([EntityTag])

        /// RFC 9110 §8.8.3.2, strong comparison, as If-Match wants.
        public func matchesStrongly(_ tag: EntityTag) -> Bool {
            switch self {
            case .any: true
            case .tags(let tags): !tag.isWeak && tags.contains(tag)
            }
        }

        /// Weak comparison, as If-None-Match wants.
        public func matchesWeakly(_ tag: EntityTag) -> Bool {
            switch self {
            case .any: true
            case .tags(let tags): tags.contains { $0.opaque == tag.opaque }
            }
        }
    }
}
