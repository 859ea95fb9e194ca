import Testing
import Transport
import Wire

@Suite struct SegmentTests {
    private static let datagrams: [[UInt8]] =
        (0..<40).map { [UInt8](repeating: UInt8($0), count: 1200) } + [[UInt8](repeating: 99, count: 700)]

    @Test(arguments: [IPAddress.loopback4, .loopback6])
    func `datagrams that left joined arrive one by one, byte for byte`(ip: IPAddress) throws {
        let remote = try Remote(ip)
        let loop = try startLoop([TransportAddress(ip, 0)]) { _ in }
        let path = Path(local: loop.localAddresses[0], remote: remote.address)
        #expect(loop.post { _, _, outbox in for datagram in Self.datagrams { outbox.append(datagram.span, to: path) } })
        for datagram in Self.datagrams { #expect(remote.receive()?.bytes == datagram) }
        loop.stop()
        loop.join()
        #expect(loop.statistics.sent.datagrams == 41)
        #expect(loop.statistics.drops.unsentTotal == 0)
    }

    @Test(arguments: [IPAddress.loopback4, .loopback6])
    func `a loop that takes joined datagrams hands them over one by one`(ip: IPAddress) throws {
        let received = Shared<[[UInt8]]>([])
        let done = Signal()
        let receiver = try startLoop([TransportAddress(ip, 0)], configure: { $0.joinsIncoming = true }) { script in
            script.onReceive = { _, datagram, _, _ in
                let bytes = datagram.array
                received.change { $0.append(bytes) }
                if bytes[0] == 99 { done.give() }
            }
        }
        let sender = try startLoop([TransportAddress(ip, 0)]) { _ in }
        let path = Path(local: sender.localAddresses[0], remote: receiver.localAddresses[0])
        #expect(sender.post { _, _, outbox in for datagram in Self.datagrams { outbox.append(datagram.span, to: path) } })
        #expect(done.wait())
        #expect(received.value == Self.datagrams)
        receiver.stop()
        receiver.join()
        #expect(receiver.statistics.received.datagrams == 41)
    }

    @Test func `an outbox of both families leaves through both sockets`() throws {
        let loop = try startLoop(UDPSocket.wildcard(port: 0)) { _ in }
        guard loop.leftOut.isEmpty else { return }
        let port = loop.localAddresses[0].port
        let (four, six) = (try Remote(.loopback4), try Remote(.loopback6))
        #expect(
            loop.post { _, _, outbox in
                for number in UInt8(0)..<100 {
                    outbox.append([number].span, to: Path(local: TransportAddress(.loopback4, port), remote: four.address))
                    outbox.append([number].span, to: Path(local: TransportAddress(.loopback6, port), remote: six.address))
                }
            })
        for number in UInt8(0)..<100 {
            #expect(four.receive()?.bytes == [number])
            #expect(six.receive()?.bytes == [number])
        }
        loop.stop()
        loop.join()
        // Equal datagrams of one path, though another's stood between them: too far apart in memory to be joined, but few calls.
        #expect(loop.statistics.sendCalls <= 4)
    }
}
