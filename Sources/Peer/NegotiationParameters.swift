public import Crypt
public import DTLS
public import SDP
public import Wire

/// What we bring to a negotiation.
public struct LocalParameters: Sendable {
    public var ufrag: String
    public var password: String
    /// The digest of our certificate, as `sha-256 AA:BB:…`.
    public var fingerprint: String
    /// All of them: we never trickle.
    public var candidates: [CandidateAttribute]
    /// The `o=` line's session id.
    public var sessionID: UInt64
    public var sctpPort: UInt16
    /// The largest data-channel message we take, in bytes.
    public var maxMessageSize: UInt64

    public init(
        ufrag: String, password: String, fingerprint: String, candidates: [CandidateAttribute], sessionID: UInt64,
        sctpPort: UInt16 = 5000, maxMessageSize: UInt64 = UInt64(Limits.messageBytes)
    ) {
        self.ufrag = ufrag
        self.password = password
        self.fingerprint = fingerprint
        self.candidates = candidates
        self.sessionID = sessionID
        self.sctpPort = sctpPort
        self.maxMessageSize = maxMessageSize
    }
}

/// What the other end brought, and what became of each of its m-sections.
public struct RemoteParameters: Sendable {
    public var ufrag: String
    public var password: String
    public var isLite: Bool
    /// `trickle`, `ice2` …
    public var iceOptions: [String]
    /// At least one of them by SHA-256 or stronger.
    public var fingerprints: [Fingerprint]
    /// The DTLS role that falls to us.
    public var dtlsRole: DTLS.Role
    /// The candidates of the transport that was chosen.
    public var candidates: [SignalledCandidate]
    /// Candidates that came and are of no use, with the reason.
    public var setAside: [SetAsideCandidate]
    public var endOfCandidates: Bool
    /// Nil where there is no data section.
    public var sctpPort: UInt16?
    /// The largest message the other end takes, in bytes; 0 says that there is no limit.
    public var maxMessageSize: UInt64
    /// Every m-section, in order, the rejected ones included.
    public var media: [MediaSection]
    /// The mid of the section whose transport all use; nil where it has none.
    public var tag: String?

    /// RFC 8838 §4: whether candidates may still come.
    public var supportsTrickle: Bool { iceOptions.contains("trickle") }
    public var hasData: Bool { sctpPort != nil }
}

/// A remote candidate and the section it was signalled for.
public struct SignalledCandidate: Hashable, Sendable {
    public var candidate: CandidateAttribute
    public var mid: String?

    public init(_ candidate: CandidateAttribute, mid: String?) {
        self.candidate = candidate
        self.mid = mid
    }
}

/// A candidate that will never be paired, as it came, and why.
public struct SetAsideCandidate: Hashable, Sendable {
    public enum Reason: String, Hashable, Sendable {
        /// The line can't be read.
        case malformed = "candidate-malformed"
        /// Port 0: nothing can be reached there.
        case unreachablePort = "candidate-port-0"
        /// It belongs to a section whose transport is not used.
        case otherTransport = "candidate-not-bundled"
        /// It names the username fragment of another ICE generation.
        case otherGeneration = "candidate-other-generation"
        /// More came than are kept.
        case beyondLimit = "candidate-beyond-limit"
    }

    /// What followed `a=candidate:`.
    public var text: String
    public var mid: String?
    public var reason: Reason
    /// A sentence.
    public var message: String
}

/// One m-section of the other end's description and what we make of it.
public struct MediaSection: Sendable {
    public var index: Int
    public var mid: String?
    /// `audio`, `video`, `application` …
    public var kind: String
    /// What the other end asked for.
    public var direction: Direction
    /// Nil where the section was accepted.
    public var rejection: Refusal?
    /// The codecs both sides kept; empty for data.
    public var codecs: [Codec]

    public var isAccepted: Bool { rejection == nil }
}

/// A codec under its payload type, as W3C's codec stats show it.
public struct Codec: Hashable, Sendable {
    public var payloadType: UInt8
    /// As the other end wrote it.
    public var name: String
    /// Hz.
    public var clockRate: UInt32
    /// Nil for video, and where the description does not say.
    public var channels: UInt32?
    /// What follows the payload type on its `a=fmtp` line.
    public var fmtp: String?

    /// `audio/opus`.
    public func mimeType(kind: String) -> String { "\(kind)/\(name)" }
}
