internal import Wire

/// The evidence as a pcapng file (draft-ietf-opsawg-pcapng), which Wireshark and tshark open.
///
/// The datagrams were seen above UDP, so their IP and UDP headers are made here from their addresses. Each packet says whether it came or
/// went, and as its comment what it is and which events it proves.
public struct PacketCapture {
    private enum BlockType {
        static let sectionHeader: UInt32 = 0x0a0d_0d0a
        static let interface: UInt32 = 1
        static let enhancedPacket: UInt32 = 6
    }

    private enum Option {
        static let comment: UInt16 = 1
        /// In a section header: the application that wrote it.
        static let userApplication: UInt16 = 4
        /// In an interface block: its name.
        static let interfaceName: UInt16 = 2
        /// In an interface block: the power of ten of its times.
        static let timeResolution: UInt16 = 9
        /// In a packet block.
        static let flags: UInt16 = 2
    }

    /// LINKTYPE_RAW: the packet begins with its IP header.
    private static let rawLink: UInt32 = 101

    private var bytes: [UInt8] = []

    /// The file for one record's evidence.
    public static func file(of record: Record) -> [UInt8] {
        var capture = PacketCapture()
        capture.appendSectionHeader(comment: "Session \(record.id)")
        capture.appendInterface()
        let transactions = TransactionNames(record.transactions)
        var proofs: [Int: [String]] = [:]
        for event in record.events {
            for number in event.evidence { proofs[number, default: []].append("\(event.code.rawValue) (event \(event.seq))") }
        }
        for packet in record.evidence.packets {
            var words = [packet.note]
            if let transaction = transactions[packet.number] { words.append("transaction \(transaction)") }
            words += proofs[packet.number] ?? []
            capture.append(packet, at: record.time(packet.offset), comment: "#\(packet.number) " + words.joined(separator: "; "))
        }
        return capture.bytes
    }

    private mutating func appendSectionHeader(comment: String) {
        var body: [UInt8] = []
        body.append(little: UInt32(0x1a2b_3c4d))
        body.append(little: UInt16(1))
        body.append(little: UInt16(0))
        // The section's length is not stated.
        body.append(little: UInt32.max)
        body.append(little: UInt32.max)
        body.append(option: Option.comment, text: comment)
        body.append(option: Option.userApplication, text: "peerscope")
        appendBlock(BlockType.sectionHeader, body)
    }

    private mutating func appendInterface() {
        var body: [UInt8] = []
        body.append(little: UInt16(truncatingIfNeeded: Self.rawLink))
        body.append(little: UInt16(0))
        // No limit on what is captured.
        body.append(little: UInt32(0))
        body.append(option: Option.interfaceName, text: "peerscope")
        body.append(option: Option.timeResolution, [6])
        appendBlock(BlockType.interface, body)
    }

    private mutating func append(_ packet: Evidence.Packet, at time: Timestamp, comment: String) {
        let isSent = packet.direction == .sent
        let headers = UDPHeaders(
            source: isSent ? packet.local : packet.remote, destination: isSent ? packet.remote : packet.local, payload: packet.bytes,
            length: packet.length)
        let stamp = UInt64(clamping: time.microseconds)
        var body: [UInt8] = []
        body.append(little: UInt32(0))
        body.append(little: UInt32(truncatingIfNeeded: stamp >> 32))
        body.append(little: UInt32(truncatingIfNeeded: stamp))
        body.append(little: UInt32(clamping: headers.bytes.count + packet.bytes.count))
        body.append(little: UInt32(clamping: headers.bytes.count + packet.length))
        body += headers.bytes
        body += packet.bytes
        body.pad()
        body.append(option: Option.flags, isSent ? [2, 0, 0, 0] : [1, 0, 0, 0])
        body.append(option: Option.comment, text: comment)
        appendBlock(BlockType.enhancedPacket, body)
    }

    /// Appends a block: type, length, body with its options closed, length again.
    private mutating func appendBlock(_ type: UInt32, _ body: [UInt8]) {
        let length = UInt32(clamping: body.count + 16)
        bytes.append(little: type)
        bytes.append(little: length)
        bytes += body
        // The option that ends the options.
        bytes.append(little: UInt32(0))
        bytes.append(little: length)
    }
}

