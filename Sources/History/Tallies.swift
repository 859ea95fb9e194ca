import GRDB
import Glibc

/// The counters of one transaction: how they change, gathered in memory and written once at its end.
struct Tallies {
    private struct Cell: Hashable {
        var day: Int64
        var kind: String
        var outcome: String
        var finding: String
    }

    private struct Slot: Hashable {
        var day: Int64
        var phase: Int
        var bucket: Int64
    }

    private var cells: [Cell: Int64] = [:]
    private var slots: [Slot: Int64] = [:]
    private var kept: [Bool: Int64] = [:]

    /// Counts a session as it stands, or with -1 no more.
    mutating func count(_ facts: Counted, _ change: Int64) {
        let day = Tallies.day(of: facts.createdAt)
        cells[Cell(day: day, kind: facts.kind, outcome: facts.outcome ?? "", finding: facts.finding ?? ""), default: 0] += change
        for phase in Histogram.phases.indices {
            guard let milliseconds = facts.time(phase) else { continue }
            slots[Slot(day: day, phase: phase, bucket: Histogram.bucket(of: milliseconds)), default: 0] += change
        }
    }

    /// Counts the rows in the file, which retention goes by: refused ones apart.
    mutating func keep(outcome: String?, _ change: Int64) { kept[outcome == "refused", default: 0] += change }

    func finish(_ database: Database) throws {
        let cell = try Prepared(
            database,
            """
            INSERT INTO tally (day, kind, outcome, finding, sessions) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET sessions = sessions + excluded.sessions
            """)
        for (key, change) in cells where change != 0 {
            cell.bind(key.day, at: 1)
            cell.bind(key.kind, at: 2)
            cell.bind(key.outcome, at: 3)
            cell.bind(key.finding, at: 4)
            cell.bind(change, at: 5)
            try cell.run()
            guard change < 0 else { continue }
            let removal = try Prepared(
                database, "DELETE FROM tally WHERE day = ? AND kind = ? AND outcome = ? AND finding = ? AND sessions <= 0")
            removal.bind(key.day, at: 1)
            removal.bind(key.kind, at: 2)
            removal.bind(key.outcome, at: 3)
            removal.bind(key.finding, at: 4)
            try removal.run()
        }
        let slot = try Prepared(
            database,
            """
            INSERT INTO timing (day, phase, bucket, sessions) VALUES (?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET sessions = sessions + excluded.sessions
            """)
        for (key, change) in slots where change != 0 {
            slot.bind(key.day, at: 1)
            slot.bind(Histogram.phases[key.phase], at: 2)
            slot.bind(key.bucket, at: 3)
            slot.bind(change, at: 4)
            try slot.run()
            guard change < 0 else { continue }
            let removal = try Prepared(database, "DELETE FROM timing WHERE day = ? AND phase = ? AND bucket = ? AND sessions <= 0")
            removal.bind(key.day, at: 1)
            removal.bind(Histogram.phases[key.phase], at: 2)
            removal.bind(key.bucket, at: 3)
            try removal.run()
        }
        let total = try Prepared(
            database, "INSERT INTO kept (refused, sessions) VALUES (?, ?) ON CONFLICT DO UPDATE SET sessions = sessions + excluded.sessions"
        )
        for (isRefused, change) in kept where change != 0 {
            total.bind(Int64(isRefused ? 1 : 0), at: 1)
            total.bind(change, at: 2)
            try total.run()
        }
    }

    static let dayLength: Int64 = 86_400_000

    /// The midnight before a time, in Unix milliseconds.
    static func day(of time: Int64) -> Int64 {
        let rest = time % dayLength
        return time - rest - (rest < 0 && time - rest >= .min + dayLength ? dayLength : 0)
    }
}

/// What of a session is counted.
struct Counted: Equatable {
    var createdAt: Int64
    var kind: String
    var outcome: String?
    var finding: String?
    /// `Phases.connected`.
    var connected: Double?
    var durations: Durations

    /// Milliseconds, by the order of `Histogram.phases`.
    func time(_ phase: Int) -> Double? {
        switch phase {
        case 0: connected
        case 1: durations.gathering
        case 2: durations.ice
        case 3: durations.dtls
        case 4: durations.sctp
        case 5: durations.firstPacket
        default: durations.firstKeyFrame
        }
    }
}

extension Counted {
    init(_ row: SessionRow) {
        self.init(
            createdAt: row.createdAt, kind: row.kind, outcome: row.outcome, finding: row.finding, connected: row.phases.connected,
            durations: row.durations)
    }
}

/// Times sorted into buckets, each a tenth wider than the one before: any time is told within five per cent.
enum Histogram {
    /// As in the column `phase`; "connected" is the whole set-up.
    static let phases = ["connected", "gathering", "ice", "dtls", "sctp", "first-packet", "first-key-frame"]

    private static let step = log(1.1)

    /// Bucket n holds the times from 1.1ⁿ to 1.1ⁿ⁺¹ milliseconds; what is under a microsecond, or over eleven days, counts as that.
    static func bucket(of milliseconds: Double) -> Int64 {
        guard milliseconds > 0.001 else { return lowest }
        return min(Int64(floor(log(min(milliseconds, 1e9)) / step)), highest)
    }

    static let lowest = Int64(-73)
    static let highest = Int64(217)

    /// The middle of a bucket, by its logarithm, in milliseconds.
    static func milliseconds(_ bucket: Int64) -> Double { exp((Double(min(max(bucket, lowest), highest)) + 0.5) * step) }

    /// - Parameter buckets: in order, with the sessions of each.
    static func percentiles(_ buckets: [(bucket: Int64, sessions: Int)]) -> Percentiles? {
        let count = buckets.reduce(0) { $0 + $1.sessions }
        guard count > 0 else { return nil }
        func at(_ share: Double) -> Double {
            let rank = max(1, Int((Double(count) * share).rounded(.up)))
            var seen = 0
            for (bucket, sessions) in buckets {
                seen += sessions
                if seen >= rank { return milliseconds(bucket) }
            }
            return 0
        }
        return Percentiles(count: count, p50: at(0.5), p90: at(0.9), p99: at(0.99))
    }
}
