internal import CShims
internal import Glibc
internal import Wire

/// The memory of one batch of received datagrams, used again for every batch.
struct Receiver: ~Copyable {
    private let memory: OpaquePointer
    private let batch: UnsafePointer<shim_incoming>

    /// Nil where there is no memory.
    init?(slotBytes: Int) {
        guard let memory = shim_receiver_create(UInt32(clamping: slotBytes)), let batch = shim_receiver_batch(memory) else { return nil }
        self.memory = memory
        self.batch = batch
    }

    deinit { shim_receiver_destroy(memory) }

    enum Outcome {
        /// So many datagrams stand in the batch.
        case received(Int)
        /// The socket is empty.
        case empty
        /// The socket gave an error instead: word of an earlier datagram, or its own end.
        case failed(errno: Int32)
    }

    /// Reads at most `limit` datagrams (64 at most) without waiting.
    func receive(from slot: SocketSlot, limit: Int) -> Outcome {
        let count = shim_receive(memory, slot.socket.descriptor, UInt32(clamping: limit))
        if count > 0 { return .received(Int(count)) }
        return count == 0 || -count == EAGAIN ? .empty : .failed(errno: -count)
    }

    /// Hands each datagram of the batch to the handler, with its path; what was joined is taken apart, what was cut is dropped.
    func deliver<Handler: LoopHandler & ~Copyable>(
        _ count: Int, from slot: SocketSlot, to handler: inout Handler, at now: Instant, into outbox: inout Outbox,
        counting statistics: inout LoopStatistics
    ) {
        let bound = slot.socket.localAddress
        let isWildcard = bound.ip.isUnspecified
        // 63 - lzcnt: 1, 2–3, 4–7 … 64.
        statistics.receiveBatches[min(7, Int.bitWidth - 1 - count.leadingZeroBitCount)] &+= 1
        for index in 0..<count {
            let incoming = batch[index]
            if incoming.has_dropped != 0 {
                // The kernel's counter is of 32 bits and wraps.
                statistics.drops.receiveBufferFull &+= UInt64(incoming.dropped &- slot.kernelDrops)
                slot.kernelDrops = incoming.dropped
            }
            guard incoming.truncated == 0, let remote = TransportAddress(incoming.remote) else {
                statistics.drops.tooLongToReceive &+= 1
                continue
            }
            let local = isWildcard ? IPAddress(incoming.local) ?? bound.ip : bound.ip
            let path = Path(local: TransportAddress(local, bound.port), remote: remote)
            let length = Int(incoming.length)
            let step = incoming.segment == 0 ? max(length, 1) : Int(incoming.segment)
            var offset = 0
            repeat {
                let size = min(step, length - offset)
                // unsafe: the slot holds `length` bytes until the next call of `receive`; the span ends with the handler's call.
                let bytes = UnsafeBufferPointer(start: incoming.bytes + offset, count: size)
                handler.receive(bytes.span, from: path, at: now, into: &outbox)
                statistics.received.datagrams &+= 1
                statistics.received.bytes &+= UInt64(size)
                offset += size
            } while offset < length
        }
    }
}
