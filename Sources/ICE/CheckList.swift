internal import Wire

/// The pairs of the present generation, at most `Limits.candidatePairs` (RFC 8445 §6.1.2.5), found by path.
///
/// An index stays a pair's own until the pair is pruned; a pruned pair's place goes to the one that displaced it.
struct CheckList: Sendable {
    var pairs: [CandidatePair] = []
    /// `paths[i]` is `pairs[i].path`, apart so that a search touches little memory.
    private(set) var paths: [Path] = []

    func index(of path: Path) -> Int? {
        for index in paths.indices where paths[index].isSame(as: path) { return index }
        return nil
    }

    func index(of id: CandidatePair.ID) -> Int? {
        pairs.firstIndex { $0.id == id }
    }

    mutating func append(_ pair: CandidatePair) -> Int {
        pairs.append(pair)
        paths.append(pair.path)
        return pairs.count - 1
    }

    mutating func replace(at index: Int, with pair: CandidatePair) {
        pairs[index] = pair
        paths[index] = pair.path
    }

    /// Takes a pair out; the indices of later ones change.
    mutating func take(_ index: Int) {
        pairs.remove(at: index)
        paths.remove(at: index)
    }

    mutating func removeAll() {
        pairs.removeAll()
        paths.removeAll()
    }

    /// The waiting pair of highest priority.
    var nextWaiting: Int? { best(in: .waiting) }

    /// The valid pair of highest priority.
    var bestValid: Int? { best(in: .succeeded) }

    private func best(in state: CandidatePair.State) -> Int? {
        var best: Int?
        for index in pairs.indices where pairs[index].state == state {
            if let known = best, pairs[known].priority >= pairs[index].priority { continue }
            best = index
        }
        return best
    }

    /// Whether any pair waits for its turn.
    var hasWaiting: Bool {
        for index in pairs.indices where pairs[index].state == .waiting { return true }
        return false
    }

    /// When anything authenticated, or data, last came on a pair. Field by field: a pair is large to copy.
    func lastHeard(on index: Int) -> Instant? {
        var last = pairs[index].lastPacketReceived
        if let request = pairs[index].lastRequestReceived, last.map({ $0 < request }) ?? true { last = request }
        if let response = pairs[index].lastResponseReceived, last.map({ $0 < response }) ?? true { last = response }
        return last
    }

    /// How many pairs are waiting or in progress.
    var unfinished: Int {
        var count = 0
        for index in pairs.indices where pairs[index].state == .waiting || pairs[index].state == .inProgress { count += 1 }
        return count
    }
}
