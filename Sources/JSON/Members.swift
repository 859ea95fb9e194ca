// A member in one call: its name, and a value of the plain kinds. An optional that is nil writes nothing, as the W3C statistics
// ask: what is not known is absent, never null or 0.
extension JSONWriter {
    @inlinable
    public mutating func member(_ name: StaticString, _ value: String) {
        key(name)
        string(value)
    }

    /// A word of ours that needs no escaping.
    @inlinable
    public mutating func member(_ name: StaticString, word value: StaticString) {
        key(name)
        string(value)
    }

    @inlinable
    public mutating func member(_ name: StaticString, _ value: Int) {
        member(name, Int64(value))
    }

    public mutating func member(_ name: StaticString, _ value: Int64) {
        reserve(name.utf8CodeUnitCount + 26)
        putKey(name)
        putNumber(value)
        needsComma = true
    }

    @inlinable
    public mutating func member(_ name: StaticString, _ value: UInt64) {
        key(name)
        number(value)
    }

    @inlinable
    public mutating func member(_ name: StaticString, _ value: Double) {
        key(name)
        number(value)
    }

    /// The number `value / 10^decimals`, exactly.
    @inlinable
    public mutating func member(_ name: StaticString, _ value: Int64, decimals: Int) {
        key(name)
        number(value, decimals: decimals)
    }

    @inlinable
    public mutating func member(_ name: StaticString, _ value: Bool) {
        key(name)
        bool(value)
    }

    @inlinable
    public mutating func member(_ name: StaticString, _ value: String?) {
        if let value { member(name, value) }
    }

    @inlinable
    public mutating func member(_ name: StaticString, _ value: Int?) {
        if let value { member(name, value) }
    }

    @inlinable
    public mutating func member(_ name: StaticString, _ value: Int64?) {
        if let value { member(name, value) }
    }

    @inlinable
    public mutating func member(_ name: StaticString, _ value: Bool?) {
        if let value { member(name, value) }
    }

    /// A member that is null, where "known to be none" differs from "not known".
    @inlinable
    public mutating func memberNull(_ name: StaticString) {
        key(name)
        null()
    }
}
