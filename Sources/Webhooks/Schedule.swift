public import Wire

/// One message on its way to one receiver.
public struct Delivery: Sendable, Equatable {
    /// The same in every try: who receives it twice knows it by this.
    public let id: String
    public let event: String
    public let body: [UInt8]
    /// How often it was sent in vain.
    public private(set) var failures = 0
    /// When it was first due.
    public let queuedAt: Instant

    public init(id: String, event: String, body: [UInt8], queuedAt: Instant) {
        self.id = id
        self.event = event
        self.body = body
        self.queuedAt = queuedAt
    }

    mutating func noteFailure() { failures += 1 }
}

/// What became of one try.
public enum Attempt: Sendable, Equatable {
    /// A status from 200 to 299.
    case accepted
    /// Another status. `retryAfter` is what the receiver asked for.
    case refused(status: Int, retryAfter: Duration?)
    /// No answer, or none in time.
    case unreachable
}

/// When which message is sent to one receiver: a queue of bounded length, tries with growing pauses, an end to them. A pure
/// value, to which the time is told.
///
/// One message is under way at a time, so that a receiver in trouble is not run over; one that has failed does not hold the
/// others up. Order is therefore likely and not promised.
public struct Schedule: Sendable {
    /// How patient a schedule is.
    public struct Patience: Sendable {
        /// Messages that may wait; beyond, the oldest is dropped.
        public var queued = 1_000
        /// Tries of one message: at 0, 2, 6, 14, 30, 62, 126 and 254 seconds, give or take a fifth of each pause.
        public var tries = 8
        public var firstPause = Duration.seconds(2)
        public var longestPause = Duration.seconds(240)
        /// A message older than that is given up, however few tries it had.
        public var age = Duration.seconds(600)

        public init() {}
    }

    /// What was counted.
    public struct Counts: Sendable, Equatable {
        public var delivered: UInt64 = 0
        /// Given up after the last try.
        public var failed: UInt64 = 0
        /// Left out for want of room.
        public var dropped: UInt64 = 0
        public var retries: UInt64 = 0

        public init() {}
    }

    private struct Waiting: Sendable {
        var delivery: Delivery
        var due: Instant
    }

    public let patience: Patience
    public private(set) var counts = Counts()
    /// In the order they came.
    private var waiting: [Waiting] = []
    private var underWay: Delivery?
    private var random: RandomSource

    public init(_ patience: Patience = Patience(), random: RandomSource) {
        self.patience = patience
        self.random = random
    }

    /// Messages that wait or are under way.
    public var count: Int { waiting.count + (underWay == nil ? 0 : 1) }

    /// Adds a message, due at once. Where too many wait the oldest goes.
    public mutating func add(_ delivery: Delivery, at now: Instant) {
        if waiting.count >= patience.queued, !waiting.isEmpty {
            waiting.removeFirst()
            counts.dropped &+= 1
        }
        waiting.append(Waiting(delivery: delivery, due: now))
    }

    /// When something is due; nil where nothing waits, or a message is under way.
    public var nextDeadline: Instant? {
        underWay == nil ? waiting.lazy.map(\.due).min() : nil
    }

    /// The message to send now, which is then under way until `note` tells what came of it; the longest due goes first.
    public mutating func next(at now: Instant) -> Delivery? {
        guard underWay == nil else { return nil }
        giveUpOld(at: now)
        var chosen: Int?
        for (index, entry) in waiting.enumerated() where entry.due <= now {
            if let best = chosen, waiting[best].due <= entry.due { continue }
            chosen = index
        }
        guard let chosen else { return nil }
        underWay = waiting.remove(at: chosen).delivery
        return underWay
    }

    /// Tells what came of the message under way.
    public mutating func note(_ attempt: Attempt, at now: Instant) {
        guard var delivery = underWay else { return }
        underWay = nil
        switch attempt {
        case .accepted:
            counts.delivered &+= 1
        case .refused(410, _):
            // RFC 9110 §15.5.11: the resource is gone, "and this condition is likely to be permanent".
            counts.failed &+= 1
        case .refused(_, let asked):
            again(&delivery, asked: asked, at: now)
        case .unreachable:
            again(&delivery, asked: nil, at: now)
        }
    }

    private mutating func again(_ delivery: inout Delivery, asked: Duration?, at now: Instant) {
        delivery.noteFailure()
        let due = now + max(pause(after: delivery.failures), min(asked ?? .zero, patience.longestPause))
        guard delivery.failures < patience.tries, due - delivery.queuedAt <= patience.age else {
            counts.failed &+= 1
            return
        }
        counts.retries &+= 1
        // In the place its age gives it, so that it is dropped before younger ones.
        let place = waiting.firstIndex { $0.delivery.queuedAt > delivery.queuedAt } ?? waiting.count
        waiting.insert(Waiting(delivery: delivery, due: due), at: place)
        if waiting.count > patience.queued {
            waiting.removeFirst()
            counts.dropped &+= 1
        }
    }

    /// Twice as long each time, give or take a fifth, so that many messages do not come back at one moment.
    private mutating func pause(after failures: Int) -> Duration {
        var pause = patience.firstPause
        for _ in 1..<max(1, failures) where pause < patience.longestPause { pause = min(pause * 2, patience.longestPause) }
        let jitter = Int64.random(in: -200...200, using: &random)
        return pause + .nanoseconds(pause.nanoseconds / 1000 * jitter)
    }

    private mutating func giveUpOld(at now: Instant) {
        let before = waiting.count
        waiting.removeAll { now - $0.delivery.queuedAt > patience.age }
        counts.failed &+= UInt64(before - waiting.count)
    }
}
