import CShims
import Foundation
import Testing
import Wire

@testable import SCTP

@Suite struct `The stack` {
    @Test func `computes the CRC32c of RFC 9260, by instruction and by table alike`() {
        // The check value of the CRC catalogue.
        #expect(shim_crc32c(Array("123456789".utf8), 9) == 0xe306_9283)
        var random = RandomSource.seeded(3)
        for count in [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 63, 64, 1199, 1200] {
            let bytes = random.bytes(count)
            #expect(shim_crc32c(bytes, count) == shim_crc32c_portable(bytes, count))
        }
    }

    @Test func `sends packets with the checksum that peers expect`() {
        Stack.exclusively {
            let pair = Pair()
            var checked = 0
            pair.onPacket = { _, bytes in
                var zeroed = bytes
                zeroed.replaceSubrange(8..<12, with: [0, 0, 0, 0])
                let checksum = usrsctpChecksum(&zeroed)
                #expect(Array(bytes[8..<12]) == checksum)
                checked += 1
                return true
            }
            pair.connect()
            #expect(checked >= 8)
        }
    }

    private func usrsctpChecksum(_ bytes: inout [UInt8]) -> [UInt8] {
        let crc = shim_crc32c_portable(bytes, bytes.count)
        return (0..<4).map { UInt8(truncatingIfNeeded: crc >> (8 * $0)) }
    }

    @Test func `keeps output that comes on another thread until its owner looks`() async {
        let handle = Stack.exclusively { () -> Bool in
            let pair = Pair.connected()
            guard let handle = pair.client.handle else { return false }
            let done = DispatchSemaphore(value: 0)
            Thread.detachNewThread {
                var packet = pattern(100)
                packet.withUnsafeMutableBytes { Stack.shared.receiveOutput($0, of: handle) }
                for _ in 0..<1000 { packet.withUnsafeMutableBytes { Stack.shared.receiveOutput($0, of: handle) } }
                done.signal()
            }
            done.wait()
            #expect(!pair.client.hasOutput)
            let dirty = Stack.shared.takeDirty()
            #expect(dirty.contains { $0 === pair.client })
            var packets: [[UInt8]] = []
            pair.client.drainOutput { packets.append($0.array) }
            #expect(packets.count == Stack.maximumMail)
            #expect(packets.first.map { Array($0[12...]) } == Array(pattern(100)[12...]))
            return true
        }
        #expect(handle)
    }

    @Test func `gives a place to the next and does not mistake the one for the other`() throws {
        try Stack.exclusively {
            let pair = Pair.connected()
            let old = try #require(pair.client.handle)
            pair.client.abort(at: pair.now)
            let next = Association(role: .client)
            next.connect(at: pair.now)
            let new = try #require(next.handle)
            #expect(new.index == old.index)
            #expect(new != old)
            var packet = pattern(100)
            packet.withUnsafeMutableBytes { Stack.shared.receiveOutput($0, of: old) }
            var lengths: [Int] = []
            next.drainOutput { lengths.append($0.count) }
            #expect(!lengths.contains(100))
        }
    }

    @Test func `asks for nothing when there is nobody`() {
        Stack.exclusively {
            do {
                let pair = Pair.connected()
                pair.client.abort(at: pair.now)
                pair.server.abort(at: pair.now)
                _ = Stack.shared.takeDirty()
                Stack.shared.handleTimers(at: pair.now + .seconds(20))
                Stack.shared.handleTimers(at: pair.now + .seconds(21))
            }
            #expect(Stack.shared.nextDeadline == nil)
        }
    }

    @Test func `fires timers on time, however coarse its rest was`() throws {
        try Stack.exclusively {
            let pair = Pair.connected()
            let id = try pair.open()
            pair.run(for: .seconds(5))
            // In the middle of a rest: the clock has stood still for most of a quarter second.
            let start = pair.now + .milliseconds(200)
            pair.run(for: .milliseconds(200))
            pair.link.isCut = true
            let sent = pair.client.statistics.packetsSent
            try pair.send([1], on: id)
            pair.drain(.client)
            #expect(pair.run(for: .seconds(5)) { pair.client.statistics.packetsSent >= sent + 2 })
            let waited = pair.now - start
            #expect(waited >= .milliseconds(390) && waited < .milliseconds(500), "\(waited)")
        }
    }
}
