import Analysis
import Corpora
import Testing

/// A change to the healthy offer and what must be said of it.
struct Fault: Sendable, CustomTestStringConvertible {
    let code: String
    /// The text of the line that must be named; nil where none is.
    let line: String?
    let kind: Subject?
    let text: String

    init(_ code: String, at line: String?, as kind: Subject? = Subject.offer, _ text: String) {
        self.code = code
        self.line = line
        self.kind = kind
        self.text = text
    }

    /// The healthy offer with one text replaced where it first stands.
    init(_ code: String, at line: String?, _ old: String, _ new: String, all: Bool = false) {
        self.init(code, at: line, healthy.replacing(old, by: new, all: all))
    }

    /// The healthy offer with a line added before another.
    init(_ code: String, adding line: String, before: String) {
        self.init(code, at: line, before, line + "\r\n" + before)
    }

    var testDescription: String { code }
}

@Suite struct `Each fault` {
    static let digits = Array(repeating: "4A", count: 32).joined(separator: ":")
    static let fingerprint = String(healthy.split(whereSeparator: \.isNewline).first { $0.hasPrefix("a=fingerprint") } ?? "")
    static let ufrag = String(healthy.split(whereSeparator: \.isNewline).first { $0.hasPrefix("a=ice-ufrag") } ?? "")
    static let data = String(healthy.suffix(from: healthy.firstRange(of: "m=application")?.lowerBound ?? healthy.startIndex))
    static let head = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
    static let candidate = "a=candidate:1 1 udp 2122260223 192.168.1.5 50000 typ host"

    static let faults: [Fault] = transport + media + streams + candidates + others

    static let transport: [Fault] = [
        Fault("ice-ufrag-missing", at: "m=audio", ufrag + "\r\n", "", all: true),
        Fault("ice-pwd-missing", at: "m=audio", healthy.withoutLines("a=ice-pwd")),
        Fault("ice-credentials-differ", at: ufrag, ufrag, "a=ice-ufrag:other"),
        Fault("ice-credentials-twice", adding: "a=ice-ufrag:again", before: "a=ice-options:trickle"),
        Fault("ice-characters", at: "a=ice-ufrag:a_b-", ufrag, "a=ice-ufrag:a_b-", all: true),
        Fault("ice-options-commas", at: "a=ice-options:trickle,ice2", "a=ice-options:trickle", "a=ice-options:trickle,ice2"),
        Fault("ice-lite", adding: "a=ice-lite", before: "a=group:BUNDLE"),
        Fault("ice-lite-in-section", adding: "a=ice-lite", before: "a=mid:0"),
        Fault(
            "no-candidates", at: "m=application",
            head + "a=group:BUNDLE 2\r\n" + data.withoutLines("a=candidate").withoutLines("a=ice-options")),
        Fault(
            "end-of-candidates-without-any", at: "a=end-of-candidates", head + data.withoutLines("a=candidate") + "a=end-of-candidates\r\n"),
        Fault("fingerprint-missing", at: "m=audio", fingerprint + "\r\n", "", all: true),
        Fault("fingerprint-weak", at: "a=fingerprint:sha-1", fingerprint, "a=fingerprint:sha-1 \(digits.prefix(59))", all: true),
        Fault("fingerprint-weak-beside", adding: "a=fingerprint:sha-1 \(digits.prefix(59))", before: "a=setup:actpass"),
        Fault("fingerprint-unknown", adding: "a=fingerprint:sha-999 AA:BB", before: "a=setup:actpass"),
        Fault(
            "fingerprint-lowercase", at: "a=fingerprint:sha-256 4a", fingerprint, "a=fingerprint:sha-256 \(digits.lowercased())", all: true),
        Fault("fingerprint-differs", at: fingerprint, fingerprint, "a=fingerprint:sha-256 \(digits)"),
        Fault("setup-missing", at: "m=audio", "a=setup:actpass\r\n", "", all: true),
        Fault("setup-not-actpass", at: "a=setup:active", "a=setup:actpass", "a=setup:active", all: true),
        Fault("setup-actpass-in-answer", at: "a=setup:actpass", as: .answer, healthy),
        Fault("setup-unusable", at: "a=setup:holdconn", "a=setup:actpass", "a=setup:holdconn", all: true),
        Fault("setup-differs", at: "a=setup:actpass", "a=setup:actpass", "a=setup:active"),
        Fault("mid-duplicate", at: "a=mid:0", "a=mid:1", "a=mid:0"),
        Fault("mid-missing", at: "m=application", "a=mid:2\r\n", ""),
        Fault("mid-twice", adding: "a=mid:x", before: "a=extmap:1 "),
        Fault("bundle-missing", at: "m=video", "a=group:BUNDLE 0 1 2\r\n", ""),
        Fault("bundle-unknown-mid", at: "a=group:BUNDLE 0 1 2 9", "BUNDLE 0 1 2", "BUNDLE 0 1 2 9"),
        Fault("bundle-repeats-mid", at: "a=group:BUNDLE 0 0 1 2", "BUNDLE 0 1 2", "BUNDLE 0 0 1 2"),
        Fault("bundle-tag-rejected", at: "a=group:BUNDLE", "m=audio 9", "m=audio 0"),
        Fault(
            "bundle-only-alone", at: "a=bundle-only",
            healthy.replacing("BUNDLE 0 1 2", by: "BUNDLE 0 1").replacing("a=mid:2", by: "a=bundle-only\r\na=mid:2")),
        Fault("bundle-only-port", adding: "a=bundle-only", before: "a=mid:2"),
        Fault("not-bundled", at: "m=audio", "BUNDLE 0 1 2", "BUNDLE 1 2"),
        Fault("rtcp-mux-missing", at: "m=audio", "a=rtcp-mux\r\n", ""),
        Fault("media-disabled", at: "m=video", "m=video 9", "m=video 0"),
        Fault("sdes-crypto", adding: "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:abc", before: "a=mid:0"),
    ]

