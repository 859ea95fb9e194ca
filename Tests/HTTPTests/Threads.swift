import Foundation
import Synchronization

/// Runs `body` on a thread while `meanwhile` runs here, and waits for it.
func withThread(_ body: @escaping @Sendable () -> Void, while meanwhile: () throws -> Void) throws {
    let done = DispatchSemaphore(value: 0)
    let thread = Thread {
        body()
        done.signal()
    }
    thread.start()
    defer { done.wait() }
    try meanwhile()
}

/// A number that several threads count up.
final class Counter: Sendable {
    private let number = Atomic<Int>(0)

    func increment() { number.wrappingAdd(1, ordering: .sequentiallyConsistent) }

    var value: Int { number.load(ordering: .sequentiallyConsistent) }
}
