internal import Wire

/// What one way of a link does to datagrams.
public struct Link: Sendable, Hashable {
    public var delay: Duration
    /// Added to the delay, evenly from zero to this; datagrams still keep their order.
    public var jitter: Duration
    /// The share that is lost, each datagram for itself.
    public var loss: Double
    /// Losses that come together.
    public var burst: BurstLoss?
    /// The share that arrives twice.
    public var duplicate: Double
    /// The share that is overtaken: held up by `reorderDelay`, out of order.
    public var reorder: Double
    public var reorderDelay: Duration
    /// Bytes a second; nil is as fast as can be.
    public var rate: Int?
    /// Bytes that may wait before a slow link.
    public var queue: Int
    /// The largest datagram that passes; larger ones vanish without a word.
    public var mtu: Int?

    public init(
        delay: Duration = .zero, jitter: Duration = .zero, loss: Double = 0, burst: BurstLoss? = nil, duplicate: Double = 0,
        reorder: Double = 0, reorderDelay: Duration = .milliseconds(20), rate: Int? = nil, queue: Int = 64 * 1024,
        mtu: Int? = nil
    ) {
        self.delay = delay
        self.jitter = jitter
        self.loss = loss
        self.burst = burst
        self.duplicate = duplicate
        self.reorder = reorder
        self.reorderDelay = reorderDelay
        self.rate = rate
        self.queue = queue
        self.mtu = mtu
    }

    /// The model of Gilbert and Elliott: a good and a bad state, a chance of change in each slot of time, a loss in each state.
    ///
    /// The chain runs in time rather than by datagrams, so that a burst ends also for those who send seldom.
    public struct BurstLoss: Sendable, Hashable {
        public var becomesBad: Double
        public var becomesGood: Double
        public var lossWhenGood: Double
        public var lossWhenBad: Double
        public var slot: Duration

        public init(
            becomesBad: Double, becomesGood: Double, lossWhenGood: Double = 0, lossWhenBad: Double = 1,
            slot: Duration = .milliseconds(20)
        ) {
            self.becomesBad = becomesBad
            self.becomesGood = becomesGood
            self.lossWhenGood = lossWhenGood
            self.lossWhenBad = lossWhenBad
            self.slot = slot
        }

        /// The chance of the bad state, so many slots after a known one.
        func chanceOfBad(after slots: Int64, from isBad: Bool) -> Double {
            let share = becomesBad + becomesGood > 0 ? becomesBad / (becomesBad + becomesGood) : 0
            var memory = 1.0
            var factor = 1 - becomesBad - becomesGood
            var rest = slots
            while rest > 0 {
                if rest & 1 == 1 { memory *= factor }
                factor *= factor
                rest >>= 1
            }
            return share + ((isBad ? 1 : 0) - share) * memory
        }
    }
}

/// One way of a link, and what it remembers.
struct LinkState: Sendable {
    var link: Link
    /// The state of `BurstLoss`.
    private var isBad = false
    private var lastSlot: Int64 = 0
    /// When the last byte so far will have left.
    private var busyUntil = Instant.zero
    private var lastArrival = Instant.zero

    enum Fate {
        /// One arrival, or two.
        case arrives([Instant])
        case lost, tooBig, overflowed
    }

    init(_ link: Link) { self.link = link }

    mutating func pass(_ size: Int, at now: Instant, random: inout RandomSource) -> Fate {
        if let mtu = link.mtu, size > mtu { return .tooBig }
        if isLost(at: now, &random) { return .lost }
        var departure = now
        if let rate = link.rate, rate > 0 {
            let start = max(now, busyUntil)
            let waiting = (start - now).seconds * Double(rate)
            if waiting + Double(size) > Double(link.queue) { return .overflowed }
            departure = start + .seconds(Double(size) / Double(rate))
            busyUntil = departure
        }
        var arrivals = [arrival(after: departure, &random)]
        if random.chance(link.duplicate) { arrivals.append(arrival(after: departure, &random)) }
        return .arrives(arrivals)
    }

    private mutating func arrival(after departure: Instant, _ random: inout RandomSource) -> Instant {
        let arrival = departure + link.delay + link.jitter * random.unit()
        if random.chance(link.reorder) { return arrival + link.reorderDelay }
        lastArrival = max(lastArrival, arrival)
        return lastArrival
    }

    private mutating func isLost(at now: Instant, _ random: inout RandomSource) -> Bool {
        if random.chance(link.loss) { return true }
        guard let burst = link.burst else { return false }
        let slot = now.nanoseconds / max(1, burst.slot.nanoseconds)
        isBad = random.chance(burst.chanceOfBad(after: slot - lastSlot, from: isBad))
        lastSlot = slot
        return random.chance(isBad ? burst.lossWhenBad : burst.lossWhenGood)
    }
}

extension RandomSource {
    /// 0 … 1, 1 excluded.
    mutating func unit() -> Double { Double(next() >> 11) / Double(1 << 53) }

    /// Whether an event of this probability happens. A sure one draws nothing.
    mutating func chance(_ probability: Double) -> Bool {
        if probability <= 0 { return false }
        return probability >= 1 || unit() < probability
    }
}

extension Network {
    /// Takes a datagram over one way of an interface's link: when it arrives, once, twice or never.
    mutating func cross(_ size: Int, by place: Place, up: Bool, at now: Instant) -> [Instant] {
        guard var interface = interfaces[place] else {
            counters.unroutable += 1
            return []
        }
        let fate = up ? interface.up.pass(size, at: now, random: &random) : interface.down.pass(size, at: now, random: &random)
        interfaces[place] = interface
        switch fate {
        case .arrives(let arrivals):
            counters.duplicated += arrivals.count - 1
            return arrivals
        case .lost: counters.lost += 1
        case .tooBig: counters.tooBig += 1
        case .overflowed: counters.overflowed += 1
        }
        return []
    }
}
