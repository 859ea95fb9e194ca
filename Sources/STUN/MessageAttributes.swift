internal import Wire

/// One attribute of a message.
@frozen
public struct Attribute: ~Escapable {
    public let type: AttributeType
    /// The value without its padding.
    public let value: Span<UInt8>

    @inlinable
    @_lifetime(copy value)
    init(type: AttributeType, value: Span<UInt8>) {
        self.type = type
        self.value = value
    }
}

extension Message {
    /// The value of the attribute whose header lies at `offset`, without padding; nil for offset 0.
    @_lifetime(copy self)
    func value(at offset: Int) -> Span<UInt8>? {
        guard offset > 0, let length = bytes.uint16(at: offset &+ 2) else { return nil }
        let start = offset &+ 4
        guard start &+ Int(length) <= bytes.count else { return nil }
        return bytes.extracting(start..<start &+ Int(length))
    }

    /// The first value of a type, among the attributes that count: none that follow MESSAGE-INTEGRITY but those it allows.
    @_lifetime(copy self)
    public func value(of type: AttributeType) -> Span<UInt8>? {
        var offset = Self.headerBytes
        let end = attributesEnd
        while offset < end {
            if bytes.uint16(at: offset) == type.rawValue { return value(at: offset) }
            offset = next(after: offset)
        }
        switch type {
        case .messageIntegrity: return value(at: landmarks.integrity)
        case .messageIntegritySHA256: return value(at: landmarks.integritySHA256)
        case .fingerprint: return value(at: landmarks.fingerprint)
        default: return nil
        }
    }

    /// Calls `body` with each attribute in order, those after MESSAGE-INTEGRITY that a receiver ignores included: for a dump.
    public func forEachAttribute(_ body: (borrowing Attribute) -> Void) {
        var offset = Self.headerBytes
        while offset < bytes.count {
            guard let type = bytes.uint16(at: offset), let value = value(at: offset) else { return }
            body(Attribute(type: AttributeType(rawValue: type), value: value))
            offset = next(after: offset)
        }
    }

    /// Where the attributes that count end: the first of MESSAGE-INTEGRITY, its SHA-256 sibling and FINGERPRINT.
    var attributesEnd: Int {
        var end = bytes.count
        if landmarks.integrity > 0 { end = min(end, landmarks.integrity) }
        if landmarks.integritySHA256 > 0 { end = min(end, landmarks.integritySHA256) }
        if landmarks.fingerprint > 0 { end = min(end, landmarks.fingerprint) }
        return end
    }

    private func next(after offset: Int) -> Int {
        offset &+ 4 &+ (Int(bytes.uint16(at: offset &+ 2) ?? 0) &+ 3) & ~3
    }
}

// MARK: What a check carries

extension Message {
    /// USERNAME, as sent; nil where absent, empty or longer than two ICE fragments can make it (513 bytes, five more than
    /// RFC 8489 §14.3 allows).
    public var username: Span<UInt8>? {
        @_lifetime(copy self)
        get {
            guard let value = value(at: landmarks.username), value.count > 0, value.count <= 513 else { return nil }
            return value
        }
    }

    public var hasUsername: Bool { landmarks.username > 0 }

    /// PRIORITY (RFC 8445 §7.1.1): what a peer-reflexive candidate learned from this check would have.
    public var priority: UInt32? {
        guard let value = value(at: landmarks.priority), value.count == 4 else { return nil }
        return value.uint32(at: 0)
    }

    /// USE-CANDIDATE (RFC 8445 §7.1.2): the controlling agent nominates the pair.
    public var useCandidate: Bool { landmarks.useCandidate > 0 }

    /// The tie-breaker of ICE-CONTROLLING (RFC 8445 §7.1.3).
    public var iceControlling: UInt64? { tieBreaker(at: landmarks.controlling) }

    /// The tie-breaker of ICE-CONTROLLED.
    public var iceControlled: UInt64? { tieBreaker(at: landmarks.controlled) }

    private func tieBreaker(at offset: Int) -> UInt64? {
        guard let value = value(at: offset), value.count == 8 else { return nil }
        return value.uint64(at: 0)
    }

    /// ERROR-CODE (RFC 8489 §14.8): class 3…6 and number 0…99, as one number.
    public var errorCode: ErrorCode? {
        guard let value = value(at: landmarks.errorCode), let word = value.uint32(at: 0) else { return nil }
        let hundreds = word >> 8 & 7
        let number = word & 0xff
        guard number < 100 else { return nil }
        return ErrorCode(rawValue: UInt16(hundreds &* 100 &+ number))
    }

    /// The reason phrase of ERROR-CODE, cut to 128 characters, control characters replaced; for people.
    public var errorReason: String? {
        guard let value = value(at: landmarks.errorCode), value.count >= 4 else { return nil }
        return value.extracting(4..<value.count).printable(limit: 128)
    }

    /// SOFTWARE (RFC 8489 §14.14), cut to 128 characters, control characters replaced; for people.
    public var software: String? { value(of: .software)?.printable(limit: 128) }

    /// How many comprehension-required attributes there are that a Binding receiver does not understand.
    public var unknownRequiredCount: Int { landmarks.unknownRequired }

    /// Their types, at most sixteen of them: what a 420 response lists (RFC 8489 §14.9).
    public var unknownRequiredAttributes: [AttributeType] {
        var types: [AttributeType] = []
        guard landmarks.unknownRequired > 0 else { return types }
        var offset = Self.headerBytes
        let end = attributesEnd
        while offset < end, types.count < 16 {
            let type = AttributeType(rawValue: bytes.uint16(at: offset) ?? 0)
            if type.isComprehensionRequired, !type.isUnderstoodInBinding, !types.contains(type) { types.append(type) }
            offset = next(after: offset)
        }
        return types
    }
}

extension Span<UInt8> {
    /// The bytes as text for people: bad UTF-8 repaired, control characters shown as `·`.
    func printable(limit: Int) -> String {
        var text = ""
        for scalar in String(decoding: extracting(0..<Swift.min(count, limit * 4)).array, as: UTF8.self).unicodeScalars.prefix(limit) {
            let control = scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
            text.unicodeScalars.append(control ? "·" : scalar)
        }
        return text
    }
}
