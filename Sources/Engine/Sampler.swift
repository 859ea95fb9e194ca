internal import ICE
internal import Inspection
internal import Peer
internal import SCTP
internal import Wire

/// Takes the figures of a loop's live sessions at an even interval, each session at its own place in it: a thousand sessions
/// are sampled a tenth at a time, so that no datagram waits for all of them.
struct Sampler {
    /// Zero: no samples are taken.
    let interval: Duration
    /// When the next slice is due; nil while nobody lives.
    private(set) var dueAt: Instant?
    private var slice = 0
    private var slices = 1
    /// Used for each session in turn.
    private var row: [(metric: SampleMetric, value: Int64)] = []

    private static let mostSlices = 10
    private static let sessionsPerSlice = 100
    /// A chunk of a session's samples has so many rows; it is written before, too, every so many ms.
    private static let rows = 120
    private static let pause: Int64 = 30_000

    init(interval: Duration) {
        self.interval = interval
        row.reserveCapacity(Limits.sampleMetrics)
    }

    /// Somebody lives from now on.
    mutating func wake(at now: Instant) {
        if dueAt == nil, interval > .zero { dueAt = now + interval }
    }

    /// Samples the sessions whose turn it is.
    mutating func run(_ sessions: [Session?], at now: Instant, archive: Archive) {
        for index in stride(from: slice, to: sessions.count, by: slices) {
            if let session = sessions[index] { sample(session, at: now, archive: archive) }
        }
        slice += 1
        if slice >= slices {
            slice = 0
            slices = min(Self.mostSlices, 1 + sessions.count / Self.sessionsPerSlice)
        }
        dueAt = sessions.contains { $0 != nil } ? now + interval / slices : nil
    }

    private mutating func sample(_ session: Session, at now: Instant, archive: Archive) {
        append(session, at: now)
        let log = session.samples
        if log.rows >= Self.rows || log.lastAt - session.samplesSavedAt >= Self.pause { save(session, archive) }
        if log.rows >= Self.rows { session.samples.startNewChunk() }
    }

    /// The last figures of a session that ends, and all that was not yet written.
    mutating func finish(_ session: Session, at now: Instant, archive: Archive) {
        guard interval > .zero else { return }
        append(session, at: now)
        save(session, archive)
    }

    private func save(_ session: Session, _ archive: Archive) {
        session.samplesSavedAt = session.samples.lastAt
        archive.save(session.samples, of: session.id)
    }

    private mutating func append(_ session: Session, at now: Instant) {
        let time = (session.base.startedAt + session.chronicle.offset(now)) / 1000
        guard session.samples.rows == 0 || time > session.samples.lastAt else { return }
        row.removeAll(keepingCapacity: true)
        session.figures(into: &row)
        session.samples.append(row, at: time)
    }
}

extension Session {
    /// The numbers of the moment, always in the same order.
    fileprivate func figures(into row: inout [(metric: SampleMetric, value: Int64)]) {
        func add(_ entry: SampleMetric.Entry, _ number: UInt32, _ member: SampleMember, _ value: Int64) {
            row.append((SampleMetric(entry, number, member), value))
        }
        add(.transport, 0, .packetsSent, Int64(traffic.packetsSent))
        add(.transport, 0, .packetsReceived, Int64(traffic.packetsReceived))
        add(.transport, 0, .bytesSent, Int64(traffic.bytesSent))
        add(.transport, 0, .bytesReceived, Int64(traffic.bytesReceived))
        add(.transport, 0, .selectedCandidatePairChanges, Int64(clamping: peer.agent.counters.selectedPairChanges))
        if let pair = peer.agent.selectedPair {
            let number = pair.id.number
            add(.candidatePair, number, .packetsSent, Int64(clamping: pair.packetsSent))
            add(.candidatePair, number, .packetsReceived, Int64(clamping: pair.packetsReceived))
            add(.candidatePair, number, .bytesSent, Int64(clamping: pair.bytesSent))
            add(.candidatePair, number, .bytesReceived, Int64(clamping: pair.bytesReceived))
            if let time = pair.currentRoundTripTime { add(.candidatePair, number, .currentRoundTripTime, time.nanoseconds / 1000) }
            add(.candidatePair, number, .totalRoundTripTime, pair.totalRoundTripTime.nanoseconds / 1000)
            add(.candidatePair, number, .requestsSent, Int64(clamping: pair.requestsSent))
            add(.candidatePair, number, .requestsReceived, Int64(clamping: pair.requestsReceived))
            add(.candidatePair, number, .responsesSent, Int64(clamping: pair.responsesSent))
            add(.candidatePair, number, .responsesReceived, Int64(clamping: pair.responsesReceived))
            add(.candidatePair, number, .consentRequestsSent, Int64(clamping: pair.consentRequestsSent))
        }
        guard let association = peer.association else { return }
        let numbers = association.statistics
        add(.peerConnection, 0, .dataChannelsOpened, Int64(clamping: numbers.channelsOpened))
        add(.peerConnection, 0, .dataChannelsClosed, Int64(clamping: numbers.channelsClosed))
        if association.state == .connected {
            if let time = numbers.smoothedRoundTripTime { add(.sctpTransport, 0, .smoothedRoundTripTime, time.nanoseconds / 1000) }
            add(.sctpTransport, 0, .congestionWindow, Int64(numbers.congestionWindow))
            add(.sctpTransport, 0, .receiverWindow, Int64(numbers.receiverWindow))
            add(.sctpTransport, 0, .mtu, Int64(numbers.mtu))
            add(.sctpTransport, 0, .unackedData, Int64(numbers.unacknowledgedChunks))
        }
        for channel in association.channels.prefix(Limits.sampledChannels) {
            let number = UInt32(truncatingIfNeeded: channel.number + 1)
            add(.dataChannel, number, .messagesSent, Int64(clamping: channel.messagesSent))
            add(.dataChannel, number, .messagesReceived, Int64(clamping: channel.messagesReceived))
            add(.dataChannel, number, .bytesSent, Int64(clamping: channel.bytesSent))
            add(.dataChannel, number, .bytesReceived, Int64(clamping: channel.bytesReceived))
            add(.dataChannel, number, .bufferedAmount, Int64(channel.bufferedAmount))
        }
    }
}
