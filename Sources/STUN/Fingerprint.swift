internal import Crypt
internal import Wire

/// What FINGERPRINT says: whether the datagram is STUN at all, rather than something that looks like it.
public enum FingerprintCheck: Hashable, Sendable {
    case valid, wrong, absent
}

extension Message {
    /// RFC 8489 §14.7: "the CRC-32 of the STUN message up to (but excluding) the FINGERPRINT attribute itself, XOR'ed with the
    /// 32-bit value 0x5354554e".
    static let fingerprintMask: UInt32 = 0x5354_554e

    /// Compares FINGERPRINT with the message. No protection against anyone: it has no key.
    public var fingerprint: FingerprintCheck {
        guard landmarks.fingerprint > 0 else { return .absent }
        // RFC 8489 §14.7: "When present, the FINGERPRINT attribute MUST be the last attribute in the message".
        guard let value = value(at: landmarks.fingerprint), value.count == 4, landmarks.fingerprint &+ 8 == bytes.count else {
            return .wrong
        }
        let checksum = CRC32.checksum(of: bytes.extracting(0..<landmarks.fingerprint))
        return value.uint32(at: 0) == checksum ^ Self.fingerprintMask ? .valid : .wrong
    }
}
