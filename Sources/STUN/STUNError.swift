/// Why bytes are no STUN message.
public enum STUNError: Error, Hashable, Sendable {
    /// Fewer than the twenty bytes of a header, or the first two bits are not zero.
    case notSTUN
    /// No magic cookie: an RFC 3489 message, or chance.
    case noMagicCookie
    /// The length field is no multiple of four, or is not what follows the header.
    case wrongLength(stated: Int, actual: Int)
    /// An attribute's value passes the end of the message.
    case attributePastEnd(type: UInt16, length: Int)
}
