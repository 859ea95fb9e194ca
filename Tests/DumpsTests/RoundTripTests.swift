import Dumps
import Inspection
import Testing
import Wire

@Suite struct `A session written as a file` {
    private static func record() throws -> Record {
        var record = Files.record()
        let report = try PostedReport(Files.own(offset: 7_000).bytes).connections[0]
        var client = Record.ClientSide()
        client.take(report, at: Record.ClientSide.Moment(of: record, receivedAt: 3_150_000))
        record.client = client
        return record
    }

    private static func file(_ format: Format) throws -> PostedReport {
        let dump = Dump(of: try record(), samples: [], product: "Peerscope 1", origin: "/v1/sessions/A1")
        return try PostedReport(dump.file(format))
    }

    @Test(arguments: Format.allCases)
    func `is read back with the same facts of both sides`(_ format: Format) throws {
        let posted = try Self.file(format)
        #expect(posted.connections.count == 2 && posted.leftOut == [])
        let record = try Self.record()
        let ours = posted.connections[0]
        // Our own side is not the peer's, though the fragments are the same two.
        #expect(record.matches(ours) == false)
        let pair = try #require(ours.samples.last?.entries.first { $0.id == "P1" })
        #expect(pair.count("requestsSent") == 3 && pair.count("bytesReceived") == 5432 && pair.flag("nominated") == true)
        #expect(pair.number("currentRoundTripTime") == 0.00031)
        #expect(
            ours.events.contains {
                $0.type == "iceconnectionstatechange" && $0.value == "connected" && $0.time / 1000 == record.startedAt / 1000 + 2
            })
        #expect(ours.localFragments.contains("oursFrag") && ours.remoteFragments.contains("peer"))

        let theirs = try #require(posted.connection(of: record, isNamed: true))
        #expect(theirs == posted.connections[1])
        let client = try #require(record.client)
        #expect(theirs.events.map(\.type) == client.events.map(\.type) && theirs.events.map(\.value) == client.events.map(\.value))
        var read = Record.ClientSide()
        read.take(theirs, at: Record.ClientSide.Moment(of: record, receivedAt: 3_150_000))
        var expected = client.last
        expected.time = read.last.time
        #expect(read.last.pairs == expected.pairs && read.last.candidates.map(\.id).sorted() == expected.candidates.map(\.id).sorted())
        #expect(read.series.columns[0] == client.series.columns[0])
        // By our clock: the peer's was seven seconds ahead, less the 50 ms that its report took.
        #expect(theirs.events[0].time / 1000 == (record.startedAt + 1_000 + 50_000) / 1000)
    }

    @Test(arguments: Format.allCases)
    func `has every text of strangers as text`(_ format: Format) throws {
        var record = try Self.record()
        let wild = "</script>\u{202e}\u{1b}[31m\u{0}\"\\" + String(repeating: "🦊", count: 100)
        record.client?.events.append(
            ClientReport.Event(time: record.startedAt + 9_000_000, type: wild, value: "{\"type\":\"offer\"" + wild))
        let dump = Dump(of: record, samples: [], product: "Peerscope 1", origin: "/v1/sessions/A1")
        let posted = try PostedReport(dump.file(format))
        #expect(posted.connections[1].events.contains { $0.type == wild })
    }
}
