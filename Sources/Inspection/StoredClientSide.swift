// The stored form of what a peer's own side told.

public import JSON

extension Record.ClientSide: Decodable {
    private enum Key: String, CodingKey {
        case reports, sources, userAgent, firstReportAt, lastReportAt, clock, localFragments, remoteFragments, localFragmentSince
        case events, eventsDropped, last, series, samplesSeen, firstCount, lastCount
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init()
        reports = values.value(.reports, or: reports)
        sources = values.value(.sources, or: [String]()).compactMap(ClientReport.Source.init)
        userAgent = values.optional(.userAgent)
        firstReportAt = values.value(.firstReportAt, or: firstReportAt)
        lastReportAt = values.value(.lastReportAt, or: lastReportAt)
        clock = values.value(.clock, or: clock)
        localFragments = values.value(.localFragments, or: localFragments)
        remoteFragments = values.value(.remoteFragments, or: remoteFragments)
        localFragmentSince = values.value(.localFragmentSince, or: localFragmentSince)
        events = values.value(.events, or: events)
        eventsDropped = values.value(.eventsDropped, or: eventsDropped)
        last = values.value(.last, or: last)
        series = values.value(.series, or: series)
        samplesSeen = values.value(.samplesSeen, or: samplesSeen)
        firstCount = values.optional(.firstCount)
        lastCount = values.optional(.lastCount)
    }

    /// Writes the stored form.
    public func encode(into json: inout JSONWriter) {
        json.beginObject()
        json.member("reports", reports)
        json.array("sources") { json in
            for source in sources { json.string(source.rawValue) }
        }
        json.member("userAgent", userAgent)
        json.member("firstReportAt", firstReportAt)
        json.member("lastReportAt", lastReportAt)
        json.object("clock") { json in
            json.member("offset", clock.offset)
            json.member("basis", clock.basis.rawValue)
        }
        json.array("localFragments") { json in
            for fragment in localFragments { json.string(fragment) }
        }
        json.array("remoteFragments") { json in
            for fragment in remoteFragments { json.string(fragment) }
        }
        json.member("localFragmentSince", localFragmentSince)
        json.array("events") { json in
            for event in events { event.encode(into: &json) }
        }
        json.member("eventsDropped", eventsDropped)
        json.key("last")
        last.encode(into: &json)
        json.key("series")
        series.encode(into: &json)
        json.member("samplesSeen", samplesSeen)
        if let firstCount {
            json.key("firstCount")
            firstCount.encode(into: &json)
        }
        if let lastCount {
            json.key("lastCount")
            lastCount.encode(into: &json)
        }
        json.endObject()
    }
}

extension Record.ClientSide.Clock: Decodable {
    private enum Key: String, CodingKey {
        case offset, basis
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init()
        offset = values.value(.offset, or: offset)
        basis = values.value(.basis, or: basis)
    }
}

extension Record.ClientSide.Comparison: Decodable {
    private enum Key: String, CodingKey {
        case time, sent, received, oursSent, oursReceived
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init(
            time: values.value(.time, or: 0), sent: values.value(.sent, or: 0), received: values.value(.received, or: 0),
            oursSent: values.value(.oursSent, or: 0), oursReceived: values.value(.oursReceived, or: 0))
    }

    func encode(into json: inout JSONWriter) {
        json.beginObject()
        json.member("time", time)
        json.member("sent", sent)
        json.member("received", received)
        json.member("oursSent", oursSent)
        json.member("oursReceived", oursReceived)
        json.endObject()
    }
}

extension ClientReport.Event: Decodable {
    private enum Key: String, CodingKey {
        case time, type, value
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init(time: values.value(.time, or: 0), type: values.value(.type, or: ""), value: values.optional(.value))
    }

    func encode(into json: inout JSONWriter) {
        json.beginObject()
        json.member("time", time)
        json.member("type", type)
        json.member("value", value)
        json.endObject()
    }
}

extension Record.ClientSide.LastReport: Decodable {
    private enum Key: String, CodingKey {
        case time, selectedPairId, dtlsState, iceRole, packetsSent, packetsReceived, bytesSent, bytesReceived, pairs
        case candidates, channelsOpened, channelsClosed, messagesSent, messagesReceived
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init()
        time = values.value(.time, or: time)
        selectedPairId = values.optional(.selectedPairId)
        dtlsState = values.optional(.dtlsState)
        iceRole = values.optional(.iceRole)
        packetsSent = values.optional(.packetsSent)
        packetsReceived = values.optional(.packetsReceived)
        bytesSent = values.optional(.bytesSent)
        bytesReceived = values.optional(.bytesReceived)
        pairs = values.value(.pairs, or: pairs)
        candidates = values.value(.candidates, or: candidates)
        channelsOpened = values.optional(.channelsOpened)
        channelsClosed = values.optional(.channelsClosed)
        messagesSent = values.optional(.messagesSent)
        messagesReceived = values.optional(.messagesReceived)
    }

