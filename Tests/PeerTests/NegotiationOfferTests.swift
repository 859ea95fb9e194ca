import DTLS
import Peer
import SDP
import Testing

@Suite struct `An offer of ours` {
    @Test func `for data says what an offer of a browser says`() {
        let offer = Negotiation.offer(with: Fixture.local)
        #expect(
            offer.serialize() == """
                v=0\r
                o=- 4611686018427387904 1 IN IP4 0.0.0.0\r
                s=-\r
                t=0 0\r
                a=group:BUNDLE 0\r
                a=ice-options:trickle ice2\r
                m=application 40000 UDP/DTLS/SCTP webrtc-datachannel\r
                c=IN IP4 198.51.100.2\r
                a=mid:0\r
                a=ice-ufrag:oursufrg\r
                a=ice-pwd:ourpasswordourpassword24\r
                a=fingerprint:sha-256 \(Fixture.digits)\r
                a=setup:actpass\r
                a=candidate:1 1 udp 2130706431 192.0.2.1 8189 typ host\r
                a=candidate:2 1 udp 1694498815 198.51.100.2 40000 typ srflx raddr 192.0.2.1 rport 8189\r
                a=end-of-candidates\r
                a=sctp-port:5000\r
                a=max-message-size:262144\r\n
                """)
    }

    @Test(arguments: [(true, false, false), (false, true, false), (true, true, true), (false, false, true)])
    func `is answered by ourselves, and its answer accepted`(data: Bool, audio: Bool, video: Bool) throws {
        let offer = Negotiation.offer(with: Fixture.local, data: data, audio: audio, video: video)
        #expect(try SessionDescription(parsing: offer.serialize()) == offer)
        var other = Fixture.local
        other.ufrag = "theirufr"
        other.password = "theirpasswordtheirpasswo"
        let (answer, remote) = try Negotiation.answer(to: offer, with: other)
        #expect(remote.ufrag == "oursufrg")
        #expect(remote.dtlsRole == .client)
        #expect(remote.candidates.count == 2)
        #expect(remote.endOfCandidates)
        #expect(remote.supportsTrickle)
        #expect(fits(answer, offer) == [])
        let accepted = try Negotiation.accept(answer: answer, to: offer)
        #expect(accepted.ufrag == "theirufr")
        #expect(accepted.dtlsRole == .server)
        #expect(accepted.hasData == data)
        #expect(accepted.sctpPort == (data ? 5000 : nil))
        #expect(accepted.candidates.count == 2)
        #expect(!accepted.media.contains { !$0.isAccepted })
    }

    @Test func `is met by an answer that rejects a part of it`() throws {
        let offer = Negotiation.offer(with: Fixture.local, data: true, audio: true)
        var (answer, _) = try Negotiation.answer(to: offer, with: Fixture.local)
        answer.media[0].port = 0
        answer.attributes.removeAll { $0.attribute.name == "group" }
        answer.append(.group(Group(semantics: "BUNDLE", mids: ["1"])))
        let remote = try Negotiation.accept(answer: answer, to: offer)
        #expect(remote.media.map(\.isAccepted) == [false, true])
        #expect(remote.hasData)
        #expect(remote.tag == "1")
    }

    /// What is done to a fitting answer, and why it is refused then.
    static let misfits: [(String, @Sendable (inout SessionDescription) -> Void, Refusal.Code)] = [
        ("a section too few", { $0.media.removeLast() }, .answerMismatch),
        ("a section too many", { $0.media.append($0.media[0]) }, .answerMismatch),
        ("another kind", { $0.media[1].kind = "video" }, .answerMismatch),
        ("another protocol", { $0.media[1].protocolName = "DTLS/SCTP" }, .answerMismatch),
        ("sections swapped", { $0.media.swapAt(0, 1) }, .answerMismatch),
        ("all rejected", { for index in $0.media.indices { $0.media[index].port = 0 } }, .answerRejectsAll),
        (
            "no choice of role",
            { for index in $0.media.indices { $0.media[index].replace("setup", by: .setup(.actpass)) } }, .setupUnusable
        ),
        ("no password", { for index in $0.media.indices { $0.media[index].replace("ice-pwd", by: nil) } }, .icePwdMissing),
    ]

    @Test(arguments: misfits)
    func `refuses an answer that does not fit`(
        name: String, change: @Sendable (inout SessionDescription) -> Void, code: Refusal.Code
    ) throws {
        let offer = Negotiation.offer(with: Fixture.local, data: true, audio: true)
        var (answer, _) = try Negotiation.answer(to: offer, with: Fixture.local)
        change(&answer)
        let refusal = #expect(throws: Refusal.self) { try Negotiation.accept(answer: answer, to: offer) }
        #expect(refusal?.code == code.rawValue, "\(name)")
    }

    @Test func `takes an answer without a setup for a passive one, as RFC 4145 does`() throws {
        let offer = Negotiation.offer(with: Fixture.local)
        var (answer, _) = try Negotiation.answer(to: offer, with: Fixture.local)
        answer.media[0].replace("setup", by: nil)
        #expect(try Negotiation.accept(answer: answer, to: offer).dtlsRole == .client)
    }
}

extension MediaDescription {
    mutating func replace(_ name: String, by attribute: Attribute?) {
        attributes.removeAll { $0.attribute.name == name }
        if let attribute { append(attribute) }
    }
}
