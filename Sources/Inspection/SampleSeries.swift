internal import Wire

/// The values of one metric over time.
public struct SampleSeries: Sendable, Equatable {
    public let metric: SampleMetric
    /// Unix ms, ascending.
    public var times: [Int64] = []
    /// As many as there are times, in the unit of the member.
    public var values: [Double] = []

    public var statsId: String { metric.statsId }
    public var member: String { metric.member.name }

    /// Reads what chunks hold, in the order of first appearance. What is damaged is left out, from the damage on to the end of its chunk.
    ///
    /// - Parameters:
    ///   - chunks: in the order of their times.
    ///   - range: of the rows wanted, Unix ms.
    ///   - isWanted: which metrics; reading few is quick.
    public static func read(
        _ chunks: [[UInt8]], in range: ClosedRange<Int64> = Int64.min...Int64.max, where isWanted: (SampleMetric) -> Bool = { _ in true }
    ) -> [SampleSeries] {
        var all: [SampleSeries] = []
        var places: [SampleMetric: Int] = [:]
        for chunk in chunks {
            var reader = SampleReader(chunk.span)
            while reader.nextRow() {
                if reader.hasNewMetrics {
                    reader.places = reader.metrics.map { metric in
                        guard isWanted(metric) else { return -1 }
                        if let place = places[metric] { return place }
                        places[metric] = all.count
                        all.append(SampleSeries(metric: metric))
                        return all.count - 1
                    }
                }
                guard range.contains(reader.time) else { continue }
                for (index, place) in reader.places.enumerated() where place >= 0 {
                    // Chunks that overlap, as after a change of the wall clock, must not turn time back.
                    if let previous = all[place].times.last, previous >= reader.time { continue }
                    all[place].times.append(reader.time)
                    all[place].values.append(Double(reader.value(index)) / reader.metrics[index].member.scale)
                }
            }
        }
        return all
    }

    init(metric: SampleMetric) { self.metric = metric }
}

/// Reads one chunk row by row; every length is checked, and nothing is allocated that the bytes do not hold.
struct SampleReader: ~Escapable {
    private var bytes: ByteReader
    private(set) var metrics: [SampleMetric] = []
    private var trends: [SampleTrend] = []
    private(set) var time: Int64 = 0
    private var interval: Int64 = 0
    private var isSound: Bool
    /// Whether the row's metrics are others than those of the row before.
    private(set) var hasNewMetrics = false
    /// The caller's: where each metric's values go.
    var places: [Int] = []

    @_lifetime(copy chunk)
    init(_ chunk: Span<UInt8>) {
        bytes = ByteReader(chunk)
        isSound = bytes.readUInt8() == SampleLog.version
        if let start = readSigned() { time = start } else { isSound = false }
    }

    /// The value of one metric in the row that was read last.
    func value(_ index: Int) -> Int64 { trends[index].last }

    /// Reads the next row. False at the end, and where the chunk is damaged.
    @_lifetime(self: copy self)
    mutating func nextRow() -> Bool {
        hasNewMetrics = false
        while isSound, let mark = bytes.readUInt8() {
            switch mark {
            case SampleLog.Mark.metrics:
                isSound = readMetrics()
                hasNewMetrics = true
            case SampleLog.Mark.row:
                isSound = readRow()
                return isSound
            default:
                isSound = false
            }
        }
        return false
    }

    @_lifetime(self: copy self)
    private mutating func readMetrics() -> Bool {
        guard let count = readNumber(), count <= Limits.sampleMetrics else { return false }
        var next: (metrics: [SampleMetric], trends: [SampleTrend]) = ([], [])
        for _ in 0..<count {
            guard let place = readNumber() else { return false }
            if place == 0 {
                guard let code = readNumber(), let metric = SampleMetric(code: code) else { return false }
                next.metrics.append(metric)
                next.trends.append(SampleTrend())
            } else {
                guard let index = Int(exactly: place - 1), metrics.indices.contains(index) else { return false }
                next.metrics.append(metrics[index])
                next.trends.append(trends[index])
            }
        }
        (metrics, trends) = next
        return true
    }

    @_lifetime(self: copy self)
    private mutating func readRow() -> Bool {
        guard let surprise = readSigned(), let changes = readNumber() else { return false }
        interval = interval &+ surprise
        time = time &+ interval
        var next = 0
        for _ in 0..<min(changes, UInt64(trends.count)) {
            guard let skipped = readNumber(), let surprise = readSigned(), skipped < UInt64(trends.count - next) else { return false }
            for _ in 0..<Int(skipped) { goOn(&next, by: 0) }
            goOn(&next, by: surprise)
        }
        while next < trends.count { goOn(&next, by: 0) }
        return true
    }

    @_lifetime(self: copy self)
    private mutating func goOn(_ index: inout Int, by surprise: Int64) {
        trends[index].follow(trends[index].expected &+ surprise)
        index += 1
    }

    @_lifetime(self: copy self)
    private mutating func readNumber() -> UInt64? {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while shift < 64, let byte = bytes.readUInt8() {
            number |= UInt64(byte & 0x7f) << shift
            if byte & 0x80 == 0 { return number }
            shift += 7
        }
        return nil
    }

    @_lifetime(self: copy self)
    private mutating func readSigned() -> Int64? {
        readNumber().map { Int64(bitPattern: $0 >> 1) ^ -Int64(bitPattern: $0 & 1) }
    }
}
