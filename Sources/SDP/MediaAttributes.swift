/// Which way media flows, seen by the one who writes it (RFC 8866 §6.7).
public enum Direction: String, Hashable, Sendable {
    case sendrecv, sendonly, recvonly, inactive

    public var sends: Bool { self == .sendrecv || self == .sendonly }
    public var receives: Bool { self == .sendrecv || self == .recvonly }
    /// The same flow seen by the other side.
    public var reversed: Direction {
        switch self {
        case .sendonly: .recvonly
        case .recvonly: .sendonly
        case .sendrecv, .inactive: self
        }
    }
}

extension LineScanner {
    /// A payload type: 0 to 127.
    @_lifetime(self: copy self)
    mutating func payloadType(of attribute: String) throws(SDPError) -> UInt8 {
        let field = field()
        guard let field, let number = field.number(as: UInt8.self), number < 128 else {
            throw error(
                .payloadType, "RFC 3551 §3", at: field?.column ?? column,
                "\(attribute) begins with a payload type from 0 to 127\(field.map { ", not \(quoted($0.text))" } ?? "").")
        }
        return number
    }
}

/// `a=rtpmap`: which codec a payload type stands for (RFC 8866 §6.6).
public struct RTPMap: Hashable, Sendable {
    /// 0 to 127.
    public var payloadType: UInt8
    /// The codec's name as written; compared without case.
    public var encoding: String
    /// Hz; not 0.
    public var clockRate: UInt32
    /// Channels of audio; nil where the line does not say.
    public var channels: UInt32?

    public init(payloadType: UInt8, encoding: String, clockRate: UInt32, channels: UInt32? = nil) {
        self.payloadType = payloadType
        self.encoding = encoding
        self.clockRate = clockRate
        self.channels = channels
    }

    init(_ scanner: inout LineScanner) throws(SDPError) {
        let payloadType = try scanner.payloadType(of: "An rtpmap")
        let field = scanner.field()
        let parts = (field?.text ?? "").split(separator: "/", omittingEmptySubsequences: false)
        guard let field, 2...3 ~= parts.count, !parts[0].isEmpty else {
            throw scanner.error(
                .rtpmap, "RFC 8866 §6.6", at: field?.column ?? scanner.column,
                "An rtpmap names a codec and its clock rate, as in a=rtpmap:111 opus/48000/2.")
        }
        guard let clockRate = parts[1].utf8.decimal(as: UInt32.self), clockRate > 0 else {
            throw scanner.error(
                .rtpmap, "RFC 8866 §6.6", at: field.column,
                "A clock rate is a number of Hz from 1 to 4294967295, not \(quoted(parts[1])).")
        }
        var channels: UInt32?
        if parts.count == 3 {
            guard let number = parts[2].utf8.decimal(as: UInt32.self) else {
                throw scanner.error(
                    .rtpmap, "RFC 8866 §6.6", at: field.column, "\(quoted(parts[2])) is no number of channels.")
            }
            channels = number
        }
        self.init(payloadType: payloadType, encoding: String(parts[0]), clockRate: clockRate, channels: channels)
    }

    var text: String { "\(payloadType) \(encoding)/\(clockRate)" + (channels.map { "/\($0)" } ?? "") }
}

/// `a=fmtp`: parameters of a format (RFC 8866 §6.15).
public struct FormatParameters: Hashable, Sendable {
    /// A payload type, or the format's name where it is not RTP.
    public var format: String
    /// As written, usually `key=value;key=value`.
    public var parameters: String

    public init(format: String, parameters: String) {
        self.format = format
        self.parameters = parameters
    }

    init(_ scanner: inout LineScanner) throws(SDPError) {
        guard let format = scanner.field() else {
            throw scanner.error(.fmtp, "RFC 8866 §6.15", "An fmtp begins with the format it speaks of.")
        }
        self.init(format: format.text, parameters: scanner.rest())
    }

