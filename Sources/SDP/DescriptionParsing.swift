internal import Wire

extension SessionDescription {
    /// Parses a whole description. Lines end in CRLF or LF; the last may end without.
    ///
    /// - Throws: the first fault, with its line and column. Work and memory are linear in the text, whose size is bounded first.
    public init(parsing text: Span<UInt8>) throws(SDPError) {
        guard text.count <= Limits.descriptionBytes else {
            throw SDPError(
                .tooLarge, line: 1, column: 1, section: "RFC 8866 §5",
                message: "The description has \(text.count) bytes; this server takes up to \(Limits.descriptionBytes).")
        }
        var parser = DescriptionParser()
        var lines = LineReader(text)
        while let range = try lines.next() {
            try parser.read(text.extracting(range), line: lines.number)
        }
        self = try parser.finish(afterLine: lines.number)
    }

    /// Parses a whole description out of a string.
    public init(parsing text: String) throws(SDPError) {
        try self.init(parsing: Array(text.utf8).span)
    }
}

/// Cuts a text into lines, checking what holds for all of them.
struct LineReader: ~Escapable {
    private let text: Span<UInt8>
    private var position = 0
    /// The number of the line last returned, from 1.
    private(set) var number = 0

    @_lifetime(copy text)
    init(_ text: Span<UInt8>) { self.text = text }

    /// The next line without its end; nil after the last. Empty lines at the very end are no lines.
    @_lifetime(self: copy self)
    mutating func next() throws(SDPError) -> Range<Int>? {
        guard position < text.count else { return nil }
        let start = position
        var end = start
        while end < text.count, text[end] != Ascii.lineFeed { end &+= 1 }
        position = end &+ 1
        number &+= 1
        if end > start, text[end &- 1] == Ascii.carriageReturn { end &-= 1 }
        guard number <= Limits.descriptionLines else {
            throw SDPError(
                .tooManyLines, line: number, column: 1, section: "RFC 8866 §5",
                message: "A description has at most \(Limits.descriptionLines) lines here.")
        }
        guard end &- start <= Limits.descriptionLineBytes else {
            throw SDPError(
                .lineTooLong, line: number, column: 1, section: "RFC 8866 §5",
                message: "A line has at most \(Limits.descriptionLineBytes) bytes here; this one has \(end &- start).")
        }
        for index in start..<end where text[index] == 0 || text[index] == Ascii.carriageReturn {
            throw SDPError(
                .controlCharacter, line: number, column: index &- start &+ 1, section: "RFC 8866 §9",
                message: text[index] == 0
                    ? "The line holds a NUL, which no SDP line may."
                    : "The line holds a carriage return without a line feed; lines end in CRLF, or in LF alone.")
        }
        if end == start, isBlank(from: position) { return nil }
        return start..<end
    }

    /// Whether only line ends are left.
    private func isBlank(from start: Int) -> Bool {
        var index = start
        while index < text.count {
            guard text[index] == Ascii.lineFeed || text[index] == Ascii.carriageReturn else { return false }
            index &+= 1
        }
        return true
    }
}

/// Builds a description line by line.
struct DescriptionParser {
    /// Where a session-level line may stand: RFC 8866 §5: "when present, they must appear in exactly the order
    /// given here".
    private enum Stage: Int, Comparable {
        case start, version, origin, name, information, uri, email, phone, connection, bandwidth, time, zone, key, attribute

        static func < (left: Stage, right: Stage) -> Bool { left.rawValue < right.rawValue }
    }

    private var stage = Stage.start
    private var description = SessionDescription(origin: Origin(sessionID: "0", version: "0"), timings: [])
    private var section: MediaDescription?
    /// Whether lines are passed over because they belong to a section whose `m=` line can't be read.
    private var isSkipping = false

    mutating func read(_ bytes: Span<UInt8>, line: Int) throws(SDPError) {
        guard bytes.count >= 2, bytes[1] == Ascii.equals, Ascii.isLetter(bytes[0]) else {
            throw Self.malformed(bytes, line: line)
        }
        var scanner = LineScanner(bytes.extracting(2..<bytes.count), line: line, firstColumn: 3)
        let type = Character(UnicodeScalar(bytes[0]))
        if type == "m" {
            try beginSection(&scanner)
        } else if section != nil {
            try readInSection(type, &scanner)
        } else {
            try readInSession(type, &scanner)
        }
    }

    /// Reads a line and goes on after what is missing before it, which is added to `faults`.
    mutating func read(_ bytes: Span<UInt8>, line: Int, after faults: inout [SDPError]) throws(SDPError) {
        let isSection = bytes.count >= 2 && bytes[0] == 0x6d && bytes[1] == Ascii.equals
        if isSkipping, !isSection { return }
        isSkipping = false
        while true {
            do throws(SDPError) {
                return try read(bytes, line: line)
            } catch {
                let isMissing =
                    error.code == .lineMissing || (error.code == .notADescription && bytes.count >= 2 && bytes[1] == Ascii.equals)
                guard isMissing, let next = [Stage.version, .origin, .name, .time].first(where: { stage < $0 }) else {
                    // `beginSection` has put the section before away.
                    if isSection {
                        isSkipping = true
                        section = nil
                    }
                    throw error
                }
                // RFC 8866 §5: the line that is missing is said once, then taken as read.
                stage = next
                faults.append(error)
            }
        }
    }

