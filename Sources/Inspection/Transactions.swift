internal import JSON
internal import Wire

/// One STUN transaction, put together from the evidence: a request, its repetitions, and what came of it.
///
/// It is made when somebody reads, from the 20 bytes that begin each message (RFC 8489 §5) and a few attributes; nothing of it is kept.
public struct STUNTransaction: Sendable, Equatable {
    /// Who asked.
    public enum Side: String, Sendable, CaseIterable {
        case us, peer
    }

    public enum Kind: String, Sendable, CaseIterable {
        /// A connectivity check (RFC 8445 §7).
        case check
        /// A check with USE-CANDIDATE (RFC 8445 §8.1.1).
        case nomination
        /// A check on the pair that was selected already (RFC 7675 §5.1).
        case consent
    }

    public enum Outcome: String, Sendable, CaseIterable {
        case success, error
        /// No answer is among the evidence.
        case unanswered
    }

    /// Twenty-four hexadecimal digits.
    public var id: String
    public var by: Side
    public var kind: Kind
    /// The pair of those addresses, where there is one.
    public var pairId: String?
    public var local: Endpoint
    public var remote: Endpoint
    /// µs since the session's start.
    public var offset: Int64
    /// µs from the first sending to the answer.
    public var duration: Int64?
    /// How often it was sent.
    public var attempts: Int
    public var outcome: Outcome
    /// The STUN error code, where it was refused.
    public var code: Int?
    /// The numbers of its packets.
    public var packets: [Int]
}

extension Record {
    /// The STUN transactions of the evidence, in the order of their first packet.
    public var transactions: [STUNTransaction] {
        var found = TransactionTable(selectedSince: events)
        for packet in evidence.packets { found.take(packet) }
        return found.transactions(pairs: connectivity.pairs)
    }
}

/// Which transaction a packet is of.
struct TransactionNames {
    private var names: [Int: String] = [:]

    init(_ transactions: [STUNTransaction]) {
        for transaction in transactions { for number in transaction.packets { names[number] = transaction.id } }
    }

    subscript(packet: Int) -> String? { names[packet] }

    /// The transaction of the first packet that proves an event.
    func name(of event: TimelineEvent) -> String? {
        for number in event.evidence { if let name = names[number] { return name } }
        return nil
    }
}

extension STUNTransaction {
    func write(in record: Record, into json: inout JSONWriter) {
        json.beginObject()
        json.member("id", id)
        json.member("by", by.rawValue)
        json.member("kind", kind.rawValue)
        json.member("pairId", pairId)
        json.member("local", local)
        json.member("remote", remote)
        json.member("at", record.time(offset))
        json.member("offsetUs", offset)
        json.member("durationUs", duration)
        json.member("attempts", attempts)
        json.member("outcome", outcome.rawValue)
        json.member("code", code)
        json.array("packets") { json in
            for number in packets { json.number(number) }
        }
        json.endObject()
    }

    /// The transaction in one line.
    var sentence: String {
        let asked = by == .us ? "we asked \(remote)" : "\(remote) asked us"
        let answered =
            switch outcome {
            case .success: duration.map { "answered within \(spoken($0))" } ?? "answered"
            case .error: "refused with \(code ?? 0)"
            case .unanswered: "no answer"
            }
        let tries = attempts > 1 ? ", sent \(attempts) times" : ""
        let name: String =
            switch kind {
            case .check: "check"
            case .nomination: "nomination"
            case .consent: "consent check"
            }
        return "\(name): \(asked)\(tries), \(answered)"
    }
}

extension PlainText {
    /// A line a transaction; many alike in a row (consent) are one.
    mutating func transactions(_ transactions: [STUNTransaction]) {
        guard !transactions.isEmpty else { return }
        line()
        line("STUN transactions of the evidence:")
        var index = 0
        while index < transactions.count {
            let first = transactions[index]
            let alike = transactions[index...].prefix {
                $0.kind == first.kind && $0.by == first.by && $0.pairId == first.pairId && $0.outcome == first.outcome && $0.attempts == 1
            }
            let isFolded = alike.count > 2
            let place = (first.pairId ?? "").padded(to: 6)
            line(
                PlainText.harmless(
                    spoken(first.offset).paddedLeft(to: 15) + "  " + place + (isFolded ? "\(alike.count) × " : "") + first.sentence))
            index += isFolded ? alike.count : 1
        }
    }
}

