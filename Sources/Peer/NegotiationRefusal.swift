public import SDP

/// Why a description can't be served: what a problem document says of it, and what history keeps.
public struct Refusal: Error, Hashable, Sendable {
    /// Stable words with hyphens: one of `SDPError.Code` or of `Code`.
    public let code: String
    /// The HTTP status that fits: 400 where the text breaks its grammar, 413 where it is too large, 422 where it is well formed
    /// and can't be served.
    public let status: Int
    /// One or two sentences for somebody who never read the RFC.
    public let message: String
    /// The line at fault, from 1; nil where no line is.
    public let line: Int?
    public let column: Int?
    /// The rule, as `RFC 9429 §5.3.1`.
    public let section: String?

    /// A text that is no description.
    public init(_ error: SDPError) {
        code = error.code.rawValue
        status = error.code.isSize ? 413 : error.code.isSemantic ? 422 : 400
        message = error.message
        line = error.line
        column = error.column
        section = error.section
    }

    /// A description that can't be served.
    init(_ code: Code, line: Int?, section: String, _ message: String) {
        self.code = code.rawValue
        status = 422
        self.message = message
        self.line = line
        column = line == nil ? nil : 1
        self.section = section
    }

    /// What negotiation refuses, beside grammar.
    public enum Code: String, CaseIterable, Sendable {
        // The description as a whole
        case noMediaSection = "no-media-section"
        case midMissing = "mid-missing"
        case midDuplicate = "mid-duplicate"
        case bundleUnknownMid = "bundle-unknown-mid"
        case bundleOverlap = "bundle-overlap"
        case payloadTypeConflict = "payload-type-conflict"
        case headerExtensionConflict = "extmap-conflict"
        case msidConflict = "msid-conflict"
        case ridUnknown = "rid-unknown"
        // One m-section
        case mediaDisabled = "media-disabled"
        case mediaUnsupported = "media-unsupported"
        case protocolUnsupported = "protocol-unsupported"
        case noCommonCodec = "no-common-codec"
        case rtcpMuxMissing = "rtcp-mux-missing"
        case sctpClosed = "sctp-closed"
        case notBundled = "not-bundled"
        // Transport
        case iceUfragMissing = "ice-ufrag-missing"
        case icePwdMissing = "ice-pwd-missing"
        case fingerprintMissing = "fingerprint-missing"
        case fingerprintWeak = "fingerprint-weak"
        case setupUnusable = "setup-unusable"
        // Answers and fragments
        case answerMismatch = "answer-mismatch"
        case answerRejectsAll = "answer-rejects-all"
        case restartIncomplete = "restart-incomplete"
        case restartReused = "restart-credentials-reused"
    }
}

extension Refusal: CustomStringConvertible {
    public var description: String {
        let place = line.map { "line \($0): " } ?? ""
        return "\(place)\(message) (\(code)\(section.map { ", \($0)" } ?? ""))"
    }
}
