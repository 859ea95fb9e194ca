internal import Inspection
internal import Synchronization

/// What became of sessions since the start, for metrics: by outcome and first finding, by refusal, and how long set-ups took.
///
/// Outcomes, findings and refusals are words of the program's own, so there are few of them whatever clients send.
public final class Tally: Sendable {
    /// What ended how.
    public struct Ending: Hashable, Sendable {
        public let outcome: String
        public let finding: String
    }

    /// One look at all of it.
    public struct Snapshot: Sendable {
        public var endings: [Ending: UInt64] = [:]
        /// By the refusal's code.
        public var refusals: [String: UInt64] = [:]
        /// Refusals of addresses that had too many: they were not written down.
        public var refusalsOverRate: UInt64 = 0
        /// How many set-ups took at most as long as each of `Tally.bounds`, and one more for all of them.
        public var setups = [UInt64](repeating: 0, count: Tally.bounds.count + 1)
        public var setupSeconds = 0.0
    }

    /// Upper bounds of the set-up times, in seconds.
    public static let bounds: [Double] = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

    private let state = Mutex(Snapshot())

    init() {}

    public var snapshot: Snapshot { state.withLock { $0 } }

    func noteEnd(_ record: Record, finding: String) {
        let ending = Ending(outcome: record.outcome?.rawValue ?? "", finding: finding)
        state.withLock { $0.endings[ending, default: 0] &+= 1 }
    }

    func noteRefusal(_ code: String) {
        state.withLock { $0.refusals[code, default: 0] &+= 1 }
    }

    func noteRefusalOverRate() {
        state.withLock { $0.refusalsOverRate &+= 1 }
    }

    /// - Parameter microseconds: from the request to `connected`.
    func noteSetup(_ microseconds: Int64) {
        let seconds = Double(microseconds) / 1e6
        state.withLock { state in
            for (index, bound) in Self.bounds.enumerated() where seconds <= bound { state.setups[index] &+= 1 }
            state.setups[Self.bounds.count] &+= 1
            state.setupSeconds += seconds
        }
    }
}
