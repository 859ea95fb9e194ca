// The members of a stored record: JSON that a newer or an older version of the program can read, as every member but the id and the
// start has a default. What has its default is left out. Version 1 was this object with everything in it; since version 2 descriptions,
// events, evidence and certificates have sections of their own (`StoredForm`).

internal import JSON

extension Record: Decodable {
    private enum Key: String, CodingKey {
        case schema, id, kind, stream, startedAt, takenAt, endedAt, remoteAddress, userAgent, labels, signalingState
        case gatheringState, connectionState, outcome, reason, refusal, phases, offer, answer, connectivity, handshake
        case association, channels, media, counters, quality, client, events, eventsDropped, evidence
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init(id: try values.decode(String.self, forKey: .id), startedAt: try values.decode(Int64.self, forKey: .startedAt))
        schema = values.value(.schema, or: schema)
        kind = values.value(.kind, or: kind)
        stream = values.optional(.stream)
        takenAt = values.value(.takenAt, or: takenAt)
        endedAt = values.optional(.endedAt)
        remoteAddress = values.optional(.remoteAddress)
        userAgent = values.optional(.userAgent)
        labels = values.value(.labels, or: labels)
        signalingState = values.value(.signalingState, or: signalingState)
        gatheringState = values.value(.gatheringState, or: gatheringState)
        connectionState = values.value(.connectionState, or: connectionState)
        outcome = values.optional(.outcome)
        reason = values.optional(.reason)
        refusal = values.optional(.refusal)
        phases = values.value(.phases, or: phases)
        offer = values.optional(.offer)
        answer = values.optional(.answer)
        connectivity = values.value(.connectivity, or: connectivity)
        handshake = values.value(.handshake, or: handshake)
        association = values.optional(.association)
        channels = values.value(.channels, or: channels)
        media = values.value(.media, or: media)
        counters = values.value(.counters, or: counters)
        quality = values.value(.quality, or: quality)
        client = values.optional(.client)
        events = values.value(.events, or: events)
        eventsDropped = values.value(.eventsDropped, or: eventsDropped)
        evidence = values.value(.evidence, or: evidence)
    }

    /// Writes the members that have no section of their own.
    func encodeMembers(into json: inout JSONWriter, hasLocalDER: Bool, hasRemoteDER: Bool) {
        json.beginObject()
        json.member("schema", Record.schema)
        json.member("id", id)
        json.member("kind", kind.rawValue)
        json.member("stream", stream)
        json.member("startedAt", startedAt)
        json.member("takenAt", takenAt)
        json.member("endedAt", endedAt)
        json.member("remoteAddress", remoteAddress)
        json.member("userAgent", userAgent)
        if !labels.isEmpty {
            json.key("labels")
            labels.encode(into: &json)
        }
        json.member("signalingState", signalingState.rawValue)
        json.member("gatheringState", gatheringState.rawValue)
        json.member("connectionState", connectionState.rawValue)
        json.member("outcome", outcome?.rawValue)
        if let reason {
            json.key("reason")
            reason.encode(into: &json)
        }
        if let refusal {
            json.key("refusal")
            refusal.encode(into: &json)
        }
        json.key("phases")
        phases.encode(into: &json)
        json.key("connectivity")
        connectivity.encode(into: &json)
        json.key("handshake")
        handshake.encode(into: &json, hasLocalDER: hasLocalDER, hasRemoteDER: hasRemoteDER)
        if let association {
            json.key("association")
            association.encode(into: &json)
        }
        if !channels.isEmpty {
            json.array("channels") { json in
                for element in channels { element.encode(into: &json) }
            }
        }
        if !media.isEmpty {
            json.array("media") { json in
                for element in media { element.encode(into: &json) }
            }
        }
        json.key("counters")
        counters.encode(into: &json)
        json.key("quality")
        quality.encode(into: &json)
        if let client {
            json.key("client")
            client.encode(into: &json)
        }
        json.member("eventsDropped", nonZero: eventsDropped)
        json.endObject()
    }
}

extension KeyedDecodingContainer {
    /// A member, or what stands for it where the writer did not know it or meant something else by it.
    func value<Value: Decodable>(_ key: Key, or fallback: Value) -> Value {
        optional(key) ?? fallback
    }

    /// A member, or nil where the writer did not know it or meant something else by it.
    func optional<Value: Decodable>(_ key: Key) -> Value? {
        do {
            return try decodeIfPresent(Value.self, forKey: key)
        } catch {
            return nil
        }
    }
}

extension JSONWriter {
    /// A member that is left out where it is 0, which a reader takes it for then.
    mutating func member(_ name: StaticString, nonZero value: Int) {
        if value != 0 { member(name, value) }
    }

    mutating func member(_ name: StaticString, nonZero value: Int64) {
        if value != 0 { member(name, value) }
    }

    mutating func member(_ name: StaticString, nonZero value: UInt64) {
        if value != 0 { member(name, value) }
    }

    /// A member that is left out where it is false.
    mutating func member(_ name: StaticString, ifTrue value: Bool) {
        if value { member(name, value) }
    }
}
