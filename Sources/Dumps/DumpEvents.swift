internal import Inspection

// Our timeline in the words of the tools.
extension Dump.Event {
    /// The calls and state changes that an event is in a browser's log; what a browser has no word for stands with its sentence.
    static func all(of event: TimelineEvent, _ record: Record) -> [Dump.Event] {
        let time = record.startedAt &+ event.offset
        func log(_ type: String, _ value: Dump.Value = .none) -> Dump.Event { Dump.Event(time: time, type: type, value: value) }
        func state(_ type: String) -> [Dump.Event] { [log(type, event.data["to"].map { .text($0) } ?? .none)] }
        func described(_ type: String, _ description: Record.Description?) -> Dump.Value {
            description.map { .description(type: type, sdp: $0.text) } ?? .none
        }
        switch event.code {
        case .offerParsed:
            return [log("setRemoteDescription", described("offer", record.offer)), log("setRemoteDescriptionOnSuccess")]
        case .offerRefused:
            return [
                log("setRemoteDescription", described("offer", record.offer)),
                log("setRemoteDescriptionOnFailure", .text(record.refusal?.detail ?? event.text)),
            ]
        case .answerSent:
            let answer = described("answer", record.answer)
            return [
                log("createAnswer"), log("createAnswerOnSuccess", answer), log("setLocalDescription", answer),
                log("setLocalDescriptionOnSuccess"),
            ]
        case .signalingStateChanged: return state("signalingstatechange")
        case .gatheringStateChanged: return state("icegatheringstatechange")
        case .iceStateChanged: return state("iceconnectionstatechange")
        case .connectionStateChanged: return state("connectionstatechange")
        case .localCandidateAdded: return [log("icecandidate", candidate(event, record.connectivity.localCandidates))]
        case .remoteCandidateAdded: return [log("addIceCandidate", candidate(event, record.connectivity.remoteCandidates))]
        case .iceRestarted: return [log("restartIce", .text(event.text))]
        case .closeSent, .peerClosed: return [log("close", .text(event.text))]
        default: return [log(event.code.rawValue, .text(event.text))]
        }
    }

    private static func candidate(_ event: TimelineEvent, _ list: [Record.Candidate]) -> Dump.Value {
        guard let candidate = list.first(where: { $0.id == event.candidateId }) else { return .text(event.text) }
        return .candidate(candidate.line)
    }
}

extension Record.Candidate {
    /// RFC 8839 §5.1: "candidate-attribute".
    fileprivate var line: String {
        var line = "candidate:\(foundation) 1 \(transport) \(priority) \(host) \(port) typ \(kind.rawValue)"
        if let relatedAddress, let relatedPort { line += " raddr \(relatedAddress) rport \(relatedPort)" }
        if let tcpType { line += " tcptype \(tcpType)" }
        if let usernameFragment { line += " ufrag \(usernameFragment)" }
        return line
    }
}
