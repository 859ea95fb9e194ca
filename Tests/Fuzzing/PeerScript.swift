internal import Crypt
internal import DTLS
internal import ICE
internal import Peer
internal import SCTP
internal import SDP
internal import STUN
internal import Wire

/// Runs a script of bytes against a peer of its own, within usrsctp's one lock.
/// - Returns: how many DTLS datagrams the peer sent: none before a path was proved.
@discardableResult
public func fuzzPeer(_ bytes: Span<UInt8>) -> Int {
    Stack.exclusively {
        var script = PeerScript()
        var reader = ByteReader(bytes)
        while let step = reader.readUInt8(), let argument = reader.readUInt8() {
            let count = min(Int(reader.readUInt16() ?? 0), reader.remaining)
            guard let payload = reader.readSpan(count) else { break }
            script.run(step, argument, payload)
        }
        script.end()
        return script.handshakeDatagrams
    }
}

/// An answering peer and someone who talks to it: who may know the passwords, or not.
private struct PeerScript {
    private let peer: PeerConnection
    private var now = Instant(nanoseconds: 1_000_000_000)
    private let credentials: (ufrag: String, key: IntegrityKey)
    private var outbox = Outbox()
    /// Requests of the peer that wait for an answer, with the way the answer comes.
    private var requests: [(id: TransactionID, path: Path)] = []
    private(set) var handshakeDatagrams = 0

    private static let identity: Identity = {
        guard let identity = try? Identity(validFrom: 1_700_000_000) else { preconditionFailure("a certificate can be made") }
        return identity
    }()
    private static let theirPassword = "their-password-of-24-chr"
    private static let theirKey = IntegrityKey(shortTermPassword: theirPassword)
    private static let local = TransportAddress(IPAddress(20, 0, 0, 2), 8189)
    /// An offer that is answered, with the fingerprint of nobody.
    private static let offer = """
        v=0\r
        o=- 1 1 IN IP4 0.0.0.0\r
        s=-\r
        t=0 0\r
        a=group:BUNDLE 0\r
        m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r
        c=IN IP4 0.0.0.0\r
        a=mid:0\r
        a=ice-ufrag:them\r
        a=ice-pwd:\(theirPassword)\r
        a=fingerprint:sha-256 \(Array(repeating: "AB", count: 32).joined(separator: ":"))\r
        a=setup:actpass\r
        a=sctp-port:5000\r
        a=candidate:1 1 udp 2130706431 20.0.0.1 5000 typ host\r

        """

    init() {
        let configuration = PeerConnection.Configuration(
            identity: Self.identity, localCandidates: [.host(Self.local)], policy: AddressPolicy(alsoAllowedScopes: .all), stack: .shared)
        guard let offer = try? SessionDescription(parsing: Array(Self.offer.utf8).span),
            let peer = try? PeerConnection(answering: offer, configuration: configuration, random: .seeded(1), at: now)
        else { preconditionFailure("the script's own offer is answered") }
        self.peer = peer
        let attributes = (peer.localDescription.media.first?.attributes ?? []) + peer.localDescription.attributes
        guard let ufrag = attributes.iceUfrag, let password = attributes.icePwd else { preconditionFailure("an answer has credentials") }
        credentials = (ufrag, IntegrityKey(shortTermPassword: password))
    }

    mutating func run(_ step: UInt8, _ argument: UInt8, _ payload: Span<UInt8>) {
        let path = Path(local: Self.local, remote: TransportAddress(IPAddress(20, 0, 0, 1 + argument % 3), 5000 + UInt16(argument / 64)))
        switch step % 5 {
        case 0: peer.handle(payload, from: path, at: now, into: &outbox)
        case 1: check(payload, number: argument, from: path)
        case 2: answer(payload)
        case 3:
            // At most 2.55 s, at times to the next deadline.
            now = now + .milliseconds(10 * Int(argument))
            if payload.count > 0, let deadline = peer.nextDeadline { now = max(now, deadline) }
            peer.handleTimeout(at: now, into: &outbox)
        default:
            if let line = try? CandidateAttribute(parsing: String(decoding: payload.array, as: UTF8.self)) {
                peer.addRemoteCandidates([line], endOfCandidates: argument == 255, at: now, into: &outbox)
            }
        }
        settle()
    }

    /// Goodbye, which has to come to an end too.
    mutating func end() {
        peer.close(.closedByDelete, at: now, into: &outbox)
        settle()
        precondition(peer.nextDeadline == nil, "a closed peer waits for nothing")
    }

    /// A message of someone who knows the passwords: whatever attributes, good integrity.
    private mutating func check(_ payload: Span<UInt8>, number: UInt8, from path: Path) {
        guard let raw = payload.uint16(at: 0), let type = MessageType(rawValue: raw & 0x3fff) else { return }
        let message = MessageBuilder.message(type, TransactionID(high: 1, low: UInt64(number))) { builder in
            if raw & 0x8000 == 0 { builder.add(.username, text: "\(credentials.ufrag):them") }
            var reader = ByteReader(payload.extracting(2..<payload.count))
            while let type = reader.readUInt16(), let count = reader.readUInt8(),
                let value = reader.readSpan(min(Int(count), reader.remaining))
            {
                builder.add(AttributeType(rawValue: type), value)
                guard builder.count < 1000 else { break }
            }
            builder.finish(integrity: credentials.key)
            builder.finishWithFingerprint()
        }
        peer.handle(message.span, from: path, at: now, into: &outbox)
    }

    /// The answer to the latest request of the peer: a success, or an error code of the payload's.
    private mutating func answer(_ payload: Span<UInt8>) {
        guard let request = requests.popLast() else { return }
        let error = payload.uint16(at: 0).flatMap { ErrorCode(rawValue: $0) }
        let message = MessageBuilder.message(error == nil ? .bindingSuccess : .bindingError, request.id) { builder in
            if let error { builder.addError(error) } else { builder.addXORAddress(request.path.remote) }
            builder.finish(integrity: Self.theirKey)
            builder.finishWithFingerprint()
        }
        peer.handle(message.span, from: request.path.reversed, at: now, into: &outbox)
    }

    /// Takes what the peer says, within bounds: one step costs a bounded number of datagrams and facts.
    private mutating func settle() {
        precondition(outbox.datagrams.count <= 256, "one step sends a bounded number of datagrams")
        for datagram in outbox.datagrams {
            precondition(datagram.count <= 1500, "a datagram fits an Ethernet frame")
            outbox.withBytes(of: datagram) { bytes in
                if bytes.count > 0, HandshakePeek.isDTLS(firstByte: bytes[0]) { handshakeDatagrams += 1 }
                guard bytes.count >= 20, bytes.uint16(at: 0) == MessageType.bindingRequest.rawValue, let high = bytes.uint32(at: 8),
                    let low = bytes.uint64(at: 12)
                else { return }
                requests.append((TransactionID(high: high, low: low), datagram.path.reversed))
            }
        }
        if requests.count > 32 { requests.removeFirst(requests.count - 32) }
        outbox.removeAll()
        var events = 0
        while peer.nextEvent() != nil {
            events += 1
            precondition(events <= 4096, "one step tells a bounded number of facts")
        }
    }
}
