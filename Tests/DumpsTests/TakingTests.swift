import Foundation
import Inspection
import JSON
import Testing
import Wire

@testable import Dumps

@Suite struct `What a session keeps of its peer's reports` {
    private func moment(_ receivedAt: Int64) -> Record.ClientSide.Moment {
        Record.ClientSide.Moment(of: Files.record(), receivedAt: receivedAt)
    }

    private func stored(_ client: Record.ClientSide) throws -> (client: Record.ClientSide, bytes: Int) {
        var json = JSONWriter()
        client.encode(into: &json)
        let bytes = json.finish()
        return (try JSONDecoder().decode(Record.ClientSide.self, from: Data(bytes)), bytes.count)
    }

    @Test func `is the last report, a series, the events and both clocks`() throws {
        var client = Record.ClientSide()
        client.take(try PostedReport(Files.own(offset: 7_000).bytes).connections[0], at: moment(3_150_000))
        #expect(client.reports == 1 && client.userAgent == "Mozilla/5.0 Test" && client.samplesSeen == 3)
        #expect(client.clock.basis == .sending && client.clock.offset == 6_950_000)
        #expect(client.selectedPair?.requestsSent == 4 && client.last.messagesReceived == 3)
        #expect(client.candidate("IR")?.port == 8189)
        #expect(client.series.times.count == 3 && client.series.columns[0] == [90, 180, 270])
        #expect(client.state("iceconnectionstatechange") == "connected")
        #expect(try stored(client).client == client)
    }

    @Test func `grows with each report, and keeps what came twice once`() throws {
        var client = Record.ClientSide()
        let report = try PostedReport(Files.own().bytes).connections[0]
        client.take(report, at: moment(3_150_000))
        client.take(report, at: moment(4_150_000))
        #expect(client.reports == 2 && client.events.count == 3 && client.series.times.count == 3)
        // The quicker report is nearer to the truth.
        #expect(client.clock.offset == -50_000)
    }

    @Test func `knows the clock by the moment at which both were connected, where a file tells no other`() throws {
        var report = try PostedReport(Files.own(offset: 60_000).bytes).connections[0]
        report.clock = nil
        var client = Record.ClientSide()
        client.take(report, at: moment(90_000_000))
        #expect(client.clock.basis == .connected)
        #expect((client.clock.offset - 60_000_000).magnitude < 10_000)
    }

    @Test func `stays small whatever is posted`() throws {
        let fox = String(repeating: "🦊", count: 4_096)
        let control = String(repeating: "\\u0001\\u202e", count: 600)
        var client = Record.ClientSide()
        for round in 0..<3 {
            let events = (0..<600).map {
                #"{"timestamp":\#(Files.start + Double(round * 1000 + $0)),"type":"\#(fox.prefix(100))\#($0)","value":"\#(control)"}"#
            }
            let pairs = (0..<380).map {
                #""\#(control)\#($0)":{"type":"candidate-pair","state":"\#(control)","localCandidateId":"\#(fox)","requestsSent":1e300}"#
            }
            let text = """
                {"userAgent":"\(fox)","events":[\(events.prefix(60).joined(separator: ","))],
                 "stats":[{"timestamp":\(Files.start + Double(round)),"report":{\(pairs.prefix(60).joined(separator: ","))}}]}
                """
            client.take(try PostedReport(text.bytes).connections[0], at: moment(Int64(round) * 1_000_000))
        }
        var many = ClientReport(source: .report)
        for index in 0..<5_000 {
            many.events.append(ClientReport.Event(time: Int64(index), type: "x\(index)", value: String(repeating: "\u{1}", count: 300)))
        }
        client.take(many, at: moment(4_000_000))
        for index in 0..<1_300 {
            var report = ClientReport(source: .report)
            report.samples = [
                ClientReport.Sample(
                    time: Int64(Files.start * 1000) + 10_000_000 + Int64(index) * 1_000_000,
                    entries: [
                        ClientReport.Entry(
                            id: "T", type: "transport",
                            members: ["bytesSent": .number(Double(index) * 7e10), "bytesReceived": .number(9e15)])
                    ])
            ]
            client.take(report, at: moment(5_000_000 + Int64(index)))
        }
        let kept = try stored(client)
        #expect(kept.bytes <= Limits.clientBytes)
        #expect(kept.client == client)
        #expect(client.series.times.count <= 600 && client.series.times.count > 75)
        var record = Files.record()
        record.client = client
        let text = record.eventsText()
        let isHarmless = text.unicodeScalars.allSatisfy {
            $0 == "\n" || ($0.value >= 0x20 && $0.value != 0x202e && !(0x7f..<0xa0).contains($0.value))
        }
        #expect(isHarmless)
        var json = JSONWriter()
        record.writeEvents(into: &json)
        let bytes = json.finish()
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(bytes)) }
    }
}
