extension Record {
    /// What DTLS knows.
    public struct Handshake: Sendable, Equatable {
        /// Ours: RTCDtlsRole.
        public enum Role: String, Sendable, Decodable, CaseIterable {
            case client, server, unknown
        }

        public var role = Role.unknown
        public var state = DTLSState.new
        /// The version on the wire: 0xfefd is DTLS 1.2.
        public var version: UInt16?
        /// The IANA name of the cipher suite.
        public var cipher: String?
        /// The IANA name of the SRTP protection profile.
        public var srtpProfile: String?
        public var localCertificate: Certificate?
        public var remoteCertificate: Certificate?
        /// What the remote description promised, `sha-256 AA:BB:…`.
        public var expectedFingerprints: [String] = []
        public var isFingerprintVerified = false
        /// ClientHello messages that came from the peer.
        public var clientHellosSeen = 0
        /// Flights of ours that were sent again.
        public var retransmissions = 0
        /// Datagrams of DTLS on valid paths.
        public var datagramsSent = 0
        public var datagramsReceived = 0
        public var alertReceived: Alert?
        public var alertSent: Alert?
        public var failure: Failure?

        public init() {}
    }

    public struct Certificate: Sendable, Equatable {
        /// `AA:BB:…`
        public var fingerprint: String
        /// `sha-256`
        public var fingerprintAlgorithm: String
        /// The DER in base64.
        public var base64: String

        public init(fingerprint: String, fingerprintAlgorithm: String = "sha-256", base64: String) {
            self.fingerprint = fingerprint
            self.fingerprintAlgorithm = fingerprintAlgorithm
            self.base64 = base64
        }
    }

    /// A TLS alert (RFC 8446 §6).
    public struct Alert: Sendable, Equatable {
        public var isFatal: Bool
        public var code: UInt8

        public init(isFatal: Bool, code: UInt8) {
            self.isFatal = isFatal
            self.code = code
        }

        /// The name in the registry of TLS alerts, or `alert N`.
        public var name: String {
            switch code {
            case 0: "close_notify"
            case 10: "unexpected_message"
            case 20: "bad_record_mac"
            case 21: "decryption_failed"
            case 22: "record_overflow"
            case 40: "handshake_failure"
            case 42: "bad_certificate"
            case 43: "unsupported_certificate"
            case 44: "certificate_revoked"
            case 45: "certificate_expired"
            case 46: "certificate_unknown"
            case 47: "illegal_parameter"
            case 48: "unknown_ca"
            case 49: "access_denied"
            case 50: "decode_error"
            case 51: "decrypt_error"
            case 70: "protocol_version"
            case 71: "insufficient_security"
            case 80: "internal_error"
            case 86: "inappropriate_fallback"
            case 90: "user_canceled"
            case 100: "no_renegotiation"
            case 109: "missing_extension"
            case 110: "unsupported_extension"
            case 112: "unrecognized_name"
            case 115: "unknown_psk_identity"
            case 116: "certificate_required"
            case 120: "no_application_protocol"
            default: "alert \(code)"
            }
        }
    }
}

extension Record.Handshake {
    /// Why a handshake failed.
    public struct Failure: Sendable, Equatable {
        public enum Code: String, Sendable, Decodable, CaseIterable {
            case fingerprintMismatch = "fingerprint-mismatch"
            case noSharedCipher = "no-shared-cipher"
            case noSRTPProfile = "no-srtp-profile"
            case peerAlert = "peer-alert"
            case timeout
            case certificate
            case protocolVersion = "protocol-version"
            case malformed
            case other
        }

        public var code: Code
        public var text: String

        public init(_ code: Code, text: String) {
            self.code = code
            self.text = text
        }
    }
}
