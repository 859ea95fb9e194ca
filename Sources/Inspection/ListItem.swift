public import JSON

/// What a list says of one session. A value of its own, so that a list of many live sessions needs no whole records.
public struct ListItem: Sendable, Equatable {
    public struct SelectedPair: Sendable, Equatable {
        public var local: Endpoint
        public var remote: Endpoint
        public var localKind: Record.Candidate.Kind
        public var remoteKind: Record.Candidate.Kind
    }

    public var id: String
    public var kind: Record.Kind
    public var stream: String?
    public var isLive: Bool
    public var connectionState: ConnectionState
    public var iceState: ICEState
    public var outcome: Record.Outcome?
    public var reason: Record.Reason.Code?
    public var verdict: Headline
    public var createdAt: Timestamp
    public var endedAt: Timestamp?
    /// µs. Of a live session: until the facts were taken.
    public var duration: Int64
    /// µs from the request to `connected`.
    public var connected: Int64?
    public var remoteAddress: Endpoint?
    public var userAgent: String?
    public var selectedPair: SelectedPair?
    public var refusalStatus: Int?
    public var refusalCode: String?

    /// - Parameter findings: what the diagnosis found, where the caller has it already.
    public init(of record: Record, findings: [Finding]? = nil) {
        id = record.id
        kind = record.kind
        stream = record.stream
        isLive = record.isLive
        connectionState = record.connectionState
        iceState = record.connectivity.state
        outcome = record.outcome
        reason = record.reason?.code
        verdict = Diagnosis.headline(of: record, findings ?? Diagnosis.findings(of: record))
        createdAt = record.time(0)
        endedAt = record.endedAt.map(record.time)
        duration = record.duration
        connected = record.phases.connected
        remoteAddress = record.remoteAddress
        userAgent = record.userAgent
        selectedPair = record.connectivity.selectedPair.map {
            SelectedPair(local: $0.local, remote: $0.remote, localKind: $0.localKind, remoteKind: $0.remoteKind)
        }
        refusalStatus = record.refusal?.status
        refusalCode = record.refusal?.code
    }

    public func encode(into json: inout JSONWriter) {
        json.beginObject()
        json.member("id", id)
        json.member("kind", kind.rawValue)
        json.member("stream", stream)
        json.member("state", isLive ? "live" : "ended")
        json.member("connectionState", connectionState.rawValue)
        json.member("iceConnectionState", iceState.rawValue)
        json.nullable("outcome", outcome?.rawValue)
        json.nullable("reason", reason?.rawValue)
        json.key("verdict")
        verdict.encode(into: &json)
        json.member("createdAt", createdAt)
        json.nullable("endedAt", endedAt)
        json.member("durationMs", duration, decimals: 3)
        if let connected { json.member("connectedMs", connected, decimals: 3) }
        json.member("remoteAddress", remoteAddress)
        json.member("userAgent", userAgent)
        json.key("selectedPair")
        if let selectedPair {
            json.beginObject()
            json.member("local", selectedPair.local)
            json.member("remote", selectedPair.remote)
            json.member("localType", selectedPair.localKind.rawValue)
            json.member("remoteType", selectedPair.remoteKind.rawValue)
            json.endObject()
        } else {
            json.null()
        }
        json.key("refusal")
        if let refusalStatus {
            json.beginObject()
            json.member("status", refusalStatus)
            json.member("code", refusalCode)
            json.endObject()
        } else {
            json.null()
        }
        json.endObject()
    }
}
