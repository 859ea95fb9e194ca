public import Wire

/// The deadlines of many machines, one each, by a small number that names the machine (its slot in a table).
///
/// Putting a deadline off is the common case and costs two array accesses: the heap's entry stays and is found stale when
/// it comes up. Setting an earlier one costs a heap insertion. Memory is bounded: stale entries never outnumber live ones by
/// more than 64.
public struct DeadlineHeap: Sendable {
    private struct Entry {
        var deadline: Instant
        var id: Int
    }

    /// What each machine waits for; `.never` where it waits for nothing.
    private var deadlines: [Instant] = []
    /// The earliest entry of each machine in the heap; `.never` where it has none.
    private var entered: [Instant] = []
    private var heap: [Entry] = []
    /// How many machines have a deadline.
    public private(set) var count = 0

    private static let never = Instant(nanoseconds: .max)

    public init() {}

    /// The earliest deadline of all.
    public var nextDeadline: Instant? { heap.first?.deadline }

    /// The deadline of one machine.
    public func deadline(of id: Int) -> Instant? {
        guard deadlines.indices.contains(id), deadlines[id] != Self.never else { return nil }
        return deadlines[id]
    }

    /// Sets, moves or (nil) takes away the deadline of machine `id`, a number from 0 on; memory grows with the largest one.
    public mutating func set(_ deadline: Instant?, for id: Int) {
        precondition(id >= 0, "a machine's number is its slot in a table")
        if id >= deadlines.count {
            guard deadline != nil else { return }
            let missing = id + 1 - deadlines.count
            deadlines.append(contentsOf: repeatElement(Self.never, count: missing))
            entered.append(contentsOf: repeatElement(Self.never, count: missing))
        }
        let wanted = deadline ?? Self.never
        let old = deadlines[id]
        guard wanted != old else { return }
        deadlines[id] = wanted
        count += (wanted != Self.never ? 1 : 0) - (old != Self.never ? 1 : 0)
        if wanted < entered[id] {
            entered[id] = wanted
            push(Entry(deadline: wanted, id: id))
        }
        dropStale()
    }

    /// Takes the ids of at most `limit` due machines out of the heap, earliest first, and appends them to `ids`.
    ///
    /// Their deadlines are forgotten: each machine says its next one after it was served. One that says a due one again is
    /// served in the next round, so that no machine can hold the loop.
    public mutating func takeDue(at now: Instant, limit: Int = .max, into ids: inout [Int]) {
        var taken = 0
        while taken < limit, let first = heap.first, first.deadline <= now {
            deadlines[first.id] = Self.never
            count -= 1
            ids.append(first.id)
            taken += 1
            dropStale()
        }
    }

    /// Makes the heap's first entry a true one again.
    private mutating func dropStale() {
        while let first = heap.first, deadlines[first.id] != first.deadline || entered[first.id] != first.deadline {
            if entered[first.id] != first.deadline {
                // An older entry of a machine that has an earlier one by now, or had.
                pop()
            } else if deadlines[first.id] == Self.never {
                entered[first.id] = Self.never
                pop()
            } else {
                // It was put off: the entry moves to its true place.
                entered[first.id] = deadlines[first.id]
                heap[0].deadline = deadlines[first.id]
                siftDown(0)
            }
        }
        if heap.count > 2 * count + 64 { rebuild() }
    }

    private mutating func rebuild() {
        heap.removeAll(keepingCapacity: true)
        for id in deadlines.indices {
            entered[id] = deadlines[id]
            if deadlines[id] != Self.never { push(Entry(deadline: deadlines[id], id: id)) }
        }
    }

    private mutating func push(_ entry: Entry) {
        heap.append(entry)
        var index = heap.count - 1
        while index > 0 {
            let parent = (index - 1) / 2
            guard heap[index].deadline < heap[parent].deadline else { return }
            heap.swapAt(index, parent)
            index = parent
        }
    }

    private mutating func pop() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        siftDown(0)
    }

    private mutating func siftDown(_ start: Int) {
        var index = start
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2] where child < heap.count && heap[child].deadline < heap[least].deadline {
                least = child
            }
            guard least != index else { return }
            heap.swapAt(index, least)
            index = least
        }
    }
}
