internal import Wire

/// The header of one record in a datagram (RFC 6347 §4.1).
///
/// ```
/// | content type 1 | version 2 | epoch 2 | sequence number 6 | length 2 | payload … |
/// ```
public struct RecordHeader: Sendable, Hashable {
    public static let count = 13

    public let contentType: ContentType
    public let version: UInt16
    public let epoch: UInt16
    public let sequenceNumber: UInt64
    /// Where the payload lies in the datagram.
    public let payload: Range<Int>

    /// Where the whole record lies in the datagram.
    public var record: Range<Int> { payload.lowerBound - Self.count..<payload.upperBound }
}

/// The header of one handshake fragment in a record's payload (RFC 6347 §4.2.2).
///
/// ```
/// | type 1 | length 3 | message sequence 2 | fragment offset 3 | fragment length 3 | body … |
/// ```
public struct HandshakeFragment: Sendable, Hashable {
    public static let headerCount = 12

    public let type: HandshakeType
    /// Bytes of the whole message, without its header.
    public let messageCount: Int
    public let messageSequence: UInt16
    /// Where the fragment begins in the message.
    public let offset: Int
    /// Where the fragment's bytes lie, in what the reader was given.
    public let body: Range<Int>

    /// Whether this is a message in one piece.
    public var isWhole: Bool { offset == 0 && body.count == messageCount }
}

/// Walks the records of a datagram. Reads headers alone, copies nothing, and ends at the first one that is cut short.
public struct RecordReader: ~Escapable {
    private var reader: ByteReader
    /// Whether bytes are left that make no record.
    public private(set) var isMalformed = false

    @_lifetime(copy datagram)
    public init(_ datagram: Span<UInt8>) {
        reader = ByteReader(datagram)
    }

    @_lifetime(self: copy self)
    public mutating func next() -> RecordHeader? {
        guard reader.remaining > 0, !isMalformed else { return nil }
        guard let type = reader.readUInt8(), let version = reader.readUInt16(), let epoch = reader.readUInt16(),
            let high = reader.readUInt16(), let low = reader.readUInt32(), let count = reader.readUInt16(),
            // RFC 6347 §4.1: the first byte of the version is 254 in every DTLS there is.
            version >> 8 == 0xfe
        else {
            isMalformed = true
            return nil
        }
        let start = reader.offset
        guard reader.readSpan(Int(count)) != nil else {
            isMalformed = true
            return nil
        }
        return RecordHeader(
            contentType: ContentType(rawValue: type), version: version, epoch: epoch,
            sequenceNumber: UInt64(high) << 32 | UInt64(low), payload: start..<start + Int(count))
    }
}

/// Walks the handshake fragments of one record's payload, which must be in the clear (epoch 0).
public struct FragmentReader: ~Escapable {
    private var reader: ByteReader
    /// Whether a header or a body is cut short, or a fragment reaches beyond its message.
    public private(set) var isMalformed = false

    @_lifetime(copy payload)
    public init(_ payload: Span<UInt8>) {
        reader = ByteReader(payload)
    }

    @_lifetime(self: copy self)
    public mutating func next() -> HandshakeFragment? {
        guard reader.remaining > 0, !isMalformed else { return nil }
        guard let word = reader.readUInt32(), let sequence = reader.readUInt16(),
            let offsetHigh = reader.readUInt8(), let offsetLow = reader.readUInt16(),
            let countHigh = reader.readUInt8(), let countLow = reader.readUInt16()
        else {
            isMalformed = true
            return nil
        }
        let messageCount = Int(word & 0xff_ffff)
        let offset = Int(offsetHigh) << 16 | Int(offsetLow)
        let count = Int(countHigh) << 16 | Int(countLow)
        let start = reader.offset
        guard offset + count <= messageCount, reader.readSpan(count) != nil else {
            isMalformed = true
            return nil
        }
        return HandshakeFragment(
            type: HandshakeType(rawValue: UInt8(word >> 24)), messageCount: messageCount, messageSequence: sequence,
            offset: offset, body: start..<start + count)
    }
}

/// What can be seen of a DTLS datagram without keys, for the timeline and the evidence.
///
/// Bounded: at most 16 parts are told, the rest is one "…".
public struct HandshakePeek: Sendable, Hashable, CustomStringConvertible {
    /// One phrase a record or fragment: `ClientHello`, `Certificate 0–1100 of 2300`, `encrypted handshake`.
    public let parts: [String]
    /// Whether there are bytes that make no record or no handshake message.
    public let isMalformed: Bool

    private static let partsLimit = 16

    /// Whether a datagram with this first byte is DTLS.
    ///
    /// RFC 7983 §7: "[20..63] -> forward to DTLS".
    public static func isDTLS(firstByte: UInt8) -> Bool { (20...63).contains(firstByte) }

    public init(_ datagram: Span<UInt8>) {
        var parts: [String] = []
        var isMalformed = false
        var records = RecordReader(datagram)
        while let record = records.next() {
            if parts.count >= Self.partsLimit { break }
            let payload = datagram.extracting(record.payload)
            switch (record.contentType, record.epoch) {
            case (.handshake, 0):
                var fragments = FragmentReader(payload)
                while parts.count < Self.partsLimit, let fragment = fragments.next() {
                    parts.append(
                        fragment.isWhole
                            ? "\(fragment.type)"
                            : "\(fragment.type) \(fragment.offset)–\(fragment.offset + fragment.body.count) of \(fragment.messageCount)")
                }
                isMalformed = isMalformed || fragments.isMalformed
            case (.alert, 0):
                if payload.count == 2, let alert = Alert(level: payload[0], code: payload[1]) {
                    parts.append("alert \(alert)")
                } else {
                    isMalformed = true
                }
            case (.changeCipherSpec, _): parts.append("ChangeCipherSpec")
            case (.handshake, _): parts.append("encrypted handshake")
            case (.alert, _): parts.append("encrypted alert")
            case (.applicationData, _): parts.append("\(payload.count) bytes of application data")
            default: parts.append("record of type \(record.contentType.rawValue)")
            }
        }
        if parts.count >= Self.partsLimit { parts.append("…") }
        self.parts = parts
        self.isMalformed = isMalformed || records.isMalformed
    }

    public var description: String {
        (isMalformed ? parts + ["malformed"] : parts).joined(separator: ", ")
    }
}
