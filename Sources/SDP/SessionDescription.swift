/// A session description (RFC 8866): what one side offers or answers, as a value.
///
/// Every line is kept: the ones this room understands as types, the rest as text in its place. Lines are written in
/// RFC 8866's order; attributes keep theirs. Two descriptions are equal when they say the same, wherever their lines stood.
public struct SessionDescription: Hashable, Sendable {
    public var origin: Origin
    /// `s=`; `-` where the session has no name.
    public var name: String
    /// `i=`
    public var information: String?
    /// `u=`
    public var uri: String?
    /// `e=`
    public var emails: [String] = []
    /// `p=`
    public var phones: [String] = []
    public var connection: Connection?
    public var bandwidths: [Bandwidth] = []
    /// `t=` with its `r=` lines; at least one.
    public var timings: [Timing]
    /// `z=`, as it was written.
    public var timeZones: String?
    /// `k=`, as it was written. RFC 8866 §5.12: "MUST NOT be used".
    public var key: String?
    /// The attributes before the first m-section, in order.
    public var attributes: [AttributeLine] = []
    /// The m-sections, in order.
    public var media: [MediaDescription] = []

    public init(origin: Origin, name: String = "-", timings: [Timing] = [Timing()]) {
        self.origin = origin
        self.name = name
        self.timings = timings
    }

    /// Appends an attribute before the first m-section.
    public mutating func append(_ attribute: Attribute) {
        attributes.append(AttributeLine(attribute))
    }
}

/// One m-section: a medium, its transport, its formats, and the attributes that belong to it.
public struct MediaDescription: Hashable, Sendable {
    /// `audio`, `video`, `application`, `text`, `message`, or another word.
    public var kind: String
    /// 0 says that the section is rejected, or, with `isBundleOnly`, that it lives on another section's transport.
    public var port: UInt16
    /// RFC 8866 §5.14: how many consecutive ports; 1 where the line does not say.
    public var portCount: UInt16
    /// `UDP/TLS/RTP/SAVPF`, `UDP/DTLS/SCTP` …, as written.
    public var protocolName: String
    /// What follows: payload types as decimal numbers for RTP, `webrtc-datachannel` for data. At least one.
    public var formats: [String]
    /// `i=`
    public var title: String?
    public var connections: [Connection] = []
    public var bandwidths: [Bandwidth] = []
    /// `k=`, as it was written.
    public var key: String?
    /// The section's attributes, in order.
    public var attributes: [AttributeLine] = []
    /// Where the `m=` line stood.
    public var source: SourceLine

    public init(
        kind: String, port: UInt16, portCount: UInt16 = 1, protocolName: String, formats: [String], source: SourceLine = .none
    ) {
        self.kind = kind
        self.port = port
        self.portCount = portCount
        self.protocolName = protocolName
        self.formats = formats
        self.source = source
    }

    /// Appends an attribute at the section's end.
    public mutating func append(_ attribute: Attribute) {
        attributes.append(AttributeLine(attribute))
    }
}

/// An attribute and the line it stood on.
public struct AttributeLine: Hashable, Sendable {
    public var attribute: Attribute
    public var source: SourceLine

    public init(_ attribute: Attribute, source: SourceLine = .none) {
        self.attribute = attribute
        self.source = source
    }
}

/// Where a line stood in the text it was parsed from. It takes no part in equality: all source lines are equal.
public struct SourceLine: Hashable, Sendable {
    /// From 1; nil for a line that was made, not parsed.
    public let number: Int?

    public init(_ number: Int?) { self.number = number }

    public static let none = SourceLine(nil)

    public static func == (left: SourceLine, right: SourceLine) -> Bool { true }
    public func hash(into hasher: inout Hasher) {}
}

/// What is wrong with a line that was set aside. Like the line's place, it takes no part in equality.
public struct SourceFault: Hashable, Sendable {
    public let error: SDPError

    public init(_ error: SDPError) { self.error = error }

    public static func == (left: SourceFault, right: SourceFault) -> Bool { true }
    public func hash(into hasher: inout Hasher) {}
}
