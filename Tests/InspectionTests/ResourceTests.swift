import Foundation
import Inspection
import JSON
import Testing
import Wire

struct ResourceTests {
    @Test func `the summary of a connected session says it all`() throws {
        let summary = try object { Samples.connected().writeSummary(into: &$0) }
        #expect(summary.string("state") == "live")
        #expect(summary.string("connectionState") == "connected")
        #expect(summary.string("createdAt") == "2026-11-22T17:05:00.123Z")
        #expect(summary.string("connectedAt") == "2026-11-22T17:05:00.128Z")
        #expect(summary["endedAt"] is NSNull)
        #expect(summary["outcome"] is NSNull)
        #expect(summary["reason"] is NSNull)
        #expect(summary["refusal"] is NSNull)
        #expect(summary.number("durationMs") == 4000)
        #expect(summary.string("remoteAddress") == "127.0.0.1:51234")
        #expect(try summary.object("verdict").string("code") == "connected")
        let phases = try summary.object("phases")
        #expect(phases.number("offerParsedMs") == 0.2)
        #expect(phases.number("connectedMs") == 5.1)
        let pair = try summary.object("selectedPair")
        #expect(pair.string("remote") == "127.0.0.1:40000")
        #expect(pair.number("currentRoundTripTimeMs") == 0.31)
        #expect(try summary.object("links").string("packets") == "/v1/sessions/\(Samples.connected().id)/packets.pcapng")
        #expect(try summary.object("counters").number("messagesReceived") == 3)
    }

    @Test func `a refused offer's summary links to the offer and to no answer`() throws {
        var record = Record(id: "x", startedAt: Samples.startedAt)
        record.endedAt = 300
        record.offer = Record.Description(masking: "v=0\r\n")
        record.refusal = .init(
            status: 422, code: "no-fingerprint", detail: "There is no fingerprint.", line: 12, column: 1, section: "RFC 8842 §5.1")
        record.outcome = .refused
        record.reason = .init(.offerRefused)
        let summary = try object { record.writeSummary(into: &$0) }
        #expect(summary.string("state") == "ended")
        #expect(summary.string("outcome") == "refused")
        #expect(try summary.object("reason").string("code") == "offer-refused")
        #expect(try summary.object("refusal").number("line") == 12)
        #expect(try summary.object("links")["offer"] != nil)
        #expect(try summary.object("links")["answer"] == nil)
        #expect(try summary.object("verdict").string("code") == "offer-refused:no-fingerprint")
    }

    @Test func `a list item is the head of the summary`() throws {
        let record = Samples.connected()
        let item = try object { ListItem(of: record).encode(into: &$0) }
        let summary = try object { record.writeSummary(into: &$0) }
        for key in ["id", "kind", "state", "connectionState", "iceConnectionState", "createdAt", "remoteAddress", "userAgent"] {
            #expect(item.string(key) == summary.string(key), "\(key)")
        }
        #expect(item.number("connectedMs") == 5.1)
        #expect(try item.object("selectedPair").string("localType") == "host")
        #expect(try Set(item.object("verdict").keys) == ["code", "severity", "title"])
    }

    @Test func `the ICE resource has every candidate and pair`() throws {
        var record = Samples.connected()
        record.connectivity.remoteCandidates.append(
            Record.Candidate(
                id: "R2", kind: .host, host: .name("4f2c.local"), port: 9, disposition: .setAside, dispositionReason: "an mDNS name"))
        let ice = try object { record.writeConnectivity(into: &$0) }
        #expect(try ice.objects("localCandidates").count == 1)
        #expect(try ice.objects("remoteCandidates").map { $0.string("disposition") } == ["paired", "set-aside"])
        #expect(try ice.objects("remoteCandidates")[1].string("address") == "4f2c.local")
        let pair = try #require(ice.objects("pairs").first)
        #expect(pair["selected"] as? Bool == true)
        #expect(pair.string("priority") == "9115038255631187455")
        #expect(pair.string("lastPacketReceivedAt") == "2026-11-22T17:05:04.023Z")
        #expect(pair["lastError"] is NSNull)
        #expect(ice.string("selectedPairId") == "P1")
        #expect(try ice.object("rejectedRequests").number("wrongPassword") == 0)
    }

    @Test func `events carry their sentence, their offset and what proves them, and a reader can resume`() throws {
        let record = Samples.connected()
        let events = try object { record.writeEvents(into: &$0) }.objects("items")
        #expect(events.count == record.events.count)
        let check = events[4]
        #expect(check.string("code") == "check-received")
        #expect(check.string("phase") == "ice")
        #expect(check.number("offsetUs") == 2000)
        #expect(check.string("at") == "2026-11-22T17:05:00.125Z")
        #expect(check["evidence"] as? [Int] == [1])
        #expect(events[5].string("cause") == "triggered by the peer's check")
        #expect(events.last?.number("channelId") == 0)
        #expect(try object { record.writeEvents(after: 10, into: &$0) }.objects("items").first?.number("seq") == 11)
    }

    @Test func `hostile words stay words: JSON is valid and the text obeys no escape sequence`() throws {
        let hostile = "\u{1b}[2J\u{0}\u{7f}\u{85}\u{202e}<script>alert(1)</script>\u{2028}\"\\\u{feff}."
        var record = Samples.connected()
        record.userAgent = hostile
        record.labels = ["a": .text(hostile)]
        record.channels[0].label = hostile
        record.channels[0].subprotocol = hostile
        record.refusal = .init(status: 422, code: "x", detail: hostile, line: 1)
        record.connectivity.remoteCandidates[0].host = .name(hostile)
        record.events.append(
            TimelineEvent(seq: 99, offset: 0, code: .channelOpened, detail: hostile, cause: hostile, data: ["k": .text(hostile)]))
        record.connectivity.pairs[0].lastError = .init(code: 400, text: hostile)
        #expect(try object { record.writeSummary(into: &$0) }.string("userAgent") == hostile)
        #expect(try object { record.writeChannels(into: &$0) }.objects("items")[0].string("label") == hostile)
        #expect(try object { record.writeEvents(into: &$0) }.objects("items").last?.string("text") == hostile)
        _ = try object { record.writeDiagnosis(into: &$0) }
        _ = try object { record.writeConnectivity(into: &$0) }
        for page in [record.summaryText(), record.eventsText(), record.diagnosisText()] {
            for scalar in page.unicodeScalars where scalar != "\n" {
                #expect(scalar.value >= 0x20 && !(0x7f...0x9f).contains(scalar.value), "\(page)")
                #expect(scalar != "\u{202e}" && scalar != "\u{2028}" && scalar != "\u{feff}")
            }
        }
    }

    @Test func `the text pages fit a screen`() {
        let page = Samples.connected().summaryText()
        #expect(page.hasPrefix("[ok] Connected\n"))
        #expect(page.split(separator: "\n", omittingEmptySubsequences: false).count < 50)
        #expect(page.contains("127.0.0.1:8189 (host) ↔ 127.0.0.1:40000 (host), round trip 0.3 ms"))
        #expect(Samples.connected().eventsText().split(separator: "\n").contains { $0.contains("The SCTP association was established.") })
        #expect(Samples.connected().diagnosisText().contains("Nothing wrong was found."))
        #expect(Samples.posted(takenAt: 20_000_000).diagnosisText().contains("  Fix: "))
    }
}
