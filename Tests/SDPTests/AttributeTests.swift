import SDP
import Testing

@Suite struct `An attribute` {
    /// Line as it comes, what it means, and how it is written where that differs.
    static let readings: [(String, Attribute, String?)] = [
        ("a=group:BUNDLE 0 1", .group(Group(semantics: "BUNDLE", mids: ["0", "1"])), nil),
        ("a=group:LS", .group(Group(semantics: "LS", mids: [])), nil),
        ("a=mid:audio", .mid("audio"), nil),
        ("a=bundle-only", .bundleOnly, nil),
        ("a=ice-ufrag:8hhY", .iceUfrag("8hhY"), nil),
        ("a=ice-ufrag:a/b+c-d_e=", .iceUfrag("a/b+c-d_e="), nil),
        ("a=ice-pwd:asd88fgpdd777uzjYhagZg", .icePwd("asd88fgpdd777uzjYhagZg"), nil),
        ("a=ice-options:trickle ice2", .iceOptions(["trickle", "ice2"]), nil),
        ("a=ice-options:ice2,trickle", .iceOptions(["ice2", "trickle"]), "a=ice-options:ice2 trickle"),
        ("a=ice-lite", .iceLite, nil),
        ("a=ice-pacing:50", .icePacing(50), nil),
        ("a=end-of-candidates", .endOfCandidates, nil),
        ("a=setup:actpass", .setup(.actpass), nil),
        ("a=sendrecv", .direction(.sendrecv), nil),
        ("a=inactive ", .direction(.inactive), "a=inactive"),
        ("a=rtcp:9 IN IP4 0.0.0.0", .rtcp(RTCPAddress(port: 9, connection: Connection())), nil),
        ("a=rtcp:53020", .rtcp(RTCPAddress(port: 53020)), nil),
        ("a=rtcp-mux", .rtcpMux, nil),
        ("a=rtcp-mux-only", .rtcpMuxOnly, nil),
        ("a=rtcp-rsize", .rtcpRsize, nil),
        ("a=rtpmap:111 opus/48000/2", .rtpmap(RTPMap(payloadType: 111, encoding: "opus", clockRate: 48000, channels: 2)), nil),
        ("a=rtpmap:96 VP8/90000", .rtpmap(RTPMap(payloadType: 96, encoding: "VP8", clockRate: 90000)), nil),
        (
            "a=fmtp:111 minptime=10;useinbandfec=1",
            .fmtp(FormatParameters(format: "111", parameters: "minptime=10;useinbandfec=1")), nil
        ),
        ("a=rtcp-fb:96 nack pli", .rtcpFeedback(RTCPFeedback(payloadType: 96, kind: "nack pli")), nil),
        ("a=rtcp-fb:* ccm fir", .rtcpFeedback(RTCPFeedback(payloadType: nil, kind: "ccm fir")), nil),
        (
            "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid",
            .headerExtension(HeaderExtension(id: 4, uri: "urn:ietf:params:rtp-hdrext:sdes:mid")), nil
        ),
        (
            "a=extmap:2/recvonly urn:x with parameters",
            .headerExtension(HeaderExtension(id: 2, direction: .recvonly, uri: "urn:x", parameters: "with parameters")), nil
        ),
        ("a=extmap-allow-mixed", .extmapAllowMixed, nil),
        ("a=ssrc:4294967295 cname:user@host", .ssrc(SSRCAttribute(ssrc: .max, name: "cname", value: "user@host")), nil),
        ("a=ssrc:1 cname:", .ssrc(SSRCAttribute(ssrc: 1, name: "cname", value: "")), nil),
        ("a=ssrc:1 silent", .ssrc(SSRCAttribute(ssrc: 1, name: "silent", value: nil)), nil),
        ("a=ssrc:1", .ssrc(SSRCAttribute(ssrc: 1, name: "", value: nil)), nil),
        ("a=ssrc-group:FID 1 2", .ssrcGroup(SSRCGroup(semantics: "FID", ssrcs: [1, 2])), nil),
        ("a=msid:stream track", .msid(MSID(stream: "stream", track: "track")), nil),
        ("a=msid:-", .msid(MSID(stream: "-", track: nil)), nil),
        ("a=msid-semantic: WMS *", .msidSemantic("WMS *"), "a=msid-semantic:WMS *"),
        ("a=rid:hi send pt=97;max-width=1280", .rid(RID(id: "hi", isSend: true, restrictions: "pt=97;max-width=1280")), nil),
        ("a=rid:1 recv", .rid(RID(id: "1", isSend: false)), nil),
        ("a=sctp-port:5000", .sctpPort(5000), nil),
        ("a=sctp-port:0", .sctpPort(0), nil),
        ("a=max-message-size:0", .maxMessageSize(0), nil),
        ("a=max-message-size:18446744073709551615", .maxMessageSize(.max), nil),
        ("a=sctpmap:5000 webrtc-datachannel 1024", .sctpmap(SCTPMap(port: 5000, application: "webrtc-datachannel", streams: 1024)), nil),
        ("a=identity:eyJ", .other(name: "identity", value: "eyJ"), nil),
        ("a=rtcp-mux:maybe", .other(name: "rtcp-mux", value: "maybe"), nil),
    ]

