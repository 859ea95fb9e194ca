internal import JSON
internal import Wire

// Taking reports in, one after the other, within the bounds.
extension Record.ClientSide {
    static let events = 150
    static let pairs = 40
    static let candidates = 64

    /// What our side knows at the moment at which a report is taken in.
    public struct Moment: Sendable {
        /// When the report came, µs since the session's start.
        public var receivedAt: Int64
        public var startedAt: Int64
        public var phases: Phases
        /// What our selected pair had counted.
        public var pair: Record.Pair?

        public init(of record: Record, receivedAt: Int64) {
            self.receivedAt = receivedAt
            startedAt = record.startedAt
            phases = record.phases
            pair = record.isLive ? record.connectivity.selectedPair : nil
        }
    }

    /// Takes a report in.
    public mutating func take(_ report: ClientReport, at moment: Moment) {
        if reports == 0 { firstReportAt = moment.receivedAt }
        reports &+= 1
        lastReportAt = max(lastReportAt, moment.receivedAt)
        if !sources.contains(report.source) { sources.append(report.source) }
        if let agent = report.userAgent, !agent.isEmpty { userAgent = capped(agent, 512) }
        let fragment = localFragments.last
        for fragment in report.localFragments { ClientReport.note(capped(fragment, 64), in: &localFragments) }
        for fragment in report.remoteFragments { ClientReport.note(capped(fragment, 64), in: &remoteFragments) }
        localFragments = localFragments.suffix(8)
        remoteFragments = remoteFragments.suffix(8)
        if fragment != localFragments.last { localFragmentSince = moment.receivedAt }
        take(report.events)
        for sample in report.samples { take(sample) }
        setClock(report, moment)
        compare(report, moment)
        shrink()
    }

    // MARK: Events

    private mutating func take(_ new: [ClientReport.Event]) {
        guard !new.isEmpty else { return }
        for event in new {
            let event = ClientReport.Event(time: event.time, type: capped(event.type, 64), value: event.value.map { capped($0, 256) })
            // A page that is not sure what has arrived sends it again.
            if events.contains(event) { continue }
            events.append(event)
            // The beginning tells why it did not connect, the end why it ended.
            if events.count > Record.ClientSide.events * 2 { dropEvents(to: Record.ClientSide.events) }
        }
        events.sort { $0.time < $1.time }
        if events.count > Record.ClientSide.events { dropEvents(to: Record.ClientSide.events) }
    }

    /// Keeps two thirds of `count` from the beginning and one from the end.
    private mutating func dropEvents(to count: Int) {
        events.sort { $0.time < $1.time }
        guard events.count > count else { return }
        eventsDropped &+= events.count - count
        events = Array(events.prefix(count * 2 / 3) + events.suffix(count - count * 2 / 3))
    }

    // MARK: Samples

    private mutating func take(_ sample: ClientReport.Sample) {
        samplesSeen &+= 1
        guard sample.time >= last.time else { return }
        last = LastReport(sample)
        // Where a file says it only of the last report, the only pair is the one.
        let pair = selectedPair ?? (last.pairs.count == 1 ? last.pairs[0] : nil)
        series.append(
            sample.time,
            [
                pair?.bytesSent ?? last.bytesSent, pair?.bytesReceived ?? last.bytesReceived,
                pair?.packetsSent ?? last.packetsSent, pair?.packetsReceived ?? last.packetsReceived,
                pair?.currentRoundTripTime, pair?.requestsSent ?? sum(\.requestsSent),
                pair?.responsesReceived ?? sum(\.responsesReceived), pair?.requestsReceived ?? sum(\.requestsReceived),
            ])
    }

    // MARK: The clock

    private mutating func setClock(_ report: ClientReport, _ moment: Moment) {
        if let sent = report.clock {
            let offset = sent.subtractingReportingOverflow(moment.startedAt &+ moment.receivedAt).partialValue
            // On its way here time passes, so the offset is never less than what it seems: the quickest report is the nearest.
            clock.offset = clock.basis == .sending ? max(clock.offset, offset) : offset
            clock.basis = .sending
            return
        }
        guard clock.basis != .sending else { return }
        func note(_ basis: Clock.Basis, _ theirs: Int64?, _ ours: Int64?) -> Bool {
            guard let theirs, let ours else { return false }
            clock.offset = theirs.subtractingReportingOverflow(moment.startedAt &+ ours).partialValue
            clock.basis = basis
            return true
        }
        let connected = events.first { $0.type == "connectionstatechange" && $0.value == "connected" }?.time
        if note(.connected, connected, moment.phases.connected) { return }
        let paired = events.first { $0.type == "iceconnectionstatechange" && $0.value == "connected" }?.time
        if note(.connected, paired, moment.phases.pairSucceeded) { return }
        let answered = events.first { $0.type == "setRemoteDescription" }?.time
        _ = note(.answer, answered, moment.phases.answerSent)
    }

    // MARK: Counting on both sides

    /// Both sides' counters can be compared where the report is fresh, and of the same pair.
    private mutating func compare(_ report: ClientReport, _ moment: Moment) {
        guard report.clock != nil, let pair = selectedPair, let sent = pair.packetsSent, let received = pair.packetsReceived,
            let ours = moment.pair, let time = report.samples.last?.time
        else { return }
        guard (moment.receivedAt &- offset(of: time, startedAt: moment.startedAt)).magnitude < 2_000_000 else { return }
        let count = Comparison(
            time: time, sent: sent, received: received, oursSent: Int64(ours.packetsSent), oursReceived: Int64(ours.packetsReceived))
        // Another pair, or a counter begun anew.
        if let before = lastCount,
            before.sent > sent || before.received > received || before.oursSent > count.oursSent || before.oursReceived > count.oursReceived
        {
            firstCount = nil
        }
        if firstCount == nil { firstCount = count }
        lastCount = count
    }