    static let media: [Fault] = [
        Fault("rtpmap-missing", at: "m=audio", "a=rtpmap:111 opus/48000/2\r\n", ""),
        Fault("rtpmap-unused", adding: "a=rtpmap:95 foo/90000", before: "a=rtpmap:96 "),
        Fault("payload-type-twice", at: "m=audio", "SAVPF 111", "SAVPF 111 111"),
        Fault(
            "payload-type-rtcp", at: "m=audio",
            healthy.replacing("SAVPF 111", by: "SAVPF 72 111").replacing("a=rtpmap:111", by: "a=rtpmap:72 L16/48000\r\na=rtpmap:111")),
        Fault("payload-type-conflict", at: "a=rtpmap:111 G722", "a=rtcp-fb:111", "a=rtpmap:111 G722/8000\r\na=rtcp-fb:111"),
        Fault("payload-type-static", at: "a=rtpmap:0 opus", "a=rtpmap:0 PCMU/8000", "a=rtpmap:0 opus/48000/2"),
        Fault("fmtp-unused", adding: "a=fmtp:77 x=1", before: "a=rtpmap:9 "),
        Fault("rtcp-fb-unused", adding: "a=rtcp-fb:77 nack", before: "a=rtpmap:9 "),
        Fault("rtx-apt-missing", at: "a=rtpmap:97 rtx", "a=fmtp:97 apt=96\r\n", ""),
        Fault("rtx-apt-unknown", at: "a=fmtp:97 apt=77", "a=fmtp:97 apt=96", "a=fmtp:97 apt=77"),
        Fault("rtx-clock-rate", at: "a=rtpmap:97 rtx/48000", "a=rtpmap:97 rtx/90000", "a=rtpmap:97 rtx/48000"),
        Fault("h264-packetization-mode", at: "a=fmtp:102", "packetization-mode=1;", ""),
        Fault("h264-profile-level-id", at: "a=fmtp:102", ";profile-level-id=42001f", ""),
        Fault("opus-form", at: "a=rtpmap:111 opus/48000", "opus/48000/2", "opus/48000"),
        Fault("clock-rate", at: "a=rtpmap:96 VP8/48000", "VP8/90000", "VP8/48000"),
        Fault("no-common-codec", at: "m=audio", head + "a=group:BUNDLE 0\r\n" + audio("a=rtpmap:96 G726-32/8000\r\n")),
        Fault("codec-not-offered", at: "m=audio", head + "a=group:BUNDLE 0\r\n" + audio("a=rtpmap:96 G722/8000\r\n")),
        Fault(
            "protocol-not-secure", at: "m=audio",
            head + audio("a=rtpmap:96 opus/48000/2\r\n").replacing("UDP/TLS/RTP/SAVPF", by: "RTP/AVP").withoutLines("a=fingerprint")),
        Fault("protocol-savp", at: "m=audio", head + audio("a=rtpmap:96 opus/48000/2\r\n").replacing("UDP/TLS/RTP/SAVPF", by: "RTP/SAVPF")),
        Fault("rtcp-mux-only-alone", at: "a=rtcp-mux-only", "a=rtcp-mux\r\n", "a=rtcp-mux-only\r\n"),
        Fault("direction-twice", adding: "a=inactive", before: "a=msid:"),
        Fault(
            "x-google", at: "a=fmtp:98 profile-id=0;x-google-min", "a=fmtp:98 profile-id=0",
            "a=fmtp:98 profile-id=0;x-google-min-bitrate=1000"),
        Fault("x-google-conference", adding: "a=x-google-flag:conference", before: "a=rtpmap:96 "),
        Fault(
            "bundle-payload-type-clash", at: "a=rtpmap:111 VP9",
            healthy.replacing("SAVPF 96", by: "SAVPF 111 96").replacing("a=rtpmap:96 ", by: "a=rtpmap:111 VP9/90000\r\na=rtpmap:96 ")),
        Fault(
            "bundle-extmap-clash", at: "a=extmap:4 urn:other", "a=extmap:14 urn:ietf:params:rtp-hdrext:toffset",
            "a=extmap:1 urn:x\r\na=extmap:4 urn:other"),
        Fault("extmap-conflict", at: "a=extmap:2 urn:other", "a=extmap:3 http", "a=extmap:2 urn:other\r\na=extmap:3 http"),
        Fault("extmap-id-15", adding: "a=extmap:15 urn:x", before: "a=msid:"),
        Fault(
            "extmap-two-byte", at: "a=extmap:20 urn:x",
            healthy.replacing("a=extmap-allow-mixed\r\n", by: "").replacing("a=sendrecv", by: "a=extmap:20 urn:x\r\na=sendrecv")),
        Fault("extmap-id-asked", adding: "a=extmap:4096 urn:x", before: "a=msid:"),
        Fault("extmap-uri-twice", adding: "a=extmap:9 urn:ietf:params:rtp-hdrext:ssrc-audio-level", before: "a=msid:"),
        Fault("extmap-mid-missing", at: "m=audio", "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n", ""),
        Fault("sctp-port-missing", at: "m=application", "a=sctp-port:5000\r\n", ""),
        Fault("sctp-closed", at: "a=sctp-port:0", "a=sctp-port:5000", "a=sctp-port:0"),
        Fault("sctpmap-old", at: "m=application", "UDP/DTLS/SCTP webrtc-datachannel", "DTLS/SCTP 5000"),
        Fault("sctpmap-mixed", adding: "a=sctpmap:5000 webrtc-datachannel 1024", before: "a=sctp-port"),
        Fault("max-message-size-missing", at: "m=application", "a=max-message-size:262144\r\n", ""),
        Fault("max-message-size-0", at: "a=max-message-size:0", "a=max-message-size:262144", "a=max-message-size:0"),
        Fault("max-message-size-huge", at: "a=max-message-size:9999999999", "a=max-message-size:262144", "a=max-message-size:9999999999"),
        Fault("max-message-size-small", at: "a=max-message-size:256", "a=max-message-size:262144", "a=max-message-size:256"),
        Fault("data-over-tcp", at: "m=application", "UDP/DTLS/SCTP", "TCP/DTLS/SCTP"),
        Fault(
            "data-section-twice", at: "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
            healthy.replacing("BUNDLE 0 1 2", by: "BUNDLE 0 1 2 3") + data.replacing("a=mid:2", by: "a=mid:3")),
    ]

