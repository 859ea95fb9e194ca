/// Why a text is not a session description, where, and by which rule.
///
/// `line` and `column` count from 1, the column in bytes; a fault of the whole text stands at line 1, column 1.
public struct SDPError: Error, Hashable, Sendable {
    public let code: Code
    public let line: Int
    public let column: Int
    /// The rule that is broken, as `RFC 8866 §5.14`.
    public let section: String
    /// One or two sentences for somebody who never read the RFC. Quotes of the text are cut short and printable ASCII.
    public let message: String

    public init(_ code: Code, line: Int, column: Int, section: String, message: String) {
        self.code = code
        self.line = line
        self.column = column
        self.section = section
        self.message = message
    }
}

extension SDPError: CustomStringConvertible {
    public var description: String { "line \(line), column \(column): \(message) (\(section))" }
}

extension SDPError {
    /// Which rule is broken. The raw values are stable: clients and history compare them.
    public enum Code: String, CaseIterable, Hashable, Sendable {
        // The text as a whole
        case notADescription = "sdp-not-a-description"
        case tooLarge = "sdp-too-large"
        case tooManyLines = "sdp-too-many-lines"
        case lineTooLong = "sdp-line-too-long"
        case tooManyMediaSections = "sdp-too-many-media-sections"
        case controlCharacter = "sdp-control-character"
        case lineMalformed = "sdp-line-malformed"
        case lineUnknown = "sdp-line-unknown"
        case lineOutOfOrder = "sdp-line-out-of-order"
        case lineMissing = "sdp-line-missing"
        // Lines of the session
        case version = "sdp-version"
        case origin = "sdp-origin"
        case sessionName = "sdp-session-name"
        case connection = "sdp-connection"
        case bandwidth = "sdp-bandwidth"
        case timing = "sdp-timing"
        // Lines of an m-section
        case media = "sdp-media"
        case mediaPort = "sdp-media-port"
        case mediaFormat = "sdp-media-format"
        case attribute = "sdp-attribute"
        case payloadType = "sdp-payload-type"
        case rtpmap = "sdp-rtpmap"
        case fmtp = "sdp-fmtp"
        case rtcpFeedback = "sdp-rtcp-fb"
        case rtcp = "sdp-rtcp"
        case headerExtension = "sdp-extmap"
        case ssrc = "sdp-ssrc"
        case ssrcGroup = "sdp-ssrc-group"
        case msid = "sdp-msid"
        case rid = "sdp-rid"
        case simulcast = "sdp-simulcast"
        // Grouping
        case mid = "sdp-mid"
        case group = "sdp-group"
        // Transport
        case iceUfrag = "sdp-ice-ufrag"
        case icePwd = "sdp-ice-pwd"
        case iceOptions = "sdp-ice-options"
        case icePacing = "sdp-ice-pacing"
        case fingerprint = "sdp-fingerprint"
        case fingerprintForbidden = "sdp-fingerprint-forbidden"
        case setup = "sdp-setup"
        case sctpPort = "sdp-sctp-port"
        case maxMessageSize = "sdp-max-message-size"
        case sctpmap = "sdp-sctpmap"
        // Candidates
        case candidate = "sdp-candidate"
        case candidateFoundation = "sdp-candidate-foundation"
        case candidateComponent = "sdp-candidate-component"
        case candidateTransport = "sdp-candidate-transport"
        case candidatePriority = "sdp-candidate-priority"
        case candidateAddress = "sdp-candidate-address"
        case candidatePort = "sdp-candidate-port"
        case candidateType = "sdp-candidate-type"

        /// Whether the text breaks no grammar and is refused for what it asks all the same.
        public var isSemantic: Bool { self == .tooManyMediaSections }
        /// Whether the text is refused for its size alone.
        public var isSize: Bool { self == .tooLarge }
    }
}
