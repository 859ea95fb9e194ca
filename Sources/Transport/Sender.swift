internal import CShims
internal import Glibc
internal import Wire

/// The system call that sends: the kernel's, or in a test one that fails when it is told to.
protocol SendCall {
    /// Sends the messages in order; how many left, or the negative errno of the first.
    mutating func send(_ messages: UnsafeBufferPointer<shim_outgoing>, on slot: SocketSlot) -> Int
}

struct KernelSendCall: SendCall {
    func send(_ messages: UnsafeBufferPointer<shim_outgoing>, on slot: SocketSlot) -> Int {
        Int(shim_send(slot.socket.descriptor, messages.baseAddress, UInt32(messages.count)))
    }
}

/// Empties an outbox into sockets: one system call for up to 64 messages, and equal datagrams of one path joined in a message.
///
/// No errno is fatal. A full kernel buffer makes the rest wait in the socket's queue; every other error costs the datagram it
/// is about, is counted, and is told as a fact.
struct Sender<Call: SendCall>: ~Copyable {
    var call: Call
    /// The most bytes that wait a socket.
    let retryBytes: Int
    /// Facts of this turn, at most `maximumFailures`.
    private(set) var failures: [PathFailure] = []
    static var maximumFailures: Int { 64 }
    /// The most datagrams that wait a socket, beside their bytes.
    static var maximumWaiting: Int { 4096 }

    private let messages: UnsafeMutablePointer<shim_outgoing>
    /// How many datagrams each planned message joins.
    private let joined: UnsafeMutablePointer<Int32>
    private static var capacity: Int { Int(SHIM_BATCH) }
    /// The kernel joins at most 64 datagrams, and a UDP payload is 65,507 bytes at most over IPv4 and less over IPv6.
    private static var maximumJoined: Int { 64 }
    private static var maximumJoinedBytes: Int { 65_000 }

    init(_ call: Call, retryBytes: Int) {
        self.call = call
        self.retryBytes = retryBytes
        messages = .allocate(capacity: Self.capacity)
        joined = .allocate(capacity: Self.capacity)
    }

    deinit {
        messages.deallocate()
        joined.deallocate()
    }

    /// The facts since the last call.
    mutating func takeFailures() -> [PathFailure] {
        defer { failures.removeAll(keepingCapacity: true) }
        return failures
    }

    mutating func note(_ failure: PathFailure, count: Int = 1, bytes: Int = 0, counting statistics: inout LoopStatistics) {
        var failure = failure
        if failure.origin == .local {
            failure.datagrams = count
            failure.bytes = bytes
        }
        if failure.origin == .local { statistics.drops.unsent[Int(failure.reason.rawValue)] &+= UInt64(count) }
        if failures.count < Self.maximumFailures { failures.append(failure) }
    }

