internal import JSON
internal import Peer
internal import SDP
internal import Wire

/// What this server would say of itself in an answer: its certificate and its addresses.
public struct AnsweringSide: Sendable {
    /// `sha-256 AA:BB:…`
    public var fingerprint: String
    /// What follows `a=` of each candidate line: `candidate:1 1 udp …`. Lines that can't be read are left out.
    public var candidates: [String]

    public init(fingerprint: String, candidates: [String]) {
        self.fingerprint = fingerprint
        self.candidates = candidates
    }

    var parameters: LocalParameters {
        // No session is made, so its secrets are none: they say that they are an example.
        LocalParameters(
            ufrag: "EXAMPLE", password: "EXAMPLE/NOT/A/SESSION/00", fingerprint: fingerprint,
            candidates: candidates.compactMap { try? CandidateAttribute(parsing: $0) }, sessionID: 1)
    }
}

/// The reading of an offer, answer, trickle fragment or candidate: what it says, what is wrong with it, and what this server
/// would answer. A pure function of the text; nothing is allocated for it and nothing is kept of it.
public struct Report: Sendable {
    public let kind: Subject
    /// The gravest first; at most 200.
    public let findings: [Finding]
    /// One sentence.
    public let summary: String
    /// The answer the offer would get; nil where it is refused, and for what is no offer.
    public let answer: String?
    let refusal: Refusal?
    let source: SourceText
    let media: [MediaReading]
    let session: SessionReading?
    let candidates: [CandidateReading]

    /// Whether nothing is wrong enough for it to be refused.
    public var isAccepted: Bool { refusal == nil && !findings.contains { $0.severity == .error } }

    /// - Parameters:
    ///   - text: as it came; any bytes.
    ///   - kind: what it is; nil to find out.
    ///   - unwrapped: whether the text was taken out of JSON that was not announced as such.
    ///   - side: this server, as its answer would show it.
    public init(of text: [UInt8], as kind: Subject? = nil, unwrapped: Bool = false, for side: AnsweringSide) {
        let source = SourceText(text)
        let known = kind ?? Subject.guess(source)
        self.source = source
        self.kind = known
        var examination: Examination
        var refusal: Refusal?
        var outcome: RemoteParameters?
        var answer: String?
        switch known {
        case .offer, .answer:
            let (description, faults) = SessionDescription.recovered(from: text.span)
            examination = Examination(source, known, description, faults)
            refusal = faults.first.map { Refusal($0) }
            if refusal == nil {
                do throws(Refusal) {
                    let (answered, remote) = try Negotiation.answer(to: description, with: side.parameters)
                    outcome = remote
                    if known == .offer { answer = answered.serialize() }
                } catch {
                    refusal = error
                }
            }
            examination.examineDescription()
        case .fragment:
            let (fragment, faults) = Fragment.recovered(from: text.span)
            var description = SessionDescription(origin: Origin(sessionID: "0", version: "0"))
            description.attributes = fragment.attributes
            description.media = fragment.media
            examination = Examination(source, known, description, faults)
            refusal = faults.first.map { Refusal($0) }
            examination.examineFragment()
        case .candidate:
            examination = Examination(source, known, SessionDescription(origin: Origin(sessionID: "0", version: "0")), [])
            examination.examineLines()
        }
        examination.note(unwrapped: unwrapped, guessed: kind == nil)
        for fault in examination.faults { examination.findings.add(Finding(fault, mid: nil)) }
        refusal = examination.note(refusal, outcome)
        self.refusal = refusal
        self.answer = answer
        findings = examination.findings.told()
        let sessionDirection: Direction? = examination.description.attributes.lazy.compactMap {
            if case .direction(let direction) = $0.attribute { direction } else { nil }
        }.first
        let pieces = examination
        media =
            known == .candidate || known == .fragment
            ? []
            : pieces.sections.map { section in
                MediaReading(
                    section: section, sessionDirection: sessionDirection,
                    outcome: outcome.flatMap { $0.media.indices.contains(section.index) ? $0.media[section.index] : nil }, refusal: refusal,
                    kind: known)
            }
        session = known == .candidate ? nil : SessionReading(pieces)
        candidates = known == .candidate ? Self.lines(source) : Self.candidates(pieces)
        summary = Self.summary(known, findings, refusal, session, media, candidates)
    }

