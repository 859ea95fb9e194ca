internal import Wire

/// Finds addresses where they are written out, and takes their last part away.
enum AddressMask {
    static func masked(_ text: String) -> String {
        // Most sentences have none, and stay what they are without a copy.
        guard text.utf8.contains(where: { $0 == dot || $0 == colon }) else { return text }
        return String(decoding: masked(Array(text.utf8)), as: UTF8.self)
    }

    /// Masks every address in a text; all else stays byte for byte. Linear in any bytes.
    static func masked(_ text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            guard isOfAddress(text[index]) else {
                // A word that goes on with such characters ("face:" in "interface:") is none of an address.
                if isWord(text[index]) {
                    let end = text[index...].firstIndex { !isWord($0) && !isOfAddress($0) } ?? text.count
                    append(word: text[index..<end], to: &result)
                    index = end
                } else {
                    result.append(text[index])
                    index += 1
                }
                continue
            }
            let end = text[index...].firstIndex { !isOfAddress($0) } ?? text.count
            if end < text.count, isWord(text[end]) {
                let last = text[end...].firstIndex { !isWord($0) && !isOfAddress($0) } ?? text.count
                append(word: text[index..<last], to: &result)
                index = last
            } else {
                append(run: text[index..<end], to: &result)
                index = end
            }
        }
        return result
    }

    /// A run of letters and digits that are not all of an address: only what stands behind its last letter that can't be of
    /// one may be an address, as in `IP4:192.0.2.1`.
    private static func append(word: ArraySlice<UInt8>, to result: inout [UInt8]) {
        var rest = word
        while let separator = rest.firstIndex(where: { $0 == colon }) {
            let piece = rest[..<separator]
            append(dotted: piece, to: &result)
            result.append(colon)
            rest = rest[(separator + 1)...]
        }
        append(dotted: rest, to: &result)
    }

    /// What may be an address with a port, a full stop or a colon behind.
    private static func append(run: ArraySlice<UInt8>, to result: inout [UInt8]) {
        var core = run
        var tail: [UInt8] = []
        while let last = core.last, last == dot || last == colon && !core.dropLast().hasSuffix(colon) {
            tail.insert(last, at: 0)
            core.removeLast()
        }
        if let address = address(core) {
            result += Array(address.masked.description.utf8)
        } else if let separator = core.lastIndex(of: colon), core[..<separator].count(where: { $0 == colon }) == 0 {
            append(dotted: core[..<separator], to: &result)
            result += core[separator...]
        } else {
            append(word: core, to: &result)
        }
        result += tail
    }

    private static func append(dotted piece: ArraySlice<UInt8>, to result: inout [UInt8]) {
        if piece.count(where: { $0 == dot }) == 3, let address = address(piece) {
            result += Array(address.masked.description.utf8)
        } else {
            result += piece
        }
    }

    private static func address(_ bytes: ArraySlice<UInt8>) -> IPAddress? {
        // The shortest are `::` and `0.0.0.0`, the longest has 45 characters.
        guard (2...45).contains(bytes.count), bytes.count(where: { $0 == colon }) >= 2 || bytes.count(where: { $0 == dot }) == 3 else {
            return nil
        }
        return IPAddress(String(decoding: bytes, as: UTF8.self))
    }

    private static let dot = UInt8(ascii: ".")
    private static let colon = UInt8(ascii: ":")

    private static func isOfAddress(_ byte: UInt8) -> Bool {
        byte >= 0x30 && byte <= 0x39 || byte >= 0x61 && byte <= 0x66 || byte >= 0x41 && byte <= 0x46 || byte == dot || byte == colon
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        byte >= 0x30 && byte <= 0x39 || byte >= 0x61 && byte <= 0x7a || byte >= 0x41 && byte <= 0x5a || byte == 0x5f
    }

    // MARK: STUN

    /// Masks the addresses in a STUN message's attributes (RFC 8489 §14.1, §14.2), plain and XORed; other datagrams have none
    /// that could be read. The message's integrity and fingerprint are those of the message as it was, and no longer fit.
    static func maskAddresses(ofMessage bytes: inout [UInt8]) {
        // RFC 8489 §5: two zero bits, a length that is a multiple of four, the magic cookie.
        guard bytes.count >= 20, bytes[0] < 0x40, bytes[4..<8].elementsEqual([0x21, 0x12, 0xa4, 0x42]) else { return }
        var place = 20
        while place + 4 <= bytes.count {
            let type = UInt16(bytes[place]) << 8 | UInt16(bytes[place + 1])
            let length = Int(bytes[place + 2]) << 8 | Int(bytes[place + 3])
            let value = place + 4
            guard value + length <= bytes.count else { return }
            switch type {
            // MAPPED-ADDRESS, RESPONSE-ORIGIN, OTHER-ADDRESS, ALTERNATE-SERVER.
            case 0x0001, 0x802b, 0x802c, 0x8023: mask(&bytes, at: value, length, isXORed: false)
            // XOR-PEER-ADDRESS, XOR-RELAYED-ADDRESS, XOR-MAPPED-ADDRESS and its number before RFC 5389.
            case 0x0012, 0x0016, 0x0020, 0x8020: mask(&bytes, at: value, length, isXORed: true)
            default: break
            }
            place = value + (length + 3) / 4 * 4
        }
    }

    private static func mask(_ bytes: inout [UInt8], at value: Int, _ length: Int, isXORed: Bool) {
        let address = value + 4
        // What it is XORed with: the cookie, and for IPv6 the transaction ID behind it.
        switch (length, bytes[value + min(1, length)]) {
        case (8, 1): bytes[address + 3] = isXORed ? bytes[7] : 0
        case (20, 2): for index in 6..<16 { bytes[address + index] = isXORed ? bytes[4 + index] : 0 }
        default: break
        }
    }
}

extension ArraySlice<UInt8> {
    fileprivate func hasSuffix(_ byte: UInt8) -> Bool { last == byte }
}
