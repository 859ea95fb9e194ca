public import JSON

extension Record {
    /// What ICE knows: role, states, candidates of both sides, every pair with its counters and last error.
    public func writeConnectivity(into json: inout JSONWriter) {
        json.beginObject()
        json.member("role", connectivity.role.rawValue)
        json.member("state", connectivity.state.rawValue)
        json.member("gatheringState", gatheringState.rawValue)
        json.member("usernameFragment", connectivity.usernameFragment)
        json.key("remote")
        json.beginObject()
        json.member("usernameFragment", connectivity.remote.usernameFragment)
        json.member("lite", connectivity.remote.isLite)
        json.member("trickle", connectivity.remote.canTrickle)
        json.member("endOfCandidates", connectivity.remote.hasEndOfCandidates)
        json.endObject()
        json.array("localCandidates") { json in
            for candidate in connectivity.localCandidates { write(candidate, into: &json) }
        }
        json.array("remoteCandidates") { json in
            for candidate in connectivity.remoteCandidates { write(candidate, into: &json) }
        }
        json.array("pairs") { json in
            for pair in connectivity.pairs { write(pair, into: &json) }
        }
        json.nullable("selectedPairId", connectivity.selectedPairId)
        json.member("selectedPairChanges", connectivity.selectedPairChanges)
        json.member("restarts", connectivity.restarts)
        json.member("roleConflicts", connectivity.roleConflicts)
        json.key("rejectedRequests")
        json.beginObject()
        json.member("wrongPassword", connectivity.rejectedRequests.wrongPassword)
        json.member("unknownUsername", connectivity.rejectedRequests.unknownUsername)
        json.member("noIntegrity", connectivity.rejectedRequests.noIntegrity)
        json.member("malformed", connectivity.rejectedRequests.malformed)
        json.endObject()
        json.member("candidatesDropped", connectivity.candidatesDropped)
        json.member("pairsDropped", connectivity.pairsDropped)
        json.endObject()
    }

    private func write(_ candidate: Candidate, into json: inout JSONWriter) {
        json.beginObject()
        json.member("id", candidate.id)
        json.member("type", candidate.kind.rawValue)
        json.member("protocol", candidate.transport)
        json.member("address", candidate.host)
        json.member("port", Int(candidate.port))
        json.member("priority", Int(candidate.priority))
        json.member("foundation", candidate.foundation)
        json.member("tcpType", candidate.tcpType)
        json.member("relatedAddress", candidate.relatedAddress)
        json.member("relatedPort", candidate.relatedPort.map { Int($0) })
        json.member("url", candidate.url)
        json.member("relayProtocol", candidate.relayProtocol)
        json.member("disposition", candidate.disposition?.rawValue)
        json.member("dispositionReason", candidate.dispositionReason)
        json.endObject()
    }

    private func write(_ pair: Pair, into json: inout JSONWriter) {
        json.beginObject()
        json.member("id", pair.id)
        json.member("localCandidateId", pair.localCandidateId)
        json.member("remoteCandidateId", pair.remoteCandidateId)
        json.member("local", pair.local)
        json.member("remote", pair.remote)
        json.member("localType", pair.localKind.rawValue)
        json.member("remoteType", pair.remoteKind.rawValue)
        json.member("state", pair.state.rawValue)
        json.member("nominated", pair.isNominated)
        json.member("selected", pair.id == connectivity.selectedPairId)
        // A string: it passes 2^53, beyond which a JavaScript number is no longer exact.
        json.key("priority")
        json.beginString()
        json.piece(pair.priority)
        json.endString()
        json.member("requestsSent", pair.requestsSent)
        json.member("requestsReceived", pair.requestsReceived)
        json.member("responsesSent", pair.responsesSent)
        json.member("responsesReceived", pair.responsesReceived)
        json.member("consentRequestsSent", pair.consentRequestsSent)
        if let time = pair.currentRoundTripTime { json.member("currentRoundTripTimeMs", time, decimals: 3) }
        json.member("totalRoundTripTimeMs", pair.totalRoundTripTime, decimals: 3)
        json.member("packetsSent", pair.packetsSent)
        json.member("packetsReceived", pair.packetsReceived)
        json.member("bytesSent", pair.bytesSent)
        json.member("bytesReceived", pair.bytesReceived)
        if let offset = pair.lastPacketSentAt { json.member("lastPacketSentAt", time(offset)) }
        if let offset = pair.lastPacketReceivedAt { json.member("lastPacketReceivedAt", time(offset)) }
        json.key("lastError")
        if let error = pair.lastError {
            json.beginObject()
            json.member("code", error.code)
            json.member("text", error.text)
            json.endObject()
        } else {
            json.null()
        }
        json.endObject()
    }
}
