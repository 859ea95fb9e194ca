import CShims
import Glibc
import Synchronization
import Transport
import Wire

/// A plain blocking socket at the other end of a loop, with a receive timeout, so that a test waits on a condition and never sleeps.
final class Remote: Sendable {
    let descriptor: Int32
    let address: TransportAddress

    init(_ ip: IPAddress, receiveSeconds: Int = 5) throws {
        descriptor = socket(ip.family == .v4 ? AF_INET : AF_INET6, Int32(SOCK_DGRAM.rawValue), 0)
        guard descriptor >= 0 else { throw SocketError.failed(call: "socket", errno: errno, address: nil) }
        var timeout = timeval(tv_sec: receiveSeconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        let bound = withSockAddress(TransportAddress(ip, 0)) { [descriptor] in bind(descriptor, $0, $1) }
        guard bound == 0, let address = localAddress(of: descriptor) else {
            throw SocketError.failed(call: "bind", errno: errno, address: nil)
        }
        self.address = address
    }

    deinit { close(descriptor) }

    @discardableResult
    func send(_ bytes: [UInt8], to remote: TransportAddress) -> Int {
        withSockAddress(remote) { sendto(descriptor, bytes, bytes.count, 0, $0, $1) }
    }

    /// The next datagram and where it came from; nil after the timeout.
    func receive() -> (bytes: [UInt8], from: TransportAddress)? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var name = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let count = withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { recvfrom(descriptor, &buffer, buffer.count, 0, $0, &length) }
        }
        guard count >= 0, let from = transportAddress(of: name) else { return nil }
        return (Array(buffer[..<count]), from)
    }
}

func withSockAddress<Result>(_ address: TransportAddress, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    var storage = sockaddr_storage()
    let length: Int = withUnsafeMutableBytes(of: &storage) { bytes in
        let port = address.port.bigEndian
        if address.ip.family == .v4 {
            bytes.storeBytes(of: sa_family_t(AF_INET), as: sa_family_t.self)
            bytes.storeBytes(of: port, toByteOffset: 2, as: UInt16.self)
            bytes.storeBytes(of: UInt32(truncatingIfNeeded: address.ip.low).bigEndian, toByteOffset: 4, as: UInt32.self)
            return MemoryLayout<sockaddr_in>.size
        }
        bytes.storeBytes(of: sa_family_t(AF_INET6), as: sa_family_t.self)
        bytes.storeBytes(of: port, toByteOffset: 2, as: UInt16.self)
        bytes.storeBytes(of: address.ip.high.bigEndian, toByteOffset: 8, as: UInt64.self)
        bytes.storeBytes(of: address.ip.low.bigEndian, toByteOffset: 16, as: UInt64.self)
        bytes.storeBytes(of: address.ip.zone, toByteOffset: 24, as: UInt32.self)
        return MemoryLayout<sockaddr_in6>.size
    }
    return withUnsafePointer(to: &storage) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(length)) }
    }
}

private func transportAddress(of storage: sockaddr_storage) -> TransportAddress? {
    withUnsafeBytes(of: storage) { bytes in
        let port = UInt16(bigEndian: bytes.load(fromByteOffset: 2, as: UInt16.self))
        switch Int32(storage.ss_family) {
        case AF_INET:
            return TransportAddress(IPAddress(v4: UInt32(bigEndian: bytes.load(fromByteOffset: 4, as: UInt32.self))), port)
        case AF_INET6:
            let high = UInt64(bigEndian: bytes.load(fromByteOffset: 8, as: UInt64.self))
            let low = UInt64(bigEndian: bytes.load(fromByteOffset: 16, as: UInt64.self))
            return TransportAddress(IPAddress(v6High: high, low: low), port)
        default: return nil
        }
    }
}

private func localAddress(of descriptor: Int32) -> TransportAddress? {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let code = withUnsafeMutablePointer(to: &storage) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
    }
    return code == 0 ? transportAddress(of: storage) : nil
}

