import Crypt
import DTLS
import Testing
import Wire

@Suite struct `The peer's certificate` {
    @Test func `a server that is not the described one is told so and gets nothing`() throws {
        let journey = try Journey(clientExpects: [People.mallory.fingerprint])
        journey.start()
        journey.run()
        #expect(journey.client.failure == .fingerprintMismatch(expected: [People.mallory.fingerprint], actual: People.bob.fingerprint))
        #expect(journey.client.failure?.code == "fingerprint-mismatch")
        #expect(journey.client.events.contains(.alertSent(Alert(level: .fatal, code: 42))))
        #expect(journey.client.connection.keyingMaterial() == nil && journey.client.connection.summary == nil)
        #expect(journey.server.failure == .peerAlert(Alert(level: .fatal, code: 42)))
        #expect(journey.server.connection.keyingMaterial() == nil)
        #expect(!journey.client.events.contains(.stateChanged(.connected)) && !journey.server.events.contains(.stateChanged(.connected)))
    }

    @Test func `a client that is not the described one is told so and gets nothing`() throws {
        let journey = try Journey(serverExpects: [People.mallory.fingerprint])
        journey.start()
        journey.run()
        #expect(journey.server.failure == .fingerprintMismatch(expected: [People.mallory.fingerprint], actual: People.alice.fingerprint))
        #expect(journey.server.events.contains(.alertSent(Alert(level: .fatal, code: 42))))
        #expect(journey.server.connection.keyingMaterial() == nil && journey.server.connection.summary == nil)
        #expect(journey.client.failure == .peerAlert(Alert(level: .fatal, code: 42)))
        #expect(!journey.client.events.contains(.stateChanged(.connected)) && !journey.server.events.contains(.stateChanged(.connected)))
    }

    @Test func `one mismatch among several algorithms is a mismatch`() throws {
        let (bob, mallory) = (People.bob.certificate, People.mallory.certificate)
        let good = Fingerprint(of: bob.span, algorithm: .sha512)
        let bad = Fingerprint(of: mallory.span, algorithm: .sha384)
        let weak = Fingerprint(of: mallory.span, algorithm: .sha1)
        let agreed = try Journey(clientExpects: [weak, good, People.bob.fingerprint])
        agreed.connect()
        #expect(agreed.isConnected)
        let refused = try Journey(clientExpects: [good, bad])
        refused.connect()
        #expect(refused.client.failure == .fingerprintMismatch(expected: [good, bad], actual: good))
    }

    @Test func `no data is delivered to one who does not trust`() throws {
        let journey = try Journey(serverExpects: [People.mallory.fingerprint])
        journey.start()
        journey.run { journey.server.connection.state == .failed }
        #expect(!journey.client.send([1, 2, 3], at: journey.now))
        #expect(!journey.server.send([1, 2, 3], at: journey.now))
        #expect(journey.server.delivered.isEmpty && journey.client.delivered.isEmpty)
        #expect(journey.server.connection.counters.refusedSends == 1)
    }
}

@Suite struct `Data` {
    @Test func `records of every length come over whole, both ways`() throws {
        let journey = try Journey(seed: 5)
        journey.connect()
        var random = RandomSource.seeded(5)
        let messages = [1, 2, 15, 16, 17, 255, 1000, 1199, 1200, Connection.maximumPayload].map { random.bytes($0) }
        for message in messages {
            #expect(journey.client.send(message, at: journey.now))
            #expect(journey.server.send(message.reversed(), at: journey.now))
        }
        journey.collect()
        journey.link.delay = .zero
        journey.flush()
        #expect(journey.server.delivered == messages)
        #expect(journey.client.delivered == messages.map { $0.reversed() })
        #expect(journey.client.sent.allSatisfy { $0.count <= 1452 })
    }

    @Test func `what is empty, too large, too early or too late is refused`() throws {
        let journey = try Journey()
        #expect(!journey.client.send([1], at: .zero))
        journey.connect()
        #expect(!journey.client.send([], at: journey.now))
        #expect(!journey.client.send([UInt8](repeating: 0, count: Connection.maximumPayload + 1), at: journey.now))
        journey.client.close(at: journey.now)
        #expect(!journey.client.send([1], at: journey.now))
        #expect(journey.client.connection.counters.refusedSends == 4)
    }

