import Testing

@testable import History

extension Tables {
    @Suite struct ReadingAndWriting {
        /// Nothing is written until it is asked for, so that reads show what the queue holds.
        private var patient: HistoryLimits {
            var limits = brisk
            limits.batchInterval = .seconds(3_600)
            return limits
        }

        @Test func `a row comes back as it was written, from the queue and from the file`() throws {
            try withStore(limits: patient) { store, _ in
                let full = sample("a", outcome: "completed", stream: "lobby")
                let bare = SessionRow(id: "b", kind: "session", state: "live", createdAt: noon, lastSeenAt: noon)
                store.write(.session(full))
                store.write(.session(bare))
                for _ in ["queued", "written"] {
                    try #expect(store.session("a") == full)
                    try #expect(store.session("b") == bare)
                    try #expect(store.session("c") == nil)
                    #expect(store.flush(timeout: .seconds(5)))
                }
                #expect(store.status().queuedChanges == 0)
            }
        }

        @Test func `every column is filled and read from its own place`() throws {
            try withStore { store, _ in
                var row = sample("a", outcome: "completed", stream: "lobby")
                row.finding = "consent-expired"
                row.phases.answerSent = 1
                row.phases.firstCheckReceived = 2
                row.phases.firstCheckSent = 3
                row.phases.pairSucceeded = 4
                row.phases.nominated = 5
                row.phases.dtlsStarted = 6
                row.phases.dtlsFinished = 7
                row.phases.sctpEstablished = 8
                row.phases.channelOpen = 9
                row.counters.bytesReceived = 10
                row.counters.packetsSent = 11
                row.counters.packetsReceived = 12
                row.counters.messagesSent = 13
                store.write(.session(row))
                #expect(store.flush(timeout: .seconds(5)))
                try #expect(store.session("a") == row)
            }
        }

        @Test func `the latest row of a session stands, whether the one before was written or waits`() throws {
            try withStore(limits: patient) { store, _ in
                for state in ["live", "live", "ended"] {
                    store.write(.session(sample("a", state: state)))
                    try #expect(store.session("a")?.state == state)
                }
                #expect(store.status().queuedChanges == 1)
                #expect(store.flush(timeout: .seconds(5)))
                #expect(store.status().written == 1)
                store.write(.session(sample("a", outcome: "failed")))
                try #expect(store.session("a")?.outcome == "failed")
                #expect(store.flush(timeout: .seconds(5)))
                try #expect(store.session("a")?.outcome == "failed")
            }
        }

        @Test func `samples come in order from the file and the queue together`() throws {
            try withStore(limits: patient) { store, _ in
                store.write(.session(sample("a")))
                store.write(.samples(session: "a", SampleChunk(firstAt: noon + 1, lastAt: noon + 3, body: bytes("[1,2,3]"))))
                #expect(store.flush(timeout: .seconds(5)))
                let long = "[" + String(repeating: "4,", count: 400) + "5]"
                store.write(.samples(session: "a", SampleChunk(firstAt: noon + 4, lastAt: noon + 5, body: bytes(long))))
                for _ in ["queued", "written"] {
                    try #expect(store.samples("a").map(\.firstAt) == [noon + 1, noon + 4])
                    try #expect(store.samples("a", since: noon + 4).map(\.body) == [bytes(long)])
                    try #expect(store.samples("a", since: noon + 5).map(\.firstAt) == [noon + 4])
                    try #expect(store.samples("a", since: noon + 6).isEmpty)
                    #expect(store.flush(timeout: .seconds(5)))
                }
                try #expect(store.samples("unknown").isEmpty)
            }
        }

        @Test(arguments: [0, 1, 10, 300, 20_000, 1_000_000]) func `a document comes back byte for byte`(size: Int) throws {
            try withStore(limits: patient) { store, _ in
                let document = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }
                store.write(.session(sample("a")))
                store.write(.document(session: "a", bytes("an earlier one")))
                store.write(.document(session: "a", document))
                for _ in ["queued", "written"] {
                    try #expect(store.document("a") == document)
                    #expect(store.flush(timeout: .seconds(5)))
                }
                try #expect(store.document("b") == nil)
            }
        }

