internal import History
internal import Inspection
internal import JSON

/// Records on their way to history: the row people filter by, the list entry, and the document with every fact.
struct Archive: Sendable {
    let store: Store

    /// Writes what a record says now.
    ///
    /// - Parameter withDocument: whether every fact is written too, or the row alone.
    /// - Returns: the list entry, as JSON, and the headline in it.
    func save(_ record: Record, withDocument: Bool = true) -> (entry: [UInt8], verdict: Headline) {
        let findings = Diagnosis.findings(of: record)
        let item = ListItem(of: record, findings: findings)
        let entry = encoded(item)
        store.write(.session(SessionRow(record, item, entry, findings: findings)))
        if withDocument { store.write(.document(session: record.id, record.stored())) }
        return (entry, item.verdict)
    }

    /// Writes the chunk of samples that a session is at; it is written again as it grows.
    func save(_ samples: SampleLog, of id: String) {
        guard samples.rows > 0 else { return }
        store.write(.samples(session: id, SampleChunk(firstAt: samples.firstAt, lastAt: samples.lastAt, body: samples.chunk)))
    }

    /// The list entry of a record, as JSON.
    func entry(of record: Record) -> [UInt8] { encoded(ListItem(of: record)) }

    private func encoded(_ item: ListItem) -> [UInt8] {
        var json = JSONWriter(capacity: 640)
        item.encode(into: &json)
        return json.finish()
    }

    func heartbeat(_ ids: [String]) {
        store.write(.heartbeat(ids, at: Clock.wallMilliseconds))
    }
}

extension SessionRow {
    /// - Parameter findings: what the diagnosis found, where the caller has it already.
    init(_ record: Record, _ item: ListItem, _ entry: [UInt8], findings: [Finding]? = nil) {
        let findings = findings ?? Diagnosis.findings(of: record)
        func milliseconds(_ offset: Int64?) -> Double? { offset.map { Double($0) / 1000 } }
        func wall(_ offset: Int64) -> Int64 { (record.startedAt + offset) / 1000 }
        var phases = History.Phases()
        phases.offerParsed = milliseconds(record.phases.offerParsed)
        phases.answerSent = milliseconds(record.phases.answerSent)
        phases.firstCheckReceived = milliseconds(record.phases.firstCheckReceived)
        phases.firstCheckSent = milliseconds(record.phases.firstCheckSent)
        phases.pairSucceeded = milliseconds(record.phases.pairSucceeded)
        phases.nominated = milliseconds(record.phases.nominated)
        phases.dtlsStarted = milliseconds(record.phases.dtlsStarted)
        phases.dtlsFinished = milliseconds(record.phases.dtlsFinished)
        phases.sctpEstablished = milliseconds(record.phases.sctpEstablished)
        phases.channelOpen = milliseconds(record.phases.channelOpen)
        phases.connected = milliseconds(record.phases.connected)
        let spans = record.phases.durations
        var durations = History.Durations()
        durations.gathering = milliseconds(spans.gathering)
        durations.ice = milliseconds(spans.ice)
        durations.dtls = milliseconds(spans.dtls)
        durations.sctp = milliseconds(spans.sctp)
        durations.firstPacket = milliseconds(spans.firstPacket)
        durations.firstKeyFrame = milliseconds(spans.firstKeyFrame)
        var counters = History.Counters()
        counters.bytesSent = Int64(record.counters.bytesSent)
        counters.bytesReceived = Int64(record.counters.bytesReceived)
        counters.packetsSent = Int64(record.counters.packetsSent)
        counters.packetsReceived = Int64(record.counters.packetsReceived)
        counters.messagesSent = Int64(record.counters.messagesSent)
        counters.messagesReceived = Int64(record.counters.messagesReceived)
        self.init(
            id: record.id, kind: record.kind.rawValue, state: record.isLive ? "live" : "ended", outcome: record.outcome?.rawValue,
            reason: record.reason?.code.rawValue, stream: record.stream, connectionState: record.connectionState.rawValue,
            iceState: record.connectivity.state.rawValue, finding: item.verdict.code, severity: item.verdict.severity.rawValue,
            title: item.verdict.title, remoteAddress: record.remoteAddress?.description, userAgent: record.userAgent,
            createdAt: wall(0), connectedAt: record.phases.connected.map(wall), endedAt: record.endedAt.map(wall),
            lastSeenAt: wall(record.takenAt), phases: phases, durations: durations, counters: counters,
            searchTerms: record.labels.items.map { "\($0.name)=\($0.value)" } + findings.map(\.code), item: entry)
    }
}
