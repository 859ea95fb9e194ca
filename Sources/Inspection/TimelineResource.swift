public import JSON

extension Record {
    /// The timeline: the events after one sequence number, and how many were dropped.
    public func writeEvents(after seq: Int = 0, into json: inout JSONWriter) {
        json.beginObject()
        json.array("items") { json in
            for event in events where event.seq > seq { event.write(startedAt: startedAt, into: &json) }
        }
        json.member("dropped", eventsDropped)
        json.endObject()
    }

    /// The data channels.
    public func writeChannels(into json: inout JSONWriter) {
        json.beginObject()
        json.array("items") { json in
            for channel in channels { write(channel, into: &json) }
        }
        json.endObject()
    }

    private func write(_ channel: Channel, into json: inout JSONWriter) {
        json.beginObject()
        json.member("id", channel.id)
        json.member("dataChannelIdentifier", channel.identifier.map { Int($0) })
        json.member("label", channel.label)
        json.member("protocol", channel.subprotocol)
        json.member("state", channel.state.rawValue)
        json.member("ordered", channel.isOrdered)
        json.member("maxRetransmits", channel.maxRetransmits)
        json.member("maxPacketLifeTimeMs", channel.maxPacketLifeTimeMs)
        json.member("negotiated", channel.isNegotiated)
        json.member("messagesSent", channel.messagesSent)
        json.member("messagesReceived", channel.messagesReceived)
        json.member("bytesSent", channel.bytesSent)
        json.member("bytesReceived", channel.bytesReceived)
        json.member("bufferedAmount", channel.bufferedAmount)
        if let offset = channel.openedAt { json.member("openedAt", time(offset)) }
        if let offset = channel.closedAt { json.member("closedAt", time(offset)) }
        json.endObject()
    }
}

extension TimelineEvent {
    /// One event, as the timeline and its stream say it.
    ///
    /// - Parameter startedAt: the session's start, µs since 1970.
    public func write(startedAt: Int64, into json: inout JSONWriter) {
        let (sum, overflow) = startedAt.addingReportingOverflow(offset)
        json.beginObject()
        json.member("seq", seq)
        json.member("at", Timestamp(microseconds: overflow ? startedAt : sum))
        json.member("offsetUs", offset)
        json.member("phase", code.phase.rawValue)
        json.member("code", code.rawValue)
        json.member("text", text)
        json.member("cause", cause)
        json.member("pairId", pairId)
        json.member("candidateId", candidateId)
        json.member("channelId", channelId.map { Int($0) })
        if !evidence.isEmpty {
            json.array("evidence") { json in
                for number in evidence { json.number(number) }
            }
        }
        if !data.isEmpty {
            json.key("data")
            data.encode(into: &json)
        }
        json.endObject()
    }
}
