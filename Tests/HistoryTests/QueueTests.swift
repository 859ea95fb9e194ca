import Testing

@testable import History

/// The backlog alone: no thread, no file.
@Suite struct Queue {
    private func backlog(changes: Int = 100, bytes: Int = 1 << 20, batch: Int = 10) -> Backlog {
        var limits = HistoryLimits()
        limits.queueChanges = changes
        limits.queueBytes = bytes
        limits.batchChanges = batch
        return Backlog(limits: limits)
    }

    @Test func `over the limit of changes samples and documents are dropped and counted, rows have a reserve`() {
        var backlog = backlog(changes: 8)
        _ = backlog.add(.session(sample("a", state: "live")), at: 0)
        for time in Int64(0)..<20 { _ = backlog.add(.samples(session: "a", SampleChunk(firstAt: time, lastAt: time, body: [])), at: 0) }
        _ = backlog.add(.document(session: "a", []), at: 0)
        #expect(backlog.status.dropped.samples == 13)
        #expect(backlog.status.dropped.documents == 1)
        for index in 0..<20 { _ = backlog.add(.session(sample("\(index)")), at: 0) }
        #expect(backlog.status.dropped.sessions == 18)
        #expect(backlog.changes == 10)
    }

    @Test func `the last document of a session has a part of the reserve, and leaves rows the rest`() {
        var backlog = backlog(bytes: 80_000)
        for id in ["live", "other"] { _ = backlog.add(.session(sample(id, state: "live")), at: 0) }
        _ = backlog.add(.document(session: "other", Array(repeating: 0, count: 80_000 - backlog.bytes)), at: 0)
        _ = backlog.add(.document(session: "live", Array(repeating: 0, count: 5_000)), at: 0)
        #expect(backlog.status.dropped.documents == 1)
        _ = backlog.add(.session(sample("live", outcome: "completed")), at: 0)
        _ = backlog.add(.document(session: "live", Array(repeating: 0, count: 5_000)), at: 0)
        #expect(backlog.status.dropped.documents == 1)
        #expect(backlog.waiting("live")?.document?.count == 5_000)
        _ = backlog.add(.document(session: "ended", Array(repeating: 0, count: 9_000)), at: 0)
        #expect(backlog.status.dropped.documents == 2)
        _ = backlog.add(.session(sample("another")), at: 0)
        #expect(backlog.status.dropped.sessions == 0)
    }

    @Test func `over the limit of bytes documents are dropped, and a smaller one still fits`() {
        var backlog = backlog(bytes: 10_000)
        for id in ["a", "b", "c"] { _ = backlog.add(.session(sample(id, state: "live")), at: 0) }
        backlog.take(at: 0)
        backlog.commit()
        for id in ["a", "b", "c"] { _ = backlog.add(.document(session: id, Array(repeating: 0, count: 4_000)), at: 0) }
        #expect(backlog.status.dropped.documents == 1)
        _ = backlog.add(.document(session: "c", Array(repeating: 0, count: 2_000)), at: 0)
        #expect(backlog.status.dropped.documents == 1)
        #expect(backlog.bytes == 10_000)
    }

    @Test func `a row that replaces one takes its place, also when the queue is full`() {
        var backlog = backlog(changes: 4)
        for index in 0..<5 { _ = backlog.add(.session(sample("\(index)")), at: 0) }
        _ = backlog.add(.session(sample("0", outcome: "failed")), at: 0)
        #expect(backlog.status.dropped.total == 0)
        #expect(backlog.changes == 5)
        #expect(backlog.waiting("0")?.row?.outcome == "failed")
    }

    @Test func `a document too large for any queue is dropped`() {
        var limits = HistoryLimits()
        limits.documentBytes = 10
        var backlog = Backlog(limits: limits)
        _ = backlog.add(.document(session: "a", Array(repeating: 0, count: 11)), at: 0)
        #expect(backlog.status.dropped.documents == 1)
    }

    @Test func `the writer is woken by the first change and by a full batch, not by each`() {
        var backlog = backlog(batch: 3)
        let wakes = (0..<5).map { backlog.add(.session(sample("\($0)")), at: 0) }
        #expect(wakes == [true, false, true, false, false])
    }

    @Test func `a batch is due after the interval, at once when full, hurried or closing, never when empty`() {
        var backlog = backlog(batch: 2)
        #expect(backlog.due == nil)
        _ = backlog.add(.session(sample("a")), at: 1_000)
        #expect(backlog.due == Int64(200_001_000))
        _ = backlog.add(.session(sample("b")), at: 2_000)
        #expect(backlog.due == 0)
        backlog.take(at: 0)
        backlog.commit()
        #expect(backlog.due == nil)
        _ = backlog.add(.heartbeat(["a"], at: 5), at: 3_000)
        #expect(backlog.due == Int64(200_003_000))
        backlog.hurry = true
        #expect(backlog.due == 0)
    }

    @Test func `what is taken is still seen, and counts as committed only when all before it is`() {
        var backlog = backlog(batch: 2)
        for index in 0..<3 { _ = backlog.add(.session(sample("\(index)")), at: 0) }
        let target = backlog.accepted
        backlog.take(at: 0)
        #expect(backlog.inFlight.ids == ["0", "1"])
        #expect(backlog.waiting("0")?.row != nil && backlog.waiting("2")?.row != nil)
        _ = backlog.add(.session(sample("0", outcome: "failed")), at: 0)
        #expect(backlog.waiting("0")?.row?.outcome == "failed")
        backlog.commit()
        #expect(backlog.committed < target)
        backlog.take(at: 0)
        backlog.commit()
        #expect(backlog.committed >= target)
        #expect(backlog.waiting("0") == nil)
        #expect(backlog.bytes == 0 && backlog.changes == 0)
    }

    @Test func `an erasure hides what was taken before it, and not what comes after`() {
        var backlog = backlog()
        _ = backlog.add(.session(sample("a")), at: 0)
        backlog.take(at: 0)
        backlog.erase("a", at: 0)
        #expect(backlog.waiting("a")?.erased == true && backlog.waiting("a")?.row == nil)
        #expect(backlog.candidates(live: true).rows.isEmpty)
        _ = backlog.add(.session(sample("a", outcome: "failed")), at: 0)
        #expect(backlog.waiting("a")?.erased == true && backlog.waiting("a")?.row?.outcome == "failed")
        #expect(backlog.candidates(live: true).rows.count == 1)
    }

    @Test func `bytes and changes are what the entries hold, through any mix`() {
        var random = Lehmer(seed: 7)
        var backlog = backlog(changes: 50, bytes: 30_000, batch: 7)
        for step in 0..<5_000 {
            let id = "\(random.next(12))"
            switch random.next(12) {
            case 0..<4: _ = backlog.add(.session(sample(id, state: random.pick(["live", "ended"]))), at: 0)
            case 4..<7:
                let chunk = SampleChunk(firstAt: Int64(step), lastAt: Int64(step), body: Array(repeating: 0, count: random.next(500)))
                _ = backlog.add(.samples(session: id, chunk), at: 0)
            case 7..<9: _ = backlog.add(.document(session: id, Array(repeating: 0, count: random.next(5_000))), at: 0)
            case 9: backlog.erase(id, at: 0)
            default:
                if backlog.inFlight.isEmpty { backlog.take(at: 0) } else { backlog.commit() }
            }
            #expect(backlog.bytes == backlog.entries.values.reduce(0) { $0 + $1.weight })
            #expect(backlog.changes == backlog.entries.values.reduce(0) { $0 + $1.changes })
        }
    }
}
