// Events, evidence and descriptions as version 1 of the stored form had them, in JSON: still read, no longer written.

internal import Wire

extension TimelineEvent: Decodable {
    private enum Key: String, CodingKey {
        case seq, offset, code, text, cause, pairId, candidateId, channelId, evidence, data
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init(
            seq: values.value(.seq, or: 0), offset: values.value(.offset, or: 0), code: values.value(.code, or: .unrecognized),
            detail: values.optional(.text), cause: values.optional(.cause), pairId: values.optional(.pairId),
            candidateId: values.optional(.candidateId), channelId: values.optional(.channelId), evidence: values.value(.evidence, or: []),
            data: values.value(.data, or: [:]))
    }
}

extension Evidence: Decodable {
    private enum Key: String, CodingKey {
        case count, packets
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init(stored: values.value(.packets, or: []), count: values.value(.count, or: 0))
    }
}

extension Evidence.Packet: Decodable {
    private enum Key: String, CodingKey {
        case number, offset, direction, local, remote, length, base64
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        let local: Endpoint? = values.optional(.local)
        let remote: Endpoint? = values.optional(.remote)
        let nowhere = TransportAddress(IPAddress(v4: 0), 0)
        let bytes = base64Decoded(values.value(.base64, or: ""))
        self.init(
            number: values.value(.number, or: 0), offset: values.value(.offset, or: 0), direction: values.value(.direction, or: .received),
            local: local?.address ?? nowhere, remote: remote?.address ?? nowhere,
            length: values.value(.length, or: bytes.count), bytes: bytes)
    }
}

extension Record.Description: Decodable {
    private enum Key: String, CodingKey {
        case base64
    }

    /// A string, or where the bytes are no UTF-8 an object with their base64.
    public init(from decoder: any Decoder) throws {
        if let text = try? decoder.singleValueContainer().decode(String.self) {
            self.init(bytes: Array(text.utf8))
        } else {
            let values = try decoder.container(keyedBy: Key.self)
            self.init(bytes: base64Decoded(try values.decode(String.self, forKey: .base64)))
        }
    }
}

extension Endpoint.Host: Decodable {
    public init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }
}

extension Endpoint: Decodable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let endpoint = Endpoint(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "an endpoint is host:port")
        }
        self = endpoint
    }
}

/// The bytes of a base64 text (RFC 4648 §4); what is no digit of it is skipped, and it ends at the padding.
func base64Decoded(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count / 4 * 3)
    var bits: UInt32 = 0
    var held = 0
    for letter in text.utf8 {
        let digit: UInt8
        switch letter {
        case 0x41...0x5a: digit = letter &- 0x41
        case 0x61...0x7a: digit = letter &- 0x61 &+ 26
        case 0x30...0x39: digit = letter &- 0x30 &+ 52
        case UInt8(ascii: "+"): digit = 62
        case UInt8(ascii: "/"): digit = 63
        case UInt8(ascii: "="): return bytes
        default: continue
        }
        bits = bits << 6 | UInt32(digit)
        held &+= 6
        if held >= 8 {
            held &-= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(held)))
        }
    }
    return bytes
}
