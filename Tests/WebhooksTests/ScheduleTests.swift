import Testing
import Webhooks
import Wire

private func delivery(_ number: Int, at now: Instant = .zero) -> Delivery {
    Delivery(id: "m\(number)", event: "session.ended", body: [1], queuedAt: now)
}

private func seconds(_ value: Double) -> Instant { .zero + .seconds(value) }

@Suite struct `A webhook's schedule` {
    @Test func `sends at once, one message at a time`() {
        var schedule = Schedule(random: .seeded(1))
        #expect(schedule.nextDeadline == nil)
        schedule.add(delivery(1), at: .zero)
        schedule.add(delivery(2), at: .zero)
        #expect(schedule.nextDeadline == .zero)
        #expect(schedule.next(at: .zero)?.id == "m1")
        #expect(schedule.nextDeadline == nil)
        #expect(schedule.next(at: .zero) == nil)
        schedule.note(.accepted, at: .zero)
        #expect(schedule.next(at: .zero)?.id == "m2")
        schedule.note(.accepted, at: .zero)
        #expect(schedule.count == 0)
        #expect(schedule.counts.delivered == 2)
    }

    @Test func `tries again after pauses that double, and gives up in the end`() {
        for seed in 1...20 as ClosedRange<UInt64> {
            var schedule = Schedule(random: .seeded(seed))
            schedule.add(delivery(1), at: .zero)
            var now = Instant.zero, pauses: [Double] = []
            while let due = schedule.nextDeadline {
                pauses.append((due - now).seconds)
                now = due
                #expect(schedule.next(at: now - .nanoseconds(1)) == nil)
                #expect(schedule.next(at: now)?.id == "m1")
                schedule.note(.unreachable, at: now)
            }
            #expect(pauses.count == 8)
            for (pause, expected) in zip(pauses.dropFirst(), [2.0, 4, 8, 16, 32, 64, 128]) {
                #expect(pause >= expected * 0.79 && pause <= expected * 1.21, "seed \(seed)")
            }
            #expect(
                schedule.counts
                    == counts {
                        $0.failed = 1; $0.retries = 7
                    })
        }
    }

    @Test func `lets others pass one that has to wait`() {
        var schedule = Schedule(random: .seeded(1))
        schedule.add(delivery(1), at: .zero)
        _ = schedule.next(at: .zero)
        schedule.note(.refused(status: 500, retryAfter: nil), at: .zero)
        schedule.add(delivery(2, at: seconds(0.5)), at: seconds(0.5))
        #expect(schedule.next(at: seconds(0.5))?.id == "m2")
        schedule.note(.accepted, at: seconds(0.6))
        #expect(schedule.next(at: seconds(1)) == nil)
        #expect(schedule.next(at: seconds(3))?.id == "m1")
    }

    @Test func `waits for as long as the receiver asks, within bounds`() {
        var schedule = Schedule(random: .seeded(1))
        schedule.add(delivery(1), at: .zero)
        _ = schedule.next(at: .zero)
        schedule.note(.refused(status: 429, retryAfter: .seconds(30)), at: .zero)
        #expect(schedule.nextDeadline == seconds(30))
        _ = schedule.next(at: seconds(30))
        schedule.note(.refused(status: 503, retryAfter: .seconds(1_000_000)), at: seconds(30))
        #expect(schedule.nextDeadline == seconds(270))
    }

    @Test func `sends nothing more to one that says it is gone`() {
        var schedule = Schedule(random: .seeded(1))
        schedule.add(delivery(1), at: .zero)
        _ = schedule.next(at: .zero)
        schedule.note(.refused(status: 410, retryAfter: nil), at: .zero)
        #expect(schedule.count == 0)
        #expect(schedule.counts.failed == 1)
    }

    @Test func `holds so many and drops the oldest`() {
        var patience = Schedule.Patience()
        patience.queued = 3
        var schedule = Schedule(patience, random: .seeded(1))
        for number in 1...5 { schedule.add(delivery(number, at: seconds(Double(number))), at: seconds(Double(number))) }
        #expect(schedule.counts.dropped == 2)
        #expect(schedule.next(at: seconds(5))?.id == "m3")
        // While it is under way three more come; it fails, is the oldest of four, and goes.
        schedule.add(delivery(6, at: seconds(6)), at: seconds(6))
        schedule.note(.unreachable, at: seconds(6))
        #expect(schedule.counts.dropped == 3)
        var sent: [String] = []
        while let next = schedule.next(at: seconds(7)) {
            sent.append(next.id)
            schedule.note(.accepted, at: seconds(7))
        }
        #expect(sent == ["m4", "m5", "m6"])
    }

    @Test func `gives up what has become old`() {
        var schedule = Schedule(random: .seeded(1))
        schedule.add(delivery(1), at: .zero)
        #expect(schedule.next(at: seconds(601)) == nil)
        #expect(schedule.counts.failed == 1)
        #expect(schedule.count == 0)
    }

    private func counts(_ set: (inout Schedule.Counts) -> Void) -> Schedule.Counts {
        var counts = Schedule.Counts()
        set(&counts)
        return counts
    }
}

@Suite struct `A webhook's signature` {
    // The example of Standard Webhooks 1.0, "Verifying signatures".
    @Test func `is that of Standard Webhooks`() {
        let signature = Signature(secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        let body = Array(#"{"test": 2432232314}"#.utf8)
        #expect(
            signature.value(id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1_614_265_330, body: body)
                == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }
}
