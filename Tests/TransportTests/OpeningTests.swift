import CShims
import Glibc
import Testing
import Transport
import Wire

@Suite struct OpeningTests {
    @Test func `a port in use is said with its address`() throws {
        let first = try UDPSocket(TransportAddress(.loopback4, 0))
        let address = first.localAddress
        #expect(throws: SocketError.addressInUse(address)) { _ = try UDPSocket(address) }
        #expect(throws: SocketError.addressInUse(address)) { _ = try Loop<Script>(LoopConfiguration(name: "a", listen: [address])) }
        #expect(SocketError.addressInUse(address).description == "UDP \(address) is in use by another process")
        // A noncopyable value lives to its last use.
        _ = first.receiveBufferBytes
    }

    @Test func `an address of another machine is not available`() throws {
        let address = TransportAddress(IPAddress(192, 0, 2, 1), 0)
        #expect(throws: SocketError.addressNotAvailable(address)) { _ = try UDPSocket(address) }
    }

    @Test func `the kernel says how large its buffers became`() throws {
        var buffers = UDPSocket.Buffers()
        buffers.receiveBytes = 65_536
        let socket = try UDPSocket(TransportAddress(.loopback4, 0), buffers: buffers)
        #expect(socket.receiveBufferBytes >= 65_536)
        #expect(socket.sendBufferBytes > 0)
    }

    @Test func `both families get one port that the kernel chose`() throws {
        let loop = try Loop<Script>(LoopConfiguration(name: "both", listen: UDPSocket.wildcard(port: 0)))
        #expect(loop.localAddresses.count + loop.leftOut.count == 2)
        #expect(loop.localAddresses.allSatisfy { $0.port == loop.localAddresses[0].port && $0.port != 0 })
    }

    @Test func `descriptors are back after loops have come and gone`() async {
        // In a process of its own: other tests open descriptors meanwhile.
        await #expect(processExitsWith: .success) {
            @Sendable func comeAndGo(started: Bool) throws {
                var configuration = LoopConfiguration(name: "brief", listen: UDPSocket.wildcard(port: 0))
                configuration.watchesInterfaces = true
                let loop = try Loop<Script>(configuration)
                guard started else { return }
                try loop.start { sockets in
                    _ = try? sockets.open(TransportAddress(.loopback4, 0))
                    return Script(sockets)
                }
                guard loop.post({ _, _, _ in }) else { exit(2) }
                loop.stop()
                loop.join()
            }
            try comeAndGo(started: true)
            let before = shim_open_descriptors()
            for round in 0..<40 { try comeAndGo(started: round % 2 == 0) }
            // The test library may open one or two of its own meanwhile; a leak of ours would be forty at least.
            exit(abs(shim_open_descriptors() - before) < 10 ? 0 : 1)
        }
    }

    @Test func `without descriptors the error says so`() async {
        await #expect(processExitsWith: .success) {
            var limit = rlimit(rlim_cur: 16, rlim_max: 16)
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            var held: [Loop<Script>] = []
            do throws(SocketError) {
                for _ in 0..<16 { held.append(try Loop<Script>(LoopConfiguration(name: "a", listen: UDPSocket.wildcard(port: 0)))) }
            } catch {
                exit(error == SocketError.tooManyOpenFiles ? 0 : 1)
            }
            exit(2)
        }
    }
}
