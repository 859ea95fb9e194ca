internal import Crypt

/// The key of MESSAGE-INTEGRITY and its SHA-256 sibling: one password's HMACs, their first block already computed.
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

    /// How the long-term mechanism hashes its key (RFC 8489 §18.5.1). The raw values are those of PASSWORD-ALGORITHM.
    public enum PasswordAlgorithm: UInt16, Hashable, Sendable {
        case md5 = 1
        case sha256 = 2
    }

    /// The key of the long-term mechanism, which TURN uses.
    ///
    /// RFC 8489 §18.5.1.1: `key = MD5(username ":" OpaqueString(realm) ":" OpaqueString(password))`. The strings come prepared:
    /// no preparation is done here, nor is one needed for ASCII.
    public init(longTermUsername username: String, realm: String, password: String, algorithm: PasswordAlgorithm = .md5) {
        let function: HashFunction = algorithm == .md5 ? .md5 : .sha256
        self.init(bytes: function.digest(of: "\(username):\(realm):\(password)").span)
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
