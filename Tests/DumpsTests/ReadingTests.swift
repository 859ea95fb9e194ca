import Dumps
import Inspection
import Testing
import Wire

@Suite struct `A posted report` {
    @Test func `of a page's own form is read with its statistics, events, clock and fragments`() throws {
        let posted = try PostedReport(Files.own().bytes)
        #expect(posted.source == .report && posted.connections.count == 1 && posted.leftOut == [])
        let report = posted.connections[0]
        #expect(report.samples.count == 3 && report.events.count == 3)
        #expect(report.events[2].type == "iceconnectionstatechange", "the `on` of a handler's name is left off")
        #expect(report.clock == Int64(Files.start * 1000) + 3_100_000)
        #expect(report.localFragments == ["peer"] && report.remoteFragments == ["oursFrag"])
        #expect(Files.record().matches(report) == true)
    }

    @Test func `may have its reports as arrays and as the pairs of a map`() throws {
        let text = """
            {"stats":[{"report":[{"id":"T","type":"transport","timestamp":1795367100000,"bytesSent":1}]},
              {"report":[["T",{"id":"T","type":"transport","timestamp":1795367101000,"bytesSent":2}]]}]}
            """
        let report = try PostedReport(text.bytes).connections[0]
        #expect(report.samples.map { $0.entries[0].count("bytesSent") } == [1, 2])
    }

    @Test func `says what of it was left out`() throws {
        let text = """
            {"events":[{"type":"x"},{"timestamp":1795367100000,"type":"negotiationneeded"}],"stats":[{"timestamp":1795367100000}],"more":1,"clock":"noon"}
            """
        let posted = try PostedReport(text.bytes)
        #expect(posted.leftOut.count == 4)
        #expect(posted.connections[0].events.count == 1)
    }

    @Test func `of webrtc-internals has its series put together by time, older forms of descriptions and states included`() throws {
        let text = """
            {"getUserMedia":[],"UserAgent":"Chromium","PeerConnections":{
             "1-1":{"updateLog":[{"time":"2026-11-22T17:05:00.000Z","type":"setLocalDescription","value":"type: offer, sdp: v=0\\r\\na=ice-ufrag:other\\r\\n"}],"stats":{}},
             "1-2":{"updateLog":[
               {"time":"11/22/2026, 6:05:00\\u202fPM","type":"setLocalDescription","value":"{\\"type\\":\\"offer\\",\\"sdp\\":\\"v=0\\\\r\\\\na=ice-ufrag:peer\\\\r\\\\n\\"}"},
               {"time":"11/22/2026, 6:05:01\\u202fPM","type":"iceconnectionstatechange","value":"\\"connected\\""}],
              "stats":{
               "T1-timestamp":{"statsType":"transport","values":"[1795367100000,1795367101000,1795367102000]"},
               "T1-bytesSent":{"statsType":"transport","values":"[1,2,3]"},
               "T1-selectedCandidatePairId":{"statsType":"transport","values":"[\\"CP-1\\",\\"CP-1\\"]"},
               "T1-[bytesSent_in_bits/s]":{"statsType":"transport","values":"[0,0]"},
               "CP-1-timestamp":{"statsType":"candidate-pair","values":"[1795367100000,1795367101000]"},
               "CP-1-requestsSent":{"statsType":"candidate-pair","values":"[5,6]"}}}}}
            """
        let posted = try PostedReport(text.bytes)
        #expect(posted.source == .webrtcInternals && posted.connections.count == 2)
        let report = try #require(posted.connection(of: Files.record(), isNamed: true))
        #expect(report.connection == "1-2" && report.userAgent == "Chromium")
        #expect(report.samples.count == 3)
        #expect(report.samples[0].entries.first { $0.id == "T1" }?.text("selectedCandidatePairId") == nil)
        #expect(report.samples[1].entries.first { $0.id == "T1" }?.text("selectedCandidatePairId") == "CP-1")
        let last = try #require(report.samples.last)
        #expect(last.entries.first { $0.id == "T1" }?.count("bytesSent") == 3)
        #expect(last.entries.first { $0.id == "CP-1" }?.count("requestsSent") == 6, "an entry that stopped earlier stands in the last one")
        #expect(report.events.map(\.type) == ["setLocalDescription", "iceconnectionstatechange"])
        #expect(report.events[1].value == "connected")
        // 6:05 PM of a zone one hour east of Greenwich.
        #expect(report.events[0].time == 1_795_367_100_000_000)
    }

