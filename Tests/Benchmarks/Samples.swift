import Inspection
import JSON

extension Benchmarks {
    /// An hour of a session with one channel in use, second by second.
    static let samples = Benchmark(name: "samples") {
        let metrics =
            [.packetsSent, .packetsReceived, .bytesSent, .bytesReceived].map { SampleMetric(.transport, 0, $0) }
            + [.packetsSent, .packetsReceived, .bytesSent, .bytesReceived, .currentRoundTripTime, .totalRoundTripTime, .requestsSent]
            .map { SampleMetric(.candidatePair, 1, $0) }
            + [.smoothedRoundTripTime, .congestionWindow, .receiverWindow, .mtu, .unackedData].map { SampleMetric(.sctpTransport, 0, $0) }
            + [.messagesSent, .messagesReceived, .bytesSent, .bytesReceived, .bufferedAmount].map { SampleMetric(.dataChannel, 1, $0) }
        var log = SampleLog()
        var chunks: [[UInt8]] = []
        var values = metrics.map { (metric: $0, value: Int64(0)) }
        for second in 0..<3600 {
            for index in values.indices where index % 3 != 0 { values[index].value += Int64((second * 7919 + index * 104_729) % 20_000) }
            log.append(values, at: 1_700_000_000_000 + Int64(second) * 1000)
            if log.rows == 60 {
                chunks.append(log.chunk)
                log.startNewChunk()
            }
        }
        report("samples: an hour of \(metrics.count) busy metrics", Double(chunks.reduce(0) { $0 + $1.count }) / 1024, "KiB")
        var idle = SampleLog()
        for second in 0..<60 { idle.append(values, at: Int64(second) * 1000) }
        report("samples: a minute of the same with nothing happening", Double(idle.chunk.count), "bytes")
        measure("samples: one row packed", count: 3000) {
            values[1].value += 1200
            log.append(values, at: log.lastAt + 1000)
            if log.rows == 60 { log.startNewChunk() }
        }
        var query = SampleQuery()
        _ = query.add(metric: "T0.bytesReceived")
        measure("samples: an hour's series of one metric, read and written as JSON", goal: 5000, count: 20) {
            var json = JSONWriter(capacity: 64 * 1024)
            writeSamples(of: "01m8276jaqdwemqb1vwwp68mq09q2wrfmkza", interval: 1000, chunks: chunks, query, into: &json)
        }
    }
}
