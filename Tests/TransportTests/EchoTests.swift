import Testing
import Transport
import Wire

@Suite struct EchoTests {
    private static let echo: @Sendable (inout Script) -> Void = { script in
        script.onReceive = { _, datagram, path, outbox in outbox.append(datagram, to: path) }
    }

    @Test(arguments: [IPAddress.loopback4, .loopback6])
    func `a datagram comes back from the address it was sent to`(ip: IPAddress) throws {
        let loop = try startLoop([TransportAddress(ip, 0)], Self.echo)
        let remote = try Remote(ip)
        remote.send([1, 2, 3], to: loop.localAddresses[0])
        let answer = try #require(remote.receive())
        #expect(answer.bytes == [1, 2, 3])
        #expect(answer.from == loop.localAddresses[0])
        loop.stop()
        loop.join()
        #expect(loop.statistics.received == LoopStatistics.Traffic(datagrams: 1, bytes: 3))
        #expect(loop.statistics.sent == LoopStatistics.Traffic(datagrams: 1, bytes: 3))
    }
}
