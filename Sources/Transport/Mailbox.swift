internal import CShims
internal import Glibc
internal import Synchronization

/// A bounded queue of commands from any thread to the one that owns the mailbox.
///
/// A post costs a lock and, only when the owner sleeps, one system call. When it is full a post is refused and counted:
/// the poster says so to its own caller (503) instead of growing a queue.
public final class Mailbox<Command: Sendable>: Sendable {
    private struct State: Sendable {
        var commands: [Command] = []
        var refused: UInt64 = 0
        var posted: UInt64 = 0
        var wakeUps: UInt64 = 0
        var ownerSleeps = false
        var isClosed = false
        var mustStop = false
    }

    public let capacity: Int
    private let state = Mutex(State())
    /// Becomes readable when a sleeping owner has post.
    let descriptor: Int32

    /// - Parameter capacity: the most commands that wait at a time.
    /// - Throws: where no descriptor is left.
    public init(capacity: Int) throws(SocketError) {
        precondition(capacity > 0, "a mailbox holds at least one command")
        self.capacity = capacity
        descriptor = shim_eventfd_create()
        guard descriptor >= 0 else { throw SocketError(errno: -descriptor, call: "eventfd", address: nil) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Puts a command in the mailbox; false where it is full or its owner has gone, and the command is then dropped.
    public func post(_ command: Command) -> Bool {
        let (accepted, wake) = state.withLock { state in
            guard !state.isClosed, state.commands.count < capacity else {
                state.refused &+= 1
                return (false, false)
            }
            state.commands.append(command)
            state.posted &+= 1
            return (true, Self.mustWake(&state))
        }
        if wake { shim_eventfd_signal(descriptor) }
        return accepted
    }

    /// Tells the owner to stop; never refused.
    func postStop() {
        let wake = state.withLock { state in
            state.mustStop = true
            return Self.mustWake(&state)
        }
        if wake { shim_eventfd_signal(descriptor) }
    }

    private static func mustWake(_ state: inout State) -> Bool {
        guard state.ownerSleeps else { return false }
        state.ownerSleeps = false
        state.wakeUps &+= 1
        return true
    }

    /// Owner: takes everything that waits, by exchange with an empty array whose memory is used again. True when it shall stop.
    func take(into batch: inout [Command]) -> Bool {
        batch.removeAll(keepingCapacity: true)
        return state.withLock { state in
            state.ownerSleeps = false
            swap(&state.commands, &batch)
            return state.mustStop
        }
    }

    /// Owner: whether it may sleep. From then on a post wakes it through the descriptor.
    func prepareToSleep() -> Bool {
        state.withLock { state in
            guard state.commands.isEmpty, !state.mustStop else { return false }
            state.ownerSleeps = true
            return true
        }
    }

    /// Owner: clears the wake-up that made the descriptor readable.
    func clearWakeUp() { shim_eventfd_clear(descriptor) }

    /// Owner: refuses all later posts, and drops what still waits; answers what was dropped.
    func shut() -> [Command] {
        state.withLock { state in
            state.isClosed = true
            let left = state.commands
            state.commands = []
            return left
        }
    }

    /// How many commands were posted, and how many refused.
    public var counts: MailboxCounts {
        state.withLock { MailboxCounts(posted: $0.posted, refused: $0.refused, wakeUps: $0.wakeUps, waiting: $0.commands.count) }
    }
}

/// What has gone through a mailbox so far.
public struct MailboxCounts: Hashable, Sendable {
    public let posted: UInt64
    public let refused: UInt64
    /// Posts that had to wake a sleeping owner.
    public let wakeUps: UInt64
    public let waiting: Int
}
