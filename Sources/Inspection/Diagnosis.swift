/// From the facts of a session to what went wrong, in words: a pure function, the same for a live session and for one of last year.
///
/// Findings are ranked by the stage at which the session stopped, for a stage that failed explains all later ones, and inside a stage by
/// how much a cause explains. A healthy session has none; what no rule explains says `unknown` with the facts, never a guess.
public enum Diagnosis {
    /// What was found wrong, the root cause first.
    public static func findings(of record: Record) -> [Finding] {
        let symptoms = Symptoms(of: record)
        if let refused = symptoms.offerRefused { return [refused] }
        var findings = [symptoms.serverLost, symptoms.noUsableMediaSection].compactMap { $0 }
        if !symptoms.hasEverConnected {
            findings += symptoms.connectivityFindings
            findings += symptoms.handshakeFindings
        } else {
            findings += [symptoms.restartOneSided, symptoms.consentLost, symptoms.handshakeBrokenLater].compactMap { $0 }
        }
        for finding in symptoms.associationFindings where !findings.contains(where: { $0.code == finding.code }) {
            findings.append(finding)
        }
        findings += symptoms.qualityFindings
        if findings.isEmpty, let unknown = symptoms.unknown { findings.append(unknown) }
        findings = symptoms.joinedWithClient(findings)
        findings += [symptoms.channelRefused, symptoms.limitReached, symptoms.serverStopped].compactMap { $0 }
        return record.isLive && !symptoms.hasFailed ? findings.map(\.whileAlive) : findings
    }

    /// The headline on top, with what it means.
    public static func verdict(of record: Record) -> Verdict {
        verdict(of: record, findings(of: record))
    }

    static func verdict(of record: Record, _ findings: [Finding]) -> Verdict {
        let explanation =
            if let finding = decisive(findings) {
                finding.explanation
            } else if record.isLive {
                Symptoms(of: record).liveExplanation
            } else {
                "\(record.reason?.text ?? "The session ended.") It had lived for \(spoken(record.duration))."
            }
        return Verdict(headline: headline(of: record, findings), explanation: explanation)
    }

    /// The headline alone, as a list shows it.
    public static func headline(of record: Record) -> Headline {
        headline(of: record, findings(of: record))
    }

    static func headline(of record: Record, _ findings: [Finding]) -> Headline {
        if let finding = decisive(findings) {
            return Headline(code: finding.code, severity: finding.severity, title: finding.title)
        }
        if record.isLive {
            return record.connectionState == .connected
                ? Headline(code: "connected", severity: .ok, title: "Connected")
                : Headline(code: "connecting", severity: .info, title: "Connecting")
        }
        if record.phases.connected == nil {
            return record.reason?.code == .serverStopped
                ? Headline(code: Cause.serverStopped.rawValue, severity: .info, title: Cause.serverStopped.title)
                : Headline(code: "closed-before-connected", severity: .info, title: "Ended before it could connect")
        }
        let title =
            switch record.reason?.code {
            case .closedByPeer: "Ended normally by the peer"
            case .closedByDelete: "Ended normally by DELETE"
            case .serverStopped: "Ended with the server"
            default: "Ended"
            }
        return Headline(code: "closed-normally", severity: .ok, title: title)
    }

    /// The finding that makes the verdict. A channel that was refused does not make a session that works, or ended in order, one that did not.
    private static func decisive(_ findings: [Finding]) -> Finding? {
        guard let finding = findings.first(where: { $0.severity == .error || $0.severity == .warning }) else { return nil }
        return finding.code == Cause.channelRefused.rawValue ? nil : finding
    }
}

extension Symptoms {
    /// What a session that lives, and about which nothing was found, is doing.
    fileprivate var liveExplanation: String {
        if record.connectionState == .connected {
            let path = connectivity.selectedPair.map { " over \($0.local) ↔ \($0.remote)" } ?? ""
            let time = record.phases.connected.map { " within \(spoken($0))" } ?? ""
            let open = record.channels.count { $0.state == .open }
            return "The peer connected\(time)\(path)\(open == 0 ? "" : "; \(count(open, "data channel")) open")."
        }
        if handshake.state == .connecting { return "A path was found; the encrypted connection (DTLS) is being set up." }
        if hasWorkingPair { return "A path was found; waiting for the peer to choose it and to begin the encrypted connection (DTLS)." }
        if requestsReceived > 0 || requestsSent > 0 { return "Paths are being tried: \(count(connectivity.pairs.count, "pair"))." }
        return "Waiting for the peer's first sign of life on the network."
    }
}
