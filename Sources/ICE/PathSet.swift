public import Wire

/// A few paths, searched in order.
@usableFromInline
struct PathSet: Sendable {
    @usableFromInline private(set) var paths: [Path] = []

    @inlinable
    func contains(_ path: Path) -> Bool {
        for known in paths where known.isSame(as: path) { return true }
        return false
    }

    /// Adds a path at the end; one that is there stays where it is.
    mutating func insert(_ path: Path) {
        if !contains(path) { paths.append(path) }
    }

    mutating func remove(_ path: Path) {
        paths.removeAll { $0 == path }
    }

    /// Makes a path the first to be looked at.
    mutating func promote(_ path: Path) {
        guard let index = paths.firstIndex(of: path), index > 0 else { return }
        paths.swapAt(0, index)
    }

    mutating func removeAll() { paths = [] }
}

extension Path {
    /// `==`, the parts that differ most often first, and inlined.
    @inlinable
    func isSame(as other: Path) -> Bool {
        remote.port == other.remote.port && remote.ip.low == other.remote.ip.low && local.port == other.local.port
            && local.ip.low == other.local.ip.low && remote.ip.high == other.remote.ip.high
            && local.ip.high == other.local.ip.high && remote.ip.family == other.remote.ip.family
            && local.ip.family == other.local.ip.family && remote.ip.zone == other.remote.ip.zone
            && local.ip.zone == other.local.ip.zone && transport == other.transport
    }
}
