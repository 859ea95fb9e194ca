import SCTP
import Testing
import Wire

@Suite struct `Back-pressure` {
    @Test func `refuses what would pass the send buffer, and tells when there is room`() throws {
        try Stack.exclusively {
            let pair = Pair.connected()
            let id = try pair.open()
            pair.server.isReadingPaused = true
            let message = pattern(65_536)
            var sent = 0
            var refused: SCTPError?
            while refused == nil, sent < 10_000 {
                do {
                    try pair.client.send(message.span, kind: .binary, on: id, at: pair.now)
                    sent += 1
                } catch {
                    refused = error as? SCTPError
                }
                pair.run(for: .milliseconds(20))
            }
            guard case .sendBufferFull(let buffered) = refused else {
                Issue.record("\(String(describing: refused)) after \(sent)")
                return
            }
            // Ours, usrsctp's two buffers, and nothing else.
            #expect(sent <= 48)
            #expect(buffered <= Limits.sendBufferBytes)
            // Probes of the closed window fill what usrsctp has left; then nothing moves, and nothing ends.
            pair.run(for: .seconds(60))
            let stalled = pair.client.bufferedAmount
            #expect(stalled > 0)
            #expect(pair.client.channel(id)?.bufferedAmount == stalled)
            pair.run(for: .seconds(600))
            #expect(pair.client.state == .connected)
            #expect(pair.client.bufferedAmount == stalled)
            #expect(pair.client.state == .connected)
            pair.server.isReadingPaused = false
            pair.server.read(at: pair.now) { pair.take(.server, $0, $1, $2) }
            #expect(pair.run(for: .seconds(10)) { pair.received[.server]?.count == sent }, "window reopened too late")
            #expect(pair.client.bufferedAmount == 0)
            #expect(pair.events[.client]?.filter { $0 == .bufferedAmountLow(id) }.count == 1)
        }
    }

    @Test(arguments: [1, 1200, 262_144])
    func `keeps an echo small whose peer sends and never reads, and loses nothing once it reads`(size: Int) throws {
        try Stack.exclusively {
            let pair = Pair.connected()
            // The closure below holds the pair.
            defer { pair.onMessage = nil }
            let id = try pair.open()
            pair.server.readingPausesAbove = Association.echoBufferBytes
            pair.client.isReadingPaused = true
            var echoed = 0
            var failures = 0
            var returned: [[UInt8]] = []
            pair.onMessage = { side, id, kind, bytes in
                if side == .client { return returned.append(bytes.array) }
                do {
                    try pair.server.send(bytes, kind: kind, on: id, at: pair.now)
                    echoed += 1
                } catch {
                    failures += 1
                }
            }
            // Eight messages, told apart: making each anew would be most of this test's time.
            let messages = (0..<8).map { pattern(size, seed: $0) }
            var sent = 0
            var peak = 0
            for _ in 0..<400 {
                for _ in 0..<20 where (try? pair.send(messages[sent % 8], on: id)) != nil { sent += 1 }
                pair.run(for: .milliseconds(20))
                peak = max(peak, pair.server.bufferedAmount)
            }
            #expect(failures == 0)
            #expect(peak <= Limits.sendBufferBytes)
            if size == 262_144 {
                #expect(peak > Association.echoBufferBytes)
                #expect(sent < 30)
            }
            pair.client.isReadingPaused = false
            pair.client.read(at: pair.now) { pair.take(.client, $0, $1, $2) }
            pair.drain(.client)
            #expect(pair.run(for: .seconds(120)) { returned.count == sent }, "\(returned.count) of \(sent), \(echoed) echoed")
            #expect((0..<returned.count).allSatisfy { returned[$0] == messages[$0 % 8] })
        }
    }

    @Test func `lets channels take turns`() throws {
        try Stack.exclusively {
            let pair = Pair.connected()
            let greedy = try pair.open("greedy")
            let modest = try pair.open("modest")
            pair.server.isReadingPaused = true
            var sent = 0
            let message = pattern(32_768)
            while (try? pair.send(message, on: greedy)) != nil {
                sent += 1
                pair.run(for: .milliseconds(5))
                if sent == 70 { break }
            }
            #expect(pair.client.bufferedAmount > 0)
            try pair.send([1], on: modest)
            let before = try #require(pair.client.channel(greedy)?.bufferedAmount)
            pair.server.isReadingPaused = false
            pair.server.read(at: pair.now) { pair.take(.server, $0, $1, $2) }
            #expect(pair.run(for: .seconds(60)) { pair.received[.server]?.contains { $0.id == modest } == true })
            // The modest one did not wait for all that the greedy one had buffered.
            #expect(before > 3 * 32_768)
            let place = try #require(pair.received[.server]?.firstIndex { $0.id == modest })
            #expect(place < sent - 1, "\(place) of \(sent)")
        }
    }

    @Test func `sends what waits before it closes a channel`() throws {
        try Stack.exclusively {
            let pair = Pair.connected()
            let id = try pair.open()
            for number in 0..<28 { try pair.send(pattern(65_536, seed: number), on: id) }
            #expect(pair.client.bufferedAmount > 0)
            pair.client.closeChannel(id, at: pair.now)
            #expect(pair.run(for: .seconds(60)) { pair.client.channelCount == 0 && pair.server.channelCount == 0 })
            #expect(pair.received[.server]?.count == 28)
        }
    }

    @Test func `bounds many small messages as well as few large ones`() throws {
        try Stack.exclusively {
            let pair = Pair.connected()
            let id = try pair.open()
            pair.link.isCut = true
            var sent = 0
            while sent < 100_000, (try? pair.send([1], on: id)) != nil { sent += 1 }
            #expect(sent < 30_000)
        }
    }

    @Test func `echoes many small messages both ways without standing still`() throws {
        try Stack.exclusively {
            let pair = Pair.connected()
            let id = try pair.open()
            for side in [Pair.Side.client, .server] { pair[side].readingPausesAbove = Association.echoBufferBytes }
            var counts: [Pair.Side: Int] = [.client: 0, .server: 0]
            pair.onMessage = { [unowned pair] side, id, kind, bytes in
                counts[side, default: 0] += 1
                // What comes back to the client has been round; what comes to the server goes back.
                if side == .server { #expect(throws: Never.self) { try pair.server.send(bytes, kind: kind, on: id, at: pair.now) } }
            }
            var sent = 0
            while sent < 20_000 {
                for _ in 0..<500 where (try? pair.client.send([7].span, kind: .binary, on: id, at: pair.now)) != nil { sent += 1 }
                pair.drain(.client)
                pair.run(for: .milliseconds(10))
            }
            #expect(pair.run(for: .seconds(30)) { counts[.client] == sent }, "\(counts) of \(sent)")
        }
    }

    @Test func `does not hold back the end of the association`() throws {
        try Stack.exclusively {
            let pair = Pair.connected()
            let id = try pair.open()
            pair.server.isReadingPaused = true
            try pair.send(pattern(100), on: id)
            pair.run(for: .seconds(1))
            pair.client.abort(at: pair.now)
            #expect(pair.run(for: .seconds(5)) { pair.server.state == .closed })
        }
    }
}
