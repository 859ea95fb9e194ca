internal import Crypt
internal import DTLS
internal import Inspection
internal import Peer
internal import Wire

/// DTLS facts in the chronicle.
extension Chronicle {
    mutating func write(_ event: DTLS.Event, at: Int64, proof: [Int]) {
        switch event {
        case .stateChanged:
            // The peer's own state change says it.
            break
        case .clientHello(let hello):
            facts.clientHellosSeen += 1
            timeline.append(
                .dtlsClientHelloSeen, at: at, evidence: proof,
                data: [
                    ("versions", hello.versions.hexList), ("srtpProfiles", hello.srtpProfiles.hexList),
                    ("cipherSuites", hello.cipherSuites.hexList),
                ])
        case .message(let message):
            let isOurHello = message.isSent && message.name == "ClientHello"
            timeline.append(
                isOurHello ? .dtlsClientHelloSent : message.isSent ? .dtlsFlightSent : .dtlsFlightReceived, at: at,
                text: isOurHello ? nil : "\(message.name) \(message.isSent ? "was sent" : "came in") (\(message.count) bytes).",
                evidence: message.isSent ? [] : proof)
        case .retransmitted(let count):
            timeline.append(.dtlsFlightRetransmitted, at: at, data: [("count", String(count))])
        case .alertReceived(let alert, let isAuthenticated):
            facts.alertReceived = Record.Alert(alert)
            timeline.append(
                .dtlsAlertReceived, at: at, text: "The peer sent the DTLS alert \(alert).",
                cause: isAuthenticated ? nil : "not authenticated, so only a hint", evidence: proof)
        case .alertSent(let alert):
            facts.alertSent = Record.Alert(alert)
            timeline.append(.dtlsAlertSent, at: at, text: "We sent the DTLS alert \(alert).")
        case .restarted(let reason):
            timeline.append(.dtlsRestarted, at: at, cause: reason?.description, evidence: proof)
        case .connected(let summary):
            facts.remoteCertificate = Record.Certificate(
                fingerprint: summary.remoteFingerprint.digits, base64: Base64.encode(summary.remoteCertificate.span))
            timeline.append(
                .fingerprintVerified, at: at, text: "The peer's certificate has the promised fingerprint \(summary.remoteFingerprint).")
            timeline.append(
                .dtlsConnected, at: at,
                text:
                    "The DTLS handshake finished: \(summary.versionName), \(summary.cipherName), \(summary.srtpProfile?.name ?? "no SRTP profile").",
                evidence: proof)
        case .failed(let reason):
            facts.handshakeFailure = Record.Handshake.Failure(reason)
            if case .fingerprintMismatch = reason {
                timeline.append(.fingerprintMismatch, at: at, cause: reason.description, evidence: proof)
            }
            timeline.append(.dtlsFailed, at: at, text: "The DTLS handshake failed: \(reason).", cause: reason.code, evidence: proof)
        case .closed(let byPeer):
            timeline.append(byPeer ? .peerClosed : .closeSent, at: at, evidence: byPeer ? proof : [])
        }
    }
}

extension [UInt16] {
    /// At most sixteen numbers as they stand in the registries.
    fileprivate var hexList: String {
        prefix(16).map { "0x" + String($0, radix: 16) }.joined(separator: " ") + (count > 16 ? " …" : "")
    }
}

extension Record.Alert {
    init(_ alert: DTLS.Alert) {
        self.init(isFatal: alert.level == .fatal, code: alert.code)
    }
}

extension Record.Handshake.Failure {
    init(_ reason: DTLS.FailureReason) {
        let code: Code =
            switch reason {
            case .fingerprintMismatch: .fingerprintMismatch
            case .noSharedCipher: .noSharedCipher
            case .noSRTPProfile: .noSRTPProfile
            case .versionMismatch: .protocolVersion
            case .certificateRejected: .certificate
            case .peerAlert: .peerAlert
            case .timeout: .timeout
            case .protocolError: .malformed
            case .internalError: .other
            }
        self.init(code, text: reason.description)
    }
}

extension Session {
    func handshake() -> Record.Handshake {
        // Our own certificate stands there from the start.
        var facts = base.handshake
        facts.role =
            switch peer.remote?.dtlsRole {
            case .client: .client
            case .server: .server
            case nil: .unknown
            }
        facts.state = Inspection.DTLSState(rawValue: peer.dtlsState.rawValue) ?? .new
        facts.expectedFingerprints = peer.remote?.fingerprints.map(\.description) ?? []
        facts.clientHellosSeen = chronicle.facts.clientHellosSeen
        facts.alertReceived = chronicle.facts.alertReceived
        facts.alertSent = chronicle.facts.alertSent
        facts.failure = chronicle.facts.handshakeFailure
        guard let connection = peer.dtlsConnection else { return facts }
        facts.retransmissions = connection.counters.retransmissions
        facts.datagramsSent = connection.counters.datagramsSent
        facts.datagramsReceived = connection.counters.datagramsReceived
        facts.remoteCertificate = chronicle.facts.remoteCertificate
        guard let summary = connection.summary else { return facts }
        facts.version = summary.version
        facts.cipher = summary.cipherName
        facts.srtpProfile = summary.srtpProfile?.name
        facts.isFingerprintVerified = true
        return facts
    }
}