    static func audio(_ codec: String) -> String {
        "m=audio 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\n\(ufrag)\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=ice-options:trickle\r\n\(fingerprint)\r\na=setup:actpass\r\na=mid:0\r\na=sendrecv\r\na=rtcp-mux\r\n\(codec)"
    }

    static let streams: [Fault] = [
        Fault("plan-b", adding: "a=ssrc:5 msid:b c", before: "m=video"),
        Fault("msid-conflict", adding: "a=msid:- othertrack", before: "a=rtcp-mux\r\n"),
        Fault("ssrc-cname-missing", adding: "a=ssrc:5 mslabel:x", before: "m=video"),
        Fault("ssrc-group-size", adding: "a=ssrc-group:FID 5", before: "m=video"),
        Fault("ssrc-group-unknown", adding: "a=ssrc-group:FID 5 6", before: "m=video"),
        Fault("ssrc-shared", adding: "a=ssrc:392955882 cname:x", before: "m=application"),
        Fault("rid-unknown", adding: "a=simulcast:send hi;lo", before: "m=application"),
        Fault("rid-twice", at: "a=rid:hi send", simulcast("a=rid:hi send\r\na=rid:hi send\r\na=simulcast:send hi")),
        Fault("rid-unused", at: "a=rid:lo send", simulcast("a=rid:hi send\r\na=rid:lo send\r\na=simulcast:send hi")),
        Fault("rid-direction", at: "a=simulcast:send hi", simulcast("a=rid:hi recv\r\na=simulcast:send hi")),
        Fault("rid-payload-type", at: "a=rid:hi send pt=77", simulcast("a=rid:hi send pt=77\r\na=simulcast:send hi")),
        Fault(
            "rid-many", at: "a=rid:r8 send",
            simulcast((0...9).map { "a=rid:r\($0) send" }.joined(separator: "\r\n") + "\r\na=simulcast:send r0;r1;r2;r3;r4;r5;r6;r7;r8;r9")),
        Fault(
            "rid-extension-missing", at: "a=simulcast:send hi",
            simulcast("a=rid:hi send\r\na=simulcast:send hi").replacing(
                "a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n", by: "")),
        Fault(
            "simulcast-twice", at: "a=simulcast:recv lo",
            simulcast("a=rid:hi send\r\na=rid:lo recv\r\na=simulcast:send hi\r\na=simulcast:recv lo")),
        Fault(
            "simulcast-direction", at: "a=simulcast:send hi",
            simulcast("a=rid:hi send\r\na=simulcast:send hi").replacing("a=sendrecv", by: "a=recvonly")),
    ]

