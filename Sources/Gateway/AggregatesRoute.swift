internal import HTTP
internal import History
internal import Inspection
internal import JSON
internal import Settings

/// `GET /v1/aggregates`: sessions by day, outcome and first finding, and how long they took to connect.
enum AggregatesRoute {
    static let all = [Route("/v1/aggregates", [Route.Operation(method: .get, scope: .inspect, handler: show)])]

    @Sendable static func show(_ service: Service, _ context: Context) -> Disposition {
        let since: Int64?
        let until: Int64?
        do throws(Problem) {
            since = try context.request.query.time("since")
            until = try context.request.query.time("until")
        } catch {
            return .respond(error.response)
        }
        let prefersText = context.prefersText
        return context.read(service) { () throws(Problem) in
            let aggregate: Aggregate
            do throws(HistoryError) {
                aggregate = try service.store.aggregate(since: since, until: until)
            } catch {
                throw Problem(error)
            }
            let days = aggregate.byDay
            return prefersText ? InspectionRoutes.text(aggregate.table(days)) : InspectionRoutes.json { aggregate.write(days, into: &$0) }
        }
    }
}

extension Aggregate {
    /// One day: what there was of each kind, outcome and finding, and its set-up times.
    fileprivate struct Day {
        var day: Int64
        var counts: [DayCount] = []
        var setup: DayPercentiles?

        var sessions: Int { counts.reduce(0) { $0 + $1.sessions } }
        /// `2026-11-22`
        var name: String { String(Timestamp(microseconds: day * 1000).description.prefix(10)) }
    }

    /// Newest first; within a day the most frequent first.
    fileprivate var byDay: [Day] {
        var days: [Int64: Day] = [:]
        for count in self.days { days[count.day, default: Day(day: count.day)].counts.append(count) }
        for percentiles in setup { days[percentiles.day, default: Day(day: percentiles.day)].setup = percentiles }
        return days.values.sorted { $0.day > $1.day }.map { day in
            var day = day
            day.counts.sort { ($1.sessions, $0.outcome ?? "", $0.finding ?? "") < ($0.sessions, $1.outcome ?? "", $1.finding ?? "") }
            return day
        }
    }

    // MARK: JSON

    fileprivate func write(_ days: [Day], into json: inout JSONWriter) {
        json.object { json in
            json.array("days") { json in
                for day in days {
                    json.object { json in
                        json.member("day", day.name)
                        json.member("sessions", day.sessions)
                        json.array("counts") { json in
                            for count in day.counts {
                                json.object { json in
                                    json.member("kind", count.kind)
                                    json.key("outcome")
                                    if let outcome = count.outcome { json.string(outcome) } else { json.null() }
                                    json.key("finding")
                                    if let finding = count.finding { json.string(finding) } else { json.null() }
                                    json.member("sessions", count.sessions)
                                }
                            }
                        }
                        json.key("setup")
                        Self.write(day.setup.map { Percentiles(count: $0.count, p50: $0.p50, p90: $0.p90, p99: $0.p99) }, into: &json)
                    }
                }
            }
            json.key("setup")
            Self.write(setupOverall, into: &json)
            json.array("phases") { json in
                for phase in phases {
                    json.object { json in
                        json.member("phase", phase.phase)
                        json.key("overall")
                        Self.write(phase.overall, into: &json)
                    }
                }
            }
        }
    }

    private static func write(_ percentiles: Percentiles?, into json: inout JSONWriter) {
        guard let percentiles else { return json.null() }
        json.object { json in
            json.member("count", percentiles.count)
            json.member("p50Ms", (percentiles.p50 * 10).rounded() / 10)
            json.member("p90Ms", (percentiles.p90 * 10).rounded() / 10)
            json.member("p99Ms", (percentiles.p99 * 10).rounded() / 10)
        }
    }

    // MARK: Text

    fileprivate func table(_ days: [Day]) -> String {
        guard !days.isEmpty else { return "No sessions in that time.\n" }
        var lines = [Self.row("DAY", "OUTCOME", "FINDING", "SESSIONS")]
        for day in days {
            for (index, count) in day.counts.enumerated() {
                lines.append(
                    Self.row(index == 0 ? day.name : "", count.outcome ?? "(live)", count.finding ?? "-", String(count.sessions)))
            }
        }
        lines.append("")
        lines.append(Self.row("DAY", "CONNECTED", "SET-UP P50 / P90 / P99 (ms)", ""))
        for day in days {
            guard let setup = day.setup else { continue }
            lines.append(Self.row(day.name, String(setup.count), Self.words(setup.p50, setup.p90, setup.p99), ""))
        }
        if let setup = setupOverall {
            lines.append(Self.row("all", String(setup.count), Self.words(setup.p50, setup.p90, setup.p99), ""))
        }
        for phase in phases {
            lines.append(
                Self.row(phase.phase, String(phase.overall.count), Self.words(phase.overall.p50, phase.overall.p90, phase.overall.p99), ""))
        }
        return lines.map { line in String(line.reversed().drop { $0 == " " }.reversed()) + "\n" }.joined()
    }

    private static func words(_ p50: Double, _ p90: Double, _ p99: Double) -> String {
        [p50, p90, p99].map { String(Int($0.rounded())) }.joined(separator: " / ")
    }

    private static func row(_ first: String, _ second: String, _ third: String, _ fourth: String) -> String {
        func padded(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(1, width - text.count)) }
        return padded(first, 18) + padded(second, 14) + padded(third, 34) + fourth
    }
}
