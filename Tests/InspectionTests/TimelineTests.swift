import Inspection
import Testing
import Wire

struct TimelineTests {
    @Test func `events are numbered from one in the order of their coming`() {
        var timeline = Timeline()
        #expect(timeline.append(.requestReceived, at: 0) == 1)
        #expect(timeline.append(.offerParsed, at: 5, text: "Two sections.", data: ["sections": .number(2)]) == 2)
        #expect(timeline.events.map(\.seq) == [1, 2])
        #expect(timeline.events[0].text == EventCode.requestReceived.sentence)
        #expect(timeline.events[1].text == "Two sections.")
        #expect(timeline.events[1].data["sections"] == "2")
        #expect(timeline.events(after: 1).map(\.seq) == [2])
        #expect(timeline.events(after: 0).count == 2)
        #expect(timeline.events(after: 7).isEmpty)
    }

    @Test func `an event keeps facts, and its sentence is made of them`() {
        var timeline = Timeline()
        timeline.appendChange(.iceStateChanged, from: ICEState.checking, to: ICEState.completed, at: 1)
        timeline.append(
            .pairCreated, at: 2, pair: "CP1",
            data: [
                "local": .address(TransportAddress(IPAddress(192, 0, 2, 1), 5)), "remote": "x.local", "priority": .number(7),
            ])
        timeline.append(.dtlsFlightReceived, at: 3, data: ["message": "ServerHello", "bytes": .number(108)])
        timeline.append(.dtlsFlightSent, at: 4)
        timeline.append(.sessionEnded, at: 5, cause: Record.Reason.Code.consentExpired.rawValue)
        #expect(
            timeline.events.map(\.text) == [
                "The ICE connection state went from checking to completed.", "192.0.2.1:5 and x.local were paired.",
                "ServerHello came in (108 bytes).", EventCode.dtlsFlightSent.sentence, Record.Reason.Code.consentExpired.sentence,
            ])
        #expect(timeline.events.allSatisfy { $0.detail == nil })
        #expect(timeline.events[1].data["local"] == "192.0.2.1:5")
        #expect(timeline.events[1].data.items.map(\.name) == ["local", "priority", "remote"])
    }

    @Test func `a full timeline counts what it drops, and still takes how the story ends`() {
        var timeline = Timeline(limit: 100)
        for offset in 0..<500 { timeline.append(.checkSent, at: Int64(offset)) }
        #expect(timeline.events.count == 75)
        #expect(timeline.dropped == 425)
        timeline.appendChange(.connectionStateChanged, from: ConnectionState.connecting, to: ConnectionState.failed, at: 600)
        timeline.append(.sessionEnded, at: 601)
        #expect(timeline.events.last?.code == .sessionEnded)
        #expect(timeline.lastSeq == 502)
        #expect(timeline.events(after: 400).map(\.seq) == [501, 502])
        for offset in 0..<500 { timeline.append(.sessionEnded, at: Int64(offset)) }
        #expect(timeline.events.count == 100)
    }

    @Test func `phases are the first occurrences, also of events that were dropped`() {
        var timeline = Timeline(limit: 4)
        for offset in 1...50 {
            timeline.append(.checkReceived, at: Int64(offset))
            timeline.append(.pairSucceeded, at: Int64(offset * 10))
        }
        timeline.appendChange(.connectionStateChanged, from: ConnectionState.new, to: ConnectionState.connecting, at: 900)
        timeline.appendChange(.connectionStateChanged, from: ConnectionState.connecting, to: ConnectionState.connected, at: 901)
        timeline.appendChange(.connectionStateChanged, from: ConnectionState.disconnected, to: ConnectionState.connected, at: 999)
        #expect(timeline.phases.firstCheckReceived == 1)
        #expect(timeline.phases.pairSucceeded == 10)
        #expect(timeline.phases.connected == 901)
        #expect(timeline.phases.channelOpen == nil)
    }

    @Test func `every code is kebab-case, unique, and has a sentence of its own`() {
        var sentences: Set<String> = []
        for code in EventCode.allCases {
            #expect(code.rawValue.allSatisfy { $0.isLowercase || $0 == "-" }, "\(code)")
            #expect(code.sentence.hasSuffix("."), "\(code)")
            #expect(sentences.insert(code.sentence).inserted, "\(code)")
        }
    }
}
