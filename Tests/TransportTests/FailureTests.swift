import Testing
import Transport
import Wire

@Suite struct FailureTests {
    private static func failing() throws -> (loop: Loop<Script>, failures: Shared<[PathFailure]>, told: Signal) {
        let failures = Shared<[PathFailure]>([])
        let told = Signal()
        let loop = try startLoop { script in
            script.onFail = { failure in
                failures.change { $0.append(failure) }
                told.give()
            }
        }
        return (loop, failures, told)
    }

    @Test func `a port where nobody listens is told by ICMP, as a fact about the path`() throws {
        let (loop, failures, told) = try Self.failing()
        let gone = try { try Remote(.loopback4).address }()
        let path = Path(local: loop.localAddresses[0], remote: gone)
        #expect(loop.post { _, _, outbox in outbox.append([1].span, to: path) })
        #expect(told.wait())
        let failure = try #require(failures.value.first)
        #expect(failure.path == path)
        #expect(failure.reason == .connectionRefused)
        #expect(failure.origin == .network && failure.datagrams == 0)
        #expect(failure.offender == .loopback4)
    }

    @Test func `word about one path costs the next datagram of another path nothing`() throws {
        let (loop, _, told) = try Self.failing()
        let gone = try { try Remote(.loopback4).address }()
        let remote = try Remote(.loopback4)
        let local = loop.localAddresses[0]
        for number in UInt8(0)..<50 {
            #expect(
                loop.post { _, _, outbox in
                    outbox.append([1].span, to: Path(local: local, remote: gone))
                    outbox.append([number].span, to: Path(local: local, remote: remote.address))
                })
            #expect(remote.receive()?.bytes == [number])
        }
        #expect(told.wait())
        loop.stop()
        loop.join()
        #expect(loop.statistics.drops.unsentTotal == 0)
        #expect(loop.statistics.networkErrors > 0)
    }

    @Test func `a datagram that no packet takes is dropped alone`() throws {
        let (loop, failures, told) = try Self.failing()
        let remote = try Remote(.loopback4)
        let path = Path(local: loop.localAddresses[0], remote: remote.address)
        #expect(
            loop.post { _, _, outbox in
                outbox.append([1].span, to: path)
                outbox.append([UInt8](repeating: 0, count: 65_530).span, to: path)
                outbox.append([2].span, to: path)
            })
        #expect(told.wait())
        #expect(remote.receive()?.bytes == [1])
        #expect(remote.receive()?.bytes == [2])
        #expect(failures.value.map(\.reason) == [.messageTooLong])
        #expect(failures.value.map(\.datagrams) == [1] && failures.value.map(\.bytes) == [65_530])
        loop.stop()
        loop.join()
        #expect(loop.statistics.drops.unsent(.messageTooLong) == 1)
    }

    @Test func `a path from an address that is not ours, and one from no socket of the loop, are named as such`() throws {
        let failures = Shared<[PathFailure]>([])
        let told = Signal()
        let loop = try startLoop([TransportAddress(.any4, 0)]) { script in
            script.onFail = { failure in
                failures.change { $0.append(failure) }
                told.give()
            }
        }
        let port = loop.localAddresses[0].port
        let remote = TransportAddress(IPAddress(127, 0, 0, 1), 9)
        let foreign = Path(local: TransportAddress(IPAddress(192, 0, 2, 1), port), remote: remote)
        let unknown = Path(local: TransportAddress(.loopback4, port &+ 1), remote: remote)
        #expect(
            loop.post { _, _, outbox in
                outbox.append([1].span, to: foreign)
                outbox.append([1].span, to: unknown)
            })
        #expect(told.wait(2))
        let reasons = Dictionary(grouping: failures.value, by: \.path).mapValues { $0.map(\.reason) }
        #expect(reasons[unknown] == [.noSocket])
        // IPv4's router says that there is no way from a foreign address, IPv6 that it is not ours.
        #expect(reasons[foreign] == [.networkUnreachable] || reasons[foreign] == [.sourceUnavailable])
        #expect(failures.value.allSatisfy { $0.origin == .local })
    }
}
