internal import Synchronization

/// Who wants to be told of every change of every session: the streams of `/v1/events`.
///
/// A subscriber's closure must not block: it pushes into a bounded queue of its own.
public final class Feed: Sendable {
    public typealias Subscriber = @Sendable (_ item: [UInt8]) -> Void

    private struct State {
        var subscribers: [Int: Subscriber] = [:]
        var next = 0
    }

    private let state = Mutex(State())

    init() {}

    /// Adds a subscriber; the number takes it away again.
    public func subscribe(_ subscriber: @escaping Subscriber) -> Int {
        state.withLock { state in
            state.next += 1
            state.subscribers[state.next] = subscriber
            return state.next
        }
    }

    public func unsubscribe(_ number: Int) {
        state.withLock { _ = $0.subscribers.removeValue(forKey: number) }
    }

    func publish(_ item: [UInt8]) {
        let subscribers = state.withLock { $0.subscribers.isEmpty ? [] : Array($0.subscribers.values) }
        for subscriber in subscribers { subscriber(item) }
    }
}
