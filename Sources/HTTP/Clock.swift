internal import Glibc

/// The monotonic clock, as requests and deadlines see it.
enum Clock {
    /// CLOCK_MONOTONIC in nanoseconds.
    static func nanoseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }

    /// The same clock to the scheduler's tick (about 4 ms), in milliseconds: a fifth of the price, enough for deadlines.
    static func coarseMilliseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC_COARSE, &time)
        return Int64(time.tv_sec) &* 1000 &+ Int64(time.tv_nsec) / 1_000_000
    }
}

extension Duration {
    /// Whole milliseconds, between 0 and a thousand days.
    var boundedMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        if seconds < 0 || attoseconds < 0 { return 0 }
        return min(seconds, 86_400_000) * 1000 + attoseconds / 1_000_000_000_000_000
    }
}
