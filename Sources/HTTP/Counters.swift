internal import Synchronization

/// The numbers behind `Server.Statistics`.
final class Counters: Sendable {
    let accepted = Atomic<Int>(0)
    let requests = Atomic<Int>(0)
    let streams = Atomic<Int>(0)
    let evicted = Atomic<Int>(0)
    let refused = Atomic<Int>(0)
    let acceptPauses = Atomic<Int>(0)
    let headerTimeouts = Atomic<Int>(0)
    let bodyTimeouts = Atomic<Int>(0)
    let writeTimeouts = Atomic<Int>(0)
    let malformed = Atomic<Int>(0)
    let tooLarge = Atomic<Int>(0)
    let unsafeResponses = Atomic<Int>(0)
    let droppedResponders = Atomic<Int>(0)

    func snapshot(connections: Int) -> Server.Statistics {
        var statistics = Server.Statistics()
        statistics.connections = connections
        statistics.streams = streams.load(ordering: .relaxed)
        statistics.accepted = accepted.load(ordering: .relaxed)
        statistics.requests = requests.load(ordering: .relaxed)
        statistics.evicted = evicted.load(ordering: .relaxed)
        statistics.refused = refused.load(ordering: .relaxed)
        statistics.acceptPauses = acceptPauses.load(ordering: .relaxed)
        statistics.headerTimeouts = headerTimeouts.load(ordering: .relaxed)
        statistics.bodyTimeouts = bodyTimeouts.load(ordering: .relaxed)
        statistics.writeTimeouts = writeTimeouts.load(ordering: .relaxed)
        statistics.malformed = malformed.load(ordering: .relaxed)
        statistics.tooLarge = tooLarge.load(ordering: .relaxed)
        statistics.unsafeResponses = unsafeResponses.load(ordering: .relaxed)
        statistics.droppedResponders = droppedResponders.load(ordering: .relaxed)
        return statistics
    }
}

extension Atomic where Value == Int {
    func increment() { wrappingAdd(1, ordering: .relaxed) }
    func decrement() { wrappingSubtract(1, ordering: .relaxed) }
}
