internal import Crypt

/// The key of MESSAGE-INTEGRITY: one password's HMAC, its first block already computed.
///
/// Made once per set of credentials; a check then costs two SHA-1 blocks fewer. Copies are cheap. It never prints its secret.
public struct IntegrityKey: Sendable {
    let sha1: HMACSHA1
    let sha256: HMACSHA256

    /// The key of the short-term mechanism, which ICE uses. RFC 8489 §9.1.1: `key = OpaqueString(password)`.
    ///
    /// An ICE password is ASCII (RFC 8839 §5.4), where that preparation changes nothing, so it is not done.
    public init(shortTermPassword password: String) {
        self.init(bytes: Array(password.utf8).span)
    }

    /// A key given as bytes.
    public init(bytes: Span<UInt8>) {
        sha1 = HMACSHA1(key: bytes)
        sha256 = HMACSHA256(key: bytes)
    }
}

extension IntegrityKey: CustomStringConvertible {
    public var description: String { "IntegrityKey(…)" }
}
