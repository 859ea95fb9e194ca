internal import Wire

/// Writes the stored form's own pieces: numbers of variable length (7 bits a byte, lowest first; signed ones zigzag), and bytes with
/// their length before them.
struct StoredWriter {
    var bytes: [UInt8] = []

    mutating func put(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func put(_ number: Int) { put(UInt64(clamping: number)) }

    mutating func put(signed number: Int64) {
        put(UInt64(bitPattern: (number << 1) ^ (number >> 63)))
    }

    mutating func put(_ block: [UInt8]) {
        put(block.count)
        bytes += block
    }

    mutating func put(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            put(utf8.count)
            bytes.append(contentsOf: utf8)
        }
    }

    /// 4 or 6, the address, the port; a zone has no meaning on another machine and is left out.
    mutating func put(_ address: TransportAddress) {
        if address.ip.family == .v4 {
            bytes.append(4)
            bytes.appendBigEndian(UInt32(truncatingIfNeeded: address.ip.low))
        } else {
            bytes.append(6)
            bytes.appendBigEndian(address.ip.high)
            bytes.appendBigEndian(address.ip.low)
        }
        bytes.appendBigEndian(address.port)
    }

    /// A section: its tag, its length, what `body` writes.
    mutating func section(_ tag: StoredSection, _ body: (inout StoredWriter) -> Void) {
        var section = StoredWriter()
        body(&section)
        bytes.append(tag.rawValue)
        put(section.bytes)
    }
}

/// Reads what `StoredWriter` wrote. What is damaged or cut short throws; no length is believed beyond the bytes that are there.
struct StoredReader {
    struct Damaged: Error {}

    private let bytes: [UInt8]
    private var index: Int
    private let end: Int

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        index = 0
        end = bytes.count
    }

    private init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        index = range.lowerBound
        end = range.upperBound
    }

    var isAtEnd: Bool { index >= end }
    var remaining: Int { end - index }

    mutating func byte() throws(Damaged) -> UInt8 {
        guard index < end else { throw Damaged() }
        defer { index += 1 }
        return bytes[index]
    }

    mutating func number() throws(Damaged) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            let next = try byte()
            value |= UInt64(next & 0x7f) << shift
            if next < 0x80 { return value }
        }
        throw Damaged()
    }

    mutating func signed() throws(Damaged) -> Int64 {
        let value = try number()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    mutating func integer() throws(Damaged) -> Int { Int(clamping: try number()) }

    /// A number of things, each of which takes at least a byte.
    mutating func count() throws(Damaged) -> Int {
        let count = try integer()
        guard count <= remaining else { throw Damaged() }
        return count
    }

    mutating func block(_ length: Int) throws(Damaged) -> [UInt8] {
        guard length >= 0, length <= remaining else { throw Damaged() }
        defer { index += length }
        return Array(bytes[index..<(index + length)])
    }

    mutating func block() throws(Damaged) -> [UInt8] { try block(try integer()) }

    mutating func text() throws(Damaged) -> String { String(decoding: try block(), as: UTF8.self) }

    mutating func address() throws(Damaged) -> TransportAddress {
        switch try byte() {
        case 4:
            let ip = IPAddress(v4: UInt32(truncatingIfNeeded: try bigEndian(4)))
            return TransportAddress(ip, UInt16(truncatingIfNeeded: try bigEndian(2)))
        case 6:
            let ip = IPAddress(v6High: try bigEndian(8), low: try bigEndian(8))
            return TransportAddress(ip, UInt16(truncatingIfNeeded: try bigEndian(2)))
        default: throw Damaged()
        }
    }

    private mutating func bigEndian(_ count: Int) throws(Damaged) -> UInt64 {
        var value: UInt64 = 0
        for _ in 0..<count { value = value << 8 | UInt64(try byte()) }
        return value
    }

    /// The next section: its tag, which may be one of a later version, and a reader of it.
    mutating func section() throws(Damaged) -> (tag: UInt8, reader: StoredReader) {
        let tag = try byte()
        let length = try integer()
        guard length <= remaining else { throw Damaged() }
        defer { index += length }
        return (tag, StoredReader(bytes, index..<(index + length)))
    }

    /// All that is left.
    mutating func rest() -> [UInt8] {
        defer { index = end }
        return Array(bytes[index..<end])
    }
}
