import Inspection
import JSON
import Testing
import Wire

@Suite struct `Sampled series` {
    private let sent = SampleMetric(.transport, 0, .bytesSent)
    private let trip = SampleMetric(.candidatePair, 7, .currentRoundTripTime)
    private let messages = SampleMetric(.dataChannel, 3, .messagesSent)

    @Test func `what goes in comes out, in the units of the report`() {
        var log = SampleLog()
        for second in 0..<60 {
            log.append([(sent, Int64(second) * 1000), (trip, 12_500)], at: 1_000_000 + Int64(second) * 1000)
        }
        let series = SampleSeries.read([log.chunk])
        #expect(series.map(\.metric.name) == ["T0.bytesSent", "CP7.currentRoundTripTime"])
        #expect(series[0].values == (0..<60).map { Double($0) * 1000 })
        #expect(series[0].times == (0..<60).map { 1_000_000 + Int64($0) * 1000 })
        #expect(series[1].values.allSatisfy { $0 == 0.0125 })
        #expect(log.firstAt == 1_000_000 && log.lastAt == 1_059_000 && log.rows == 60)
    }

    @Test func `a minute in which nothing happens is small`() {
        var log = SampleLog()
        let metrics = (0..<25).map { SampleMetric(.dataChannel, UInt32($0), .bytesSent) }
        for second in 0..<60 { log.append(metrics.map { ($0, 5) }, at: Int64(second) * 1000) }
        #expect(log.chunk.count < 512)
    }

    @Test func `metrics come and go`() {
        var log = SampleLog()
        log.append([(sent, 1)], at: 0)
        log.append([(sent, 2), (messages, 10)], at: 1000)
        log.append([(messages, 11), (sent, 3)], at: 2000)
        log.append([(sent, 4)], at: 3000)
        let series = SampleSeries.read([log.chunk])
        #expect(series[0].values == [1, 2, 3, 4])
        #expect(series[1].values == [10, 11] && series[1].times == [1000, 2000])
    }

    @Test func `chunks join, and one metric alone can be read within a range`() {
        var log = SampleLog()
        var chunks: [[UInt8]] = []
        for second in 0..<180 {
            log.append([(sent, Int64(second)), (trip, Int64(second))], at: Int64(second) * 1000)
            if log.rows == 60 {
                chunks.append(log.chunk)
                log.startNewChunk()
            }
        }
        #expect(chunks.count == 3)
        let series = SampleSeries.read(chunks, in: 50_000...130_000) { $0 == sent }
        #expect(series.count == 1)
        #expect(series[0].values == (50...130).map(Double.init))
    }

    @Test func `any values at any times survive`() {
        for seed in 0..<200 {
            var random = SeededGenerator(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1)
            let metrics = (0..<Int.random(in: 1...20, using: &random)).map { SampleMetric(.dataChannel, UInt32($0), .bytesReceived) }
            var log = SampleLog()
            var expected: [SampleMetric: [(Int64, Double)]] = [:]
            var time = Int64.random(in: 0...2_000_000_000_000, using: &random)
            for _ in 0..<Int.random(in: 1...50, using: &random) {
                time += Int64.random(in: 1...100_000, using: &random)
                let row = metrics.filter { _ in Bool.random(using: &random) || Bool.random(using: &random) }
                    .map { ($0, Int64.random(in: 0...Int64(1) << Int64.random(in: 0...52, using: &random), using: &random)) }
                log.append(row, at: time)
                for (metric, value) in row { expected[metric, default: []].append((time, Double(value))) }
            }
            let series = SampleSeries.read([log.chunk])
            #expect(series.count == expected.count)
            for one in series {
                #expect(one.times == expected[one.metric]?.map(\.0) && one.values == expected[one.metric]?.map(\.1))
            }
        }
    }

    @Test func `more metrics than the limit are left out`() {
        var log = SampleLog()
        let metrics = (0..<Limits.sampleMetrics + 40).map { SampleMetric(.dataChannel, UInt32($0), .bytesSent) }
        for second in 0..<3 { log.append(metrics.map { ($0, 1) }, at: Int64(second)) }
        #expect(SampleSeries.read([log.chunk]).count == Limits.sampleMetrics)
    }

    @Test func `damage costs the rest of its chunk and nothing else`() {
        var log = SampleLog()
        for second in 0..<20 { log.append([(sent, Int64(second) * 7), (trip, Int64(second * second))], at: Int64(second) * 1000) }
        let whole = log.chunk
        for cut in 0..<whole.count { _ = SampleSeries.read([Array(whole[..<cut])]) }
        for place in whole.indices {
            for value in [0, 1, 0x7f, 0x80, 0xff] as [UInt8] {
                var damaged = whole
                damaged[place] = value
                let series = SampleSeries.read([damaged, whole])
                #expect(series.allSatisfy { $0.times.count == $0.values.count })
            }
        }
        #expect(SampleSeries.read([[], [9, 9, 9]]).isEmpty)
    }
}

/// xorshift64*: the same numbers for the same seed.
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 2_685_821_657_736_338_717
    }
}

@Suite struct `The samples resource` {
    private func chunk(seconds: Range<Int64>) -> [UInt8] {
        var log = SampleLog()
        for second in seconds {
            log.append(
                [
                    (SampleMetric(.transport, 0, .bytesSent), second * 100),
                    (SampleMetric(.candidatePair, 1, .currentRoundTripTime), second * 1000),
                ],
                at: second * 1000)
        }
        return log.chunk
    }

    private func shown(_ query: SampleQuery, _ chunks: [[UInt8]]) throws -> [Object] {
        try object { writeSamples(of: "S", interval: 1000, chunks: chunks, query, into: &$0) }.objects("series")
    }

    private func points(_ series: Object) throws -> [[Double]] { try #require(series["points"] as? [[Double]]) }

    @Test func `a counter gives its last value of a step, what goes up and down its mean, least and greatest`() throws {
        var query = SampleQuery()
        query.step = 10_000
        let series = try shown(query, [chunk(seconds: 0..<60)])
        #expect(series[0].string("metric") == "T0.bytesSent" && series[0].string("kind") == "counter")
        #expect(try points(series[0]).count == 6 && points(series[0])[1] == [19_000, 1900])
        #expect(series[1].string("unit") == "seconds" && series[1].string("kind") == "gauge")
        let point = try points(series[1])[1]
        #expect(abs(point[1] - 0.0145) < 1e-9 && point[2] == 0.010 && point[3] == 0.019)
    }

    @Test func `one metric, one range; without a step a long series is joined to what can be drawn`() throws {
        var query = SampleQuery()
        let known = query.add(metric: "T0.bytesSent")
        let unknown = query.add(metric: "bytesSentt") || query.add(metric: "a.b.bytesSent")
        #expect(known && !unknown)
        let long = try shown(query, [chunk(seconds: 0..<6000)])
        #expect(try long.count == 1 && points(long[0]).count <= 670)
        query.range = 10_000...12_000
        #expect(try points(try shown(query, [chunk(seconds: 0..<6000)])[0]).count == 3)
        var none = SampleQuery()
        let absent = none.add(metric: "P9.mtu")
        #expect(absent)
        #expect(try shown(none, [chunk(seconds: 0..<6)]).isEmpty)
    }
}
