internal import CShims
internal import Glibc
public import Wire

/// A network interface of this machine and the addresses it has.
public struct NetworkInterface: Hashable, Sendable {
    /// An address and the length of its network's prefix.
    public struct Address: Hashable, Sendable {
        /// A link-local IPv6 address carries its interface's index as zone; no other does.
        public let ip: IPAddress
        public let prefixLength: Int
    }

    public let name: String
    public let index: UInt32
    /// Administratively up, and with a carrier.
    public let isUp: Bool
    public let isLoopback: Bool
    /// A tunnel or VPN, as a rule.
    public let isPointToPoint: Bool
    public private(set) var addresses: [Address]

    /// Every interface that has an address, in the kernel's order.
    /// - Throws: where the kernel cannot be asked (a sandbox without netlink).
    public static func all() throws(SocketError) -> [NetworkInterface] {
        var records: [shim_interface_address] = []
        var capacity = 64
        // The number may grow between two calls, so ask until it fits; 4,096 addresses are as many as anyone serves.
        while true {
            let asked = capacity
            var answer: Int32 = 0
            records = [shim_interface_address](unsafeUninitializedCapacity: asked) { buffer, count in
                answer = shim_interface_addresses(buffer.baseAddress, UInt32(asked))
                count = max(0, min(Int(answer), asked))
            }
            guard answer >= 0 else { throw SocketError(errno: -answer, call: "getifaddrs", address: nil) }
            guard Int(answer) > asked, asked < 4096 else { break }
            capacity = min(4096, Int(answer) + 16)
        }
        var interfaces: [NetworkInterface] = []
        for record in records {
            guard let ip = IPAddress(record.address) else { continue }
            let address = Address(ip: ip, prefixLength: Int(record.prefix_length))
            if let known = interfaces.firstIndex(where: { $0.index == record.index }) {
                interfaces[known].addresses.append(address)
            } else {
                interfaces.append(NetworkInterface(record, address))
            }
        }
        return interfaces
    }

    init(
        name: String, index: UInt32, isUp: Bool = true, isLoopback: Bool = false, isPointToPoint: Bool = false,
        addresses: [Address]
    ) {
        self.name = name
        self.index = index
        self.isUp = isUp
        self.isLoopback = isLoopback
        self.isPointToPoint = isPointToPoint
        self.addresses = addresses
    }

    private init(_ record: shim_interface_address, _ address: Address) {
        var name = record.name
        let running = UInt32(IFF_UP) | UInt32(IFF_RUNNING)
        self.init(
            name: withUnsafeBytes(of: &name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) },
            index: record.index,
            isUp: record.flags & running == running,
            isLoopback: record.flags & UInt32(IFF_LOOPBACK) != 0,
            isPointToPoint: record.flags & UInt32(IFF_POINTOPOINT) != 0,
            addresses: [address])
    }
}

/// Which of the machine's addresses are offered.
public struct InterfaceFilter: Hashable, Sendable {
    /// Interface names to take; all where it is empty. A trailing `*` stands for any ending (`docker*`).
    public var names: [String] = []
    /// Interface names to leave out, in the same form; this decides over `names`.
    public var excludedNames: [String] = []
    public var families: Set<IPAddress.Family> = [.v4, .v6]
    // RFC 8445 §5.1.1.1: "Addresses from a loopback interface MUST NOT be included in the candidate addresses."
    /// Offer loopback addresses too: a departure from the RFC for a server and browsers on one machine, only when asked for.
    public var includesLoopback = false
    /// Offer link-local addresses. Off by default: an answer cannot say which link it means.
    public var includesLinkLocal = false

    public init() {}

    /// The addresses to offer, interface by interface, each once.
    public func addresses(of interfaces: [NetworkInterface]) -> [IPAddress] {
        var seen: Set<IPAddress> = []
        return interfaces.lazy.filter(admits).flatMap(\.addresses).map(\.ip).filter { admits($0) && seen.insert($0).inserted }
    }

    /// Whether addresses of this interface are offered at all.
    public func admits(_ interface: NetworkInterface) -> Bool {
        interface.isUp
            && (includesLoopback || !interface.isLoopback)
            && (names.isEmpty || names.contains { Self.matches($0, interface.name) })
            && !excludedNames.contains { Self.matches($0, interface.name) }
    }

    private func admits(_ ip: IPAddress) -> Bool {
        // RFC 8445 §5.1.1.1: "Deprecated IPv4-compatible IPv6 addresses [RFC4291] and IPv6 site-local unicast addresses
        // [RFC3879] MUST NOT be included in the address candidates." and "IPv4-mapped IPv6 addresses SHOULD NOT be included".
        let isCompatible = ip.family == .v6 && ip.high == 0 && ip.low >> 32 == 0 && ip.low > 1
        let isSiteLocal = ip.family == .v6 && ip.high >> 54 == 0xfec0 >> 6
        return families.contains(ip.family) && !ip.isUnspecified && !ip.isMulticast && !isCompatible && !isSiteLocal
            && ip.unmapped == ip
            && (includesLoopback || !ip.isLoopback)
            && (includesLinkLocal || !ip.isLinkLocal)
    }

    private static func matches(_ pattern: String, _ name: String) -> Bool {
        pattern.hasSuffix("*") ? name.hasPrefix(pattern.dropLast()) : name == pattern
    }
}

/// A socket that becomes readable when an interface or an address of this machine comes or goes.
struct InterfaceMonitor: ~Copyable {
    let descriptor: Int32

    init() throws(SocketError) {
        descriptor = shim_interface_monitor_open()
        guard descriptor >= 0 else { throw SocketError(errno: -descriptor, call: "netlink", address: nil) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Forgets what was told; true where something was.
    func drain() -> Bool { shim_interface_monitor_drain(descriptor) == 1 }
}
