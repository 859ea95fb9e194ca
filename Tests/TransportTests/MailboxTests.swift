import Glibc
import Testing
import Transport
import Wire

@Suite struct MailboxTests {
    @Test func `commands are handled in the order they were posted`() throws {
        let seen = Shared<[Int]>([])
        let done = Signal()
        let loop = try startLoop { _ in }
        for number in 0..<1000 {
            #expect(
                loop.post { _, _, _ in
                    seen.change { $0.append(number) }
                    if number == 999 { done.give() }
                })
        }
        #expect(done.wait())
        #expect(seen.value == Array(0..<1000))
    }

    @Test func `a full mailbox refuses and counts, and nothing that it took is lost`() throws {
        let mailbox = try Mailbox<Int>(capacity: 3)
        #expect((0..<5).map { mailbox.post($0) } == [true, true, true, false, false])
        #expect(mailbox.counts.refused == 2 && mailbox.counts.posted == 3 && mailbox.counts.waiting == 3)
    }

    @Test func `a loop that hangs refuses at its capacity, and serves what it took when it goes on`() throws {
        let (inside, release, done) = (Signal(), Signal(), Signal())
        let handled = Shared(0)
        let loop = try startLoop(configure: { $0.mailboxCapacity = 8 }) { _ in }
        #expect(
            loop.post { _, _, _ in
                inside.give()
                _ = release.wait()
            })
        #expect(inside.wait())
        let accepted = (0..<20).count { number in
            loop.post { _, _, _ in
                handled.change { $0 += 1 }
                if number == 7 { done.give() }
            }
        }
        #expect(accepted == 8)
        #expect(loop.mailbox.counts.refused == 12)
        release.give()
        #expect(done.wait())
        #expect(handled.value == 8)
    }

    @Test func `a loop that has ended refuses`() throws {
        let loop = try startLoop { _ in }
        loop.stop()
        loop.join()
        #expect(!loop.post { _, _, _ in })
        loop.join()
    }

    @Test func `what was posted before the stop is handled, and the goodbye leaves`() throws {
        let handled = Shared(0)
        let remote = try Remote(.loopback4)
        let loop = try startLoop { script in
            script.onStop = { script, _, outbox in
                outbox.append([0xBB].span, to: Path(local: script.sockets.localAddresses[0], remote: remote.address))
            }
        }
        for _ in 0..<10 { #expect(loop.post { _, _, _ in handled.change { $0 += 1 } }) }
        loop.stop()
        loop.join()
        #expect(handled.value == 10)
        #expect(remote.receive()?.bytes == [0xBB])
    }

    @Test func `posts from many threads all arrive, and only a sleeping loop is woken`() throws {
        let handled = Shared(0)
        let done = Signal()
        let (threads, each) = (4, 2000)
        let loop = try startLoop(configure: { $0.mailboxCapacity = threads * each }) { _ in }
        let posters = (0..<threads).map { _ in
            Worker {
                for _ in 0..<each {
                    _ = loop.post { _, _, _ in
                        handled.change { $0 += 1 }
                        if handled.value == threads * each { done.give() }
                    }
                }
            }
        }
        posters.forEach { $0.join() }
        #expect(done.wait())
        #expect(loop.mailbox.counts.refused == 0)
        #expect(loop.mailbox.counts.wakeUps <= loop.mailbox.counts.posted)
    }

    @Test func `dropping the last reference ends the loop`() throws {
        let ended = Signal()
        do {
            let loop = try startLoop { script in script.onStop = { _, _, _ in ended.give() } }
            _ = loop.localAddresses
        }
        #expect(ended.wait())
    }
}
