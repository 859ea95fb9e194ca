import SDP
import Testing
import Wire

@Suite struct `A refused description` {
    static let section = head + "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"

    /// What is refused: the text, why, and where.
    static let refusals: [(String, SDPError.Code, Int, Int, String)] = [
        ("", .notADescription, 1, 1, "RFC 8866 §5.1"),
        ("\r\n\r\n", .notADescription, 1, 1, "RFC 8866 §5.1"),
        ("{\"type\":\"offer\"}", .notADescription, 1, 1, "RFC 8866 §5.1"),
        ("\u{feff}v=0\r\n", .notADescription, 1, 1, "RFC 8866 §5.1"),
        ("m=audio 9 RTP/AVP 0\r\n", .notADescription, 1, 1, "RFC 8866 §5"),
        ("v=1\r\n", .version, 1, 3, "RFC 8866 §5.1"),
        ("v=0", .lineMissing, 1, 1, "RFC 8866 §5"),
        ("v=0\r\ns=-\r\n", .lineMissing, 2, 1, "RFC 8866 §5"),
        ("v=0\r\no=- 1 1 IN IP4\r\n", .origin, 2, 3, "RFC 8866 §5.2"),
        ("v=0\r\no=- -1 1 IN IP4 0.0.0.0\r\n", .origin, 2, 5, "RFC 8866 §5.2"),
        ("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=\r\nt=0 0\r\n", .sessionName, 3, 3, "RFC 8866 §5.3"),
        ("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nm=audio 9 RTP/AVP 0\r\n", .lineMissing, 4, 1, "RFC 8866 §5"),
        ("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=now\r\n", .timing, 4, 3, "RFC 8866 §5.9"),
        ("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nb=AS:-1\r\nt=0 0\r\n", .bandwidth, 4, 6, "RFC 8866 §5.8"),
        ("v=0\rs=-\r", .controlCharacter, 1, 4, "RFC 8866 §9"),
        ("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=a\0b\r\nt=0 0\r\n", .controlCharacter, 3, 4, "RFC 8866 §9"),
        (head + "\r\nm=audio 9 RTP/AVP 0\r\n", .lineMalformed, 5, 1, "RFC 8866 §5"),
        (head + "a =x\r\n", .lineMalformed, 5, 1, "RFC 8866 §5"),
        (head + "y=0\r\n", .lineUnknown, 5, 1, "RFC 8866 §5"),
        (head + "c=IN IP4 0.0.0.0\r\n", .lineOutOfOrder, 5, 1, "RFC 8866 §5"),
        (head + "v=0\r\n", .lineOutOfOrder, 5, 1, "RFC 8866 §5"),
        (head + "a=x\r\nr=1 2 3\r\n", .lineOutOfOrder, 6, 1, "RFC 8866 §5.10"),
        (section + "t=0 0\r\n", .lineOutOfOrder, 6, 1, "RFC 8866 §5"),
        (section + "c=IN IP4\r\n", .connection, 6, 9, "RFC 8866 §5.7"),
        (section + "c=IN IP4 0.0.0.0 extra\r\n", .connection, 6, 18, "RFC 8866 §5.7"),
        (head + "m=audio\r\n", .media, 5, 8, "RFC 8866 §5.14"),
        (head + "m=audio 99999 RTP/AVP 0\r\n", .mediaPort, 5, 9, "RFC 8866 §5.14"),
        (head + "m=audio +9 RTP/AVP 0\r\n", .mediaPort, 5, 9, "RFC 8866 §5.14"),
        (head + "m=audio 9/ RTP/AVP 0\r\n", .mediaPort, 5, 9, "RFC 8866 §5.14"),
        (head + "m=audio 9 UDP/TLS/RTP/SAVPF\r\n", .mediaFormat, 5, 28, "RFC 8866 §5.14"),
        (head + "m=audio 9 RTP/AVP 0 128\r\n", .mediaFormat, 5, 21, "RFC 3551 §3"),
        (head + "m=audio 9 RTP/AVP opus\r\n", .mediaFormat, 5, 19, "RFC 3551 §3"),
        (section + "a=\r\n", .attribute, 6, 3, "RFC 8866 §5.13"),
        (section + "a=:x\r\n", .attribute, 6, 3, "RFC 8866 §5.13"),
        (section + "a=é:x\r\n", .attribute, 6, 3, "RFC 8866 §5.13"),
        (section + "a=mid\r\n", .mid, 6, 3, "RFC 5888 §4"),
        (section + "a=mid:two words\r\n", .mid, 6, 7, "RFC 5888 §4"),
        (section + "a=mid:" + String(repeating: "m", count: 256) + "\r\n", .mid, 6, 7, "RFC 5888 §4"),
        (section + "a=group:\r\n", .group, 6, 9, "RFC 5888 §5"),
        (section + "a=ice-ufrag:abc\r\n", .iceUfrag, 6, 13, "RFC 8839 §5.4"),
        (section + "a=ice-ufrag:" + String(repeating: "u", count: 257) + "\r\n", .iceUfrag, 6, 13, "RFC 8839 §5.4"),
        (section + "a=ice-ufrag:ab:cd\r\n", .iceUfrag, 6, 13, "RFC 8839 §5.4"),
        (section + "a=ice-pwd:123456789012345678901\r\n", .icePwd, 6, 11, "RFC 8839 §5.4"),
        (section + "a=ice-pacing:soon\r\n", .icePacing, 6, 14, "RFC 8839 §5.5"),
        (section + "a=fingerprint:sha-256\r\n", .fingerprint, 6, 3, "RFC 8122 §5"),
        (section + "a=fingerprint:sha-256 AA:BB\r\n", .fingerprint, 6, 23, "RFC 8122 §5"),
        (section + "a=fingerprint:sha-256 AABB\r\n", .fingerprint, 6, 23, "RFC 8122 §5"),
        (section + "a=fingerprint:sha-256 AA:B\r\n", .fingerprint, 6, 23, "RFC 8122 §5"),
        (section + "a=fingerprint:sha-256 AA:GG\r\n", .fingerprint, 6, 23, "RFC 8122 §5"),
        (section + "a=fingerprint:MD5 00:11\r\n", .fingerprintForbidden, 6, 15, "RFC 8122 §5"),
        (section + "a=fingerprint:md2 00:11\r\n", .fingerprintForbidden, 6, 15, "RFC 8122 §5"),
        (section + "a=setup:both\r\n", .setup, 6, 9, "RFC 4145 §4"),
        (section + "a=rtcp:65536\r\n", .rtcp, 6, 3, "RFC 3605 §2.1"),
        (section + "a=rtpmap:-1 x/90000\r\n", .payloadType, 6, 10, "RFC 3551 §3"),
        (section + "a=rtpmap:128 x/90000\r\n", .payloadType, 6, 10, "RFC 3551 §3"),
        (section + "a=rtpmap:100 VP8\r\n", .rtpmap, 6, 14, "RFC 8866 §6.6"),
        (section + "a=rtpmap:100 VP8/0\r\n", .rtpmap, 6, 14, "RFC 8866 §6.6"),
        (section + "a=rtpmap:100 VP8/4294967296\r\n", .rtpmap, 6, 14, "RFC 8866 §6.6"),
        (section + "a=rtpmap:100 opus/48000/many\r\n", .rtpmap, 6, 14, "RFC 8866 §6.6"),
        (section + "a=fmtp:\r\n", .fmtp, 6, 8, "RFC 8866 §6.15"),
        (section + "a=rtcp-fb:96\r\n", .rtcpFeedback, 6, 13, "RFC 4585 §4.2"),
        (section + "a=extmap:0 urn:x\r\n", .headerExtension, 6, 3, "RFC 8285 §5"),
        (section + "a=extmap:1/sideways urn:x\r\n", .headerExtension, 6, 10, "RFC 8285 §5"),
        (section + "a=extmap:1\r\n", .headerExtension, 6, 11, "RFC 8285 §5"),
        (section + "a=ssrc:4294967296 cname:x\r\n", .ssrc, 6, 8, "RFC 5576 §4.1"),
        (section + "a=ssrc:1 :x\r\n", .ssrc, 6, 10, "RFC 5576 §4.1"),
        (section + "a=ssrc-group:FID one\r\n", .ssrcGroup, 6, 18, "RFC 5576 §4.2"),
        (section + "a=msid:\r\n", .msid, 6, 8, "RFC 8830 §2"),
        (section + "a=msid:stream track more\r\n", .msid, 6, 21, "RFC 8830 §2"),
        (section + "a=rid:a.b send\r\n", .rid, 6, 7, "RFC 8851 §10"),
        (section + "a=rid:a both\r\n", .rid, 6, 9, "RFC 8851 §10"),
        (section + "a=simulcast:send\r\n", .simulcast, 6, 17, "RFC 8853 §5.1"),
        (section + "a=simulcast:send a send b\r\n", .simulcast, 6, 20, "RFC 8853 §5.1"),
        (section + "a=sctp-port:70000\r\n", .sctpPort, 6, 13, "RFC 8841 §5.1"),
        (section + "a=max-message-size:18446744073709551616\r\n", .maxMessageSize, 6, 20, "RFC 8841 §6.1"),
        (section + "a=sctpmap:5000\r\n", .sctpmap, 6, 3, "draft-ietf-mmusic-sctp-sdp-05 §7.1"),
    ]

