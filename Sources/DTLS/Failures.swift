internal import COpenSSL
internal import CShims
internal import Crypt
internal import Wire

// From what the library says to what a person can act on.
extension Connection {
    /// What was awaited, by what came last.
    var stage: FailureReason.Stage {
        switch (role, lastReceived) {
        case (.server, nil): .awaitingClientHello
        case (.server, .clientHello?): .awaitingCertificate
        case (.client, nil), (.client, .helloVerifyRequest?): .awaitingServerHello
        case (.client, let last?) where last != .serverHelloDone: .awaitingServerFlight
        default: .awaitingFinished
        }
    }

    func reason(_ machine: Machine, _ error: (reason: Int, text: String)) -> FailureReason {
        if let verdict { return verdict }
        if machine.lacksSRTP { return .noSRTPProfile(offered: clientHello?.srtpProfiles ?? []) }
        switch Int32(error.reason) {
        case SSL_R_NO_SHARED_CIPHER, SSL_R_NO_CIPHERS_SPECIFIED: return .noSharedCipher(offered: clientHello?.cipherSuites ?? [])
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_UNKNOWN_PROTOCOL, SSL_R_WRONG_SSL_VERSION, SSL_R_VERSION_TOO_LOW, SSL_R_WRONG_VERSION_NUMBER:
            return .versionMismatch(offered: clientHello?.versions ?? [])
        case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE: return .certificateRejected(.missing)
        case SSL_R_READ_TIMEOUT_EXPIRED: return .timeout(stage)
        case 0: return .internalError("the library gave no reason")
        // The library numbers an alert of the peer 1000 + its description.
        case 1000...1255: return .peerAlert(Alert(level: .fatal, code: UInt8(truncatingIfNeeded: error.reason - 1000)))
        default: return .protocolError(error.text)
        }
    }
}

/// Judges the peer's certificate in the midst of the handshake, before its signature is looked at.
///
/// Keys of unbounded size cost unbounded time, so the limits come first. What the description does not vouch for ends the
/// handshake here, with a bad_certificate alert.
// RFC 8842 §5.1: "If fingerprints do not match the hashed certificate, then an endpoint MUST tear down the media session immediately"
func judgeCertificate(
    owner: UnsafeMutableRawPointer?, der: UnsafePointer<UInt8>, count: Int, kind: shim_key_kind, bits: Int32
) -> shim_verdict {
    guard let owner else { return shim_verdict_bad_certificate }
    // unsafe: the owner is lent to the library for the length of its own call, in the midst of which we are.
    let connection = Unmanaged<Connection>.fromOpaque(owner).takeUnretainedValue()
    // unsafe: the library's bytes stand until we return.
    let certificate = Span(_unsafeStart: der, count: count)
    connection.verdict = nil
    connection.verifiedCertificate = nil
    if count > Limits.certificateBytes {
        connection.verdict = .certificateRejected(.tooLarge(bytes: count))
        return shim_verdict_bad_certificate
    }
    switch kind {
    case shim_key_p256, shim_key_p384, shim_key_ed25519: break
    case shim_key_rsa where (2048...4096).contains(bits): break
    case shim_key_rsa:
        connection.verdict = .certificateRejected(.rsaKeySize(bits: Int(bits)))
        return shim_verdict_unsupported_certificate
    default:
        connection.verdict = .certificateRejected(.unsupportedKey)
        return shim_verdict_unsupported_certificate
    }
    guard Fingerprint.verify(certificate, against: connection.expectedFingerprints) else {
        let strongest = connection.expectedFingerprints.map(\.algorithm).max() ?? .sha256
        connection.verdict = .fingerprintMismatch(
            expected: connection.expectedFingerprints, actual: Fingerprint(of: certificate, algorithm: strongest))
        return shim_verdict_bad_certificate
    }
    connection.verifiedCertificate = certificate.array
    connection.remoteKeyName =
        switch kind {
        case shim_key_p256: "ECDSA P-256"
        case shim_key_p384: "ECDSA P-384"
        case shim_key_ed25519: "Ed25519"
        default: "RSA \(bits)"
        }
    return shim_verdict_good
}
