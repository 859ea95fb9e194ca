internal import CShims
public import Wire

/// The clock that loops read and machines are told: monotonic, so that a step of the wall clock moves no timer (SECURITY E10).
public enum MonotonicClock {
    /// Now, in nanoseconds since the machine started. A vDSO read, about 25 ns.
    public static var now: Instant { Instant(nanoseconds: shim_monotonic_nanoseconds()) }
}
