/// The number of a data channel: the SCTP stream it uses in both directions.
///
/// It may be used again after the channel was closed; `Channel.number` never is.
// RFC 8831 §6.4: a data channel is an incoming and an outgoing stream of the same number.
@frozen
public struct ChannelID: Hashable, Sendable, RawRepresentable, CustomStringConvertible {
    public let rawValue: UInt16

    @inlinable
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public var description: String { String(rawValue) }
}

/// Whether a message is a string or bytes (RFC 8831 §6.6).
@frozen
public enum MessageKind: UInt8, Sendable {
    case text, binary
}
