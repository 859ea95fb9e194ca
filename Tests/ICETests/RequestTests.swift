import ICE
import STUN
import Testing
import Wire

/// What a request does, by what it carries (RFC 8445 §7.3; SECURITY A3, A5, A8).
@Suite struct RequestTests {
    /// A request that is not served: how it is made, the reason that is counted.
    struct Bad: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let reason: RejectedRequest
        let send: @Sendable (inout ScriptedPeer) -> Void
    }

    static let silent: [Bad] = [
        Bad(testDescription: "no USERNAME", reason: .noIntegrity) { $0.request(username: .some(nil)) },
        Bad(testDescription: "no MESSAGE-INTEGRITY", reason: .noIntegrity) { $0.request(password: .some(nil)) },
        Bad(testDescription: "neither", reason: .noIntegrity) { $0.request(username: .some(nil), password: .some(nil)) },
        Bad(testDescription: "another password", reason: .wrongPassword) { $0.request(password: "not our own password") },
        Bad(testDescription: "the peer's password", reason: .wrongPassword) { $0.request(password: $0.credentials.password) },
        Bad(testDescription: "another local half", reason: .unknownUsername) { $0.request(username: "oursour:peer") },
        Bad(testDescription: "another remote half", reason: .unknownUsername) { $0.request(username: "oursours:pear") },
        Bad(testDescription: "a longer remote half", reason: .unknownUsername) { $0.request(username: "oursours:peers") },
        Bad(testDescription: "the halves swapped", reason: .unknownUsername) { $0.request(username: "peer:oursours") },
        Bad(testDescription: "our half alone", reason: .unknownUsername) { $0.request(username: "oursours") },
        Bad(testDescription: "another method", reason: .notBinding) { peer in
            peer.feed(MessageBuilder.message(.init(.request, .allocate), TransactionID(high: 1, low: 1)))
        },
        Bad(testDescription: "no STUN", reason: .malformed) { $0.feed([0, 1, 2, 3]) },
        Bad(testDescription: "a wrong fingerprint", reason: .wrongFingerprint) { peer in
            let (username, password) = (peer.username, peer.agent.localCredentials.password)
            var bytes = MessageBuilder.message(.bindingRequest, TransactionID(high: 1, low: 1)) { message in
                message.add(.username, text: username)
                message.finish(integrity: IntegrityKey(shortTermPassword: password))
                message.finishWithFingerprint()
            }
            bytes[bytes.count - 1] ^= 1
            peer.feed(bytes)
        },
    ]

    @Test(arguments: silent)
    func `A request that proves nothing gets no answer and leaves no trace but a count`(bad: Bad) {
        var peer = ScriptedPeer()
        let deadline = peer.agent.nextDeadline
        bad.send(&peer)
        #expect(peer.sent.isEmpty)
        #expect(peer.rejections(bad.reason) == 1)
        #expect(peer.agent.pairs.isEmpty)
        #expect(peer.agent.remoteCandidates.isEmpty)
        #expect(!peer.agent.isValid(ScriptedPeer.path))
        #expect(!peer.agent.isAuthenticated(ScriptedPeer.path))
        #expect(peer.agent.nextDeadline == deadline)
        let told = peer.facts.contains { if case .requestRejected(bad.reason, ScriptedPeer.path) = $0 { true } else { false } }
        #expect(told)
    }

    @Test(arguments: silent)
    func `It harms no session that is up`(bad: Bad) {
        var peer = ScriptedPeer()
        peer.validate(useCandidate: true)
        #expect(peer.agent.state == .completed)
        let before = (peer.agent.selectedPath, peer.pair()?.requestsReceived, peer.agent.nextDeadline)
        bad.send(&peer)
        #expect(peer.sent.isEmpty)
        #expect(peer.agent.state == .completed)
        #expect((peer.agent.selectedPath, peer.pair()?.requestsReceived, peer.agent.nextDeadline) == before)
    }

    @Test func `A flood of them tells one fact a second and counts all`() {
        var peer = ScriptedPeer()
        for _ in 0..<1000 {
            peer.now = peer.now + .milliseconds(3)
            peer.request(password: "wrong")
        }
        let told = peer.facts.count { if case .requestRejected = $0 { true } else { false } }
        #expect(told == 3)
        #expect(peer.rejections(.wrongPassword) == 1000)
    }

    @Test func `An authenticated check is answered with its source, signed, and checked back at once`() throws {
        var peer = ScriptedPeer()
        peer.request()
        let response = try #require(peer.responses.first)
        #expect(response.type == .bindingSuccess)
        #expect(response.mapped == ScriptedPeer.remote)
        #expect(response.path == ScriptedPeer.path)
        let signed = try Message(parsing: response.bytes.span).integrity(under: IntegrityKey(shortTermPassword: "our own password, long"))
        #expect(signed == .valid)
        let check = try #require(peer.requests.first)
        #expect(check.username == "peer:oursours")
        #expect(check.path == ScriptedPeer.path)
        #expect(check.controlled == 1000)
        #expect(check.controlling == nil)
        #expect(!check.useCandidate)
        #expect(check.priority == 0x6eff_ffff)
        #expect(peer.agent.isAuthenticated(ScriptedPeer.path))
        #expect(!peer.agent.isValid(ScriptedPeer.path))
        peer.answer(check)
        #expect(peer.agent.isValid(ScriptedPeer.path))
        #expect(!peer.agent.isAuthenticated(ScriptedPeer.path))
        #expect(peer.agent.state == .connected)
        #expect(peer.agent.selectedPath == ScriptedPeer.path)
    }

    @Test func `A source that was not signalled is a peer-reflexive candidate with the check's priority`() throws {
        var peer = ScriptedPeer()
        peer.request(priority: 0x1234_5678)
        let remote = try #require(peer.agent.remoteCandidates.first)
        #expect(remote.candidate.kind == .peerReflexive)
        #expect(remote.candidate.priority == 0x1234_5678)
        #expect(remote.candidate.address == ScriptedPeer.remote)
        #expect(!remote.wasSignalled)
        #expect(remote.disposition == .paired(1))
    }

    @Test func `Without PRIORITY or FINGERPRINT a check is served all the same`() {
        var peer = ScriptedPeer()
        peer.request(priority: nil, fingerprint: false)
        #expect(peer.responses.first?.type == .bindingSuccess)
    }

    @Test func `An attribute that must be understood and is not is answered with 420, signed`() throws {
        var peer = ScriptedPeer()
        peer.request { $0.add(AttributeType(rawValue: 0x7777), 1 as UInt32) }
        let response = try #require(peer.sent.first)
        #expect(peer.sent.count == 1)
        #expect(response.error == .unknownAttribute)
        #expect(response.unknown == [0x77, 0x77])
        let signed = try Message(parsing: response.bytes.span).hasIntegrity
        #expect(signed)
        #expect(peer.agent.pairs.isEmpty)
    }

    @Test func `Both roles at once are a bad request`() {
        var peer = ScriptedPeer()
        peer.request(controlling: 1, controlled: 2)
        #expect(peer.sent.map(\.error) == [.badRequest])
        #expect(peer.agent.pairs.isEmpty)
    }

    @Test func `A repeated check does not multiply ours`() {
        var peer = ScriptedPeer()
        for _ in 0..<10_000 {
            peer.now = peer.now + .milliseconds(1)
            peer.request()
        }
        // After 0, 25, 75, 175, 375, 775 ms and then every 800 ms.
        #expect((17...19).contains(peer.pair()?.requestsSent ?? 0))
        #expect(peer.pair()?.responsesSent == 10_000)
    }

    @Test func `An indication is counted and nothing more`() {
        var peer = ScriptedPeer()
        peer.feed(MessageBuilder.message(.bindingIndication, TransactionID(high: 1, low: 1)))
        #expect(peer.sent.isEmpty)
        #expect(peer.agent.counters.indicationsReceived == 1)
    }

    // MARK: Before the description

    @Test func `A check before the description is answered, and acted upon with it`() {
        var peer = ScriptedPeer(knowsPeer: false)
        #expect(peer.agent.state == .new)
        peer.request(useCandidate: true)
        #expect(peer.sent.map(\.type) == [.bindingSuccess])
        #expect(peer.agent.state == .checking)
        #expect(peer.agent.isAuthenticated(ScriptedPeer.path))
        peer.agent.setRemote(credentials: peer.credentials, isLite: false, at: peer.now)
        peer.advance(.zero)
        #expect(peer.requests.count == 1)
        for check in peer.requests { peer.answer(check) }
        #expect(peer.agent.state == .completed)
    }

    @Test func `A check before the description whose other half turns out wrong is forgotten`() {
        var peer = ScriptedPeer(knowsPeer: false)
        peer.request(username: "oursours:mallory")
        #expect(peer.sent.count == 1)
        peer.agent.setRemote(credentials: peer.credentials, isLite: false, at: peer.now)
        peer.advance(.seconds(1))
        #expect(peer.sent.isEmpty)
        #expect(peer.rejections(.unknownUsername) == 1)
        #expect(peer.agent.pairs.isEmpty)
    }

    @Test func `Checks before the description are kept from a bounded number of sources`() {
        var peer = ScriptedPeer(knowsPeer: false)
        for port in 1...100 as ClosedRange<UInt16> {
            peer.request(on: Path(local: ScriptedPeer.local, remote: TransportAddress(ScriptedPeer.remote.ip, port)))
        }
        #expect(peer.rejections(.tooManySources) == 84)
        peer.agent.setRemote(credentials: peer.credentials, isLite: false, at: peer.now)
        #expect(peer.agent.pairs.count == 16)
    }
}
