internal import COpenSSL

/// A cryptographic hash function, and its digest of some bytes.
public enum HashFunction: String, Sendable, CaseIterable {
    /// Only for the long-term key of TURN (RFC 8489 §18.5.1); broken for everything else.
    case md5
    /// Only for protocols that ask for it: broken against collisions.
    case sha1 = "sha-1"
    case sha256 = "sha-256"
    case sha384 = "sha-384"
    case sha512 = "sha-512"

    /// Bytes of a digest.
    public var digestCount: Int {
        switch self {
        case .md5: 16
        case .sha1: 20
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }

    /// The digest of `message`, `digestCount` bytes; empty only where the C library was built without the function.
    public func digest(of message: Span<UInt8>) -> [UInt8] {
        let function =
            switch self {
            case .md5: EVP_md5()
            case .sha1: EVP_sha1()
            case .sha256: EVP_sha256()
            case .sha384: EVP_sha384()
            case .sha512: EVP_sha512()
            }
        return [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { output, count in
            var size: UInt32 = 0
            // unsafe: C reads the span and writes at most EVP_MAX_MD_SIZE bytes, within the call.
            let done = message.withUnsafeBufferPointer {
                EVP_Digest($0.baseAddress, $0.count, output.baseAddress, &size, function, nil)
            }
            if done != 1 { ERR_clear_error() }
            count = done == 1 ? Int(size) : 0
        }
    }

    /// The digest of a text's UTF-8 bytes.
    public func digest(of text: String) -> [UInt8] {
        digest(of: Array(text.utf8).span)
    }
}