    @Test func `several records in one datagram, one twice and one forged: each true one is delivered once`() throws {
        let journey = try Journey()
        journey.connect()
        _ = journey.client.take()
        for number in 0..<4 as Range<UInt8> { journey.client.send([number], at: journey.now) }
        let records = journey.client.take()
        var forged = records[2]
        forged[forged.count - 1] ^= 1
        journey.server.handle(records[0] + records[1] + records[0] + forged + records[3], at: journey.now)
        #expect(journey.server.delivered == [[0], [1], [3]])
        journey.server.handle(records[2], at: journey.now)
        journey.server.handle(records[3], at: journey.now)
        #expect(journey.server.delivered == [[0], [1], [3], [2]])
        #expect(journey.server.connection.state == .connected)
    }

    @Test func `data that overtake the last flight are delivered after it`() throws {
        let journey = try Journey()
        journey.start()
        journey.run { journey.server.connection.state == .connected }
        // The server's last flight is still under way when its data arrive.
        journey.server.send([7], at: journey.now)
        let early = journey.server.take()
        for datagram in early { journey.client.handle(datagram, at: journey.now) }
        #expect(journey.client.delivered.isEmpty && journey.client.connection.state == .connecting)
        // Forged ones, and more than are held, change nothing.
        for datagram in early {
            var forged = datagram
            forged[forged.count - 1] ^= 1
            for _ in 0..<9 { journey.client.handle(forged, at: journey.now) }
        }
        #expect(journey.client.connection.counters.overLimit == 7)
        journey.run(for: .seconds(1))
        #expect(journey.isConnected)
        #expect(journey.client.delivered == [[7]])
    }

    @Test func `a delivery may answer at once`() throws {
        let journey = try Journey()
        journey.connect()
        journey.client.send([1], at: journey.now)
        let datagram = try #require(journey.client.take().last)
        var outer = Outbox()
        var inner = Outbox()
        let server = journey.server
        server.connection.handle(
            datagram.span, at: journey.now, on: server.path, into: &outer,
            deliver: { _ in
                _ = server.connection.send([2].span, at: journey.now, on: server.path, into: &inner)
            })
        #expect(outer.isEmpty && inner.datagrams.count == 1)
        inner.withBytes(of: inner.datagrams[0]) { journey.client.handle($0.array, at: journey.now) }
        #expect(journey.client.delivered == [[2]])
    }
}

@Suite struct `The first word after the handshake` {
    @Test(arguments: [true, false], [true, false])
    func `may be data or the end, from either end`(isClient: Bool, isData: Bool) throws {
        let journey = try Journey()
        journey.connect()
        let (one, other) = isClient ? (journey.client, journey.server) : (journey.server, journey.client)
        if isData { #expect(one.send([1, 2], at: journey.now)) } else { one.close(at: journey.now) }
        journey.collect()
        journey.flush()
        #expect(isData ? other.delivered == [[1, 2]] : other.connection.state == .closed)
    }
}

@Suite struct `The end` {
    @Test(arguments: [true, false])
    func `a close_notify closes both ends`(clientCloses: Bool) throws {
        let journey = try Journey()
        journey.connect()
        let (one, other) = clientCloses ? (journey.client, journey.server) : (journey.server, journey.client)
        one.close(at: journey.now)
        journey.collect()
        journey.flush()
        #expect(one.connection.state == .closed && other.connection.state == .closed)
        #expect(one.events.suffix(3) == [.alertSent(Alert(level: .warning, code: 0)), .closed(byPeer: false), .stateChanged(.closed)])
        #expect(
            other.events.suffix(4) == [
                .alertReceived(Alert(level: .warning, code: 0), isAuthenticated: true), .alertSent(Alert(level: .warning, code: 0)),
                .closed(byPeer: true), .stateChanged(.closed),
            ])
        #expect(other.connection.summary != nil && other.connection.keyingMaterial() == nil)
        #expect(one.connection.nextDeadline == nil)
        other.handle([22, 254, 253], at: journey.now)
        #expect(other.connection.counters.afterEnd == 1)
    }

    @Test func `data before the close in the same datagram is delivered, data after it is not`() throws {
        let journey = try Journey()
        journey.connect()
        _ = journey.client.take()
        journey.client.send([1], at: journey.now)
        journey.client.close(at: journey.now)
        let records = journey.client.take()
        #expect(records.count == 2)
        journey.server.handle(records[0] + records[1] + records[0], at: journey.now)
        #expect(journey.server.delivered == [[1]])
        #expect(journey.server.connection.state == .closed)
    }

    @Test func `closing before the handshake is done says nothing`() throws {
        let journey = try Journey()
        journey.client.start(at: .zero)
        _ = journey.client.take()
        journey.client.close(at: .zero)
        #expect(journey.client.take().isEmpty)
        #expect(journey.client.connection.state == .closed && journey.client.connection.nextDeadline == nil)
        let other = try Journey()
        other.server.close(at: .zero)
        other.server.start(at: .zero)
        #expect(other.server.connection.state == .closed)
    }
}
