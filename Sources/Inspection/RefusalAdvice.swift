/// What a refused offer's code means, and what helps with that very one: a page each, `offer-refused:<code>`.
struct RefusalAdvice: Sendable {
    let code: String
    let title: String
    let explanation: String
    let fix: String
    let reference: String

    init(_ code: String, _ title: String, _ explanation: String, fix: String, _ reference: String) {
        self.code = code
        self.title = title
        self.explanation = explanation
        self.fix = fix
        self.reference = reference
    }

    static func of(_ code: String) -> RefusalAdvice? { byCode[code] }

    /// All of them, in the order of a description.
    static let all = descriptions + sections + transports + requests + grammar

    private static let byCode = Dictionary(all.map { ($0.code, $0) }) { first, _ in first }

    private static let descriptions = [
        RefusalAdvice(
            "no-media-section", "The offer asks for nothing",
            "The description has no m= section, so there is no audio, video or data to connect.",
            fix: "Call createDataChannel or addTransceiver before createOffer, and post the new offer.", "RFC 9429 §5.3.1"),
        RefusalAdvice(
            "mid-missing", "A section has no name", "An m= section that belongs to a BUNDLE group has no a=mid line to name it by.",
            fix: "Post the browser's offer unchanged; who writes offers by hand gives each section its own a=mid.", "RFC 9143 §7.1"),
        RefusalAdvice(
            "mid-duplicate", "Two sections have one name", "Two m= sections carry the same a=mid, so an answer could not tell them apart.",
            fix: "Give each section its own a=mid, as 0, 1 and 2.", "RFC 5888 §4"),
        RefusalAdvice(
            "bundle-unknown-mid", "BUNDLE names a section that is not there",
            "The a=group:BUNDLE line lists a mid that no m= section has: a section was taken out, or the line was edited.",
            fix: "List in a=group:BUNDLE exactly the mids of the sections, or do not remove sections from an offer.", "RFC 5888 §9.2"),
        RefusalAdvice(
            "bundle-overlap", "A section stands in two BUNDLE groups",
            "One m= section belongs to two groups, so it is not clear which transport it uses.",
            fix: "Let each mid stand in one a=group:BUNDLE line at most.", "RFC 9143 §7.1"),
        RefusalAdvice(
            "payload-type-conflict", "A payload type means two codecs",
            "Two a=rtpmap lines of one section give the same number to different codecs.",
            fix: "Use each payload type number once in a section; a program that merges offers must renumber.", "RFC 8866 §6.6"),
        RefusalAdvice(
            "extmap-conflict", "A header extension number is used twice",
            "Two a=extmap lines of one section give the same number to different extensions.",
            fix: "Use each a=extmap number once in a section.", "RFC 8285 §5"),
        RefusalAdvice(
            "msid-conflict", "A section names two tracks", "The a=msid lines of one section name different tracks; a section carries one.",
            fix: "Offer a section (transceiver) for each track.", "RFC 8830 §3.2"),
        RefusalAdvice(
            "rid-unknown", "Simulcast names a layer that is not defined",
            "The a=simulcast line lists a rid for which the section has no a=rid line.",
            fix: "Keep a=simulcast and a=rid together; do not remove single a=rid lines.", "RFC 8853 §5.1"),
    ]

    private static let sections = [
        RefusalAdvice(
            "media-disabled", "Every section is switched off", "The sections have port 0, by which the offer itself disables them.",
            fix: "Offer at least one section that is not stopped: port 9, or port 0 with a=bundle-only inside a BUNDLE group.",
            "RFC 3264 §6"),
        RefusalAdvice(
            "media-unsupported", "A kind of media that is not served", "Only audio, video and data channels are served.",
            fix: "Offer audio, video or a data channel.", "RFC 9429 §5.3.1"),
        RefusalAdvice(
            "protocol-unsupported", "A transport that is not served",
            "The m= line asks for another protocol than encrypted media (UDP/TLS/RTP/SAVPF) or data channels (UDP/DTLS/SCTP).",
            fix: "Use WebRTC's protocols; plain RTP (RTP/AVP) is not encrypted and not served.", "RFC 9429 §5.1.2"),
        RefusalAdvice(
            "no-common-codec", "No codec in common", "The section offers no codec that this server knows.",
            fix: "Offer opus, PCMU, PCMA or G722 for audio; VP8, VP9, H264, H265 or AV1 for video.", "RFC 9429 §5.3.1"),
        RefusalAdvice(
            "rtcp-mux-missing", "RTP and RTCP on two ports",
            "The section has no a=rtcp-mux line, which says that media and its control packets share one port.",
            fix: "Add a=rtcp-mux: browsers do by themselves (rtcpMuxPolicy: 'require'); in GStreamer and FFmpeg it is on by default.",
            "RFC 9429 §5.3.1"),
        RefusalAdvice(
            "sctp-closed", "The data section is closed", "a=sctp-port:0 says that the association of the data channels is closed.",
            fix: "Offer a=sctp-port:5000, or make a new peer connection.", "RFC 8841 §5.1"),
        RefusalAdvice(
            "not-bundled", "The sections are not bundled", "The section wants a transport of its own; this server has one for all.",
            fix: "Put all mids into one a=group:BUNDLE line (bundlePolicy: 'max-bundle').", "RFC 9429 §4.1.1"),
    ]

