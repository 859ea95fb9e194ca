internal import HTTP
internal import Inspection
internal import JSON

/// A problem document (RFC 9457): what is wrong, and where.
struct Problem: Error {
    let status: Status
    /// Stable; the last part of `type`.
    let code: String
    let detail: String
    var line: Int?
    var column: Int?
    var section: String?
    /// The URL of the record of what was refused.
    var instance: String?
    /// Where more is said of it.
    var hint: String?
    var headers: [(name: String, value: String)] = []

    init(_ status: Status, _ code: String, _ detail: String) {
        self.status = status
        self.code = code
        self.detail = detail
    }

    init(_ refusal: Record.Refusal) {
        self.init(Status(UInt16(clamping: refusal.status)), refusal.code, refusal.detail)
        line = refusal.line
        column = refusal.column
        section = refusal.section
    }

    func with(_ name: String, _ value: String) -> Problem {
        var copy = self
        copy.headers.append((name, value))
        return copy
    }

    var response: Response {
        var json = JSONWriter(capacity: 256)
        json.object { json in
            json.member("type", "https://peerscope.invalid/problems/\(code)")
            json.member("title", status.phrase)
            json.member("status", Int(status.code))
            json.member("detail", detail)
            json.member("code", code)
            json.member("line", line)
            json.member("column", column)
            json.member("section", section)
            json.member("instance", instance)
            json.member("hint", hint)
        }
        var response = Response(status, type: "application/problem+json", json.finish())
        response.headers += headers
        return response
    }

    // MARK: The common ones

    static let notFound = Problem(.notFound, "not-found", "Nothing is here.")

    static func noSession(_ id: String) -> Problem {
        Problem(.notFound, "no-such-session", "No session of that id lives or is in history.")
    }

    static func notLive(_ id: String) -> Problem {
        Problem(.notFound, "not-live", "No session of that id lives; its record may be in history.")
    }

    static let busy = Problem(.serviceUnavailable, "busy", "The media loop has more to do than it can take; try again.")
        .with("Retry-After", "1")

    static func history(_ words: String) -> Problem {
        Problem(.serviceUnavailable, "history-unavailable", words).with("Retry-After", "2")
    }

    static func badQuery(_ name: String, _ expected: String) -> Problem {
        Problem(.badRequest, "bad-query", "The query item `\(name)` must be \(expected).")
    }
}
