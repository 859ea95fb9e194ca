public import Inspection
internal import JSON

/// A session on its way into a file of another tool: our side as one connection, the peer's, where it told of it, as a second.
public struct Dump {
    /// One connection: what happened, and its statistics over time.
    struct Side {
        var name: String
        var url: String
        var userAgent: String?
        var events: [Event]
        /// By id of the entry, in the order of the report.
        var entries: [Entry]
    }

    struct Event {
        /// µs since 1970 by our clock.
        var time: Int64
        var type: String
        /// What the log shows: a text, or a JSON object as text.
        var value: Value
    }

    enum Value {
        case none
        case text(String)
        case description(type: String, sdp: String)
        case candidate(String)
    }

    /// One entry of the statistics.
    struct Entry {
        var id: String
        var type: String
        /// Members of the last report, as they stand.
        var last: [JSONValue.Member]
        /// Of the last report, µs since 1970.
        var time: Int64
        /// Earlier values: by member, at times in µs.
        var series: [(member: String, times: [Int64], values: [Double])] = []
    }

    var sides: [Side]
    let product: String
    /// µs since 1970.
    let startedAt: Int64
    let endedAt: Int64

    /// - Parameters:
    ///   - samples: what was recorded of it over time.
    ///   - product: name and version of this program.
    ///   - origin: where the session is found.
    public init(of record: Record, samples: [SampleSeries], product: String, origin: String) {
        self.product = product
        startedAt = record.startedAt
        endedAt = record.startedAt &+ record.duration
        sides = [Side(of: record, samples, url: origin)]
        if let client = record.client { sides.append(Side(of: client, record, url: origin + "/client-report")) }
    }

    public func file(_ format: Format) -> [UInt8] {
        switch format {
        case .webrtcInternals: internalsFile
        case .rtcstats: rtcstatsFile
        }
    }

    /// At most as many values as the tools keep of a series.
    static let points = 1_000
}

extension Dump.Side {
    /// Our side.
    init(of record: Record, _ samples: [SampleSeries], url: String) {
        name = "1-1"
        self.url = url
        userAgent = nil
        var json = JSONWriter(capacity: 16 * 1024)
        StatsReport(of: record).write(into: &json)
        let report = try? JSONValue(parsing: json.finish())
        var byId: [String: [SampleSeries]] = [:]
        for series in samples { byId[series.statsId, default: []].append(series) }
        entries = (report?.members ?? []).compactMap { member in
            guard var entry = Dump.Entry(member) else { return nil }
            for series in byId[entry.id] ?? [] where !series.times.isEmpty {
                // The last report follows behind.
                let count = series.times.firstIndex { $0 &* 1000 >= entry.time } ?? series.times.count
                let kept = thinned(count, to: Dump.points - 1)
                entry.series.append((series.member, kept.map { series.times[$0] &* 1000 }, kept.map { series.values[$0] }))
            }
            return entry
        }
        events = record.events.flatMap { Dump.Event.all(of: $0, record) }
    }

    /// The peer's side, by our clock.
    init(of client: Record.ClientSide, _ record: Record, url: String) {
        name = "2-1"
        self.url = url
        userAgent = client.userAgent
        func ours(_ time: Int64) -> Int64 { record.startedAt &+ client.offset(of: time, startedAt: record.startedAt) }
        events = client.events.map { event in
            Dump.Event(time: ours(event.time), type: event.type, value: event.value.map { .text($0) } ?? .none)
        }
        entries = client.last.time > 0 ? Dump.Entry.all(of: client, at: ours) : []
    }
}

extension Dump.Entry {
    init?(_ member: JSONValue.Member) {
        guard let type = member.value["type"]?.text, let time = member.value["timestamp"]?.time, let members = member.value.members else {
            return nil
        }
        self.init(id: member.name, type: type, last: members.filter { !["timestamp", "type", "id"].contains($0.name) }, time: time)
    }