    private static let transports = [
        RefusalAdvice(
            "ice-ufrag-missing", "The offer has no ICE name",
            "There is no a=ice-ufrag line, so connectivity checks could not be told from others'.",
            fix: "Post pc.localDescription.sdp after setLocalDescription, unchanged.", "RFC 8839 §5.4"),
        RefusalAdvice(
            "ice-pwd-missing", "The offer has no ICE password", "There is no a=ice-pwd line, so connectivity checks could not be signed.",
            fix: "Post pc.localDescription.sdp after setLocalDescription, unchanged; a proxy that hides secrets must not change offers.",
            "RFC 8839 §5.4"),
        RefusalAdvice(
            "fingerprint-missing", "The offer promises no certificate",
            "There is no a=fingerprint line, so nobody could verify who is at the other end of the encryption.",
            fix: "Offer encrypted media: every WebRTC stack writes a=fingerprint. Plain RTP and SDES keys are not served.",
            "RFC 8842 §5.1"),
        RefusalAdvice(
            "fingerprint-weak", "The fingerprint is too weak", "The a=fingerprint lines use only hashes that are broken, as MD5 or SHA-1.",
            fix: "Use sha-256 in a=fingerprint.", "RFC 8122 §5"),
        RefusalAdvice(
            "setup-unusable", "The DTLS role cannot be used", "The a=setup line says holdconn, or something that leaves nobody to begin.",
            fix: "Offer a=setup:actpass.", "RFC 8842 §5.2"),
        RefusalAdvice(
            "answer-mismatch", "The answer does not fit the offer", "The answer has other sections than the offer that it answers.",
            fix: "Answer the offer of this very session: as many m= sections, in the same order.", "RFC 9429 §5.3.1"),
        RefusalAdvice(
            "answer-rejects-all", "The answer rejects everything", "Every section of the answer has port 0.",
            fix: "Accept at least one section.", "RFC 3264 §6"),
        RefusalAdvice(
            "restart-incomplete", "Half of a restart", "The fragment has a new a=ice-ufrag or a=ice-pwd, but not both.",
            fix: "Send both of the new offer with the PATCH.", "RFC 8840 §4.2"),
        RefusalAdvice(
            "restart-credentials-reused", "A restart with old credentials", "A restart must bring a new ufrag and a new pwd.",
            fix: "Call restartIce() and make a new offer; then send its ufrag and pwd.", "RFC 8445 §9"),
    ]

    private static let requests = [
        RefusalAdvice(
            "sdp-too-large", "The description is too large", "It has more bytes than a description may have here (256 KiB).",
            fix: "Offer fewer sections, codecs and candidates; close transceivers that are no longer used.", "RFC 8866 §5"),
        RefusalAdvice(
            "sdp-too-many-lines", "The description has too many lines", "It has more lines than a description may have here.",
            fix: "Offer fewer sections, codecs and candidates.", "RFC 8866 §5"),
        RefusalAdvice(
            "sdp-too-many-media-sections", "Too many sections", "A description may have 64 m= sections here.",
            fix: "Reuse transceivers, or make a new peer connection.", "RFC 8866 §5"),
        RefusalAdvice(
            "sdp-line-too-long", "A line is too long", "A line of the description is longer than 16 KiB.",
            fix: "See the line that is named: something was pasted into it.", "RFC 8866 §5"),
        RefusalAdvice(
            "sdp-not-a-description", "This is no session description", "The body does not begin as one: its first line must be v=0.",
            fix: "Post the text of pc.localDescription.sdp: not JSON around it with Content-Type application/sdp, not an empty body.",
            "RFC 8866 §5"),
        RefusalAdvice(
            "sdp-control-character", "A control character is in the text",
            "The text has a byte that no line may have, as a zero byte or an escape.",
            fix: "Send the text as UTF-8, without conversion; see the line and column that are named.", "RFC 8866 §5"),
    ]

