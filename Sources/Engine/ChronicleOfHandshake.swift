internal import Crypt
internal import DTLS
internal import Inspection
internal import Peer
internal import Wire

/// DTLS facts in the chronicle.
extension Chronicle {
    mutating func write(_ event: DTLS.Event, at: Int64, proof: [Int], sent: SentDatagrams) {
        switch event {
        case .stateChanged:
            // The peer's own state change says it.
            break
        case .clientHello(let hello):
            facts.clientHellosSeen += 1
            timeline.append(
                .dtlsClientHelloSeen, at: at, evidence: proof,
                data: [
                    "versions": .text(hello.versions.hexList), "srtpProfiles": .text(hello.srtpProfiles.hexList),
                    "cipherSuites": .text(hello.cipherSuites.hexList),
                ])
        case .message(let message):
            let code: EventCode =
                !message.isSent ? .dtlsFlightReceived : message.type == .clientHello ? .dtlsClientHelloSent : .dtlsFlightSent
            timeline.append(
                code, at: at, evidence: message.isSent ? sent.numbers(of: message.type) : proof,
                data: ["message": .text(message.name), "bytes": Facts.Value(message.count)])
        case .retransmitted(let count):
            timeline.append(.dtlsFlightRetransmitted, at: at, evidence: sent.handshakes, data: ["count": Facts.Value(count)])
        case .alertReceived(let alert, let isAuthenticated):
            facts.alertReceived = Record.Alert(alert)
            timeline.append(
                .dtlsAlertReceived, at: at, cause: isAuthenticated ? nil : "not authenticated, so only a hint", evidence: proof,
                data: ["alert": .text(alert.description)])
        case .alertSent(let alert):
            facts.alertSent = Record.Alert(alert)
            timeline.append(.dtlsAlertSent, at: at, evidence: sent.alerts, data: ["alert": .text(alert.description)])
        case .restarted(let reason):
            timeline.append(.dtlsRestarted, at: at, cause: reason?.description, evidence: proof)
        case .connected(let summary):
            let fingerprint = summary.remoteFingerprint.digits
            facts.remoteCertificate = Record.Certificate(
                fingerprint: fingerprint, base64: Base64.encode(summary.remoteCertificate.span))
            timeline.append(
                .fingerprintVerified, at: at, evidence: proof,
                data: ["algorithm": .text(summary.remoteFingerprint.algorithm.rawValue), "fingerprint": .text(fingerprint)])
            var agreed: Facts = ["version": .text(summary.versionName), "cipher": .text(summary.cipherName)]
            agreed.set("srtpProfile", summary.srtpProfile.map { .text($0.name) })
            timeline.append(.dtlsConnected, at: at, evidence: proof, data: agreed)
        case .failed(let reason):
            facts.handshakeFailure = Record.Handshake.Failure(reason)
            if case .fingerprintMismatch = reason {
                timeline.append(.fingerprintMismatch, at: at, cause: reason.description, evidence: proof)
            }
            timeline.append(.dtlsFailed, at: at, cause: reason.code, evidence: proof, data: ["why": .text(reason.description)])
        case .closed(let byPeer):
            timeline.append(byPeer ? .peerClosed : .closeSent, at: at, evidence: byPeer ? proof : sent.alerts)
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
