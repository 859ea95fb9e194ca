internal import Wire

/// The samples of one session since its last chunk began, packed as they come: a session where nothing happens costs three bytes a row.
///
/// A chunk is: a version, the wall clock of its first row (ms), then records. Each row is a record of its time and of those values that
/// did not go on as they went before (`SampleTrend` says how they go on); before a row whose metrics are others than those of the
/// row before, a record lists them. All numbers are variable-length (7 bits a byte, lowest first), signed ones zigzag.
public struct SampleLog: Sendable {
    static let version: UInt8 = 1
    /// The records of a chunk, by their first byte.
    enum Mark {
        static let metrics: UInt8 = 0
        static let row: UInt8 = 1
    }

    /// The packed chunk, so far.
    public private(set) var chunk: [UInt8] = []
    public private(set) var rows = 0
    /// The wall clock of the first and the last row, Unix ms.
    public private(set) var firstAt: Int64 = 0
    public private(set) var lastAt: Int64 = 0

    private var metrics: [SampleMetric] = []
    private var trends: [SampleTrend] = []
    private var interval: Int64 = 0

    public init() {}

    /// Adds a row.
    ///
    /// - Parameters:
    ///   - values: a metric and its value each, in an order that stays the same from row to row as far as it can. At most
    ///     `Limits.sampleMetrics`; more are left out.
    ///   - time: Unix ms, later than that of the row before.
    public mutating func append(_ values: [(metric: SampleMetric, value: Int64)], at time: Int64) {
        let values = values.prefix(Limits.sampleMetrics)
        if rows == 0 { begin(at: time) }
        if !isAsBefore(values) { list(values) }
        chunk.append(Mark.row)
        put(signed: time &- lastAt &- interval)
        interval = time &- lastAt
        lastAt = time
        var changes = 0
        for index in trends.indices where values[index].value != trends[index].expected { changes += 1 }
        put(UInt64(changes))
        var skipped = 0
        for index in trends.indices {
            let surprise = values[index].value &- trends[index].expected
            if surprise == 0 {
                skipped += 1
            } else {
                put(UInt64(skipped))
                put(signed: surprise)
                skipped = 0
            }
            trends[index].follow(values[index].value)
        }
        rows += 1
    }

    /// Begins the next chunk: what was packed is the caller's to keep.
    public mutating func startNewChunk() {
        chunk.removeAll(keepingCapacity: true)
        rows = 0
    }

    private mutating func begin(at time: Int64) {
        firstAt = time
        lastAt = time
        interval = 0
        metrics.removeAll(keepingCapacity: true)
        trends.removeAll(keepingCapacity: true)
        chunk.append(Self.version)
        put(signed: time)
    }

    private func isAsBefore(_ values: ArraySlice<(metric: SampleMetric, value: Int64)>) -> Bool {
        guard values.count == metrics.count else { return false }
        for index in metrics.indices where metrics[index] != values[index].metric { return false }
        return true
    }

    /// Writes which metrics the rows that follow have: each by its place in the list before, or anew.
    private mutating func list(_ values: ArraySlice<(metric: SampleMetric, value: Int64)>) {
        chunk.append(Mark.metrics)
        put(UInt64(values.count))
        var next: [SampleTrend] = []
        for (metric, _) in values {
            if let place = metrics.firstIndex(of: metric) {
                put(UInt64(place) + 1)
                next.append(trends[place])
            } else {
                put(0)
                put(metric.code)
                next.append(SampleTrend())
            }
        }
        metrics = values.map(\.metric)
        trends = next
    }

    private mutating func put(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            chunk.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        chunk.append(UInt8(truncatingIfNeeded: rest))
    }

    private mutating func put(signed number: Int64) {
        put(UInt64(bitPattern: number << 1 ^ number >> 63))
    }
}

/// How one value goes on: where it moved twice in a row it moves on by as much, otherwise it stays. So a stream that flows costs its
/// jitter, and a value that moves now and then costs one number each time.
struct SampleTrend {
    private(set) var last: Int64 = 0
    private var difference: Int64 = 0
    private var isMoving = false

    var expected: Int64 { isMoving ? last &+ difference : last }

    mutating func follow(_ value: Int64) {
        let moved = value &- last
        isMoving = moved != 0 && difference != 0
        difference = moved
        last = value
    }
}
