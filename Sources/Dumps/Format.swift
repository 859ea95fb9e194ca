/// The files of the field that a session is written as and read from.
public enum Format: String, Sendable, CaseIterable {
    case webrtcInternals = "webrtc-internals"
    case rtcstats

    public var mediaType: String {
        switch self {
        case .webrtcInternals: "application/json"
        case .rtcstats: "application/x-ndjson"
        }
    }

    /// How the file's name ends.
    public var suffix: String {
        switch self {
        case .webrtcInternals: "webrtc-internals.json"
        case .rtcstats: "rtcstats.jsonl"
        }
    }
}

/// Why a file could not be read, in words for the person who sent it.
public enum DumpError: Error, Equatable {
    /// The gzip stream is broken.
    case packing(String)
    /// It unpacks to more than the limit.
    case tooLarge(String)
    /// No JSON, with where.
    case syntax(String)
    /// JSON, but of no form that is known here.
    case form(String)

    public var words: String {
        switch self {
        case .packing(let words), .tooLarge(let words), .syntax(let words), .form(let words): words
        }
    }

    /// A stable code.
    public var code: String {
        switch self {
        case .packing: "bad-gzip"
        case .tooLarge: "too-large"
        case .syntax: "bad-json"
        case .form: "unknown-report"
        }
    }
}
