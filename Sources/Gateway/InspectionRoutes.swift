internal import Engine
internal import Foundation
internal import HTTP
internal import History
internal import Inspection
internal import JSON
internal import Settings

/// What happened to one session: each resource a pure function of its record.
enum InspectionRoutes {
    static let all: [Route] =
        [
            read("stats") { record, context throws(Problem) in
                guard let format = StatsReport.Format(rawValue: context.request.query["format"] ?? "object") else {
                    throw Problem.badQuery("format", "`object` or `array`")
                }
                var type: StatsType?
                if let name = context.request.query["type"] {
                    type = StatsType(rawValue: name)
                    guard type != nil else {
                        throw Problem.badQuery("type", "one of \(StatsType.allCases.map(\.rawValue).joined(separator: ", "))")
                    }
                }
                return json { StatsReport(of: record, format: format, type: type).write(into: &$0) }
            },
            read("ice") { record, _ in json { record.writeConnectivity(into: &$0) } },
            read("diagnosis") { record, context in
                context.prefersText ? text(record.diagnosisText()) : json { record.writeDiagnosis(into: &$0) }
            },
            read("offer") { record, _ throws(Problem) in try description(record.offer, "offer") },
            read("answer") { record, _ throws(Problem) in try description(record.answer, "answer") },
            read("packets.pcapng") { record, _ in
                Response(.ok, type: "application/x-pcapng", PacketCapture.file(of: record))
                    .adding("Content-Disposition", "attachment; filename=\"\(record.id).pcapng\"")
            },
            Route("/v1/sessions/{id}/record", [Route.Operation(method: .delete, scope: .admin, handler: erase)]),
        ]

    // MARK: The summary

    @Sendable static func summary(_ service: Service, _ context: Context) -> Disposition {
        let id = context.id
        let prefersText = context.prefersText
        let shared = context.shared
        @Sendable func show(_ result: Result<Record, Problem>) -> Response {
            switch result {
            case .failure(let problem): return problem.response
            case .success(let record):
                return shared.validated(
                    prefersText ? text(record.summaryText()) : json { record.writeSummary(base: service.url(""), into: &$0) }, of: record,
                    "summary")
            }
        }
        guard let seconds = Double(context.request.query["timeout"] ?? "10"), (0...60).contains(seconds) else {
            return .respond(Problem.badQuery("timeout", "a number of seconds from 0 to 60").response)
        }
        guard let word = context.request.query["wait"] else {
            return context.withRecord(service) { show(.success($0)) }
        }
        guard let awaited = PeerEngine.Awaited(rawValue: word) else {
            return .respond(Problem.badQuery("wait", "`connecting`, `connected` or `ended`").response)
        }
        guard SessionID.isWellFormed(id) else { return .respond(Problem.noSession(id).response) }
        let number = service.nextNumber()
        return context.later { responder in
            // Off the loop: a stored record is read from disk, and the answer is written.
            @Sendable func answerLater(_ record: Record?) {
                let isQueued = service.readers.submit {
                    if !responder.isAbandoned { responder.answer(show(record.map(Result.success) ?? service.stored(id))) }
                }
                if !isQueued { responder.answer(Problem.tooManyReads.response) }
            }
            let asked = service.engine.wait(
                for: awaited, of: id, number: number, timeout: .milliseconds(Int(seconds * 1000)), completion: answerLater)
            if case .asked = asked { responder.onAbandoned { service.engine.unwait(id, number: number) } }
            service.answer(asked, notLive: { answerLater(nil) }, busy: { responder.answer(Problem.busy.response) })
        }
    }

    // MARK: Erasing

    @Sendable static func erase(_ service: Service, _ context: Context) -> Disposition {
        let id = context.id
        guard SessionID.isWellFormed(id) else { return .respond(Problem.noSession(id).response) }
        guard !service.engine.registry.contains(id) else {
            return .respond(
                Problem(.conflict, "still-live", "The session lives; end it with DELETE on the session first.").response)
        }
        return context.read(service) { () throws(Problem) in
            do throws(HistoryError) {
                guard try service.store.erase(id) else { return Problem.noSession(id).response }
            } catch {
                throw Problem(error)
            }
            return Response(.noContent)
        }
    }

    // MARK: Forms

    private static func read(
        _ name: String, _ show: @escaping @Sendable (Record, Context.Shared) throws(Problem) -> Response
    ) -> Route {
        Route(
            "/v1/sessions/{id}/\(name)",
            [
                Route.Operation(method: .get, scope: .inspect) { service, context in
                    let shared = context.shared
                    return context.withRecord(service) { (record) throws(Problem) in
                        shared.validated(try show(record, shared), of: record, name)
                    }
                }
            ])
    }

    private static func description(_ description: Record.Description?, _ which: String) throws(Problem) -> Response {
        guard let description else {
            throw Problem(.notFound, "no-\(which)", "This session has no \(which): the offer was refused before one was made.")
        }
        return Response(.ok, type: "application/sdp", description.bytes)
    }

    static func json(_ write: (inout JSONWriter) -> Void) -> Response {
        Response(.ok, type: "application/json", JSONWriter.bytes(write))
    }

    static func text(_ text: String) -> Response {
        Response(.ok, type: "text/plain; charset=utf-8", text)
    }
}
