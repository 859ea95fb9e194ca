/// An IP address and a port: RFC 8445's "transport address" without its protocol.
@frozen
public struct TransportAddress: Hashable, Sendable, CustomStringConvertible {
    public let ip: IPAddress
    public let port: UInt16

    @inlinable
    public init(_ ip: IPAddress, _ port: UInt16) {
        self.ip = ip
        self.port = port
    }

    /// Parses `1.2.3.4:5` or `[::1]:5`; nil for a name or a port beyond 65,535.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard let ip = IPAddress(host) else { return nil }
        self.init(ip, port)
    }

    public var description: String {
        ip.family == .v4 ? "\(ip):\(port)" : "[\(ip)]:\(port)"
    }
}

/// What carries a datagram between two transport addresses.
public enum TransportProtocol: UInt8, Hashable, Sendable {
    case udp, tcp
}

/// The way a datagram goes: from which of our transport addresses to which of theirs, and by what.
///
/// `local` names a socket (with a wildcard socket: the address that was hit), so that a reply leaves from where it was asked.
@frozen
public struct Path: Hashable, Sendable, CustomStringConvertible {
    public let local: TransportAddress
    public let remote: TransportAddress
    public let transport: TransportProtocol

    @inlinable
    public init(local: TransportAddress, remote: TransportAddress, transport: TransportProtocol = .udp) {
        self.local = local
        self.remote = remote
        self.transport = transport
    }

    /// The same way as the other end sees it.
    public var reversed: Path { Path(local: remote, remote: local, transport: transport) }

    public var description: String { "\(local) → \(remote)" }
}