    @Test(arguments: refusals)
    func `names the rule, the line and the column`(
        text: String, code: SDPError.Code, line: Int, column: Int, section: String
    ) throws {
        let error = #expect(throws: SDPError.self) { try SessionDescription(parsing: text) }
        #expect(error?.code == code)
        #expect(error?.line == line)
        #expect(error?.column == column)
        #expect(error?.section == section)
        #expect(error?.message.hasSuffix(".") == true)
    }

    @Test func `quotes the text in printable characters only, and not much of it`() throws {
        let error = #expect(throws: SDPError.self) {
            try SessionDescription(parsing: Self.section + "a=setup:\u{1b}[31m" + String(repeating: "x", count: 500) + "\r\n")
        }
        let message = try #require(error?.message)
        #expect(message.contains("\"?[31mxxx"))
        #expect(message.utf8.count < 200)
    }

    @Test func `that looks like JSON is told so`() throws {
        let error = #expect(throws: SDPError.self) { try SessionDescription(parsing: #"{"type":"offer","sdp":"v=0"}"#) }
        #expect(error?.message.contains("JSON") == true)
    }
}

@Suite struct `The limits of a description` {
    @Test func `end at 256 KiB`() {
        let text = head + String(repeating: "a=x-filler:0123456789\r\n", count: 12_000)
        let error = #expect(throws: SDPError.self) { try SessionDescription(parsing: text) }
        #expect(error?.code == .tooLarge)
        #expect(error?.code.isSize == true)
    }

    @Test func `end at 64 m-sections, which is a matter of meaning and not of grammar`() throws {
        let section = "m=audio 9 RTP/AVP 0\r\n"
        #expect(try SessionDescription(parsing: head + String(repeating: section, count: 64)).media.count == 64)
        let error = #expect(throws: SDPError.self) {
            try SessionDescription(parsing: head + String(repeating: section, count: 65))
        }
        #expect(error?.code == .tooManyMediaSections)
        #expect(error?.code.isSemantic == true)
        #expect(error?.line == 69)
    }

    @Test func `end at 16 KiB a line`() {
        let line = "a=x:" + String(repeating: "x", count: Limits.descriptionLineBytes)
        let error = #expect(throws: SDPError.self) { try SessionDescription(parsing: head + line) }
        #expect(error?.code == .lineTooLong)
        #expect(error?.line == 5)
    }

    @Test func `end at 8,192 lines`() {
        let text = head + String(repeating: "a=x\r\n", count: Limits.descriptionLines)
        let error = #expect(throws: SDPError.self) { try SessionDescription(parsing: text) }
        #expect(error?.code == .tooManyLines)
        #expect(error?.line == Limits.descriptionLines + 1)
    }
}
