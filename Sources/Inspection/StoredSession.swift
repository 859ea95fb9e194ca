// The stored form of the parts that tell how a session went.

internal import JSON

extension Record.Reason: Decodable {
    private enum Key: String, CodingKey {
        case code, text
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init(values.value(.code, or: .closedByPeer), text: values.optional(.text))
    }

    func encode(into json: inout JSONWriter) {
        json.beginObject()
        json.member("code", code.rawValue)
        json.member("text", text)
        json.endObject()
    }
}

extension Record.Refusal: Decodable {
    private enum Key: String, CodingKey {
        case status, code, detail, line, column, section
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init(
            status: values.value(.status, or: 0), code: values.value(.code, or: "unknown"), detail: values.value(.detail, or: ""),
            line: values.optional(.line), column: values.optional(.column), section: values.optional(.section))
    }

    func encode(into json: inout JSONWriter) {
        json.beginObject()
        json.member("status", status)
        json.member("code", code)
        json.member("detail", detail)
        json.member("line", line)
        json.member("column", column)
        json.member("section", section)
        json.endObject()
    }
}

extension Record.Counters: Decodable {
    private enum Key: String, CodingKey {
        case packetsSent, packetsReceived, bytesSent, bytesReceived, dataChannelsOpened, dataChannelsClosed
        case messagesSent, messagesReceived, strangersDropped
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init()
        packetsSent = values.value(.packetsSent, or: packetsSent)
        packetsReceived = values.value(.packetsReceived, or: packetsReceived)
        bytesSent = values.value(.bytesSent, or: bytesSent)
        bytesReceived = values.value(.bytesReceived, or: bytesReceived)
        dataChannelsOpened = values.value(.dataChannelsOpened, or: dataChannelsOpened)
        dataChannelsClosed = values.value(.dataChannelsClosed, or: dataChannelsClosed)
        messagesSent = values.value(.messagesSent, or: messagesSent)
        messagesReceived = values.value(.messagesReceived, or: messagesReceived)
        strangersDropped = values.value(.strangersDropped, or: strangersDropped)
    }

    func encode(into json: inout JSONWriter) {
        json.beginObject()
        json.member("packetsSent", nonZero: packetsSent)
        json.member("packetsReceived", nonZero: packetsReceived)
        json.member("bytesSent", nonZero: bytesSent)
        json.member("bytesReceived", nonZero: bytesReceived)
        json.member("dataChannelsOpened", nonZero: dataChannelsOpened)
        json.member("dataChannelsClosed", nonZero: dataChannelsClosed)
        json.member("messagesSent", nonZero: messagesSent)
        json.member("messagesReceived", nonZero: messagesReceived)
        json.member("strangersDropped", nonZero: strangersDropped)
        json.endObject()
    }
}

extension Phases: Decodable {
    private enum Key: String, CodingKey {
        case offerParsed, candidatesGathered, answerSent, firstCheckReceived, firstCheckSent, pairSucceeded, nominated
        case dtlsStarted, dtlsFinished, sctpStarted, sctpEstablished, channelOpen, connected, selected
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init()
        offerParsed = values.optional(.offerParsed)
        candidatesGathered = values.optional(.candidatesGathered)
        answerSent = values.optional(.answerSent)
        firstCheckReceived = values.optional(.firstCheckReceived)
        firstCheckSent = values.optional(.firstCheckSent)
        pairSucceeded = values.optional(.pairSucceeded)
        nominated = values.optional(.nominated)
        dtlsStarted = values.optional(.dtlsStarted)
        dtlsFinished = values.optional(.dtlsFinished)
        sctpStarted = values.optional(.sctpStarted)
        sctpEstablished = values.optional(.sctpEstablished)
        channelOpen = values.optional(.channelOpen)
        connected = values.optional(.connected)
        selected = values.optional(.selected)
    }

    func encode(into json: inout JSONWriter) {
        json.beginObject()
        json.member("offerParsed", offerParsed)
        json.member("candidatesGathered", candidatesGathered)
        json.member("answerSent", answerSent)
        json.member("firstCheckReceived", firstCheckReceived)
        json.member("firstCheckSent", firstCheckSent)
        json.member("pairSucceeded", pairSucceeded)
        json.member("nominated", nominated)
        json.member("dtlsStarted", dtlsStarted)
        json.member("dtlsFinished", dtlsFinished)
        json.member("sctpStarted", sctpStarted)
        json.member("sctpEstablished", sctpEstablished)
        json.member("channelOpen", channelOpen)
        json.member("connected", connected)
        json.member("selected", selected)
        json.endObject()
    }
}
