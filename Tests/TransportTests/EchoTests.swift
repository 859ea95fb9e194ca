import Testing
import Transport
import Wire

@Suite struct EchoTests {
    static let echo: @Sendable (inout Script) -> Void = { script in
        script.onReceive = { _, datagram, path, outbox in outbox.append(datagram, to: path) }
    }

    @Test(arguments: [IPAddress.loopback4, .loopback6])
    func `a datagram comes back from the address it was sent to`(ip: IPAddress) throws {
        let loop = try startLoop([TransportAddress(ip, 0)], prepare: Self.echo)
        let remote = try Remote(ip)
        remote.send([1, 2, 3], to: loop.localAddresses[0])
        let answer = try #require(remote.receive())
        #expect(answer.bytes == [1, 2, 3])
        #expect(answer.from == loop.localAddresses[0])
        loop.stop()
        loop.join()
        #expect(loop.statistics.received == LoopStatistics.Traffic(datagrams: 1, bytes: 3))
        #expect(loop.statistics.sent == LoopStatistics.Traffic(datagrams: 1, bytes: 3))
        #expect(loop.statistics.drops.unsentTotal == 0)
    }

    @Test func `on the wildcard address the path says which address was hit, and the answer leaves from it`() throws {
        let paths = Shared<[Path]>([])
        let loop = try startLoop(UDPSocket.wildcard(port: 0)) { script in
            script.onReceive = { _, datagram, path, outbox in
                paths.change { $0.append(path) }
                outbox.append(datagram, to: path)
            }
        }
        let port = loop.localAddresses[0].port
        #expect(loop.localAddresses.allSatisfy { $0.port == port })
        for (own, to) in [
            (IPAddress.loopback4, IPAddress(127, 0, 0, 1)), (.loopback4, IPAddress(127, 0, 0, 77)), (.loopback6, .loopback6),
        ] {
            guard loop.localAddresses.contains(where: { $0.ip.family == to.family }) else { continue }
            let remote = try Remote(own)
            remote.send([7], to: TransportAddress(to, port))
            let answer = try #require(remote.receive())
            #expect(answer.from == TransportAddress(to, port))
            #expect(paths.value.last == Path(local: TransportAddress(to, port), remote: remote.address))
        }
    }

    @Test func `an empty datagram is a datagram`() throws {
        let sizes = Shared<[Int]>([])
        let loop = try startLoop { script in
            script.onReceive = { _, datagram, path, outbox in
                let size = datagram.count
                sizes.change { $0.append(size) }
                outbox.append([9].span, to: path)
            }
        }
        let remote = try Remote(.loopback4)
        remote.send([], to: loop.localAddresses[0])
        #expect(remote.receive()?.bytes == [9])
        #expect(sizes.value == [0])
    }

    @Test func `a datagram longer than a slot is dropped and counted`() throws {
        let loop = try startLoop(prepare: Self.echo)
        let remote = try Remote(.loopback4)
        remote.send([UInt8](repeating: 1, count: 3000), to: loop.localAddresses[0])
        remote.send([2], to: loop.localAddresses[0])
        #expect(remote.receive()?.bytes == [2])
        loop.stop()
        loop.join()
        #expect(loop.statistics.drops.tooLongToReceive == 1)
        #expect(loop.statistics.received.datagrams == 1)
    }

    @Test func `a session's own socket is served like the loop's, until it is closed`() throws {
        let opened = Shared<TransportAddress?>(nil)
        let (ready, closed) = (Signal(), Signal())
        let loop = try startLoop(prepare: Self.echo)
        #expect(
            loop.post { script, _, _ in
                let address = try? script.sockets.open(TransportAddress(.loopback4, 0))
                opened.change { $0 = address }
                ready.give()
            })
        #expect(ready.wait())
        let own = try #require(opened.value)
        #expect(own.port != loop.localAddresses[0].port)
        let remote = try Remote(.loopback4)
        for address in [own, loop.localAddresses[0]] {
            remote.send([5], to: address)
            #expect(remote.receive()?.from == address)
        }
        #expect(
            loop.post { script, _, outbox in
                outbox.append([1].span, to: Path(local: own, remote: remote.address))
                script.sockets.close(own)
                closed.give()
            })
        #expect(closed.wait())
        // The kernel has the port again.
        #expect(throws: Never.self) { _ = try UDPSocket(own) }
    }
}
