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
