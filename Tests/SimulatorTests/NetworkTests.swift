import Simulator
import Testing
import Wire

@Suite struct NetworkTests {
    let a = TransportAddress(IPAddress(20, 0, 0, 1), 1000)
    let b = TransportAddress(IPAddress(20, 0, 0, 2), 2000)

    @Test func `A datagram arrives after the delays of both links`() throws {
        var network = Network(seed: 1)
        network.host("20.0.0.1", link: Link(delay: .milliseconds(10)))
        network.host("20.0.0.2", link: Link(delay: .milliseconds(25)))
        network.send([1, 2, 3], from: Path(local: a, remote: b), at: .zero)
        let first = network.receive(until: .zero + .seconds(1))
        let delivery = try #require(first)
        #expect(delivery.bytes == [1, 2, 3])
        #expect(delivery.path == Path(local: b, remote: a))
        #expect(delivery.at == .zero + .milliseconds(35))
    }
}
