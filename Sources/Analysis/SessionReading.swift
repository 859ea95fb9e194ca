internal import JSON
internal import SDP
internal import Wire

/// What a description or fragment says as a whole.
struct SessionReading {
    let maker: Maker?
    let ufrag: String?
    let isLite: Bool
    let options: [String]
    let role: SetupRole?
    let algorithms: [String]
    let bundled: Int
    let endOfCandidates: Bool
    /// By type, in the order people think of them; a name and how often.
    let counts: [(name: String, count: Int)]
    private let kind: Subject
    private let sections: [Section]

    init(_ examination: Examination) {
        let description = examination.description
        let sections = examination.sections
        kind = examination.kind
        self.sections = sections
        maker = examination.maker
        ufrag = description.attributes.iceUfrag ?? sections.lazy.compactMap { $0.ufrags.first?.value }.first
        isLite = description.isIceLite
        options = description.attributes.iceOptions ?? sections.lazy.compactMap { $0.options.first?.value }.first ?? []
        role = sections.lazy.compactMap { $0.setups.first?.value }.first ?? description.attributes.setup
        var names: [String] = []
        for fingerprint in description.attributes.fingerprints + sections.flatMap({ $0.fingerprints.map(\.value) })
        where !names.contains(fingerprint.algorithm) && names.count < 8 {
            names.append(fingerprint.algorithm)
        }
        algorithms = names
        bundled = sections.count { $0.isUsed && $0.isBundled }
        endOfCandidates = description.has(.endOfCandidates) || sections.contains { $0.endOfCandidates != nil }
        let candidates = sections.flatMap { $0.candidates.map(\.value) } + description.candidates
        counts = Self.count(candidates)
    }

    private static func count(_ candidates: [CandidateAttribute]) -> [(name: String, count: Int)] {
        var counts = ["host": 0, "srflx": 0, "prflx": 0, "relay": 0, "tcp": 0, "mdns": 0, "ipv6": 0]
        for candidate in candidates {
            counts[candidate.kind.rawValue, default: 0] += 1
            if candidate.transport != .udp { counts["tcp", default: 0] += 1 }
            switch candidate.host {
            case .name(let name) where name.hasSuffix(".local"): counts["mdns", default: 0] += 1
            case .address(let ip) where ip.family == .v6: counts["ipv6", default: 0] += 1
            default: break
            }
        }
        return ["host", "srflx", "prflx", "relay", "tcp", "mdns", "ipv6"].map { ($0, counts[$0] ?? 0) }
    }

    private func count(_ name: String) -> Int { counts.first { $0.name == name }?.count ?? 0 }

    var trickles: Bool { options.contains { $0.lowercased() == "trickle" } }
    var renominates: Bool { options.contains { $0.lowercased() == "renomination" } }

    /// A few sentences.
    var text: String {
        var sentences: [String] = []
        let noun = kind == .answer ? "An answer" : kind == .fragment ? "A trickle fragment" : "An offer"
        let what = sections.filter(\.isUsed).map(\.noun).map { SourceText.printable($0.utf8.prefix(24)) }.prefix(12)
        sentences.append(
            noun + (maker.map { " \($0.confidence.words) \($0.name) (\($0.reason))" } ?? "")
                + (kind == .fragment || what.isEmpty ? "" : " of \(listed(Array(what)))") + ".")
        if kind != .fragment {
            if sections.count(where: \.isUsed) > 1 {
                sentences.append(
                    bundled == 0
                        ? "Nothing is bundled." : "\(bundled) of \(counted(sections.count, "section")) share one transport (BUNDLE).")
            }
        }
        var ice = ufrag.map { "ICE session \(quoted($0))" } ?? "No ICE session is named"
        if isLite { ice += ", ICE lite" }
        if trickles { ice += ", more candidates may follow (trickle)" }
        if renominates { ice += ", may choose another pair later (renomination)" }
        if options.contains("ice2") { ice += ", follows RFC 8445 (ice2)" }
        sentences.append(ice + ".")
        if kind != .fragment {
            sentences.append(dtls)
            if let hint { sentences.append(hint) }
        }
        sentences.append(candidates)
        return sentences.joined(separator: " ")
    }

    private var dtls: String {
        let vouched =
            algorithms.isEmpty
            ? "no certificate named" : "the certificate named by \(listed(algorithms.map { SourceText.printable($0.utf8.prefix(16)) }))"
        return switch role {
        case .actpass: "DTLS: the answer chooses who begins; \(vouched)."
        case .active: "DTLS: this side begins; \(vouched)."
        case .passive: "DTLS: the other side begins; \(vouched)."
        case .holdconn, nil: "DTLS: who begins is not said; \(vouched)."
        }
    }

    /// What such an offer is posted for.
    private var hint: String? {
        let media = sections.filter { $0.isUsed && $0.media.isRTP }
        guard kind == .offer, !media.isEmpty, media.count == sections.count(where: \.isUsed) else { return nil }
        let directions = Set(media.map { $0.directions.first?.value ?? .sendrecv })
        if directions == [.sendonly] { return "Media is only sent: the offer of a WHIP publisher." }
        if directions == [.recvonly] { return "Media is only received: the offer of a WHEP player." }
        return nil
    }

    private var candidates: String {
        let total = count("host") + count("srflx") + count("prflx") + count("relay")
        guard total > 0 else { return endOfCandidates ? "No candidates, and none to come." : "No candidates yet." }
        var parts = [("host", "its own"), ("srflx", "from STUN"), ("prflx", "from a peer"), ("relay", "from TURN")].compactMap {
            name, words in
            count(name) > 0 ? "\(count(name)) \(words)" : nil
        }
        for (name, words) in [("tcp", "over TCP"), ("mdns", "hidden by mDNS"), ("ipv6", "IPv6")] where count(name) > 0 {
            parts.append("of them \(count(name)) \(words)")
        }
        return
            "\(counted(total, "candidate")): \(parts.joined(separator: ", ")); \(endOfCandidates ? "no more will come" : "more may come")."
    }

    func encode(into json: inout JSONWriter) {
        json.object { json in
            json.member("reading", text)
            if let maker {
                json.object("madeBy") { json in
                    json.member("name", maker.name)
                    json.member("confidence", maker.confidence.rawValue)
                    json.member("reason", maker.reason)
                }
            }
            json.member("usernameFragment", ufrag)
            json.member("iceLite", isLite)
            json.member("trickle", trickles)
            json.member("renomination", renominates)
            json.member("setup", role?.rawValue)
            json.array("fingerprintAlgorithms") { json in algorithms.forEach { json.string($0) } }
            json.member("bundledSections", bundled)
            json.member("endOfCandidates", endOfCandidates)
            json.key("candidates")
            json.object { json in
                for (name, count) in counts {
                    json.key(name)
                    json.number(Int64(count))
                }
            }
        }
    }
}

extension SessionDescription {
    /// Candidates before the first m-section.
    var candidates: [CandidateAttribute] {
        attributes.compactMap { if case .candidate(let candidate) = $0.attribute { candidate } else { nil } }
    }
}
