public import Crypt

/// What a finished handshake agreed on.
public struct Summary: Sendable, Hashable {
    public let role: Role
    /// The protocol version on the wire: 0xFEFD is DTLS 1.2.
    public let version: UInt16
    /// The cipher suite's registered number and name.
    public let cipherSuite: UInt16
    public let cipherName: String
    /// The curve of the key agreement: `X25519`, `P-256` or `P-384`.
    public let group: String
    public let srtpProfile: SRTPProfile?
    /// Whether the master secret is bound to the handshake (RFC 7627).
    public let hasExtendedMasterSecret: Bool
    /// Both certificates in DER.
    public let localCertificate: [UInt8]
    public let remoteCertificate: [UInt8]
    /// The kind and size of the peer's key: `ECDSA P-256`, `RSA 2048`.
    public let remoteKeyName: String
    public let localFingerprint: Fingerprint
    /// SHA-256, whatever the description used.
    public let remoteFingerprint: Fingerprint
    /// Flights we had to send again.
    public let retransmissions: Int
    /// From `start`, or the first datagram, to the last message.
    public let duration: Duration

    /// `DTLS 1.2`.
    public var versionName: String {
        switch version {
        case 0xfefd: "DTLS 1.2"
        case 0xfeff: "DTLS 1.0"
        case 0xfefc: "DTLS 1.3"
        default: "0x" + String(version, radix: 16)
        }
    }
}

/// What went over a connection and what was left aside.
public struct Counters: Sendable, Hashable {
    public var datagramsReceived = 0
    public var datagramsSent = 0
    public var bytesReceived = 0
    public var bytesSent = 0
    /// Records passed over, by reason: no DTLS record or one cut short.
    public var malformed = 0
    /// Well-formed, but without authentication where it is demanded, or out of place.
    public var unexpected = 0
    /// Beyond what is held for a handshake.
    public var overLimit = 0
    /// Datagrams that came after the end.
    public var afterEnd = 0
    /// Sends that were refused: not connected, or too large.
    public var refusedSends = 0
    /// Flights sent again.
    public var retransmissions = 0
    /// Handshakes begun anew.
    public var restarts = 0
    /// Events that found the queue full.
    public var eventsDropped = 0
}

/// The master keys and salts of SRTP, exported from a verified connection (RFC 5764 §4.2).
public struct KeyingMaterial: Sendable {
    public let profile: SRTPProfile
    /// For what we send.
    public let localKey: [UInt8]
    public let localSalt: [UInt8]
    /// For what we receive.
    public let remoteKey: [UInt8]
    public let remoteSalt: [UInt8]
}
