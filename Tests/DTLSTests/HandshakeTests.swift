import Crypt
import DTLS
import Testing
import Wire

@Suite struct `A handshake` {
    @Test func `both ends agree on everything, and each vouches for the other`() throws {
        let journey = try Journey()
        journey.connect()
        let client = try #require(journey.client.connection.summary), server = try #require(journey.server.connection.summary)
        #expect(client.versionName == "DTLS 1.2" && server.versionName == "DTLS 1.2")
        #expect(client.cipherName == "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256" && server.cipherSuite == 0xc02b)
        #expect(client.group == "X25519" && server.group == "X25519")
        #expect(client.srtpProfile == .aeadAES128GCM && server.srtpProfile == .aeadAES128GCM)
        #expect(client.hasExtendedMasterSecret && server.hasExtendedMasterSecret)
        #expect(client.remoteCertificate == People.bob.certificate && server.remoteCertificate == People.alice.certificate)
        #expect(client.remoteFingerprint == People.bob.fingerprint && server.localFingerprint == People.bob.fingerprint)
        #expect(client.role == .client && server.role == .server)
        #expect(server.duration == .milliseconds(60) && client.duration == .milliseconds(80))
    }

    @Test func `it takes four flights, each datagram at most 1200 bytes`() throws {
        let journey = try Journey(link: Link(delay: .milliseconds(5)))
        journey.connect()
        #expect(journey.client.sent.count == 2 && journey.server.sent.count == 2)
        #expect((journey.client.sent + journey.server.sent).allSatisfy { $0.count <= Limits.datagramBytes })
        #expect(journey.client.connection.counters.retransmissions == 0)
    }

    @Test func `the events tell it message by message`() throws {
        let journey = try Journey()
        journey.connect()
        #expect(
            journey.server.names == [
                "← ClientHello", "→ ServerHello", "→ Certificate", "→ ServerKeyExchange", "→ CertificateRequest", "→ ServerHelloDone",
                "← Certificate", "← ClientKeyExchange", "← CertificateVerify", "← ChangeCipherSpec", "← Finished", "→ ChangeCipherSpec",
                "→ Finished",
            ])
        let events = journey.server.events
        #expect(events.first == .stateChanged(.connecting))
        #expect(events.suffix(2).first == .stateChanged(.connected))
        guard case .connected(let summary) = events.last else { return #expect(Bool(false), "the last event is the summary") }
        #expect(summary == journey.server.connection.summary)
        let hello = try #require(journey.server.connection.clientHello)
        #expect(hello.srtpProfiles == [7, 1, 8] && hello.versions == [0xfefd] && hello.groups == [29, 23, 24])
        #expect(hello.cipherSuites.first == 0xc02b && hello.offers(extension: 14))
        #expect(events.contains(.clientHello(hello)))
    }

    @Test func `the keys of one are the other's, and none are given before or after`() throws {
        let journey = try Journey()
        #expect(journey.client.connection.keyingMaterial() == nil)
        journey.connect()
        let client = try #require(journey.client.connection.keyingMaterial()),
            server = try #require(journey.server.connection.keyingMaterial())
        #expect(client.localKey == server.remoteKey && client.remoteKey == server.localKey && client.localKey != client.remoteKey)
        #expect(client.localSalt == server.remoteSalt && client.remoteSalt == server.localSalt)
        #expect(client.localKey.count == 16 && client.localSalt.count == 12)
        let label = "EXPORTER-test"
        let exported = journey.client.connection.exportKeyingMaterial(label: label, count: 40)
        #expect(exported?.count == 40)
        #expect(exported == journey.server.connection.exportKeyingMaterial(label: label, count: 40))
        #expect(journey.client.connection.exportKeyingMaterial(label: label, count: 0) == nil)
        #expect(journey.client.connection.exportKeyingMaterial(label: label, count: 1025) == nil)
        journey.client.close(at: journey.now)
        #expect(journey.client.connection.keyingMaterial() == nil)
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `it ends well over links that lose, double and reorder`(seed: UInt64) throws {
        let link = Link(delay: .milliseconds(Int(seed % 5) * 30 + 1), loss: seed % 4 * 8, duplication: 15, reordering: 30)
        let journey = try Journey(seed: seed, link: link)
        journey.connect()
        #expect(
            journey.isConnected, "\(link): \(String(describing: journey.client.failure)), \(String(describing: journey.server.failure))")
        #expect(journey.client.connection.keyingMaterial()?.localKey == journey.server.connection.keyingMaterial()?.remoteKey)
    }

