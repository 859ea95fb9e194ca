public import JSON

/// RFC 3339 in UTC with milliseconds, `2026-11-22T17:05:00.123Z`, from µs since 1970, without a calendar library.
public struct Timestamp: Sendable, Hashable {
    /// µs since 1970-01-01T00:00:00Z, leap seconds not counted.
    public var microseconds: Int64

    /// Times outside the years 0 to 9999, which RFC 3339 cannot say, become the nearest one that it can.
    public init(microseconds: Int64) {
        self.microseconds = min(max(microseconds, Timestamp.earliest), Timestamp.latest)
    }

    private static let earliest: Int64 = -62_167_219_200_000_000
    private static let latest: Int64 = 253_402_300_799_999_999

    /// Days are counted from 1 March of year 0, so that a leap day is the last of its year; 400 years have 146,097 days.
    private var fields: (year: UInt64, month: UInt64, day: UInt64, millisecondOfDay: UInt64) {
        let dayLength: Int64 = 86_400_000
        let milliseconds = microseconds >= 0 ? microseconds / 1000 : (microseconds - 999) / 1000
        var days = milliseconds / dayLength
        var rest = milliseconds % dayLength
        if rest < 0 {
            rest += dayLength
            days -= 1
        }
        // 719,468 days lie between 0000-03-01 and 1970-01-01; January and February of year 0 lie before, hence the 400 years more.
        let shifted = days + 719_468 + 146_097
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0) - 400
        return (UInt64(clamping: year), UInt64(clamping: month), UInt64(clamping: day), UInt64(clamping: rest))
    }
}

extension Timestamp: CustomStringConvertible {
    public var description: String {
        var json = JSONWriter(capacity: 64)
        write(into: &json)
        return String(decoding: json.finish(), as: UTF8.self)
    }
}

extension JSONWriter {
    /// A time as an RFC 3339 string.
    public mutating func timestamp(_ time: Timestamp) {
        beginString()
        time.write(into: &self)
        endString()
    }

    public mutating func member(_ name: StaticString, _ time: Timestamp) {
        key(name)
        timestamp(time)
    }
}

extension Timestamp {
    fileprivate func write(into json: inout JSONWriter) {
        let fields = fields
        let second = fields.millisecondOfDay / 1000
        json.piece(fields.year, width: 4)
        json.piece("-")
        json.piece(fields.month, width: 2)
        json.piece("-")
        json.piece(fields.day, width: 2)
        json.piece("T")
        json.piece(second / 3600, width: 2)
        json.piece(":")
        json.piece(second / 60 % 60, width: 2)
        json.piece(":")
        json.piece(second % 60, width: 2)
        json.piece(".")
        json.piece(fields.millisecondOfDay % 1000, width: 3)
        json.piece("Z")
    }
}

extension Record {
    /// The wall clock at `offset` µs after the session's start.
    ///
    /// It is the start's wall clock plus monotonic time, so a step of the wall clock shows in no duration.
    func time(_ offset: Int64) -> Timestamp {
        let (sum, overflow) = startedAt.addingReportingOverflow(offset)
        return Timestamp(microseconds: overflow ? (offset < 0 ? .min : .max) : sum)
    }
}
