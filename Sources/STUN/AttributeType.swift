/// The type of an attribute (RFC 8489 §18.3, RFC 8445 §16.1, RFC 8656 §18).
@frozen
public struct AttributeType: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt16

    @inlinable
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    @inlinable
    init(_ rawValue: UInt16) { self.rawValue = rawValue }

    /// Whether a receiver that does not know the type must refuse the message.
    ///
    /// RFC 8489 §14: "Attributes with type values between 0x0000 and 0x7FFF are comprehension-required attributes".
    @inlinable
    public var isComprehensionRequired: Bool { rawValue < 0x8000 }

    public static let mappedAddress = AttributeType(0x0001)
    public static let username = AttributeType(0x0006)
    public static let messageIntegrity = AttributeType(0x0008)
    public static let errorCode = AttributeType(0x0009)
    public static let unknownAttributes = AttributeType(0x000a)
    public static let channelNumber = AttributeType(0x000c)
    public static let lifetime = AttributeType(0x000d)
    public static let xorPeerAddress = AttributeType(0x0012)
    public static let data = AttributeType(0x0013)
    public static let realm = AttributeType(0x0014)
    public static let nonce = AttributeType(0x0015)
    public static let xorRelayedAddress = AttributeType(0x0016)
    public static let requestedAddressFamily = AttributeType(0x0017)
    public static let requestedTransport = AttributeType(0x0019)
    public static let messageIntegritySHA256 = AttributeType(0x001c)
    public static let passwordAlgorithm = AttributeType(0x001d)
    public static let userhash = AttributeType(0x001e)
    public static let xorMappedAddress = AttributeType(0x0020)
    public static let priority = AttributeType(0x0024)
    public static let useCandidate = AttributeType(0x0025)
    public static let passwordAlgorithms = AttributeType(0x8002)
    public static let alternateDomain = AttributeType(0x8003)
    public static let software = AttributeType(0x8022)
    public static let alternateServer = AttributeType(0x8023)
    public static let fingerprint = AttributeType(0x8028)
    public static let iceControlled = AttributeType(0x8029)
    public static let iceControlling = AttributeType(0x802a)

    /// Whether an ICE agent, or a server that tells addresses, understands the type in a Binding message.
    ///
    /// What is comprehension-required and not among these goes back in a 420 (RFC 8489 §6.3.1).
    var isUnderstoodInBinding: Bool {
        switch self {
        case .mappedAddress, .username, .messageIntegrity, .messageIntegritySHA256, .errorCode, .unknownAttributes, .realm,
            .nonce, .xorMappedAddress, .priority, .useCandidate, .userhash, .passwordAlgorithm:
            true
        default:
            false
        }
    }
}
