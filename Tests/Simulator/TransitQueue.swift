internal import Wire

/// Where a datagram under way is.
enum Transit: Sendable {
    /// It has left its sender's link and is to be routed.
    case sent([UInt8], from: Network.Place, Path)
    /// It has crossed the receiver's link.
    case arriving([UInt8], Path)
}

/// Datagrams under way, the earliest first; those of one instant in the order they came. A binary heap.
///
/// Each link is crossed when its turn comes, not when the datagram is sent, so that one that is late holds up nobody behind it.
struct TransitQueue: Sendable {
    private struct Entry {
        let transit: Transit
        let at: Instant
        let number: UInt64

        func precedes(_ other: Entry) -> Bool {
            at == other.at ? number < other.number : at < other.at
        }
    }

    private var heap: [Entry] = []
    private var pushed: UInt64 = 0

    var next: Instant? { heap.first?.at }

    mutating func push(_ transit: Transit, at instant: Instant) {
        heap.append(Entry(transit: transit, at: instant, number: pushed))
        pushed += 1
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].precedes(heap[parent]) else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func pop() -> Transit? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        return first.transit
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].precedes(heap[least]) {
                least = child
            }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
