internal import Peer
internal import SDP

extension Finding {
    /// A line that breaks its grammar.
    init(_ fault: SDPError, _ severity: Severity = .error, line: Int? = nil, mid: String?, suffix: String = "") {
        self.init(
            code: fault.code.rawValue, severity: severity, line: line ?? fault.line, column: fault.column, mid: mid, section: fault.section,
            title: fault.code.title, explanation: fault.message + suffix, fix: fault.code.fix)
    }

    /// What this server refuses.
    init(_ refusal: Refusal, _ severity: Severity = .error, mid: String?) {
        let words = Refusal.Code(rawValue: refusal.code).map { ($0.title, $0.fix) }
        self.init(
            code: refusal.code, severity: severity, line: refusal.line, column: refusal.column, mid: mid, section: refusal.section,
            title: words?.0 ?? "Refused", explanation: refusal.message, fix: words?.1 ?? "Mend the line.")
    }
}

extension SDPError.Code {
    /// A few words for what is wrong.
    var title: String {
        switch self {
        case .notADescription: "This is no session description"
        case .tooLarge: "The text is too large"
        case .tooManyLines: "The text has too many lines"
        case .lineTooLong: "The line is too long"
        case .tooManyMediaSections: "There are too many m-sections"
        case .controlCharacter: "A character that no line may hold"
        case .lineMalformed: "This is no SDP line"
        case .lineUnknown: "A kind of line that SDP does not have"
        case .lineOutOfOrder: "The line stands in the wrong place"
        case .lineMissing: "A line is missing"
        case .version: "The version is not 0"
        case .origin: "The o= line can't be read"
        case .sessionName: "The session's name is empty"
        case .connection: "The c= line can't be read"
        case .bandwidth: "The b= line can't be read"
        case .timing: "The t= line can't be read"
        case .media: "The m= line can't be read"
        case .mediaPort: "The port can't be read"
        case .mediaFormat: "A format of the m= line can't be read"
        case .candidate, .candidateFoundation, .candidateComponent, .candidateTransport, .candidatePriority, .candidateAddress,
            .candidatePort, .candidateType:
            "The candidate can't be read"
        case .iceUfrag: "The ICE username fragment can't be used"
        case .icePwd: "The ICE password can't be used"
        case .fingerprint: "The fingerprint can't be read"
        case .fingerprintForbidden: "A fingerprint that may not be used"
        case .attribute: "The attribute can't be read"
        default: "The a=\(rawValue.dropFirst(4)) line can't be read"
        }
    }

    /// What to do.
    var fix: String {
        switch self {
        case .notADescription:
            "Post the description's own text, which begins with v=0: the `sdp` member of what createOffer gives, without JSON around it, or JSON as application/json."
        case .tooLarge, .tooManyLines, .lineTooLong, .tooManyMediaSections:
            "Offer less at once: a connection of two people needs a few hundred lines."
        case .controlCharacter: "Send the text as it was made, lines ended by CRLF; something on the way changed or cut it."
        case .lineMalformed: "Remove the line, or the spaces before it. Where it was one line once, it was broken in two on the way."
        case .lineUnknown, .lineOutOfOrder, .lineMissing:
            "Send the text as the browser made it: v=, o=, s=, t=, then a= lines, then each m= line with what belongs to it."
        case .version: "Write v=0."
        case .origin: "Write o=- 1 1 IN IP4 127.0.0.1 with a random number in place of the first."
        case .sessionName: "Write s=-."
        case .connection: "Write c=IN IP4 0.0.0.0."
        case .bandwidth: "Write b=AS: and a number of kilobits, or remove the line."
        case .timing: "Write t=0 0."
        case .media, .mediaPort, .mediaFormat, .payloadType:
            "Write it as m=audio 9 UDP/TLS/RTP/SAVPF 111 or m=application 9 UDP/DTLS/SCTP webrtc-datachannel."
        case .rtpmap: "Write it as a=rtpmap:111 opus/48000/2."
        case .headerExtension: "Write it as a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid."
        case .iceUfrag: "An a=ice-ufrag has 4 to 256 letters, digits, + or /. Take it from the browser's description unchanged."
        case .icePwd:
            "An a=ice-pwd has 22 to 256 letters, digits, + or /. Take it from the browser's description unchanged; where it is masked or cut, get it anew."
        case .fingerprint, .fingerprintForbidden: "Give a=fingerprint:sha-256 and 32 pairs of hexadecimal digits with colons between them."
        case .setup: "Write a=setup:actpass in an offer, active or passive in an answer."
        case .mid: "Write a=mid with a short word, a number say."
        case .sctpPort: "Write a=sctp-port:5000."
        case .maxMessageSize: "Write a=max-message-size:262144."
        case .candidate, .candidateFoundation, .candidateComponent, .candidateTransport, .candidatePriority, .candidateAddress,
            .candidatePort, .candidateType:
            "Write it as candidate:1 1 udp 2130706431 192.0.2.1 50000 typ host."
        default: "Mend the line, or remove it."
        }
    }
}

