internal import Foundation
internal import Glibc
internal import History

/// History at size: `PEERSCOPE_BENCHMARK_SESSIONS` of them, a hundred thousand unless told; the file is kept in `PEERSCOPE_BENCHMARK_FILES`
/// or the temporary directory and used again, the first run makes it.
extension Benchmarks {
    static let history = Benchmark(name: "history") {
        let size = environment("PEERSCOPE_BENCHMARK_SESSIONS").flatMap { Int($0) } ?? 100_000
        let directory = environment("PEERSCOPE_BENCHMARK_FILES") ?? FileManager.default.temporaryDirectory.path
        let path = "\(directory)/peerscope-benchmark-\(size).sqlite"
        var limits = HistoryLimits()
        limits.retention.age = .seconds(100_000 * 86_400)
        limits.retention.sampleAge = limits.retention.age
        limits.retention.sessions = 2 * size
        limits.retention.bytes = 1 << 40
        limits.queueChanges = 5_000
        limits.readBudget = .seconds(5)
        var fleet = Fleet()
        if !FileManager.default.fileExists(atPath: path) {
            print("making \(size) sessions in \(path)")
            let store = Store(path: path, limits: limits, now: { Fleet.start })
            for index in 0..<size {
                store.write(.session(fleet.row(index)))
                if index % 4_000 == 3_999 { _ = store.flush(timeout: .seconds(60)) }
            }
            store.close(timeout: .seconds(60))
        }
        // What is written goes into a copy, so that each run finds the same.
        let copy = path + ".run"
        func removeCopy() { for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: copy + suffix) } }
        removeCopy()
        try FileManager.default.copyItem(atPath: path, toPath: copy)
        defer { removeCopy() }
        let store = Store(path: copy, limits: limits, now: { Fleet.start })
        defer { store.close(timeout: .seconds(60)) }
        print("\(store.status().databaseBytes / (1 << 20)) MiB, \(store.status().databaseBytes / Int64(size)) bytes a session's row")
        try read(store, size: size)
        try write(store, &fleet, size: size)
    }

    private static func read(_ store: Store, size: Int) throws {
        func list(_ change: (inout Filter) -> Void) throws -> Page {
            var filter = Filter()
            change(&filter)
            return try store.list(filter)
        }
        try measure("history: latest 50", goal: 100, count: 50) { _ = try list { _ in } }
        try measure("history: latest 50 ended", goal: 100, count: 50) { _ = try list { $0.state = "ended" } }
        try measure("history: latest 50 of an outcome", goal: 100, count: 50) { _ = try list { $0.outcome = "failed" } }
        for (name, query) in [
            ("a piece of a rare user agent", "Rarebird/7.3"), ("a piece of an address", ".77.7:4444"), ("a piece of an id", "zz9zz9"),
            ("a label", "room=green-42"), ("a finding among all", "dtls-fingerprint"), ("a word of all", "mozilla"),
            ("one letter", "q"), ("what nobody has", "no such thing"),
        ] {
            let goal = 50_000.0
            var found = 0
            try measure("history: \(name)", goal: goal, rounds: 5, count: 1) {
                var cursor: String?
                found = 0
                repeat {
                    let page = try list {
                        $0.query = query
                        $0.cursor = cursor
                    }
                    found += page.items.count
                    cursor = page.next
                } while cursor != nil && found < 50
            }
            print("    found \(found)")
        }
        try measure("history: a rare combination of filters", goal: 50_000, rounds: 5, count: 1) {
            _ = try list {
                $0.kind = "whip"
                $0.outcome = "failed"
                $0.finding = "dtls-fingerprint-mismatch"
                $0.stream = "stream-7"
            }
        }
        try measure("history: a thousand whole rows", rounds: 5, count: 1) {
            var filter = Filter()
            filter.limit = 1_000
            _ = try store.rows(filter)
        }
        try measure("history: aggregate of all days", goal: 5_000, rounds: 5, count: 1) { _ = try store.aggregate() }
    }

    private static func write(_ store: Store, _ fleet: inout Fleet, size: Int) throws {
        let count = 20_000
        func cost(_ name: String, goal: Double?, per count: Int, _ body: () -> Void) {
            let before = processorMicroseconds()
            body()
            guard store.flush(timeout: .seconds(60)) else { return print("not written in a minute") }
            report(name, (processorMicroseconds() - before) / Double(count), "µs", goal: goal)
        }
        func each(_ count: Int, _ body: (Int) -> Void) {
            for index in 0..<count {
                body(index)
                if index % 4_000 == 3_999 { _ = store.flush(timeout: .seconds(60)) }
            }
        }
        let fresh = (0..<count).map { fleet.row(size + $0, prefix: "n") }
        cost("history: a new row of an ended session", goal: 8, per: count) { each(count) { store.write(.session(fresh[$0])) } }
        let live = (0..<count).map { fleet.row(size + count + $0, prefix: "l", isLive: true) }
        cost("history: a new row of a live session", goal: 8, per: count) { each(count) { store.write(.session(live[$0])) } }
        // They end in another order than they began, each within the next two thousand.
        let order = (0..<count).sorted { ($0 + $0 &* 7919 % 2_000) < ($1 + $1 &* 7919 % 2_000) }
        let ended = order.map { fleet.row(size + count + $0, prefix: "l") }
        cost("history: a session's end", goal: 8, per: count) { each(count) { store.write(.session(ended[$0])) } }
        let document = Fleet.document
        cost("history: a document of \(document.count / 1024) KiB", goal: nil, per: 2_000) {
            each(2_000) { store.write(.document(session: fresh[$0].id, document)) }
        }
        let minute = Array(repeating: UInt8(7), count: 2_000)
        cost("history: a minute's samples of a session", goal: nil, per: 6_000) {
            each(6_000) { index in
                let at = Fleet.start + Int64(index / 100) * 60_000
                store.write(.samples(session: fresh[index % 100].id, SampleChunk(firstAt: at, lastAt: at + 59_000, body: minute)))
            }
        }
        try measure("history: an hour's samples of a session", goal: 5_000, rounds: 5, count: 20) {
            _ = try store.samples(fresh[3].id, since: Fleet.start, until: Fleet.start + 3_600_000)
        }
        let added = fresh.map(\.id) + live.map(\.id)
        cost("history: erasing one of them", goal: nil, per: 200) { for id in added.prefix(200) { _ = try? store.erase(id) } }
    }

    private static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}

