internal import DTLS
internal import Peer
internal import STUN
internal import Wire

/// The datagrams that left in one step of a peer and were kept as evidence: which of them proves what the peer says it sent.
struct SentDatagrams {
    /// The DTLS content types (RFC 6347 §4.1, RFC 5246 §6.2.1).
    enum ContentType {
        static let changeCipherSpec: UInt8 = 20
        static let alert: UInt8 = 21
        static let handshake: UInt8 = 22
        static let applicationData: UInt8 = 23
    }

    private struct Item {
        var number: Int
        var content: Content
    }

    private enum Content {
        case stun(TransactionID)
        /// A bit for each content type of its records, and one for each type of handshake message that is not encrypted.
        case dtls(contentTypes: UInt32, messages: UInt32)
    }

    private var items: [Item] = []

    mutating func removeAll() { items.removeAll(keepingCapacity: true) }

    mutating func add(_ number: Int, _ datagram: Span<UInt8>) {
        switch PacketKind(datagram) {
        case .stun:
            guard datagram.count >= 20, let high = datagram.uint32(at: 8), let low = datagram.uint64(at: 12) else { return }
            items.append(Item(number: number, content: .stun(TransactionID(high: high, low: low))))
        case .dtls:
            items.append(Item(number: number, content: Self.records(of: datagram)))
        case .rtp, .rtcp, .foreign: break
        }
    }

    /// RFC 6347 §4.1: type, version, epoch, sequence number, length; 13 bytes before each fragment.
    private static func records(of datagram: Span<UInt8>) -> Content {
        var contentTypes: UInt32 = 0
        var messages: UInt32 = 0
        var index = 0
        while index &+ 13 < datagram.count, let epoch = datagram.uint16(at: index &+ 3), let length = datagram.uint16(at: index &+ 11) {
            let type = datagram[index]
            if type < 32 { contentTypes |= 1 << UInt32(type) }
            if type == ContentType.handshake {
                // What is encrypted is the last message of a flight, Finished (RFC 5246 §7.4.9).
                let message = epoch == 0 ? datagram[index &+ 13] : 20
                if message < 32 { messages |= 1 << UInt32(message) }
            }
            index = index &+ 13 &+ Int(length)
        }
        return .dtls(contentTypes: contentTypes, messages: messages)
    }

    func numbers(of transaction: TransactionID) -> [Int] {
        for item in items { if case .stun(transaction) = item.content { return [item.number] } }
        return []
    }

    /// Of a handshake message; nil is a change of cipher spec.
    func numbers(of message: HandshakeType?) -> [Int] {
        guard let message else { return numbers(ofContent: ContentType.changeCipherSpec) }
        return numbers { _, messages in message.rawValue < 32 && messages & 1 << UInt32(message.rawValue) != 0 }
    }

    var handshakes: [Int] { numbers(ofContent: ContentType.handshake) }
    var alerts: [Int] { numbers(ofContent: ContentType.alert) }
    var applicationData: [Int] { numbers(ofContent: ContentType.applicationData) }

    private func numbers(ofContent type: UInt8) -> [Int] {
        numbers { contentTypes, _ in contentTypes & 1 << UInt32(type) != 0 }
    }

    private func numbers(where isMeant: (_ contentTypes: UInt32, _ messages: UInt32) -> Bool) -> [Int] {
        var numbers: [Int] = []
        for item in items {
            if case .dtls(let contentTypes, let messages) = item.content, isMeant(contentTypes, messages) { numbers.append(item.number) }
        }
        return numbers
    }
}
