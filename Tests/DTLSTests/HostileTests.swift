import Corpora
import Crypt
import DTLS
import Foundation
import Testing
import Wire

/// Records and what looks like records, none of them the peer's.
enum Attacks {
    /// Made for this project; the corpus holds the same bytes.
    static let own: [(name: String, bytes: [UInt8])] = [
        ("header alone", hex("16fefd00000000000000000000")),
        ("application data in the clear", hex("17fefd0000000000000000000464617461")),
        ("change of cipher spec", hex("14fefd0000000000000000000101")),
        ("length beyond the datagram", hex("16fefd0000000000000000ffff7878787878787878787878787878787878787878787878787878")),
        ("HelloVerifyRequest", hex("16feff0000000000000000000f03000003000000000000000003feff00")),
        (
            "hello of DTLS 1.0",
            hex("16feff0000000000000000003c010000300000000000000030feff") + (0..<32) + hex("00000008c02bc02fc009c01301000000")
        ),
        (
            "hello without suites of ours",
            hex("16feff000000000000000000360100002a000000000000002afefd") + (0..<32) + hex("00000002000001000000")
        ),
        (
            "hello without SRTP",
            hex("16feff0000000000000000003c010000300000000000000030fefd") + (0..<32) + hex("00000008c02bc02fc009c01301000000")
        ),
        ("fatal alert", hex("15fefd000000000000000000020228")),
        ("close_notify in the clear", hex("15fefd00000000000000000002 0100")),
        ("alert of no level", hex("15fefd000000000000000000020928")),
        ("alert of one byte", hex("15fefd0000000000000000000102")),
        ("heartbeat", hex("18fefd000000000000000000050100024142")),
        ("record of epoch 2", hex("16fefd000200000000000000030102 03")),
        ("fragment beyond its message", hex("16fefd0000000000000000000e0100000100000000ff00000200 00")),
        ("fragment without bytes", hex("16fefd0000000000000000000c0b0001000001000000000000")),
        ("message of 16 MiB", hex("16fefd0000000000000000000d01ffffff000000000000000100")),
        ("Finished in the clear", hex("16fefd00000000000000000018 14 00000c000300000000000c 000102030405060708090a0b")),
        ("late number", hex("16fefdffffffffffffffff00 0100")),
        ("DTLS 1.3 unified header", hex("2f0001001000112233445566778899aabbccddeeff")),
        ("nothing", []),
        ("one byte", [22]),
    ]

    static let corpus: [(name: String, bytes: [UInt8])] = {
        guard let folder = Corpus.root?.appendingPathComponent("dtls"),
            let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
        else { return [] }
        return names.sorted().filter { $0.hasSuffix(".bin") }.map { ($0, Corpus.bytes("dtls/\($0)")) }
    }()
}

