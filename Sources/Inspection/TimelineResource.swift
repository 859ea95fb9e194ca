public import JSON

extension Record {
    /// The timeline: the events after one sequence number, and how many were dropped. What the peer's side told stands between them
    /// where the whole timeline is asked for.
    ///
    /// - Parameter withTransactions: whether the STUN transactions of the evidence follow, and each event names the one its evidence is of.
    public func writeEvents(after seq: Int = 0, withTransactions: Bool = true, into json: inout JSONWriter) {
        let transactions = withTransactions ? self.transactions : []
        let names = TransactionNames(transactions)
        json.beginObject()
        json.array("items") { json in
            var theirs = seq == 0 ? clientMoments[...] : []
            for event in events where event.seq > seq {
                while let moment = theirs.first, moment.offset < event.offset {
                    moment.write(startedAt: startedAt, into: &json)
                    theirs.removeFirst()
                }
                event.write(startedAt: startedAt, transaction: names.name(of: event), into: &json)
            }
            for moment in theirs { moment.write(startedAt: startedAt, into: &json) }
        }
        json.member("dropped", eventsDropped)
        if withTransactions {
            json.array("transactions") { json in
                for transaction in transactions { transaction.write(in: self, into: &json) }
            }
        }
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
    /// - Parameters:
    ///   - startedAt: the session's start, µs since 1970.
    ///   - transaction: the id of the STUN transaction that its evidence is of.
    public func write(startedAt: Int64, transaction: String? = nil, into json: inout JSONWriter) {
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
        json.member("transaction", transaction)
        if !data.isEmpty {
            json.key("data")
            data.encode(into: &json)
        }
        json.endObject()
    }
}
