internal import COpenSSL

/// Why an identity could not be made: what the C library said.
public struct IdentityError: Error, Hashable, Sendable {
    public let message: String
}

/// A self-signed ECDSA P-256 certificate with its private key: who we are in DTLS.
///
/// Normally one a process: making it takes a quarter of a millisecond, and peers learn nothing from its being the same.
/// It does not change after it was made, and may be used by every thread.
public final class Identity: @unchecked Sendable {
    /// The certificate in DER.
    public let certificate: [UInt8]
    /// The SHA-256 fingerprint of the certificate, for the description.
    public let fingerprint: Fingerprint

    // The C library counts references to both atomically and nobody writes to them after init: hence @unchecked Sendable.
    private let x509: OpaquePointer
    private let key: OpaquePointer

    /// Makes a new key and certificate.
    ///
    /// - Parameters:
    ///   - unixSeconds: the start of validity, in seconds since 1970; the certificate says a day earlier, for skewed clocks.
    ///   - days: how long it is valid. Peers do not look (RFC 8827 §6.5 rests on the fingerprint alone), people may.
    /// - Throws: `IdentityError` where the C library has no entropy or no memory.
    public init(validFrom unixSeconds: Int64, days: Int = 365) throws(IdentityError) {
        guard let key = Self.generateKey() else { throw Self.failure("key generation") }
        guard let x509 = X509_new() else {
            EVP_PKEY_free(key)
            throw Self.failure("certificate")
        }
        guard Self.fill(x509, key: key, validFrom: unixSeconds, days: days), let der = Self.encode(x509) else {
            X509_free(x509)
            EVP_PKEY_free(key)
            throw Self.failure("certificate")
        }
        certificate = der
        fingerprint = Fingerprint(of: der.span)
        self.x509 = x509
        self.key = key
    }

    deinit {
        X509_free(x509)
        EVP_PKEY_free(key)
    }

    /// Lends the C library's certificate (`X509 *`) and private key (`EVP_PKEY *`) to the DTLS room for one call.
    package func withHandles<Result>(_ body: (_ x509: OpaquePointer, _ key: OpaquePointer) -> Result) -> Result {
        body(x509, key)
    }

    private static func generateKey() -> OpaquePointer? {
        guard let context = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nil) else { return nil }
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1,
            EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_X9_62_prime256v1) == 1,
            EVP_PKEY_keygen(context, &key) == 1
        else { return nil }
        return key
    }

    private static func fill(_ x509: OpaquePointer, key: OpaquePointer, validFrom: Int64, days: Int) -> Bool {
        var serial: UInt64 = 0
        let drawn = withUnsafeMutableBytes(of: &serial) {
            RAND_bytes($0.baseAddress?.assumingMemoryBound(to: UInt8.self), Int32($0.count))
        }
        // RFC 5280 §4.1.2.2: the serial number is positive; never zero.
        serial = serial >> 1 | 1
        let start = validFrom.subtractingReportingOverflow(86_400).partialValue
        let length = Int64(clamping: days).multipliedReportingOverflow(by: 86_400)
        let end = validFrom.addingReportingOverflow(length.overflow ? 0 : length.partialValue).partialValue
        guard drawn == 1, X509_set_version(x509, 2) == 1,
            ASN1_INTEGER_set_uint64(X509_get_serialNumber(x509), serial) == 1,
            ASN1_TIME_set(X509_getm_notBefore(x509), time_t(start)) != nil,
            ASN1_TIME_set(X509_getm_notAfter(x509), time_t(end)) != nil,
            X509_set_pubkey(x509, key) == 1,
            let name = X509_get_subject_name(x509)
        else { return false }
        // RFC 8827 §6.5 wants nothing of the names; a constant one tells nothing about the machine.
        let commonName = Array("WebRTC".utf8)
        return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, commonName, Int32(commonName.count), -1, 0) == 1
            && X509_set_issuer_name(x509, name) == 1
            && X509_sign(x509, key, EVP_sha256()) > 0
    }

    private static func encode(_ x509: OpaquePointer) -> [UInt8]? {
        let count = Int(i2d_X509(x509, nil))
        guard count > 0 else { return nil }
        return [UInt8](unsafeUninitializedCapacity: count) { output, written in
            var cursor = output.baseAddress
            written = max(0, Int(i2d_X509(x509, &cursor)))
        }
    }

    private static func failure(_ what: String) -> IdentityError {
        var text = [CChar](repeating: 0, count: 256)
        ERR_error_string_n(ERR_get_error(), &text, text.count)
        ERR_clear_error()
        let reason = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return IdentityError(message: "\(what): \(reason)")
    }
}
