public import Crypt

/// One fact of a connection's life, for its timeline.
public enum Event: Sendable, Hashable {
    case stateChanged(State)
    /// The peer's first message, parsed: what it offers.
    case clientHello(ClientHello)
    /// A handshake message or a change of cipher spec was sent, or taken in whole; one that is sent again comes again.
    case message(Message)
    /// The timer ran out and our last flight was sent again; `count` so far.
    case retransmitted(count: Int)
    /// An alert came. Before the handshake is done nobody vouches for it: it only shortens the wait for the peer.
    case alertReceived(Alert, isAuthenticated: Bool)
    case alertSent(Alert)
    /// A server's handshake began anew: the first hello was broken, or the peer sent another one.
    case restarted(FailureReason?)
    case connected(Summary)
    case failed(FailureReason)
    /// A close_notify was sent or came.
    case closed(byPeer: Bool)

    /// One message of the handshake.
    public struct Message: Sendable, Hashable {
        public let isSent: Bool
        /// nil for a change of cipher spec.
        public let type: HandshakeType?
        /// Bytes with the header.
        public let count: Int

        /// The name in the RFC.
        public var name: String { type?.description ?? "ChangeCipherSpec" }
    }
}

/// What is wrong with a peer's certificate apart from its fingerprint.
public enum CertificateProblem: Sendable, Hashable {
    /// The peer sent none.
    case missing
    /// Larger than `Limits.certificateBytes`.
    case tooLarge(bytes: Int)
    /// An RSA key above 4096 bits or below 2048.
    case rsaKeySize(bits: Int)
    /// Neither RSA, P-256, P-384 nor Ed25519.
    case unsupportedKey
}

/// Why a connection failed.
public enum FailureReason: Sendable, Hashable {
    /// The certificate is not one that the description's fingerprints vouch for (RFC 8122 §6).
    case fingerprintMismatch(expected: [Fingerprint], actual: Fingerprint)
    /// None of the cipher suites offered is one of ours; `offered` where we are the server.
    case noSharedCipher(offered: [UInt16])
    /// No SRTP profile is common; `offered` where we are the server.
    case noSRTPProfile(offered: [UInt16])
    /// The peer speaks no DTLS 1.2; `offered` are the versions where we are the server.
    case versionMismatch(offered: [UInt16])
    case certificateRejected(CertificateProblem)
    /// The peer ended the handshake.
    case peerAlert(Alert)
    /// The handshake took too long.
    case timeout(Stage)
    /// The library's words for what the peer did wrong.
    case protocolError(String)
    /// The library could not go on for a reason of our own.
    case internalError(String)

    /// What was awaited from the peer when time ran out.
    public enum Stage: String, Sendable, Hashable {
        case awaitingClientHello
        case awaitingServerHello
        case awaitingServerFlight
        case awaitingCertificate
        case awaitingFinished
    }

    /// A stable name for records and statistics.
    public var code: String {
        switch self {
        case .fingerprintMismatch: "fingerprint-mismatch"
        case .noSharedCipher: "no-shared-cipher"
        case .noSRTPProfile: "no-srtp-profile"
        case .versionMismatch: "version-mismatch"
        case .certificateRejected: "certificate-rejected"
        case .peerAlert: "peer-alert"
        case .timeout: "timeout"
        case .protocolError: "protocol-error"
        case .internalError: "internal-error"
        }
    }
}

extension FailureReason: CustomStringConvertible {
    public var description: String {
        switch self {
        case .fingerprintMismatch(let expected, let actual):
            "the peer's certificate has the fingerprint \(actual), the description says \(expected.map(\.description).joined(separator: ", "))"
        case .noSharedCipher: "no cipher suite is common"
        case .noSRTPProfile: "no SRTP profile is common"
        case .versionMismatch: "the peer speaks no DTLS 1.2"
        case .certificateRejected(.missing): "the peer sent no certificate"
        case .certificateRejected(.tooLarge(let bytes)): "the peer's certificate takes \(bytes) bytes"
        case .certificateRejected(.rsaKeySize(let bits)): "the peer's certificate has an RSA key of \(bits) bits"
        case .certificateRejected(.unsupportedKey): "the peer's certificate has a key of a kind that is not supported"
        case .peerAlert(let alert): "the peer sent the alert \(alert)"
        case .timeout(let stage): "the handshake took too long (\(stage.rawValue))"
        case .protocolError(let text): text
        case .internalError(let text): text
        }
    }
}

/// Why a connection could not be made.
public enum DTLSError: Error, Hashable, Sendable {
    /// None of the fingerprints is of SHA-256 or stronger: no certificate could ever be verified.
    case noStrongFingerprint
    /// The library refused, for want of memory as a rule.
    case library(String)
}
