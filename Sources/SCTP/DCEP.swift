internal import Wire

/// The Data Channel Establishment Protocol (RFC 8832): its two messages.
public enum DCEP {
    /// ```
    ///  0                   1                   2                   3
    ///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// |  Message Type |  Channel Type |            Priority           |
    /// |                    Reliability Parameter                      |
    /// |         Label Length          |       Protocol Length         |
    /// /                   Label … Protocol …                          /
    /// ```
    public struct Open: Sendable, Equatable {
        public var label: String
        public var `protocol`: String
        public var isOrdered: Bool
        public var reliability: Channel.Reliability
        public var priority: UInt16
        /// Whether the label or the protocol was longer than `Limits.labelBytes` and was cut.
        public var isCut: Bool

        public init(
            label: String, protocol: String = "", isOrdered: Bool = true, reliability: Channel.Reliability = .reliable,
            priority: UInt16 = 256
        ) {
            self.label = label
            self.protocol = `protocol`
            self.isOrdered = isOrdered
            self.reliability = reliability
            self.priority = priority
            isCut = false
        }
    }

    public enum Message: Sendable, Equatable {
        case open(Open)
        case acknowledgement
    }

    /// What is wrong with a control message.
    public enum Malformation: Error, Sendable, Hashable {
        case empty
        case unknownMessageType(UInt8)
        case unknownChannelType(UInt8)
        /// Shorter than its header.
        case truncated(bytes: Int)
        /// Label and protocol end beyond the message.
        case lengthsPassEnd(label: Int, protocol: Int, bytes: Int)
    }

    static let openType: UInt8 = 0x03
    static let acknowledgementType: UInt8 = 0x02
    private static let unorderedBit: UInt8 = 0x80
    private static let headerBytes = 12

    /// Reads one whole message of payload protocol 50.
    ///
    /// Bytes after the protocol are tolerated: a later version may mean something by them, and Chromium ignores them too.
    public static func parse(_ bytes: Span<UInt8>) throws(Malformation) -> Message {
        var reader = ByteReader(bytes)
        guard let type = reader.readUInt8() else { throw .empty }
        switch type {
        case acknowledgementType: return .acknowledgement
        case openType: break
        default: throw .unknownMessageType(type)
        }
        guard let channelType = reader.readUInt8(), let priority = reader.readUInt16(), let parameter = reader.readUInt32(),
            let labelBytes = reader.readUInt16(), let protocolBytes = reader.readUInt16()
        else { throw .truncated(bytes: bytes.count) }
        let reliability: Channel.Reliability
        switch channelType & ~unorderedBit {
        case 0: reliability = .reliable
        case 1: reliability = .maxRetransmits(parameter)
        case 2: reliability = .maxPacketLifeTime(milliseconds: parameter)
        default: throw .unknownChannelType(channelType)
        }
        guard let label = reader.readSpan(Int(labelBytes)), let name = reader.readSpan(Int(protocolBytes)) else {
            throw .lengthsPassEnd(label: Int(labelBytes), protocol: Int(protocolBytes), bytes: bytes.count)
        }
        var open = Open(
            label: text(label), protocol: text(name), isOrdered: channelType & unorderedBit == 0, reliability: reliability,
            priority: priority)
        open.isCut = label.count > Limits.labelBytes || name.count > Limits.labelBytes
        return .open(open)
    }

    /// At most `Limits.labelBytes` of the bytes as text, never ending inside a character; invalid UTF-8 becomes U+FFFD.
    ///
    /// A replacement takes three bytes where the source may have taken one, so the result is cut once more.
    private static func text(_ bytes: Span<UInt8>) -> String {
        var kept = bytes.extracting(0..<min(bytes.count, Limits.labelBytes))
        if kept.count < bytes.count {
            // Step back over continuation bytes, so that a character that was whole is not cut into a replacement.
            var end = kept.count
            while end > 0, kept.count - end < 4, bytes[end] & 0xc0 == 0x80 { end -= 1 }
            kept = bytes.extracting(0..<end)
        }
        // unsafe: the string copies from the buffer within the call.
        var text = kept.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
        while text.utf8.count > Limits.labelBytes { text.unicodeScalars.removeLast() }
        return text
    }

    /// The bytes of a DATA_CHANNEL_OPEN. Label and protocol must each fit 65,535 bytes: `openChannel` sees to it.
    public static func serialize(_ open: Open) -> [UInt8] {
        let label = Array(open.label.utf8.prefix(Int(UInt16.max)))
        let name = Array(open.protocol.utf8.prefix(Int(UInt16.max)))
        let (kind, parameter): (UInt8, UInt32) =
            switch open.reliability {
            case .reliable: (0, 0)
            case .maxRetransmits(let count): (1, count)
            case .maxPacketLifeTime(let milliseconds): (2, milliseconds)
            }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(headerBytes + label.count + name.count)
        bytes.append(openType)
        bytes.append(open.isOrdered ? kind : kind | unorderedBit)
        bytes.appendBigEndian(open.priority)
        bytes.appendBigEndian(parameter)
        bytes.appendBigEndian(UInt16(label.count))
        bytes.appendBigEndian(UInt16(name.count))
        bytes += label
        bytes += name
        return bytes
    }

    /// The bytes of a DATA_CHANNEL_ACK.
    public static var acknowledgement: [UInt8] { [acknowledgementType] }
}
