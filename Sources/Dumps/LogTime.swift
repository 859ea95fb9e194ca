internal import Foundation

/// ISO 8601 as µs since 1970.
func isoTime(_ text: String) -> Int64? {
    guard text.utf8.count <= 40 else { return nil }
    for style in [Date.ISO8601FormatStyle(includingFractionalSeconds: true), Date.ISO8601FormatStyle()] {
        if let date = try? style.parse(text) { return Int64(exactly: (date.timeIntervalSince1970 * 1_000_000).rounded()) }
    }
    return nil
}

/// The times of a log that an older Chromium wrote in its user's own zone, `11/22/2026, 5:05:00 PM`, without saying which.
///
/// The zone follows from the statistics, whose times are exact: a log begins within minutes of them, and zones lie at quarters of an hour.
struct LocalTimes {
    /// µs to be taken off a local time; nil where nothing tells.
    private let zone: Int64?

    init(first local: String?, statistics: Int64?) {
        guard let local = local.flatMap(LocalTimes.parsed), let statistics else {
            zone = nil
            return
        }
        let quarter: Int64 = 900_000_000
        let difference = Double(local &- statistics) / Double(quarter)
        let quarters = Int64(exactly: difference.rounded()) ?? .max
        zone = quarters.magnitude <= 60 ? quarters * quarter : nil
    }

    func time(_ text: String) -> Int64? {
        guard let zone, let time = LocalTimes.parsed(text) else { return nil }
        return time &- zone
    }

    /// As if it were UTC.
    static func parsed(_ text: String) -> Int64? {
        // A narrow blank stands before AM and PM in newer versions.
        let parts = text.split { !($0.isASCII && ($0.isNumber || $0.isLetter)) }
        guard parts.count == 6 || parts.count == 7, let month = Int(parts[0]), let day = Int(parts[1]), let year = Int(parts[2]),
            var hour = Int(parts[3]), let minute = Int(parts[4]), let second = Int(parts[5]), (1...12).contains(month),
            (1...31).contains(day), (1970...9999).contains(year), (0..<24).contains(hour), (0..<60).contains(minute),
            (0...60).contains(second)
        else { return nil }
        if parts.count == 7 { hour = hour % 12 + (parts[6].uppercased() == "PM" ? 12 : 0) }
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return isoTime(
            "\(String(repeating: "0", count: max(0, 4 - "\(year)".count)))\(year)-\(two(month))-\(two(day))T\(two(hour)):\(two(minute)):\(two(min(second, 59)))Z"
        )
    }
}
