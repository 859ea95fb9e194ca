internal import CShims
internal import Wire

/// The common header and the chunk headers of an SCTP packet (RFC 9260 §3), read without usrsctp.
enum SCTPPacket {
    static let headerBytes = 12
    static let chunkHeaderBytes = 4

    enum Chunk {
        static let data: UInt8 = 0
        static let initiation: UInt8 = 1
        static let initiationAcknowledgement: UInt8 = 2
        static let selectiveAcknowledgement: UInt8 = 3
        static let heartbeat: UInt8 = 4
        static let heartbeatAcknowledgement: UInt8 = 5
        static let abort: UInt8 = 6
        static let shutdown: UInt8 = 7
        static let error: UInt8 = 9
        static let cookieEcho: UInt8 = 10
        static let reconfiguration: UInt8 = 130
    }

    /// Writes the CRC32c over the packet into its header: least significant byte first (RFC 9260 appendix A).
    static func writeChecksum(_ packet: UnsafeMutableRawBufferPointer) {
        guard packet.count >= headerBytes, let start = packet.baseAddress else { return }
        packet.storeBytes(of: 0, toByteOffset: 8, as: UInt32.self)
        // unsafe: the buffer holds `count` initialised bytes, read within the call.
        let checksum = shim_crc32c(start.assumingMemoryBound(to: UInt8.self), packet.count)
        packet.storeBytes(of: checksum.littleEndian, toByteOffset: 8, as: UInt32.self)
    }

    /// The type of the first chunk; nil where the packet is too short for one.
    static func firstChunkType(of packet: Span<UInt8>) -> UInt8? {
        packet.count >= headerBytes + chunkHeaderBytes ? packet[headerBytes] : nil
    }

    /// Calls `body` with the type and the value of each chunk, up to the first that is cut short.
    static func forEachChunk(of packet: Span<UInt8>, _ body: (UInt8, Span<UInt8>) -> Void) {
        var offset = headerBytes
        while offset <= packet.count - chunkHeaderBytes {
            guard let length = packet.uint16(at: offset + 2), length >= chunkHeaderBytes, Int(length) <= packet.count - offset
            else { return }
            body(packet[offset], packet.extracting(offset + chunkHeaderBytes..<offset + Int(length)))
            offset += (Int(length) + 3) & ~3
        }
    }

    /// What the value of an INIT or INIT ACK chunk says; nil where it is too short.
    static func initiation(_ value: Span<UInt8>) -> Event.Initiation? {
        guard let window = value.uint32(at: 4), let outbound = value.uint16(at: 8), let inbound = value.uint16(at: 10),
            value.count >= 16
        else { return nil }
        var parameters: [UInt16] = []
        var extensions: [UInt8] = []
        forEachParameter(of: value, from: 16) { type, content in
            guard parameters.count < 32 else { return }
            parameters.append(type)
            // RFC 5061 §4.2.7: the Supported Extensions Parameter is 0x8008.
            if type == 0x8008 { extensions = content.extracting(0..<min(content.count, 32)).array }
        }
        return Event.Initiation(
            outboundStreams: outbound, inboundStreams: inbound, receiverWindow: window, supportedExtensions: extensions,
            parameters: parameters)
    }

    /// How many streams the value of a RE-CONFIG chunk asks for (RFC 6525 §4.5, parameter 17); nil where it asks for none.
    static func additionalStreams(_ value: Span<UInt8>) -> UInt16? {
        var additional: UInt16?
        forEachParameter(of: value, from: 0) { type, content in
            if type == 17 { additional = content.uint16(at: 4) }
        }
        return additional
    }

    /// The error causes of the value of an ABORT or ERROR chunk, at most eight.
    static func causes(_ value: Span<UInt8>) -> [ErrorCause] {
        var causes: [ErrorCause] = []
        forEachParameter(of: value, from: 0) { code, content in
            guard causes.count < 8 else { return }
            causes.append(ErrorCause(code: code, text: text(of: code, content)))
        }
        return causes
    }

    /// RFC 9260 §3.3.10.12 and .13: "User-Initiated Abort" and "Protocol Violation" carry information for people.
    private static func text(of code: UInt16, _ content: Span<UInt8>) -> String {
        guard code == 12 || code == 13 else { return "" }
        let kept = content.extracting(0..<min(content.count, 128))
        // unsafe: the string copies from the buffer within the call.
        return kept.withUnsafeBufferPointer { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    private static func forEachParameter(of value: Span<UInt8>, from start: Int, _ body: (UInt16, Span<UInt8>) -> Void) {
        var offset = start
        while let type = value.uint16(at: offset), let length = value.uint16(at: offset + 2) {
            guard length >= 4, Int(length) <= value.count - offset else { return }
            body(type, value.extracting(offset + 4..<offset + Int(length)))
            offset += (Int(length) + 3) & ~3
        }
    }
}
