/// Reads big-endian fields from a span, front to back; nil where the span ends first, and the position then stays.
@frozen
public struct ByteReader: ~Escapable {
    public let bytes: Span<UInt8>
    @usableFromInline var position: Int

    /// How many bytes were read.
    @inlinable
    public var offset: Int { position }

    @inlinable
    @_lifetime(copy bytes)
    public init(_ bytes: Span<UInt8>) {
        self.bytes = bytes
        position = 0
    }

    /// How many bytes are left.
    @inlinable
    public var remaining: Int { bytes.count &- position }

    @inlinable
    @_lifetime(self: copy self)
    public mutating func readUInt8() -> UInt8? {
        guard remaining >= 1 else { return nil }
        defer { position &+= 1 }
        return bytes[position]
    }

    @inlinable
    @_lifetime(self: copy self)
    public mutating func readUInt16() -> UInt16? {
        guard let value = bytes.uint16(at: position) else { return nil }
        position &+= 2
        return value
    }

    @inlinable
    @_lifetime(self: copy self)
    public mutating func readUInt32() -> UInt32? {
        guard let value = bytes.uint32(at: position) else { return nil }
        position &+= 4
        return value
    }

    @inlinable
    @_lifetime(self: copy self)
    public mutating func readUInt64() -> UInt64? {
        guard let value = bytes.uint64(at: position) else { return nil }
        position &+= 8
        return value
    }

    /// The next `count` bytes, without a copy.
    @inlinable
    @_lifetime(self: copy self)
    @_lifetime(copy self)
    public mutating func readSpan(_ count: Int) -> Span<UInt8>? {
        guard count >= 0, remaining >= count else { return nil }
        let start = position
        position &+= count
        return bytes.extracting(start..<start &+ count)
    }
}

extension Span<UInt8> {
    /// The big-endian number at `offset`, or nil where it would pass the end.
    @inlinable
    public func uint16(at offset: Int) -> UInt16? {
        guard offset >= 0, offset <= count &- 2 else { return nil }
        return UInt16(self[offset]) << 8 | UInt16(self[offset &+ 1])
    }

    /// The big-endian number at `offset`, or nil where it would pass the end.
    @inlinable
    public func uint32(at offset: Int) -> UInt32? {
        guard offset >= 0, offset <= count &- 4 else { return nil }
        return UInt32(self[offset]) << 24 | UInt32(self[offset &+ 1]) << 16
            | UInt32(self[offset &+ 2]) << 8 | UInt32(self[offset &+ 3])
    }

    /// The big-endian number at `offset`, or nil where it would pass the end.
    @inlinable
    public func uint64(at offset: Int) -> UInt64? {
        guard let high = uint32(at: offset), let low = uint32(at: offset &+ 4) else { return nil }
        return UInt64(high) << 32 | UInt64(low)
    }

    /// A copy of the bytes.
    @inlinable
    public var array: [UInt8] {
        // unsafe: the array copies from the buffer within the call.
        withUnsafeBufferPointer { Array($0) }
    }
}

extension [UInt8] {
    /// Appends a number in network byte order.
    @inlinable
    public mutating func appendBigEndian<Number: FixedWidthInteger & UnsignedInteger>(_ number: Number) {
        var shift = Number.bitWidth
        while shift > 0 {
            shift &-= 8
            append(UInt8(truncatingIfNeeded: number >> Number(shift)))
        }
    }

    /// Appends a copy of the bytes.
    @inlinable
    public mutating func append(_ bytes: Span<UInt8>) {
        // unsafe: the array copies from the buffer within the call.
        bytes.withUnsafeBufferPointer { append(contentsOf: $0) }
    }
}
