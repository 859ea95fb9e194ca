internal import Wire

/// Datagrams under way, the earliest first; those that arrive together in the order they were sent. A binary heap.
struct DeliveryQueue: Sendable {
    private struct Entry {
        let delivery: Network.Delivery
        let number: UInt64

        func precedes(_ other: Entry) -> Bool {
            delivery.at == other.delivery.at ? number < other.number : delivery.at < other.delivery.at
        }
    }

    private var heap: [Entry] = []
    private var pushed: UInt64 = 0

    var next: Instant? { heap.first?.delivery.at }

    mutating func push(_ delivery: Network.Delivery) {
        heap.append(Entry(delivery: delivery, number: pushed))
        pushed += 1
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].precedes(heap[parent]) else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func pop() -> Network.Delivery? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        return first.delivery
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