    /// The healthy offer with these lines at the end of its video section.
    static func simulcast(_ lines: String) -> String { healthy.replacing("m=application", by: lines + "\r\nm=application") }

    static func alone(_ code: String, _ candidate: String) -> Fault { Fault(code, at: candidate, as: nil, candidate) }

    static let candidates: [Fault] = [
        alone("candidate-priority-range", "candidate:1 1 udp 0 192.168.1.5 50000 typ host"),
        alone("candidate-priority-range", "candidate:1 1 udp 4294967295 192.168.1.5 50000 typ host"),
        alone("candidate-priority-order", "candidate:1 1 udp 2122260223 198.51.100.9 50000 typ relay raddr 0.0.0.0 rport 0"),
        alone("candidate-component", "candidate:1 3 udp 2122260223 192.168.1.5 50000 typ host"),
        alone("candidate-tcptype-missing", "candidate:1 1 tcp 1518280447 192.168.1.5 443 typ host"),
        alone("candidate-tcptype-udp", "candidate:1 1 udp 2122260223 192.168.1.5 443 typ host tcptype active"),
        alone("candidate-tcp-port", "candidate:1 1 tcp 1518280447 192.168.1.5 443 typ host tcptype active"),
        alone("candidate-port-discard", "candidate:1 1 udp 2122260223 192.168.1.5 9 typ host"),
        alone("candidate-port-0", "candidate:1 1 udp 2122260223 192.168.1.5 0 typ host"),
        alone("candidate-ssltcp", "candidate:1 1 ssltcp 1518280447 192.168.1.5 443 typ host"),
        alone("candidate-raddr-missing", "candidate:1 1 udp 1685987071 192.168.1.5 50000 typ srflx"),
        alone("candidate-raddr-host", "candidate:1 1 udp 2122260223 192.168.1.5 50000 typ host raddr 10.0.0.1 rport 5"),
        alone("candidate-rport-missing", "candidate:1 1 udp 1685987071 192.168.1.5 50000 typ srflx raddr 0.0.0.0"),
        alone("candidate-raddr-private", "candidate:1 1 udp 1685987071 8.8.4.4 50000 typ srflx raddr 10.0.0.1 rport 5"),
        alone("candidate-hostname", "candidate:1 1 udp 2122260223 host.example.com 50000 typ host"),
        alone("candidate-zone", "candidate:1 1 udp 2122260223 fe80::1%eth0 50000 typ host"),
        alone("candidate-address-odd", "candidate:1 1 udp 2122260223 0177.0.0.1 50000 typ host"),
        alone("candidate-unspecified", "candidate:1 1 udp 2122260223 0.0.0.0 50000 typ host"),
        alone("candidate-loopback", "candidate:1 1 udp 2122260223 127.0.0.1 50000 typ host"),
        alone("candidate-link-local", "candidate:1 1 udp 2122260223 fe80::1 50000 typ host"),
        alone("candidate-special-address", "candidate:1 1 udp 2122260223 169.254.169.254 50000 typ host"),
        alone("candidate-documentation", "candidate:1 1 udp 2122260223 192.0.2.5 50000 typ host"),
        alone("candidate-empty", "a=end-of-candidates"),
        alone("sdp-candidate-type", "candidate:1 1 udp 2122260223 192.0.2.5 50000 type host"),
        alone("sdp-candidate-foundation", "a=candidate:<b> 1 udp 2122260223 192.0.2.5 50000 typ host"),
        Fault("sdp-candidate", at: "candidate:", as: .candidate, "candidate:1 1  udp 1 1.2.3.4 5 typ host"),
        Fault("candidate-at-session", adding: candidate, before: "m=audio"),
        Fault("candidate-duplicate", adding: candidate + "\r\n" + candidate, before: "a=ice-ufrag"),
        Fault(
            "candidate-redundant", at: "a=candidate:1 1 udp 1685987071", "a=ice-ufrag",
            candidate + "\r\na=candidate:1 1 udp 1685987071 192.168.1.5 50000 typ srflx raddr 0.0.0.0 rport 0\r\na=ice-ufrag"),
        Fault("candidate-other-generation", adding: candidate + " ufrag XXXX", before: "a=ice-ufrag"),
        Fault("candidate-mdns-only", at: "a=candidate:", healthy),
        Fault("candidate-private-only", at: candidate, head + data.withoutLines("a=candidate") + candidate + "\r\n"),
        Fault(
            "candidate-only-tcp", at: "a=candidate:",
            head + data.withoutLines("a=candidate") + "a=candidate:1 1 tcp 1518280447 8.8.4.4 9 typ host tcptype active\r\n"),
        Fault(
            "candidate-many", at: "a=candidate:64 ",
            head + data.withoutLines("a=candidate")
                + (0..<70).map { "a=candidate:\($0) 1 udp 2122260223 8.8.4.4 \(1000 + $0) typ host\r\n" }.joined()),
        Fault("candidate-component-2", adding: "a=candidate:1 2 udp 2122260222 192.168.1.5 50001 typ host", before: "a=ice-ufrag"),
        Fault(
            "ice-lite-kinds", at: "a=candidate:7",
            healthy.replacing("a=group", by: "a=ice-lite\r\na=group").replacing(
                "a=ice-ufrag", by: "a=candidate:7 1 udp 1685987071 8.8.4.4 50000 typ srflx raddr 0.0.0.0 rport 0\r\na=ice-ufrag")),
        Fault(
            "ice-mismatch", at: "m=audio",
            healthy.replacing("m=audio 9", by: "m=audio 5555").replacing("c=IN IP4 0.0.0.0", by: "c=IN IP4 8.8.4.4")),
    ]

