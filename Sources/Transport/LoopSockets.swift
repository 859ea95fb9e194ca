internal import CShims
internal import Glibc
public import Wire

/// One socket of a loop, with what waits while the kernel's send buffer is full.
final class SocketSlot {
    let socket: UDPSocket
    /// Datagrams that the kernel did not take yet, in order.
    var waiting = Outbox()
    /// Whether several datagrams may leave as one message (UDP_SEGMENT); the first refusal ends it.
    var segments = true
    /// The kernel's count of lost datagrams when it was last seen.
    var kernelDrops: UInt32 = 0

    init(_ socket: consuming UDPSocket) { self.socket = socket }

    /// Whether a datagram of that local address leaves through this socket.
    func serves(_ local: TransportAddress) -> Bool {
        let bound = socket.localAddress
        return bound.port == local.port && bound.ip.family == local.ip.family && (bound.ip.isUnspecified || bound.ip == local.ip)
    }
}

/// The sockets of one loop and the epoll descriptor they wait on. It lives on the loop's thread.
///
/// A handler gets it when it is made, to learn the addresses and to open a socket that one session needs for itself.
public final class LoopSockets {
    enum Key {
        static let mailbox: UInt64 = 0
        static let monitor: UInt64 = 1
        static let firstSocket: UInt64 = 2
    }

    let epoll: Int32
    private(set) var slots: [SocketSlot?] = []
    private let configuration: LoopConfiguration
    /// Sockets that handlers opened, at most this many beside the loop's own.
    static let maximumOwnSockets = 1024

    init(_ sockets: [SocketSlot], configuration: LoopConfiguration) throws(SocketError) {
        self.configuration = configuration
        epoll = shim_epoll_create()
        guard epoll >= 0 else { throw SocketError(errno: -epoll, call: "epoll_create1", address: nil) }
        for slot in sockets { try add(slot) }
    }

    deinit { if epoll >= 0 { Glibc.close(epoll) } }

    /// Where the sockets are bound now.
    public var localAddresses: [TransportAddress] { slots.compactMap { $0?.socket.localAddress } }

    /// Opens one more socket; its datagrams reach the handler like all others.
    /// - Returns: where it is bound, with the real port.
    /// - Throws: what the kernel said, or `tooManyOpenFiles` at 1,024 sockets.
    public func open(_ address: TransportAddress) throws(SocketError) -> TransportAddress {
        guard slots.count(where: { $0 != nil }) < Self.maximumOwnSockets else { throw .tooManyOpenFiles }
        var buffers = UDPSocket.Buffers()
        // One session's traffic: the kernel's default is enough.
        buffers.receiveBytes = 0
        buffers.sendBytes = 0
        let slot = SocketSlot(try UDPSocket(address, buffers: buffers))
        try add(slot)
        return slot.socket.localAddress
    }

    /// Closes the socket bound to exactly that address; what waits to leave it is dropped.
    public func close(_ address: TransportAddress) {
        guard let index = slots.firstIndex(where: { $0?.socket.localAddress == address }), let slot = slots[index] else { return }
        _ = shim_epoll_remove(epoll, slot.socket.descriptor)
        slots[index] = nil
    }

    private func add(_ slot: SocketSlot) throws(SocketError) {
        let index = slots.firstIndex { $0 == nil } ?? slots.count
        let key = Key.firstSocket + UInt64(index)
        let code = shim_epoll_add(epoll, slot.socket.descriptor, key, SHIM_READABLE)
        guard code == 0 else { throw SocketError(errno: -code, call: "epoll_ctl", address: slot.socket.localAddress) }
        if index == slots.count { slots.append(slot) } else { slots[index] = slot }
    }

    func add(descriptor: Int32, key: UInt64) throws(SocketError) {
        let code = shim_epoll_add(epoll, descriptor, key, SHIM_READABLE)
        guard code == 0 else { throw SocketError(errno: -code, call: "epoll_ctl", address: nil) }
    }

    /// The slot of an epoll key; nil where it was closed since.
    func slot(of key: UInt64) -> SocketSlot? {
        let index = Int(key &- Key.firstSocket)
        return slots.indices.contains(index) ? slots[index] : nil
    }

    /// The socket through which datagrams of that local address leave: the exact one before a wildcard.
    func index(serving local: TransportAddress) -> Int? {
        var wildcard: Int?
        for (index, slot) in slots.enumerated() {
            guard let slot, slot.serves(local) else { continue }
            if !slot.socket.localAddress.ip.isUnspecified { return index }
            wildcard = index
        }
        return wildcard
    }

    /// Asks to be woken when the socket takes datagrams again, or no longer.
    func watchWritable(_ index: Int, _ watch: Bool) {
        guard let slot = slots[index] else { return }
        let what = watch ? SHIM_READABLE | SHIM_WRITABLE : SHIM_READABLE
        _ = shim_epoll_change(epoll, slot.socket.descriptor, Key.firstSocket + UInt64(index), what)
    }
}
