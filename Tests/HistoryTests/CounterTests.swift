import Testing

@testable import History

extension Tables {
    @Suite struct Counting {
        /// What the counters ought to say of these rows.
        private func recount(_ rows: some Collection<SessionRow>) -> [DayCount] {
            var counts: [[String]: Int] = [:]
            for row in rows {
                counts[["\(Tallies.day(of: row.createdAt))", row.kind, row.outcome ?? "", row.finding ?? ""], default: 0] += 1
            }
            return counts.map { words, sessions in
                DayCount(
                    day: Int64(words[0]) ?? 0, kind: words[1], outcome: words[2].isEmpty ? nil : words[2],
                    finding: words[3].isEmpty ? nil : words[3], sessions: sessions)
            }
            .sorted { ($0.day, $0.kind, $0.outcome ?? "", $0.finding ?? "") < ($1.day, $1.kind, $1.outcome ?? "", $1.finding ?? "") }
        }

        @Test(arguments: 0..<6) func `after any changes and erasures the counters are what a recount gives`(seed: UInt64) throws {
            try withStore { store, _ in
                var random = Lehmer(seed: seed &+ 100)
                var model: [String: SessionRow] = [:]
                for step in 0..<400 {
                    if random.next(10) == 0, let id = model.keys.sorted().first {
                        try #expect(store.erase(id))
                        model[id] = nil
                    } else {
                        var row = random.labelled()
                        row.createdAt = noon - Int64(random.next(5)) * 86_400_000
                        if let old = model[row.id] { (row.kind, row.stream, row.createdAt) = (old.kind, old.stream, old.createdAt) }
                        model[row.id] = row
                        store.write(.session(row))
                    }
                    if step % 57 == 0 { #expect(store.flush(timeout: .seconds(5))) }
                }
                #expect(store.flush(timeout: .seconds(5)))
                let aggregate = try store.aggregate()
                #expect(aggregate.days == recount(model.values))
                let times = model.values.compactMap(\.phases.connected)
                #expect(aggregate.setupOverall?.count == times.count)
                #expect(aggregate.setup.reduce(0) { $0 + $1.count } == times.count)
                #expect(aggregate.phases.first { $0.phase == "ice" }?.overall.count == model.values.count { $0.durations.ice != nil })
                try expectSound(store)
                for id in model.keys { try #expect(store.erase(id)) }
                try #expect(store.aggregate() == Aggregate())
                for table in ["tally", "timing", "scan", "term"] {
                    try #expect(store.read { try $0.number("SELECT count(*) FROM \(table)") } == 0, "\(table)")
                }
            }
        }

        @Test func `percentiles are within five per cent of the true ones`() throws {
            try withStore { store, _ in
                var random = Lehmer(seed: 5)
                var times: [Double] = []
                for index in 0..<1_000 {
                    var row = sample("\(index)")
                    let time = Double(1 + random.next(1_000) * random.next(1_000)) / 100
                    times.append(time)
                    row.phases.connected = time
                    store.write(.session(row))
                }
                #expect(store.flush(timeout: .seconds(5)))
                times.sort()
                let aggregate = try store.aggregate(since: noon, until: noon + 1)
                let day = try #require(aggregate.setup.first)
                #expect(aggregate.setup.count == 1 && day.day == Tallies.day(of: noon) && day.count == 1_000)
                for (found, rank) in [(day.p50, 499), (day.p90, 899), (day.p99, 989)] {
                    #expect(abs(found - times[rank]) <= 0.05 * times[rank], "\(found) for \(times[rank])")
                }
            }
        }

        @Test(arguments: [-1.0, 0, .nan, .infinity, -.infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 0.001, 1e9])
        func `a time that is none falls into the first or last bucket`(time: Double) {
            let bucket = Histogram.bucket(of: time)
            #expect((Histogram.lowest...Histogram.highest).contains(bucket))
        }

        @Test func `a bucket's middle is within five per cent of all it holds`() {
            for step in 0..<2_000 {
                let time = 0.002 * Double(step * step + 1)
                let middle = Histogram.milliseconds(Histogram.bucket(of: time))
                #expect(abs(middle - time) <= 0.05 * time, "\(middle) for \(time)")
            }
        }

        @Test func `a span of days has the days it touches and no others`() throws {
            try withStore { store, _ in
                let midnight = Tallies.day(of: noon)
                for (id, time) in [("a", midnight - 1), ("b", midnight), ("c", midnight + 86_399_999), ("d", midnight + 86_400_000)] {
                    store.write(.session(sample(id, at: time)))
                }
                #expect(store.flush(timeout: .seconds(5)))
                func sessions(_ since: Int64?, _ until: Int64?) throws -> Int {
                    try store.aggregate(since: since, until: until).days.reduce(0) { $0 + $1.sessions }
                }
                try #expect(sessions(nil, nil) == 4)
                try #expect(sessions(noon, nil) == 3)
                try #expect(sessions(noon, noon + 1) == 2)
                try #expect(sessions(nil, midnight) == 1)
                try #expect(sessions(.min, .max) == 4)
                try #expect(sessions(.max, .min) == 0)
            }
        }
    }
}
