import Testing
import Transport
import Wire

@Suite struct FairnessTests {
    /// A loop whose socket is full of datagrams before its thread starts: a flood without a race.
    private func flooded(_ count: Int, _ prepare: @escaping @Sendable (inout Script) -> Void) throws -> Loop<Script> {
        let loop = try Loop<Script>(LoopConfiguration(name: "flooded", listen: [TransportAddress(.loopback4, 0)]))
        let remote = try Remote(.loopback4)
        for number in 0..<count { remote.send([UInt8(truncatingIfNeeded: number)], to: loop.localAddresses[0]) }
        // The commands that wait when the loop starts are part of the case.
        _ = loop.post { script, _, _ in script.onStop = nil }
        try loop.start { sockets in
            var script = Script(sockets)
            prepare(&script)
            return script
        }
        return loop
    }

    @Test func `a due timer is served after every batch of a flood`() throws {
        let timers = Shared(0)
        let sinceTimer = Shared((current: 0, worst: 0, total: 0))
        let done = Signal()
        let loop = try flooded(200) { script in
            script.nextDeadline = .zero
            script.onTimeout = { script, _, _ in
                script.nextDeadline = .zero
                timers.change { $0 += 1 }
                sinceTimer.change { $0.current = 0 }
            }
            script.onReceive = { script, _, _, _ in
                sinceTimer.change {
                    $0.current += 1
                    $0.worst = max($0.worst, $0.current)
                    $0.total += 1
                    if $0.total == 200 { done.give() }
                }
            }
        }
        #expect(done.wait())
        loop.stop()
        loop.join()
        #expect(sinceTimer.value.worst <= 64)
        #expect(timers.value >= 3)
    }

    @Test func `a command waits for one turn of a flood at most`() throws {
        let received = Shared(0)
        let before = Shared<Int?>(nil)
        let done = Signal()
        let configuration = LoopConfiguration(name: "flooded", listen: [TransportAddress(.loopback4, 0)])
        let loop = try Loop<Script>(configuration)
        let remote = try Remote(.loopback4)
        let count = 600
        for _ in 0..<count { remote.send([1], to: loop.localAddresses[0]) }
        #expect(loop.post { _, _, _ in before.change { $0 = received.value } })
        try loop.start { sockets in
            var script = Script(sockets)
            script.onReceive = { _, _, _, _ in
                received.change { $0 += 1 }
                if received.value == count { done.give() }
            }
            return script
        }
        // A small kernel may have dropped the tail of the flood; the loop says how much came.
        _ = done.wait(seconds: 2)
        let handledAfter = try #require(before.value)
        #expect(handledAfter <= configuration.datagramsPerTurn)
    }

    @Test func `datagrams that the kernel dropped are counted`() throws {
        var configuration = LoopConfiguration(name: "small", listen: [TransportAddress(.loopback4, 0)])
        configuration.buffers.receiveBytes = 4096
        let loop = try Loop<Script>(configuration)
        let remote = try Remote(.loopback4)
        for _ in 0..<200 { remote.send([UInt8](repeating: 0, count: 1000), to: loop.localAddresses[0]) }
        try loop.start { sockets in
            var script = Script(sockets)
            script.onReceive = { _, datagram, path, outbox in if datagram.count == 1 { outbox.append(datagram, to: path) } }
            return script
        }
        // The kernel tells its count beside the next datagram it takes.
        #expect(roundTrip(remote, loop.localAddresses[0]))
        loop.stop()
        loop.join()
        let statistics = loop.statistics
        #expect(statistics.drops.receiveBufferFull > 0)
        #expect(statistics.drops.receiveBufferFull + statistics.received.datagrams >= 201)
        #expect((0..<8).reduce(0) { $0 + statistics.receiveBatches[$1] } > 0)
    }

    /// Sends until an answer comes: the buffer may still be full when the first is sent.
    private func roundTrip(_ remote: Remote, _ to: TransportAddress) -> Bool {
        let patient = try? Remote(.loopback4, receiveSeconds: 1)
        return (0..<10).contains { _ in
            patient?.send([1], to: to)
            return patient?.receive() != nil
        }
    }
}
