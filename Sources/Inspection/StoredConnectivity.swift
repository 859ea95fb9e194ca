// The stored form of what ICE knows.

internal import JSON

extension Record.Connectivity: Decodable {
    private enum Key: String, CodingKey {
        case role, state, usernameFragment, remote, localCandidates, remoteCandidates, pairs, selectedPairId
        case selectedPairChanges, restarts, roleConflicts, rejectedRequests, lastConsentAt, candidatesDropped
        case pairsDropped
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init()
        role = values.value(.role, or: role)
        state = values.value(.state, or: state)
        usernameFragment = values.optional(.usernameFragment)
        remote = values.value(.remote, or: remote)
        localCandidates = values.value(.localCandidates, or: localCandidates)
        remoteCandidates = values.value(.remoteCandidates, or: remoteCandidates)
        pairs = values.value(.pairs, or: pairs)
        selectedPairId = values.optional(.selectedPairId)
        selectedPairChanges = values.value(.selectedPairChanges, or: selectedPairChanges)
        restarts = values.value(.restarts, or: restarts)
        roleConflicts = values.value(.roleConflicts, or: roleConflicts)
        rejectedRequests = values.value(.rejectedRequests, or: rejectedRequests)
        lastConsentAt = values.optional(.lastConsentAt)
        candidatesDropped = values.value(.candidatesDropped, or: candidatesDropped)
        pairsDropped = values.value(.pairsDropped, or: pairsDropped)
    }

    func encode(into json: inout JSONWriter) {
        json.beginObject()
        json.member("role", role.rawValue)
        json.member("state", state.rawValue)
        json.member("usernameFragment", usernameFragment)
        json.key("remote")
        remote.encode(into: &json)
        json.array("localCandidates") { json in
            for element in localCandidates { element.encode(into: &json) }
        }
        json.array("remoteCandidates") { json in
            for element in remoteCandidates { element.encode(into: &json) }
        }
        json.array("pairs") { json in
            for element in pairs { element.encode(into: &json) }
        }
        json.member("selectedPairId", selectedPairId)
        json.member("selectedPairChanges", nonZero: selectedPairChanges)
        json.member("restarts", nonZero: restarts)
        json.member("roleConflicts", nonZero: roleConflicts)
        if rejectedRequests != Record.RejectedRequests() {
            json.key("rejectedRequests")
            rejectedRequests.encode(into: &json)
        }
        json.member("lastConsentAt", lastConsentAt)
        json.member("candidatesDropped", nonZero: candidatesDropped)
        json.member("pairsDropped", nonZero: pairsDropped)
        json.endObject()
    }
}

extension Record.RemoteSide: Decodable {
    private enum Key: String, CodingKey {
        case usernameFragment, isLite, canTrickle, hasEndOfCandidates
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init()
        usernameFragment = values.optional(.usernameFragment)
        isLite = values.value(.isLite, or: isLite)
        canTrickle = values.value(.canTrickle, or: canTrickle)
        hasEndOfCandidates = values.value(.hasEndOfCandidates, or: hasEndOfCandidates)
    }

    func encode(into json: inout JSONWriter) {
        json.beginObject()
        json.member("usernameFragment", usernameFragment)
        json.member("isLite", ifTrue: isLite)
        json.member("canTrickle", ifTrue: canTrickle)
        json.member("hasEndOfCandidates", ifTrue: hasEndOfCandidates)
        json.endObject()
    }
}

extension Record.RejectedRequests: Decodable {
    private enum Key: String, CodingKey {
        case wrongPassword, unknownUsername, noIntegrity, malformed
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init()
        wrongPassword = values.value(.wrongPassword, or: wrongPassword)
        unknownUsername = values.value(.unknownUsername, or: unknownUsername)
        noIntegrity = values.value(.noIntegrity, or: noIntegrity)
        malformed = values.value(.malformed, or: malformed)
    }

    func encode(into json: inout JSONWriter) {
        json.beginObject()
        json.member("wrongPassword", nonZero: wrongPassword)
        json.member("unknownUsername", nonZero: unknownUsername)
        json.member("noIntegrity", nonZero: noIntegrity)
        json.member("malformed", nonZero: malformed)
        json.endObject()
    }
}

extension Record.Candidate: Decodable {
    private enum Key: String, CodingKey {
        case id, kind, transport, host, port, priority, foundation, tcpType, relatedAddress, relatedPort
        case usernameFragment, url, relayProtocol, disposition, dispositionReason
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init(
            id: values.value(.id, or: ""), kind: values.value(.kind, or: .host), transport: values.value(.transport, or: "udp"),
            host: values.value(.host, or: .name("")), port: values.value(.port, or: 0), priority: values.value(.priority, or: 0),
            foundation: values.value(.foundation, or: ""), tcpType: values.optional(.tcpType),
            relatedAddress: values.optional(.relatedAddress), relatedPort: values.optional(.relatedPort),
            usernameFragment: values.optional(.usernameFragment), url: values.optional(.url),
            relayProtocol: values.optional(.relayProtocol), disposition: values.optional(.disposition),
            dispositionReason: values.optional(.dispositionReason))
    }

