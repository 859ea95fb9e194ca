// Durations and sizes, with their units.
extension Value {
    /// `10`, `10s`, `1.5`, `500ms`, `2m`: seconds where no unit stands.
    static func duration(_ text: String, in range: ClosedRange<Duration>) throws(ValueError) -> Duration {
        let units: [(suffix: String, milliseconds: Double)] = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)]
        let unit = units.first { text.hasSuffix($0.suffix) }
        let number = text.dropLast(unit?.suffix.count ?? 0)
        let isNumber = !number.isEmpty && number.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 || $0 == UInt8(ascii: ".") }
        guard isNumber, let value = Double(number), value * (unit?.milliseconds ?? 1000) < 1e12 else {
            throw ValueError("is \(quoted(text)), not a duration: 10, 500ms, 2m")
        }
        let duration = Duration.milliseconds(Int64((value * (unit?.milliseconds ?? 1000)).rounded()))
        guard range.contains(duration) else {
            throw ValueError("is \(quoted(text)), not between \(Value.text(range.lowerBound)) and \(Value.text(range.upperBound)) seconds")
        }
        return duration
    }

    /// Seconds, with the decimals that are needed.
    static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let milliseconds = attoseconds / 1_000_000_000_000_000
        if milliseconds == 0 { return String(seconds) }
        var decimals = String(1000 + milliseconds).dropFirst()
        while decimals.hasSuffix("0") { decimals.removeLast() }
        return "\(seconds).\(decimals)"
    }

    private static let byteUnits: [(suffix: String, bytes: Int64)] = [
        ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10),
        ("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1000), ("B", 1),
    ]

    /// `1048576`, `500MB`, `4GiB`.
    static func bytes(_ text: String, in range: ClosedRange<Int64>) throws(ValueError) -> Int64 {
        let unit = byteUnits.first { text.hasSuffix($0.suffix) }
        let (bytes, overflow) = (Int64(text.dropLast(unit?.suffix.count ?? 0)) ?? -1)
            .multipliedReportingOverflow(by: unit?.bytes ?? 1)
        guard !overflow, range.contains(bytes) else {
            throw ValueError(
                "is \(quoted(text)), not a size from \(Value.text(bytes: range.lowerBound)) to \(Value.text(bytes: range.upperBound)): 500MB, 4GiB"
            )
        }
        return bytes
    }

    /// With the largest binary unit that divides it.
    static func text(bytes: Int64) -> String {
        for (suffix, unit) in byteUnits.prefix(4) where bytes >= unit && bytes % unit == 0 { return "\(bytes / unit)\(suffix)" }
        return String(bytes)
    }
}
