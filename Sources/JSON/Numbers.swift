extension JSONWriter {
    /// A whole number, exactly. A JavaScript reader keeps it exact up to 2^53; beyond, write a string.
    public mutating func number(_ value: Int64) {
        reserve(22)
        putComma()
        putNumber(value)
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
        text.withUTF8 { text in
            reserve(text.count + 1)
            putComma()
            put(text)
        }
        needsComma = true
    }

    /// The number `value / 10^decimals`, exactly, without trailing zeros: a time kept in whole µs, written in ms or s.
    public mutating func number(_ value: Int64, decimals: Int) {
        precondition((0...18).contains(decimals), "10^decimals fits in 64 bits")
        reserve(24)
        putComma()
        if value < 0 { put(UInt8(ascii: "-")) }
        // The two that every report has are divided by as constants.
        let (whole, part) =
            switch decimals {
            case 3: value.magnitude.quotientAndRemainder(dividingBy: 1000)
            case 6: value.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
            default: value.magnitude.quotientAndRemainder(dividingBy: powerOfTen(decimals))
            }
        putDigits(whole)
        if part > 0 {
            var fraction = part
            var width = decimals
            while fraction % 10 == 0 {
                fraction /= 10
                width &-= 1
            }
            put(UInt8(ascii: "."))
            putDigits(fraction, width: width)
        }
        needsComma = true
    }
}
