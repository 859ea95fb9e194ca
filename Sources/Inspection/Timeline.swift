public import Wire

/// One thing that happened to a session.
public struct TimelineEvent: Sendable, Equatable {
    /// From 1, without gaps among the events that were kept or dropped.
    public var seq: Int
    /// µs since the first byte of the request, on the monotonic clock.
    public var offset: Int64
    public var code: EventCode
    /// A sentence that only this event has; nil where its code and its facts say it (`text`).
    public let detail: String?
    /// What led to it, in words.
    public var cause: String?
    public var pairId: String?
    public var candidateId: String?
    public var channelId: UInt16?
    /// The numbers of the evidence packets that prove it.
    public var evidence: [Int]
    public var data: Facts

    public init(
        seq: Int, offset: Int64, code: EventCode, detail: String? = nil, cause: String? = nil, pairId: String? = nil,
        candidateId: String? = nil,
        channelId: UInt16? = nil, evidence: [Int] = [], data: Facts = [:]
    ) {
        self.seq = seq
        self.offset = offset
        self.code = code
        self.detail = detail == code.sentence ? nil : detail
        self.cause = cause
        self.pairId = pairId
        self.candidateId = candidateId
        self.channelId = channelId
        self.evidence = evidence
        self.data = data
    }

}

/// A live session's events as they come in, bounded, with the phases they fill.
public struct Timeline: Sendable {
    public private(set) var events: [TimelineEvent] = []
    /// Events that did not fit. Their sequence numbers are missing in `events`.
    public private(set) var dropped = 0
    public private(set) var phases = Phases()
    public private(set) var lastSeq = 0
    private let limit: Int
    /// What of `limit` is kept back for the events that decide a session.
    private let kept: Int

    public init(limit: Int = Limits.events) {
        self.limit = limit
        kept = min(64, limit / 4)
    }

    /// Adds an event.
    ///
    /// - Parameters:
    ///   - offset: µs since the first byte of the request.
    ///   - text: a sentence that neither the code nor the facts can make.
    ///   - data: particulars; a state change has `from` and `to`.
    /// - Returns: the event's sequence number, also where it was dropped.
    @discardableResult
    public mutating func append(
        _ code: EventCode, at offset: Int64, text: String? = nil, cause: String? = nil, pair: String? = nil, candidate: String? = nil,
        channel: UInt16? = nil, evidence: [Int] = [], data facts: Facts = Facts()
    ) -> Int {
        lastSeq += 1
        phases.note(code, facts, at: offset)
        guard events.count < (code.isDecisive ? limit : limit - kept) else {
            dropped += 1
            return lastSeq
        }
        // A set-up with one data channel has about sixty.
        if events.isEmpty { events.reserveCapacity(min(limit, 64)) }
        events.append(
            TimelineEvent(
                seq: lastSeq, offset: offset, code: code, detail: text, cause: cause, pairId: pair, candidateId: candidate,
                channelId: channel,
                evidence: evidence, data: facts))
        return lastSeq
    }

    /// Adds a change of state: `from` and `to` become data.
    @discardableResult
    public mutating func appendChange<State: RawRepresentable<String>>(
        _ code: EventCode, from old: State, to new: State, at offset: Int64, cause: String? = nil, evidence: [Int] = []
    ) -> Int {
        append(
            code, at: offset, cause: cause, evidence: evidence, data: ["from": .text(old.rawValue), "to": .text(new.rawValue)])
    }

    /// The events after one sequence number, for a reader that resumes.
    public func events(after seq: Int) -> ArraySlice<TimelineEvent> {
        let index = events.lastIndex { $0.seq <= seq }.map { $0 + 1 } ?? 0
        return events[index...]
    }
}