    /// What is kept of a peer's last report, and its series.
    static func all(of client: Record.ClientSide, at ours: (Int64) -> Int64) -> [Dump.Entry] {
        let time = ours(client.last.time)
        func entry(_ id: String, _ type: String, _ members: [(String, JSONValue?)]) -> Dump.Entry {
            let known = members.compactMap { name, value in value.map { JSONValue.Member(name: name, value: $0) } }
            return Dump.Entry(id: id, type: type, last: known, time: time)
        }
        func text(_ text: String?) -> JSONValue? { text.map { .text($0) } }
        func count(_ count: Int64?) -> JSONValue? { count.map { .number(Double($0)) } }
        let last = client.last
        var transport = entry(
            "T", "transport",
            [
                ("selectedCandidatePairId", text(last.selectedPairId)), ("dtlsState", text(last.dtlsState)),
                ("iceRole", text(last.iceRole)),
                ("iceLocalUsernameFragment", text(client.localFragments.last)), ("packetsSent", count(last.packetsSent)),
                ("packetsReceived", count(last.packetsReceived)), ("bytesSent", count(last.bytesSent)),
                ("bytesReceived", count(last.bytesReceived)),
            ])
        var pairs = last.pairs.map { pair in
            entry(
                pair.id, "candidate-pair",
                [
                    ("transportId", .text("T")), ("localCandidateId", text(pair.localCandidateId)),
                    ("remoteCandidateId", text(pair.remoteCandidateId)), ("state", text(pair.state)),
                    ("nominated", .flag(pair.isNominated)),
                    ("requestsSent", count(pair.requestsSent)), ("requestsReceived", count(pair.requestsReceived)),
                    ("responsesSent", count(pair.responsesSent)), ("responsesReceived", count(pair.responsesReceived)),
                    // The tools add it to the others, so it is told as none where it is not known.
                    ("consentRequestsSent", .number(Double(pair.consentRequestsSent ?? 0))),
                    ("packetsSent", count(pair.packetsSent)), ("packetsReceived", count(pair.packetsReceived)),
                    ("bytesSent", count(pair.bytesSent)), ("bytesReceived", count(pair.bytesReceived)),
                    ("currentRoundTripTime", pair.currentRoundTripTime.map { .number(Double($0) / 1_000_000) }),
                ])
        }
        let candidates = last.candidates.map { candidate in
            entry(
                candidate.id, candidate.isRemote ? "remote-candidate" : "local-candidate",
                [
                    ("transportId", .text("T")), ("address", text(candidate.address)), ("port", count(candidate.port)),
                    ("protocol", text(candidate.transport)), ("candidateType", text(candidate.type)),
                    ("usernameFragment", text(candidate.isRemote ? client.remoteFragments.last : client.localFragments.last)),
                    ("isRemote", .flag(candidate.isRemote)),
                ])
        }
        // The series is that of the selected pair, or of the transport.
        let index = pairs.firstIndex { $0.id == last.selectedPairId }
        for metric in Record.ClientSide.Series.Metric.allCases {
            let column = client.series.columns[metric.rawValue]
            let rows = zip(client.series.times, column).compactMap { time, value in value.map { (ours(time), Double($0)) } }
                .filter { $0.0 < time }
            guard !rows.isEmpty else { continue }
            let values = metric == .currentRoundTripTime ? rows.map { $0.1 / 1_000_000 } : rows.map(\.1)
            if let index {
                pairs[index].series.append((metric.name, rows.map(\.0), values))
            } else {
                transport.series.append((metric.name, rows.map(\.0), values))
            }
        }
        var all = [transport] + pairs + candidates
        let connection = entry(
            "P", "peer-connection",
            [("dataChannelsOpened", count(last.channelsOpened)), ("dataChannelsClosed", count(last.channelsClosed))])
        if !connection.last.isEmpty { all.append(connection) }
        return all
    }
}