    @Test func `of rtcstats has its compressions undone`() throws {
        let text = """
            RTCStatsDump
            {"fileFormat":3,"userAgent":"Chromium"}
            [39,null,{"hardwareConcurrency":16},1795367100000]
            ["create","PC_0",{},0]
            [3,"PC_0",{"type":"offer","sdp":"v=0\\r\\nm=application 9\\r\\na=ice-ufrag:peer\\r\\n"},5]
            [6,"PC_0",{"type":"offer","sdp":"v=\\r\\nm=\\r\\n"},5]
            [8,"PC_0",{"type":"answer","sdp":"v=0\\r\\nm=application 9\\r\\na=ice-ufrag:oursFrag\\r\\n"},5]
            [24,"PC_0","checking",5]
            ["g","PC_0",{"0":{"type":5,"80":10,"125":"1"},"1":{"type":6,"156":3,"118":"in-progress"},"2":{"type":7},"t":1795367100100},80]
            ["g","PC_0",{"0":{"80":20},"2":null,"t":1795367101100},1000]
            [36,"PC_0",null,10]
            """
        let posted = try PostedReport(text.bytes)
        #expect(posted.source == .rtcstats && posted.leftOut == [])
        let report = try #require(posted.connection(of: Files.record(), isNamed: false))
        #expect(report.localFragments == ["peer"] && report.remoteFragments == ["oursFrag"])
        #expect(report.events.map(\.type).suffix(2) == ["iceconnectionstatechange", "close"])
        #expect(report.events[3].time == 1_795_367_100_020_000)
        #expect(report.samples.count == 2)
        let last = report.samples[1]
        #expect(last.time == 1_795_367_101_100_000)
        #expect(last.entries.map(\.id) == ["0", "1"], "an entry that became null is gone")
        #expect(last.entries[0].count("bytesSent") == 20 && last.entries[0].type == "transport")
        #expect(last.entries[1].count("requestsSent") == 3 && last.entries[1].text("state") == "in-progress")
    }

    @Test func `of another session is not taken for this one`() throws {
        let other = Files.own().replacing("peer", with: "elseA").replacing("oursFrag", with: "elseB")
        let posted = try PostedReport(other.bytes)
        #expect(posted.connection(of: Files.record(), isNamed: true) == nil)
        let nameless = try PostedReport(#"{"events":[{"timestamp":1795367100000,"type":"close"}]}"#.bytes)
        #expect(nameless.connection(of: Files.record(), isNamed: true) != nil, "who names the session is believed")
        #expect(nameless.connection(of: Files.record(), isNamed: false) == nil)
    }
}

extension `A posted report` {
    /// Each is answered with words, none traps or takes long.
    @Test(arguments: [
        "", "{", "[", "null", "true", "7", "[]", "{}", "\"text\"", "{\"PeerConnections\":7}", "{\"stats\":7}", "{\"events\":{}}",
        "{\"stats\":[{\"report\":\"\\ud800\"}]}", "{\"a\":1,}", "{\"stats\":[1e999]}", "RTCStatsDump", "RTCStatsDump\n",
        "RTCStatsDump\n[]", "RTCStatsDump\n{\"fileFormat\":2}", "RTCStatsDump\n{}\nnot json\n[1]", "<html><script>alert(1)</script>",
        "\u{0}\u{1}", "{\"events\":[{\"timestamp\":-1e300,\"type\":\"close\"}]}", "\u{1f}\u{8b}",
    ])
    func `that is broken or foreign is refused in words or read as empty`(_ text: String) {
        do throws(DumpError) {
            let posted = try PostedReport(text.bytes)
            let isEmpty = posted.connections.allSatisfy { $0.isEmpty }
            #expect(isEmpty)
        } catch {
            #expect(error.words.hasSuffix(".") && error.words.count < 200)
        }
    }

    @Test func `that nests, counts or unpacks without end is refused`() throws {
        let deep = "{\"stats\":" + String(repeating: "[", count: 100_000)
        #expect(throws: DumpError.self) { try PostedReport(deep.bytes) }
        let many = "{\"stats\":[" + String(repeating: "0,", count: 2_000_000) + "0]}"
        #expect(throws: DumpError.self) { try PostedReport(many.bytes) }
        #expect { try PostedReport(bomb) } throws: { ($0 as? DumpError)?.code == "too-large" }
        // A gzip file that is cut off.
        #expect { try PostedReport(Array(bomb.prefix(bomb.count / 2))) } throws: { ($0 as? DumpError) != nil }
    }

    /// 64 MiB of blanks in 64 KiB: stored blocks would not do; runs of one byte, by hand: fixed Huffman, distance 1, length 258.
    private var bomb: [UInt8] {
        var bits: [UInt8] = []
        var hold: UInt32 = 0
        var held: UInt32 = 0
        func put(_ value: UInt32, _ count: UInt32) {
            hold |= value << held
            held += count
            while held >= 8 {
                bits.append(UInt8(truncatingIfNeeded: hold))
                hold >>= 8
                held -= 8
            }
        }
        /// Huffman codes go in from their highest bit on.
        func code(_ value: UInt32, _ count: UInt32) {
            for bit in (0..<count).reversed() { put(value >> bit & 1, 1) }
        }
        put(1, 1)
        put(1, 2)
        code(0x30 + 0x20, 8)
        for _ in 0..<(64 * 1024 * 1024 / 258) {
            code(0b1100_0101, 8)
            code(0, 5)
        }
        code(0, 7)
        put(0, 7)
        return [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3] + bits + [0, 0, 0, 0, 0, 0, 0, 0]
    }

    @Test func `with any bytes changed is read or refused, and never traps`() {
        var random = RandomSource.seeded(7)
        for _ in 0..<300 {
            var bytes = Files.own().bytes
            for _ in 0..<8 {
                let index = Int(random.next() % UInt64(bytes.count))
                bytes[index] = UInt8(truncatingIfNeeded: random.next())
            }
            _ = try? PostedReport(bytes)
        }
    }
}
