public import JSON

/// Which samples are asked for.
public struct SampleQuery: Sendable {
    /// `T0.bytesSent` for one series, `bytesSent` for those of every entry that has the member; empty for all.
    public private(set) var metrics: [(statsId: String?, member: SampleMember)] = []
    /// Unix ms.
    public var range: ClosedRange<Int64> = Int64.min...Int64.max
    /// ms between two points; nil: as many as there are, joined to at most `points` where there are more.
    public var step: Int64?

    /// Points of a series where no step is asked for.
    public static let points: Int64 = 600

    public init() {}

    /// Adds a metric by its name.
    /// - Returns: false where no numeric member is called so.
    public mutating func add(metric name: String) -> Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let last = parts.last, let member = SampleMember(name: last) else { return false }
        metrics.append((parts.count == 2 ? String(parts[0]) : nil, member))
        return true
    }

    func wants(_ metric: SampleMetric) -> Bool {
        metrics.isEmpty || metrics.contains { $0.member == metric.member && ($0.statsId == nil || $0.statsId == metric.statsId) }
    }
}

extension SampleSeries {
    /// One point for each interval of `step` ms that has values: its last time; of a counter the last value, of what goes up and
    /// down the mean with the least and the greatest.
    func points(step: Int64) -> [Point] {
        var points: [Point] = []
        var bucket: Int64?
        var count = 0.0
        for (time, value) in zip(times, values) {
            let own = time / max(1, step)
            if own == bucket, var point = points.popLast() {
                count += 1
                point.time = time
                point.value = metric.member.isCounter ? value : point.value + (value - point.value) / count
                point.least = min(point.least, value)
                point.greatest = max(point.greatest, value)
                points.append(point)
            } else {
                bucket = own
                count = 1
                points.append(Point(time: time, value: value, least: value, greatest: value))
            }
        }
        return points
    }

    struct Point: Equatable {
        var time: Int64
        var value: Double
        var least: Double
        var greatest: Double
    }
}

/// Writes `/v1/sessions/{id}/samples`.
///
/// - Parameters:
///   - interval: ms between two samples as they are taken now; 0 where none are.
///   - chunks: of the session, in the order of their times.
public func writeSamples(
    of id: String, interval: Int64, chunks: [[UInt8]], _ query: SampleQuery, into json: inout JSONWriter
) {
    let series = SampleSeries.read(chunks, in: query.range, where: query.wants)
    let first = series.compactMap(\.times.first).min()
    let last = series.compactMap(\.times.last).max()
    let step = query.step ?? max(interval, ((last ?? 0) - (first ?? 0)) / SampleQuery.points)
    json.object { json in
        json.member("sessionId", id)
        json.member("intervalMs", interval)
        json.member("stepMs", step)
        json.nullable("since", first.map { Timestamp(microseconds: $0 * 1000) })
        json.nullable("until", last.map { Timestamp(microseconds: $0 * 1000) })
        json.array("series") { json in
            for one in series {
                let isJoined = step > interval && !one.metric.member.isCounter
                json.object { json in
                    json.member("metric", one.metric.name)
                    json.member("statsId", one.statsId)
                    json.member("member", one.member)
                    json.member("kind", one.metric.member.isCounter ? "counter" : "gauge")
                    json.member("unit", one.metric.member.unit)
                    json.array("points") { json in
                        for point in one.points(step: step) {
                            json.beginArray()
                            json.number(point.time)
                            json.number(point.value)
                            if isJoined {
                                json.number(point.least)
                                json.number(point.greatest)
                            }
                            json.endArray()
                        }
                    }
                }
            }
        }
    }
}
