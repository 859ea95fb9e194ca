import Corpora
import Foundation
import ICE
import STUN
import Simulator
import Testing
import Wire

/// Any bytes at any time: no trap, no state, no harm to a session.
@Suite struct HostileTests {
    @Test(arguments: 0..<30 as Range<UInt64>)
    func `Random and mutated datagrams harm no session`(seed: UInt64) {
        var random = RandomSource.seeded(seed)
        var peer = ConsentTests.session()
        let valid = Self.validRequest(of: peer)
        for _ in 0..<300 {
            var bytes: [UInt8]
            if random.next() % 2 == 0 {
                bytes = random.bytes(Int(random.next() % 150))
            } else {
                bytes = valid
                for _ in 0..<(1 + random.next() % 5) {
                    bytes[Int(random.next() % UInt64(bytes.count - 8))] = UInt8(truncatingIfNeeded: random.next())
                }
                // FINGERPRINT, the last eight bytes, is under no key: without it the message is as good. What happens to be the same message is no attack.
                if bytes == valid { continue }
            }
            let path = random.next() % 3 == 0 ? NominationTests.path(UInt16(truncatingIfNeeded: random.next())) : ScriptedPeer.path
            peer.feed(bytes, from: path)
            #expect(peer.sent.isEmpty)
        }
        #expect(peer.agent.state == .completed)
        #expect(peer.agent.pairs.count == 1)
        #expect(peer.agent.remoteCandidates.count == 1)
        #expect(peer.agent.role == .controlled)
    }

    static func validRequest(of peer: ScriptedPeer) -> [UInt8] {
        MessageBuilder.message(.bindingRequest, TransactionID(high: 3, low: 3)) { message in
            message.add(.username, text: peer.username)
            message.add(.priority, 77 as UInt32)
            message.add(.iceControlling, 5 as UInt64)
            message.addFlag(.useCandidate)
            message.finish(integrity: IntegrityKey(shortTermPassword: peer.agent.localCredentials.password))
            message.finishWithFingerprint()
        }
    }

    @Test func `Every prefix of a valid request is refused, and the whole is not`() {
        var peer = ScriptedPeer()
        let valid = Self.validRequest(of: peer)
        for count in 0..<valid.count {
            peer.feed(Array(valid.prefix(count)))
            #expect(peer.sent.isEmpty)
        }
        peer.feed(valid)
        #expect(peer.sent.count == 2)
    }

    @Test(.enabled(if: Corpus.isPresent, "the corpora are not beside the project"))
    func `No message of the corpus gets an answer or changes a session`() throws {
        struct Entry: Decodable { let file: String }
        let manifest = Corpus.bytes("stun/manifest.json")
        let entries = try JSONDecoder().decode([Entry].self, from: Data(manifest))
        for isUp in [false, true] {
            var peer = isUp ? ConsentTests.session() : ScriptedPeer()
            for entry in entries {
                let bytes = Corpus.bytes("stun/" + entry.file)
                for path in [ScriptedPeer.path, NominationTests.path(9)] {
                    peer.feed(bytes, from: path)
                    #expect(peer.sent.isEmpty, "\(entry.file)")
                }
            }
            #expect(peer.agent.state == (isUp ? .completed : .checking))
            #expect(peer.agent.pairs.count == (isUp ? 1 : 0))
        }
    }

    @Test(arguments: 0..<10 as Range<UInt64>)
    func `Calls that come early, late or twice are harmless`(seed: UInt64) {
        var random = RandomSource.seeded(seed)
        var peer = ConsentTests.session(seed % 2 == 0 ? .controlled : .controlling)
        for _ in 0..<500 {
            // Mostly early, at times seconds late, never so late that consent is gone.
            peer.now = peer.now + .milliseconds(Int64(random.next() % (random.next() % 10 == 0 ? 9000 : 300)))
            var outbox = Outbox()
            for _ in 0...(random.next() % 3) { peer.agent.handleTimeout(at: peer.now, into: &outbox) }
            #expect(outbox.datagrams.count <= 2)
            for datagram in outbox.datagrams {
                guard let check = ScriptedPeer.Sent(outbox.withBytes(of: datagram) { $0.array }, datagram.path) else { continue }
                peer.answer(check)
            }
        }
        #expect(peer.agent.state == .completed)
    }

    @Test func `A fragment too long for any message is never sent, and traps nothing`() {
        var peer = ScriptedPeer(knowsPeer: false)
        let long = Credentials(ufrag: String(repeating: "u", count: 70_000), password: "p")
        peer.agent.setRemote(credentials: long, isLite: false, at: .zero)
        peer.agent.addRemoteCandidate(.host(ScriptedPeer.remote), at: .zero)
        peer.advance(.seconds(60))
        #expect(peer.sent.isEmpty)
        #expect(peer.agent.state == .failed)
    }

    /// The peer itself gone mad: authenticated, and anything else at random. Bounds and invariants hold throughout.
    @Test(arguments: 0..<40 as Range<UInt64>)
    func `An authenticated peer that does anything stays within bounds`(seed: UInt64) {
        var random = RandomSource.seeded(seed)
        var peer = ScriptedPeer(random.next() % 2 == 0 ? .controlled : .controlling, knowsPeer: random.next() % 4 > 0)
        var outstanding: [ScriptedPeer.Sent] = []
        for step in 0..<250 {
            let path = NominationTests.path(UInt16(6000 + random.next() % 40))
            switch random.next() % 12 {
            case 0...3:
                let claims = random.next() % 3
                peer.request(
                    on: path, useCandidate: random.next() % 2 == 0, controlling: claims == 0 ? random.next() : nil,
                    controlled: claims == 1 ? random.next() : nil, priority: UInt32(truncatingIfNeeded: random.next()))
            case 4...6:
                if let check = outstanding.randomElement(using: &random) {
                    let error: ErrorCode? = random.next() % 4 == 0 ? .roleConflict : random.next() % 8 == 0 ? .badRequest : nil
                    peer.answer(check, from: random.next() % 10 == 0 ? path : nil, error: error)
                }
            case 7:
                peer.agent.addRemoteCandidate(
                    Candidate(
                        kind: .host, address: path.remote, priority: UInt32(truncatingIfNeeded: random.next()), foundation: "\(step)"),
                    at: peer.now)
            case 8:
                if random.next() % 4 == 0 {
                    peer.agent.setRemote(credentials: peer.credentials, isLite: random.next() % 8 == 0, at: peer.now)
                }
            case 9:
                if random.next() % 20 == 0 {
                    peer.agent.restart(local: peer.agent.localCredentials, remote: peer.credentials, at: peer.now)
                }
            case 10:
                peer.agent.noteReceived(bytes: 100, on: path, at: peer.now)
            default:
                peer.advance(.milliseconds(Int64(random.next() % 3000)))
            }
            outstanding += peer.requests
            if outstanding.count > 100 { outstanding.removeFirst(50) }
            #expect(peer.sent.count < 2000)
            #expect(peer.agent.pairs.count { $0.generation == peer.agent.generation } <= 2 * Limits.candidatePairs)
            #expect(peer.agent.localCandidates.count <= Limits.localCandidates)
            if let path = peer.agent.selectedPath { #expect(peer.agent.isValid(path)) }
            let valid = peer.agent.pairs.filter { $0.isValid && $0.generation == peer.agent.generation }
            for pair in valid { #expect(peer.agent.isValid(pair.path)) }
            #expect(peer.agent.pairs.count(where: \.isSelected) <= 1)
        }
    }
}