    /// What was read so far, whole or not.
    mutating func rest() -> SessionDescription {
        if let section { description.media.append(section) }
        section = nil
        return description
    }

    /// What to say of a line that is not `letter=value`.
    private static func malformed(_ bytes: Span<UInt8>, line: Int) -> SDPError {
        let shown = LineScanner(bytes, line: line, firstColumn: 1).text(in: 0..<min(bytes.count, 40))
        if line == 1 {
            let hint =
                bytes.isEmpty || (bytes[0] != 0x7b && bytes[0] != 0x22)
                ? "" : " This looks like JSON: the description is the value of its \"sdp\" member, unescaped."
            return SDPError(
                .notADescription, line: 1, column: 1, section: "RFC 8866 §5.1",
                message: "A description begins with the line v=0; this text begins with \(quoted(shown)).\(hint)")
        }
        return SDPError(
            .lineMalformed, line: line, column: 1, section: "RFC 8866 §5",
            message: bytes.isEmpty
                ? "The line is empty; every line is a letter, =, and a value."
                : "Every line is a letter, = without a space before it, and a value; this one reads \(quoted(shown)).")
    }

    // MARK: The session

    private mutating func readInSession(_ type: Character, _ scanner: inout LineScanner) throws(SDPError) {
        switch type {
        case "v":
            try advance(to: .version, "v", scanner, once: true)
            let version = scanner.rest()
            guard version == "0" else {
                throw scanner.error(
                    .version, "RFC 8866 §5.1", at: 3, "The version of SDP is 0, so the first line is v=0, not v=\(quoted(version)).")
            }
        case "o":
            try advance(to: .origin, "o", scanner, once: true)
            description.origin = try Origin(&scanner)
        case "s":
            try advance(to: .name, "s", scanner, once: true)
            description.name = scanner.verbatimRest()
            // RFC 8866 §5.3: "The "s=" line MUST NOT be empty"
            guard !description.name.isEmpty else {
                throw scanner.error(.sessionName, "RFC 8866 §5.3", "The s= line must not be empty; write s=- where there is no name.")
            }
        case "i":
            try advance(to: .information, "i", scanner, once: true)
            description.information = scanner.verbatimRest()
        case "u":
            try advance(to: .uri, "u", scanner, once: true)
            description.uri = scanner.verbatimRest()
        case "e":
            try advance(to: .email, "e", scanner)
            description.emails.append(scanner.verbatimRest())
        case "p":
            try advance(to: .phone, "p", scanner)
            description.phones.append(scanner.verbatimRest())
        case "c":
            try advance(to: .connection, "c", scanner, once: true)
            description.connection = try Connection(&scanner)
        case "b":
            try advance(to: .bandwidth, "b", scanner)
            description.bandwidths.append(try Bandwidth(&scanner))
        default: try readLateInSession(type, &scanner)
        }
    }

    private mutating func readLateInSession(_ type: Character, _ scanner: inout LineScanner) throws(SDPError) {
        switch type {
        case "t":
            try advance(to: .time, "t", scanner)
            description.timings.append(try Timing(&scanner))
        case "r":
            guard let last = description.timings.indices.last, stage == .time else {
                throw scanner.error(.lineOutOfOrder, "RFC 8866 §5.10", at: 1, "An r= line repeats the t= line before it; there is none.")
            }
            description.timings[last].repeats.append(scanner.verbatimRest())
        case "z":
            try advance(to: .zone, "z", scanner, once: true)
            description.timeZones = scanner.verbatimRest()
        case "k":
            try advance(to: .key, "k", scanner, once: true)
            description.key = scanner.verbatimRest()
        case "a":
            try advance(to: .attribute, "a", scanner)
            description.attributes.append(AttributeLine(try Attribute(&scanner), source: SourceLine(scanner.line)))
        default: throw Self.unknown(type, scanner)
        }
    }

    private static func unknown(_ type: Character, _ scanner: borrowing LineScanner) -> SDPError {
        // RFC 8866 §5: "The set of type letters is deliberately small and not intended to be extensible -- an SDP parser
        // MUST completely ignore or reject any session description that contains a type letter that it does not understand."
        scanner.error(.lineUnknown, "RFC 8866 §5", at: 1, "SDP has no line \(type)=.")
    }

