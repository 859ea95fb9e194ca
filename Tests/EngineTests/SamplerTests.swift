import History
import Inspection
import Peer
import SCTP
import Testing
import Wire

@testable import Engine

@Suite(.serialized) struct `A loop samples its sessions` {
    @Test func `every second, from the first to the last, two minutes a chunk`() throws {
        try Stack.exclusively {
            let scene = try Scene()
            try scene.connect()
            #expect(try scene.echo())
            _ = scene.run(for: .seconds(150)) { false }
            #expect(try scene.echoAgain())
            _ = scene.run(for: .seconds(2)) { false }
            scene.onClient { $0.close(.closedByDelete, at: $1, into: &$2) }
            #expect(scene.runToTheEnd())
            #expect(scene.store.flush(timeout: .seconds(5)))
            let chunks = try scene.store.samples(scene.id)
            #expect(chunks.count == 2)
            let series = SampleSeries.read(chunks.map(\.body))
            let sent = try #require(series.first { $0.metric.name == "T0.bytesSent" })
            #expect(sent.times.count >= 150)
            #expect(zip(sent.times, sent.times.dropFirst()).allSatisfy { (1...1001).contains($1 - $0) })
            #expect(zip(sent.values, sent.values.dropFirst()).allSatisfy { $0 <= $1 })
            let record = try scene.record()
            #expect(sent.values.last == Double(record.counters.bytesSent))
            let received = try #require(series.first { $0.metric.name == "D1.messagesReceived" })
            #expect(received.values.last == 2)
            let trip = try #require(series.first { $0.member == "currentRoundTripTime" })
            #expect(trip.values.allSatisfy { (0.02...0.05).contains($0) })
        }
    }
}
