import SDP
import Testing
import Wire

/// The first lines of every description here.
let head = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"

@Suite struct `A session description` {
    @Test func `is read line by line into what its lines mean`() throws {
        let text = """
            v=0\r
            o=jdoe 3724394400 3724394405 IN IP4 198.51.100.1\r
            s=Call to John Smith\r
            i=SDP Offer #1\r
            u=https://www.example.com/~jdoe/sdp.pdf\r
            e=Jane Doe <jane@jdoe.example.com>\r
            p=+1 617 555-6011\r
            c=IN IP4 198.51.100.1\r
            b=AS:1000\r
            t=3724394400 3724398000\r
            r=604800 3600 0 90000\r
            z=3730928400 -1h\r
            k=prompt\r
            a=recvonly\r
            m=audio 49170 RTP/AVP 0\r
            i=the left ear\r
            c=IN IP6 2001:db8::2\r
            b=X-other:7\r
            k=clear:secret\r
            a=x-colour:blue\r
            m=video 51372/2 RTP/AVP 99\r
            a=rtpmap:99 h263-1998/90000\r\n
            """
        let description = try SessionDescription(parsing: text)
        #expect(description.origin.username == "jdoe")
        #expect(description.origin.sessionID == "3724394400")
        #expect(description.information == "SDP Offer #1")
        #expect(description.uri == "https://www.example.com/~jdoe/sdp.pdf")
        #expect(description.emails == ["Jane Doe <jane@jdoe.example.com>"])
        #expect(description.phones == ["+1 617 555-6011"])
        #expect(description.connection?.ip?.description == "198.51.100.1")
        #expect(description.bandwidths.map(\.bitsPerSecond) == [1_000_000])
        #expect(description.timings.first?.repeats == ["604800 3600 0 90000"])
        #expect(description.timeZones == "3730928400 -1h")
        #expect(description.key == "prompt")
        #expect(description.media.count == 2)
        let audio = description.media[0]
        #expect(audio.title == "the left ear")
        #expect(audio.connections.first?.address == "2001:db8::2")
        #expect(audio.key == "clear:secret")
        #expect(audio.attributes == [AttributeLine(.other(name: "x-colour", value: "blue"))])
        #expect(audio.source.number == 15)
        let video = description.media[1]
        #expect(video.port == 51372)
        #expect(video.portCount == 2)
        #expect(video.rtpmaps == [RTPMap(payloadType: 99, encoding: "h263-1998", clockRate: 90000)])
        #expect(description.serialize() == text)
    }

    @Test func `may end its lines in LF, CRLF or both, and need not end the last`() throws {
        let expected = try SessionDescription(parsing: head + "a=x\r\n")
        for text in [
            "v=0\no=- 1 1 IN IP4 0.0.0.0\ns=-\nt=0 0\na=x\n", "v=0\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\nt=0 0\r\na=x",
            head + "a=x", head + "a=x\r\n\r\n\n",
        ] {
            #expect(try SessionDescription(parsing: text) == expected)
        }
    }

    @Test func `keeps attributes that nobody here knows, where they stood and as they were written`() throws {
        let lines = "a=zebra\r\na=x-one: two  three \r\na=mid:0\r\na=x-empty:\r\na=x-colons:a:b:c\r\n"
        let text = head + "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n" + lines
        let description = try SessionDescription(parsing: text)
        #expect(description.media[0].attributes.map(\.attribute.name) == ["zebra", "x-one", "mid", "x-empty", "x-colons"])
        #expect(description.serialize() == text)
    }

    @Test func `writes what it repaired: bytes that are not UTF-8 are replacement characters from then on`() throws {
        let bytes = Array((head + "a=x-name:").utf8) + [0xff, 0xc3, 0x28, 0x0d, 0x0a]
        let description = try SessionDescription(parsing: bytes.span)
        #expect(description.attributes[0].attribute == .other(name: "x-name", value: "\u{fffd}\u{fffd}("))
        #expect(try SessionDescription(parsing: description.serialize()) == description)
    }

    @Test func `is equal to another that says the same on other lines`() throws {
        let one = try SessionDescription(parsing: head + "m=audio 9 RTP/AVP 0\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\n")
        let two = try SessionDescription(parsing: head + "m=audio 9 RTP/AVP 0\r\na=mid:0\r\nc=IN IP4 0.0.0.0\r\n")
        #expect(one == two)
        #expect(one.media[0].line(of: "mid") == 7)
        #expect(two.media[0].line(of: "mid") == 6)
    }

    @Test func `passes over the session name some cameras repeat in every section`() throws {
        let description = try SessionDescription(parsing: head + "m=video 0 RTP/AVP 96\r\ns=RtspServer\r\ni=live\r\n")
        #expect(description.media[0].title == "live")
        #expect(description.name == "-")
    }

    @Test func `is never broken apart by what a value holds`() throws {
        var description = SessionDescription(origin: Origin(sessionID: "1", version: "1"))
        description.name = "two\r\na=lines"
        description.append(.other(name: "x", value: "\nm=audio\0 9 RTP/AVP 0"))
        #expect(description.serialize() == "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=two  a=lines\r\nt=0 0\r\na=x: m=audio  9 RTP/AVP 0\r\n")
    }

    @Test(arguments: [
        ("b=AS:9223372036854775808", UInt64.max), ("b=AS:99999999999999999999999", .max), ("b=TIAS:64000", 64000), ("b=AS:0", 0),
        ("b=CT:2147483648", 2_147_483_648_000),
    ])
    func `has bandwidths that never overflow`(line: String, bits: UInt64) throws {
        let text = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\n\(line)\r\nt=0 0\r\n"
        #expect(try SessionDescription(parsing: text).bandwidths.first?.bitsPerSecond == bits)
    }
}

@Suite struct `Queries of a section` {
    @Test(arguments: [
        ("m=application 9 UDP/DTLS/SCTP webrtc-datachannel", true), ("m=application 9 TCP/DTLS/SCTP webrtc-datachannel", true),
        ("m=application 9 DTLS/SCTP 5000", true), ("m=application 9 UDP/BFCP *", false),
        ("m=application 9 UDP/DTLS/SCTP other", false), ("m=audio 9 UDP/DTLS/SCTP webrtc-datachannel", false),
    ])
    func `know a data channel section by its kind, protocol and format`(line: String, isData: Bool) throws {
        #expect(try SessionDescription(parsing: head + line).media[0].isDataChannel == isData)
    }

    @Test func `read one parameter out of an fmtp line, whatever its case`() throws {
        let text = head + "m=video 9 RTP/AVP 96\r\na=fmtp:96 Packetization-Mode=1; profile-level-id=42e01f;flag\r\n"
        let line = try #require(try SessionDescription(parsing: text).media[0].formatParameters.first)
        #expect(line["packetization-mode"] == "1")
        #expect(line["profile-level-id"] == "42e01f")
        #expect(line["flag"] == "")
        #expect(line["absent"] == nil)
    }
}