    /// The value of one parameter, its name compared without case.
    public subscript(name: String) -> Substring? {
        for pair in parameters.utf8.split(separator: 0x3b) {
            let trimmed = pair.drop { $0 == Ascii.space }
            let key = trimmed.prefix { $0 != Ascii.equals }
            // `| 0x20` makes letters lower case; it joins no two other characters that stand in names.
            guard key.count == name.utf8.count, zip(key, name.utf8).allSatisfy({ $0 | 0x20 == $1 | 0x20 }) else { continue }
            return key.endIndex == trimmed.endIndex ? "" : Substring(trimmed[trimmed.index(after: key.endIndex)...])
        }
        return nil
    }

    var text: String { parameters.isEmpty ? format : "\(format) \(parameters)" }
}

/// `a=rtcp-fb`: a kind of feedback that may be sent for a payload type (RFC 4585 §4.2).
public struct RTCPFeedback: Hashable, Sendable {
    /// Nil for `*`: every payload type of the section.
    public var payloadType: UInt8?
    /// `nack pli`, `transport-cc` …
    public var kind: String

    public init(payloadType: UInt8?, kind: String) {
        self.payloadType = payloadType
        self.kind = kind
    }

    init(_ scanner: inout LineScanner) throws(SDPError) {
        scanner.skipSpaces()
        let isWildcard = scanner.skip(0x2a)
        let payloadType = isWildcard ? nil : try scanner.payloadType(of: "An rtcp-fb")
        let kind = scanner.rest()
        guard !kind.isEmpty else {
            throw scanner.error(.rtcpFeedback, "RFC 4585 §4.2", "An rtcp-fb names a kind of feedback, as in a=rtcp-fb:96 nack pli.")
        }
        self.init(payloadType: payloadType, kind: kind)
    }

    var text: String { "\(payloadType.map { String($0) } ?? "*") \(kind)" }
}

/// `a=extmap`: the number under which a header extension travels (RFC 8285 §5).
public struct HeaderExtension: Hashable, Sendable {
    /// 1 to 255, or 4096 to 4351 in an offer that leaves the choice to the answer.
    public var id: UInt16
    public var direction: Direction?
    public var uri: String
    /// What follows the URI.
    public var parameters: String?

    public init(id: UInt16, direction: Direction? = nil, uri: String, parameters: String? = nil) {
        self.id = id
        self.direction = direction
        self.uri = uri
        self.parameters = parameters
    }

    init(_ scanner: inout LineScanner) throws(SDPError) {
        let first = scanner.field()
        let parts = (first?.text ?? "").split(separator: "/", omittingEmptySubsequences: false)
        // RFC 8285 §5: 1 to 14 fit the one-byte form, 1 to 255 the two-byte one; 4096 to 4351 ask the answerer to choose.
        guard let first, 1...2 ~= parts.count, let id = parts[0].utf8.decimal(as: UInt16.self),
            1...255 ~= id || 4096...4351 ~= id
        else {
            throw scanner.error(
                .headerExtension, "RFC 8285 §5", at: scanner.firstColumn,
                "An extmap begins with a number from 1 to 255, as in a=extmap:1 urn:….")
        }
        var direction: Direction?
        if parts.count == 2 {
            guard let word = Direction(rawValue: String(parts[1])) else {
                throw scanner.error(
                    .headerExtension, "RFC 8285 §5", at: first.column, "\(quoted(parts[1])) is no direction of a header extension.")
            }
            direction = word
        }
        guard let uri = scanner.field() else {
            throw scanner.error(.headerExtension, "RFC 8285 §5", "An extmap names its extension by a URI.")
        }
        let parameters = scanner.rest()
        self.init(id: id, direction: direction, uri: uri.text, parameters: parameters.isEmpty ? nil : parameters)
    }

    var text: String {
        "\(id)" + (direction.map { "/\($0.rawValue)" } ?? "") + " \(uri)" + (parameters.map { " \($0)" } ?? "")
    }
}
