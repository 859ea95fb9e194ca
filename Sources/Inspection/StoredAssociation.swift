// The stored form of what SCTP, the data channels and the negotiation know.

internal import JSON

extension Record.Association: Decodable {
    private enum Key: String, CodingKey {
        case state, localPort, remotePort, maxMessageSize, isInitSeen, strayPort, packetsSent, packetsReceived
        case smoothedRoundTripTime, congestionWindow, receiverWindow, mtu, unackedData, failure
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init()
        state = values.value(.state, or: state)
        localPort = values.value(.localPort, or: localPort)
        remotePort = values.value(.remotePort, or: remotePort)
        maxMessageSize = values.optional(.maxMessageSize)
        isInitSeen = values.value(.isInitSeen, or: isInitSeen)
        strayPort = values.optional(.strayPort)
        packetsSent = values.value(.packetsSent, or: packetsSent)
        packetsReceived = values.value(.packetsReceived, or: packetsReceived)
        smoothedRoundTripTime = values.optional(.smoothedRoundTripTime)
        congestionWindow = values.optional(.congestionWindow)
        receiverWindow = values.optional(.receiverWindow)
        mtu = values.optional(.mtu)
        unackedData = values.optional(.unackedData)
        failure = values.optional(.failure)
    }

    func encode(into json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.rawValue)
        json.member("localPort", Int(localPort))
        json.member("remotePort", Int(remotePort))
        json.member("maxMessageSize", maxMessageSize)
        json.member("isInitSeen", ifTrue: isInitSeen)
        json.member("strayPort", strayPort.map { Int($0) })
        json.member("packetsSent", nonZero: packetsSent)
        json.member("packetsReceived", nonZero: packetsReceived)
        json.member("smoothedRoundTripTime", smoothedRoundTripTime)
        json.member("congestionWindow", congestionWindow)
        json.member("receiverWindow", receiverWindow)
        json.member("mtu", mtu)
        json.member("unackedData", unackedData)
        if let failure {
            json.key("failure")
            failure.encode(into: &json)
        }
        json.endObject()
    }
}

extension Record.Association.Failure: Decodable {
    private enum Key: String, CodingKey {
        case code, text
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init(values.value(.code, or: .other), text: values.value(.text, or: ""))
    }

    func encode(into json: inout JSONWriter) {
        json.beginObject()
        json.member("code", code.rawValue)
        json.member("text", text)
        json.endObject()
    }
}

extension Record.Channel: Decodable {
    private enum Key: String, CodingKey {
        case id, identifier, label, subprotocol, state, isOrdered, maxRetransmits, maxPacketLifeTimeMs, isNegotiated
        case messagesSent, messagesReceived, bytesSent, bytesReceived, bufferedAmount, openedAt, closedAt
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init(
            id: values.value(.id, or: ""), identifier: values.optional(.identifier), label: values.value(.label, or: ""),
            subprotocol: values.value(.subprotocol, or: ""), state: values.value(.state, or: .connecting))
        isOrdered = values.value(.isOrdered, or: isOrdered)
        maxRetransmits = values.optional(.maxRetransmits)
        maxPacketLifeTimeMs = values.optional(.maxPacketLifeTimeMs)
        isNegotiated = values.value(.isNegotiated, or: isNegotiated)
        messagesSent = values.value(.messagesSent, or: messagesSent)
        messagesReceived = values.value(.messagesReceived, or: messagesReceived)
        bytesSent = values.value(.bytesSent, or: bytesSent)
        bytesReceived = values.value(.bytesReceived, or: bytesReceived)
        bufferedAmount = values.value(.bufferedAmount, or: bufferedAmount)
        openedAt = values.optional(.openedAt)
        closedAt = values.optional(.closedAt)
    }

    func encode(into json: inout JSONWriter) {
        json.beginObject()
        json.member("id", id)
        json.member("identifier", identifier.map { Int($0) })
        json.member("label", label)
        if !subprotocol.isEmpty { json.member("subprotocol", subprotocol) }
        json.member("state", state.rawValue)
        if !isOrdered { json.member("isOrdered", isOrdered) }
        json.member("maxRetransmits", maxRetransmits)
        json.member("maxPacketLifeTimeMs", maxPacketLifeTimeMs)
        json.member("isNegotiated", ifTrue: isNegotiated)
        json.member("messagesSent", nonZero: messagesSent)
        json.member("messagesReceived", nonZero: messagesReceived)
        json.member("bytesSent", nonZero: bytesSent)
        json.member("bytesReceived", nonZero: bytesReceived)
        json.member("bufferedAmount", nonZero: bufferedAmount)
        json.member("openedAt", openedAt)
        json.member("closedAt", closedAt)
        json.endObject()
    }
}

extension Record.MediaSection: Decodable {
    private enum Key: String, CodingKey {
        case mid, kind, isAccepted, rejection, direction, line, codecs
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init(
            mid: values.value(.mid, or: ""), kind: values.value(.kind, or: ""), isAccepted: values.value(.isAccepted, or: false),
            rejection: values.optional(.rejection), direction: values.optional(.direction), line: values.optional(.line),
            codecs: values.value(.codecs, or: []))
    }

    func encode(into json: inout JSONWriter) {
        json.beginObject()
        json.member("mid", mid)
        json.member("kind", kind)
        json.member("isAccepted", ifTrue: isAccepted)
        json.member("rejection", rejection)
        json.member("direction", direction)
        json.member("line", line)
        if !codecs.isEmpty {
            json.array("codecs") { json in
                for element in codecs { element.encode(into: &json) }
            }
        }
        json.endObject()
    }
}

extension Record.Codec: Decodable {
    private enum Key: String, CodingKey {
        case payloadType, mimeType, clockRate, channels, parameters
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init(
            payloadType: values.value(.payloadType, or: 0), mimeType: values.value(.mimeType, or: ""),
            clockRate: values.optional(.clockRate), channels: values.optional(.channels), parameters: values.optional(.parameters))
    }

    func encode(into json: inout JSONWriter) {
        json.beginObject()
        json.member("payloadType", payloadType)
        json.member("mimeType", mimeType)
        json.member("clockRate", clockRate)
        json.member("channels", channels)
        json.member("parameters", parameters)
        json.endObject()
    }
}
