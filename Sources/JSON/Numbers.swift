extension JSONWriter {
    /// A whole number, exactly. A JavaScript reader keeps it exact up to 2^53; beyond, write a string.
    public mutating func number(_ value: Int64) {
        reserve(22)
        putComma()
        if value < 0 { put(UInt8(ascii: "-")) }
        putDigits(value.magnitude)
        needsComma = true
    }

    /// A whole number, exactly.
    public mutating func number(_ value: UInt64) {
        reserve(22)
        putComma()
        putDigits(value)
        needsComma = true
    }

    /// A whole number, exactly.
    public mutating func number(_ value: Int) { number(Int64(value)) }

    /// A number in the shortest form that reads back as the same one; null where it is infinite or none.
    public mutating func number(_ value: Double) {
        guard value.isFinite else {
            null()
            return
        }
        if value.magnitude < 9_007_199_254_740_992, value == value.rounded(.towardZero) {
            number(Int64(value))
            return
        }
        var text = value.description
        // unsafe: the buffer is read within the call.
        text.withUTF8 { bytes in
            reserve(bytes.count + 1)
            putComma()
            put(bytes)
        }
        needsComma = true
    }

    /// The number `value / 10^decimals`, exactly, without trailing zeros: a time kept in whole µs, written in ms or s.
    public mutating func number(_ value: Int64, decimals: Int) {
        precondition((0...18).contains(decimals), "10^decimals fits in 64 bits")
        reserve(24)
        putComma()
        if value < 0 { put(UInt8(ascii: "-")) }
        var scale: UInt64 = 1
        for _ in 0..<decimals { scale &*= 10 }
        let (whole, part) = value.magnitude.quotientAndRemainder(dividingBy: scale)
        putDigits(whole)
        var fraction = part
        if fraction > 0 {
            put(UInt8(ascii: "."))
            while fraction > 0 {
                scale /= 10
                let (digit, rest) = fraction.quotientAndRemainder(dividingBy: scale)
                put(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit))
                fraction = rest
            }
        }
        needsComma = true
    }

    /// Writes decimal digits, with leading zeros up to `width`. Room for 20, or `width` where that is more, was reserved.
    @inline(__always)
    mutating func putDigits(_ value: UInt64, width: Int = 0) {
        var digits: InlineArray<20, UInt8> = .init(repeating: 0)
        var rest = value
        var start = 20
        repeat {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            start &-= 1
            digits[start] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit)
            rest = quotient
        } while rest > 0
        for _ in 0..<max(0, width &- (20 &- start)) { put(UInt8(ascii: "0")) }
        while start < 20 {
            put(digits[start])
            start &+= 1
        }
    }
}
