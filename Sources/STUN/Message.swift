internal import Wire

/// A STUN message as it lies in a received datagram: checked for shape, nothing copied.
///
/// The view ends with the bytes it was parsed from. Parsing proves the header and that every attribute lies inside; what an
/// attribute holds is proven by its accessor. Integrity and fingerprint are proven only by `integrity(under:)` and `fingerprint`.
///
/// ```
///  0                   1                   2                   3
/// |0 0|     type (14)             |        length (16)            |
/// |                  magic cookie 0x2112A442                      |
/// |                  transaction identifier (96)                  |
/// |     attribute type            |   length without padding      |
/// |     value, padded to 4 …                                      |
/// ```
@frozen
public struct Message: ~Escapable {
    /// RFC 8489 §5: "The Magic Cookie field MUST contain the fixed value 0x2112A442 in network byte order."
    public static let magicCookie: UInt32 = 0x2112_a442
    /// Bytes of a header.
    public static let headerBytes = 20

    /// The whole message, header first.
    public let bytes: Span<UInt8>
    public let type: MessageType
    public let transactionID: TransactionID
    /// Where the first attribute of each kind lies; see `Landmarks`.
    @usableFromInline let landmarks: Landmarks

    /// Checks the shape of a whole datagram.
    ///
    /// Linear in its length; allocates nothing.
    @_lifetime(copy bytes)
    public init(parsing bytes: Span<UInt8>) throws(STUNError) {
        guard bytes.count >= Self.headerBytes, let rawType = bytes.uint16(at: 0), let type = MessageType(rawValue: rawType) else {
            throw .notSTUN
        }
        guard bytes.uint32(at: 4) == Self.magicCookie else { throw .noMagicCookie }
        // RFC 8489 §5: "Since all STUN attributes are padded to a multiple of 4 bytes, the last 2 bits of this field are always
        // zero."
        guard let length = bytes.uint16(at: 2), length & 3 == 0, Self.headerBytes &+ Int(length) == bytes.count else {
            throw .wrongLength(stated: Int(bytes.uint16(at: 2) ?? 0), actual: bytes.count &- Self.headerBytes)
        }
        landmarks = try Landmarks(of: bytes)
        self.bytes = bytes
        self.type = type
        transactionID = TransactionID(high: bytes.uint32(at: 8) ?? 0, low: bytes.uint64(at: 12) ?? 0)
    }

    /// Whether a datagram may be STUN, by its first byte alone (RFC 7983 §7: 0…3).
    @inlinable
    public static func mayStart(with firstByte: UInt8) -> Bool { firstByte < 4 }

    public var messageClass: MessageClass { type.messageClass }
    public var method: Method { type.method }
}

/// Offsets of the attributes that every check asks for, found in the one pass that proves the shape.
///
/// An offset is that of the attribute's header, which is never 0; 0 stands for "absent".
@usableFromInline
@frozen
struct Landmarks: Sendable {
    var username = 0
    var priority = 0
    var useCandidate = 0
    var controlling = 0
    var controlled = 0
    var errorCode = 0
    var xorMappedAddress = 0
    var integrity = 0
    var integritySHA256 = 0
    var fingerprint = 0
    /// The number of comprehension-required attributes a Binding receiver does not understand.
    var unknownRequired = 0

    init(of bytes: Span<UInt8>) throws(STUNError) {
        var offset = Message.headerBytes
        while offset < bytes.count {
            // The length was found to be a multiple of four, so a header fits wherever a byte is left.
            guard let rawType = bytes.uint16(at: offset), let length = bytes.uint16(at: offset &+ 2) else {
                throw .attributePastEnd(type: 0, length: 0)
            }
            guard offset &+ 4 &+ Int(length) <= bytes.count else {
                throw .attributePastEnd(type: rawType, length: Int(length))
            }
            note(AttributeType(rawType), at: offset)
            offset &+= 4 &+ (Int(length) &+ 3) & ~3
        }
    }

    private mutating func note(_ type: AttributeType, at offset: Int) {
        switch type {
        case .fingerprint:
            if fingerprint == 0 { fingerprint = offset }
            return
        case .messageIntegritySHA256:
            // RFC 8489 §14.5: with the exception of MESSAGE-INTEGRITY-SHA256 and FINGERPRINT, "agents MUST ignore all other
            // attributes that follow MESSAGE-INTEGRITY".
            if integritySHA256 == 0, fingerprint == 0 { integritySHA256 = offset }
            return
        default:
            // RFC 8489 §14.6 and §14.7: likewise after MESSAGE-INTEGRITY-SHA256, and FINGERPRINT is the last attribute.
            guard integrity == 0, integritySHA256 == 0, fingerprint == 0 else { return }
        }
        // RFC 8489 §14: "Any attribute type MAY appear more than once in a STUN message. Unless specified otherwise, the order
        // of appearance is significant: only the first occurrence needs to be processed by a receiver".
        switch type {
        case .messageIntegrity: integrity = offset
        case .username: if username == 0 { username = offset }
        case .priority: if priority == 0 { priority = offset }
        case .useCandidate: if useCandidate == 0 { useCandidate = offset }
        case .iceControlling: if controlling == 0 { controlling = offset }
        case .iceControlled: if controlled == 0 { controlled = offset }
        case .errorCode: if errorCode == 0 { errorCode = offset }
        case .xorMappedAddress: if xorMappedAddress == 0 { xorMappedAddress = offset }
        default:
            if type.isComprehensionRequired, !type.isUnderstoodInBinding { unknownRequired &+= 1 }
        }
    }
}
