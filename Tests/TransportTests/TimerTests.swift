import Testing
import Transport
import Wire

@Suite struct TimerTests {
    @Test func `a timer is never called before its deadline`() throws {
        let early = Shared<[Duration]>([])
        let calls = Shared(0)
        let done = Signal()
        let loop = try startLoop { script in
            script.nextDeadline = MonotonicClock.now + .milliseconds(2)
            let deadline = Shared(script.nextDeadline ?? .zero)
            script.onTimeout = { script, now, _ in
                if now < deadline.value { early.change { $0.append(deadline.value - now) } }
                calls.change { $0 += 1 }
                if calls.value == 20 { return done.give() }
                // Half a millisecond apart: finer than the milliseconds of epoll_wait.
                script.nextDeadline = now + .microseconds(500)
                deadline.change { $0 = now + .microseconds(500) }
            }
        }
        #expect(done.wait())
        loop.stop()
        loop.join()
        #expect(early.value.isEmpty)
        #expect(loop.statistics.timeouts == 20)
    }

    @Test func `a command can bring a deadline forward while the loop sleeps`() throws {
        let done = Signal()
        let loop = try startLoop { script in
            script.nextDeadline = MonotonicClock.now + .seconds(3600)
            script.onTimeout = { _, _, _ in done.give() }
        }
        #expect(loop.post { script, now, _ in script.nextDeadline = now })
        #expect(done.wait())
    }

    @Test func `a loop without a deadline sleeps`() throws {
        let loop = try startLoop { _ in }
        let remote = try Remote(.loopback4)
        let done = Signal()
        remote.send([1], to: loop.localAddresses[0])
        #expect(loop.post { _, _, _ in done.give() })
        #expect(done.wait())
        loop.stop()
        loop.join()
        // The datagram, the command and the stop, each with a turn of its own at most, and the one before the first sleep.
        #expect(loop.statistics.turns <= 4)
    }
}
