// Rules about the encrypted connection (DTLS), for a session that has a path.
extension Symptoms {
    /// Why there is no encrypted connection, the root first.
    var handshakeFindings: [Finding] {
        let findings = [
            fingerprintMismatch, dtlsRoleClash, noCommonCipher, noCommonSRTPProfile, certificateRefused, dtlsAlert, dtlsFailed,
        ].compactMap { $0 }
        guard findings.isEmpty, hasWorkingPair, handshake.state != .connected, record.phases.dtlsFinished == nil else { return findings }
        return [dtlsNoClientHello ?? largePacketsLost ?? dtlsSilence].compactMap { $0 }
    }

    /// The handshake itself said why it failed: nothing about the path adds to it.
    var hasHandshakeReason: Bool {
        if let failure = handshake.failure, failure.code != .timeout { return true }
        return handshake.alertReceived.map { $0.isFatal || $0.code != 0 } ?? false || dtlsRoleClash != nil
    }

    /// Both sides sent a ClientHello.
    private var dtlsRoleClash: Finding? {
        guard handshake.role == .client, handshake.state != .connected, record.phases.dtlsFinished == nil else { return nil }
        let sawHello =
            handshake.clientHellosSeen > 0 || isOverdue(since: record.phases.dtlsStarted ?? 0) && !exchanges.helloTimes.isEmpty
        guard sawHello else { return nil }
        return Finding(
            .dtlsRoleClash,
            seen: "The offer's a=setup made the server begin, and the peer began too.",
            evidence: event(.dtlsClientHelloSent) + event(.dtlsClientHelloSeen) + event(.dtlsFailed)
                + [
                    counter(
                        "clientHellosSeen", max(handshake.clientHellosSeen, exchanges.helloTimes.count), "ClientHello messages received")
                ])
    }

    /// Checks are answered all the while, and a flight of the handshake is sent again and again without any progress.
    private var largePacketsLost: Finding? {
        let exchanges = exchanges
        guard !exchanges.isLossy, let heard = exchanges.lastHeard, let largest = exchanges.handshakeSent.max(),
            heard &- (record.phases.dtlsStarted ?? 0) >= 6_000_000
        else { return nil }
        let times = exchanges.handshakeSent.count(where: { $0 * 2 > largest })
        guard times >= 3 else { return nil }
        let passed = exchanges.handshakeReceived.max() ?? 0
        let seen: String
        if handshake.role == .client, passed == 0 {
            // That a peer has no DTLS server at all looks the same and is rarer.
            seen =
                "We asked \(count(times, "time")) with \(largest) bytes, which is short, and the peer's next flight, which is long, never came, "
                + "while checks of some 100 bytes were answered all the while."
        } else if exchanges.handshakeReceived.count >= 2 {
            seen =
                "Our flight, with a packet of \(largest) bytes, was sent \(count(times, "time")), and the peer goes on repeating its own; "
                + "its packets of up to \(passed) bytes pass, and checks are answered all the while."
        } else {
            seen =
                "The peer's next flight, which is long, never came, though our packet of \(largest) bytes was sent "
                + "\(count(times, "time")) and checks are answered all the while."
        }
        return Finding(
            .largePacketsLost, seen: seen,
            evidence: event(.dtlsClientHelloSeen) + event(.dtlsFlightRetransmitted) + event(.dtlsFailed)
                + [
                    counter("handshake.largestSent", largest, "bytes of the longest DTLS packet sent"),
                    counter("handshake.largestReceived", passed, "bytes of the longest DTLS packet received"),
                    counter("checksAnswered", exchanges.answered, "checks answered meanwhile"),
                ])
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
                "The server began it, and nothing came back: the peer does not act as a DTLS server, or its long packets are lost."
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