    /// Checks that a line of this stage may stand here.
    private mutating func advance(
        to next: Stage, _ letter: Character, _ scanner: borrowing LineScanner, once: Bool = false
    ) throws(SDPError) {
        try require(before: next, letter, scanner)
        guard next >= stage, !(once && next == stage) else {
            let why = next == stage ? "a second time" : "too late"
            throw scanner.error(
                .lineOutOfOrder, "RFC 8866 §5", at: 1,
                "The line \(letter)= stands here \(why); lines of the session come as v o s i u e p c b t r z k a.")
        }
        stage = next
    }

    /// The lines no description may be without: `v=`, `o=`, `s=`, `t=`.
    private func require(before next: Stage, _ letter: Character, _ scanner: borrowing LineScanner) throws(SDPError) {
        for (needed, name) in [(Stage.version, "v=0"), (.origin, "o="), (.name, "s="), (.time, "t=")]
        where stage < needed && next > needed {
            throw scanner.error(
                needed == .version ? .notADescription : .lineMissing, "RFC 8866 §5", at: 1,
                "The line \(name) is missing before this \(letter)= line.")
        }
    }

    // MARK: m-sections

    private mutating func beginSection(_ scanner: inout LineScanner) throws(SDPError) {
        if let section {
            description.media.append(section)
        } else {
            try require(before: .attribute, "m", scanner)
        }
        guard description.media.count < Limits.mediaSections else {
            throw scanner.error(
                .tooManyMediaSections, "RFC 8866 §5.14", at: 1,
                "A description has at most \(Limits.mediaSections) m-sections here; this is one more.")
        }
        section = try MediaDescription(&scanner)
    }

    /// A line of an m-section. RFC 8866 §5 orders them; `i=`, `c=`, `b=` and `k=` are taken wherever they stand, as browsers do.
    private mutating func readInSection(_ type: Character, _ scanner: inout LineScanner) throws(SDPError) {
        switch type {
        case "i": section?.title = scanner.verbatimRest()
        case "c": section?.connections.append(try Connection(&scanner))
        case "b": section?.bandwidths.append(try Bandwidth(&scanner))
        case "k": section?.key = scanner.verbatimRest()
        case "a": section?.attributes.append(AttributeLine(try Attribute(&scanner), source: SourceLine(scanner.line)))
        // Cameras repeat the session's name in each section; browsers pass over it.
        case "s": break
        case "v", "o", "u", "e", "p", "t", "r", "z":
            throw scanner.error(
                .lineOutOfOrder, "RFC 8866 §5", at: 1, "The line \(type)= belongs before the first m= line; one description, one session.")
        default: throw Self.unknown(type, scanner)
        }
    }

    mutating func finish(afterLine line: Int) throws(SDPError) -> SessionDescription {
        guard stage >= .time || section != nil else {
            guard stage > .start else {
                throw SDPError(
                    .notADescription, line: 1, column: 1, section: "RFC 8866 §5.1",
                    message: "The text is empty; a description begins with the line v=0.")
            }
            let missing = stage < .origin ? "o=" : stage < .name ? "s=" : "t="
            throw SDPError(
                .lineMissing, line: line, column: 1, section: "RFC 8866 §5",
                message: "The description ends without its \(missing) line; v=, o=, s= and t= must be there.")
        }
        if let section { description.media.append(section) }
        return description
    }
}

extension MediaDescription {
    /// Reads what follows `m=` (RFC 8866 §5.14).
    init(_ scanner: inout LineScanner) throws(SDPError) {
        let section = "RFC 8866 §5.14"
        guard let kind = scanner.field(), let portField = scanner.field(), let protocolName = scanner.field() else {
            throw scanner.error(
                .media, section, "An m= line reads <medium> <port> <protocol> <format>…, as in m=audio 9 UDP/TLS/RTP/SAVPF 111.")
        }
        let parts = portField.text.split(separator: "/", omittingEmptySubsequences: false)
        guard 1...2 ~= parts.count, let port = parts[0].utf8.decimal(as: UInt16.self),
            let count = parts.count == 2 ? parts[1].utf8.decimal(as: UInt16.self) : 1
        else {
            throw scanner.error(
                .mediaPort, section, at: portField.column, "A port is a number from 0 to 65535, not \(quoted(portField.text)).")
        }
        self.init(
            kind: kind.text, port: port, portCount: count, protocolName: protocolName.text, formats: [],
            source: SourceLine(scanner.line))
        let isRTP = self.isRTP
        while let format = scanner.field() {
            // RFC 3551 §3: payload types have seven bits.
            if isRTP, (format.number(as: UInt8.self) ?? 128) > 127 {
                throw scanner.error(
                    .mediaFormat, "RFC 3551 §3", at: format.column,
                    "The formats of \(quoted(protocolName.text)) are payload types from 0 to 127, not \(quoted(format.text)).")
            }
            formats.append(format.text)
        }
        guard !formats.isEmpty else {
            throw scanner.error(.mediaFormat, section, "The m= line names no format; it needs at least one after its protocol.")
        }
    }
}
