/// What a loop has done so far. Counters only grow; a snapshot is taken once a turn of the loop.
public struct LoopStatistics: Hashable, Sendable {
    /// Datagrams and their payload bytes.
    public struct Traffic: Hashable, Sendable {
        public var datagrams: UInt64
        public var bytes: UInt64

        public init(datagrams: UInt64 = 0, bytes: UInt64 = 0) {
            self.datagrams = datagrams
            self.bytes = bytes
        }
    }

    /// Datagrams that were not delivered or did not leave, by reason.
    public struct Drops: Hashable, Sendable {
        /// Lost in the kernel because the receive buffer was full (SO_RXQ_OVFL).
        public var receiveBufferFull: UInt64 = 0
        /// Longer than a receive slot; nothing we speak is.
        public var tooLongToReceive: UInt64 = 0
        /// Not sent, by `PathFailure.Reason`.
        var unsent = SIMD16<UInt64>()

        /// Datagrams that did not leave for one reason.
        public func unsent(_ reason: PathFailure.Reason) -> UInt64 { unsent[Int(reason.rawValue)] }
        /// All datagrams that did not leave.
        public var unsentTotal: UInt64 { unsent.wrappedSum() }
    }

    public var received = Traffic()
    public var sent = Traffic()
    public var drops = Drops()
    /// Calls of recvmmsg that brought something, by how many datagrams: 1, 2–3, 4–7, 8–15, 16–31, 32–63, 64.
    public var receiveBatches = SIMD8<UInt64>()
    /// Calls of sendmmsg.
    public var sendCalls: UInt64 = 0
    /// Datagrams that left joined with others of their size and path (UDP_SEGMENT).
    public var segmented: UInt64 = 0
    /// Messages that waited for a full kernel buffer.
    public var delayed: UInt64 = 0
    /// ICMP errors that came back.
    public var networkErrors: UInt64 = 0
    /// Turns of the loop.
    public var turns: UInt64 = 0
    /// Calls of the handler's timer.
    public var timeouts: UInt64 = 0
    /// The furthest the timer was called behind its deadline.
    public var latestTimeout: Duration = .zero
    /// The longest turn: from waking to the last datagram sent.
    public var longestTurn: Duration = .zero
    public var commands: UInt64 = 0

    public init() {}
}
