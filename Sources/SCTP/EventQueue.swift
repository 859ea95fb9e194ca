internal import Wire

/// Events waiting to be taken, at most `Limits.events`; what comes beyond is counted and told.
struct EventQueue {
    private var events: [Event] = []
    private var next = 0
    private var dropped = 0

    mutating func append(_ event: Event) {
        guard events.count - next < Limits.events else {
            dropped += 1
            return
        }
        events.append(event)
    }

    mutating func popFirst() -> Event? {
        guard next < events.count else {
            if dropped > 0 {
                defer { dropped = 0 }
                return .eventsDropped(dropped)
            }
            return nil
        }
        defer {
            next += 1
            // The memory goes with the last event: an association that rests keeps none.
            if next == events.count {
                events = []
                next = 0
            }
        }
        return events[next]
    }
}
