import COpenSSL
import Crypt
import DTLS
import Testing
import Wire

/// A peer that does what no connection of ours would: the library with settings of the test's choice.
final class RawPeer {
    enum Key { case p256, p384, p521, ed25519, rsa(bits: Int, primes: Int) }

    struct Settings {
        var key: Key? = .p256
        /// Bytes that the certificate is blown up by.
        var bulk = 0
        var ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256"
        var groups = "X25519:P-256:P-384"
        var profiles: String? = "SRTP_AES128_CM_SHA1_80"
        var version: Int32 = DTLS1_2_VERSION
        /// The largest fragment of a handshake message.
        var mtu = 1200
    }

    let certificate: [UInt8]
    private let context: OpaquePointer
    let ssl: OpaquePointer
    private let input: OpaquePointer
    private let output: OpaquePointer

    init(isServer: Bool, _ settings: Settings = Settings()) throws {
        let context = try #require(SSL_CTX_new(DTLS_method()))
        self.context = context
        SSL_CTX_set_security_level(context, 0)
        var der: [UInt8] = []
        if let kind = settings.key {
            let key = try #require(Self.make(kind))
            let x509 = try #require(
                Self.certify(key, bulk: settings.bulk, isEdwards: { if case .ed25519 = kind { true } else { false } }()))
            #expect(SSL_CTX_use_certificate(context, x509) == 1)
            #expect(SSL_CTX_use_PrivateKey(context, key) == 1)
            der = Self.encode(x509)
            X509_free(x509)
            EVP_PKEY_free(key)
        }
        certificate = der
        #expect(SSL_CTX_set_cipher_list(context, settings.ciphers) == 1)
        var groups = settings.groups.utf8CString
        groups.withUnsafeMutableBytes { _ = SSL_CTX_ctrl(context, SSL_CTRL_SET_GROUPS_LIST, 0, $0.baseAddress) }
        if let profiles = settings.profiles { #expect(SSL_CTX_set_tlsext_use_srtp(context, profiles) == 0) }
        SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(DTLS1_VERSION), nil)
        SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(settings.version), nil)
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, { _, _ in 1 })
        // SSL_OP_NO_QUERY_MTU
        SSL_CTX_set_options(context, 1 << 12)
        ssl = try #require(SSL_new(context))
        input = try #require(BIO_new(BIO_s_mem()))
        output = try #require(BIO_new(BIO_s_mem()))
        BIO_ctrl(input, BIO_C_SET_BUF_MEM_EOF_RETURN, -1, nil)
        SSL_set_bio(ssl, input, output)
        SSL_ctrl(ssl, SSL_CTRL_SET_MTU, settings.mtu, nil)
        if isServer { SSL_set_accept_state(ssl) } else { SSL_set_connect_state(ssl) }
    }

    deinit {
        SSL_free(ssl)
        SSL_CTX_free(context)
        ERR_clear_error()
    }

    var isConnected: Bool { SSL_get_state(ssl) == TLS_ST_OK }

    /// Takes a datagram in and goes on with the handshake, or reads.
    @discardableResult
    func handle(_ datagram: [UInt8]) -> [UInt8] {
        BIO_write(input, datagram, Int32(datagram.count))
        var buffer = [UInt8](repeating: 0, count: 20000)
        let count = isConnected ? SSL_read(ssl, &buffer, Int32(buffer.count)) : SSL_do_handshake(ssl)
        ERR_clear_error()
        return isConnected && count > 0 ? Array(buffer[..<min(Int(count), buffer.count)]) : []
    }

    func send(_ data: [UInt8]) {
        SSL_write(ssl, data, Int32(data.count))
        ERR_clear_error()
    }

    /// What was written, record by record.
    func take() -> [[UInt8]] {
        var bytes = [UInt8](repeating: 0, count: 1 << 17)
        let count = BIO_read(output, &bytes, Int32(bytes.count))
        guard count > 0 else { return [] }
        bytes.removeLast(bytes.count - Int(count))
        var records: [[UInt8]] = []
        var reader = RecordReader(bytes.span)
        while let record = reader.next() { records.append(Array(bytes[record.record])) }
        return records
    }

    /// Goes through the handshake with `end`, as far as it goes, all at one instant.
    func connect(with end: End, at now: Instant = .zero) {
        end.start(at: now)
        handle([])
        for _ in 0..<20 {
            let mine = take()
            for record in mine { end.handle(record, at: now) }
            end.drain()
            let theirs = end.take()
            for datagram in theirs { handle(datagram) }
            if mine.isEmpty, theirs.isEmpty { break }
        }
    }

    private static func make(_ kind: Key) -> OpaquePointer? {
        let id =
            switch kind {
            case .p256, .p384, .p521: EVP_PKEY_EC
            case .ed25519: EVP_PKEY_ED25519
            case .rsa: EVP_PKEY_RSA
            }
        guard let context = EVP_PKEY_CTX_new_id(id, nil) else { return nil }
        defer { EVP_PKEY_CTX_free(context) }
        EVP_PKEY_keygen_init(context)
        switch kind {
        case .p256: EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_X9_62_prime256v1)
        case .p384: EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_secp384r1)
        case .p521: EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_secp521r1)
        case .ed25519: break
        case .rsa(let bits, let primes):
            EVP_PKEY_CTX_set_rsa_keygen_bits(context, Int32(bits))
            EVP_PKEY_CTX_set_rsa_keygen_primes(context, Int32(primes))
        }
        var key: OpaquePointer?
        EVP_PKEY_keygen(context, &key)
        return key
    }

    private static func certify(_ key: OpaquePointer, bulk: Int, isEdwards: Bool) -> OpaquePointer? {
        guard let x509 = X509_new() else { return nil }
        X509_set_version(x509, 2)
        ASN1_INTEGER_set_uint64(X509_get_serialNumber(x509), 1)
        ASN1_TIME_set(X509_getm_notBefore(x509), 0)
        ASN1_TIME_set(X509_getm_notAfter(x509), 4_000_000_000)
        X509_set_pubkey(x509, key)
        if bulk > 0, let text = ASN1_OCTET_STRING_new() {
            ASN1_OCTET_STRING_set(text, [UInt8](repeating: 65, count: bulk), Int32(bulk))
            let part = X509_EXTENSION_create_by_NID(nil, NID_netscape_comment, 0, text)
            X509_add_ext(x509, part, -1)
            X509_EXTENSION_free(part)
            ASN1_OCTET_STRING_free(text)
        }
        return X509_sign(x509, key, isEdwards ? nil : EVP_sha256()) > 0 ? x509 : nil
    }

    private static func encode(_ x509: OpaquePointer) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Int(i2d_X509(x509, nil)))
        bytes.withUnsafeMutableBufferPointer {
            var cursor = $0.baseAddress
            i2d_X509(x509, &cursor)
        }
        return bytes
    }
}
