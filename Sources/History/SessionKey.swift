/// The primary key of a session: the time it was created and a number among those of the same millisecond.
///
/// So the table itself is in the order of its lists, and an index of time is spared. Times that do not fit, before 1970 or after
/// the year 2500, share the first or last millisecond; whoever walks the keys puts those of one millisecond in order himself.
enum SessionKey {
    static let bits = 18
    private static let latest = Int64(1) << 44 - 1

    /// The millisecond under which a session of that time stands.
    static func slot(of time: Int64) -> Int64 { min(max(time, 0), latest) }

    /// The first key of a millisecond.
    static func first(at time: Int64) -> Int64 { slot(of: time) << bits }

    /// The key after all of a millisecond.
    static func end(at time: Int64) -> Int64 { (slot(of: time) + 1) << bits }

    static func slot(ofKey key: Int64) -> Int64 { key >> bits }
}
