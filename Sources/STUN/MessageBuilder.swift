internal import Crypt
public import Wire

/// Writes one message at the end of a byte array, an outbox's buffer say, without one of its own.
///
/// Attributes in the order of the calls; `finish` calls come last: integrity first, then fingerprint.
public struct MessageBuilder: ~Copyable {
    /// What stood in the buffer before, then the message.
    private var buffer: [UInt8]
    private let start: Int
    private let transactionID: TransactionID

    /// Appends a message to `buffer`; `body` adds its attributes.
    public static func append(
        _ type: MessageType, _ transactionID: TransactionID, to buffer: inout [UInt8], _ body: (inout MessageBuilder) -> Void
    ) {
        // The buffer moves into the builder and back, so that it has one owner at any time and is never copied.
        var moved: [UInt8] = []
        swap(&moved, &buffer)
        var builder = MessageBuilder(type, transactionID, appendingTo: consume moved)
        body(&builder)
        builder.setLength(builder.count &- Message.headerBytes)
        swap(&builder.buffer, &buffer)
    }

    /// A message of its own, for tests and for what is sent once.
    public static func message(
        _ type: MessageType, _ transactionID: TransactionID, _ body: (inout MessageBuilder) -> Void = { _ in }
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        append(type, transactionID, to: &bytes, body)
        return bytes
    }

    private init(_ type: MessageType, _ transactionID: TransactionID, appendingTo buffer: consuming [UInt8]) {
        start = buffer.count
        self.transactionID = transactionID
        self.buffer = buffer
        // The longest message of a session is a check with two fragments of 256 characters; the usual one is 108 bytes.
        self.buffer.reserveAdditional(160)
        put(
            (
                (UInt32(type.rawValue) << 16).bigEndian, Message.magicCookie.bigEndian, transactionID.high.bigEndian,
                transactionID.low.highWord.bigEndian, transactionID.low.lowWord.bigEndian
            ))
    }

    /// Bytes of the message so far.
    public var count: Int { buffer.count &- start }

    /// Adds an attribute with its padding. A value of more than 65,535 bytes, or one that would make the message longer than
    /// its length field can say, is our own mistake.
    public mutating func add(_ type: AttributeType, _ value: Span<UInt8>) {
        precondition(count + 8 + value.count <= 0xffff, "a STUN message fits its length field")
        put(Self.header(type, UInt16(truncatingIfNeeded: value.count)))
        buffer.append(value)
        // RFC 8489 §14: "The padding bits MUST be set to zero on sending and MUST be ignored by the receiver."
        for _ in 0..<((4 &- value.count & 3) & 3) { buffer.append(0) }
    }

    /// Adds an attribute whose value is text.
    public mutating func add(_ type: AttributeType, text: String) {
        add(type, Array(text.utf8).span)
    }

    public mutating func add(_ type: AttributeType, _ number: UInt32) {
        put((Self.header(type, 4), number.bigEndian))
    }

    public mutating func add(_ type: AttributeType, _ number: UInt64) {
        put((Self.header(type, 8), number.highWord.bigEndian, number.lowWord.bigEndian))
    }

    /// Adds an attribute without a value: USE-CANDIDATE.
    public mutating func addFlag(_ type: AttributeType) {
        put(Self.header(type, 0))
    }

    /// Adds XOR-MAPPED-ADDRESS, or another attribute of that form.
    public mutating func addXORAddress(_ address: TransportAddress, as type: AttributeType = .xorMappedAddress) {
        let ip = address.ip
        let port = address.port ^ UInt16(Message.magicCookie >> 16)
        let familyAndPort = (UInt32(ip.family.rawValue) << 16 | UInt32(port)).bigEndian
        if ip.family == .v4 {
            put((Self.header(type, 8), familyAndPort, (ip.low.lowWord ^ Message.magicCookie).bigEndian))
        } else {
            let high = ip.high ^ (UInt64(Message.magicCookie) << 32 | UInt64(transactionID.high))
            let low = ip.low ^ transactionID.low
            put(
                (
                    Self.header(type, 20), familyAndPort, high.highWord.bigEndian, high.lowWord.bigEndian, low.highWord.bigEndian,
                    low.lowWord.bigEndian
                ))
        }
    }

    /// Adds ERROR-CODE with the RFC's phrase.
    public mutating func addError(_ code: ErrorCode) {
        var value: [UInt8] = [0, 0, UInt8(truncatingIfNeeded: code.rawValue / 100), UInt8(truncatingIfNeeded: code.rawValue % 100)]
        code.reason.withUTF8Buffer { value.append(contentsOf: $0) }
        add(.errorCode, value.span)
    }

    /// Adds UNKNOWN-ATTRIBUTES (RFC 8489 §14.9), which goes with a 420.
    public mutating func addUnknownAttributes(_ types: [AttributeType]) {
        var value: [UInt8] = []
        for type in types { value.appendBigEndian(type.rawValue) }
        add(.unknownAttributes, value.span)
    }

    /// Adds MESSAGE-INTEGRITY over all that was added so far.
    public mutating func finish(integrity key: IntegrityKey) {
        setLength(count &- Message.headerBytes &+ 24)
        let tag = key.sha1.authenticate(buffer.span.extracting(start..<buffer.count))
        put(Self.header(.messageIntegrity, 20))
        buffer.append(tag.span)
    }

    /// Adds MESSAGE-INTEGRITY-SHA256 over all that was added so far.
    public mutating func finish(integritySHA256 key: IntegrityKey) {
        setLength(count &- Message.headerBytes &+ 36)
        let tag = key.sha256.authenticate(buffer.span.extracting(start..<buffer.count))
        put(Self.header(.messageIntegritySHA256, 32))
        buffer.append(tag.span)
    }

    /// Adds FINGERPRINT over all that was added so far; nothing may follow it.
    public mutating func finishWithFingerprint() {
        setLength(count &- Message.headerBytes &+ 8)
        let checksum = CRC32.checksum(of: buffer.span.extracting(start..<buffer.count))
        put((Self.header(.fingerprint, 4), (checksum ^ Message.fingerprintMask).bigEndian))
    }

    /// An attribute's header as it lies in memory.
    private static func header(_ type: AttributeType, _ length: UInt16) -> UInt32 {
        (UInt32(type.rawValue) << 16 | UInt32(length)).bigEndian
    }

    /// Appends words that are in network byte order already, in one piece.
    private mutating func put<Words: BitwiseCopyable>(_ words: Words) {
        // unsafe: the array copies from the local value within the call. All our tuples are of 32-bit words: no padding.
        withUnsafeBytes(of: words) { buffer.append(contentsOf: $0) }
    }

    private mutating func setLength(_ length: Int) {
        buffer[start &+ 2] = UInt8(truncatingIfNeeded: length >> 8)
        buffer[start &+ 3] = UInt8(truncatingIfNeeded: length)
    }
}

extension UInt64 {
    var highWord: UInt32 { UInt32(truncatingIfNeeded: self >> 32) }
    var lowWord: UInt32 { UInt32(truncatingIfNeeded: self) }
}

extension [UInt8] {
    /// Makes room for `count` more elements, growing by doubling as `append` does.
    mutating func reserveAdditional(_ count: Int) {
        if capacity &- self.count < count { reserveCapacity(Swift.max(capacity &* 2, self.count &+ count)) }
    }
}
