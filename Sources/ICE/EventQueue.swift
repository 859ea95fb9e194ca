internal import Wire

/// Facts waiting to be taken, first in, first out, within a bound.
struct EventQueue: Sendable {
    var limit = 512
    /// Facts about single checks that may still be told in this generation.
    var checkFactsLeft = 200
    private var waiting: [Event] = []
    private var taken = 0

    /// False where the queue is full.
    mutating func append(_ fact: Fact, at now: Instant) -> Bool {
        guard waiting.count - taken < limit else { return false }
        waiting.append(Event(at: now, fact: fact))
        return true
    }

    mutating func next() -> Event? {
        guard taken < waiting.count else { return nil }
        defer {
            taken += 1
            if taken == waiting.count {
                waiting.removeAll(keepingCapacity: taken <= 16)
                taken = 0
            }
        }
        return waiting[taken]
    }
}

extension Agent {
    mutating func tell(_ fact: Fact, at now: Instant) {
        if !events.append(fact, at: now) { counters.eventsDropped &+= 1 }
    }

    /// Tells a fact about a single check, as long as the generation's share lasts.
    mutating func tellCheck(_ fact: Fact, at now: Instant) {
        guard events.checkFactsLeft > 0 else { return }
        events.checkFactsLeft -= 1
        tell(fact, at: now)
    }
}
