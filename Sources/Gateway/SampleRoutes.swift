internal import Engine
internal import Foundation
internal import HTTP
internal import History
internal import Inspection
internal import JSON
internal import Settings
internal import Wire

/// The figures of a session second by second: from history, and of a live one also what is not written yet.
enum SampleRoutes {
    static let all = [
        Route(
            "/v1/sessions/{id}/samples",
            [
                Route.Operation(method: .get, scope: .inspect) { service, context in
                    let shared = context.shared
                    return context.read(service) { () throws(Problem) in try answer(service, shared) }
                }
            ])
    ]

    private static func answer(_ service: Service, _ context: Context.Shared) throws(Problem) -> Response {
        let query = try query(context.request.query)
        let chunks = try chunks(of: context.id, query.range, service)
        let interval = service.configuration.sampleInterval
        return InspectionRoutes.json {
            writeSamples(of: context.id, interval: Int64(interval / .milliseconds(1)), chunks: chunks, query, into: &$0)
        }
    }

    /// The packed samples of a session, in the order of their times.
    static func chunks(of id: String, _ range: ClosedRange<Int64>, _ service: Service) throws(Problem) -> [[UInt8]] {
        guard SessionID.isWellFormed(id) else { throw Problem.noSession(id) }
        // The live chunk first: written in between it is in both, never in none.
        let live = service.engine.samples(of: id)
        var stored: [SampleChunk]
        let isKnown: Bool
        do throws(HistoryError) {
            stored = try service.store.samples(id, since: range.lowerBound, until: range.upperBound)
            let isSampled = live != nil || !stored.isEmpty || service.engine.registry.contains(id)
            isKnown = isSampled ? true : try service.store.session(id) != nil
        } catch {
            throw Problem(error)
        }
        guard isKnown else { throw Problem.noSession(id) }
        if let live { stored.removeAll { $0.firstAt == live.firstAt } }
        return stored.map(\.body) + [live?.chunk].compactMap { $0 }
    }

    private static func query(_ query: Query) throws(Problem) -> SampleQuery {
        var wanted = SampleQuery()
        for name in (query["metric"] ?? "").split(separator: ",").prefix(Limits.sampleMetrics) {
            guard wanted.add(metric: String(name)) else {
                let names = SampleMember.allCases.map(\.name).joined(separator: ", ")
                throw Problem.badQuery(
                    "metric", "a numeric member of the statistics, alone or with the id of its entry (T0.bytesSent): \(names)")
            }
        }
        let since = try query.time("since") ?? .min
        let until = try query.time("until") ?? .max
        guard since <= until else { throw .badQuery("until", "a time after `since`") }
        wanted.range = since...until
        if let text = query["step"] {
            guard let seconds = Double(text), (0.001...86_400).contains(seconds) else {
                throw .badQuery("step", "a number of seconds from 0.001 to 86400")
            }
            wanted.step = Int64(seconds * 1000)
        }
        return wanted
    }
}
