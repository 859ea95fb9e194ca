/// What one report of a peer says, whatever form it came in: a page's own, or one connection of another tool's file.
///
/// Times are the peer's own, µs since 1970 by its clock. All texts are strangers' and are bounded when a record takes them in.
public struct ClientReport: Sendable, Equatable {
    /// A change of state, a call or a failure.
    public struct Event: Sendable, Equatable {
        public var time: Int64
        /// The W3C name without `on`: `iceconnectionstatechange`, `setRemoteDescription`, `setRemoteDescriptionOnFailure`, `close` …
        public var type: String
        public var value: String?

        public init(time: Int64, type: String, value: String? = nil) {
            self.time = time
            self.type = type
            self.value = value
        }
    }

    /// One report of getStats.
    public struct Sample: Sendable, Equatable {
        public var time: Int64
        public var entries: [Entry]

        public init(time: Int64, entries: [Entry]) {
            self.time = time
            self.entries = entries
        }
    }

    /// One dictionary of RTCStats.
    public struct Entry: Sendable, Equatable {
        public enum Value: Sendable, Equatable {
            case number(Double)
            case text(String)
            case flag(Bool)
        }

        public var id: String
        /// RTCStatsType: `transport`, `candidate-pair` …
        public var type: String
        public var members: [String: Value]

        public init(id: String, type: String, members: [String: Value] = [:]) {
            self.id = id
            self.type = type
            self.members = members
        }

        public func number(_ name: String) -> Double? {
            if case .number(let value)? = members[name], value.isFinite { value } else { nil }
        }

        /// A count: whole, not negative, and small enough for every reader.
        public func count(_ name: String) -> Int64? {
            number(name).flatMap { Int64(exactly: $0.rounded(.towardZero)) }.flatMap { (0...(1 << 53)).contains($0) ? $0 : nil }
        }

        /// A text; a number where a browser writes one in its place.
        public func text(_ name: String) -> String? {
            switch members[name] {
            case .text(let text)?: text
            case .number(let value)?: Int64(exactly: value).map(String.init)
            default: nil
            }
        }

        public func flag(_ name: String) -> Bool? {
            if case .flag(let value)? = members[name] { value } else { nil }
        }
    }

    public enum Source: String, Sendable, Decodable, CaseIterable {
        /// A page's own form.
        case report
        case webrtcInternals = "webrtc-internals"
        case rtcstats
    }

    public var source: Source
    /// What the connection is called in its file.
    public var connection: String?
    public var userAgent: String?
    /// The peer's clock when it sent the report.
    public var clock: Int64?
    /// The username fragments of the peer's side, the current one last.
    public var localFragments: [String] = []
    /// Those that it knows of our side, the current one last.
    public var remoteFragments: [String] = []
    /// In the order of their times.
    public var events: [Event] = []
    /// In the order of their times.
    public var samples: [Sample] = []

    public init(source: Source) {
        self.source = source
    }

    /// Whether nothing in it could be read as a fact.
    public var isEmpty: Bool { events.isEmpty && samples.isEmpty && userAgent == nil }

    public mutating func noteLocal(_ fragment: String) { ClientReport.note(fragment, in: &localFragments) }
    public mutating func noteRemote(_ fragment: String) { ClientReport.note(fragment, in: &remoteFragments) }

    /// The last one noted stands last; a hostile file does not make the list long.
    static func note(_ fragment: String, in list: inout [String]) {
        guard !fragment.isEmpty, fragment.utf8.count <= 256 else { return }
        list.removeAll { $0 == fragment }
        list.append(fragment)
        if list.count > 16 { list.removeFirst() }
    }
}

extension Record {
    /// Whether a report is of this session's own connection, seen from the peer's side: by the username fragments of both sides. Nil where
    /// the report names none.
    public func matches(_ report: ClientReport) -> Bool? {
        guard !report.localFragments.isEmpty || !report.remoteFragments.isEmpty else { return nil }
        let ours = fragments(connectivity.usernameFragment, answer)
        let theirs = fragments(connectivity.remote.usernameFragment, offer)
        // A file of ours, in which our own side is a connection too, has them the other way round.
        return report.localFragments.contains(where: theirs.contains) || report.remoteFragments.contains(where: ours.contains)
    }

    /// The fragment in use, and those of the first description.
    private func fragments(_ current: String?, _ description: Description?) -> Set<String> {
        var found = Set(description.map { usernameFragments(in: $0.text) } ?? [])
        if let current { found.insert(current) }
        return found
    }
}

/// The values of the `a=ice-ufrag` lines of a description.
public func usernameFragments(in sdp: String) -> [String] {
    sdp.split(whereSeparator: \.isNewline).compactMap { line in
        line.hasPrefix("a=ice-ufrag:") ? String(line.dropFirst(12)) : nil
    }
}
