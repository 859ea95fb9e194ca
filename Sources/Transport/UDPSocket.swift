internal import CShims
internal import Glibc
public import Wire

/// A UDP socket: non-blocking, closed at exec and when it goes out of scope.
///
/// It tells the address each datagram was sent to, so one socket on the wildcard address serves every address of its family.
public struct UDPSocket: ~Copyable, Sendable {
    /// How large its kernel buffers shall be. Asking for more than the kernel allows is no error: what it grants is reported.
    public struct Buffers: Hashable, Sendable {
        /// Bytes asked for. A flood of 50,000 datagrams a second fills 8 MiB in about 70 ms.
        public var receiveBytes: Int32 = 8 * 1024 * 1024
        public var sendBytes: Int32 = 4 * 1024 * 1024

        public init() {}
    }

    /// Where it is bound: the wildcard address or one of the machine's; the port is the real one, also when 0 was asked for.
    public let localAddress: TransportAddress
    /// What the kernel granted, in its own counting (twice the payload it was asked for).
    public let receiveBufferBytes: Int
    public let sendBufferBytes: Int
    /// Whether datagrams that arrive together may be handed over joined (UDP_GRO).
    let joinsIncoming: Bool
    let descriptor: Int32

    /// Opens and binds.
    /// - Parameters:
    ///   - address: an address of this machine or the wildcard of a family (an IPv6 one takes no IPv4); port 0 lets the kernel choose.
    ///   - buffers: the sizes to ask for.
    ///   - joinsIncoming: let the kernel join datagrams of one sender; only a receiver with slots of 64 KiB can take them.
    /// - Throws: what the kernel said.
    public init(_ address: TransportAddress, buffers: Buffers = Buffers(), joinsIncoming: Bool = false) throws(SocketError) {
        var options = shim_udp_options()
        options.address = shim_address(address)
        options.receive_buffer = buffers.receiveBytes
        options.send_buffer = buffers.sendBytes
        options.receive_offload = joinsIncoming ? 1 : 0
        var step: UnsafePointer<CChar>?
        let descriptor = shim_udp_open(&options, &step)
        guard descriptor >= 0 else {
            throw SocketError(errno: -descriptor, call: step.map { String(cString: $0) } ?? "socket", address: address)
        }
        self.descriptor = descriptor
        localAddress = TransportAddress(options.address) ?? address
        receiveBufferBytes = Int(options.receive_buffer)
        sendBufferBytes = Int(options.send_buffer)
        self.joinsIncoming = options.receive_offload != 0
    }

    deinit { close(descriptor) }
}

extension shim_address {
    init(_ address: TransportAddress) {
        self.init(
            high: address.ip.high, low: address.ip.low, zone: address.ip.zone, port: address.port,
            family: address.ip.family == .v4 ? 4 : 6)
    }
}

extension IPAddress {
    /// Nil where the kernel did not say.
    init?(_ address: shim_address) {
        switch address.family {
        case 4: self.init(v4: UInt32(truncatingIfNeeded: address.low))
        case 6: self.init(v6High: address.high, low: address.low, zone: address.zone)
        default: return nil
        }
    }
}

extension TransportAddress {
    init?(_ address: shim_address) {
        guard let ip = IPAddress(address) else { return nil }
        self.init(ip, address.port)
    }
}
