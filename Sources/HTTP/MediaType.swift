/// RFC 9110 §8.3.1: a media type, `application/sdp; charset=utf-8`.
public struct MediaType: Hashable, Sendable, CustomStringConvertible {
    /// In lower case.
    public let type: String
    /// In lower case.
    public let subtype: String
    /// Names in lower case, values as they are, without their quotes. At most eight.
    public let parameters: [Parameter]

    public struct Parameter: Hashable, Sendable {
        public let name: String
        public let value: String
    }

    /// Parses a Content-Type; nil where it is malformed.
    public init?(_ text: String) {
        var reader = FieldReader(text)
        guard let parsed = reader.readMediaType(), reader.isAtEnd else { return nil }
        self = parsed
    }

    init(type: String, subtype: String, parameters: [Parameter]) {
        self.type = type
        self.subtype = subtype
        self.parameters = parameters
    }

    /// `application/sdp`, in lower case and without parameters.
    public var essence: String { "\(type)/\(subtype)" }

    /// The value of a parameter; the name is compared without regard to case.
    public subscript(_ name: String) -> String? {
        let name = name.lowercased()
        return parameters.first { $0.name == name }?.value
    }

    public var description: String {
        parameters.reduce(essence) { "\($0); \($1.name)=\(FieldValue.quoted($1.value) ?? "\"\"")" }
    }
}

/// RFC 9110 §12.5.1: what a client would rather have.
public struct Accept: Sendable {
    struct Range: Sendable {
        let type: String
        let subtype: String
        let quality: Int
    }

    private let ranges: [Range]

    /// At most this many ranges are read; what follows is left out.
    static let maximumRanges = 32

    /// A nil or empty field accepts everything; malformed elements are left out.
    public init(_ field: String?) {
        guard let field, !field.isEmpty else {
            ranges = []
            return
        }
        var ranges: [Range] = []
        for element in field.split(separator: ",", maxSplits: Accept.maximumRanges).prefix(Accept.maximumRanges) {
            var reader = FieldReader(String(element))
            guard let media = reader.readMediaType(), reader.isAtEnd else { continue }
            ranges.append(Range(type: media.type, subtype: media.subtype, quality: Accept.quality(media["q"])))
        }
        // Nothing readable: as if the field were absent (RFC 9110 §12.5.1 lets a server disregard it).
        self.ranges = ranges
    }

    /// How much a type is wanted, in thousandths: 1000 is fully, 0 not at all. The most specific range decides.
    public func quality(of essence: String) -> Int {
        if ranges.isEmpty { return 1000 }
        let parts = essence.split(separator: "/", maxSplits: 1)
        guard parts.count == 2 else { return 0 }
        var best = (specificity: -1, quality: 0)
        for range in ranges {
            let specificity: Int
            if range.type == parts[0], range.subtype == parts[1] {
                specificity = 2
            } else if range.type == parts[0], range.subtype == "*" {
                specificity = 1
            } else if range.type == "*", range.subtype == "*" {
                specificity = 0
            } else {
                continue
            }
            if specificity > best.specificity { best = (specificity, range.quality) }
        }
        return best.quality
    }

    /// The offered type that is wanted most, the earlier one of equals; nil where none is acceptable.
    public func preferred(of offered: [String]) -> String? {
        var best: (essence: String, quality: Int)?
        for essence in offered {
            let quality = quality(of: essence)
            if quality > best?.quality ?? 0 { best = (essence, quality) }
        }
        return best?.essence
    }

    // RFC 9110 §12.4.2: "0" to "1" with up to three decimals; anything else counts as 0.
    private static func quality(_ text: String?) -> Int {
        guard let text else { return 1000 }
        let bytes = Array(text.utf8)
        guard let first = bytes.first, first == 0x30 || first == 0x31, bytes.count <= 5 else { return 0 }
        guard bytes.count > 1 else { return first == 0x31 ? 1000 : 0 }
        guard bytes[1] == UInt8(ascii: ".") else { return 0 }
        var thousandths = 0
        for place in 2..<5 {
            let digit = place < bytes.count ? bytes[place] : 0x30
            guard digit >= 0x30, digit <= 0x39 else { return 0 }
            thousandths = thousandths * 10 + Int(digit - 0x30)
        }
        return first == 0x31 ? 1000 : thousandths
    }
}

/// Reads tokens and quoted strings of a header field.
struct FieldReader {
    private let bytes: [UInt8]
    private var index = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    var isAtEnd: Bool { index == bytes.count }

    private mutating func skipBlanks() {
        while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
    }

    private mutating func read(_ byte: UInt8) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    private mutating func readToken() -> String? {
        let start = index
        while index < bytes.count, FieldValue.isTokenCharacter(bytes[index]) { index += 1 }
        return start < index ? String(decoding: bytes[start..<index], as: UTF8.self) : nil
    }

    private mutating func readQuoted() -> String? {
        guard read(0x22) else { return nil }
        var value: [UInt8] = []
        while index < bytes.count {
            var byte = bytes[index]
            index += 1
            if byte == 0x22 { return String(decoding: value, as: UTF8.self) }
            if byte == 0x5c {
                guard index < bytes.count else { return nil }
                byte = bytes[index]
                index += 1
            }
            value.append(byte)
        }
        return nil
    }

    /// A media type with its parameters, up to the end or to what is neither.
    mutating func readMediaType() -> MediaType? {
        skipBlanks()
        guard let type = readToken(), read(UInt8(ascii: "/")), let subtype = readToken() else { return nil }
        var parameters: [MediaType.Parameter] = []
        skipBlanks()
        while read(UInt8(ascii: ";")) {
            skipBlanks()
            // RFC 9110 §5.6.6 allows an empty parameter.
            guard let name = readToken() else { continue }
            guard read(UInt8(ascii: "=")), let value = readQuoted() ?? readToken(), parameters.count < 8 else { return nil }
            parameters.append(MediaType.Parameter(name: name.lowercased(), value: value))
            skipBlanks()
        }
        return MediaType(type: type.lowercased(), subtype: subtype.lowercased(), parameters: parameters)
    }
}
