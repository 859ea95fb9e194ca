import CShims
import Glibc
import Testing
import Wire

@testable import Transport

/// A kernel that fails when it is told to, and keeps what left.
private struct ScriptedCall: SendCall {
    /// The answer to each call in turn, a negative errno or the most messages it takes; afterwards it takes all.
    var answers: [Int] = []
    /// Messages joined of several datagrams get this errno.
    var segmentError: Int32?
    private(set) var sent: [[UInt8]] = []
    private(set) var joined = 0
    private(set) var calls = 0

    init(answers: [Int] = [], segmentError: Int32? = nil) {
        self.answers = answers
        self.segmentError = segmentError
    }

    mutating func send(_ messages: UnsafeBufferPointer<shim_outgoing>, on slot: SocketSlot) -> Int {
        defer { calls += 1 }
        var limit = messages.count
        if calls < answers.count {
            if answers[calls] < 0 { return answers[calls] }
            limit = min(limit, answers[calls])
        }
        for index in 0..<limit {
            let message = messages[index]
            if message.segment != 0, let segmentError { return index == 0 ? -Int(segmentError) : index }
            var bytes = Array(UnsafeBufferPointer(start: message.bytes, count: Int(message.length)))[...]
            let size = message.segment == 0 ? bytes.count : Int(message.segment)
            if message.segment != 0 { joined += 1 }
            while !bytes.isEmpty {
                sent.append(Array(bytes.prefix(size)))
                bytes = bytes.dropFirst(size)
            }
        }
        return limit
    }
}

@Suite struct SenderTests {
    private static let local = TransportAddress(.loopback4, 5000)
    private static func path(_ port: UInt16) -> Path { Path(local: local, remote: TransportAddress(.loopback4, port)) }

