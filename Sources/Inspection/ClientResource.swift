public import JSON

extension Record.ClientSide {
    /// What a peer told of its own side, as a resource.
    ///
    /// - Parameter startedAt: the session's start, µs since 1970.
    public func write(startedAt: Int64, into json: inout JSONWriter) {
        func ours(_ offset: Int64) -> Timestamp { Timestamp(microseconds: startedAt &+ offset) }
        json.beginObject()
        json.member("reports", reports)
        json.array("sources") { json in
            for source in sources { json.string(source.rawValue) }
        }
        json.member("userAgent", userAgent)
        json.member("firstReportAt", ours(firstReportAt))
        json.member("lastReportAt", ours(lastReportAt))
        json.object("clock") { json in clock.write(into: &json) }
        json.array("localUsernameFragments") { json in
            for fragment in localFragments { json.string(fragment) }
        }
        json.array("remoteUsernameFragments") { json in
            for fragment in remoteFragments { json.string(fragment) }
        }
        json.object("states") { json in
            json.member("signalingState", state("signalingstatechange"))
            json.member("iceGatheringState", state("icegatheringstatechange"))
            json.member("iceConnectionState", state("iceconnectionstatechange"))
            json.member("connectionState", state("connectionstatechange"))
            json.member("dtlsState", last.dtlsState)
        }
        json.array("events") { json in
            for event in events {
                json.beginObject()
                json.member("clientAt", Timestamp(microseconds: event.time))
                json.member("at", ours(offset(of: event.time, startedAt: startedAt)))
                json.member("type", event.type)
                json.member("value", event.value)
                json.endObject()
            }
        }
        json.member("eventsDropped", eventsDropped)
        if last.time > 0 {
            json.key("last")
            writeLast(startedAt, into: &json)
        }
        json.object("series") { json in
            json.member("stride", series.stride)
            json.array("times") { json in
                for time in series.times { json.timestamp(ours(offset(of: time, startedAt: startedAt))) }
            }
            for metric in Series.Metric.allCases where series.columns[metric.rawValue].contains(where: { $0 != nil }) {
                json.key(metric == .currentRoundTripTime ? "currentRoundTripTimeMs" : metric.name)
                json.array { json in
                    for value in series.columns[metric.rawValue] {
                        switch (value, metric) {
                        case (nil, _): json.null()
                        case (let value?, .currentRoundTripTime): json.number(value, decimals: 3)
                        case (let value?, _): json.number(value)
                        }
                    }
                }
            }
        }
        json.endObject()
    }

    private func writeLast(_ startedAt: Int64, into json: inout JSONWriter) {
        json.beginObject()
        json.member("clientAt", Timestamp(microseconds: last.time))
        json.member("at", Timestamp(microseconds: startedAt &+ offset(of: last.time, startedAt: startedAt)))
        json.member("iceRole", last.iceRole)
        json.member("selectedPairId", last.selectedPairId)
        json.member("packetsSent", last.packetsSent)
        json.member("packetsReceived", last.packetsReceived)
        json.member("bytesSent", last.bytesSent)
        json.member("bytesReceived", last.bytesReceived)
        json.array("pairs") { json in
            for pair in last.pairs { pair.encode(into: &json) }
        }
        json.array("candidates") { json in
            for candidate in last.candidates { candidate.encode(into: &json) }
        }
        json.member("dataChannelsOpened", last.channelsOpened)
        json.member("dataChannelsClosed", last.channelsClosed)
        json.member("messagesSent", last.messagesSent)
        json.member("messagesReceived", last.messagesReceived)
        json.endObject()
    }
}

extension Record.ClientSide.Clock {
    /// The members of the clock.
    public func write(into json: inout JSONWriter) {
        json.member("offsetMs", offset, decimals: 3)
        json.member("basis", basis.rawValue)
    }
}