/// Sessions as a fleet would make them, the same ones each time.
private struct Fleet {
    /// 2025-11-24T16:00:00Z, in Unix milliseconds.
    static let start: Int64 = 1_764_000_000_000
    private var state: UInt64 = 88_172_645_463_325_252
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz")

    private mutating func next(_ bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % UInt64(bound))
    }

    /// Forty thousand a day; one in some fifty thousand has a rare user agent.
    mutating func row(_ index: Int, prefix: String = "0", isLive: Bool = false) -> SessionRow {
        let time = Fleet.start - 30 * 86_400_000 + Int64(index) * 2_592
        var id = prefix + String(time, radix: 32)
        while id.utf8.count < 36 { id.append(Fleet.alphabet[index % 11 == 0 ? next(32) : (index &* 31 &+ id.utf8.count &* next(32)) % 32]) }
        let outcome = ["completed", "completed", "completed", "failed", "expired"][index % 5]
        let finding = ["connected", "closed-normally", "closed-normally", "never-connected", "dtls-fingerprint-mismatch"][index % 5]
        let address = "203.\(next(256)).\(next(256)).\(next(256)):\(1024 + next(60_000))"
        var row = SessionRow(
            id: id, kind: index % 97 == 0 ? "whip" : "session", state: isLive ? "live" : "ended", outcome: isLive ? nil : outcome,
            reason: isLive ? nil : "closed-by-peer", stream: index % 3 == 0 ? "stream-\(index % 100)" : nil, connectionState: "closed",
            iceState: "closed", finding: isLive ? "connecting" : finding, severity: "ok", title: "The peer closed the connection",
            remoteAddress: address, userAgent: index % 50_021 == 7 ? "Rarebird/7.3 (index \(index))" : agent, createdAt: time,
            connectedAt: time + 120, endedAt: isLive ? nil : time + 60_000, lastSeenAt: time + 60_000,
            searchTerms: ["room=green-\(index % 60_000)", finding], item: Fleet.item(id, address))
        row.phases.connected = 40 + Double(next(4_000)) / 10
        row.phases.offerParsed = 0.2
        row.phases.answerSent = 0.9
        row.phases.nominated = 30
        row.phases.dtlsFinished = 39
        row.durations.ice = 20 + Double(next(200))
        row.durations.dtls = 8 + Double(next(80))
        row.counters.bytesSent = Int64(next(1 << 20))
        row.counters.bytesReceived = Int64(next(1 << 20))
        row.counters.packetsSent = Int64(next(1 << 10))
        row.counters.packetsReceived = Int64(next(1 << 10))
        return row
    }

    /// Some three thousand of them.
    private var agent: String {
        mutating get {
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/\(90 + next(55)).0.\(next(60)).0 Safari/537.36"
        }
    }

    private static func item(_ id: String, _ address: String) -> [UInt8] {
        Array(
            """
            {"id":"\(id)","kind":"session","state":"ended","connectionState":"closed","iceConnectionState":"closed","outcome":"completed",\
            "reason":"closed-by-peer","verdict":{"code":"closed-normally","severity":"ok","title":"The peer closed the connection"},\
            "createdAt":"2025-11-24T16:00:00.000Z","endedAt":"2025-11-24T16:01:00.000Z","durationMs":60000,"connectedMs":120,\
            "remoteAddress":"\(address)","userAgent":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)",\
            "selectedPair":{"local":"127.0.0.1:8189","remote":"\(address)","localType":"host","remoteType":"prflx"},"refusal":null}
            """.utf8)
    }

    /// Text about as repetitive as a record.
    static let document: [UInt8] = Array(
        (0..<160).map {
            "{\"seq\":\($0),\"offsetUs\":\($0 &* 7919),\"phase\":\"ice\",\"code\":\"check-received\",\"pairId\":\"P\($0 % 9)\",\"n\":\($0 &* 104_729)},"
        }
        .joined().utf8)
}
