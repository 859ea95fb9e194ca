internal import SDP

/// A description or fragment on the table: what was read of it, and what was found so far.
struct Examination {
    let source: SourceText
    let kind: Subject
    let description: SessionDescription
    /// Lines that could not be read.
    let faults: [SDPError]
    let sections: [Section]
    /// The mids of each BUNDLE group.
    let bundles: [Section.Placed<[String]>]
    var findings = Findings()
    /// The names of attributes on lines that could not be read: that such a one is missing is not said.
    private let unread: Set<String>
    /// Who seems to have made it; nil for a fragment, which does not tell.
    let maker: Maker?
    /// Whether a whole section could not be read, so that what refers to it means nothing.
    let lacksSection: Bool

    init(_ source: SourceText, _ kind: Subject, _ description: SessionDescription, _ faults: [SDPError]) {
        self.source = source
        self.kind = kind
        self.description = description
        self.faults = faults
        maker = kind == .fragment || kind == .candidate ? nil : Maker(of: description)
        bundles = description.attributes.compactMap { line in
            if case .group(let group) = line.attribute, group.semantics == "BUNDLE" { (group.mids, line.source.number) } else { nil }
        }
        let bundled = Set(bundles.flatMap(\.value))
        let isVouchedFor = description.attributes.contains { if case .fingerprint = $0.attribute { true } else { false } }
        sections = description.media.enumerated().map { Section($1, index: $0, bundled: bundled, isVouchedFor: isVouchedFor) }
        var unread: Set<String> = []
        for fault in faults {
            let name = source.line(fault.line).prefix(64).dropFirst(2).prefix { $0 != UInt8(ascii: ":") }
            unread.insert(String(decoding: name, as: UTF8.self))
        }
        self.unread = unread
        lacksSection = faults.contains { source.starts($0.line, with: "m=") || $0.code == .tooManyMediaSections }
    }

    /// Whether it may be said that no line `a=name` is there.
    func lacks(_ name: String) -> Bool { !unread.contains(name) }

    /// The sections by transport: the bundled together, the others alone. Those that are off are left out.
    var transports: [[Section]] {
        var result: [[Section]] = []
        var groupOf: [String: Int] = [:]
        for (number, bundle) in bundles.enumerated() {
            for mid in bundle.value where groupOf[mid] == nil { groupOf[mid] = number }
        }
        var places: [Int: Int] = [:]
        for section in sections where section.isUsed {
            if let group = section.mid.flatMap({ groupOf[$0] }) {
                if let place = places[group] {
                    result[place].append(section)
                    continue
                }
                places[group] = result.count
            }
            result.append([section])
        }
        return result
    }

    /// All rules, for a description.
    mutating func examineDescription() {
        examineSession()
        examineGroups()
        for section in sections { examinePlace(of: section) }
        for transport in transports { examineTransport(transport) }
        for section in sections where section.isUsed {
            if section.media.isRTP {
                examineMedia(section)
            } else {
                examineData(section)
            }
        }
        examineBundledMedia()
        examineCandidates()
        examineMunging()
    }
}
