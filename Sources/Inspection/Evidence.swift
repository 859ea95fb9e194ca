public import Wire

/// The raw datagrams that prove what happened while a session was set up: the first 64 and the last 32, at most 32 KiB.
///
/// Memory is allocated as it fills. Numbers are given from 1 in the order of coming and never reused, so an event may name a packet that
/// the ring has let go since.
public struct Evidence: Sendable, Equatable {
    public enum Direction: String, Sendable, Decodable {
        case sent, received
    }

    /// One datagram.
    public struct Packet: Sendable, Equatable {
        public var number: Int
        /// µs since the session's start.
        public var offset: Int64
        public var direction: Direction
        public var local: TransportAddress
        public var remote: TransportAddress
        /// The datagram's length; `bytes` may be fewer, where it was larger than the room.
        public var length: Int
        public var bytes: [UInt8]

        init(
            number: Int, offset: Int64, direction: Direction, local: TransportAddress, remote: TransportAddress, length: Int,
            bytes: [UInt8]
        ) {
            self.number = number
            self.offset = offset
            self.direction = direction
            self.local = local
            self.remote = remote
            self.length = length
            self.bytes = bytes
        }
    }

    /// The first ones, which are never let go.
    private var first: [Packet] = []
    /// The last ones: a ring whose oldest is at `oldest`.
    private var last: [Packet] = []
    private var oldest = 0
    private var firstBytes = 0
    private var lastBytes = 0
    /// How many datagrams were offered, and so the last number given.
    public private(set) var count = 0

    /// The first ones leave a quarter of the room to the last ones.
    private static let firstRoom = Limits.evidenceBytes / 4 * 3

    public init() {}

    /// What is kept of encrypted data: its record header, and enough to tell one from another. The rest proves nothing without the keys,
    /// which are nowhere kept, and nothing makes it smaller.
    private static let encryptedRoom = 48

    /// The DTLS content type of application data (RFC 6347 §4.1).
    private static let applicationData: UInt8 = 23

    /// Keeps a copy of a datagram; the oldest of the last ones gives way to it.
    ///
    /// - Returns: the number to name it by in an event's `evidence`.
    @discardableResult
    public mutating func append(
        _ datagram: Span<UInt8>, direction: Direction, on path: Path, at offset: Int64
    ) -> Int {
        count += 1
        let isEncrypted = !datagram.isEmpty && datagram[0] == Self.applicationData
        let wanted = isEncrypted ? min(datagram.count, Self.encryptedRoom) : datagram.count
        let isFirst = last.isEmpty && first.count < Limits.evidenceFirst && firstBytes + wanted <= Self.firstRoom
        let room = isFirst ? wanted : min(wanted, Limits.evidenceBytes - firstBytes)
        let packet = Packet(
            number: count, offset: offset, direction: direction, local: path.local, remote: path.remote, length: datagram.count,
            bytes: datagram.extracting(first: room).array)
        if isFirst {
            first.append(packet)
            firstBytes += room
        } else {
            appendLast(packet)
        }
        return count
    }

    private mutating func appendLast(_ packet: Packet) {
        lastBytes += packet.bytes.count
        if last.count == Limits.evidenceLast {
            lastBytes -= last[oldest].bytes.count
            last[oldest] = packet
            oldest = (oldest + 1) % last.count
        } else {
            if oldest != 0 {
                last = lastInOrder
                oldest = 0
            }
            last.append(packet)
        }
        guard firstBytes + lastBytes > Limits.evidenceBytes else { return }
        last = lastInOrder
        oldest = 0
        var gone = 0
        while firstBytes + lastBytes > Limits.evidenceBytes, gone < last.count - 1 {
            lastBytes -= last[gone].bytes.count
            gone += 1
        }
        last.removeFirst(gone)
    }

    private var lastInOrder: [Packet] {
        Array(last[oldest...] + last[..<oldest])
    }

    /// The packets kept, in the order of their coming.
    public var packets: [Packet] {
        first + lastInOrder
    }

    /// Datagrams that are no longer kept.
    public var dropped: Int { count - first.count - last.count }

    /// Bytes of datagrams kept.
    public var byteCount: Int { firstBytes + lastBytes }

    public static func == (left: Evidence, right: Evidence) -> Bool {
        left.count == right.count && left.packets == right.packets
    }

    /// Stored packets, in order; `count` is how many there had been.
    init(stored packets: [Packet], count: Int) {
        first = packets
        firstBytes = packets.reduce(0) { $0 + $1.bytes.count }
        self.count = max(count, packets.last?.number ?? 0)
    }
}
