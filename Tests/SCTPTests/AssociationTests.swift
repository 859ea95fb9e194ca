import SCTP
import Testing
import Wire

@Suite struct `An association` {
    @Test func `comes up when both ends begin at once, and tells how`() {
        Stack.exclusively {
            let pair = Pair()
            pair.connect()
            for side in [Pair.Side.client, .server] {
                #expect(pair[side].state == .connected)
                let events = pair.events[side] ?? []
                #expect(events.contains(.stateChanged(.connecting)))
                #expect(events.contains(.initiationSent(attempt: 1)))
                #expect(events.contains { if case .initiationReceived = $0 { true } else { false } })
                #expect(events.contains { if case .established = $0 { true } else { false } })
                #expect(events.last == .stateChanged(.connected))
                let agreed = pair[side].establishment
                #expect(agreed?.outboundStreams == 256)
                #expect(agreed?.supportsStreamReset == true)
                #expect(agreed?.supportsPartialReliability == true)
            }
        }
    }

    @Test func `comes up when only one end begins`() {
        Stack.exclusively {
            let pair = Pair()
            pair.client.connect(at: pair.now)
            #expect(pair.server.state == .new)
            #expect(pair.run(for: .seconds(5)) { pair.client.state == .connected && pair.server.state == .connected })
        }
    }

    @Test(arguments: 1...8)
    func `comes up over a bad link`(seed: UInt64) {
        Stack.exclusively {
            let pair = Pair(link: .init(delay: .milliseconds(50), jitter: .milliseconds(30), lost: 300, doubled: 100), seed: seed)
            pair.connect()
            #expect(pair.client.state == .connected)
            #expect(pair.server.state == .connected)
        }
    }

    @Test func `gives up when nobody answers, and counts its attempts`() {
        Stack.exclusively {
            let pair = Pair()
            pair.client.connect(at: pair.now)
            pair.link.isCut = true
            #expect(pair.run(for: .seconds(60)) { pair.client.state == .closed })
            #expect(pair.client.endReason == .initiationTimedOut)
            #expect(pair.count(.client) { if case .initiationSent = $0 { true } else { false } } == 11)
            #expect(pair.events[.client]?.last == .ended(.initiationTimedOut))
            #expect(pair.now - Instant.zero > .seconds(15))
        }
    }

    @Test func `notices a peer that vanished while data is under way`() throws {
        try Stack.exclusively {
            let pair = Pair.connected()
            let id = try pair.open()
            pair.link.isCut = true
            try pair.send([1, 2, 3], on: id)
            #expect(pair.run(for: .seconds(180)) { pair.client.state == .closed })
            #expect(pair.client.endReason == .timedOut)
            #expect(pair.client.channels.isEmpty)
            #expect(pair.count(.client) { if case .channelClosed(_, .associationEnded) = $0 { true } else { false } } == 1)
        }
    }

    @Test(arguments: [Pair.Side.client, .server])
    func `ends in order from either side`(side: Pair.Side) throws {
        try Stack.exclusively {
            let pair = Pair.connected()
            let id = try pair.open("last words", from: side)
            // More than usrsctp takes at once: what waits here leaves as well.
            for number in 0..<24 { try pair.send(pattern(65_536, seed: number), on: id, from: side) }
            #expect(pair[side].bufferedAmount > 0)
            pair[side].shutdown(at: pair.now)
            #expect(pair.run(for: .seconds(5)) { pair.client.state == .closed && pair.server.state == .closed })
            #expect(pair[side].endReason == .closedLocally)
            #expect(pair[Pair.other(side)].endReason == .shutDownByPeer)
            #expect(pair.received[Pair.other(side)]?.map(\.bytes) == (0..<24).map { pattern(65_536, seed: $0) })
            #expect(pair.count(Pair.other(side)) { if case .channelClosed(_, .associationEnded) = $0 { true } else { false } } == 1)
        }
    }

    @Test(arguments: [Pair.Side.client, .server])
    func `ends at once by an abort, and the other side says by whom`(side: Pair.Side) throws {
        try Stack.exclusively {
            let pair = Pair.connected()
            _ = try pair.open()
            pair[side].abort(at: pair.now)
            #expect(pair[side].state == .closed)
            #expect(pair.run(for: .seconds(5)) { pair[Pair.other(side)].state == .closed })
            guard case .abortedByPeer(let causes) = pair[Pair.other(side)].endReason else {
                Issue.record("\(String(describing: pair[Pair.other(side)].endReason))")
                return
            }
            #expect(causes.first?.name == "User-Initiated Abort")
            #expect(pair.count(side) { if case .abortSent = $0 { true } else { false } } == 1)
            #expect(pair.count(Pair.other(side)) { if case .abortReceived = $0 { true } else { false } } == 1)
        }
    }

    @Test func `refuses what does not carry the negotiated ports, and says so once`() {
        Stack.exclusively {
            let pair = Pair()
            pair.onPacket = { side, bytes in
                if side == .client { bytes[1] &+= 1 }
                return true
            }
            pair.client.connect(at: pair.now)
            pair.server.connect(at: pair.now)
            pair.run(for: .seconds(5))
            #expect(pair.server.state == .connecting)
            #expect(pair.count(.server) { $0 == .portMismatch(source: 5001, destination: 5000) } == 1)
            #expect(pair.server.statistics.packetsRefused > 1)
        }
    }

    @Test func `answers only so many INITs once it is up`() {
        Stack.exclusively {
            let pair = Pair.connected()
            var initiation: [UInt8] = [0x13, 0x88, 0x13, 0x88, 0, 0, 0, 0, 0, 0, 0, 0]
            initiation += [1, 0, 0, 20, 1, 2, 3, 4, 0, 1, 0, 0, 0, 16, 0, 16, 0, 0, 0, 1]
            let before = pair.server.statistics.packetsSent
            for _ in 0..<1000 { pair.feed(initiation, to: .server) }
            #expect(pair.server.state == .connected)
            #expect(pair.server.statistics.packetsSent - before <= 32)
        }
    }

    @Test func `skips parameters of an INIT that it does not know`() {
        Stack.exclusively {
            let pair = Pair()
            pair.onPacket = { side, bytes in
                guard side == .client, bytes[12] == 1 else { return true }
                // An unknown parameter of type 0x8001 at the end, as libdatachannel sends it.
                bytes += [0x80, 0x01, 0, 4]
                let length = (Int(bytes[14]) << 8 | Int(bytes[15])) + 4
                bytes[14] = UInt8(length >> 8)
                bytes[15] = UInt8(length & 255)
                return true
            }
            pair.connect()
            #expect(pair.client.state == .connected)
            #expect(pair.server.state == .connected)
        }
    }

    @Test func `is not found by a callback that comes after its end`() {
        Stack.exclusively {
            let pair = Pair.connected()
            var client: Association? = Association(role: .client)
            client?.connect(at: pair.now)
            client = nil
            _ = Stack.shared.takeDirty()
            pair.run(for: .seconds(30))
            #expect(pair.client.state == .connected)
        }
    }

    @Test func `a thousand at rest ask for the clock four times a second`() {
        Stack.exclusively {
            let pair = Pair.connected()
            pair.run(for: .seconds(2))
            var wakes = 0
            let end = pair.now + .seconds(10)
            while let deadline = Stack.shared.nextDeadline, deadline < end {
                Stack.shared.handleTimers(at: deadline)
                wakes += 1
            }
            #expect(wakes <= 41)
            pair.now = end
        }
    }
}
