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
            findings += [symptoms.consentLost, symptoms.handshakeBrokenLater].compactMap { $0 }
        }
        findings += symptoms.associationFindings
        if findings.isEmpty, let unknown = symptoms.unknown { findings.append(unknown) }
        findings += [symptoms.channelRefused, symptoms.limitReached, symptoms.serverStopped].compactMap { $0 }
        return record.isLive && !symptoms.hasFailed ? findings.map(\.whileAlive) : findings
    }

    /// The one sentence on top.
    public static func verdict(of record: Record) -> Verdict {
        let finding = findings(of: record).first { $0.severity == .error || $0.severity == .warning }
        // A channel that was refused does not make a session that works, or ended in order, one that did not.
        if let finding, finding.code != Cause.channelRefused.rawValue {
            return Verdict(code: finding.code, severity: finding.severity, title: finding.title, explanation: finding.explanation)
        }
        return record.isLive ? Symptoms(of: record).liveVerdict : endedVerdict(of: record)
    }

    private static func endedVerdict(of record: Record) -> Verdict {
        let reason = record.reason?.text ?? "The session ended."
        guard record.phases.connected != nil else {
            if record.reason?.code == .serverStopped {
                return Verdict(code: Cause.serverStopped.rawValue, severity: .info, title: Cause.serverStopped.title, explanation: reason)
            }
            return Verdict(
                code: "closed-before-connected", severity: .info, title: "Ended before it could connect",
                explanation: "\(reason) It had lived for \(spoken(record.duration)), too short to say more.")
        }
        let title =
            switch record.reason?.code {
            case .closedByPeer: "Ended normally by the peer"
            case .closedByDelete: "Ended normally by DELETE"
            case .serverStopped: "Ended with the server"
            default: "Ended"
            }
        return Verdict(
            code: "closed-normally", severity: .ok, title: title, explanation: "\(reason) It had lived for \(spoken(record.duration)).")
    }
}

extension Symptoms {
    fileprivate var liveVerdict: Verdict {
        if record.connectionState == .connected {
            let path = connectivity.selectedPair.map { " over \($0.local) ↔ \($0.remote)" } ?? ""
            let time = record.phases.connected.map { " within \(spoken($0))" } ?? ""
            let open = record.channels.count { $0.state == .open }
            return Verdict(
                code: "connected", severity: .ok, title: "Connected",
                explanation: "The peer connected\(time)\(path)\(open == 0 ? "" : "; \(count(open, "data channel")) open").")
        }
        let explanation =
            if handshake.state == .connecting {
                "A path was found; the encrypted connection (DTLS) is being set up."
            } else if hasWorkingPair {
                "A path was found; waiting for the peer to choose it and to begin the encrypted connection (DTLS)."
            } else if requestsReceived > 0 || requestsSent > 0 {
                "Paths are being tried: \(count(connectivity.pairs.count, "pair"))."
            } else {
                "Waiting for the peer's first sign of life on the network."
            }
        return Verdict(code: "connecting", severity: .info, title: "Connecting", explanation: explanation)
    }
}
