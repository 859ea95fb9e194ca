public import Wire

/// `a=candidate`: a transport address the sender may be reached at (RFC 8839 §5.1).
public struct CandidateAttribute: Hashable, Sendable {
    /// How the address was found (RFC 8445 §5.1.1).
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case host, srflx, prflx, relay
    }

    /// What carries the checks.
    public enum Transport: String, Hashable, Sendable, CaseIterable {
        case udp, tcp
        /// TCP with a pretended TLS handshake, which old Chromium versions offered.
        case ssltcp
    }

    /// RFC 6544 §4.5: which side opens the TCP connection.
    public enum TCPType: String, Hashable, Sendable, CaseIterable {
        case active, passive, so
    }

    /// An address, or what stands in its place.
    public enum Host: Hashable, Sendable {
        case address(IPAddress)
        /// A name (`….local`), or a text that only looks like an address: `0177.0.0.1`, `fe80::1%eth0`. It is never looked up here.
        case name(String)

        public init(_ text: String) {
            self = IPAddress(text).map { .address($0) } ?? .name(text)
        }

        public var address: IPAddress? {
            if case .address(let address) = self { address } else { nil }
        }

        var text: String {
            switch self {
            case .address(let address): address.description
            case .name(let name): name
            }
        }
    }

    /// A name and value after the fields every candidate has: `generation 0`, `ufrag abcd`, `network-cost 10`.
    public struct Extension: Hashable, Sendable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// 1 to 32 letters, digits, `+` or `/`; equal for candidates found alike.
    public var foundation: String
    /// 1 for RTP and data, 2 for RTCP; any number is kept.
    public var component: UInt32
    public var transport: Transport
    public var priority: UInt32
    public var host: Host
    /// 0 says that there is nothing to reach.
    public var port: UInt16
    public var kind: Kind
    public var relatedAddress: Host?
    public var relatedPort: UInt16?
    public var tcpType: TCPType?
    public var extensions: [Extension]

    public init(
        foundation: String, component: UInt32 = 1, transport: Transport = .udp, priority: UInt32, host: Host, port: UInt16,
        kind: Kind, relatedAddress: Host? = nil, relatedPort: UInt16? = nil, tcpType: TCPType? = nil, extensions: [Extension] = []
    ) {
        self.foundation = foundation
        self.component = component
        self.transport = transport
        self.priority = priority
        self.host = host
        self.port = port
        self.kind = kind
        self.relatedAddress = relatedAddress
        self.relatedPort = relatedPort
        self.tcpType = tcpType
        self.extensions = extensions
    }

    /// The address and port, where the address is one.
    public var transportAddress: TransportAddress? { host.address.map { TransportAddress($0, port) } }

    /// The username fragment this candidate belongs to, where it says so.
    public var ufrag: String? { extensions.first { $0.name == "ufrag" }?.value }

    /// What follows `a=candidate:`.
    public var text: String {
        var text = "\(foundation) \(component) \(transport.rawValue) \(priority) \(host.text) \(port) typ \(kind.rawValue)"
        if let relatedAddress { text += " raddr \(relatedAddress.text)" }
        if let relatedPort { text += " rport \(relatedPort)" }
        if let tcpType { text += " tcptype \(tcpType.rawValue)" }
        for pair in extensions { text += " \(pair.name) \(pair.value)" }
        return text
    }
}