    @Test(arguments: readings)
    func `is read as its type and written as it came`(line: String, expected: Attribute, written: String?) throws {
        let description = try SessionDescription(parsing: head + line + "\r\n")
        #expect(description.attributes == [AttributeLine(expected)])
        #expect(description.serialize() == head + (written ?? line) + "\r\n")
    }

    @Test func `that is a fingerprint is upper case, its algorithm lower case, whatever came`() throws {
        let digits = Array(repeating: "ab", count: 32).joined(separator: ":")
        let description = try SessionDescription(parsing: head + "a=fingerprint:SHA-256 \(digits)\r\n")
        #expect(description.attributes.fingerprints == [FingerprintAttribute(algorithm: "sha-256", hex: digits.uppercased())])
    }

    @Test func `that is a fingerprint gives its digest as bytes`() throws {
        let bytes = (0..<32).map { UInt8($0 * 8) }
        let hex = "00:08:10:18:20:28:30:38:40:48:50:58:60:68:70:78:80:88:90:98:A0:A8:B0:B8:C0:C8:D0:D8:E0:E8:F0:F8"
        #expect(FingerprintAttribute(algorithm: "sha-256", hex: hex).bytes == bytes)
        #expect(FingerprintAttribute(algorithm: "sha-256", hex: hex.lowercased()).bytes == bytes)
    }

    @Test func `that is a fingerprint by a function nobody here knows is kept`() throws {
        let description = try SessionDescription(parsing: head + "a=fingerprint:sha-9000 0A:1B\r\n")
        #expect(description.attributes.fingerprints.map(\.algorithm) == ["sha-9000"])
    }

    @Test(arguments: [
        ("send hi;lo", [["hi"], ["lo"]], []), ("recv 1,2;3", [], [["1", "2"], ["3"]]),
        ("send a,b recv c", [["a", "b"]], [["c"]]), ("recv c send a", [["a"]], [["c"]]),
    ])
    func `that is simulcast lists what is sent and what is wanted`(value: String, send: [[String]], receive: [[String]]) throws {
        let description = try SessionDescription(parsing: head + "a=simulcast:\(value)\r\n")
        guard case .simulcast(let simulcast) = description.attributes.first?.attribute else {
            Issue.record("no simulcast")
            return
        }
        #expect(simulcast.send.map { $0.map(\.rid) } == send)
        #expect(simulcast.receive.map { $0.map(\.rid) } == receive)
        #expect(description.serialize().hasSuffix("a=simulcast:\(value)\r\n"))
    }

    @Test func `that is simulcast marks the encodings that begin paused`() throws {
        let description = try SessionDescription(parsing: head + "a=simulcast:send 1,~4;2\r\n")
        guard case .simulcast(let simulcast) = description.attributes.first?.attribute else {
            Issue.record("no simulcast")
            return
        }
        #expect(simulcast.send[0].map(\.isPaused) == [false, true])
        #expect(simulcast.rids == ["1", "4", "2"])
    }
}
