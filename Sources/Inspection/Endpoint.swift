internal import JSON
public import Wire

/// A host and a port, written `192.0.2.1:5` or `[2001:db8::1]:5`.
public struct Endpoint: Sendable, Hashable {
    /// An address, or a name that nobody resolves (an mDNS `.local` name).
    public enum Host: Sendable, Hashable {
        case address(IPAddress)
        case name(String)

        /// An address where the text is one, else a name.
        public init(_ text: String) {
            self = IPAddress(text).map(Host.address) ?? .name(text)
        }

        public var address: IPAddress? {
            if case .address(let address) = self { address } else { nil }
        }

        public var isMulticastDNSName: Bool {
            if case .name(let name) = self { name.lowercased().hasSuffix(".local") } else { false }
        }
    }

    public var host: Host
    public var port: UInt16

    public init(_ host: Host, _ port: UInt16) {
        self.host = host
        self.port = port
    }

    public init(_ address: TransportAddress) {
        self.init(.address(address.ip), address.port)
    }

    /// Parses the written form; nil where the port is none.
    public init?(_ text: String) {
        if let address = TransportAddress(text) {
            self.init(address)
            return
        }
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else { return nil }
        self.init(.name(String(text[..<colon])), port)
    }

    public var address: TransportAddress? {
        host.address.map { TransportAddress($0, port) }
    }
}

extension Endpoint: CustomStringConvertible {
    public var description: String {
        if let address { address.description } else { "\(host):\(port)" }
    }
}

extension Endpoint.Host: CustomStringConvertible {
    public var description: String {
        switch self {
        case .address(let address): address.description
        case .name(let name): name
        }
    }
}

extension JSONWriter {
    /// A host as a string, without a String of its own for an IPv4 address.
    mutating func host(_ host: Endpoint.Host) {
        switch host {
        case .address(let address) where address.family == .v4:
            beginString()
            piece(dotted: address)
            endString()
        case .address(let address): string(address.description)
        case .name(let name): string(name)
        }
    }

    /// An endpoint as a string.
    mutating func endpoint(_ endpoint: Endpoint) {
        beginString()
        switch endpoint.host {
        case .address(let address) where address.family == .v4: piece(dotted: address)
        case .address(let address):
            piece("[")
            piece(address.description)
            piece("]")
        case .name(let name): piece(name)
        }
        piece(":")
        piece(UInt64(endpoint.port))
        endString()
    }

    mutating func member(_ name: StaticString, _ value: Endpoint.Host?) {
        guard let value else { return }
        key(name)
        host(value)
    }

    mutating func member(_ name: StaticString, _ value: Endpoint?) {
        guard let value else { return }
        key(name)
        endpoint(value)
    }

    private mutating func piece(dotted address: IPAddress) {
        piece(address.low >> 24 & 255)
        piece(".")
        piece(address.low >> 16 & 255)
        piece(".")
        piece(address.low >> 8 & 255)
        piece(".")
        piece(address.low & 255)
    }
}
