public import Wire

/// A transport address that may be a way to reach an agent (RFC 8445 §5.1).
public struct Candidate: Hashable, Sendable {
    /// How an address came to be known. The raw values are those of `a=candidate` (RFC 8839 §5.1).
    public enum Kind: String, Hashable, Sendable {
        case host
        case serverReflexive = "srflx"
        case peerReflexive = "prflx"
        case relayed = "relay"

        /// RFC 8445 §5.1.2.2: "The RECOMMENDED values for type preferences are 126 for host candidates, 110 for
        /// peer-reflexive candidates, 100 for server-reflexive candidates, and 0 for relayed candidates."
        public var preference: UInt32 {
            switch self {
            case .host: 126
            case .peerReflexive: 110
            case .serverReflexive: 100
            case .relayed: 0
            }
        }
    }

    /// The part a TCP candidate takes (RFC 6544 §4.5).
    public enum TCPType: String, Hashable, Sendable {
        case active, passive
        case simultaneousOpen = "so"
    }

    public var kind: Kind
    /// Where the other end sends; unspecified with the stated port where only `hostname` is known.
    public var address: TransportAddress
    public var transport: TransportProtocol
    public var tcpType: TCPType?
    public var priority: UInt32
    public var foundation: String
    public var component: Int
    /// `raddr` and `rport`: for people, never sent to.
    public var relatedAddress: TransportAddress?
    /// The local address a local candidate sends from; a remote candidate's is its address.
    public var base: TransportAddress
    /// The name in place of an address: an mDNS name (`….local`), or another. Never resolved here.
    public var hostname: String?

    public init(
        kind: Kind, address: TransportAddress, priority: UInt32, foundation: String, component: Int = 1,
        transport: TransportProtocol = .udp, tcpType: TCPType? = nil, relatedAddress: TransportAddress? = nil,
        base: TransportAddress? = nil, hostname: String? = nil
    ) {
        self.kind = kind
        self.address = address
        self.transport = transport
        self.tcpType = tcpType
        self.priority = priority
        self.foundation = foundation
        self.component = component
        self.relatedAddress = relatedAddress
        self.base = base ?? address
        self.hostname = hostname
    }

    /// A host candidate of ours. `base` is given where the address told to peers is not the socket's own (`--advertise`).
    public static func host(
        _ address: TransportAddress, base: TransportAddress? = nil, localPreference: UInt16 = .max,
        transport: TransportProtocol = .udp
    ) -> Candidate {
        Candidate(
            kind: .host, address: address, priority: priority(kind: .host, localPreference: localPreference),
            foundation: foundation(kind: .host, base: (base ?? address).ip, server: nil, transport: transport),
            transport: transport, base: base)
    }

    /// A server-reflexive candidate of ours, learned from the STUN server at `server` on the socket `base`.
    public static func serverReflexive(
        _ address: TransportAddress, base: TransportAddress, server: IPAddress?, localPreference: UInt16 = .max
    ) -> Candidate {
        Candidate(
            kind: .serverReflexive, address: address,
            priority: priority(kind: .serverReflexive, localPreference: localPreference),
            foundation: foundation(kind: .serverReflexive, base: base.ip, server: server, transport: .udp),
            relatedAddress: base, base: base)
    }

    /// A remote candidate of which only a name is known.
    public static func named(
        _ hostname: String, port: UInt16, kind: Kind = .host, priority: UInt32, foundation: String, component: Int = 1,
        transport: TransportProtocol = .udp, tcpType: TCPType? = nil
    ) -> Candidate {
        Candidate(
            kind: kind, address: TransportAddress(IPAddress(v4: 0), port), priority: priority, foundation: foundation,
            component: component, transport: transport, tcpType: tcpType, hostname: hostname)
    }

    /// RFC 8445 §5.1.2.1: "priority = (2^24)*(type preference) + (2^8)*(local preference) + (2^0)*(256 - component ID)".
    public static func priority(kind: Kind, localPreference: UInt16, component: Int = 1) -> UInt32 {
        kind.preference << 24 | UInt32(localPreference) << 8 | UInt32(clamping: 256 - min(max(component, 1), 256))
    }

    /// The priority a peer-reflexive candidate would have that a check from this one's base revealed (RFC 8445 §7.1.1).
    public var peerReflexivePriority: UInt32 {
        Kind.peerReflexive.preference << 24 | priority & 0x00ff_ffff
    }

    /// RFC 8445 §5.1.1.3: two candidates have one foundation where kind, base address, server and protocol are the same.
    static func foundation(kind: Kind, base: IPAddress, server: IPAddress?, transport: TransportProtocol) -> String {
        var hash = FNV1a()
        hash.add(kind.rawValue)
        hash.add(base)
        if let server { hash.add(server) }
        hash.add(UInt64(transport.rawValue))
        return String(UInt32(truncatingIfNeeded: hash.value ^ hash.value >> 32))
    }

    /// Names the candidate for as long as it is known; the same for what it becomes when a peer-reflexive candidate turns out to
    /// be one that was signalled.
    public var id: String {
        var hash = FNV1a()
        hash.add(address.ip)
        hash.add(UInt64(address.port))
        hash.add(base.ip)
        hash.add(UInt64(base.port))
        hash.add(UInt64(transport.rawValue))
        hash.add(UInt64(truncatingIfNeeded: component))
        hash.add(tcpType?.rawValue ?? "")
        hash.add(hostname ?? "")
        return String(hash.value, radix: 36)
    }
}

extension Candidate: CustomStringConvertible {
    public var description: String {
        let place = hostname.map { "\($0):\(address.port)" } ?? address.description
        return "\(kind.rawValue) \(transport) \(place)"
    }
}

/// The FNV-1a hash: for names, where an adversary gains nothing by a collision.
struct FNV1a {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }

    mutating func add(_ number: UInt64) {
        for shift in stride(from: 56, through: 0, by: -8) { add(UInt8(truncatingIfNeeded: number >> UInt64(shift))) }
    }

    mutating func add(_ address: IPAddress) {
        add(address.high)
        add(address.low)
        add(address.family.rawValue)
        add(UInt64(address.zone))
    }

    mutating func add(_ text: String) {
        for byte in text.utf8 { add(byte) }
        add(UInt8(0))
    }
}
