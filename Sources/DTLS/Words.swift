/// Which end of the handshake one is: `a=setup:active` makes the client.
public enum Role: String, Sendable, Hashable {
    case client, server
}

/// The state of a connection, in the words of W3C's `RTCDtlsTransportState`.
public enum State: String, Sendable, Hashable {
    /// Nothing was sent or received.
    case new
    case connecting
    /// The handshake is done and the peer's certificate is the one the description vouched for.
    case connected
    /// Closed by either end with a close_notify.
    case closed
    case failed
}

/// The type of a record (RFC 6347 §4.1).
public struct ContentType: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let changeCipherSpec = ContentType(rawValue: 20)
    public static let alert = ContentType(rawValue: 21)
    public static let handshake = ContentType(rawValue: 22)
    public static let applicationData = ContentType(rawValue: 23)

    public var description: String {
        switch rawValue {
        case 20: "ChangeCipherSpec"
        case 21: "Alert"
        case 22: "Handshake"
        case 23: "ApplicationData"
        default: "type \(rawValue)"
        }
    }
}

/// The type of a handshake message (RFC 5246 §7.4, RFC 6347 §4.2).
public struct HandshakeType: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let helloRequest = HandshakeType(rawValue: 0)
    public static let clientHello = HandshakeType(rawValue: 1)
    public static let serverHello = HandshakeType(rawValue: 2)
    public static let helloVerifyRequest = HandshakeType(rawValue: 3)
    public static let newSessionTicket = HandshakeType(rawValue: 4)
    public static let certificate = HandshakeType(rawValue: 11)
    public static let serverKeyExchange = HandshakeType(rawValue: 12)
    public static let certificateRequest = HandshakeType(rawValue: 13)
    public static let serverHelloDone = HandshakeType(rawValue: 14)
    public static let certificateVerify = HandshakeType(rawValue: 15)
    public static let clientKeyExchange = HandshakeType(rawValue: 16)
    public static let finished = HandshakeType(rawValue: 20)

    public var description: String {
        switch rawValue {
        case 0: "HelloRequest"
        case 1: "ClientHello"
        case 2: "ServerHello"
        case 3: "HelloVerifyRequest"
        case 4: "NewSessionTicket"
        case 8: "EncryptedExtensions"
        case 11: "Certificate"
        case 12: "ServerKeyExchange"
        case 13: "CertificateRequest"
        case 14: "ServerHelloDone"
        case 15: "CertificateVerify"
        case 16: "ClientKeyExchange"
        case 20: "Finished"
        case 24: "KeyUpdate"
        default: "message \(rawValue)"
        }
    }
}

/// An alert (RFC 5246 §7.2).
public struct Alert: Sendable, Hashable, CustomStringConvertible {
    public enum Level: String, Sendable { case warning, fatal }

    public let level: Level
    /// The registered number of the description.
    public let code: UInt8

    public init(level: Level, code: UInt8) {
        self.level = level
        self.code = code
    }

    /// The alert of a record's two bytes; nil for a level there is none of.
    public init?(level: UInt8, code: UInt8) {
        guard level == 1 || level == 2 else { return nil }
        self.init(level: level == 1 ? .warning : .fatal, code: code)
    }

    public static let closeNotify: UInt8 = 0

    /// The description as the registry writes it: `handshake_failure`.
    public var name: String {
        switch code {
        case 0: "close_notify"
        case 10: "unexpected_message"
        case 20: "bad_record_mac"
        case 21: "decryption_failed"
        case 22: "record_overflow"
        case 30: "decompression_failure"
        case 40: "handshake_failure"
        case 41: "no_certificate"
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

    public var description: String { "\(level.rawValue) \(name)" }
}

/// An SRTP protection profile that DTLS can agree on (RFC 5764 §4.1.2, RFC 7714 §14.2).
public enum SRTPProfile: UInt16, Sendable, Hashable, CaseIterable {
    case aes128CMSHA1_80 = 1
    case aes128CMSHA1_32 = 2
    case aeadAES128GCM = 7
    case aeadAES256GCM = 8

    /// The registered name.
    public var name: String {
        switch self {
        case .aes128CMSHA1_80: "SRTP_AES128_CM_HMAC_SHA1_80"
        case .aes128CMSHA1_32: "SRTP_AES128_CM_HMAC_SHA1_32"
        case .aeadAES128GCM: "SRTP_AEAD_AES_128_GCM"
        case .aeadAES256GCM: "SRTP_AEAD_AES_256_GCM"
        }
    }

    /// Bytes of a master key.
    public var keyCount: Int { self == .aeadAES256GCM ? 32 : 16 }
    /// Bytes of a master salt.
    public var saltCount: Int { self == .aes128CMSHA1_80 || self == .aes128CMSHA1_32 ? 14 : 12 }
}