    /// Sends the datagrams at `indices` of the outbox through one socket. True where some have to wait until it is writable.
    mutating func send(
        _ outbox: borrowing Outbox, at indices: borrowing [Int32], on slot: SocketSlot, counting statistics: inout LoopStatistics
    ) -> Bool {
        guard slot.waiting.isEmpty else {
            // Order within a path is kept: behind what waits already.
            wait(outbox, indices, from: 0, on: slot, counting: &statistics)
            return true
        }
        return outbox.bytes.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return false }
            var next = 0
            /// Datagrams that must leave one by one, because joined they were refused.
            var singles = 0
            var lastError: Int32 = 0
            while next < indices.count {
                let planned = plan(outbox, base, indices, from: next, segments: slot.segments && singles == 0)
                let sent = call.send(UnsafeBufferPointer(start: messages, count: planned), on: slot)
                statistics.sendCalls &+= 1
                if sent > 0 {
                    for message in 0..<min(sent, planned) {
                        let count = Int(joined[message])
                        next += count
                        singles = max(0, singles - count)
                        statistics.sent.datagrams &+= UInt64(count)
                        statistics.sent.bytes &+= UInt64(messages[message].length)
                        if count > 1 { statistics.segmented &+= UInt64(count) }
                    }
                    lastError = 0
                    continue
                }
                let error = sent < 0 ? Int32(truncatingIfNeeded: -sent) : EIO
                if error == EAGAIN {
                    wait(outbox, indices, from: next, on: slot, counting: &statistics)
                    return true
                }
                let count = Int(joined[0])
                if count > 1, error == EINVAL || error == EMSGSIZE || error == EIO || error == EOPNOTSUPP {
                    // A segment larger than the path takes, or a device that cannot: the same datagrams one by one.
                    if error == EIO || error == EOPNOTSUPP { slot.segments = false }
                    singles = count
                    continue
                }
                // The call may have told the word of an earlier datagram (ICMP) instead of trying this one: try it once more.
                if lastError == 0 {
                    lastError = error
                    continue
                }
                lastError = 0
                let path = outbox.datagrams[Int(indices[next])].path
                var bytes = 0
                for position in next..<next + count { bytes += outbox.datagrams[Int(indices[position])].count }
                note(
                    PathFailure(path: path, reason: .init(errno: error), errno: error), count: count, bytes: bytes, counting: &statistics)
                next += count
            }
            return false
        }
    }

    /// Sends what waits on a socket that has become writable. True where some still has to wait.
    mutating func resume(_ slot: SocketSlot, counting statistics: inout LoopStatistics) -> Bool {
        let waiting = slot.waiting
        slot.waiting = Outbox()
        return send(waiting, at: Array(0..<Int32(waiting.datagrams.count)), on: slot, counting: &statistics)
    }

    /// Fills the messages from `start` on; how many.
    private func plan(
        _ outbox: borrowing Outbox, _ base: UnsafePointer<UInt8>, _ indices: borrowing [Int32], from start: Int, segments: Bool
    ) -> Int {
        var next = start
        var planned = 0
        while next < indices.count, planned < Self.capacity {
            let first = outbox.datagrams[Int(indices[next])]
            var length = first.count
            var count = 1
            while segments, next + count < indices.count, count < Self.maximumJoined {
                let another = outbox.datagrams[Int(indices[next + count])]
                // Joined datagrams lie side by side, go one way and are of one size, but that the last may be shorter.
                guard another.offset == first.offset + length, another.count <= first.count, another.count > 0,
                    length == first.count * count, length + another.count <= Self.maximumJoinedBytes, another.path == first.path
                else { break }
                length += another.count
                count += 1
            }
            var message = shim_outgoing()
            message.bytes = base + first.offset
            message.length = UInt32(truncatingIfNeeded: length)
            message.segment = count > 1 ? UInt32(truncatingIfNeeded: first.count) : 0
            message.remote = shim_address(first.path.remote)
            // An unspecified source leaves the choice to the kernel.
            if !first.path.local.ip.isUnspecified { message.local = shim_address(first.path.local) }
            (messages + planned).initialize(to: message)
            (joined + planned).initialize(to: Int32(count))
            planned += 1
            next += count
        }
        return planned
    }

    /// Keeps the datagrams from `start` on until the socket is writable, as many as the queue takes.
    private mutating func wait(
        _ outbox: borrowing Outbox, _ indices: borrowing [Int32], from start: Int, on slot: SocketSlot,
        counting statistics: inout LoopStatistics
    ) {
        for position in start..<indices.count {
            let datagram = outbox.datagrams[Int(indices[position])]
            guard slot.waiting.bytes.count + datagram.count <= retryBytes, slot.waiting.datagrams.count < Self.maximumWaiting else {
                note(
                    PathFailure(path: datagram.path, reason: .queueFull, errno: EAGAIN), bytes: datagram.count, counting: &statistics)
                continue
            }
            outbox.withBytes(of: datagram) { slot.waiting.append($0, to: datagram.path) }
            statistics.delayed &+= 1
        }
    }
}
