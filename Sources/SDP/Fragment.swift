internal import Wire

/// The body of `application/trickle-ice-sdpfrag`: candidates that came after the description, or the credentials of a
/// restart (RFC 8840 §9, RFC 9725 §4.3).
public struct Fragment: Hashable, Sendable {
    /// What stands before the first pseudo m-section: the credentials, the ICE options, the group.
    public var attributes: [AttributeLine]
    /// Pseudo m-sections. Only their mid, credentials, candidates and end-of-candidates mean anything.
    public var media: [MediaDescription]

    public init(attributes: [AttributeLine] = [], media: [MediaDescription] = []) {
        self.attributes = attributes
        self.media = media
    }

    /// A fragment of one section.
    public init(
        ufrag: String, password: String, iceOptions: [String] = [], isLite: Bool = false, kind: String = "audio", mid: String,
        candidates: [CandidateAttribute], endOfCandidates: Bool
    ) {
        attributes = [AttributeLine(.iceUfrag(ufrag)), AttributeLine(.icePwd(password))]
        if isLite { attributes.append(AttributeLine(.iceLite)) }
        if !iceOptions.isEmpty { attributes.append(AttributeLine(.iceOptions(iceOptions))) }
        // RFC 8840 §9.2: the pseudo m-line says `9 RTP/AVP 0`, whatever the real one says; only its medium is the real one's.
        var section = MediaDescription(kind: kind, port: 9, protocolName: "RTP/AVP", formats: ["0"])
        section.append(.mid(mid))
        for candidate in candidates { section.append(.candidate(candidate)) }
        if endOfCandidates { section.append(.endOfCandidates) }
        media = [section]
    }

    /// Parses a fragment: `a=` lines, `m=` lines and what belongs to them.
    public init(parsing text: Span<UInt8>) throws(SDPError) {
        self.init()
        guard text.count <= Limits.descriptionBytes else {
            throw SDPError(
                .tooLarge, line: 1, column: 1, section: "RFC 8840 §9",
                message: "The fragment has \(text.count) bytes; this server takes up to \(Limits.descriptionBytes).")
        }
        var lines = LineReader(text)
        while let range = try lines.next() {
            try read(text.extracting(range), line: lines.number)
        }
        guard !attributes.isEmpty || !media.isEmpty else {
            throw SDPError(
                .notADescription, line: 1, column: 1, section: "RFC 8840 §9",
                message: "The fragment is empty; it begins with a=ice-ufrag and a=ice-pwd.")
        }
    }

    /// Parses a fragment out of a string.
    public init(parsing text: String) throws(SDPError) {
        try self.init(parsing: Array(text.utf8).span)
    }

    mutating func read(_ bytes: Span<UInt8>, line: Int) throws(SDPError) {
        guard bytes.count >= 2, bytes[1] == Ascii.equals, bytes[0] == 0x61 || bytes[0] == 0x6d else {
            let shown = LineScanner(bytes, line: line, firstColumn: 1).text(in: 0..<min(bytes.count, 40))
            throw SDPError(
                .lineMalformed, line: line, column: 1, section: "RFC 8840 §9",
                message: "A trickle-ice-sdpfrag consists of a= and m= lines; this line reads \(quoted(shown)).")
        }
        var scanner = LineScanner(bytes.extracting(2..<bytes.count), line: line, firstColumn: 3)
        try read(isSection: bytes[0] == 0x6d, &scanner)
    }

    private mutating func read(isSection: Bool, _ scanner: inout LineScanner) throws(SDPError) {
        if isSection {
            guard media.count < Limits.mediaSections else {
                throw scanner.error(
                    .tooManyMediaSections, "RFC 8840 §9", at: 1,
                    "A fragment has at most \(Limits.mediaSections) m-sections here; this is one more.")
            }
            media.append(try MediaDescription(&scanner))
            return
        }
        let line = AttributeLine(try Attribute(&scanner), source: SourceLine(scanner.line))
        if let last = media.indices.last {
            media[last].attributes.append(line)
        } else {
            attributes.append(line)
        }
    }

    /// The fragment as text, lines ended by CRLF.
    public func serialize() -> String {
        var lines = LineWriter()
        for line in attributes { lines.append(line.attribute) }
        for section in media { section.write(into: &lines) }
        return lines.text
    }
}

extension Fragment {
    /// The username fragment of the session, or of the first section that has one.
    public var ufrag: String? { attributes.iceUfrag ?? media.lazy.compactMap(\.attributes.iceUfrag).first }

    /// The password beside the username fragment.
    public var password: String? { attributes.icePwd ?? media.lazy.compactMap(\.attributes.icePwd).first }

    public var iceOptions: [String] { attributes.iceOptions ?? media.lazy.compactMap(\.attributes.iceOptions).first ?? [] }

    public var isLite: Bool { attributes.contains { $0.attribute == .iceLite } }

    /// Whether the sender has no more candidates of this generation.
    public var endOfCandidates: Bool {
        attributes.contains { $0.attribute == .endOfCandidates } || media.contains { $0.has(.endOfCandidates) }
    }
}