/// The transactions by their ids, as packet after packet is read.
private struct TransactionTable {
    private struct Key: Hashable {
        var high: UInt32
        var low: UInt64
        var isOurs: Bool
    }

    private var order: [Key] = []
    private var found: [Key: STUNTransaction] = [:]
    /// From when on a pair was the selected one, µs; a later check of it is one of consent.
    private var selectedSince: [String: Int64] = [:]

    init(selectedSince events: [TimelineEvent]) {
        for event in events where event.code == .pairSelected {
            if let pair = event.pairId, selectedSince[pair] == nil { selectedSince[pair] = event.offset }
        }
    }

    mutating func take(_ packet: Evidence.Packet) {
        guard let message = STUNHead(packet.bytes.span) else { return }
        let isOurs = (packet.direction == .sent) == message.isRequest
        let key = Key(high: message.high, low: message.low, isOurs: isOurs)
        if found[key] == nil {
            order.append(key)
            found[key] = STUNTransaction(
                id: message.id, by: isOurs ? .us : .peer, kind: message.hasUseCandidate ? .nomination : .check,
                local: Endpoint(packet.local),
                remote: Endpoint(packet.remote), offset: packet.offset, attempts: 0, outcome: .unanswered, packets: [])
        }
        found[key]?.packets.append(packet.number)
        if message.isRequest {
            found[key]?.attempts += 1
        } else if found[key]?.outcome == .unanswered {
            found[key]?.outcome = message.errorCode == nil ? .success : .error
            found[key]?.code = message.errorCode
            // Where the request has left the ring, when it was sent is not known.
            if let start = found[key]?.offset, found[key]?.attempts ?? 0 > 0 { found[key]?.duration = packet.offset - start }
        }
    }

    func transactions(pairs: [Record.Pair]) -> [STUNTransaction] {
        order.compactMap { key in
            guard var transaction = found[key] else { return nil }
            let pair = pairs.first { $0.local == transaction.local && $0.remote == transaction.remote }
            transaction.pairId = pair?.id
            if let since = pair.flatMap({ selectedSince[$0.id] }), transaction.offset > since { transaction.kind = .consent }
            return transaction
        }
    }
}

/// What the beginning of a STUN message says (RFC 8489 §5, §14), read without trusting any length in it.
private struct STUNHead {
    let isRequest: Bool
    let high: UInt32
    let low: UInt64
    private(set) var hasUseCandidate = false
    private(set) var errorCode: Int?

    private static let magicCookie: UInt32 = 0x2112_a442
    private enum Attribute {
        static let errorCode: UInt16 = 0x0009
        static let useCandidate: UInt16 = 0x0025
    }

    /// nil where it is no Binding request or response.
    init?(_ datagram: Span<UInt8>) {
        // RFC 8489 §5: "all STUN messages MUST start with a 20-byte header". The class is in bits 4 and 8 of the type, 1 is Binding.
        guard datagram.count >= 20, let type = datagram.uint16(at: 0), type & 0xfeef == 0x0001,
            datagram.uint32(at: 4) == Self.magicCookie, let high = datagram.uint32(at: 8), let low = datagram.uint64(at: 12)
        else { return nil }
        let messageClass = type & 0x0110
        guard messageClass != 0x0010 else { return nil }
        isRequest = messageClass == 0
        self.high = high
        self.low = low
        var isError = messageClass == 0x0110
        var index = 20
        while let name = datagram.uint16(at: index), let length = datagram.uint16(at: index + 2) {
            if name == Attribute.useCandidate { hasUseCandidate = true }
            // RFC 8489 §14.8: the hundreds are in the third byte, the rest in the fourth.
            if isError, name == Attribute.errorCode, let number = datagram.uint32(at: index + 4) {
                errorCode = Int(number >> 8 & 7) * 100 + Int(number & 0xff)
                isError = false
            }
            index += 4 + (Int(length) + 3) & ~3
        }
        // An error without a code is one all the same.
        if isError { errorCode = 0 }
    }

    /// Twenty-four hexadecimal digits.
    var id: String {
        func padded(_ digits: String, _ width: Int) -> String { String(repeating: "0", count: width - digits.count) + digits }
        return padded(String(high, radix: 16), 8) + padded(String(low, radix: 16), 16)
    }
}