/// The IP and UDP headers before a payload.
private struct UDPHeaders {
    private(set) var bytes: [UInt8] = []

    /// - Parameter length: the payload's length, where `payload` holds only its beginning.
    init(source: TransportAddress, destination: TransportAddress, payload: [UInt8], length: Int) {
        let from = source.ip.unmapped
        let to = destination.ip.unmapped
        let isVersion4 = from.family == .v4 && to.family == .v4
        let datagramLength = UInt16(clamping: length + 8)
        var addresses: [UInt8] = []
        for address in [from, to] { addresses.append(address, asVersion4: isVersion4) }

        if isVersion4 {
            bytes = [0x45, 0]
            bytes.appendBigEndian(UInt16(clamping: length + 28))
            // No identification, do not fragment, 64 hops, UDP.
            bytes += [0, 0, 0x40, 0, 64, 17, 0, 0]
            bytes += addresses
            var sum = Checksum()
            sum.add(bytes)
            bytes[10] = UInt8(sum.folded >> 8)
            bytes[11] = UInt8(sum.folded & 255)
        } else {
            bytes = [0x60, 0, 0, 0]
            bytes.appendBigEndian(datagramLength)
            bytes += [17, 64]
            bytes += addresses
        }

        var header: [UInt8] = []
        header.appendBigEndian(source.port)
        header.appendBigEndian(destination.port)
        header.appendBigEndian(datagramLength)
        var sum = Checksum()
        sum.add(addresses)
        sum.add([0, 17])
        sum.add(header)
        // The pseudo header has the length too.
        sum.add(Array(header[4..<6]))
        sum.add(payload)
        // RFC 768: "If the computed checksum is zero, it is transmitted as all ones". Of a datagram that was cut it cannot be known.
        let checksum = payload.count < length ? 0 : sum.folded == 0 ? 0xffff : sum.folded
        header.appendBigEndian(checksum)
        bytes += header
    }
}

/// The Internet checksum (RFC 1071): the ones' complement of the ones' complement sum of 16-bit words.
private struct Checksum {
    private var sum: UInt64 = 0

    /// Adds words; an odd last byte is the high half of one.
    mutating func add(_ bytes: [UInt8]) {
        var index = 0
        while index < bytes.count {
            let low = index + 1 < bytes.count ? bytes[index + 1] : 0
            sum &+= UInt64(bytes[index]) << 8 | UInt64(low)
            index += 2
        }
    }

    var folded: UInt16 {
        var value = sum
        while value > 0xffff { value = (value & 0xffff) + (value >> 16) }
        return ~UInt16(truncatingIfNeeded: value)
    }
}

extension [UInt8] {
    /// Appends a number, the lowest byte first.
    fileprivate mutating func append<Number: FixedWidthInteger & UnsignedInteger>(little number: Number) {
        for shift in stride(from: 0, to: Number.bitWidth, by: 8) { append(UInt8(truncatingIfNeeded: number >> Number(shift))) }
    }

    /// Appends an option; its value is cut at 64 KiB and padded to four bytes.
    fileprivate mutating func append(option code: UInt16, _ value: [UInt8]) {
        let value = value.prefix(Int(UInt16.max))
        append(little: code)
        append(little: UInt16(value.count))
        self += value
        pad()
    }

    fileprivate mutating func append(option code: UInt16, text: String) {
        append(option: code, Array(text.utf8))
    }

    fileprivate mutating func pad() {
        while count % 4 != 0 { append(0) }
    }

    fileprivate mutating func append(_ address: IPAddress, asVersion4: Bool) {
        if asVersion4 {
            appendBigEndian(UInt32(truncatingIfNeeded: address.low))
        } else if address.family == .v4 {
            appendBigEndian(UInt64(0))
            appendBigEndian(UInt64(0xffff) << 32 | address.low)
        } else {
            appendBigEndian(address.high)
            appendBigEndian(address.low)
        }
    }
}
