/// A point on the monotonic clock, in nanoseconds since an origin that only the caller knows.
///
/// Machines never read a clock: every instant they see is an argument, so a journey of ten minutes runs in milliseconds.
@frozen
public struct Instant: Comparable, Hashable, Sendable {
    /// Nanoseconds since the origin.
    public var nanoseconds: Int64

    @inlinable
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The origin. Useful as the first instant of a simulation.
    public static let zero = Instant(nanoseconds: 0)

    @inlinable
    public static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The instant `duration` later, saturating at the ends of the clock.
    @inlinable
    public static func + (instant: Instant, duration: Duration) -> Instant {
        let (sum, overflow) = instant.nanoseconds.addingReportingOverflow(duration.nanoseconds)
        return Instant(nanoseconds: overflow ? (duration < .zero ? .min : .max) : sum)
    }

    @inlinable
    public static func - (instant: Instant, duration: Duration) -> Instant {
        let (difference, overflow) = instant.nanoseconds.subtractingReportingOverflow(duration.nanoseconds)
        return Instant(nanoseconds: overflow ? (duration < .zero ? .max : .min) : difference)
    }

    /// How much later `end` is than `start`; negative when it is earlier.
    @inlinable
    public static func - (end: Instant, start: Instant) -> Duration {
        let (difference, overflow) = end.nanoseconds.subtractingReportingOverflow(start.nanoseconds)
        return .nanoseconds(overflow ? (end < start ? Int64.min : Int64.max) : difference)
    }
}

extension Duration {
    /// The whole duration in nanoseconds, rounded towards zero, saturating at ±292 years.
    @inlinable
    public var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return seconds < 0 ? .min : .max }
        let (sum, overflowed) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflowed ? (seconds < 0 ? .min : .max) : sum
    }

    /// The duration in milliseconds, for a report.
    @inlinable
    public var milliseconds: Double { Double(nanoseconds) / 1e6 }

    /// The duration in seconds, for a report.
    @inlinable
    public var seconds: Double { Double(nanoseconds) / 1e9 }
}

/// The earlier of two deadlines, either of which may be absent.
@inlinable
public func earliest(_ left: Instant?, _ right: Instant?) -> Instant? {
    guard let left else { return right }
    guard let right else { return left }
    return left < right ? left : right
}
