/// One `a=` line, as the type its name asks for.
public enum Attribute: Hashable, Sendable {
    // Grouping (RFC 5888, 9143)
    case group(Group)
    case mid(String)
    case bundleOnly
    // ICE (RFC 8839, 8838)
    /// 4 to 256 characters.
    case iceUfrag(String)
    /// 22 to 256 characters.
    case icePwd(String)
    case iceOptions([String])
    case iceLite
    /// Milliseconds between two checks that the sender asks for.
    case icePacing(UInt32)
    case candidate(CandidateAttribute)
    case endOfCandidates
    // DTLS (RFC 8122, 4145, 8842)
    case fingerprint(FingerprintAttribute)
    case setup(SetupRole)
    // RTP sessions (RFC 8866, 3605, 5761, 8858, 5506)
    case direction(Direction)
    case rtcp(RTCPAddress)
    case rtcpMux
    case rtcpMuxOnly
    case rtcpRsize
    // Codecs (RFC 8866, 4585)
    case rtpmap(RTPMap)
    case fmtp(FormatParameters)
    case rtcpFeedback(RTCPFeedback)
    // Header extensions (RFC 8285)
    case headerExtension(HeaderExtension)
    case extmapAllowMixed
    // Streams (RFC 5576, 8830, 8851, 8853)
    case ssrc(SSRCAttribute)
    case ssrcGroup(SSRCGroup)
    case msid(MSID)
    /// What follows `msid-semantic:`, usually `WMS` and stream ids.
    case msidSemantic(String)
    case rid(RID)
    case simulcast(Simulcast)
    // Data channels (RFC 8841)
    /// 0 says that the association is closed.
    case sctpPort(UInt16)
    /// Bytes; 0 says that there is no limit.
    case maxMessageSize(UInt64)
    case sctpmap(SCTPMap)
    // The rest
    /// An attribute this room has no type for, as it was written; the value is nil where there is no colon.
    case other(name: String, value: String?)
    /// An attribute that is malformed, but not worth refusing the description for: kept as written, with what is wrong.
    case setAside(name: String, value: String, because: SourceFault)
}

extension Attribute {
    /// What stands before the colon.
    public var name: String {
        switch self {
        case .group: "group"
        case .mid: "mid"
        case .bundleOnly: "bundle-only"
        case .iceUfrag: "ice-ufrag"
        case .icePwd: "ice-pwd"
        case .iceOptions: "ice-options"
        case .iceLite: "ice-lite"
        case .icePacing: "ice-pacing"
        case .candidate: "candidate"
        case .endOfCandidates: "end-of-candidates"
        case .fingerprint: "fingerprint"
        case .setup: "setup"
        case .direction(let direction): direction.rawValue
        case .rtcp: "rtcp"
        case .rtcpMux: "rtcp-mux"
        case .rtcpMuxOnly: "rtcp-mux-only"
        case .rtcpRsize: "rtcp-rsize"
        case .rtpmap: "rtpmap"
        case .fmtp: "fmtp"
        case .rtcpFeedback: "rtcp-fb"
        case .headerExtension: "extmap"
        case .extmapAllowMixed: "extmap-allow-mixed"
        case .ssrc: "ssrc"
        case .ssrcGroup: "ssrc-group"
        case .msid: "msid"
        case .msidSemantic: "msid-semantic"
        case .rid: "rid"
        case .simulcast: "simulcast"
        case .sctpPort: "sctp-port"
        case .maxMessageSize: "max-message-size"
        case .sctpmap: "sctpmap"
        case .other(let name, _), .setAside(let name, _, _): name
        }
    }

    /// What stands after the colon; nil where there is none.
    public var value: String? {
        switch self {
        case .bundleOnly, .iceLite, .endOfCandidates, .direction, .rtcpMux, .rtcpMuxOnly, .rtcpRsize, .extmapAllowMixed: nil
        case .group(let group): group.text
        case .mid(let text), .iceUfrag(let text), .icePwd(let text), .msidSemantic(let text): text
        case .iceOptions(let options): options.joined(separator: " ")
        case .icePacing(let milliseconds): String(milliseconds)
        case .candidate(let candidate): candidate.text
        case .fingerprint(let fingerprint): fingerprint.text
        case .setup(let role): role.rawValue
        case .rtcp(let address): address.text
        case .rtpmap(let map): map.text
        case .fmtp(let parameters): parameters.text
        case .rtcpFeedback(let feedback): feedback.text
        case .headerExtension(let headerExtension): headerExtension.text
        case .ssrc(let ssrc): ssrc.text
        case .ssrcGroup(let group): group.text
        case .msid(let msid): msid.text
        case .rid(let rid): rid.text
        case .simulcast(let simulcast): simulcast.text
        case .sctpPort(let port): String(port)
        case .maxMessageSize(let bytes): String(bytes)
        case .sctpmap(let map): map.text
        case .other(_, let value): value
        case .setAside(_, let value, _): value
        }
    }
}
