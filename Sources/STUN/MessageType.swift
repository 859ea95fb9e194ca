/// What a message asks for: Binding for ICE and for servers that tell an address, the others for TURN.
@frozen
public struct Method: RawRepresentable, Hashable, Sendable {
    /// Twelve bits.
    public let rawValue: UInt16

    @inlinable
    public init(rawValue: UInt16) { self.rawValue = rawValue & 0x0fff }

    public static let binding = Method(rawValue: 0x001)
    public static let allocate = Method(rawValue: 0x003)
    public static let refresh = Method(rawValue: 0x004)
    public static let send = Method(rawValue: 0x006)
    public static let data = Method(rawValue: 0x007)
    public static let createPermission = Method(rawValue: 0x008)
    public static let channelBind = Method(rawValue: 0x009)
}

/// Which of the four kinds of message it is (RFC 8489 §5).
public enum MessageClass: UInt8, Hashable, Sendable {
    case request = 0
    case indication = 1
    case success = 2
    case error = 3
}

/// The first two bytes of a message: method and class, their bits interleaved (RFC 8489 §5, figure 3).
///
/// ```
///  0 0 M11 M10 M9 M8 M7 C1 M6 M5 M4 C0 M3 M2 M1 M0
/// ```
@frozen
public struct MessageType: Hashable, Sendable {
    public let method: Method
    public let messageClass: MessageClass

    @inlinable
    public init(_ messageClass: MessageClass, _ method: Method) {
        self.method = method
        self.messageClass = messageClass
    }

    /// From the wire; nil where one of the first two bits is set, as no STUN message has them.
    @inlinable
    public init?(rawValue: UInt16) {
        guard rawValue & 0xc000 == 0,
            let messageClass = MessageClass(rawValue: UInt8(truncatingIfNeeded: rawValue >> 7 & 2 | rawValue >> 4 & 1))
        else { return nil }
        self.messageClass = messageClass
        method = Method(rawValue: rawValue & 0xf | rawValue >> 1 & 0x70 | rawValue >> 2 & 0xf80)
    }

    @inlinable
    public var rawValue: UInt16 {
        let method = method.rawValue
        let kind = UInt16(messageClass.rawValue)
        return method & 0xf | (method & 0x70) << 1 | (method & 0xf80) << 2 | (kind & 1) << 4 | (kind & 2) << 7
    }

    public static let bindingRequest = MessageType(.request, .binding)
    public static let bindingIndication = MessageType(.indication, .binding)
    public static let bindingSuccess = MessageType(.success, .binding)
    public static let bindingError = MessageType(.error, .binding)
}
