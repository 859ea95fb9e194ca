internal import Crypt
internal import DTLS
internal import SDP
internal import Wire

/// Which half of an exchange a description is.
enum DescriptionType {
    case offer, answer
}

/// Looks an attribute of the transport up where it may stand: in the tagged section, at the session, in the bundled others.
///
/// RFC 9143 §7.1.3 has the offerer repeat them or leave them to the tag; session-level ones hold for all (RFC 8839 §5.4,
/// RFC 8122 §5).
private struct TransportLines {
    /// The places to look, in order.
    private let places: [[AttributeLine]]
    /// Where the tagged section's `m=` line stood.
    let tagLine: Int?

    init(_ description: SessionDescription, _ assessment: Assessment) {
        let tag = assessment.tag
        let others = assessment.sections.filter { $0.rejection == nil && $0.index != tag }
        places = [description.media[tag].attributes, description.attributes] + others.map(\.description.attributes)
        tagLine = description.media[tag].source.number
    }

    func first<Value>(_ pick: ([AttributeLine]) -> Value?) -> Value? {
        places.lazy.compactMap(pick).first
    }
}

extension RemoteParameters {
    /// Reads what the chosen transport needs.
    init(of description: SessionDescription, _ assessment: Assessment, as type: DescriptionType) throws(Refusal) {
        let lines = TransportLines(description, assessment)
        guard let ufrag = lines.first(\.iceUfrag) else {
            throw Refusal(
                .iceUfragMissing, line: lines.tagLine, section: "RFC 8839 §5.4",
                "The m-section has no a=ice-ufrag line, and the session has none for it.")
        }
        guard let password = lines.first(\.icePwd) else {
            throw Refusal(
                .icePwdMissing, line: lines.tagLine, section: "RFC 8839 §5.4",
                "The m-section has no a=ice-pwd line, and the session has none for it.")
        }
        self.ufrag = ufrag
        self.password = password
        isLite = description.isIceLite
        iceOptions = lines.first(\.iceOptions) ?? []
        fingerprints = try Self.fingerprints(lines)
        dtlsRole = try Self.role(lines, type)
        tag = description.media[assessment.tag].mid
        let tagged = description.media[assessment.tag]
        endOfCandidates = tagged.has(.endOfCandidates) || description.has(.endOfCandidates)
        candidates = []
        setAside = []
        media = assessment.sections.map { section in
            MediaSection(
                index: section.index, mid: section.description.mid, kind: section.description.kind,
                direction: section.description.direction ?? description.attributes.direction ?? .sendrecv,
                rejection: section.rejection, codecs: section.rejection == nil ? section.codecs.codecs : [])
        }
        let data = assessment.sections.first { $0.rejection == nil && $0.description.isDataChannel }?.description
        sctpPort = data.map { $0.sctpPort ?? $0.sctpmap?.port ?? UInt16($0.formats.first ?? "") ?? 5000 }
        // RFC 8841 §6.1: "If the SDP "max-message-size" attribute is not present, the default value is 64K."
        maxMessageSize = data?.maxMessageSize ?? 65_536
        for (index, section) in description.media.enumerated() {
            for line in section.attributes { take(line.attribute, mid: section.mid, isOurs: index == assessment.tag) }
        }
        for line in description.attributes { take(line.attribute, mid: nil, isOurs: true) }
    }

    /// RFC 8842 §5: without a fingerprint there is no telling whose DTLS it is.
    private static func fingerprints(_ lines: TransportLines) throws(Refusal) -> [Fingerprint] {
        guard let attributes = lines.first({ $0.fingerprints.isEmpty ? nil : $0.fingerprints }) else {
            throw Refusal(
                .fingerprintMissing, line: lines.tagLine, section: "RFC 8842 §5.1",
                "The m-section has no a=fingerprint line, and the session has none for it.")
        }
        // Hash functions that nobody here knows are passed over; RFC 8122 §5 lets several stand side by side.
        let known = attributes.compactMap { line in
            Fingerprint.Algorithm(rawValue: line.algorithm).flatMap { Fingerprint(algorithm: $0, bytes: line.bytes) }
        }
        guard known.contains(where: { $0.algorithm.isStrong }) else {
            let line = lines.first { place in
                place.first { if case .fingerprint = $0.attribute { true } else { false } }?.source.number
            }
            throw Refusal(
                .fingerprintWeak, line: line, section: "RFC 8122 §5",
                "The certificate is vouched for only by \(attributes[0].algorithm), which proves nothing any more; add one by sha-256.")
        }
        return known
    }

    /// RFC 9429 §5.3.1: an offer of actpass is answered active; else the roles are the offer's reverse.
    private static func role(_ lines: TransportLines, _ type: DescriptionType) throws(Refusal) -> DTLS.Role {
        let line = lines.first { place in
            place.first { if case .setup = $0.attribute { true } else { false } }?.source.number
        }
        switch (lines.first(\.setup), type) {
        // RFC 4145 §4.1: "The default value of the setup attribute in an offer/answer exchange is 'active' in the offer and
        // 'passive' in the answer."
        case (.actpass, .offer), (.passive, _), (nil, .answer): return .client
        case (.active, _), (nil, .offer): return .server
        case (.actpass, .answer):
            throw Refusal(
                .setupUnusable, line: line, section: "RFC 5763 §5", "An answer must choose a=setup:active or a=setup:passive.")
        case (.holdconn, _):
            throw Refusal(
                .setupUnusable, line: line, section: "RFC 8842 §5.2", "DTLS does not know a=setup:holdconn; say actpass in an offer.")
        }
    }

    /// Sorts one attribute of a description or fragment in, where it is a candidate.
    mutating func take(_ attribute: Attribute, mid: String?, isOurs: Bool) {
        switch attribute {
        case .candidate(let candidate):
            if let reason = reasonAgainst(candidate, isOurs: isOurs) {
                setAside.append(SetAsideCandidate(text: candidate.text, mid: mid, reason: reason, message: Self.sentence(reason)))
            } else {
                candidates.append(SignalledCandidate(candidate, mid: mid))
            }
        case .setAside("candidate", let text, let fault):
            setAside.append(SetAsideCandidate(text: text, mid: mid, reason: .malformed, message: fault.error.message))
        default: break
        }
    }

    private func reasonAgainst(_ candidate: CandidateAttribute, isOurs: Bool) -> SetAsideCandidate.Reason? {
        if !isOurs { return .otherTransport }
        if candidate.port == 0 { return .unreachablePort }
        if let generation = candidate.ufrag, generation != ufrag { return .otherGeneration }
        return candidates.count < Limits.remoteCandidates ? nil : .beyondLimit
    }

    private static func sentence(_ reason: SetAsideCandidate.Reason) -> String {
        switch reason {
        case .malformed: "The candidate can't be read."
        case .unreachablePort: "The candidate has port 0, where nothing can be reached."
        case .otherTransport: "The candidate belongs to an m-section whose transport is not used: all share the tagged one's."
        case .otherGeneration: "The candidate names the username fragment of another ICE generation."
        case .beyondLimit: "More candidates came than the \(Limits.remoteCandidates) that are kept."
        }
    }
}

extension [AttributeLine] {
    /// The session's direction, which holds for sections without one.
    fileprivate var direction: Direction? {
        for line in self {
            if case .direction(let direction) = line.attribute { return direction }
        }
        return nil
    }
}