    private static func outbox(_ datagrams: [(size: Int, port: UInt16)]) -> (Outbox, [[UInt8]]) {
        var outbox = Outbox()
        var expected: [[UInt8]] = []
        for (number, datagram) in datagrams.enumerated() {
            let bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: datagram.size)
            expected.append(bytes)
            outbox.append(bytes.span, to: path(datagram.port))
        }
        return (outbox, expected)
    }

    private static func slot() throws -> SocketSlot { SocketSlot(try UDPSocket(TransportAddress(.loopback4, 0))) }

    private static func all(_ outbox: Outbox) -> [Int32] { Array(0..<Int32(outbox.datagrams.count)) }

    @Test func `equal datagrams of one path are joined, and the last of them may be shorter`() throws {
        let (outbox, expected) = Self.outbox([(10, 1), (10, 1), (10, 1), (4, 1), (4, 1), (4, 2), (5, 2)])
        var sender = Sender(ScriptedCall(), retryBytes: 1000)
        var statistics = LoopStatistics()
        let mustWait = sender.send(outbox, at: Self.all(outbox), on: try Self.slot(), counting: &statistics)
        #expect(!mustWait)
        #expect(sender.call.sent == expected)
        // (10 10 10 4) of path 1, then (4), then (4) (5) of path 2, which grows.
        #expect(sender.call.joined == 1)
        #expect(statistics.segmented == 4 && statistics.sendCalls == 1 && statistics.sent.datagrams == 7)
    }

    @Test func `no message joins more than 64 datagrams or 65,000 bytes`() throws {
        let (outbox, expected) = Self.outbox(Array(repeating: (1200, 1), count: 200) + Array(repeating: (5, 2), count: 200))
        var sender = Sender(ScriptedCall(), retryBytes: 1000)
        var statistics = LoopStatistics()
        _ = sender.send(outbox, at: Self.all(outbox), on: try Self.slot(), counting: &statistics)
        #expect(sender.call.sent == expected)
        #expect(sender.call.joined == 4 + 4)
    }

    @Test(arguments: [EIO, EINVAL, EMSGSIZE, EOPNOTSUPP])
    func `where joined datagrams are refused they leave one by one`(error: Int32) throws {
        let (outbox, expected) = Self.outbox([(10, 1), (10, 1), (10, 1), (7, 2)])
        var sender = Sender(ScriptedCall(segmentError: error), retryBytes: 1000)
        var statistics = LoopStatistics()
        let slot = try Self.slot()
        _ = sender.send(outbox, at: Self.all(outbox), on: slot, counting: &statistics)
        #expect(sender.call.sent == expected)
        #expect(statistics.drops.unsentTotal == 0)
        // What the device cannot do it is not asked again.
        #expect(slot.segments == (error == EINVAL || error == EMSGSIZE))
    }

    @Test(arguments: 0..<8)
    func `the n-th call fails for good, and costs one message`(failing: Int) throws {
        let datagrams = (0..<8).map { (size: 5 + $0 % 2, port: UInt16($0)) }
        let (outbox, expected) = Self.outbox(datagrams)
        // One message a call, so that the n-th call is about the n-th datagram; an error is tried twice.
        let answers = Array(repeating: 1, count: failing) + [-Int(EPERM), -Int(EPERM)] + Array(repeating: 1, count: 8)
        var sender = Sender(ScriptedCall(answers: answers), retryBytes: 1000)
        var statistics = LoopStatistics()
        let mustWait = sender.send(outbox, at: Self.all(outbox), on: try Self.slot(), counting: &statistics)
        #expect(!mustWait)
        var left = expected
        left.remove(at: failing)
        #expect(sender.call.sent == left)
        var failure = PathFailure(path: Self.path(UInt16(failing)), reason: .notPermitted, errno: EPERM)
        (failure.datagrams, failure.bytes) = (1, 5 + failing % 2)
        #expect(sender.takeFailures() == [failure])
        #expect(statistics.drops.unsent(.notPermitted) == 1 && statistics.sent.datagrams == 7)
    }

    @Test(arguments: 0..<8)
    func `an error that is over on the second try costs nothing`(failing: Int) throws {
        let (outbox, expected) = Self.outbox((0..<8).map { (5, UInt16($0)) })
        let answers = Array(repeating: 1, count: failing) + [-Int(ECONNREFUSED)] + Array(repeating: 1, count: 8)
        var sender = Sender(ScriptedCall(answers: answers), retryBytes: 1000)
        var statistics = LoopStatistics()
        _ = sender.send(outbox, at: Self.all(outbox), on: try Self.slot(), counting: &statistics)
        #expect(sender.call.sent == expected)
        #expect(sender.takeFailures().isEmpty)
    }

    @Test(arguments: 0..<8)
    func `a full kernel buffer delays what is left, in order, and what follows goes behind it`(failing: Int) throws {
        let (outbox, expected) = Self.outbox((0..<8).map { (5, UInt16($0)) })
        let answers = Array(repeating: 1, count: failing) + [-Int(EAGAIN)]
        var sender = Sender(ScriptedCall(answers: answers), retryBytes: 1000)
        var statistics = LoopStatistics()
        let slot = try Self.slot()
        #expect(sender.send(outbox, at: Self.all(outbox), on: slot, counting: &statistics))
        #expect(sender.call.sent == Array(expected[..<failing]))
        let (later, laterExpected) = Self.outbox([(3, 9)])
        #expect(sender.send(later, at: Self.all(later), on: slot, counting: &statistics))
        #expect(!sender.resume(slot, counting: &statistics))
        #expect(sender.call.sent == expected + laterExpected)
        #expect(slot.waiting.isEmpty && statistics.drops.unsentTotal == 0)
        #expect(statistics.delayed == UInt64(8 - failing + 1))
    }

    @Test func `what does not fit the queue behind a full buffer is dropped, told and counted`() throws {
        let (outbox, expected) = Self.outbox((0..<100).map { (50, UInt16($0)) })
        var sender = Sender(ScriptedCall(answers: [-Int(EAGAIN), -Int(EAGAIN)]), retryBytes: 500)
        var statistics = LoopStatistics()
        let slot = try Self.slot()
        #expect(sender.send(outbox, at: Self.all(outbox), on: slot, counting: &statistics))
        #expect(slot.waiting.datagrams.count == 10)
        #expect(statistics.drops.unsent(.queueFull) == 90)
        // Facts are bounded, counters are not.
        #expect(sender.takeFailures().count == 64)
        // Still full: it waits on, and nothing is lost or doubled.
        #expect(sender.resume(slot, counting: &statistics))
        #expect(!sender.resume(slot, counting: &statistics))
        #expect(sender.call.sent == Array(expected[..<10]))
    }

    @Test(arguments: UInt64(1)...30)
    func `whatever the kernel answers, each datagram leaves once in order or is counted once`(seed: UInt64) throws {
        var random = RandomSource.seeded(seed)
        let datagrams = (0..<300).map { _ in
            (size: Int.random(in: 1...3, using: &random) * 40, port: UInt16.random(in: 1...3, using: &random))
        }
        let (outbox, _) = Self.outbox(datagrams)
        let errors = [-Int(EAGAIN), -Int(EPERM), -Int(ENOBUFS), -Int(ECONNREFUSED), -Int(EMSGSIZE), -Int(EINVAL), 1, 2, 64]
        let answers = (0..<60).map { _ in errors[Int.random(in: 0..<errors.count, using: &random)] }
        var sender = Sender(ScriptedCall(answers: answers), retryBytes: 1 << 20)
        var statistics = LoopStatistics()
        let slot = try Self.slot()
        var mustWait = sender.send(outbox, at: Self.all(outbox), on: slot, counting: &statistics)
        var rounds = 0
        while mustWait, rounds < 100 {
            mustWait = sender.resume(slot, counting: &statistics)
            rounds += 1
        }
        #expect(!mustWait)
        #expect(statistics.sent.datagrams + statistics.drops.unsentTotal == 300)
        #expect(sender.call.sent.count == Int(statistics.sent.datagrams))
        // The first byte is the number of the datagram, modulo 256: it never steps back but by the wrap.
        let numbers = sender.call.sent.map { Int($0[0]) }
        let steps = zip(numbers, numbers.dropFirst()).map { ($1 - $0 + 256) % 256 }
        #expect(steps.reduce(numbers.first ?? 0, +) < 300 && steps.allSatisfy { $0 > 0 })
    }
}
