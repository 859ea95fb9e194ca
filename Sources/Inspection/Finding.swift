public import JSON

/// How much a finding or a verdict matters.
public enum Severity: String, Sendable, CaseIterable {
    case ok, info, warning, error
}

/// One thing that was found wrong, in words for a person who never read an RFC, with what proves it and what helps.
public struct Finding: Sendable, Equatable {
    /// A fact of the record that a finding rests on.
    public struct Proof: Sendable, Equatable {
        public enum Kind: String, Sendable {
            case event, pair, candidate, counter, line
        }

        public var kind: Kind
        /// An event's `seq`, a pair's or candidate's id, a counter's name, a line's number.
        public var reference: String
        public var text: String

        public init(kind: Kind, reference: String, text: String) {
            self.kind = kind
            self.reference = reference
            self.text = text
        }
    }

    /// Stable: `Cause`'s raw value, and for a refused offer `offer-refused:` with the refusal's code.
    public var code: String
    public var severity: Severity
    public var title: String
    public var explanation: String
    public var fix: String
    public var evidence: [Proof]

    /// A finding of the catalogue: its explanation is the catalogue's, and then what was seen this time.
    init(_ cause: Cause, seen: String = "", evidence: [Proof] = []) {
        code = cause.rawValue
        severity = cause.severity
        title = cause.title
        explanation = seen.isEmpty ? cause.explanation : cause.explanation + " " + seen
        fix = cause.fix
        self.evidence = evidence
    }

    /// Where the page about it is: `/help/<code>`.
    public var help: String { Catalogue.path(of: code) }

    /// The finding of a session that lives: an error that may still come right is a warning.
    var whileAlive: Finding {
        guard severity == .error, Cause(rawValue: code)?.isPatient == true else { return self }
        var finding = self
        finding.severity = .warning
        return finding
    }

    func encode(into json: inout JSONWriter) {
        json.beginObject()
        json.member("code", code)
        json.member("severity", severity.rawValue)
        json.member("title", title)
        json.member("explanation", explanation)
        json.member("fix", fix)
        json.member("help", help)
        json.array("evidence") { json in
            for proof in evidence {
                json.beginObject()
                json.member("kind", proof.kind.rawValue)
                json.member("ref", proof.reference)
                json.member("text", proof.text)
                json.endObject()
            }
        }
        json.endObject()
    }
}

/// How a session stands, or how it ended, in a few words.
public struct Headline: Sendable, Equatable {
    /// `connected`, `connecting`, `closed-normally`, `closed-before-connected`, `server-stopped`, or the first finding's code.
    public var code: String
    public var severity: Severity
    public var title: String

    init(code: String, severity: Severity, title: String) {
        self.code = code
        self.severity = severity
        self.title = title
    }

    func encode(into json: inout JSONWriter) {
        json.beginObject()
        encodeMembers(into: &json)
        json.endObject()
    }

    fileprivate func encodeMembers(into json: inout JSONWriter) {
        json.member("code", code)
        json.member("severity", severity.rawValue)
        json.member("title", title)
    }
}

/// The headline of a session, and what it means.
public struct Verdict: Sendable, Equatable {
    public var headline: Headline
    public var explanation: String

    public var code: String { headline.code }
    public var severity: Severity { headline.severity }
    public var title: String { headline.title }

    public func encode(into json: inout JSONWriter) {
        json.beginObject()
        headline.encodeMembers(into: &json)
        json.member("explanation", explanation)
        json.endObject()
    }
}

extension Record {
    /// The diagnosis: the verdict, and what was found wrong, the root cause first.
    public func writeDiagnosis(into json: inout JSONWriter) {
        json.beginObject()
        json.member("sessionId", id)
        let findings = Diagnosis.findings(of: self)
        json.key("verdict")
        Diagnosis.verdict(of: self, findings).encode(into: &json)
        json.array("findings") { json in
            for finding in findings { finding.encode(into: &json) }
        }
        json.endObject()
    }
}
