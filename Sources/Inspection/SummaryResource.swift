public import JSON

extension Record {
    /// The session's summary: states, verdict, phases, selected pair, counters, links.
    ///
    /// - Parameter base: what stands before the paths of the links: the server's public URL, or nothing.
    public func writeSummary(base: String = "", into json: inout JSONWriter) {
        json.beginObject()
        json.member("id", id)
        json.member("kind", kind.rawValue)
        json.member("stream", stream)
        json.member("state", isLive ? "live" : "ended")
        json.member("signalingState", signalingState.rawValue)
        json.member("iceGatheringState", gatheringState.rawValue)
        json.member("iceConnectionState", connectivity.state.rawValue)
        json.member("connectionState", connectionState.rawValue)
        json.member("dtlsState", handshake.state.rawValue)
        json.member("sctpState", association?.state.rawValue)
        json.nullable("outcome", outcome?.rawValue)
        json.key("reason")
        if let reason {
            json.object { json in
                json.member("code", reason.code.rawValue)
                json.member("text", reason.text)
            }
        } else {
            json.null()
        }
        json.key("verdict")
        Diagnosis.verdict(of: self).encode(into: &json)
        json.member("createdAt", time(0))
        json.nullable("connectedAt", phases.connected.map(time))
        json.nullable("endedAt", endedAt.map(time))
        json.member("lastSeenAt", time(lastSeen))
        json.member("durationMs", duration, decimals: 3)
        json.object("phases") { json in
            for column in phases.columns {
                if let offset = column.offset { json.member(column.name, offset, decimals: 3) }
            }
        }
        json.object("durations") { json in
            for member in phases.durations.members { json.member(member.name, member.duration, decimals: 3) }
        }
        json.member("remoteAddress", remoteAddress)
        json.member("userAgent", userAgent)
        json.key("labels")
        labels.encode(into: &json)
        writeSelectedPair(into: &json)
        writeCounters(into: &json)
        writeRefusal(into: &json)
        writeLinks(base, into: &json)
        json.endObject()
    }

    /// When the peer was last heard of; of a peer never heard, when its request came.
    public var lastSeen: Int64 {
        connectivity.pairs.reduce(connectivity.lastConsentAt ?? 0) { max($0, $1.lastPacketReceivedAt ?? 0) }
    }

    private func writeSelectedPair(into json: inout JSONWriter) {
        json.key("selectedPair")
        guard let pair = connectivity.selectedPair else {
            json.null()
            return
        }
        json.beginObject()
        json.member("id", pair.id)
        json.member("local", pair.local)
        json.member("remote", pair.remote)
        json.member("localType", pair.localKind.rawValue)
        json.member("remoteType", pair.remoteKind.rawValue)
        if let time = pair.currentRoundTripTime { json.member("currentRoundTripTimeMs", time, decimals: 3) }
        json.endObject()
    }

    private func writeCounters(into json: inout JSONWriter) {
        json.key("counters")
        json.beginObject()
        json.member("bytesSent", counters.bytesSent)
        json.member("bytesReceived", counters.bytesReceived)
        json.member("packetsSent", counters.packetsSent)
        json.member("packetsReceived", counters.packetsReceived)
        json.member("dataChannelsOpened", counters.dataChannelsOpened)
        json.member("dataChannelsClosed", counters.dataChannelsClosed)
        json.member("messagesSent", counters.messagesSent)
        json.member("messagesReceived", counters.messagesReceived)
        json.member("strangersDropped", counters.strangersDropped)
        json.member("events", events.count)
        json.member("eventsDropped", eventsDropped)
        json.endObject()
    }

    private func writeRefusal(into json: inout JSONWriter) {
        json.key("refusal")
        guard let refusal else {
            json.null()
            return
        }
        json.beginObject()
        json.member("status", refusal.status)
        json.member("code", refusal.code)
        json.member("detail", refusal.detail)
        json.member("line", refusal.line)
        json.member("column", refusal.column)
        json.member("section", refusal.section)
        json.endObject()
    }

    /// The paths of the session's resources; those that do not exist (the answer to a refused offer) are left out.
    private func writeLinks(_ base: String, into json: inout JSONWriter) {
        json.key("links")
        json.beginObject()
        writeLink("self", "", base, into: &json)
        writeLink("stats", "/stats", base, into: &json)
        writeLink("ice", "/ice", base, into: &json)
        writeLink("events", "/events", base, into: &json)
        if offer != nil { writeLink("offer", "/offer", base, into: &json) }
        if answer != nil { writeLink("answer", "/answer", base, into: &json) }
        writeLink("diagnosis", "/diagnosis", base, into: &json)
        writeLink("samples", "/samples", base, into: &json)
        writeLink("packets", "/packets.pcapng", base, into: &json)
        writeLink("dump", "/dump", base, into: &json)
        if client != nil { writeLink("clientReport", "/client-report", base, into: &json) }
        json.endObject()
    }

    private func writeLink(_ name: StaticString, _ suffix: StaticString, _ base: String, into json: inout JSONWriter) {
        json.key(name)
        json.beginString()
        json.piece(base)
        json.piece("/v1/sessions/")
        json.piece(id)
        json.piece(suffix)
        json.endString()
    }
}

extension JSONWriter {
    /// A member that is null where there is none.
    mutating func nullable(_ name: StaticString, _ value: String?) {
        if let value { member(name, value) } else { memberNull(name) }
    }

    mutating func nullable(_ name: StaticString, _ value: Timestamp?) {
        if let value { member(name, value) } else { memberNull(name) }
    }
}
