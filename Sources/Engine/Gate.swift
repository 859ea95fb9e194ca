internal import Synchronization
internal import Wire

/// Lets other threads look at a loop's sessions without asking the loop.
///
/// A question by the mailbox wakes the loop's thread and is answered by waking the asker's again: two changes of threads for
/// a copy that takes five microseconds. So a loop enters its gate for each call of its handler, which costs an uncontended
/// lock, and a reader enters it for as long as the copy takes. Nothing but reading is allowed there; what changes a session
/// goes by the mailbox (Docs/decisions/0006).
final class Gate: @unchecked Sendable {
    private let lock = Mutex<Void>(())
    /// Touched under the lock alone.
    private nonisolated(unsafe) weak var loop: PeerLoop?

    /// The loop's own calls.
    func enter<Result>(_ body: () -> Result) -> Result {
        lock.withLock { _ in body() }
    }

    func open(for loop: PeerLoop) {
        lock.withLock { _ in self.loop = loop }
    }

    /// A copy of something the loop knows, made on the caller's thread; nil where the loop has ended.
    func read<Result: Sendable>(_ body: (PeerLoop) -> Result?) -> Result? {
        lock.withLock { _ in loop.flatMap(body) }
    }
}
