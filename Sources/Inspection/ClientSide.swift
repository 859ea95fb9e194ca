extension Record {
    /// What the peer's own side told of the connection: posted to the session by its page, or taken from a file of a browser.
    ///
    /// Bounded: at most `Limits.clientBytes` as JSON, whatever was posted. The peer's times are µs since 1970 by its own clock; `clock`
    /// says what they are by ours.
    public struct ClientSide: Sendable, Equatable {
        /// How many reports were taken in.
        public var reports = 0
        public var sources: [ClientReport.Source] = []
        public var userAgent: String?
        /// When the first and the last one came, µs since the session's start by our clock.
        public var firstReportAt: Int64 = 0
        public var lastReportAt: Int64 = 0
        public var clock = Clock()
        /// The username fragments of its side and of ours as it knows it, the current ones last.
        public var localFragments: [String] = []
        public var remoteFragments: [String] = []
        /// When it was first seen to use its current one, µs since the session's start.
        public var localFragmentSince: Int64 = 0

        public var events: [ClientReport.Event] = []
        /// Events beyond the limits.
        public var eventsDropped = 0
        /// The last report of getStats that was told.
        public var last = LastReport()
        public var series = Series()
        /// Reports of getStats that were told, also those thinned out since.
        public var samplesSeen = 0
        /// What both sides had counted at the first and at the last report that can be compared.
        public var firstCount: Comparison?
        public var lastCount: Comparison?

        public init() {}

        /// What the peer's clock shows more than ours.
        public struct Clock: Sendable, Equatable {
            public enum Basis: String, Sendable, Decodable, CaseIterable {
                /// Nothing to compare: taken to be the same.
                case assumed
                /// By the moment at which the peer knew our answer.
                case answer
                /// By the moment at which both sides were connected.
                case connected
                /// By the time in a report when it was sent: off by what it took to come here.
                case sending
            }

            /// µs; add it to a time of ours to have the peer's.
            public var offset: Int64 = 0
            public var basis = Basis.assumed

            public init() {}
        }

        /// Counters of the selected pair on both sides at one moment.
        public struct Comparison: Sendable, Equatable {
            /// When, µs since 1970 by the peer's clock.
            public var time: Int64
            public var sent: Int64
            public var received: Int64
            public var oursSent: Int64
            public var oursReceived: Int64

            public init(time: Int64, sent: Int64, received: Int64, oursSent: Int64, oursReceived: Int64) {
                self.time = time
                self.sent = sent
                self.received = received
                self.oursSent = oursSent
                self.oursReceived = oursReceived
            }
        }

        /// The last value of a state's changes: `signalingstatechange`, `iceconnectionstatechange` …
        public func state(_ type: String) -> String? {
            events.last { $0.type == type }?.value
        }

        /// A time of the peer's as µs since the session's start by our clock.
        public func offset(of time: Int64, startedAt: Int64) -> Int64 {
            time.subtractingReportingOverflow(clock.offset).partialValue.subtractingReportingOverflow(startedAt).partialValue
        }

        public var selectedPair: Pair? {
            last.selectedPairId.flatMap { id in last.pairs.first { $0.id == id } }
        }

        public func candidate(_ id: String?) -> Candidate? {
            id.flatMap { id in last.candidates.first { $0.id == id } }
        }

        /// Sums over the pairs of the last report.
        public func sum(_ member: KeyPath<Pair, Int64?>) -> Int64? {
            let values = last.pairs.compactMap { $0[keyPath: member] }
            return values.isEmpty ? nil : values.reduce(0) { $0 &+ $1 }
        }
    }
}

extension Record.ClientSide {
    /// What of a report of getStats is kept.
    public struct LastReport: Sendable, Equatable {
        /// µs since 1970 by the peer's clock; 0 where there was none.
        public var time: Int64 = 0
        public var selectedPairId: String?
        public var dtlsState: String?
        public var iceRole: String?
        public var packetsSent: Int64?
        public var packetsReceived: Int64?
        public var bytesSent: Int64?
        public var bytesReceived: Int64?
        public var pairs: [Pair] = []
        public var candidates: [Candidate] = []
        public var channelsOpened: Int64?
        public var channelsClosed: Int64?
        public var messagesSent: Int64?
        public var messagesReceived: Int64?

        public init() {}
    }

    public struct Pair: Sendable, Equatable {
        public var id: String
        public var localCandidateId: String?
        public var remoteCandidateId: String?
        public var state: String?
        public var isNominated = false
        public var requestsSent: Int64?
        public var requestsReceived: Int64?
        public var responsesSent: Int64?
        public var responsesReceived: Int64?
        public var consentRequestsSent: Int64?
        public var packetsSent: Int64?
        public var packetsReceived: Int64?
        public var bytesSent: Int64?
        public var bytesReceived: Int64?
        /// µs.
        public var currentRoundTripTime: Int64?

        public init(id: String) { self.id = id }
    }

    public struct Candidate: Sendable, Equatable {
        public var id: String
        public var isRemote: Bool
        public var type: String?
        public var transport: String?
        public var address: String?
        public var port: Int64?

        public init(id: String, isRemote: Bool) {
            self.id = id
            self.isRemote = isRemote
        }
    }

    /// The key metrics of the selected pair, or of the transport where the browser counts nothing on a pair, over time: thinned by halves
    /// as it grows.
    public struct Series: Sendable, Equatable {
        /// In the order in which a row holds them.
        public enum Metric: Int, Sendable, CaseIterable {
            case bytesSent, bytesReceived, packetsSent, packetsReceived
            /// µs.
            case currentRoundTripTime
            case requestsSent, responsesReceived, requestsReceived

            public var name: String { "\(self)" }
        }

        /// µs since 1970 by the peer's clock, ascending.
        public var times: [Int64] = []
        /// By metric, as many as there are times; nil where it was not told.
        public var columns: [[Int64?]] = Array(repeating: [], count: Metric.allCases.count)
        /// Every how manieth report is kept.
        public var stride = 1
        /// Reports since the last one that was kept.
        var skipped = 0

        public init() {}

        mutating func append(_ time: Int64, _ row: [Int64?]) {
            guard times.last.map({ $0 < time }) ?? true, row.count == columns.count else { return }
            skipped += 1
            guard skipped >= stride else { return }
            skipped = 0
            times.append(time)
            for index in columns.indices { columns[index].append(row[index]) }
            if times.count > Record.ClientSide.points { halve() }
        }

        /// Keeps every second point.
        mutating func halve() {
            stride = min(stride &* 2, 1 << 20)
            times = everySecond(times)
            columns = columns.map(everySecond)
        }

        private func everySecond<Value>(_ list: [Value]) -> [Value] {
            list.indices.filter { $0 % 2 == 0 }.map { list[$0] }
        }
    }

    static let points = 600
}
