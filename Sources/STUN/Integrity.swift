internal import Crypt
internal import Wire

/// What the integrity attribute of a message says about who sent it.
public enum Integrity: Hashable, Sendable {
    /// The tag is that of the key: who sent the message knows the password.
    case valid
    /// The tag is another, or has a length no tag has.
    case wrong
    /// The message carries none.
    case absent
}

extension Message {
    /// Bytes of an integrity or fingerprint attribute's header.
    static let attributeHeaderBytes = 4

    public var hasIntegrity: Bool { landmarks.integrity > 0 }
    public var hasIntegritySHA256: Bool { landmarks.integritySHA256 > 0 }

    /// Compares MESSAGE-INTEGRITY with the key's, in constant time.
    ///
    /// RFC 8489 §14.5: the tag covers the message up to, not including, MESSAGE-INTEGRITY, under a length field that counts up to
    /// the end of that attribute, whatever follows it.
    public func integrity(under key: IntegrityKey) -> Integrity {
        guard landmarks.integrity > 0 else { return .absent }
        guard let carried = value(at: landmarks.integrity), carried.count == 20 else { return .wrong }
        let header = header(withLengthUpTo: landmarks.integrity &+ 24)
        let tag = key.sha1.authenticate(header.span, bytes.extracting(4..<landmarks.integrity))
        return constantTimeEqual(tag.span, carried) ? .valid : .wrong
    }

    /// Compares MESSAGE-INTEGRITY-SHA256 with the key's, in constant time.
    ///
    /// RFC 8489 §14.6: a tag may be cut to a multiple of four bytes, not below 16.
    public func integritySHA256(under key: IntegrityKey) -> Integrity {
        guard landmarks.integritySHA256 > 0 else { return .absent }
        guard let carried = value(at: landmarks.integritySHA256), (16...32).contains(carried.count), carried.count & 3 == 0 else {
            return .wrong
        }
        let header = header(withLengthUpTo: landmarks.integritySHA256 &+ 4 &+ carried.count)
        let tag = key.sha256.authenticate(header.span, bytes.extracting(4..<landmarks.integritySHA256))
        return constantTimeEqual(tag.span.extracting(0..<carried.count), carried) ? .valid : .wrong
    }

    /// The first four bytes of the header, their length field as it was when an attribute that ends at `end` was the last.
    private func header(withLengthUpTo end: Int) -> InlineArray<4, UInt8> {
        let length = UInt16(truncatingIfNeeded: end &- Self.headerBytes)
        return [bytes[0], bytes[1], UInt8(truncatingIfNeeded: length >> 8), UInt8(truncatingIfNeeded: length)]
    }
}