    @Test func `whichever of its datagrams is lost first, it ends within a few hundred milliseconds`() throws {
        for victim in 0..<4 {
            let journey = try Journey(link: Link(delay: .milliseconds(10)))
            var count = 0
            journey.filter = { _, _ in
                count += 1
                return count - 1 != victim
            }
            journey.connect()
            #expect(journey.isConnected)
            let duration = try #require(journey.client.connection.summary).duration
            #expect(duration <= .milliseconds(150), "datagram \(victim): \(duration)")
        }
    }

    @Test func `a server that was not started begins with the first datagram, a client does not`() throws {
        let journey = try Journey()
        journey.client.start(at: .zero)
        journey.collect()
        journey.run(until: { journey.isConnected })
        #expect(journey.isConnected)
        let other = try Journey()
        other.client.handle(journey.server.sent[0], at: .zero)
        #expect(other.client.connection.state == .new && other.client.connection.counters.unexpected == 1)
    }

    @Test func `without a strong fingerprint there is no connection`() throws {
        let certificate = People.bob.certificate
        let weak = Fingerprint(of: certificate.span, algorithm: .sha1)
        #expect(throws: DTLSError.noStrongFingerprint) {
            try Connection(role: .client, identity: People.alice, expectedFingerprints: [weak])
        }
        #expect(throws: DTLSError.noStrongFingerprint) {
            try Connection(role: .server, identity: People.alice, expectedFingerprints: [])
        }
    }
}

@Suite struct `The clock` {
    @Test(arguments: [0, 3600, 1_000_000_000] as [Int64])
    func `timeouts double from 50 ms to 4 s and end after 30 s, wherever the clock stands`(seconds: Int64) throws {
        let start = Instant(nanoseconds: seconds * 1_000_000_000)
        let journey = try Journey(from: start)
        journey.filter = { _, _ in false }
        journey.client.start(at: start)
        _ = journey.client.take()
        var times: [Int] = []
        var datagrams: [Int] = []
        var now = start
        while let deadline = journey.client.connection.nextDeadline {
            #expect(deadline >= now)
            now = max(now, deadline)
            journey.client.handleTimeout(at: now)
            times.append(Int(((now - start).milliseconds / 10).rounded()) * 10)
            datagrams.append(journey.client.take().count)
        }
        #expect(times == [50, 150, 350, 750, 1550, 3150, 6350, 10350, 14350, 18350, 22350, 26350, 30000])
        #expect(datagrams.dropLast().allSatisfy { $0 == 1 })
        #expect(journey.client.failure == .timeout(.awaitingServerHello))
        #expect(journey.client.connection.counters.retransmissions == 12)
    }

    @Test func `a server that hears nothing fails after 30 s`() throws {
        let journey = try Journey()
        journey.server.start(at: .zero)
        #expect(journey.server.connection.nextDeadline == .zero + .seconds(30))
        journey.server.handleTimeout(at: .zero + .seconds(29))
        #expect(journey.server.connection.state == .connecting)
        journey.server.handleTimeout(at: .zero + .seconds(30))
        #expect(journey.server.failure == .timeout(.awaitingClientHello))
        #expect(journey.server.connection.nextDeadline == nil)
    }

    @Test(arguments: [Role.client, .server])
    func `two of one role fail with the reason that time ran out`(role: Role) throws {
        let journey = try Journey(clientRole: role, serverRole: role)
        journey.start()
        journey.run()
        for end in [journey.client, journey.server] {
            #expect(end.failure == .timeout(role == .client ? .awaitingServerHello : .awaitingClientHello))
            #expect(end.events.suffix(2) == [.failed(end.failure!), .stateChanged(.failed)])
        }
    }

    @Test func `a peer that stops in the middle is told by what it owes`() throws {
        let journey = try Journey()
        journey.filter = { toServer, bytes in !(toServer && bytes[13] == 11) }
        journey.start()
        journey.run()
        #expect(journey.server.failure == .timeout(.awaitingCertificate))
        #expect(journey.client.failure == .timeout(.awaitingFinished))
    }
}