    // MARK: Bounds

    /// Gives up what matters least until the stored form is short enough.
    private mutating func shrink() {
        guard mostBytes > Limits.clientBytes else { return }
        for _ in 0..<12 {
            var json = JSONWriter(capacity: 4096)
            encode(into: &json)
            guard json.count > Limits.clientBytes else { return }
            if series.times.count > 75 {
                series.halve()
            } else if events.count > 24 {
                dropEvents(to: events.count / 2)
            } else if last.pairs.count > 4 {
                last.pairs = Array(last.pairs.prefix(last.pairs.count / 2))
            } else {
                last.candidates = Array(last.candidates.prefix(last.candidates.count / 2))
            }
        }
    }
}

extension Record.ClientSide {
    /// No less than the stored form has, quickly: six bytes for each of a text that may have to be escaped.
    private var mostBytes: Int {
        func text(_ texts: String?...) -> Int { texts.reduce(0) { $0 + 6 * ($1?.utf8.count ?? 0) } }
        var sum = 2048 + text(userAgent) + 6 * 64 * (localFragments.count + remoteFragments.count)
        for event in events { sum += 60 + text(event.type, event.value) }
        for pair in last.pairs { sum += 320 + text(pair.id, pair.localCandidateId, pair.remoteCandidateId, pair.state) }
        for candidate in last.candidates { sum += 100 + text(candidate.id, candidate.type, candidate.transport, candidate.address) }
        return sum + series.times.count * 64
    }
}

/// The text up to so many bytes, never with half a character.
func capped(_ text: String, _ bytes: Int) -> String {
    guard text.utf8.count > bytes else { return text }
    var end = text.utf8.index(text.startIndex, offsetBy: bytes)
    while end > text.startIndex, end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
    return String(text[..<end])
}

extension Record.ClientSide.LastReport {
    init(_ sample: ClientReport.Sample) {
        self.init()
        time = sample.time
        for entry in sample.entries {
            switch entry.type {
            case "transport": take(transport: entry)
            case "candidate-pair": pairs.append(Record.ClientSide.Pair(entry))
            case "local-candidate": candidates.append(Record.ClientSide.Candidate(entry, isRemote: false))
            case "remote-candidate": candidates.append(Record.ClientSide.Candidate(entry, isRemote: true))
            case "peer-connection":
                channelsOpened = entry.count("dataChannelsOpened")
                channelsClosed = entry.count("dataChannelsClosed")
            case "data-channel":
                if let count = entry.count("messagesSent") { messagesSent = (messagesSent ?? 0) &+ count }
                if let count = entry.count("messagesReceived") { messagesReceived = (messagesReceived ?? 0) &+ count }
            default: break
            }
        }
        // Firefox has no selectedCandidatePairId: it marks the pair.
        if selectedPairId == nil {
            selectedPairId =
                sample.entries.first { $0.type == "candidate-pair" && $0.flag("selected") == true }.map { capped($0.id, 64) }
                ?? pairs.first { $0.isNominated && $0.state == "succeeded" }?.id
        }
        let chosen = selectedPairId
        pairs.sort { ($0.id == chosen ? 1 : 0, $0.requestsSent ?? 0) > ($1.id == chosen ? 1 : 0, $1.requestsSent ?? 0) }
        pairs = Array(pairs.prefix(Record.ClientSide.pairs))
        let used = Set(pairs.flatMap { [$0.localCandidateId, $0.remoteCandidateId].compactMap { $0 } })
        candidates = Array(
            (candidates.filter { used.contains($0.id) } + candidates.filter { !used.contains($0.id) })
                .prefix(Record.ClientSide.candidates))
    }

    private mutating func take(transport entry: ClientReport.Entry) {
        if let id = entry.text("selectedCandidatePairId") { selectedPairId = capped(id, 64) }
        dtlsState = entry.text("dtlsState").map { capped($0, 32) }
        iceRole = entry.text("iceRole").map { capped($0, 32) }
        packetsSent = entry.count("packetsSent")
        packetsReceived = entry.count("packetsReceived")
        bytesSent = entry.count("bytesSent")
        bytesReceived = entry.count("bytesReceived")
    }
}

extension Record.ClientSide.Pair {
    init(_ entry: ClientReport.Entry) {
        self.init(id: capped(entry.id, 64))
        localCandidateId = entry.text("localCandidateId").map { capped($0, 64) }
        remoteCandidateId = entry.text("remoteCandidateId").map { capped($0, 64) }
        state = entry.text("state").map { capped($0, 32) }
        isNominated = entry.flag("nominated") ?? false
        requestsSent = entry.count("requestsSent")
        requestsReceived = entry.count("requestsReceived")
        responsesSent = entry.count("responsesSent")
        responsesReceived = entry.count("responsesReceived")
        consentRequestsSent = entry.count("consentRequestsSent")
        packetsSent = entry.count("packetsSent")
        packetsReceived = entry.count("packetsReceived")
        bytesSent = entry.count("bytesSent")
        bytesReceived = entry.count("bytesReceived")
        currentRoundTripTime = entry.number("currentRoundTripTime").flatMap { $0 >= 0 && $0 < 3600 ? Int64($0 * 1_000_000) : nil }
    }
}

extension Record.ClientSide.Candidate {
    init(_ entry: ClientReport.Entry, isRemote: Bool) {
        self.init(id: capped(entry.id, 64), isRemote: isRemote)
        type = entry.text("candidateType").map { capped($0, 32) }
        transport = entry.text("protocol").map { capped($0, 16) }
        address = (entry.text("address") ?? entry.text("ip")).map { capped($0, 64) }
        port = entry.count("port")
    }
}
