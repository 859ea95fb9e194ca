/// What a section says, looked up by meaning. Where a line stands twice, the first counts.
extension MediaDescription {
    /// Whether the protocol carries RTP, so that formats are payload types.
    public var isRTP: Bool {
        protocolName.utf8.split(separator: Ascii.slash).contains { $0.elementsEqual("RTP".utf8) }
    }

    /// Whether the section carries data channels (RFC 8841), or did so by the older description.
    public var isDataChannel: Bool {
        guard kind == "application" else { return false }
        switch protocolName {
        case "UDP/DTLS/SCTP", "TCP/DTLS/SCTP": return formats == ["webrtc-datachannel"]
        case "DTLS/SCTP": return true
        default: return false
        }
    }

    /// The formats that are payload types.
    public var payloadTypes: [UInt8] { isRTP ? formats.compactMap { $0.utf8.decimal(as: UInt8.self) } : [] }

    public var mid: String? {
        first { if case .mid(let mid) = $0 { mid } else { nil } }
    }

    /// The direction where the section has one; `sendrecv` is meant where neither it nor the session has (RFC 8866 §6.7).
    public var direction: Direction? {
        first { if case .direction(let direction) = $0 { direction } else { nil } }
    }

    /// The candidates that could be read, in order.
    public var candidates: [CandidateAttribute] {
        attributes.compactMap { if case .candidate(let candidate) = $0.attribute { candidate } else { nil } }
    }

    public var rtpmaps: [RTPMap] {
        attributes.compactMap { if case .rtpmap(let map) = $0.attribute { map } else { nil } }
    }

    public var formatParameters: [FormatParameters] {
        attributes.compactMap { if case .fmtp(let parameters) = $0.attribute { parameters } else { nil } }
    }

    public var headerExtensions: [HeaderExtension] {
        attributes.compactMap { if case .headerExtension(let value) = $0.attribute { value } else { nil } }
    }

    public var rids: [RID] {
        attributes.compactMap { if case .rid(let rid) = $0.attribute { rid } else { nil } }
    }

    public var sctpPort: UInt16? {
        first { if case .sctpPort(let port) = $0 { port } else { nil } }
    }

    public var sctpmap: SCTPMap? {
        first { if case .sctpmap(let map) = $0 { map } else { nil } }
    }

    public var maxMessageSize: UInt64? {
        first { if case .maxMessageSize(let bytes) = $0 { bytes } else { nil } }
    }

    /// Whether the section has this attribute, which has no value of its own: `.rtcpMux`, `.bundleOnly`, `.endOfCandidates` …
    public func has(_ attribute: Attribute) -> Bool { attributes.contains { $0.attribute == attribute } }

    /// The line of the first attribute with this name; the section's own where there is none.
    public func line(of name: String) -> Int? {
        attributes.first { $0.attribute.name == name }?.source.number ?? source.number
    }

    private func first<Value>(_ pick: (Attribute) -> Value?) -> Value? { attributes.first(pick) }
}

extension SessionDescription {
    /// The groups of one kind (RFC 5888), in order.
    public func groups(_ semantics: String) -> [Group] {
        attributes.compactMap { if case .group(let group) = $0.attribute, group.semantics == semantics { group } else { nil } }
    }

    /// Whether the sender runs ICE lite.
    public var isIceLite: Bool { attributes.contains { $0.attribute == .iceLite } }

    public func has(_ attribute: Attribute) -> Bool { attributes.contains { $0.attribute == attribute } }

    /// The line of the first session-level attribute with this name.
    public func line(of name: String) -> Int? {
        attributes.first { $0.attribute.name == name }?.source.number
    }
}

extension [AttributeLine] {
    func first<Value>(_ pick: (Attribute) -> Value?) -> Value? {
        for line in self {
            if let value = pick(line.attribute) { return value }
        }
        return nil
    }

    /// The username fragment among these lines.
    public var iceUfrag: String? {
        first { if case .iceUfrag(let text) = $0 { text } else { nil } }
    }

    /// The ICE password among these lines.
    public var icePwd: String? {
        first { if case .icePwd(let text) = $0 { text } else { nil } }
    }

    /// The ICE options among these lines; nil where no line speaks of them.
    public var iceOptions: [String]? {
        first { if case .iceOptions(let options) = $0 { options } else { nil } }
    }

    /// The certificate fingerprints among these lines.
    public var fingerprints: [FingerprintAttribute] {
        compactMap { if case .fingerprint(let fingerprint) = $0.attribute { fingerprint } else { nil } }
    }

    public var setup: SetupRole? {
        first { if case .setup(let role) = $0 { role } else { nil } }
    }
}