    func encode(into json: inout JSONWriter) {
        json.beginObject()
        json.member("time", time)
        json.member("selectedPairId", selectedPairId)
        json.member("dtlsState", dtlsState)
        json.member("iceRole", iceRole)
        json.member("packetsSent", packetsSent)
        json.member("packetsReceived", packetsReceived)
        json.member("bytesSent", bytesSent)
        json.member("bytesReceived", bytesReceived)
        json.array("pairs") { json in
            for element in pairs { element.encode(into: &json) }
        }
        json.array("candidates") { json in
            for element in candidates { element.encode(into: &json) }
        }
        json.member("channelsOpened", channelsOpened)
        json.member("channelsClosed", channelsClosed)
        json.member("messagesSent", messagesSent)
        json.member("messagesReceived", messagesReceived)
        json.endObject()
    }
}

extension Record.ClientSide.Pair: Decodable {
    private enum Key: String, CodingKey {
        case id, localCandidateId, remoteCandidateId, state, nominated, requestsSent, requestsReceived, responsesSent
        case responsesReceived, consentRequestsSent, packetsSent, packetsReceived, bytesSent, bytesReceived, currentRoundTripTime
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init(id: values.value(.id, or: ""))
        localCandidateId = values.optional(.localCandidateId)
        remoteCandidateId = values.optional(.remoteCandidateId)
        state = values.optional(.state)
        isNominated = values.value(.nominated, or: isNominated)
        requestsSent = values.optional(.requestsSent)
        requestsReceived = values.optional(.requestsReceived)
        responsesSent = values.optional(.responsesSent)
        responsesReceived = values.optional(.responsesReceived)
        consentRequestsSent = values.optional(.consentRequestsSent)
        packetsSent = values.optional(.packetsSent)
        packetsReceived = values.optional(.packetsReceived)
        bytesSent = values.optional(.bytesSent)
        bytesReceived = values.optional(.bytesReceived)
        currentRoundTripTime = values.optional(.currentRoundTripTime)
    }

    func encode(into json: inout JSONWriter) {
        json.beginObject()
        json.member("id", id)
        json.member("localCandidateId", localCandidateId)
        json.member("remoteCandidateId", remoteCandidateId)
        json.member("state", state)
        json.member("nominated", isNominated)
        json.member("requestsSent", requestsSent)
        json.member("requestsReceived", requestsReceived)
        json.member("responsesSent", responsesSent)
        json.member("responsesReceived", responsesReceived)
        json.member("consentRequestsSent", consentRequestsSent)
        json.member("packetsSent", packetsSent)
        json.member("packetsReceived", packetsReceived)
        json.member("bytesSent", bytesSent)
        json.member("bytesReceived", bytesReceived)
        json.member("currentRoundTripTime", currentRoundTripTime)
        json.endObject()
    }
}

extension Record.ClientSide.Candidate: Decodable {
    private enum Key: String, CodingKey {
        case id, remote, type, transport, address, port
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init(id: values.value(.id, or: ""), isRemote: values.value(.remote, or: false))
        type = values.optional(.type)
        transport = values.optional(.transport)
        address = values.optional(.address)
        port = values.optional(.port)
    }

    func encode(into json: inout JSONWriter) {
        json.beginObject()
        json.member("id", id)
        json.member("remote", isRemote)
        json.member("type", type)
        json.member("transport", transport)
        json.member("address", address)
        json.member("port", port)
        json.endObject()
    }
}

extension Record.ClientSide.Series: Decodable {
    private enum Key: String, CodingKey {
        case stride, skipped, times, columns
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init()
        stride = min(max(1, values.value(.stride, or: 1)), 1 << 20)
        skipped = min(max(0, values.value(.skipped, or: 0)), 1 << 20)
        let steps: [Int64] = values.value(.times, or: [])
        let differences: [[Int64?]] = values.value(.columns, or: [])
        guard differences.count == columns.count, differences.allSatisfy({ $0.count == steps.count }) else { return }
        times = undone(steps).compactMap { $0 }
        columns = differences.map(undone)
    }

    /// Times and counters stand as differences to what stood before: a third of the length.
    func encode(into json: inout JSONWriter) {
        json.beginObject()
        json.member("stride", stride)
        json.member("skipped", skipped)
        json.array("times") { json in write(times, into: &json) }
        json.array("columns") { json in
            for column in columns {
                json.array { json in write(column, into: &json) }
            }
        }
        json.endObject()
    }

    private func write(_ values: [Int64?], into json: inout JSONWriter) {
        var before: Int64 = 0
        for value in values {
            if let value {
                json.number(value &- before)
                before = value
            } else {
                json.null()
            }
        }
    }

    private func undone(_ differences: [Int64?]) -> [Int64?] {
        var sum: Int64 = 0
        return differences.map { difference in
            guard let difference else { return nil }
            sum = sum &+ difference
            return sum
        }
    }
}
