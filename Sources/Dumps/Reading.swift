public import Inspection
internal import Wire

/// A report that was posted, read: one connection of a page's own form, all connections of another tool's file.
public struct PostedReport: Sendable {
    public var source: ClientReport.Source
    public var connections: [ClientReport] = []
    /// What was not understood or not kept, in words.
    public var leftOut: [String] = []

    /// Reads a body: JSON of our own form or of webrtc-internals, an rtcstats file, either of them packed with gzip.
    public init(_ body: [UInt8]) throws(DumpError) {
        let bytes = Gzip.isPacked(body) ? try Gzip.unpacked(body, limit: Limits.clientReportUnpackedBytes) : body
        if bytes.starts(with: Array("RTCStatsDump".utf8)) {
            self = try RTCStatsFile.read(bytes)
            return
        }
        let value = try JSONValue(parsing: bytes)
        guard let members = value.members else { throw .form("A report is a JSON object.") }
        if value["PeerConnections"] != nil {
            self = try InternalsFile.read(value)
        } else if members.contains(where: { OwnForm.names.contains($0.name) }) {
            self = try OwnForm.read(value)
        } else {
            throw .form(
                "This JSON is neither a report (`stats`, `events`) nor a dump of chrome://webrtc-internals (`PeerConnections`).")
        }
    }

    init(source: ClientReport.Source) {
        self.source = source
    }

    mutating func leave(_ words: String) {
        if leftOut.count < 16, !leftOut.contains(words) { leftOut.append(words) }
    }

    /// The connection that is this session's.
    ///
    /// - Parameter isNamed: the sender said which session it is about: then a lone connection that names no fragments is taken for it.
    public func connection(of record: Record, isNamed: Bool) -> ClientReport? {
        if let found = connections.first(where: { record.matches($0) == true }) { return found }
        guard isNamed, connections.count == 1, record.matches(connections[0]) == nil else { return nil }
        return connections[0]
    }
}

/// How much of one report is read at most. What comes beyond is thinned, and said.
enum ReadingLimits {
    static let events = 2_000
    static let samples = 600
    static let entries = 400
    static let connections = 64
}

extension ClientReport.Entry {
    /// The types that a record keeps something of.
    static let types: Set<String> = [
        "transport", "candidate-pair", "local-candidate", "remote-candidate", "peer-connection", "data-channel",
    ]

    init?(id: String, _ value: JSONValue) {
        guard case .object(let object) = value, let type = value["type"]?.text, Self.types.contains(type) else { return nil }
        self.init(id: id, type: type)
        for member in object.prefix(100) {
            switch member.value {
            case .number(let number): members[member.name] = .number(number)
            case .text(let text): members[member.name] = .text(text)
            case .flag(let flag): members[member.name] = .flag(flag)
            default: break
            }
        }
    }
}

extension ClientReport {
    /// Puts everything into the order of its time, and notes the username fragments that the statistics name.
    mutating func finish() {
        // Stable: what has one time stays in the order of the file.
        events = events.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
        samples = samples.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
        for entry in samples.last?.entries ?? [] where entry.type == "remote-candidate" {
            if let fragment = entry.text("usernameFragment") { noteRemote(fragment) }
        }
        for entry in samples.last?.entries ?? [] where entry.type == "local-candidate" {
            if let fragment = entry.text("usernameFragment") { noteLocal(fragment) }
        }
        for entry in samples.last?.entries ?? [] where entry.type == "transport" {
            if let fragment = entry.text("iceLocalUsernameFragment") { noteLocal(fragment) }
        }
    }

    mutating func noteDescription(_ sdp: String, isLocal: Bool) {
        for fragment in usernameFragments(in: sdp).suffix(16) {
            if isLocal { noteLocal(fragment) } else { noteRemote(fragment) }
        }
    }
}

/// Every how manieth of so many is kept, and which: the last always.
func thinned(_ count: Int, to most: Int) -> [Int] {
    guard count > most, most > 1 else { return Array(0..<max(count, 0)) }
    return (0..<most).map { $0 * (count - 1) / (most - 1) }
}