    static let others: [Fault] = [
        Fault("byte-order-mark", at: "\u{feff}v=0", "v=0", "\u{feff}v=0"),
        Fault("escaped-line-ends", at: "v=0\\r\\n", as: nil, #"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\n"#),
        Fault("indented-lines", at: "  o=-", as: nil, "v=0\n  o=- 1 1 IN IP4 127.0.0.1\n  s=-\n  t=0 0\n"),
        Fault("kind-guessed", at: "a=setup:active", as: nil, healthy.replacing("actpass", by: "active")),
        Fault("origin-address", at: "o=", "IN IP4 127.0.0.1", "IN IP4 10.1.2.3"),
        Fault("origin-session-id", at: "o=", "o=- ", "o=- 9"),
        Fault("origin-network", at: "o=", "IN IP4 127.0.0.1", "ATM NSAP x"),
        Fault("timing-not-zero", at: "t=1 0", "t=0 0", "t=1 0"),
        Fault("key-line", adding: "k=clear:x", before: "a=group"),
        Fault("connection-missing", at: "m=audio", "c=IN IP4 0.0.0.0\r\n", ""),
        Fault("connection-multicast", at: "m=audio", "c=IN IP4 0.0.0.0", "c=IN IP4 224.2.1.1/127/3"),
        Fault("connection-family", at: "m=audio", "c=IN IP4 0.0.0.0", "c=IN IP4 ::"),
        Fault("bandwidth-low", at: "m=video", "m=application", "b=AS:5\r\nm=application"),
        Fault("bandwidth-huge", at: "m=video", "m=application", "b=AS:99999999999\r\nm=application"),
        Fault("bandwidth-unknown", at: "m=video", "m=application", "b=X-Y:5\r\nm=application"),
        Fault("bandwidth-limit", at: "m=video", "m=application", "b=AS:500\r\nm=application"),
        Fault("munged-order", adding: "a=ice-pwd:abcdefghijklmnopqrstuvwx", before: "a=extmap:1 "),
        Fault("munged-codec-order", at: "m=audio", "SAVPF 111 63 9 0 8", "SAVPF 0 111 63 9 8"),
        Fault("munged-opus", at: "a=fmtp:111", "minptime=10;", "minptime=10;maxaveragebitrate=510000;"),
        Fault(
            "bundle-only-in-answer", at: "a=bundle-only", as: .answer,
            healthy.replacing("actpass", by: "active").replacing("a=mid:2", by: "a=bundle-only\r\na=mid:2")),
        Fault(
            "answer-rejects-all", at: "m=", as: .answer,
            healthy.replacing("actpass", by: "active").replacing("m=audio 9", by: "m=audio 0").replacing("m=video 9", by: "m=video 0")
                .replacing("m=application 9", by: "m=application 0")),
        Fault("no-media-section", at: nil, head),
        Fault("sdp-line-missing", at: "a=group", "t=0 0\r\n", ""),
        Fault("sdp-ice-pwd", at: "a=ice-pwd:short", "a=ice-options:trickle", "a=ice-pwd:short\r\na=ice-options:trickle"),
        Fault("fragment-credentials-missing", at: "m=audio", as: nil, "m=audio 9 RTP/AVP 0\r\na=mid:0\r\n\(candidate)\r\n"),
        Fault(
            "restart-incomplete", at: "a=ice-pwd:", as: nil,
            "a=ice-pwd:abcdefghijklmnopqrstuvwx\r\nm=audio 9 RTP/AVP 0\r\na=mid:0\r\n\(candidate)\r\n"),
        Fault(
            "fragment-mid-missing", at: "m=audio", as: nil,
            "a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\nm=audio 9 RTP/AVP 0\r\n\(candidate)\r\n"),
        Fault(
            "fragment-candidate-unplaced", at: candidate, as: nil,
            "a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\n\(candidate)\r\n"),
        Fault("fragment-empty", at: "m=audio", as: nil, "m=audio 9 RTP/AVP 0\r\na=mid:0\r\n"),
    ]

    @Test(arguments: faults)
    func `is found, at its line`(fault: Fault) {
        let report = report(fault.text, as: fault.kind)
        let lines = fault.text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { Array($0.utf8) }
        let found = report.findings.filter { $0.code == fault.code }
        #expect(!found.isEmpty, "\(report.findings.map(\.code))")
        guard let line = fault.line?.split(whereSeparator: \.isNewline).first else { return }
        let named = found.map { $0.line.map { lines[min($0, lines.count) - 1] } ?? [] }
        #expect(named.contains { $0.starts(with: line.utf8) }, "\(named.map { String(decoding: $0, as: UTF8.self) })")
    }

    @Test func `has an example here, whatever the rule`() {
        let shown = Set(Self.faults.map(\.code))
        let elsewhere: Set<String> = ["wrapped-in-json", "more-findings"]
        let missing = Rule.allCases.map(\.rawValue).filter { !shown.contains($0) && !elsewhere.contains($0) }
        #expect(missing == [])
    }
}

extension String {
    /// Without the lines that begin so.
    func withoutLines(_ prefix: String) -> String {
        split(whereSeparator: \.isNewline).filter { !$0.hasPrefix(prefix) }.map { $0 + "\r\n" }.joined()
    }
}
