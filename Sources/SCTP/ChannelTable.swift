internal import Wire

/// One channel with what waits to be sent on it and what is known of its two stream resets.
final class ChannelRecord {
    struct Pending {
        let payloadProtocol: UInt32
        let bytes: [UInt8]
        /// What counts as buffered: 0 for control messages, and for empty ones, which travel as one byte.
        let counted: Int
    }

    var channel: Channel
    private var pending: [Pending] = []
    private var next = 0
    /// Whether more than the threshold was buffered since `Event.bufferedAmountLow` was told.
    var wasBuffered = false
    /// Whether the table's ring holds us.
    var isWaiting = false
    var closeReason: Event.CloseReason?
    var hasPeerReset = false
    /// Fragments by the deprecated payload protocols 52 and 54.
    var fragments: [UInt8] = []

    init(_ channel: Channel) { self.channel = channel }

    var pendingCount: Int { pending.count - next }
    var hasPending: Bool { next < pending.count }
    var firstPending: Pending? { hasPending ? pending[next] : nil }

    func append(_ message: Pending) {
        pending.append(message)
        channel.bufferedAmount += message.counted
        if channel.bufferedAmount > channel.bufferedAmountLowThreshold { wasBuffered = true }
    }

    func removeFirstPending() {
        guard hasPending else { return }
        channel.bufferedAmount -= pending[next].counted
        next += 1
        if next == pending.count {
            pending = []
            next = 0
        } else if next >= 64, next * 2 >= pending.count {
            pending.removeFirst(next)
            next = 0
        }
    }

    /// Forgets what was not sent; how many bytes had been counted.
    func dropPending() -> Int {
        defer {
            pending = []
            next = 0
            channel.bufferedAmount = 0
        }
        return channel.bufferedAmount
    }
}

/// The channels of an association by stream, and whose turn it is to send.
struct ChannelTable {
    private var byStream: [ChannelRecord?] = []
    /// Streams with something pending, in the order of their turns.
    private var ring: [UInt16] = []
    private(set) var count = 0
    private(set) var nextNumber = 0
    /// Bytes counted as buffered over all channels.
    private(set) var bufferedAmount = 0
    /// Messages pending over all channels.
    private(set) var pendingCount = 0
    /// Streams whose outgoing reset was asked for and is not confirmed: nothing can be sent on them.
    var resetsInFlight: Set<UInt16> = []

    var isResetting: Bool { !resetsInFlight.isEmpty }
    var isFlushed: Bool { ring.isEmpty }

    subscript(stream: UInt16) -> ChannelRecord? {
        Int(stream) < byStream.count ? byStream[Int(stream)] : nil
    }

    var records: [ChannelRecord] { byStream.compactMap { $0 } }

    mutating func takeNumber() -> Int {
        defer { nextNumber += 1 }
        return nextNumber
    }

    mutating func insert(_ record: ChannelRecord) {
        let stream = Int(record.channel.id.rawValue)
        while byStream.count <= stream { byStream.append(nil) }
        byStream[stream] = record
        count += 1
    }

    mutating func remove(_ record: ChannelRecord) {
        let stream = Int(record.channel.id.rawValue)
        guard stream < byStream.count, byStream[stream] === record else { return }
        byStream[stream] = nil
        count -= 1
        dropPending(of: record)
    }

    /// The lowest free stream of a parity below `limit`.
    func freeStream(parity: UInt16, limit: Int) -> UInt16? {
        var stream = Int(parity)
        while stream < limit {
            let id = UInt16(stream)
            if self[id] == nil, !resetsInFlight.contains(id) { return id }
            stream += 2
        }
        return nil
    }

    mutating func enqueue(_ message: ChannelRecord.Pending, on record: ChannelRecord) {
        record.append(message)
        bufferedAmount += message.counted
        pendingCount += 1
        guard !record.isWaiting else { return }
        record.isWaiting = true
        ring.append(record.channel.id.rawValue)
    }

    /// Forgets what waits on one channel.
    mutating func dropPending(of record: ChannelRecord) {
        pendingCount -= record.pendingCount
        bufferedAmount -= record.dropPending()
        if record.isWaiting {
            ring.removeAll { $0 == record.channel.id.rawValue }
            record.isWaiting = false
        }
    }

    /// Offers the first message of each waiting channel in turn, until `transmit` says that there is no room or nothing waits.
    ///
    /// - Returns: the records that sent something, and those whose message usrsctp would not have.
    mutating func flush(
        _ transmit: (ChannelRecord, ChannelRecord.Pending) -> Transmission
    ) -> (sent: [ChannelRecord], failed: [(record: ChannelRecord, errno: Int32)]) {
        var sent: [ChannelRecord] = []
        var failed: [(record: ChannelRecord, errno: Int32)] = []
        var skipped = 0
        while skipped < ring.count, let stream = ring.first {
            guard let record = self[stream], let message = record.firstPending else {
                ring.removeFirst()
                self[stream]?.isWaiting = false
                continue
            }
            if resetsInFlight.contains(stream) {
                ring.removeFirst()
                ring.append(stream)
                skipped += 1
                continue
            }
            let result = transmit(record, message)
            if result == .noRoom { break }
            if case .failed(let errno) = result { failed.append((record, errno)) }
            skipped = 0
            bufferedAmount -= message.counted
            pendingCount -= 1
            record.removeFirstPending()
            if !sent.contains(where: { $0 === record }) { sent.append(record) }
            ring.removeFirst()
            if record.hasPending { ring.append(stream) } else { record.isWaiting = false }
        }
        return (sent, failed)
    }
}

/// What became of a message handed to usrsctp.
enum Transmission: Equatable {
    case sent
    case noRoom
    case failed(errno: Int32)
}
