internal import Synchronization

/// The live sessions, for every thread: where each one lives and its entry in the list.
///
/// The list of a hundred live sessions is one lock and a hundred appends: entries are kept as the JSON they are shown as.
public final class Registry: Sendable {
    struct Entry {
        let loop: Int
        let slot: Int
        let address: String
        var item: [UInt8]
    }

    fileprivate struct State {
        var entries: [String: Entry] = [:]
        /// Oldest first; ids sort by time.
        var order: [String] = []
        var perAddress: [AddressGroup: Int] = [:]
        /// Places given to requests whose session is not made yet.
        var reserved = 0
        var isDraining = false
    }

    /// Why no place was given.
    enum Refusal: Error {
        case full(limit: Int)
        case tooManyFromAddress(limit: Int)
        case draining
    }

    private let state = Mutex(State())
    let limit: Int
    let limitPerAddress: Int

    init(limit: Int, limitPerAddress: Int) {
        self.limit = limit
        self.limitPerAddress = limitPerAddress
    }

    /// How many sessions live.
    public var count: Int { state.withLock { $0.entries.count } }

    func reserve(address: String) throws(Refusal) {
        let group = AddressGroup(address)
        let refusal: Refusal? = state.withLock { state in
            if state.isDraining { return .draining }
            if state.entries.count + state.reserved >= limit { return .full(limit: limit) }
            if state.perAddress[group, default: 0] >= limitPerAddress { return .tooManyFromAddress(limit: limitPerAddress) }
            state.reserved += 1
            state.perAddress[group, default: 0] += 1
            return nil
        }
        if let refusal { throw refusal }
    }

    /// Gives a reserved place back: its offer was refused.
    func release(address: String) {
        state.withLock { state in
            state.reserved -= 1
            state.leave(address)
        }
    }

    /// Fills a reserved place.
    func add(_ id: String, _ entry: Entry) {
        state.withLock { state in
            state.reserved -= 1
            state.entries[id] = entry
            let index = state.order.lastIndex { $0 < id }.map { $0 + 1 } ?? 0
            state.order.insert(id, at: index)
        }
    }

    func update(_ id: String, item: [UInt8]) {
        state.withLock { $0.entries[id]?.item = item }
    }

    func remove(_ id: String) {
        state.withLock { state in
            guard let entry = state.entries.removeValue(forKey: id) else { return }
            state.leave(entry.address)
            if let index = state.index(of: id) { state.order.remove(at: index) }
        }
    }

    func place(of id: String) -> (loop: Int, slot: Int)? {
        state.withLock { state in state.entries[id].map { ($0.loop, $0.slot) } }
    }

    public func contains(_ id: String) -> Bool {
        state.withLock { $0.entries[id] != nil }
    }

    /// Entries of live sessions, newest first, each with its id.
    /// - Parameters:
    ///   - before: only ids that sort before it.
    ///   - limit: at most so many.
    public func items(before: String? = nil, limit: Int) -> [(id: String, item: [UInt8])] {
        state.withLock { state in
            var found: [(id: String, item: [UInt8])] = []
            found.reserveCapacity(min(limit, state.order.count))
            for id in state.order.reversed() {
                if let before, id >= before { continue }
                guard found.count < limit else { break }
                if let entry = state.entries[id] { found.append((id, entry.item)) }
            }
            return found
        }
    }

    /// From now on nobody is given a place.
    func drain() {
        state.withLock { $0.isDraining = true }
    }

    var isDraining: Bool { state.withLock { $0.isDraining } }
}

extension Registry.State {
    fileprivate mutating func leave(_ address: String) {
        let group = AddressGroup(address)
        guard let count = perAddress[group] else { return }
        perAddress[group] = count > 1 ? count - 1 : nil
    }

    fileprivate func index(of id: String) -> Int? {
        var low = 0
        var high = order.count
        while low < high {
            let middle = (low + high) / 2
            if order[middle] < id { low = middle + 1 } else { high = middle }
        }
        return low < order.count && order[low] == id ? low : nil
    }
}
