import Inspection
import Testing

struct TimelineTests {
    @Test func `events are numbered from one in the order of their coming`() {
        var timeline = Timeline()
        #expect(timeline.append(.requestReceived, at: 0) == 1)
        #expect(timeline.append(.offerParsed, at: 5, text: "Two sections.", data: [("sections", "2")]) == 2)
        #expect(timeline.events.map(\.seq) == [1, 2])
        #expect(timeline.events[0].text == EventCode.requestReceived.sentence)
        #expect(timeline.events[1].text == "Two sections.")
        #expect(timeline.events[1].data["sections"] == "2")
        #expect(timeline.events(after: 1).map(\.seq) == [2])
        #expect(timeline.events(after: 0).count == 2)
        #expect(timeline.events(after: 7).isEmpty)
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