    /// Lines that break their grammar: what the line is for, by code.
    private static let grammar: [RefusalAdvice] = [
        ("sdp-line-malformed", "a line", "each is one letter, =, and a value, ended by a line break", "§5"),
        ("sdp-line-unknown", "a line of a type that does not exist", "the letters are v o s i u e p c b t r z k a m", "§5"),
        ("sdp-line-out-of-order", "a line in the wrong place", "the order is v, o, s, t, a, and then each m= with its own lines", "§5"),
        ("sdp-line-missing", "a line that must be there and is not", "v=, o=, s= and t= are needed once", "§5"),
        ("sdp-version", "the v= line", "it is v=0", "§5.1"), ("sdp-origin", "the o= line", "it has six words", "§5.2"),
        ("sdp-session-name", "the s= line", "it is s=- mostly, and not empty", "§5.3"),
        ("sdp-connection", "a c= line", "as c=IN IP4 0.0.0.0", "§5.7"), ("sdp-bandwidth", "a b= line", "as b=AS:2000", "§5.8"),
        ("sdp-timing", "the t= line", "it is t=0 0", "§5.9"), ("sdp-media", "an m= line", "as m=audio 9 UDP/TLS/RTP/SAVPF 111", "§5.14"),
        ("sdp-media-port", "the port of an m= line", "a number from 0 to 65535", "§5.14"),
        ("sdp-media-format", "the formats of an m= line", "payload types from 0 to 127, or webrtc-datachannel", "§5.14"),
        ("sdp-attribute", "an a= line", "a name, and a value after a colon", "§5.13"),
        ("sdp-payload-type", "a payload type", "a number from 0 to 127", "§6.6"),
        ("sdp-rtpmap", "an a=rtpmap line", "as a=rtpmap:111 opus/48000/2", "§6.6"),
        ("sdp-fmtp", "an a=fmtp line", "as a=fmtp:111 minptime=10", "§6.15"),
        ("sdp-rtcp-fb", "an a=rtcp-fb line", "as a=rtcp-fb:96 nack pli", "RFC 4585 §4.2"),
        ("sdp-rtcp", "an a=rtcp line", "as a=rtcp:9 IN IP4 0.0.0.0", "RFC 3605 §2.1"),
        ("sdp-extmap", "an a=extmap line", "as a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid", "RFC 8285 §5"),
        ("sdp-ssrc", "an a=ssrc line", "as a=ssrc:1234 cname:x", "RFC 5576 §4.1"),
        ("sdp-ssrc-group", "an a=ssrc-group line", "as a=ssrc-group:FID 1 2", "RFC 5576 §4.2"),
        ("sdp-msid", "an a=msid line", "a stream and a track", "RFC 8830 §2"),
        ("sdp-rid", "an a=rid line", "as a=rid:h send", "RFC 8851 §4"),
        ("sdp-simulcast", "the a=simulcast line", "as a=simulcast:send h;m;l", "RFC 8853 §5.1"),
        ("sdp-mid", "an a=mid line", "one short word", "RFC 5888 §4"),
        ("sdp-group", "an a=group line", "as a=group:BUNDLE 0 1", "RFC 5888 §5"),
        ("sdp-ice-ufrag", "the a=ice-ufrag line", "4 to 256 letters, digits, + and /", "RFC 8839 §5.4"),
        ("sdp-ice-pwd", "the a=ice-pwd line", "22 to 256 letters, digits, + and /", "RFC 8839 §5.4"),
        ("sdp-ice-options", "the a=ice-options line", "words such as trickle", "RFC 8839 §5.6"),
        ("sdp-ice-pacing", "the a=ice-pacing line", "a number of milliseconds", "RFC 8839 §5.5"),
        ("sdp-fingerprint", "an a=fingerprint line", "as sha-256 and 32 bytes in hexadecimal with colons", "RFC 8122 §5"),
        ("sdp-fingerprint-forbidden", "an a=fingerprint line with a hash that may not be used", "use sha-256", "RFC 8122 §5"),
        ("sdp-setup", "the a=setup line", "actpass, active or passive", "RFC 4145 §4"),
        ("sdp-sctp-port", "the a=sctp-port line", "a number from 0 to 65535, as 5000", "RFC 8841 §5"),
        ("sdp-max-message-size", "the a=max-message-size line", "a number of bytes", "RFC 8841 §6"),
        ("sdp-sctpmap", "the a=sctpmap line", "as a=sctpmap:5000 webrtc-datachannel 256", "RFC 8841 §12"),
        ("sdp-candidate", "a candidate", "as candidate:1 1 udp 2122260223 192.0.2.1 50000 typ host", "RFC 8839 §5.1"),
        ("sdp-candidate-foundation", "the foundation of a candidate", "1 to 32 letters, digits, + and /", "RFC 8839 §5.1"),
        ("sdp-candidate-component", "the component of a candidate", "1 to 256", "RFC 8839 §5.1"),
        ("sdp-candidate-transport", "the transport of a candidate", "udp or tcp", "RFC 8839 §5.1"),
        ("sdp-candidate-priority", "the priority of a candidate", "1 to 2147483647", "RFC 8839 §5.1"),
        ("sdp-candidate-address", "the address of a candidate", "an IP address or a name", "RFC 8839 §5.1"),
        ("sdp-candidate-port", "the port of a candidate", "0 to 65535", "RFC 8839 §5.1"),
        ("sdp-candidate-type", "the type of a candidate", "typ host, srflx, prflx or relay", "RFC 8839 §5.1"),
    ].map { code, subject, rule, section in
        RefusalAdvice(
            code, "The text is wrong: \(subject)", "The description breaks the grammar at \(subject): \(rule).",
            fix: "See the line and column that are named. A browser's own offer, posted unchanged, has no such fault: "
                + "something between createOffer and the POST changed it, or it was put together by hand.",
            section.hasPrefix("RFC") ? section : "RFC 8866 \(section)")
    }
}
