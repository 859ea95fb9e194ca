internal import Wire

extension Evidence.Packet {
    /// What it is, in a few words: `STUN Binding request`, `DTLS ClientHello`. Read from its first bytes.
    public var note: String { PacketNote.words(for: bytes.span) }
}

/// A datagram in a few words.
enum PacketNote {
    static func words(for datagram: Span<UInt8>) -> String {
        guard let first = datagram.isEmpty ? nil : datagram[0] else { return "nothing" }
        // RFC 7983 §7: the first byte tells the protocols on one path apart.
        return switch first {
        case 0...3: stun(datagram)
        case 20...63: dtls(datagram)
        case 128...191: "RTP or RTCP"
        default: "unknown"
        }
    }

    private static func stun(_ datagram: Span<UInt8>) -> String {
        // RFC 8489 §5: the class is in bits 4 and 8 of the message type.
        guard let type = datagram.uint16(at: 0) else { return "STUN, cut short" }
        guard type & 0xfeef == 0x0001 else { return "STUN message of type \(type)" }
        switch type & 0x0110 {
        case 0x0000: return "STUN Binding request"
        case 0x0010: return "STUN Binding indication"
        case 0x0100: return "STUN Binding success response"
        default: return "STUN Binding error response"
        }
    }

    private static func dtls(_ datagram: Span<UInt8>) -> String {
        switch datagram[0] {
        case 20: return "DTLS ChangeCipherSpec"
        case 21: return "DTLS alert"
        case 23: return "DTLS application data"
        case 22:
            // RFC 6347 §4.3.1: 13 bytes of record header, then the handshake type; encrypted once the epoch is not 0.
            guard let epoch = datagram.uint16(at: 3), epoch == 0, datagram.count > 13 else { return "DTLS handshake, encrypted" }
            return "DTLS " + handshakeName(datagram[13])
        default: return "DTLS record"
        }
    }

    private static func handshakeName(_ type: UInt8) -> String {
        switch type {
        case 0: "HelloRequest"
        case 1: "ClientHello"
        case 2: "ServerHello"
        case 3: "HelloVerifyRequest"
        case 4: "NewSessionTicket"
        case 11: "Certificate"
        case 12: "ServerKeyExchange"
        case 13: "CertificateRequest"
        case 14: "ServerHelloDone"
        case 15: "CertificateVerify"
        case 16: "ClientKeyExchange"
        case 20: "Finished"
        default: "handshake"
        }
    }
}