    /// As many candidates as are kept of a session are read out.
    private static func candidates(_ examination: Examination) -> [CandidateReading] {
        var readings: [CandidateReading] = []
        let loose = examination.description.attributes.compactMap { line in
            if case .candidate(let candidate) = line.attribute {
                CandidateReading(candidate, line: line.source.number, mid: nil)
            } else {
                nil
            }
        }
        readings += loose.prefix(Limits.remoteCandidates)
        for section in examination.sections {
            for (candidate, line) in section.candidates.prefix(max(0, Limits.remoteCandidates - readings.count)) {
                readings.append(CandidateReading(candidate, line: line, mid: section.mid))
            }
        }
        return readings
    }

    private static func lines(_ source: SourceText) -> [CandidateReading] {
        source.numbers.prefix(Limits.remoteCandidates).compactMap { number in
            (try? CandidateAttribute(parsing: source.trimmed(number))).map { CandidateReading($0, line: number, mid: nil) }
        }
    }
}

extension Examination {
    /// What is to be said of the text as such.
    fileprivate mutating func note(unwrapped: Bool, guessed: Bool) {
        if unwrapped {
            findings.note(
                .wrappedInJSON, at: nil, "The description was taken out of its JSON; line numbers count within it.",
                fix: "Nothing is needed here. POST /v1/sessions wants the text alone, or application/json.")
        }
        if guessed, kind == .answer {
            let line = source.numbers.first { source.starts($0, with: "a=setup:") }
            findings.note(
                .kindGuessed, at: line,
                "a=setup says who begins the DTLS handshake, as only an answer should; so the text is read as an answer.",
                fix: "Where it is an offer, say so (type=offer): then it should say a=setup:actpass.")
        }
        let first = source.line(1)
        if first.starts(with: [0xef, 0xbb, 0xbf]) {
            findings.note(
                .byteOrderMark, at: 1, column: 1, "Before v=0 stand the three bytes EF BB BF, which an editor puts there and nobody sees.",
                fix: "Save the text as UTF-8 without a byte order mark.")
        }
        if source.lineCount <= 2, first.prefix(4096).firstRange(of: Array("\\n".utf8)) != nil, first.starts(with: Array("v=0".utf8)) {
            findings.note(
                .escapedLineEnds, at: 1, column: 4,
                "The text is one line in which \\r\\n stands as letters: it was copied out of JSON or a log.",
                fix: "Put real line ends there, or post it as application/json in the member sdp.")
        }
        if kind != .candidate, let line = source.numbers.prefix(8192).first(where: { Self.isIndented(source.line($0)) }) {
            findings.note(
                .indented, at: line, column: 1, "Spaces stand before the line's letter, which SDP does not allow.",
                fix: "Remove the spaces at the beginning of all lines; they came with the text from source code or a log.")
        }
    }

    private static func isIndented(_ line: ArraySlice<UInt8>) -> Bool {
        guard line.first == 0x20 || line.first == 0x09, let letter = line.firstIndex(where: { $0 != 0x20 && $0 != 0x09 }) else {
            return false
        }
        return letter + 1 < line.endIndex && line[letter + 1] == UInt8(ascii: "=")
    }

    /// Adds what negotiation said, where no rule has said it, and returns why the whole is refused.
    fileprivate mutating func note(_ refusal: Refusal?, _ outcome: RemoteParameters?) -> Refusal? {
        let mids = Dictionary(sections.map { ($0.line, $0.mid) }, uniquingKeysWith: { first, _ in first })
        for section in outcome?.media ?? [] {
            guard kind == .offer, let rejection = section.rejection, rejection.code != Rule.mediaDisabled.rawValue else { continue }
            findings.add(Finding(rejection, .warning, mid: section.mid))
        }
        guard let refusal else { return nil }
        if kind == .answer {
            if refusal.code == Rule.mediaDisabled.rawValue {
                findings.note(
                    .answerRejectsAll, at: refusal.line, "Every m-section has port 0, so nothing of the offer is taken.",
                    fix: "See why the answering side took nothing: often no codec in common.")
            } else if refusal.status != 422 || faults.isEmpty, !findings.has(refusal.code) {
                findings.add(Finding(refusal, mid: refusal.line.flatMap { mids[$0] ?? nil }))
            }
            return faults.isEmpty ? nil : refusal
        }
        if !findings.promote(refusal.code, at: refusal.line) {
            findings.add(Finding(refusal, mid: refusal.line.flatMap { mids[$0] ?? nil }))
        }
        return refusal
    }
}
