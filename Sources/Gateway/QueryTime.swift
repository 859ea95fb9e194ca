internal import Foundation
internal import HTTP

extension Query {
    /// A time in the query, as Unix ms; nil where there is none.
    func time(_ name: String) throws(Problem) -> Int64? {
        guard let text = self[name] else { return nil }
        guard let time = Self.unixMilliseconds(text) else { throw .badQuery(name, "a time such as 2026-01-31T12:00:00Z") }
        return time
    }

    /// RFC 3339, with a fraction of a second or without.
    private static func unixMilliseconds(_ text: String) -> Int64? {
        let plain = Date.ISO8601FormatStyle()
        let precise = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        guard let date = (try? plain.parse(text)) ?? (try? precise.parse(text)) else { return nil }
        return Int64(exactly: (date.timeIntervalSince1970 * 1000).rounded())
    }
}
