internal import SDP

/// One m-section, its lines sorted by what they speak of: one walk over them serves every rule.
struct Section {
    typealias Placed<Value> = (value: Value, line: Int?)

    let index: Int
    let media: MediaDescription
    let mid: String?
    let line: Int?
    let isBundled: Bool
    /// Port 0 says that the section is not used, unless it lives on its group's transport.
    let isOff: Bool

    var mids: [Placed<String>] = []
    var ufrags: [Placed<String>] = []
    var passwords: [Placed<String>] = []
    var fingerprints: [Placed<FingerprintAttribute>] = []
    var setups: [Placed<SetupRole>] = []
    var directions: [Placed<Direction>] = []
    var rtpmaps: [Placed<RTPMap>] = []
    var parameters: [Placed<FormatParameters>] = []
    var feedback: [Placed<RTCPFeedback>] = []
    var extensions: [Placed<HeaderExtension>] = []
    var candidates: [Placed<CandidateAttribute>] = []
    var endOfCandidates: Int?
    var streams: [Placed<SSRCAttribute>] = []
    var groups: [Placed<SSRCGroup>] = []
    var rids: [Placed<RID>] = []
    var simulcasts: [Placed<Simulcast>] = []
    var options: [Placed<[String]>] = []
    var others: [Placed<String>] = []
    var hasMux = false
    var muxOnly: Int?
    var bundleOnly: Int?
    var allowsMixed = false
    var messageSize: Placed<UInt64>?
    var sctpPort: Placed<UInt16>?
    var sctpmap: Int?
    /// The first rtpmap of each payload type.
    private(set) var maps: [UInt8: RTPMap] = [:]
    let payloadTypes: [UInt8]
    /// Whether a certificate is named for it, beside or above it: what makes any RTP protocol DTLS-SRTP (RFC 9429 §5.1.2).
    private let isVouchedFor: Bool

    init(_ media: MediaDescription, index: Int, bundled: Set<String>, isVouchedFor: Bool) {
        self.index = index
        self.media = media
        mid = media.mid
        line = media.source.number
        isBundled = media.mid.map(bundled.contains) ?? false
        isOff = media.port == 0 && !(isBundled && media.has(.bundleOnly))
        payloadTypes = media.payloadTypes
        self.isVouchedFor = isVouchedFor || media.attributes.contains { if case .fingerprint = $0.attribute { true } else { false } }
        for line in media.attributes { sort(line.attribute, line.source.number) }
        for (map, _) in rtpmaps where maps[map.payloadType] == nil { maps[map.payloadType] = map }
    }

    private mutating func sort(_ attribute: Attribute, _ line: Int?) {
        switch attribute {
        case .mid(let value): mids.append((value, line))
        case .iceUfrag(let value): ufrags.append((value, line))
        case .icePwd(let value): passwords.append((value, line))
        case .iceOptions(let value): options.append((value, line))
        case .fingerprint(let value): fingerprints.append((value, line))
        case .setup(let value): setups.append((value, line))
        case .direction(let value): directions.append((value, line))
        case .rtpmap(let value): rtpmaps.append((value, line))
        case .fmtp(let value): parameters.append((value, line))
        case .rtcpFeedback(let value): feedback.append((value, line))
        case .headerExtension(let value): extensions.append((value, line))
        case .candidate(let value): candidates.append((value, line))
        case .endOfCandidates: endOfCandidates = endOfCandidates ?? line
        case .ssrc(let value): streams.append((value, line))
        case .ssrcGroup(let value): groups.append((value, line))
        case .rid(let value): rids.append((value, line))
        case .simulcast(let value): simulcasts.append((value, line))
        case .rtcpMux: hasMux = true
        case .rtcpMuxOnly: muxOnly = line
        case .bundleOnly: bundleOnly = line
        case .extmapAllowMixed: allowsMixed = true
        case .maxMessageSize(let value): messageSize = messageSize ?? (value, line)
        case .sctpPort(let value): sctpPort = sctpPort ?? (value, line)
        case .sctpmap: sctpmap = sctpmap ?? line
        case .other(let name, _): others.append((name, line))
        case .iceLite: others.append(("ice-lite", line))
        default: break
        }
    }

    /// Whether the section is one that WebRTC's rules speak of and is used.
    var isUsed: Bool { !isOff && (media.isRTP || media.isDataChannel) }

    /// Whether DTLS makes the keys.
    var isSecure: Bool {
        isVouchedFor || media.protocolName.utf8.split(separator: UInt8(ascii: "/")).contains { $0.elementsEqual("TLS".utf8) }
    }

    /// "audio", "data", "the text section": what the section carries, in a word.
    var noun: String { media.isDataChannel ? "data" : media.kind }
}
