// Rules about the encrypted connection (DTLS), for a session that has a path.
extension Symptoms {
    /// Why there is no encrypted connection, the root first.
    var handshakeFindings: [Finding] {
        let findings = [
            fingerprintMismatch, noCommonCipher, noCommonSRTPProfile, certificateRefused, dtlsAlert, dtlsFailed,
        ].compactMap { $0 }
        guard findings.isEmpty, hasWorkingPair, handshake.state != .connected, record.phases.dtlsFinished == nil else { return findings }
        return [dtlsNoClientHello ?? dtlsSilence].compactMap { $0 }
    }

    /// A fatal alert that ended a connection which had worked.
    var handshakeBrokenLater: Finding? {
        guard let alert = handshake.alertReceived, alert.isFatal, alert.code != 0 else { return nil }
        return dtlsAlert
    }

    private var fingerprintMismatch: Finding? {
        guard handshake.failure?.code == .fingerprintMismatch || record.events.contains(where: { $0.code == .fingerprintMismatch }) else {
            return nil
        }
        var seen = handshake.failure?.text ?? ""
        if let promised = handshake.expectedFingerprints.first, let shown = handshake.remoteCertificate {
            seen = "Promised was \(promised), shown was \(shown.fingerprintAlgorithm) \(shown.fingerprint)."
        }
        return Finding(.fingerprintMismatch, seen: seen, evidence: event(.fingerprintMismatch, .dtlsFailed))
    }

    private var noCommonCipher: Finding? {
        guard let failure = handshake.failure, failure.code == .noSharedCipher || failure.code == .protocolVersion else { return nil }
        return Finding(.noCommonCipher, seen: failure.text, evidence: event(.dtlsFailed, .dtlsAlertSent))
    }

    private var noCommonSRTPProfile: Finding? {
        guard let failure = handshake.failure, failure.code == .noSRTPProfile else { return nil }
        return Finding(.noCommonSRTPProfile, seen: failure.text, evidence: event(.dtlsFailed))
    }

    private var certificateRefused: Finding? {
        guard let failure = handshake.failure, failure.code == .certificate else { return nil }
        return Finding(.certificateRefused, seen: failure.text, evidence: event(.dtlsFailed, .dtlsAlertSent))
    }

    private var dtlsAlert: Finding? {
        let alert = handshake.alertReceived.flatMap { $0.isFatal || $0.code != 0 ? $0 : nil }
        guard alert != nil || handshake.failure?.code == .peerAlert else { return nil }
        var seen = handshake.failure?.text ?? ""
        if let alert {
            seen = "The alert was \(alert.name) (\(alert.code))."
            switch alert.code {
            case 42, 43, 45, 46, 48, 51: seen += " It is about the server's certificate: the peer expected another one."
            case 40, 71: seen += " The peer found nothing in common with what the server can do."
            case 70: seen += " The peer wants another version of DTLS."
            default: break
            }
        }
        return Finding(.dtlsAlert, seen: seen, evidence: event(.dtlsAlertReceived, .dtlsFailed))
    }

    private var dtlsFailed: Finding? {
        guard let failure = handshake.failure, failure.code == .malformed || failure.code == .other else { return nil }
        return Finding(.dtlsFailed, seen: failure.text, evidence: event(.dtlsFailed, .dtlsAlertSent))
    }

    private var dtlsNoClientHello: Finding? {
        guard handshake.role != .client, handshake.clientHellosSeen == 0, isNominated || connectivity.role == .controlling,
            handshake.datagramsReceived == 0, isOverdue(since: record.phases.nominated ?? record.phases.pairSucceeded ?? 0)
        else { return nil }
        return Finding(
            .dtlsNoClientHello,
            evidence: event(.pairNominated, .pairSelected) + [counter("clientHellosSeen", 0, "ClientHello messages received")])
    }

    private var dtlsSilence: Finding? {
        let hasBegun = handshake.clientHellosSeen > 0 || handshake.datagramsSent > 0 || record.phases.dtlsStarted != nil
        guard hasBegun, handshake.failure?.code == .timeout || isOverdue(since: record.phases.dtlsStarted ?? 0) else { return nil }
        let seen =
            if handshake.datagramsReceived == 0 {
                "The server began it, and nothing came back."
            } else {
                "\(count(handshake.datagramsReceived, "datagram")) of it came in and \(handshake.datagramsSent) went out, "
                    + "\(count(handshake.retransmissions, "flight")) of the server's again."
            }
        return Finding(
            .dtlsSilence, seen: seen,
            evidence: event(.dtlsClientHelloSeen, .dtlsClientHelloSent) + event(.dtlsFlightRetransmitted) + event(.dtlsFailed)
                + [counter("retransmissions", handshake.retransmissions, "flights sent again")])
    }
}
