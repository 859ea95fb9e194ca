import Foundation
import Inspection
import Testing
import Wire

struct TimestampTests {
    private static func foundation(_ milliseconds: Int64) -> String {
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withInternetDateTime]
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        let seconds = Int64((Double(milliseconds) / 1000).rounded(.down))
        let rest = milliseconds - seconds * 1000
        let text = formatter.string(from: Date(timeIntervalSince1970: Double(seconds)))
        return text.dropLast() + "." + String(repeating: "0", count: 3 - "\(rest)".count) + "\(rest)Z"
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"), (1_795_367_100_123_456, "2026-11-22T17:05:00.123Z"),
        (951_782_400_000_000, "2000-02-29T00:00:00.000Z"), (2_147_483_648_000_000, "2038-01-19T03:14:08.000Z"),
        (Int64.max, "9999-12-31T23:59:59.999Z"), (Int64.min, "0000-01-01T00:00:00.000Z"),
        (-62_167_219_200_000_000, "0000-01-01T00:00:00.000Z"),
    ])
    func `known instants have their known names`(microseconds: Int64, expected: String) {
        #expect(Timestamp(microseconds: microseconds).description == expected)
    }

    @Test func `every kind of day between 1600 and 2600 is named as Foundation names it`() {
        var random = RandomSource.seeded(1)
        for _ in 0..<2_000 {
            let milliseconds = Int64.random(in: -11_676_096_000_000...19_880_899_200_000, using: &random)
            #expect(Timestamp(microseconds: milliseconds * 1000).description == Self.foundation(milliseconds))
        }
        for year in [1900, 1999, 2000, 2023, 2024, 2100] {
            for day in 0..<366 {
                let milliseconds = Int64(year - 1970) * 31_556_952_000 + Int64(day) * 86_400_000
                #expect(Timestamp(microseconds: milliseconds * 1000).description == Self.foundation(milliseconds))
            }
        }
    }
}
