import COpenSSL
import Crypt
import DTLS
import Testing
import Wire

private let path = Path(local: TransportAddress(IPAddress(10, 0, 0, 1), 1), remote: TransportAddress(IPAddress(10, 0, 0, 2), 2))

/// Our end against a peer of the test's making; the description vouches for its certificate.
private func meet(_ role: Role, _ settings: RawPeer.Settings, requiresSRTP: Bool = true, after: Duration = .seconds(3)) throws -> (
    End, RawPeer
) {
    let peer = try RawPeer(isServer: role == .client, settings)
    let certificate = peer.certificate
    let end = End(
        try Connection(
            role: role, identity: People.alice, expectedFingerprints: [Fingerprint(of: certificate.span)], requiresSRTP: requiresSRTP), path
    )
    peer.connect(with: end)
    // Where the first message was the fault, the end takes its time to believe it.
    if end.connection.state == .connecting { end.handleTimeout(at: .zero + after) }
    return (end, peer)
}

@Suite struct `Peers of many kinds` {
    @Test(arguments: [Role.client, .server])
    func `every key we take is taken, in either role`(role: Role) throws {
        let kinds: [(RawPeer.Key, String)] = [
            (.p256, "ECDSA"), (.p384, "ECDSA"), (.ed25519, "ECDSA"), (.rsa(bits: 2048, primes: 2), "RSA"),
            (.rsa(bits: 4096, primes: 4), "RSA"),
        ]
        for (key, name) in kinds {
            // The test's library serves DTLS with no such certificate.
            if case (.client, .ed25519) = (role, key) { continue }
            let (end, peer) = try meet(role, .init(key: key))
            #expect(end.connection.state == .connected, "\(key): \(String(describing: end.failure))")
            #expect(end.connection.summary?.remoteCertificate == peer.certificate)
            #expect(end.connection.summary?.srtpProfile == .aes128CMSHA1_80)
            #expect(end.connection.keyingMaterial()?.localSalt.count == 14)
            if role == .client { #expect(end.connection.summary?.cipherName.contains(name) == true) }
        }
    }

    @Test(arguments: [
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-SHA",
        "ECDHE-ECDSA-AES256-SHA",
    ])
    func `every suite we offer works with every curve`(suite: String) throws {
        for (groups, group) in [("X25519", "X25519"), ("P-256", "P-256"), ("P-384:P-256", "P-384")] {
            for role in [Role.client, .server] {
                let (end, peer) = try meet(role, .init(ciphers: suite, groups: groups))
                // X25519 alone lets the peer take no certificate on P-256.
                if groups == "X25519" {
                    #expect(end.connection.state != .connecting)
                    continue
                }
                #expect(end.connection.state == .connected, "\(suite) \(groups) \(role): \(String(describing: end.failure))")
                #expect(role == .client || end.connection.summary?.group == "P-256" || end.connection.summary?.group == group)
                #expect(end.send([1, 2, 3], at: .zero))
                let record = try #require(end.take().last)
                #expect(peer.handle(record) == [1, 2, 3])
            }
        }
    }

    @Test(arguments: [Role.client, .server])
    func `keys beyond the limits are refused by name`(role: Role) throws {
        let kinds: [(RawPeer.Key, CertificateProblem)] = [
            (.rsa(bits: 1024, primes: 2), .rsaKeySize(bits: 1024)), (.rsa(bits: 5120, primes: 4), .rsaKeySize(bits: 5120)),
        ]
        for (key, problem) in kinds {
            let (end, _) = try meet(role, .init(key: key))
            #expect(end.failure == .certificateRejected(problem))
            #expect(end.connection.keyingMaterial() == nil)
        }
    }

    @Test func `a certificate on a curve we do not speak is refused`() throws {
        let (end, _) = try meet(.server, .init(key: .p521, groups: "P-256:P-521"))
        #expect(end.connection.state == .failed)
        #expect(end.connection.keyingMaterial() == nil)
    }

    @Test(arguments: [Role.client, .server])
    func `a large certificate is taken up to 16 KiB and refused beyond`(role: Role) throws {
        let (good, _) = try meet(role, .init(bulk: 12_000))
        #expect(good.connection.state == .connected)
        #expect((good.connection.summary?.remoteCertificate.count ?? 0) > 12_000)
        for bulk in [16_384, 17_000, 60_000] {
            let (bad, _) = try meet(role, .init(bulk: bulk))
            guard case .certificateRejected(.tooLarge(let bytes)) = bad.failure else {
                #expect(Bool(false), "\(bulk): \(String(describing: bad.failure))")
                continue
            }
            #expect(bytes > bulk)
        }
    }

    @Test func `a client without a certificate is refused`() throws {
        let peer = try RawPeer(isServer: false, .init(key: nil))
        let end = End(try Connection(role: .server, identity: People.alice, expectedFingerprints: [People.bob.fingerprint]), path)
        peer.connect(with: end)
        #expect(end.failure == .certificateRejected(.missing))
    }

    @Test func `a peer without a common suite is told after the time of doubt, with what it offered`() throws {
        let (server, _) = try meet(.server, .init(ciphers: "ECDHE-ECDSA-AES128-CCM8"))
        #expect(server.failure == .noSharedCipher(offered: [0xc0ae, 0x00ff]))
        #expect(server.take().map { HandshakePeek($0.span).description } == ["alert fatal handshake_failure"])
        let (client, _) = try meet(.client, .init(ciphers: "ECDHE-ECDSA-AES128-CCM8"))
        #expect(client.failure == .peerAlert(Alert(level: .fatal, code: 40)))
    }

    @Test func `a peer without a common SRTP profile is refused where media are wanted`() throws {
        let none: [RawPeer.Settings] = [.init(profiles: nil), .init(profiles: "SRTP_AES128_CM_SHA1_32")]
        for settings in none {
            let (server, _) = try meet(.server, settings)
            #expect(server.failure == .noSRTPProfile(offered: settings.profiles == nil ? [] : [2]))
            let (client, _) = try meet(.client, settings)
            #expect(client.failure == .noSRTPProfile(offered: []))
            #expect(client.events.contains(.alertSent(Alert(level: .fatal, code: 40))))
            for role in [Role.client, .server] {
                let (end, _) = try meet(role, settings, requiresSRTP: false)
                #expect(end.connection.state == .connected)
                #expect(end.connection.keyingMaterial() == nil && end.connection.summary?.srtpProfile == nil)
            }
        }
    }

    @Test func `DTLS 1.0 is refused by name`() throws {
        let (server, _) = try meet(.server, .init(ciphers: "ECDHE-ECDSA-AES128-SHA@SECLEVEL=0", version: DTLS1_VERSION))
        #expect(server.failure == .versionMismatch(offered: [0xfeff]))
        let (client, _) = try meet(.client, .init(ciphers: "ECDHE-ECDSA-AES128-SHA@SECLEVEL=0", version: DTLS1_VERSION))
        #expect(client.failure == .versionMismatch(offered: []))
    }

    @Test func `a hello in many fragments is put together, whatever their order`() throws {
        let peer = try RawPeer(isServer: false, .init(bulk: 3000, mtu: 256))
        let certificate = peer.certificate
        let end = End(
            try Connection(role: .server, identity: People.alice, expectedFingerprints: [Fingerprint(of: certificate.span)]), path)
        end.start(at: .zero)
        peer.handle([])
        var rounds = 0
        while !peer.isConnected, rounds < 10 {
            rounds += 1
            let records = peer.take()
            let cut = records.flatMap { split($0, into: 40) }
            for record in cut.reversed() { end.handle(record, at: .zero) }
            for record in cut { end.handle(record, at: .zero) }
            for datagram in end.take() { peer.handle(datagram) }
        }
        #expect(end.connection.state == .connected, "\(String(describing: end.failure))")
        #expect(rounds <= 3)
    }

    @Test func `records of 16 KiB are delivered whole`() throws {
        let (end, peer) = try meet(.server, .init())
        let data = [UInt8](repeating: 9, count: 16_384)
        peer.send(data)
        for record in peer.take() { end.handle(record, at: .zero) }
        #expect(end.delivered == [data])
    }

    @Test(arguments: [Role.client, .server])
    func `renegotiation is refused and the connection lives`(role: Role) throws {
        let (end, peer) = try meet(role, .init())
        _ = peer.take()
        #expect(SSL_renegotiate(peer.ssl) == 1)
        SSL_do_handshake(peer.ssl)
        let attempt = peer.take()
        #expect(!attempt.isEmpty)
        for record in attempt { end.handle(record, at: .zero) }
        #expect(end.connection.state == .connected)
        #expect(end.events.contains(.alertSent(Alert(level: .warning, code: 100))))
    }
}

/// Cuts the handshake messages in a record in the clear into records of `size` bytes of body; other records stay.
func split(_ record: [UInt8], into size: Int) -> [[UInt8]] {
    guard record.count > 25, record[0] == 22, record[3] == 0, record[4] == 0 else { return [record] }
    var reader = FragmentReader(record.span.extracting(droppingFirst: 13))
    var result: [[UInt8]] = []
    while let fragment = reader.next() {
        let body = Array(record[13 + fragment.body.lowerBound..<13 + fragment.body.upperBound])
        for start in stride(from: 0, to: max(1, body.count), by: size) {
            let part = body[start..<min(start + size, body.count)]
            var bytes: [UInt8] = Array(record[..<11])
            bytes.appendBigEndian(UInt16(12 + part.count))
            bytes.append(fragment.type.rawValue)
            bytes += [UInt8(fragment.messageCount >> 16), UInt8(fragment.messageCount >> 8 & 255), UInt8(fragment.messageCount & 255)]
            bytes.appendBigEndian(fragment.messageSequence)
            let offset = fragment.offset + start
            bytes += [UInt8(offset >> 16), UInt8(offset >> 8 & 255), UInt8(offset & 255)]
            bytes += [0, UInt8(part.count >> 8), UInt8(part.count & 255)]
            result.append(bytes + part)
        }
    }
    return result
}
