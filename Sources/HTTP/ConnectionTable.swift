// libmicrohttpd's header brings the socket headers in, and so owns their declarations.
internal import CMicrohttpd
internal import Glibc
internal import Synchronization

/// All connections, by descriptor, and what each address holds.
///
/// A descriptor is in the table from accept until just before libmicrohttpd closes it. Whoever touches one from another
/// thread does so under the table's lock, so it can't have been reused.
final class ConnectionTable: Sendable {
    private struct Holdings {
        var connections = 0
        var streams = 0
    }

    private struct State {
        var byDescriptor: [Connection?] = []
        var count = 0
        var holdings: [UInt64: Holdings] = [:]
    }

    private let state = Mutex(State())
    private let limits: Server.Limits
    private let counters: Counters

    init(limits: Server.Limits, counters: Counters) {
        self.limits = limits
        self.counters = counters
    }

    var count: Int { state.withLock { $0.count } }

    /// Puts a connection in; false at its address's limit, where none of the address is idle and could make room.
    func admit(_ connection: Connection) -> Bool {
        state.withLock { state in
            let key = connection.address.key
            if state.holdings[key, default: Holdings()].connections >= limits.connectionsPerAddress,
                !evict(1, ofAddress: key, from: &state)
            {
                return false
            }
            let index = Int(connection.descriptor)
            while state.byDescriptor.count <= index { state.byDescriptor.append(nil) }
            if let stale = state.byDescriptor[index] { remove(stale, from: &state) }
            state.byDescriptor[index] = connection
            state.count += 1
            state.holdings[key, default: Holdings()].connections += 1
            return true
        }
    }

    /// The connection of a descriptor that libmicrohttpd takes over.
    func connection(at descriptor: Int32) -> Connection? {
        state.withLock { state in
            state.byDescriptor.indices.contains(Int(descriptor)) ? state.byDescriptor[Int(descriptor)] : nil
        }
    }

    /// Takes a connection out: its descriptor is about to be closed. A copy of the descriptor is returned where the
    /// connection wants to linger.
    func remove(_ connection: Connection) -> Int32? {
        state.withLock { state in
            remove(connection, from: &state)
            guard connection.wantsLinger.load(ordering: .acquiring) else { return nil }
            let copy = fcntl(connection.descriptor, F_DUPFD_CLOEXEC, 0)
            return copy >= 0 ? copy : nil
        }
    }

    private func remove(_ connection: Connection, from state: inout State) {
        let index = Int(connection.descriptor)
        guard state.byDescriptor.indices.contains(index), state.byDescriptor[index] === connection else { return }
        state.byDescriptor[index] = nil
        state.count -= 1
        let key = connection.address.key
        state.holdings[key]?.connections -= 1
        forgetIfEmpty(key, in: &state)
    }

    private func forgetIfEmpty(_ key: UInt64, in state: inout State) {
        if let holdings = state.holdings[key], holdings.connections <= 0, holdings.streams <= 0 {
            state.holdings[key] = nil
        }
    }

    /// Counts one more stream of the address; false at the limit.
    func claimStream(of address: PeerAddress) -> Bool {
        state.withLock { state in
            guard state.holdings[address.key, default: Holdings()].streams < limits.streamsPerAddress else { return false }
            state.holdings[address.key, default: Holdings()].streams += 1
            return true
        }
    }

    func releaseStream(of address: PeerAddress) {
        state.withLock { state in
            state.holdings[address.key]?.streams -= 1
            forgetIfEmpty(address.key, in: &state)
        }
    }

    /// Closes up to `wanted` of the longest idle connections; false where there was none.
    func makeRoom(_ wanted: Int) -> Bool {
        state.withLock { evict(wanted, ofAddress: nil, from: &$0) }
    }

    private func evict(_ wanted: Int, ofAddress key: UInt64?, from state: inout State) -> Bool {
        var idle: [(connection: Connection, phase: PhaseWord.Phase, deadline: Int64)] = []
        for case let connection? in state.byDescriptor {
            if let key, connection.address.key != key { continue }
            let (phase, deadline) = connection.phase.current
            guard phase == .idle || phase == .opening, connection.isStarted.load(ordering: .acquiring) else { continue }
            idle.append((connection, phase, deadline))
        }
        idle.sort { $0.deadline < $1.deadline }
        var isDone = false
        for (connection, phase, deadline) in idle.prefix(wanted) where connection.phase.end(phase, deadline: deadline) {
            shutdown(connection.descriptor, Int32(SHUT_RDWR))
            counters.evicted.increment()
            isDone = true
        }
        return isDone
    }

    /// Calls `body` for each connection, under the lock: the descriptors are good, and `body` must be short.
    func forEach(_ body: (Connection) -> Void) {
        state.withLock { state in
            for case let connection? in state.byDescriptor { body(connection) }
        }
    }

    private func attachments() -> [Connection.Attachment] {
        var attachments: [Connection.Attachment] = []
        forEach { connection in
            connection.attachment.withLock { if case .none = $0 {} else { attachments.append($0) } }
        }
        return attachments
    }

    func finishStreams(retry: Duration) {
        for case .stream(let stream) in attachments() { stream.windDown(retry: retry) }
    }

    /// Answers everything that is put off.
    func refuseWaiting(_ response: Response) {
        for case .promise(let promise) in attachments() { _ = promise.fulfil(response) }
    }

    /// Wakes all that is suspended, to end.
    func cutSuspended() {
        for attachment in attachments() {
            switch attachment {
            case .none: break
            case .promise(let promise): promise.abandon()
            case .stream(let stream): stream.abort()
            }
        }
    }

    /// Waits until no request is in flight, or for that long.
    func waitUntilQuiet(for milliseconds: Int64) {
        let end = Clock.coarseMilliseconds() + milliseconds
        while true {
            var isBusy = false
            forEach { connection in
                switch connection.phase.current.phase {
                case .body, .handling, .writing, .streaming: isBusy = true
                case .opening, .idle, .header, .over: break
                }
            }
            if !isBusy || Clock.coarseMilliseconds() >= end { return }
            // A server stops once: looking every two milliseconds costs less than a signal on every request.
            poll(nil, 0, 2)
        }
    }
}
