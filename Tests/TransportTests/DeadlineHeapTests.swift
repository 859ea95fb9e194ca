import Testing
import Transport
import Wire

@Suite struct DeadlineHeapTests {
    @Test(arguments: UInt64(1)...20)
    func `the heap agrees with a plain table, whatever is set, moved or taken`(seed: UInt64) {
        var random = RandomSource.seeded(seed)
        var heap = DeadlineHeap()
        var table: [Int: Instant] = [:]
        var now = Instant.zero
        for _ in 0..<2000 {
            let id = Int.random(in: 0..<50, using: &random)
            switch Int.random(in: 0..<10, using: &random) {
            case 0:
                heap.set(nil, for: id)
                table[id] = nil
            case 1:
                now = now + .nanoseconds(Int.random(in: 0..<200, using: &random))
                var due: [Int] = []
                let limit = Int.random(in: 1..<8, using: &random)
                heap.takeDue(at: now, limit: limit, into: &due)
                let expected = table.filter { $0.value <= now }
                #expect(due.count == min(limit, expected.count))
                let latest = due.compactMap { table[$0] }.max()
                for id in due {
                    #expect(expected[id] != nil)
                    table[id] = nil
                }
                // Earliest first: what was left is not earlier than what was taken.
                if let latest, let left = table.values.min() { #expect(left >= latest) }
            default:
                let deadline = now + .nanoseconds(Int.random(in: 0..<1000, using: &random))
                heap.set(deadline, for: id)
                table[id] = deadline
            }
            #expect(heap.nextDeadline == table.values.min())
            #expect(heap.count == table.count)
            #expect(heap.deadline(of: id) == table[id])
        }
    }

    @Test func `a machine that says a due deadline again is served in the next round`() {
        var heap = DeadlineHeap()
        for id in 0..<3 { heap.set(Instant(nanoseconds: Int64(id)), for: id) }
        var due: [Int] = []
        heap.takeDue(at: Instant(nanoseconds: 10), into: &due)
        #expect(due == [0, 1, 2])
        heap.set(Instant(nanoseconds: 5), for: 1)
        due = []
        heap.takeDue(at: Instant(nanoseconds: 10), into: &due)
        #expect(due == [1])
        #expect(heap.nextDeadline == nil && heap.count == 0)
    }

    @Test func `a deadline at the end of the clock is none`() {
        var heap = DeadlineHeap()
        heap.set(Instant.zero + .nanoseconds(Int64.max), for: 0)
        #expect(heap.nextDeadline == nil)
        #expect(heap.deadline(of: 12) == nil)
    }
}