extension Refusal.Code {
    var title: String {
        switch self {
        case .noMediaSection: "Nothing is offered"
        case .bundleOverlap: "One section in two BUNDLE groups"
        case .payloadTypeConflict: "One payload type for two codecs"
        case .headerExtensionConflict: "One id for two header extensions"
        case .mediaUnsupported: "A medium that is not served"
        case .protocolUnsupported: "A protocol that is not served"
        case .noCommonCodec: "No codec that is served"
        case .rtcpMuxMissing: "No a=rtcp-mux"
        case .sctpClosed: "The data channels are closed"
        case .notBundled: "A section with a transport of its own"
        case .answerMismatch: "The answer does not fit"
        case .restartReused: "A restart with old credentials"
        default: Rule(rawValue: rawValue)?.facts.title ?? "Refused"
        }
    }

    var fix: String {
        switch self {
        case .noMediaSection: "Call createDataChannel or addTransceiver before createOffer."
        case .midMissing, .midDuplicate: "Number the sections: a=mid:0, a=mid:1 and so on."
        case .bundleUnknownMid, .bundleOverlap: "Let one BUNDLE group list exactly the mids of the a=mid lines."
        case .payloadTypeConflict: "Give one of the codecs another payload type, from 96 to 127."
        case .headerExtensionConflict: "Give one of the header extensions another id, from 1 to 14."
        case .msidConflict: "Let each track have an m-section of its own."
        case .ridUnknown: "Declare every rid with an a=rid line, or take it off the a=simulcast line."
        case .mediaDisabled: "Give a section that is to be used port 9."
        case .mediaUnsupported, .protocolUnsupported:
            "Offer audio, video (UDP/TLS/RTP/SAVPF) or data channels (UDP/DTLS/SCTP webrtc-datachannel)."
        case .noCommonCodec: "Offer opus or PCMU for audio; VP8, VP9, H264, H265 or AV1 for video."
        case .rtcpMuxMissing: "Add a=rtcp-mux to the section."
        case .sctpClosed: "Write a=sctp-port:5000."
        case .notBundled: "Let the BUNDLE group name the section (bundlePolicy \"max-bundle\")."
        case .iceUfragMissing, .icePwdMissing, .fingerprintMissing: "Post the description as the browser made it."
        case .fingerprintWeak: "Give the certificate's SHA-256 fingerprint."
        case .setupUnusable: "Write a=setup:actpass in an offer, active or passive in an answer."
        case .answerMismatch: "Answer each m-section of the offer, in its order."
        case .answerRejectsAll: "Answer at least one section with a port."
        case .restartIncomplete, .restartReused: "Send a new a=ice-ufrag and a new a=ice-pwd together."
        }
    }
}
