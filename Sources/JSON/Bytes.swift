// How bytes come into the writer's memory: `reserve` makes room, then the `put…` write into it. Each caller reserves the most that it puts.
extension JSONWriter {
    /// Makes room for `extra` more bytes.
    @inline(__always)
    mutating func reserve(_ extra: Int) {
        if capacity &- count < extra { grow(extra) }
    }

    @inline(never)
    private mutating func grow(_ extra: Int) {
        let larger = capacity + max(capacity, extra)
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        // unsafe: both hold `count` bytes, and are different memory.
        moved.update(from: memory, count: count)
        memory.deallocate()
        memory = moved
        capacity = larger
    }

    /// Writes one byte.
    @inline(__always)
    mutating func put(_ byte: UInt8) {
        precondition(count < capacity, "room is made before it is written")
        // unsafe: the precondition above.
        memory[count] = byte
        count &+= 1
    }

    /// Writes the comma that is due.
    @inline(__always)
    mutating func putComma() {
        if needsComma { put(UInt8(ascii: ",")) }
    }

    /// Writes a member's name with its quotes and colon.
    @inline(__always)
    mutating func putKey(_ name: StaticString) {
        putComma()
        put(UInt8(ascii: "\""))
        put(name)
        put(UInt8(ascii: "\""))
        put(UInt8(ascii: ":"))
    }

    /// Writes a literal as it stands.
    @inline(__always)
    mutating func put(_ literal: StaticString) {
        precondition(literal.hasPointerRepresentation, "a literal is more than a scalar")
        // unsafe: a static string's bytes live for ever.
        put(UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
    }

    /// Writes bytes as they stand. Most are a word or two long, for which moves are cheaper than a call.
    @inline(__always)
    mutating func put(_ bytes: UnsafeBufferPointer<UInt8>) {
        let length = bytes.count
        guard let start = bytes.baseAddress, length > 0 else { return }
        precondition(length <= capacity &- count, "room is made before it is written")
        let source = UnsafeRawPointer(start)
        let target = UnsafeMutableRawPointer(memory + count)
        count &+= length
        // unsafe: all offsets lie in 0..<length, which fits into both by the precondition; they are different memory.
        if length >= 32 {
            target.copyMemory(from: source, byteCount: length)
        } else if length >= 8 {
            var offset = 0
            while offset &+ 8 < length {
                target.storeBytes(of: source.loadUnaligned(fromByteOffset: offset, as: UInt64.self), toByteOffset: offset, as: UInt64.self)
                offset &+= 8
            }
            // The last eight overlap those before.
            let last = length &- 8
            target.storeBytes(of: source.loadUnaligned(fromByteOffset: last, as: UInt64.self), toByteOffset: last, as: UInt64.self)
        } else if length >= 4 {
            let last = length &- 4
            target.storeBytes(of: source.loadUnaligned(as: UInt32.self), as: UInt32.self)
            target.storeBytes(of: source.loadUnaligned(fromByteOffset: last, as: UInt32.self), toByteOffset: last, as: UInt32.self)
        } else {
            for offset in 0..<length {
                target.storeBytes(of: source.load(fromByteOffset: offset, as: UInt8.self), toByteOffset: offset, as: UInt8.self)
            }
        }
    }

    /// Writes a number in decimal digits, with leading zeros up to `width` (at most 20).
    @inline(__always)
    mutating func putDigits(_ value: UInt64, width: Int = 1) {
        if value < 10, width <= 1 {
            put(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: value))
            return
        }
        let length = max(decimalDigits(value), width)
        precondition(length <= capacity &- count, "room is made before it is written")
        var index = count &+ length
        var rest = value
        while index > count {
            index &-= 1
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            // unsafe: `index` lies in the room that the precondition found.
            memory[index] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit)
            rest = quotient
        }
        count &+= length
    }

    /// Writes a whole number.
    @inline(__always)
    mutating func putNumber(_ value: Int64) {
        if value < 0 { put(UInt8(ascii: "-")) }
        putDigits(value.magnitude)
    }
}

/// How many decimal digits a number has.
@inline(__always)
private func decimalDigits(_ value: UInt64) -> Int {
    // 1233/4096 is a little more than log10(2): the product is the count, or one too few.
    let bits = 64 &- (value | 1).leadingZeroBitCount
    let guess = (bits &* 1233) >> 12
    return value < powerOfTen(guess) ? guess : guess &+ 1
}

/// 10 to the power of 0 to 19.
@inline(__always)
func powerOfTen(_ exponent: Int) -> UInt64 {
    switch exponent {
    case 0: 1
    case 1: 10
    case 2: 100
    case 3: 1000
    case 4: 10_000
    case 5: 100_000
    case 6: 1_000_000
    case 7: 10_000_000
    case 8: 100_000_000
    case 9: 1_000_000_000
    case 10: 10_000_000_000
    case 11: 100_000_000_000
    case 12: 1_000_000_000_000
    case 13: 10_000_000_000_000
    case 14: 100_000_000_000_000
    case 15: 1_000_000_000_000_000
    case 16: 10_000_000_000_000_000
    case 17: 100_000_000_000_000_000
    case 18: 1_000_000_000_000_000_000
    default: 10_000_000_000_000_000_000
    }
}