/// A signal between a loop's thread and a test: waits with a limit, never by sleeping.
final class Signal: @unchecked Sendable {
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { sem_init(semaphore, 0, 0) }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    func give() { sem_post(semaphore) }

    /// True when it was given `count` times within the limit.
    func wait(_ count: Int = 1, seconds: Int = 10) -> Bool {
        var limit = timespec()
        clock_gettime(CLOCK_REALTIME, &limit)
        limit.tv_sec += seconds
        for _ in 0..<count {
            while sem_timedwait(semaphore, &limit) != 0 {
                if errno != EINTR { return false }
            }
        }
        return true
    }
}

/// What a test's handler does, by closures; all of them run on the loop's thread.
struct Script: LoopHandler {
    typealias Body = @Sendable (inout Script, Instant, inout Outbox) -> Void
    typealias Command = @Sendable (inout Script, Instant, inout Outbox) -> Void

    let sockets: LoopSockets
    var nextDeadline: Instant?
    var onReceive: (@Sendable (inout Script, Span<UInt8>, Path, inout Outbox) -> Void)?
    var onTimeout: Body?
    var onFail: (@Sendable (PathFailure) -> Void)?
    var onInterfaces: (@Sendable () -> Void)?
    var onStop: Body?

    init(_ sockets: LoopSockets) { self.sockets = sockets }

    mutating func receive(_ datagram: Span<UInt8>, from path: Path, at now: Instant, into outbox: inout Outbox) {
        onReceive?(&self, datagram, path, &outbox)
    }

    mutating func timeout(at now: Instant, into outbox: inout Outbox) {
        nextDeadline = nil
        onTimeout?(&self, now, &outbox)
    }

    mutating func handle(_ command: Command, at now: Instant, into outbox: inout Outbox) { command(&self, now, &outbox) }
    mutating func fail(_ failure: PathFailure, at now: Instant) { onFail?(failure) }
    mutating func interfacesChanged(at now: Instant, into outbox: inout Outbox) { onInterfaces?() }
    mutating func stop(at now: Instant, into outbox: inout Outbox) { onStop?(&self, now, &outbox) }
}

/// A loop that runs a script on loopback sockets of one free port.
func startLoop(
    _ listen: [TransportAddress] = [TransportAddress(.loopback4, 0)], configure: (inout LoopConfiguration) -> Void = { _ in },
    prepare: @escaping @Sendable (inout Script) -> Void
) throws -> Loop<Script> {
    var configuration = LoopConfiguration(name: "test", listen: listen)
    configure(&configuration)
    let loop = try Loop<Script>(configuration)
    try loop.start { sockets in
        var script = Script(sockets)
        prepare(&script)
        return script
    }
    return loop
}

extension IPAddress {
    static let loopback4 = IPAddress(127, 0, 0, 1)
    static let loopback6 = IPAddress(v6High: 0, low: 1)
    static let any4 = IPAddress(v4: 0)
    static let any6 = IPAddress(v6High: 0, low: 0)
}

/// A box that a loop's closures write and a test reads.
final class Shared<Value: Sendable>: Sendable {
    private let mutex: Mutex<Value>
    init(_ value: Value) { mutex = Mutex(value) }
    var value: Value { mutex.withLock { $0 } }
    func change(_ body: (inout Value) -> Void) { mutex.withLock { body(&$0) } }
}

/// A plain thread of a test.
final class Worker: Sendable {
    private let thread: pthread_t

    init(_ body: @escaping @Sendable () -> Void) {
        final class Start {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }
        var created = pthread_t()
        pthread_create(
            &created, nil,
            { pointer in
                if let pointer { Unmanaged<Start>.fromOpaque(pointer).takeRetainedValue().body() }
                return nil
            }, Unmanaged.passRetained(Start(body)).toOpaque())
        thread = created
    }

    func join() { pthread_join(thread, nil) }
}
