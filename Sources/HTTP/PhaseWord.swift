internal import Synchronization

/// What a connection is doing and until when it may: one atomic word, so that its own thread and the one that keeps the
/// deadlines need no lock, and only one of them has the last word.
final class PhaseWord: Sendable {
    enum Phase: UInt64 {
        /// Nothing of a first request has come.
        case opening
        /// Between two requests.
        case idle
        /// The request line has come.
        case header
        case body
        /// The handler, or a responder, has it.
        case handling
        case writing
        case streaming
        /// The deadline's keeper has ended it; final.
        case over
    }

    private let word: Atomic<UInt64>

    init(_ phase: Phase, until deadline: Int64) {
        word = Atomic(PhaseWord.pack(phase, deadline))
    }

    // The deadline in milliseconds above three bits of phase; all ones stand for none.
    private static func pack(_ phase: Phase, _ deadline: Int64) -> UInt64 {
        UInt64(truncatingIfNeeded: min(max(deadline, 0), none)) << 3 | phase.rawValue
    }

    /// No deadline.
    static let none = Int64(1) << 60

    var current: (phase: Phase, deadline: Int64) { PhaseWord.unpack(word.load(ordering: .acquiring)) }

    private static func unpack(_ value: UInt64) -> (phase: Phase, deadline: Int64) {
        (Phase(rawValue: value & 7) ?? .over, Int64(truncatingIfNeeded: value >> 3))
    }

    /// Goes on to a phase; false where the connection was ended meanwhile. On the connection's thread.
    func enter(_ phase: Phase, until deadline: Int64 = PhaseWord.none) -> Bool {
        let new = PhaseWord.pack(phase, deadline)
        var old = word.load(ordering: .relaxed)
        while old & 7 != Phase.over.rawValue {
            let (exchanged, original) = word.compareExchange(expected: old, desired: new, ordering: .acquiringAndReleasing)
            if exchanged { return true }
            old = original
        }
        return false
    }

    /// Ends the connection, whatever its phase.
    func end() { word.store(PhaseWord.pack(.over, PhaseWord.none), ordering: .releasing) }

    /// Ends the connection, if it is still in that phase with that deadline.
    func end(_ phase: Phase, deadline: Int64) -> Bool {
        word.compareExchange(
            expected: PhaseWord.pack(phase, deadline), desired: PhaseWord.pack(.over, PhaseWord.none),
            ordering: .acquiringAndReleasing
        ).exchanged
    }
}
