import SDP
import Testing

@Suite struct `A trickle fragment` {
    static let text = """
        a=ice-options:trickle ice2\r
        a=group:BUNDLE 0 1\r
        a=ice-ufrag:EsAw\r
        a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r
        m=audio 9 RTP/AVP 0\r
        a=mid:0\r
        a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0 ufrag EsAw network-id 1\r
        a=candidate:3471623853 1 udp 2122194687 198.51.100.2 61765 typ host generation 0 ufrag EsAw network-id 2\r
        a=end-of-candidates\r\n
        """

    @Test func `is read and written as RFC 9725 shows it`() throws {
        let fragment = try Fragment(parsing: Self.text)
        #expect(fragment.ufrag == "EsAw")
        #expect(fragment.password == "P2uYro0UCOQ4zxjKXaWCBui1")
        #expect(fragment.iceOptions == ["trickle", "ice2"])
        #expect(fragment.endOfCandidates)
        #expect(fragment.media.map(\.mid) == ["0"])
        #expect(fragment.media[0].candidates.map(\.port) == [61764, 61765])
        #expect(fragment.serialize() == Self.text)
    }

    @Test func `is made from its parts`() throws {
        let candidate = try CandidateAttribute(parsing: "candidate:1 1 udp 2130706431 192.0.2.1 8189 typ host")
        let fragment = Fragment(
            ufrag: "abcd", password: "abcdefghijklmnopqrstuv", iceOptions: ["trickle"], mid: "data", candidates: [candidate],
            endOfCandidates: true)
        #expect(
            fragment.serialize() == """
                a=ice-ufrag:abcd\r
                a=ice-pwd:abcdefghijklmnopqrstuv\r
                a=ice-options:trickle\r
                m=audio 9 RTP/AVP 0\r
                a=mid:data\r
                a=candidate:1 1 udp 2130706431 192.0.2.1 8189 typ host\r
                a=end-of-candidates\r\n
                """)
        #expect(try Fragment(parsing: fragment.serialize()) == fragment)
    }

    @Test func `may hold its credentials in its section, and no section at all`() throws {
        let inSection = try Fragment(
            parsing: "m=audio 9 RTP/AVP 0\r\na=mid:0\r\na=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\n")
        #expect(inSection.ufrag == "EsAw")
        #expect(inSection.password == "P2uYro0UCOQ4zxjKXaWCBui1")
        let bare = try Fragment(parsing: "a=candidate:1 1 udp 1 192.0.2.1 1 typ host\na=end-of-candidates")
        #expect(bare.ufrag == nil)
        #expect(bare.endOfCandidates)
        #expect(bare.media.isEmpty)
    }

    @Test(arguments: [
        ("", SDPError.Code.notADescription, 1), ("\r\n", .notADescription, 1), ("v=0\r\n", .lineMalformed, 1),
        ("a=ice-ufrag:EsAw\r\nc=IN IP4 0.0.0.0\r\n", .lineMalformed, 2), ("a=ice-ufrag:E\r\n", .iceUfrag, 1),
        ("{\"candidate\":\"\"}", .lineMalformed, 1), ("m=audio\r\n", .media, 1),
        (String(repeating: "m=audio 9 RTP/AVP 0\r\n", count: 65), .tooManyMediaSections, 65),
        (String(repeating: "a=x:0123456789abcdef\r\n", count: 12_000), .tooLarge, 1),
    ])
    func `that is malformed says where`(text: String, code: SDPError.Code, line: Int) {
        let error = #expect(throws: SDPError.self) { try Fragment(parsing: text) }
        #expect(error?.code == code)
        #expect(error?.line == line)
    }
}