        @Test func `a heartbeat moves the time a live session was last seen, and only forward`() throws {
            try withStore(limits: patient) { store, _ in
                store.write(.session(sample("a", state: "live")))
                store.write(.session(sample("b", state: "ended")))
                store.write(.heartbeat(["a", "b", "unknown"], at: noon + 9_000))
                for _ in ["queued", "written"] {
                    try #expect(store.session("a")?.lastSeenAt == noon + 9_000)
                    try #expect(store.session("b")?.lastSeenAt == noon + 1_500)
                    #expect(store.flush(timeout: .seconds(5)))
                }
                store.write(.heartbeat(["a"], at: noon + 4_000))
                #expect(store.flush(timeout: .seconds(5)))
                try #expect(store.session("a")?.lastSeenAt == noon + 9_000)
            }
        }

        @Test func `an erased session is gone from every read, and stays gone`() throws {
            try withDirectory { directory in
                let path = directory + "/history.sqlite"
                let store = Store(path: path, limits: patient, now: { noon })
                for id in ["a", "b"] {
                    store.write(.session(sample(id)))
                    store.write(.samples(session: id, SampleChunk(firstAt: noon + 1, lastAt: noon + 1, body: bytes("[1]"))))
                    store.write(.document(session: id, bytes("{}")))
                }
                #expect(store.flush(timeout: .seconds(5)))
                store.write(.session(sample("a", outcome: "failed")))
                try #expect(store.erase("a"))
                try #expect(!store.erase("a"))
                try #expect(store.session("a") == nil)
                try #expect(store.samples("a").isEmpty)
                try #expect(store.document("a") == nil)
                try #expect(store.list(Filter()).items.map(\.id) == ["b"])
                store.close(timeout: .seconds(5))
                let again = Store(path: path, limits: patient, now: { noon })
                defer { again.close(timeout: .seconds(5)) }
                try #expect(again.session("a") == nil)
                try #expect(again.read { try $0.number("SELECT count(*) FROM sample") } == 1)
                try #expect(again.read { try $0.number("SELECT count(*) FROM document") } == 1)
            }
        }

        @Test func `what has no session to belong to is refused and counted, and holds up nothing`() throws {
            try withStore { store, _ in
                store.write(.document(session: "nobody", bytes("{}")))
                store.write(.samples(session: "nobody", SampleChunk(firstAt: noon + 1, lastAt: noon + 1, body: bytes("[1]"))))
                store.write(.session(sample("a")))
                #expect(store.flush(timeout: .seconds(5)))
                #expect(store.status().dropped.refused == 2)
                try #expect(store.session("a") != nil)
            }
        }

        @Test func `any text is stored as it is: quotes, wildcards, zero bytes, every script`() throws {
            try withStore { store, _ in
                for (index, text) in hostile.enumerated() {
                    var row = sample("id-\(index)")
                    row.userAgent = text
                    row.finding = text
                    row.item = bytes(text)
                    store.write(.session(row))
                }
                #expect(store.flush(timeout: .seconds(5)))
                for (index, text) in hostile.enumerated() {
                    try #expect(store.session("id-\(index)")?.userAgent == text)
                    try #expect(store.session("id-\(index)")?.item == bytes(text))
                    try #expect(store.session(text) == nil)
                }
            }
        }
    }
}

/// Texts that have broken someone's database, pattern or encoding.
let hostile = [
    "", "'", "'; DROP TABLE session; --", "\" OR 1=1", "%", "_", "\\", "100%_\\", "a\u{0}b", "🦊", "e\u{301}", "\u{202E}", "?1", ":id",
    String(repeating: "x", count: 5_000),
]
