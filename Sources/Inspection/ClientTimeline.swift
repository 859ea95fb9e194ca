internal import JSON

/// An event of the peer's own side, on our clock.
struct ClientMoment {
    let event: ClientReport.Event
    /// µs since the session's start.
    let offset: Int64
}

extension Record {
    /// What the peer's side told, in the order of our clock.
    var clientMoments: [ClientMoment] {
        guard let client else { return [] }
        return client.events.map { ClientMoment(event: $0, offset: client.offset(of: $0.time, startedAt: startedAt)) }
    }
}

extension ClientMoment {
    /// Writes it among the events of the timeline: `side` is `client`, `at` and `offsetUs` are by our clock, `clientAt` by its own. It has no
    /// `seq`, as it came late and from elsewhere.
    func write(startedAt: Int64, into json: inout JSONWriter) {
        json.beginObject()
        json.member("side", word: "client")
        json.member("at", Timestamp(microseconds: startedAt &+ offset))
        json.member("offsetUs", offset)
        json.member("clientAt", Timestamp(microseconds: event.time))
        json.member("phase", phase.rawValue)
        json.member("code", event.type)
        json.member("text", text)
        if let value = event.value {
            json.object("data") { json in json.member("value", value) }
        }
        json.endObject()
    }

    var phase: EventCode.Phase {
        switch event.type {
        case "icecandidate", "icecandidateerror", "icegatheringstatechange": .gathering
        case "addIceCandidate", "addIceCandidateOnSuccess", "addIceCandidateOnFailure", "iceconnectionstatechange", "restartIce": .ice
        case "connectionstatechange": event.value == "closed" ? .close : .ice
        case "datachannel", "createDataChannel": .channel
        case "close": .close
        default: .sdp
        }
    }

    /// A sentence; what the peer wrote stands in it as it is.
    var text: String {
        let value = event.value ?? ""
        switch event.type {
        case "signalingstatechange": return "The peer's signaling state became \(value)."
        case "iceconnectionstatechange": return "The peer's ICE connection state became \(value)."
        case "connectionstatechange": return "The peer's connection state became \(value)."
        case "icegatheringstatechange": return "The peer's ICE gathering state became \(value)."
        case "icecandidate": return value.isEmpty ? "The peer has gathered all its candidates." : "The peer gathered a candidate: \(value)"
        case "icecandidateerror": return "The peer could not gather a candidate: \(value)"
        case "close": return "The peer's page closed its connection."
        case "setLocalDescription": return "The peer's page set its \(value.isEmpty ? "description" : value)."
        case "setRemoteDescription": return "The peer's page set our \(value.isEmpty ? "description" : value)."
        default:
            if event.type.hasSuffix("OnFailure") { return "The peer's \(event.type.dropLast(9)) failed: \(value)" }
            if event.type.hasSuffix("OnSuccess") { return "The peer's \(event.type.dropLast(9)) succeeded." }
            return value.isEmpty ? "The peer told of \(event.type)." : "The peer told of \(event.type): \(value)"
        }
    }
}

extension PlainText {
    /// An event of the peer's side: its own clock stands beneath ours.
    mutating func line(_ moment: ClientMoment) {
        line(
            PlainText.harmless(
                "peer" + spoken(moment.offset).paddedLeft(to: 11) + "  " + moment.phase.rawValue.padded(to: 10) + moment.text))
        line(String(repeating: " ", count: 27) + "by its clock \(Timestamp(microseconds: moment.event.time))")
    }
}
