internal import Engine
internal import HTTP
internal import Inspection
internal import JSON
internal import Settings
internal import Synchronization

/// Server-sent events: one session's timeline as it grows, and every change of every session.
enum StreamRoutes {
    static let all = [
        Route("/v1/sessions/{id}/events", [Route.Operation(method: .get, scope: .inspect, handler: timeline)]),
        Route("/v1/events", [Route.Operation(method: .get, scope: .inspect, handler: sessions)]),
    ]

    // MARK: One session

    @Sendable static func timeline(_ service: Service, _ context: Context) -> Disposition {
        let request = context.request
        var after = 0
        if let text = request.query["after"] ?? request.headers["last-event-id"] {
            guard let seq = Int(text), seq >= 0 else {
                return .respond(Problem.badQuery("after", "the `seq` of an event").response)
            }
            after = seq
        }
        let id = context.id
        let form = Accept(request.headers["accept"]).preferred(of: ["application/json", "text/event-stream", "text/plain"])
        guard request.query["follow"] == nil, form != "text/event-stream" else { return follow(service, context, after: after) }
        switch service.record(of: id) {
        case .failure(let problem): return .respond(problem.response)
        case .success(let record):
            let response =
                form == "text/plain"
                ? InspectionRoutes.text(record.eventsText())
                : InspectionRoutes.json { record.writeEvents(after: after, into: &$0) }
            return .respond(context.shared.validated(response, of: record, "events"))
        }
    }

    private static func follow(_ service: Service, _ context: Context, after seq: Int) -> Disposition {
        let id = context.id
        guard SessionID.isWellFormed(id) else { return .respond(Problem.noSession(id).response) }
        let stream = EventStream()
        let number = followerNumbers.withLock { number in
            number += 1
            return number
        }
        let asked = service.engine.follow(id, number: number, after: seq) { events, startedAt, isOver in
            for event in events { stream.send(event.sentEvent(startedAt: startedAt)) }
            if isOver { stream.finish() }
        }
        switch asked {
        case .asked:
            stream.onClose { service.engine.unfollow(id, number: number) }
            return .respond(Response(stream))
        case .busy:
            return .respond(Problem.busy.response)
        case .notLive:
            switch service.stored(id) {
            case .failure(let problem): return .respond(problem.response)
            case .success(let record):
                for event in record.events where event.seq > seq { stream.send(event.sentEvent(startedAt: record.startedAt)) }
                stream.finish()
                return .respond(Response(stream))
            }
        }
    }

    private static let followerNumbers = Mutex(0)

    // MARK: All sessions

    @Sendable static func sessions(_ service: Service, _ context: Context) -> Disposition {
        let stream = EventStream()
        let number = service.engine.feed.subscribe { item in
            stream.send(ServerSentEvent(name: "session", data: String(decoding: item, as: UTF8.self)))
        }
        stream.onClose { service.engine.feed.unsubscribe(number) }
        return .respond(Response(stream))
    }
}

extension TimelineEvent {
    fileprivate func sentEvent(startedAt: Int64) -> ServerSentEvent {
        let json = JSONWriter.bytes { write(startedAt: startedAt, into: &$0) }
        return ServerSentEvent(id: String(seq), name: "timeline", data: String(decoding: json, as: UTF8.self))
    }
}