    func encode(into json: inout JSONWriter) {
        json.beginObject()
        json.member("id", id)
        json.member("kind", kind.rawValue)
        if transport != "udp" { json.member("transport", transport) }
        json.member("host", host)
        json.member("port", Int(port))
        json.member("priority", nonZero: Int(priority))
        json.member("foundation", foundation)
        json.member("tcpType", tcpType)
        json.member("relatedAddress", relatedAddress)
        json.member("relatedPort", relatedPort.map { Int($0) })
        json.member("usernameFragment", usernameFragment)
        json.member("url", url)
        json.member("relayProtocol", relayProtocol)
        json.member("disposition", disposition?.rawValue)
        json.member("dispositionReason", dispositionReason)
        json.endObject()
    }
}

extension Record.Pair: Decodable {
    private enum Key: String, CodingKey {
        case id, localCandidateId, remoteCandidateId, local, remote, localKind, remoteKind, state, isNominated
        case priority, requestsSent, requestsReceived, responsesSent, responsesReceived, consentRequestsSent
        case currentRoundTripTime, totalRoundTripTime, packetsSent, packetsReceived, bytesSent, bytesReceived
        case lastPacketSentAt, lastPacketReceivedAt, packetsDiscardedOnSend, bytesDiscardedOnSend, lastError
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init(
            id: values.value(.id, or: ""), localCandidateId: values.value(.localCandidateId, or: ""),
            remoteCandidateId: values.value(.remoteCandidateId, or: ""), local: values.value(.local, or: Endpoint(.name(""), 0)),
            remote: values.value(.remote, or: Endpoint(.name(""), 0)), localKind: values.value(.localKind, or: .host),
            remoteKind: values.value(.remoteKind, or: .host))
        state = values.value(.state, or: state)
        isNominated = values.value(.isNominated, or: isNominated)
        priority = values.value(.priority, or: priority)
        requestsSent = values.value(.requestsSent, or: requestsSent)
        requestsReceived = values.value(.requestsReceived, or: requestsReceived)
        responsesSent = values.value(.responsesSent, or: responsesSent)
        responsesReceived = values.value(.responsesReceived, or: responsesReceived)
        consentRequestsSent = values.value(.consentRequestsSent, or: consentRequestsSent)
        currentRoundTripTime = values.optional(.currentRoundTripTime)
        totalRoundTripTime = values.value(.totalRoundTripTime, or: totalRoundTripTime)
        packetsSent = values.value(.packetsSent, or: packetsSent)
        packetsReceived = values.value(.packetsReceived, or: packetsReceived)
        bytesSent = values.value(.bytesSent, or: bytesSent)
        bytesReceived = values.value(.bytesReceived, or: bytesReceived)
        lastPacketSentAt = values.optional(.lastPacketSentAt)
        lastPacketReceivedAt = values.optional(.lastPacketReceivedAt)
        packetsDiscardedOnSend = values.value(.packetsDiscardedOnSend, or: packetsDiscardedOnSend)
        bytesDiscardedOnSend = values.value(.bytesDiscardedOnSend, or: bytesDiscardedOnSend)
        lastError = values.optional(.lastError)
    }

    func encode(into json: inout JSONWriter) {
        json.beginObject()
        json.member("id", id)
        json.member("localCandidateId", localCandidateId)
        json.member("remoteCandidateId", remoteCandidateId)
        json.member("local", local)
        json.member("remote", remote)
        json.member("localKind", localKind.rawValue)
        json.member("remoteKind", remoteKind.rawValue)
        json.member("state", state.rawValue)
        json.member("isNominated", ifTrue: isNominated)
        json.member("priority", nonZero: priority)
        json.member("requestsSent", nonZero: requestsSent)
        json.member("requestsReceived", nonZero: requestsReceived)
        json.member("responsesSent", nonZero: responsesSent)
        json.member("responsesReceived", nonZero: responsesReceived)
        json.member("consentRequestsSent", nonZero: consentRequestsSent)
        json.member("currentRoundTripTime", currentRoundTripTime)
        json.member("totalRoundTripTime", nonZero: totalRoundTripTime)
        json.member("packetsSent", nonZero: packetsSent)
        json.member("packetsReceived", nonZero: packetsReceived)
        json.member("bytesSent", nonZero: bytesSent)
        json.member("bytesReceived", nonZero: bytesReceived)
        json.member("lastPacketSentAt", lastPacketSentAt)
        json.member("lastPacketReceivedAt", lastPacketReceivedAt)
        json.member("packetsDiscardedOnSend", nonZero: packetsDiscardedOnSend)
        json.member("bytesDiscardedOnSend", nonZero: bytesDiscardedOnSend)
        if let lastError {
            json.key("lastError")
            lastError.encode(into: &json)
        }
        json.endObject()
    }
}

extension Record.Pair.Failure: Decodable {
    private enum Key: String, CodingKey {
        case code, text
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init(code: values.value(.code, or: 0), text: values.value(.text, or: ""))
    }

    func encode(into json: inout JSONWriter) {
        json.beginObject()
        json.member("code", code)
        json.member("text", text)
        json.endObject()
    }
}
