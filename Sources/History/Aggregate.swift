import GRDB

/// What the kept counters say of a span of days; costs the days it spans, never the sessions.
///
/// Sessions removed by retention still count, for `Retention.statisticsDays`; an erased one never was.
public struct Aggregate: Equatable, Sendable {
    /// Sessions by day, kind, outcome and first finding; in that order, oldest day first.
    public var days: [DayCount] = []
    /// How long sessions took to connect (`Phases.connected`), by day; days without one are left out.
    public var setup: [DayPercentiles] = []
    /// The same over all days asked for; nil where no session connected.
    public var setupOverall: Percentiles?
    /// How long each phase took, for the phases that any session went through.
    public var phases: [PhasePercentiles] = []

    public init() {}
}

/// Sessions of one day that have these three things in common.
public struct DayCount: Equatable, Sendable {
    /// Its midnight in UTC, in Unix milliseconds. The day is that in which the session was created.
    public var day: Int64
    public var kind: String
    /// Nil for sessions that live.
    public var outcome: String?
    /// `SessionRow.finding`.
    public var finding: String?
    public var sessions: Int

    public init(day: Int64, kind: String, outcome: String?, finding: String?, sessions: Int) {
        self.day = day
        self.kind = kind
        self.outcome = outcome
        self.finding = finding
        self.sessions = sessions
    }
}

/// Milliseconds that half, nine tenths and 99 of 100 did not exceed, each within five per cent.
public struct Percentiles: Equatable, Sendable {
    public var count: Int
    public var p50: Double
    public var p90: Double
    public var p99: Double

    public init(count: Int, p50: Double, p90: Double, p99: Double) {
        self.count = count
        self.p50 = p50
        self.p90 = p90
        self.p99 = p99
    }
}

/// Percentiles of one day.
public struct DayPercentiles: Equatable, Sendable {
    /// Its midnight in UTC, in Unix milliseconds.
    public var day: Int64
    public var count: Int
    public var p50: Double
    public var p90: Double
    public var p99: Double

    public init(day: Int64, _ percentiles: Percentiles) {
        self.day = day
        count = percentiles.count
        p50 = percentiles.p50
        p90 = percentiles.p90
        p99 = percentiles.p99
    }
}

/// How long one phase took, by day.
public struct PhasePercentiles: Equatable, Sendable {
    /// `"gathering"`, `"ice"`, `"dtls"`, `"sctp"`, `"first-packet"` or `"first-key-frame"`.
    public var phase: String
    public var days: [DayPercentiles]
    public var overall: Percentiles

    public init(phase: String, days: [DayPercentiles], overall: Percentiles) {
        self.phase = phase
        self.days = days
        self.overall = overall
    }
}

extension Store {
    /// Counts of the days that the span touches.
    /// - Parameters:
    ///   - since: Unix milliseconds; nil from the first day on.
    ///   - until: Unix milliseconds, itself left out; nil to the last day.
    public func aggregate(since: Int64? = nil, until: Int64? = nil) throws(HistoryError) -> Aggregate {
        let first = since.map(Tallies.day) ?? .min
        let end = until ?? .max
        return try read { database in
            var aggregate = Aggregate()
            aggregate.days = try database.tallies(from: first, until: end)
            for (phase, days) in try database.timings(from: first, until: end) {
                let byDay = days.compactMap { day in Histogram.percentiles(day.buckets).map { DayPercentiles(day: day.day, $0) } }
                var joined: [Int64: Int] = [:]
                for (bucket, sessions) in days.flatMap(\.buckets) { joined[bucket, default: 0] += sessions }
                let buckets = joined.sorted { $0.key < $1.key }.map { (bucket: $0.key, sessions: $0.value) }
                guard let overall = Histogram.percentiles(buckets) else { continue }
                if phase == Histogram.phases[0] {
                    aggregate.setup = byDay
                    aggregate.setupOverall = overall
                } else {
                    aggregate.phases.append(PhasePercentiles(phase: phase, days: byDay, overall: overall))
                }
            }
            return aggregate
        }
    }
}

extension Database {
    fileprivate func tallies(from first: Int64, until end: Int64) throws -> [DayCount] {
        let search = try Prepared(
            self,
            "SELECT day, kind, outcome, finding, sessions FROM tally WHERE day >= ? AND day < ? ORDER BY day, kind, outcome, finding")
        defer { search.reset() }
        search.bind(first, at: 1)
        search.bind(end, at: 2)
        var days: [DayCount] = []
        while try search.step() {
            let (outcome, finding) = (search.text(2), search.text(3))
            days.append(
                DayCount(
                    day: search.integer(0), kind: search.text(1), outcome: outcome.isEmpty ? nil : outcome,
                    finding: finding.isEmpty ? nil : finding, sessions: Int(search.integer(4))))
        }
        return days
    }

    /// The histograms of each phase that has any, by day.
    fileprivate func timings(
        from first: Int64, until end: Int64
    ) throws -> [(phase: String, days: [(day: Int64, buckets: [(bucket: Int64, sessions: Int)])])] {
        let search = try Prepared(
            self, "SELECT day, phase, bucket, sessions FROM timing WHERE day >= ? AND day < ? ORDER BY day, phase, bucket")
        defer { search.reset() }
        search.bind(first, at: 1)
        search.bind(end, at: 2)
        var byPhase: [String: [(day: Int64, buckets: [(bucket: Int64, sessions: Int)])]] = [:]
        while try search.step() {
            let day = search.integer(0)
            let cell = (bucket: search.integer(2), sessions: Int(search.integer(3)))
            var days = byPhase.removeValue(forKey: search.text(1)) ?? []
            if days.last?.day == day { days[days.count - 1].buckets.append(cell) } else { days.append((day, [cell])) }
            byPhase[search.text(1)] = days
        }
        return Histogram.phases.compactMap { phase in byPhase[phase].map { (phase, $0) } }
    }
}
