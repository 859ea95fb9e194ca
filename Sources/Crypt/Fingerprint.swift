/// Why a text is no fingerprint.
public enum FingerprintError: Error, Hashable, Sendable {
    /// Not a hash name, a space, and pairs of hexadecimal digits with colons between them.
    case malformed
    /// RFC 8122 §5: MD2 and MD5 "MUST NOT" be used.
    case forbiddenAlgorithm(String)
    /// A hash name not known here; the line is to be passed over.
    case unknownAlgorithm(String)
    /// The digest has not the hash function's length, in bytes.
    case wrongLength(expected: Int, actual: Int)
}

/// The digest of a certificate, as `a=fingerprint` carries it (RFC 8122 §5).
public struct Fingerprint: Hashable, Sendable {
    /// The hash functions that a fingerprint may be made with.
    public enum Algorithm: String, Sendable, CaseIterable, Comparable {
        case sha1 = "sha-1"
        case sha256 = "sha-256"
        case sha384 = "sha-384"
        case sha512 = "sha-512"

        /// Whether a match proves anything: SHA-1 does not, collisions can be made.
        public var isStrong: Bool { self != .sha1 }

        public var hashFunction: HashFunction {
            switch self {
            case .sha1: .sha1
            case .sha256: .sha256
            case .sha384: .sha384
            case .sha512: .sha512
            }
        }

        public static func < (left: Algorithm, right: Algorithm) -> Bool {
            left.hashFunction.digestCount < right.hashFunction.digestCount
        }
    }

    public let algorithm: Algorithm
    /// The digest, as long as the algorithm says.
    public let bytes: [UInt8]

    /// A digest that was computed; nil where its length is not the algorithm's.
    public init?(algorithm: Algorithm, bytes: [UInt8]) {
        guard bytes.count == algorithm.hashFunction.digestCount else { return nil }
        self.algorithm = algorithm
        self.bytes = bytes
    }

    /// The fingerprint of a certificate in DER.
    public init(of certificate: Span<UInt8>, algorithm: Algorithm = .sha256) {
        self.algorithm = algorithm
        bytes = algorithm.hashFunction.digest(of: certificate)
    }

    /// Parses an attribute's value, `sha-256 AA:BB:…`, in either case.
    ///
    /// RFC 8122 §5: "UHEX" is upper-case, but clients that write lower-case exist and mean the same.
    public init(parsing text: String) throws(FingerprintError) {
        // A SHA-512 digest takes 191 characters; a longer text is no fingerprint and is not looked at.
        guard text.utf8.count <= 256 else { throw .malformed }
        let parts = text.split(separator: " ", maxSplits: 1)
        guard parts.count == 2 else { throw .malformed }
        let name = parts[0].lowercased()
        guard let algorithm = Algorithm(rawValue: name) else {
            if name == "md5" || name == "md2" { throw .forbiddenAlgorithm(name) }
            throw .unknownAlgorithm(name)
        }
        var bytes: [UInt8] = []
        for pair in parts[1].split(separator: ":", omittingEmptySubsequences: false) {
            guard pair.utf8.count == 2, pair.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
                let byte = UInt8(pair, radix: 16)
            else { throw .malformed }
            bytes.append(byte)
        }
        guard bytes.count == algorithm.hashFunction.digestCount else {
            throw .wrongLength(expected: algorithm.hashFunction.digestCount, actual: bytes.count)
        }
        self.algorithm = algorithm
        self.bytes = bytes
    }

    /// Whether this is the fingerprint of `certificate` (DER).
    public func matches(_ certificate: Span<UInt8>) -> Bool {
        let digest = algorithm.hashFunction.digest(of: certificate)
        return !digest.isEmpty && constantTimeEqual(digest.span, bytes.span)
    }

    /// Whether `certificate` is one that the fingerprints of a description vouch for.
    ///
    /// Of every strong algorithm that occurs, one fingerprint must match; weak ones are passed over, so that where only weak
    /// ones are given no certificate is good. RFC 8122 §5 asks for a match within "the set of fingerprints that use its most
    /// preferred hash function"; asking it of each set leaves nothing to choose for an attacker.
    public static func verify(_ certificate: Span<UInt8>, against fingerprints: [Fingerprint]) -> Bool {
        var isVouchedFor = false
        for algorithm in Algorithm.allCases where algorithm.isStrong {
            var occurs = false
            var found = false
            for fingerprint in fingerprints where fingerprint.algorithm == algorithm {
                occurs = true
                if !found { found = fingerprint.matches(certificate) }
            }
            if occurs, !found { return false }
            if found { isVouchedFor = true }
        }
        return isVouchedFor
    }

    /// The digest as pairs of upper-case digits with colons, as W3C's certificate stats show it.
    public var digits: String {
        let digits = Array("0123456789ABCDEF".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 3)
        for byte in bytes {
            if !text.isEmpty { text.append(UInt8(ascii: ":")) }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension Fingerprint: CustomStringConvertible {
    /// The attribute's value: `sha-256 AA:BB:…`.
    public var description: String { "\(algorithm.rawValue) \(digits)" }
}
