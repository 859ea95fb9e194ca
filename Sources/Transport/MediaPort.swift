public import Wire

extension UDPSocket {
    /// The addresses of one media port: the wildcard of each family.
    public static func wildcard(port: UInt16, families: [IPAddress.Family] = [.v4, .v6]) -> [TransportAddress] {
        families.map { family in
            TransportAddress(family == .v4 ? IPAddress(v4: 0) : IPAddress(v6High: 0, low: 0), port)
        }
    }
}

/// Binds every address of a list to one port number; where that is 0, to one that is free for all of them.
///
/// A machine without IPv6 (or without IPv4) is served by the family it has: that address is left out and named in `leftOut`.
struct PortBinding {
    private(set) var sockets: [SocketSlot] = []
    private(set) var leftOut: [TransportAddress] = []
    /// How often another number is tried when the kernel's choice for the first socket is taken for a later one.
    private static let attempts = 16

    init(_ addresses: [TransportAddress], buffers: UDPSocket.Buffers, joinsIncoming: Bool) throws(SocketError) {
        let kernelChooses = addresses.contains { $0.port == 0 }
        for attempt in 1... {
            do throws(SocketError) {
                try bind(addresses, buffers: buffers, joinsIncoming: joinsIncoming)
                return
            } catch {
                guard case .addressInUse = error, kernelChooses, attempt < Self.attempts else { throw error }
            }
        }
    }

    private mutating func bind(
        _ addresses: [TransportAddress], buffers: UDPSocket.Buffers, joinsIncoming: Bool
    ) throws(SocketError) {
        sockets = []
        leftOut = []
        var chosen: UInt16?
        for address in addresses {
            let port = address.port == 0 ? chosen ?? 0 : address.port
            do throws(SocketError) {
                let socket = try UDPSocket(TransportAddress(address.ip, port), buffers: buffers, joinsIncoming: joinsIncoming)
                if address.port == 0 { chosen = socket.localAddress.port }
                sockets.append(SocketSlot(socket))
            } catch {
                guard case .familyNotSupported = error.asMissingFamily(of: address), addresses.count > 1 else { throw error }
                leftOut.append(address)
                continue
            }
        }
        if sockets.isEmpty, let first = leftOut.first { throw .familyNotSupported(first) }
    }
}

extension SocketError {
    /// IPv6 that is compiled in but switched off (`disable_ipv6`) refuses the wildcard address as not available.
    fileprivate func asMissingFamily(of address: TransportAddress) -> SocketError {
        if case .addressNotAvailable = self, address.ip.family == .v6, address.ip.isUnspecified { return .familyNotSupported(address) }
        return self
    }
}
