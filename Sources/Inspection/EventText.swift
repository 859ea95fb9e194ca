extension TimelineEvent {
    /// The sentence for people: what was written down where that is a text of its own, else made from the code and its facts.
    ///
    /// An event keeps its facts and no sentence, so the words stand here once and not in every session's record.
    public var text: String { detail ?? sentence ?? code.sentence }

    private func fact(_ name: String) -> String { data[name] ?? "?" }

    private func hasFacts(_ names: String...) -> Bool { names.allSatisfy { data[$0] != nil } }

    /// A sentence more exact than the code's own; nil where the facts for it are not there.
    private var sentence: String? {
        switch code.phase {
        case .gathering, .sdp, .ice: connectivitySentence
        case .dtls: handshakeSentence
        case .sctp, .channel: associationSentence
        case .http, .close: closeSentence
        }
    }

    private var stateSentence: String? {
        if hasFacts("from", "to") { return "The \(code.subject) went from \(fact("from")) to \(fact("to"))." }
        return hasFacts("to") ? "The \(code.subject) is \(fact("to"))." : nil
    }

    private var connectivitySentence: String? {
        switch code {
        case .signalingStateChanged, .gatheringStateChanged, .iceStateChanged, .connectionStateChanged: return stateSentence
        case .candidatesGathered where hasFacts("count"):
            return "\(fact("count")) candidates of ours were there before the offer came."
        case .localCandidateAdded where hasFacts("type", "address"):
            return "A check revealed an address of ours: \(fact("type")) \(fact("address"))."
        case .remoteCandidateAdded where hasFacts("type", "address"):
            return "The peer's candidate \(fact("type")) \(fact("address")) was added."
        case .remoteCandidateSetAside where hasFacts("type", "address", "why"):
            return "The peer's candidate \(fact("type")) \(fact("address")) was set aside: \(fact("why"))."
        case .remoteCandidateRefused where hasFacts("type", "address", "why"):
            return "The peer's candidate \(fact("type")) \(fact("address")) was refused: \(fact("why"))."
        case .peerReflexiveDiscovered where hasFacts("address"):
            return "A check came from \(fact("address")), which the peer had not announced."
        case .pairCreated where hasFacts("local", "remote"): return "\(fact("local")) and \(fact("remote")) were paired."
        case .pairFailed where cause != nil: return "The pair failed: \(cause ?? "")."
        case .roleConflict where hasFacts("from", "to"): return "Our ICE role went from \(fact("from")) to \(fact("to"))."
        case .checkErrorReceived where hasFacts("code"):
            return "A check of ours was answered with error \([fact("code"), data["reason"] ?? ""].joined(separator: " "))."
        case .checkRejectedWrongPassword, .checkRejectedUnknownUsername, .checkRejectedNoIntegrity, .checkRejectedMalformed:
            return hasFacts("remote") ? "\(code.sentence) It came from \(fact("remote"))." : nil
        case .responseRejected where hasFacts("remote"): return "An answer from \(fact("remote")) was ignored."
        case .strangerDropped where hasFacts("kind", "remote"):
            return "A \(fact("kind")) datagram from \(fact("remote")) was dropped: no check has proved that path."
        case .datagramHeld where hasFacts("kind", "remote"):
            return
                "A \(fact("kind")) datagram from \(fact("remote")) came before our check of that path was answered; it is held until then."
        case .sendFailed where hasFacts("remote", "why"): return "A datagram to \(fact("remote")) did not get through: \(fact("why"))."
        case .consentExpired where hasFacts("silenceMs"):
            return "No consent check was answered since \(spoken((Int64(fact("silenceMs")) ?? 0) &* 1000)) ago."
        case .iceRestarted where hasFacts("localUfrag", "remoteUfrag"):
            return "ICE was restarted: our username fragment is now \(fact("localUfrag")), the peer's \(fact("remoteUfrag"))."
        default: return nil
        }
    }

    private var handshakeSentence: String? {
        switch code {
        case .dtlsStateChanged: return stateSentence
        case .dtlsFlightSent where hasFacts("message", "bytes"): return "\(fact("message")) was sent (\(fact("bytes")) bytes)."
        case .dtlsFlightReceived where hasFacts("message", "bytes"): return "\(fact("message")) came in (\(fact("bytes")) bytes)."
        case .fingerprintVerified where hasFacts("fingerprint"):
            return "The peer's certificate has the promised fingerprint \(fact("fingerprint"))."
        case .dtlsConnected where hasFacts("version", "cipher"):
            return "The DTLS handshake finished: \(fact("version")), \(fact("cipher")), \(data["srtpProfile"] ?? "no SRTP profile")."
        case .dtlsAlertReceived where hasFacts("alert"): return "The peer sent the DTLS alert \(fact("alert"))."
        case .dtlsAlertSent where hasFacts("alert"): return "We sent the DTLS alert \(fact("alert"))."
        case .dtlsFailed where hasFacts("why"): return "The DTLS handshake failed: \(fact("why"))."
        default: return nil
        }
    }

    private var associationSentence: String? {
        switch code {
        case .sctpStateChanged: return stateSentence
        case .sctpFailed where hasFacts("sourcePort", "destinationPort"):
            return "SCTP came from port \(fact("sourcePort")) to port \(fact("destinationPort")), which were not negotiated."
        case .sctpAborted where hasFacts("by"):
            return fact("by") == "peer" ? "The peer aborted the SCTP association." : "We aborted the SCTP association."
        case .channelOpened where hasFacts("label"): return "The data channel “\(fact("label"))” was opened."
        case .channelClosed where hasFacts("label"): return "The data channel “\(fact("label"))” was closed."
        default: return nil
        }
    }

    private var closeSentence: String? {
        guard code == .sessionEnded, let cause else { return nil }
        return Record.Reason.Code(rawValue: cause)?.sentence
    }
}

extension EventCode {
    /// What a state-change code is about.
    var subject: String {
        switch self {
        case .signalingStateChanged: "signaling state"
        case .gatheringStateChanged: "ICE gathering state"
        case .iceStateChanged: "ICE connection state"
        case .dtlsStateChanged: "DTLS state"
        case .sctpStateChanged: "SCTP state"
        default: "connection state"
        }
    }
}
