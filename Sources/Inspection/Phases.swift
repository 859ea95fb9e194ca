/// The columns of a session's waterfall: when each stage was first reached, µs since the session's start.
///
/// They are filled as the events come in, so they are right even where the timeline had to drop events.
public struct Phases: Sendable, Equatable {
    public var offerParsed: Int64?
    public var candidatesGathered: Int64?
    public var answerSent: Int64?
    public var firstCheckReceived: Int64?
    public var firstCheckSent: Int64?
    public var pairSucceeded: Int64?
    public var nominated: Int64?
    public var dtlsStarted: Int64?
    public var dtlsFinished: Int64?
    public var sctpStarted: Int64?
    public var sctpEstablished: Int64?
    public var channelOpen: Int64?
    public var connected: Int64?
    /// When a pair was first sent on because it was nominated.
    public var selected: Int64?

    public init() {}

    /// Notes the first occurrence of a stage.
    mutating func note(_ code: EventCode, _ facts: Facts, at offset: Int64) {
        switch code {
        case .offerParsed, .answerParsed: first(\.offerParsed, offset)
        case .candidatesGathered: first(\.candidatesGathered, offset)
        case .answerSent, .offerSent: first(\.answerSent, offset)
        case .checkReceived: first(\.firstCheckReceived, offset)
        case .checkSent: first(\.firstCheckSent, offset)
        case .pairSucceeded: first(\.pairSucceeded, offset)
        case .pairNominated: first(\.nominated, offset)
        case .pairSelected: first(\.selected, offset)
        case .dtlsClientHelloSent, .dtlsClientHelloSeen: first(\.dtlsStarted, offset)
        case .dtlsConnected: first(\.dtlsFinished, offset)
        case .sctpInitSent, .sctpInitSeen: first(\.sctpStarted, offset)
        case .sctpConnected: first(\.sctpEstablished, offset)
        case .channelOpened: first(\.channelOpen, offset)
        case .connectionStateChanged where facts["to"] == ConnectionState.connected.rawValue: first(\.connected, offset)
        default: break
        }
    }

    private mutating func first(_ stage: WritableKeyPath<Phases, Int64?>, _ offset: Int64) {
        if self[keyPath: stage] == nil { self[keyPath: stage] = offset }
    }

    /// Every stage with the name of its member in the JSON, in the order of a good day.
    var columns: [(name: StaticString, title: String, offset: Int64?)] {
        [
            ("offerParsedMs", "offer parsed", offerParsed),
            ("candidatesGatheredMs", "candidates gathered", candidatesGathered),
            ("answerSentMs", "answer sent", answerSent),
            ("firstCheckReceivedMs", "first check received", firstCheckReceived),
            ("firstCheckSentMs", "first check sent", firstCheckSent),
            ("pairSucceededMs", "first pair works", pairSucceeded),
            ("nominatedMs", "pair nominated", nominated),
            ("dtlsStartedMs", "DTLS started", dtlsStarted),
            ("dtlsFinishedMs", "DTLS finished", dtlsFinished),
            ("sctpStartedMs", "SCTP started", sctpStarted),
            ("sctpEstablishedMs", "SCTP established", sctpEstablished),
            ("channelOpenMs", "first channel open", channelOpen),
            ("connectedMs", "connected", connected),
        ]
    }
}

/// How long the parts of a set-up took, µs; nil where a part was not passed, or is not a part of this session.
public struct PhaseDurations: Sendable, Equatable {
    /// From the offer to the last candidate of ours.
    public var gathering: Int64?
    /// From the first check, of either side, to the pair that is sent on. Where no check was seen: from the answer.
    public var ice: Int64?
    /// From the first ClientHello to the last Finished.
    public var dtls: Int64?
    /// From the first INIT to the association.
    public var sctp: Int64?
    /// From connected to the first packet of media, and to the first key frame: there are none before media is received.
    public var firstPacket: Int64?
    public var firstKeyFrame: Int64?

    /// Every duration that is known, with the name of its member in the JSON.
    var members: [(name: StaticString, duration: Int64)] {
        let all: [(name: StaticString, duration: Int64?)] = [
            ("gatheringMs", gathering), ("iceMs", ice), ("dtlsMs", dtls), ("sctpMs", sctp), ("firstPacketMs", firstPacket),
            ("firstKeyFrameMs", firstKeyFrame),
        ]
        return all.compactMap { member in member.duration.map { (member.name, $0) } }
    }
}

extension Phases {
    public var durations: PhaseDurations {
        var durations = PhaseDurations()
        durations.gathering = Self.between(offerParsed, candidatesGathered)
        let firstCheck = [firstCheckReceived, firstCheckSent].compactMap { $0 }.min() ?? answerSent
        durations.ice = Self.between(firstCheck, selected ?? nominated)
        durations.dtls = Self.between(dtlsStarted, dtlsFinished)
        durations.sctp = Self.between(sctpStarted, sctpEstablished)
        return durations
    }

    /// nil also where the later one came first, as in a damaged record.
    private static func between(_ start: Int64?, _ end: Int64?) -> Int64? {
        guard let start, let end, end >= start else { return nil }
        let (duration, overflow) = end.subtractingReportingOverflow(start)
        return overflow ? nil : duration
    }
}
