internal import Wire

/// How many refused offers of one address are written down: so many at once, and then so many in a minute. A pure value.
///
/// A refused offer costs its sender nothing and us a row on disk; offers that can be served are held by other limits.
struct RefusalRate: Sendable {
    private struct Bucket {
        /// Refusals that may still be written.
        var left: Double
        var updatedAt: Instant
    }

    private var buckets: [AddressGroup: Bucket] = [:]
    private let perMinute: Double
    private let addresses: Int

    /// - Parameters:
    ///   - perMinute: also what an address may have at once.
    ///   - addresses: how many are remembered.
    init(perMinute: Int, addresses: Int = 4096) {
        self.perMinute = Double(perMinute)
        self.addresses = max(2, addresses)
    }

    var count: Int { buckets.count }

    /// Takes one refusal from an address.
    /// - Returns: nil where it may be written; else how long until the next may be.
    mutating func take(_ group: AddressGroup, at now: Instant) -> Duration? {
        if buckets[group] == nil, buckets.count >= addresses { forgetSome(at: now) }
        var bucket = buckets[group] ?? Bucket(left: perMinute, updatedAt: now)
        bucket.left = left(in: bucket, at: now)
        bucket.updatedAt = now
        defer { buckets[group] = bucket }
        guard bucket.left >= 1 else { return .seconds((1 - bucket.left) * 60 / perMinute) }
        bucket.left -= 1
        return nil
    }

    private func left(in bucket: Bucket, at now: Instant) -> Double {
        min(perMinute, bucket.left + max(0, (now - bucket.updatedAt).seconds) * perMinute / 60)
    }

    /// Half of the table goes at a time, so that a flood of addresses costs each of them little: first those that are as
    /// good as new, then those with the fewest refusals.
    private mutating func forgetSome(at now: Instant) {
        buckets = buckets.filter { left(in: $0.value, at: now) < perMinute }
        guard buckets.count >= addresses else { return }
        let order = buckets.sorted { left(in: $0.value, at: now) < left(in: $1.value, at: now) }.prefix(addresses / 2)
        buckets = Dictionary(uniqueKeysWithValues: order.map { ($0.key, $0.value) })
    }
}
