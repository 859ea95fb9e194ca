import Peer
import SDP
import Testing

@Suite struct `A trickled fragment` {
    static func remote() throws -> RemoteParameters {
        try Fixture.answer(
            to: Fixture.session + "a=group:BUNDLE 0 1\n" + Fixture.data(mid: "0") + Fixture.audio(mid: "1")
        ).remote
    }

    static let credentials = "a=ice-ufrag:KjrS\na=ice-pwd:fvlREecwksHfovMCOFOpDr6b\n"
    static let section = "m=audio 9 RTP/AVP 0\na=mid:0\n"
    static let candidate = "a=candidate:1 1 udp 1 192.0.2.9 5000 typ host\n"

    @Test(arguments: [
        credentials + section + candidate, section + credentials + candidate, section + candidate, candidate,
        "a=ice-ufrag:KjrS\n" + section + candidate, "m=audio 9 UDP/TLS/RTP/SAVPF 0\na=mid:0\n" + candidate,
    ])
    func `brings a candidate of the generation that runs, with its credentials or without`(text: String) throws {
        let trickle = try Negotiation.interpret(Fragment(parsing: text), for: Self.remote())
        guard case .candidates(let candidates, let setAside, let isEnd) = trickle else {
            Issue.record("a restart")
            return
        }
        #expect(candidates.map(\.candidate.port) == [5000])
        #expect(setAside.isEmpty)
        #expect(!isEnd)
    }

    @Test func `may end the candidates`() throws {
        let text = Self.credentials + Self.section + "a=end-of-candidates\n"
        guard case .candidates(let candidates, _, true) = try Negotiation.interpret(Fragment(parsing: text), for: Self.remote()) else {
            Issue.record("not the end")
            return
        }
        #expect(candidates.isEmpty)
    }

    @Test func `for a section whose transport is not used is set aside`() throws {
        let text = "m=audio 9 RTP/AVP 0\na=mid:1\n" + Self.candidate
        guard case .candidates(let candidates, let setAside, _) = try Negotiation.interpret(Fragment(parsing: text), for: Self.remote())
        else {
            Issue.record("a restart")
            return
        }
        #expect(candidates.isEmpty)
        #expect(setAside.map(\.reason) == [.otherTransport])
    }

    @Test func `brings no more candidates than are kept, those of the offer counted`() throws {
        var remote = try Self.remote()
        let line = try CandidateAttribute(parsing: "candidate:1 1 udp 1 192.0.2.9 5000 typ host")
        remote.candidates = Array(repeating: SignalledCandidate(line, mid: "0"), count: 63)
        let text = Self.section + Self.candidate + Self.candidate
        guard case .candidates(let candidates, let setAside, _) = try Negotiation.interpret(Fragment(parsing: text), for: remote) else {
            Issue.record("a restart")
            return
        }
        #expect(candidates.count == 1)
        #expect(setAside.map(\.reason) == [.beyondLimit])
    }

    @Test func `with new credentials restarts ICE, the rest staying as it was`() throws {
        let text =
            "a=ice-ufrag:newu\na=ice-pwd:newpasswordnewpasswordne\n" + Self.section
            + "a=candidate:1 1 udp 1 192.0.2.9 6000 typ host ufrag newu\na=candidate:1 1 udp 1 192.0.2.9 5000 typ host ufrag KjrS\n"
        let remote = try Self.remote()
        guard case .restart(let update) = try Negotiation.interpret(Fragment(parsing: text), for: remote) else {
            Issue.record("no restart")
            return
        }
        #expect(update.ufrag == "newu")
        #expect(update.candidates.map(\.candidate.port) == [6000])
        #expect(update.setAside.map(\.reason) == [.otherGeneration])
        #expect(update.fingerprints == remote.fingerprints)
        #expect(update.sctpPort == remote.sctpPort)
    }

    @Test(arguments: [
        ("a=ice-ufrag:newu\n", Refusal.Code.restartIncomplete), ("a=ice-pwd:newpasswordnewpasswordne\n", .restartIncomplete),
        ("a=ice-ufrag:newu\na=ice-pwd:fvlREecwksHfovMCOFOpDr6b\n", .restartReused),
        ("a=ice-ufrag:KjrS\na=ice-pwd:newpasswordnewpasswordne\n", .restartReused),
    ])
    func `with half of new credentials is refused`(text: String, code: Refusal.Code) throws {
        let fragment = try Fragment(parsing: text + Self.section)
        let remote = try Self.remote()
        let refusal = #expect(throws: Refusal.self) { _ = try Negotiation.interpret(fragment, for: remote) }
        #expect(refusal?.code == code.rawValue)
        #expect(refusal?.line == 1)
    }

    @Test func `answers a restart with our credentials and all our candidates`() throws {
        let fragment = Negotiation.restartAnswer(with: Fixture.local, for: try Self.remote())
        #expect(
            fragment.serialize() == """
                a=ice-ufrag:oursufrg\r
                a=ice-pwd:ourpasswordourpassword24\r
                a=ice-options:trickle\r
                m=application 9 RTP/AVP 0\r
                a=mid:0\r
                a=candidate:1 1 udp 2130706431 192.0.2.1 8189 typ host\r
                a=candidate:2 1 udp 1694498815 198.51.100.2 40000 typ srflx raddr 192.0.2.1 rport 8189\r
                a=end-of-candidates\r\n
                """)
    }
}
