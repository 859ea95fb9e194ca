public import Wire

/// The 96 random bits that bind a response to its request (RFC 8489 §5).
@frozen
public struct TransactionID: Hashable, Sendable {
    public let high: UInt32
    public let low: UInt64

    @inlinable
    public init(high: UInt32, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A new identifier. RFC 8489 §5: "uniformly and randomly chosen from the interval 0 .. 2**96-1".
    public init(random: inout RandomSource) {
        high = UInt32(truncatingIfNeeded: random.next())
        low = random.next()
    }
}

extension TransactionID: CustomStringConvertible {
    /// Twenty-four hexadecimal digits.
    public var description: String {
        func padded(_ digits: String, _ width: Int) -> String {
            String(repeating: "0", count: width - digits.count) + digits
        }
        return padded(String(high, radix: 16), 8) + padded(String(low, radix: 16), 16)
    }
}
