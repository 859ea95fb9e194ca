import Peer
import SDP
import Testing

@Suite struct `An offer is refused` {
    static let bundle = Fixture.session + "a=group:BUNDLE 0 1\n"

    /// What was offered, why it can't be served, and the line at fault.
    static let refusals: [(String, Refusal.Code, Int?)] = [
        (Fixture.session, .noMediaSection, nil),
        (bundle + Fixture.data(mid: "0") + Fixture.audio(mid: "0"), .midDuplicate, 23),
        (Fixture.session + "a=group:BUNDLE 0 7\n" + Fixture.data(mid: "0"), .bundleUnknownMid, 5),
        (Fixture.session + "a=group:BUNDLE 0\na=group:BUNDLE 0\n" + Fixture.data(mid: "0"), .bundleOverlap, 6),
        (Fixture.session + Fixture.audio(mid: "0", "a=rtpmap:111 VP8/90000\n"), .payloadTypeConflict, 18),
        (Fixture.session + Fixture.audio(mid: "0", "a=extmap:1 urn:a\na=extmap:1 urn:b\n"), .headerExtensionConflict, 19),
        (Fixture.session + Fixture.audio(mid: "0", "a=msid:s one\na=msid:s two\n"), .msidConflict, 19),
        (Fixture.session + Fixture.audio(mid: "0", "a=rid:a send\na=simulcast:send a;b\n"), .ridUnknown, 19),
        (Fixture.session + Fixture.data(mid: "0").replacing("m=application 9", by: "m=application 0"), .mediaDisabled, 5),
        (Fixture.session + Fixture.audio(mid: "0").replacing("m=audio", by: "m=text"), .mediaUnsupported, 5),
        (Fixture.session + Fixture.audio(mid: "0").replacing("UDP/TLS/RTP/SAVPF", by: "UDP/BFCP"), .protocolUnsupported, 5),
        (Fixture.session + Fixture.audio(mid: "0").replacing("opus", by: "x").replacing("PCMU", by: "y"), .noCommonCodec, 5),
        (Fixture.session + Fixture.audio(mid: "0").replacing("a=rtcp-mux\n", by: ""), .rtcpMuxMissing, 5),
        (bundle + Fixture.data(mid: "0") + Fixture.audio(mid: "1").replacing("a=rtcp-mux\n", by: ""), .rtcpMuxMissing, 16),
        (Fixture.session + Fixture.data(mid: "0").replacing("sctp-port:5000", by: "sctp-port:0"), .sctpClosed, 13),
        (Fixture.session + Fixture.data(mid: "0").replacing("a=ice-ufrag:KjrS\n", by: ""), .iceUfragMissing, 5),
        (Fixture.session + Fixture.data(mid: "0").replacing("a=ice-pwd:fvlREecwksHfovMCOFOpDr6b\n", by: ""), .icePwdMissing, 5),
        (Fixture.session + Fixture.data(mid: "0").replacing("a=fingerprint:sha-256 \(Fixture.digits)\n", by: ""), .fingerprintMissing, 5),
        (Fixture.session + Fixture.data(mid: "0").replacing("sha-256 \(Fixture.digits)", by: sha1), .fingerprintWeak, 10),
        (Fixture.session + Fixture.data(mid: "0").replacing("sha-256 \(Fixture.digits)", by: "sha-9000 AA"), .fingerprintWeak, 10),
        (Fixture.session + Fixture.data(mid: "0").replacing("setup:actpass", by: "setup:holdconn"), .setupUnusable, 11),
    ]

    static let sha1 = "sha-1 " + Array(repeating: "AA", count: 20).joined(separator: ":")

    @Test(arguments: refusals)
    func `with a stable code, and the line where one is at fault`(text: String, code: Refusal.Code, line: Int?) throws {
        let refusal = try #require(try Fixture.refusal(of: text))
        #expect(refusal.code == code.rawValue)
        #expect(refusal.line == line)
        #expect(refusal.status == 422)
        #expect(refusal.message.hasSuffix("."))
        #expect(refusal.section?.hasPrefix("RFC ") == true)
    }

    @Test func `not for a weak fingerprint beside a strong one`() throws {
        let text = Fixture.session + Fixture.data(mid: "0", "a=fingerprint:\(Self.sha1)\n")
        #expect(try Fixture.answer(to: text).remote.fingerprints.count == 2)
    }

    @Test func `by the reason of a section that was meant to be used, before one that was switched off`() throws {
        let text =
            Fixture.session + Fixture.data(mid: "0").replacing("m=application 9", by: "m=application 0")
            + Fixture.audio(mid: "1").replacing("a=rtcp-mux\n", by: "")
        #expect(try Fixture.refusal(of: text)?.code == "rtcp-mux-missing")
    }

    @Test(arguments: [
        ("v=0\r\n", SDPError.Code.lineMissing, 400), (String(repeating: " ", count: 300_000), .tooLarge, 413),
        (Fixture.session + String(repeating: "m=audio 9 RTP/AVP 0\n", count: 65), .tooManyMediaSections, 422),
    ])
    func `with the status that fits where it is no description, or too large a one`(
        text: String, code: SDPError.Code, status: Int
    ) throws {
        let error = try #require(#expect(throws: SDPError.self) { try SessionDescription(parsing: text) })
        let refusal = Refusal(error)
        #expect(refusal.code == code.rawValue)
        #expect(refusal.status == status)
        #expect(refusal.line == error.line)
    }
}