func hex(_ text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

@Suite struct `Hostile datagrams` {
    enum Moment: CaseIterable { case beforeServer, beforeClient, afterHello, afterServerFlight, afterwards }

    /// Injects `bytes` at one moment of a handshake and says whether both ends connect in spite of them.
    private func survives(_ datagrams: [[UInt8]], at moment: Moment) throws -> Journey {
        let journey = try Journey(link: Link(delay: .milliseconds(10)))
        switch moment {
        case .beforeServer:
            journey.server.handle(datagrams, at: journey.now)
            journey.start()
        case .beforeClient:
            journey.start()
            journey.client.handle(datagrams, at: journey.now)
        case .afterHello:
            journey.start()
            journey.run { !journey.server.sent.isEmpty }
            journey.server.handle(datagrams, at: journey.now)
        case .afterServerFlight:
            journey.start()
            journey.run { journey.client.sent.count > 1 }
            journey.client.handle(datagrams, at: journey.now)
            journey.server.handle(datagrams, at: journey.now)
        case .afterwards:
            journey.connect()
            journey.client.handle(datagrams, at: journey.now)
            journey.server.handle(datagrams, at: journey.now)
        }
        journey.collect()
        journey.run { journey.isConnected }
        return journey
    }

    @Test(arguments: Moment.allCases)
    func `a handshake survives every attack of ours, at every moment`(moment: Moment) throws {
        for attack in Attacks.own {
            let journey = try survives([attack.bytes], at: moment)
            #expect(
                journey.isConnected,
                "\(attack.name): client \(journey.client.connection.state) \(String(describing: journey.client.failure)), server \(String(describing: journey.server.failure))"
            )
            #expect(journey.client.delivered.isEmpty && journey.server.delivered.isEmpty)
            #expect(journey.now < .zero + .seconds(4), "\(attack.name) costs \(journey.now)")
        }
    }

    @Test(.enabled(if: Corpus.isPresent, "the corpora are not there"), arguments: Moment.allCases)
    func `a handshake survives the corpus, at every moment`(moment: Moment) throws {
        #expect(Attacks.corpus.count > 100)
        for start in stride(from: 0, to: Attacks.corpus.count, by: 6) {
            let files = Attacks.corpus[start..<min(start + 6, Attacks.corpus.count)]
            let journey = try survives(files.map(\.bytes), at: moment)
            #expect(
                journey.isConnected,
                "\(files.map(\.name)): client \(String(describing: journey.client.failure)), server \(String(describing: journey.server.failure))"
            )
        }
    }

    @Test func `a forged alert only shortens the wait: believed after two seconds of silence`() throws {
        let journey = try Journey()
        journey.client.start(at: .zero)
        journey.client.handle(Attacks.own.first { $0.name == "fatal alert" }!.bytes, at: .zero)
        let alert = Alert(level: .fatal, code: 40)
        #expect(journey.client.events.contains(.alertReceived(alert, isAuthenticated: false)))
        #expect(journey.client.connection.state == .connecting)
        journey.client.handleTimeout(at: .zero + .milliseconds(1999))
        #expect(journey.client.connection.state == .connecting)
        #expect(journey.client.connection.nextDeadline.map { $0 <= .zero + .seconds(2) } == true)
        journey.client.handleTimeout(at: .zero + .seconds(2))
        #expect(journey.client.failure == .peerAlert(alert))
    }

    @Test func `broken hellos without end are forgiven eight times, then the handshake ends`() throws {
        let journey = try Journey()
        let hello = Attacks.own.first { $0.name == "hello without SRTP" }!.bytes
        for number in 0...Connection.restartsLimit {
            #expect(journey.server.connection.state != .failed, "\(number)")
            journey.server.handle(hello, at: .zero)
        }
        #expect(journey.server.failure == .noSRTPProfile(offered: []))
        #expect(journey.server.connection.counters.restarts == Connection.restartsLimit)
    }

    @Test func `anything at any time: no trap, no delivery, bounded answers`() throws {
        for seed in 1...60 as ClosedRange<UInt64> {
            var random = RandomSource.seeded(seed)
            let journey = try Journey(seed: seed)
            journey.start()
            var answered = 0
            for step in 0..<60 {
                var bytes = random.bytes(Int(random.next() % 200))
                // Two thirds look like records, of both epochs and all types.
                if step % 3 != 0, bytes.count > 26 {
                    bytes[0] = UInt8(20 + random.next() % 5)
                    (bytes[1], bytes[2]) = (0xfe, 0xfd)
                    (bytes[3], bytes[4]) = (0, UInt8(random.next() % 3))
                    let count = bytes.count - 13
                    (bytes[11], bytes[12]) = (UInt8(count >> 8), UInt8(count & 255))
                    if bytes[0] == 22, bytes[4] == 0 {
                        bytes[13] = [1, 2, 3, 11, 12, 13, 14, 15, 16, 20, 0, 4][Int(random.next() % 12)]
                        let body = count - 12
                        (bytes[14], bytes[15], bytes[16]) = (0, UInt8(body >> 8), UInt8(body & 255))
                        (bytes[17], bytes[18]) = (0, UInt8(random.next() % 4))
                        (bytes[19], bytes[20], bytes[21]) = (0, 0, 0)
                        (bytes[22], bytes[23], bytes[24]) = (0, UInt8(body >> 8), UInt8(body & 255))
                    }
                }
                let end = random.next() % 2 == 0 ? journey.client : journey.server
                end.handle(bytes, at: journey.now)
                answered += end.take().count
                if step % 20 == 19 { journey.run(for: .milliseconds(100)) }
            }
            #expect(journey.client.delivered.isEmpty && journey.server.delivered.isEmpty)
            #expect(answered < 200)
        }
    }

    @Test func `flipping any byte of any datagram of a handshake never connects two ends that disagree`() throws {
        for seed in 1...60 as ClosedRange<UInt64> {
            var random = RandomSource.seeded(seed)
            let journey = try Journey(seed: seed, link: Link(delay: .milliseconds(5)))
            journey.mutate = { bytes in
                guard random.next() % 4 == 0, !bytes.isEmpty else { return }
                bytes[Int(random.next() % UInt64(bytes.count))] ^= UInt8(1 + random.next() % 255)
            }
            journey.start()
            journey.run { journey.isConnected || journey.client.failure != nil && journey.server.failure != nil }
            if journey.isConnected {
                #expect(journey.client.connection.keyingMaterial()?.localKey == journey.server.connection.keyingMaterial()?.remoteKey)
                #expect(journey.client.connection.summary?.remoteCertificate == People.bob.certificate)
            }
        }
    }
}
