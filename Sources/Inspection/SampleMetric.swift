/// A numeric member of the statistics report that is kept as a series, by a number that a stored chunk names it by: never renumbered.
public enum SampleMember: UInt8, Sendable, CaseIterable {
    case packetsSent = 1
    case packetsReceived = 2
    case bytesSent = 3
    case bytesReceived = 4
    case currentRoundTripTime = 5
    case totalRoundTripTime = 6
    case requestsSent = 7
    case requestsReceived = 8
    case responsesSent = 9
    case responsesReceived = 10
    case consentRequestsSent = 11
    case messagesSent = 12
    case messagesReceived = 13
    case smoothedRoundTripTime = 14
    case congestionWindow = 15
    case receiverWindow = 16
    case mtu = 17
    case unackedData = 18
    case dataChannelsOpened = 19
    case dataChannelsClosed = 20
    case bufferedAmount = 21
    case packetsDiscardedOnSend = 22
    case bytesDiscardedOnSend = 23
    case selectedCandidatePairChanges = 24

    /// The member's name in the report.
    public var name: String { "\(self)" }

    /// Whether it only grows, so that its difference over a time is a rate; otherwise it is the value of the moment.
    public var isCounter: Bool {
        switch self {
        case .currentRoundTripTime, .smoothedRoundTripTime, .congestionWindow, .receiverWindow, .mtu, .unackedData, .bufferedAmount: false
        default: true
        }
    }

    /// What it is counted in.
    public var unit: String {
        switch self {
        case .packetsSent, .packetsReceived, .packetsDiscardedOnSend: "packets"
        case .bytesSent, .bytesReceived, .bytesDiscardedOnSend, .congestionWindow, .receiverWindow, .mtu, .bufferedAmount: "bytes"
        case .currentRoundTripTime, .totalRoundTripTime, .smoothedRoundTripTime: "seconds"
        case .requestsSent, .requestsReceived, .responsesSent, .responsesReceived, .consentRequestsSent: "checks"
        case .messagesSent, .messagesReceived: "messages"
        case .unackedData: "chunks"
        case .dataChannelsOpened, .dataChannelsClosed: "channels"
        case .selectedCandidatePairChanges: "changes"
        }
    }

    /// Times are kept in µs and shown in seconds, as the report shows them.
    var scale: Double { unit == "seconds" ? 1_000_000 : 1 }

    init?(name: some StringProtocol) {
        guard let member = SampleMember.allCases.first(where: { $0.name == name }) else { return nil }
        self = member
    }
}

/// One series of a session: a member of one entry of the report.
public struct SampleMetric: Hashable, Sendable {
    /// The kind of entry. The raw value stands in stored chunks.
    public enum Entry: UInt8, Sendable {
        case peerConnection = 1
        case transport = 2
        case candidatePair = 3
        case dataChannel = 4
        case sctpTransport = 5
    }

    public let entry: Entry
    /// The number in the entry's id: 7 of `CP7`; 0 where there is one such entry.
    public let number: UInt32
    public let member: SampleMember

    public init(_ entry: Entry, _ number: UInt32 = 0, _ member: SampleMember) {
        self.entry = entry
        self.number = number
        self.member = member
    }

    /// The id of the entry in the report.
    public var statsId: String {
        switch entry {
        case .peerConnection: "PC"
        case .transport: "T0"
        case .candidatePair: "CP\(number)"
        case .dataChannel: "D\(number)"
        case .sctpTransport: "SCTP0"
        }
    }

    /// `T0.bytesSent`
    public var name: String { "\(statsId).\(member.name)" }

    /// All of it in one number, so that two lists of metrics are compared quickly.
    var code: UInt64 { UInt64(entry.rawValue) << 40 | UInt64(number) << 8 | UInt64(member.rawValue) }

    init?(code: UInt64) {
        guard let entry = Entry(rawValue: UInt8(truncatingIfNeeded: code >> 40)), code >> 48 == 0,
            let member = SampleMember(rawValue: UInt8(truncatingIfNeeded: code))
        else { return nil }
        self.init(entry, UInt32(truncatingIfNeeded: code >> 8), member)
    }
}
