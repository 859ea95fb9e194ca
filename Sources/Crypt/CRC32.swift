/// The CRC-32 of ITU-T V.42 (polynomial 0x04C11DB7, reflected), as the STUN FINGERPRINT uses it (RFC 8489 §14.7).
///
/// A value to be fed piece by piece; eight bytes a step.
public struct CRC32: Sendable {
    private var remainder: UInt32 = 0xffff_ffff

    public init() {}

    /// The checksum of what was fed so far.
    public var checksum: UInt32 { ~remainder }

    /// The checksum of one message.
    public static func checksum(of message: Span<UInt8>) -> UInt32 {
        var crc = CRC32()
        crc.update(message)
        return crc.checksum
    }

    /// Feeds the next piece.
    public mutating func update(_ piece: Span<UInt8>) {
        var crc = remainder
        let table = Self.table.span
        var index = 0
        let whole = piece.count & ~7
        while index < whole {
            let low =
                crc
                ^ (UInt32(piece[index]) | UInt32(piece[index &+ 1]) << 8 | UInt32(piece[index &+ 2]) << 16
                    | UInt32(piece[index &+ 3]) << 24)
            crc =
                table[1792 &+ Int(low & 255)] ^ table[1536 &+ Int(low >> 8 & 255)]
                ^ table[1280 &+ Int(low >> 16 & 255)] ^ table[1024 &+ Int(low >> 24)]
                ^ table[768 &+ Int(piece[index &+ 4])] ^ table[512 &+ Int(piece[index &+ 5])]
                ^ table[256 &+ Int(piece[index &+ 6])] ^ table[Int(piece[index &+ 7])]
            index &+= 8
        }
        while index < piece.count {
            crc = table[Int((crc ^ UInt32(piece[index])) & 255)] ^ crc >> 8
            index &+= 1
        }
        remainder = crc
    }

    /// Eight tables of 256: entry `256 n + b` is the remainder of byte `b` followed by `n` zero bytes.
    private static let table: [UInt32] = {
        var table = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var crc = UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? 0xedb8_8320 ^ crc >> 1 : crc >> 1 }
            table[byte] = crc
        }
        for entry in 256..<table.count {
            let shorter = table[entry - 256]
            table[entry] = table[Int(shorter & 255)] ^ shorter >> 8
        }
        return table
    }()
}
