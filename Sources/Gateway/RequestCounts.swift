internal import HTTP
internal import Synchronization

/// Answers by route and class of status: a fixed table, since both are the program's own words.
final class RequestCounts: Sendable {
    private let counts: Mutex<[UInt64]>
    private let routes: [String]
    private static let classes = ["1xx", "2xx", "3xx", "4xx", "5xx"]

    /// - Parameter routes: the paths; what fits none of them is counted as `other`.
    init(routes: [String]) {
        self.routes = routes + ["other"]
        counts = Mutex([UInt64](repeating: 0, count: (routes.count + 1) * Self.classes.count))
    }

    /// - Parameter route: the place in the table; nil for none of them.
    func note(_ route: Int?, _ status: Status) {
        let place = min(route ?? routes.count - 1, routes.count - 1) * Self.classes.count
        let column = min(max(Int(status.code) / 100 - 1, 0), Self.classes.count - 1)
        counts.withLock { $0[place + column] &+= 1 }
    }

    /// Those that occurred.
    var snapshot: [(route: String, status: String, count: UInt64)] {
        let counts = counts.withLock { $0 }
        return routes.enumerated().flatMap { index, route in
            Self.classes.enumerated().compactMap { column, name in
                let count = counts[index * Self.classes.count + column]
                return count > 0 ? (route, name, count) : nil
            }
        }
    }
}
