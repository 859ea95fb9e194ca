/// Where a machine takes its random numbers from: the system's cryptographic generator, or a seed for a journey.
///
/// It is an argument of every machine that needs one, so that a simulation is repeatable to the bit.
public struct RandomSource: RandomNumberGenerator, Sendable {
    private var seeded: UInt64?

    private init(seeded: UInt64?) { self.seeded = seeded }

    /// The system's cryptographic generator.
    public static let system = RandomSource(seeded: nil)

    /// The repeatable sequence of one seed (SplitMix64). For tests and simulations only: it can be predicted.
    public static func seeded(_ seed: UInt64) -> RandomSource { RandomSource(seeded: seed) }

    /// A source of its own for a part: what it draws does not change what this one draws next.
    public mutating func split() -> RandomSource {
        seeded == nil ? .system : .seeded(next())
    }

    public mutating func next() -> UInt64 {
        guard let state = seeded else {
            var system = SystemRandomNumberGenerator()
            return system.next()
        }
        let advanced = state &+ 0x9e37_79b9_7f4a_7c15
        seeded = advanced
        var z = advanced
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// `count` random bytes.
    public mutating func bytes(_ count: Int) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(count + 7)
        while result.count < count {
            result.appendBigEndian(next())
        }
        result.removeLast(result.count - count)
        return result
    }

    /// `count` characters of `alphabet`, each drawn alike. The alphabet's length should divide 256 for it to be exact.
    public mutating func characters(_ count: Int, of alphabet: StaticString) -> String {
        let letters = alphabet.withUTF8Buffer { Array($0) }
        return String(decoding: bytes(count).map { letters[Int($0) % letters.count] }, as: UTF8.self)
    }
}
