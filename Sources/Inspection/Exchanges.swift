internal import Wire

/// What the packets of the evidence tell of the way itself: which checks were answered, which were sent again, how large what passed was.
///
/// Only paths count by which something authentic came: a candidate that nobody listens on loses everything by nature.
struct Exchanges {
    /// Sendings of checks of ours while the peer was still heard, and those whose answer came.
    private(set) var sent = 0
    private(set) var answered = 0
    /// Requests of the peer, and those among them that repeat one which had been answered.
    private(set) var received = 0
    private(set) var repeated = 0
    /// How many different requests of the peer those were.
    private(set) var asked = 0
    /// The peer asked plainly first and then said that it uses the pair: it saw an answer of ours to its own check.
    private(set) var hasPeerChosen = false
    /// When the first and the last thing of the peer came.
    private(set) var firstHeard: Int64?
    private(set) var lastHeard: Int64?
    /// When a datagram of DTLS last came from the peer.
    private(set) var lastHandshakeHeard: Int64?
    /// Lengths of DTLS datagrams, sent and received.
    private(set) var handshakeSent: [Int] = []
    private(set) var handshakeReceived: [Int] = []
    /// ClientHello messages from the peer.
    private(set) var helloTimes: [Int64] = []

    private struct Transaction: Hashable {
        let high: UInt32
        let low: UInt64

        init?(_ bytes: [UInt8]) {
            guard let high = bytes.span.uint32(at: 8), let low = bytes.span.uint64(at: 12) else { return nil }
            self.high = high
            self.low = low
        }
    }

    /// An answer takes as long as the way; what left so shortly before the last sign of life could not be answered any more.
    private static let grace: Int64 = 1_500_000

    init(of record: Record) {
        let heardFrom = Set(
            record.connectivity.pairs.filter { $0.requestsReceived > 0 || $0.responsesReceived > 0 }.map(\.remote))
        let packets = record.evidence.packets.filter { heardFrom.contains(Endpoint($0.remote)) }
        let until = (packets.last { $0.direction == .received }?.offset ?? 0) &- Self.grace
        var answers: [Transaction: Int64] = [:]
        var seen: Set<Transaction> = []
        var plain: Set<TransportAddress> = []
        for packet in packets where packet.direction == .received {
            if firstHeard == nil { firstHeard = packet.offset }
            lastHeard = packet.offset
            guard let type = packet.bytes.first else { continue }
            if Self.isHandshake(type) {
                lastHandshakeHeard = packet.offset
                handshakeReceived.append(packet.length)
                if packet.note.hasSuffix("ClientHello") { helloTimes.append(packet.offset) }
            } else if type < 4, let transaction = Transaction(packet.bytes) {
                if type == 0 {
                    let isChoice = Self.hasUseCandidate(packet.bytes.span)
                    if isChoice, plain.contains(packet.remote) { hasPeerChosen = true }
                    if !isChoice { plain.insert(packet.remote) }
                    received += 1
                    if seen.insert(transaction).inserted { asked += 1 } else { repeated += 1 }
                } else if answers[transaction] == nil {
                    answers[transaction] = packet.offset
                }
            }
        }
        var sendings: [Transaction: [Int64]] = [:]
        for packet in packets where packet.direction == .sent {
            guard let type = packet.bytes.first else { continue }
            if Self.isHandshake(type) {
                handshakeSent.append(packet.length)
            } else if type == 0, let transaction = Transaction(packet.bytes) {
                sendings[transaction, default: []].append(packet.offset)
            }
        }
        let roundTrip = record.quality.roundTripMinimum ?? 0
        for (transaction, times) in sendings {
            if let answer = answers[transaction] {
                answered += 1
                // One that was sent again while the answer was under way is not lost.
                sent += max(1, times.count { $0 &+ roundTrip <= answer })
            } else {
                sent += times.count { $0 <= until }
            }
        }
    }

    /// RFC 7983 §7: the first byte of DTLS is 20 to 63.
    private static func isHandshake(_ type: UInt8) -> Bool { (20...63).contains(type) }

    /// RFC 8445 §7.1.2: USE-CANDIDATE is attribute 0x0025; attributes begin after 20 bytes of header (RFC 8489 §5) and fill up to four.
    private static func hasUseCandidate(_ message: Span<UInt8>) -> Bool {
        var offset = 20
        while let type = message.uint16(at: offset), let length = message.uint16(at: offset + 2) {
            if type == 0x0025 { return true }
            offset += 4 + (Int(length) + 3) & ~3
        }
        return false
    }

    /// Of the checks of ours more than half were lost, while the peer was heard before and after.
    var isLossy: Bool {
        guard let firstHeard, let lastHeard, lastHeard &- firstHeard >= 3_000_000 else { return false }
        return sent >= 3 && answered * 2 < sent
    }
}
