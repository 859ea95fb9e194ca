internal import Wire

/// What a client offers (RFC 5246 §7.4.1.2, RFC 6347 §4.2.1), as far as a reader of a timeline wants it.
///
/// Lists are cut at 64 entries; values reserved to keep servers tolerant (GREASE, RFC 8701) are left out.
public struct ClientHello: Sendable, Hashable {
    public let legacyVersion: UInt16
    /// The client's 32 random bytes: the same in a retransmission, others in a new attempt.
    public let random: [UInt8]
    public let cipherSuites: [UInt16]
    /// The supported_versions extension; without it, the legacy version alone.
    public let versions: [UInt16]
    /// The use_srtp extension; empty without it.
    public let srtpProfiles: [UInt16]
    /// The supported_groups extension.
    public let groups: [UInt16]
    /// The extensions' numbers in their order.
    public let extensions: [UInt16]

    private static let listLimit = 64

    /// Whether a certain extension is there: 23 is extended_master_secret, 14 use_srtp.
    public func offers(extension number: UInt16) -> Bool { extensions.contains(number) }

    /// Parses the body of a whole message (without the 12 bytes of handshake header); nil where a length lies.
    public init?(parsing body: Span<UInt8>) {
        var reader = ByteReader(body)
        guard let version = reader.readUInt16(), let random = reader.readSpan(32),
            let sessionCount = reader.readUInt8(), reader.readSpan(Int(sessionCount)) != nil,
            let cookieCount = reader.readUInt8(), reader.readSpan(Int(cookieCount)) != nil,
            let suitesCount = reader.readUInt16(), let suites = reader.readSpan(Int(suitesCount)), suitesCount.isMultiple(of: 2),
            let methodsCount = reader.readUInt8(), reader.readSpan(Int(methodsCount)) != nil
        else { return nil }
        legacyVersion = version
        self.random = random.array
        cipherSuites = Self.numbers(suites)
        var versions: [UInt16] = []
        var srtpProfiles: [UInt16] = []
        var groups: [UInt16] = []
        var extensions: [UInt16] = []
        if reader.remaining > 0 {
            guard let count = reader.readUInt16(), Int(count) == reader.remaining else { return nil }
            while reader.remaining > 0 {
                guard let number = reader.readUInt16(), let count = reader.readUInt16(), let data = reader.readSpan(Int(count))
                else { return nil }
                if extensions.count < Self.listLimit, !Self.isReserved(number) { extensions.append(number) }
                switch number {
                case 10: groups = Self.vector16(data) ?? []
                case 14: srtpProfiles = Self.vector16(data) ?? []
                case 43: versions = Self.vector8(data) ?? []
                default: break
                }
            }
        }
        self.versions = versions.isEmpty ? [version] : versions
        self.srtpProfiles = srtpProfiles
        self.groups = groups
        self.extensions = extensions
    }

    /// RFC 8701 §2: both bytes are alike and end in 0xA.
    private static func isReserved(_ number: UInt16) -> Bool {
        number & 0x0f0f == 0x0a0a && number >> 8 == number & 0xff
    }

    private static func numbers(_ bytes: Span<UInt8>) -> [UInt16] {
        var numbers: [UInt16] = []
        var offset = 0
        while let number = bytes.uint16(at: offset), numbers.count < listLimit {
            if !isReserved(number) { numbers.append(number) }
            offset += 2
        }
        return numbers
    }

    private static func vector16(_ data: Span<UInt8>) -> [UInt16]? {
        var reader = ByteReader(data)
        guard let count = reader.readUInt16(), let list = reader.readSpan(Int(count)) else { return nil }
        return numbers(list)
    }

    private static func vector8(_ data: Span<UInt8>) -> [UInt16]? {
        var reader = ByteReader(data)
        guard let count = reader.readUInt8(), let list = reader.readSpan(Int(count)) else { return nil }
        return numbers(list)
    }
}
