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
        let form = Accept(request.headers["accept"]).preferred(of: ["application/json", "text/event-stream", "text/plain"])
        guard request.query["follow"] == nil, form != "text/event-stream" else { return follow(service, context, after: after) }
        let shared = context.shared
        let first = after
        let choice = request.query["transactions"] ?? "all"
        guard choice == "all" || choice == "none" else { return .respond(Problem.badQuery("transactions", "`all` or `none`").response) }
        return context.withRecord(service) { record in
            let response =
                form == "text/plain"
                ? InspectionRoutes.text(record.eventsText())
                : InspectionRoutes.json { record.writeEvents(after: first, withTransactions: choice == "all", into: &$0) }
            return shared.validated(response, of: record, choice == "all" ? "events" : "bare-events")
        }
    }

    private static func follow(_ service: Service, _ context: Context, after seq: Int) -> Disposition {
        let id = context.id
        guard SessionID.isWellFormed(id) else { return .respond(Problem.noSession(id).response) }
        let number = service.nextNumber()
        let gaps = GapRange()
        let stream = EventStream { gaps.event(dropped: $0) }
        return context.later { responder in
            /// An ended session's events, all that is left of it.
            @Sendable func tellStored() {
                let isQueued = service.readers.submit {
                    guard !responder.isAbandoned else { return }
                    switch service.stored(id) {
                    case .failure(let problem): responder.answer(problem.response)
                    case .success(let record): responder.answer(Self.story(of: record, after: seq))
                    }
                }
                if !isQueued { responder.answer(Problem.tooManyReads.response) }
            }
            let asked = service.engine.follow(id, number: number, after: seq) { following in
                switch following {
                case .following:
                    stream.onClose { service.engine.unfollow(id, number: number) }
                    responder.answer(Response(stream))
                case .full: responder.answer(Problem.tooManyFollowers.response)
                case .ended: tellStored()
                }
            } follower: { events, startedAt, isOver in
                for event in events { gaps.send(event, startedAt: startedAt, on: stream) }
                if isOver { stream.finish() }
            }
            service.answer(asked, notLive: tellStored, busy: { responder.answer(Problem.busy.response) })
        }
    }

    /// The whole story of an ended session, as it would have been streamed: made as fast as it is read.
    private static func story(of record: Record, after seq: Int) -> Response {
        let events = Mutex(record.events.filter { $0.seq > seq }[...])
        let content = ContentStream { stream in
            let piece = events.withLock { events in
                defer { events = events.dropFirst(256) }
                return events.prefix(256)
            }
            guard !piece.isEmpty else { return stream.finish() }
            stream.append(piece.flatMap { $0.sentEvent(startedAt: record.startedAt).bytes })
        }
        return Response(.ok, type: "text/event-stream", content).adding("Cache-Control", "no-store")
    }

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

/// Which events of one session a slow reader missed: their numbers stand in the gap's place.
private final class GapRange: Sendable {
    private struct Missed {
        var from: Int?
        var to = 0
    }

    private let missed = Mutex(Missed())

    /// Sends under the lock, so that a gap is never told of before its numbers are known.
    func send(_ event: TimelineEvent, startedAt: Int64, on stream: EventStream) {
        missed.withLock { missed in
            guard !stream.send(event.sentEvent(startedAt: startedAt)) else { return }
            if missed.from == nil { missed.from = event.seq }
            missed.to = event.seq
        }
    }

    /// `{"dropped":3,"from":17,"to":19}`: `?after=16` reads them all the same.
    func event(dropped: Int) -> ServerSentEvent {
        missed.withLock { missed in
            guard let from = missed.from else { return .gap(dropped: dropped) }
            let to = min(missed.to, from + dropped - 1)
            missed.from = to < missed.to ? to + 1 : nil
            return ServerSentEvent(name: "gap", data: "{\"dropped\":\(dropped),\"from\":\(from),\"to\":\(to)}")
        }
    }
}

extension Problem {
    static let tooManyFollowers = Problem(
        .serviceUnavailable, "too-many-followers", "As many clients follow this session as may; its timeline can be read without following."
    )
    .with("Retry-After", "5")
}

extension TimelineEvent {
    fileprivate func sentEvent(startedAt: Int64) -> ServerSentEvent {
        let json = JSONWriter.bytes { write(startedAt: startedAt, into: &$0) }
        return ServerSentEvent(id: String(seq), name: "timeline", data: String(decoding: json, as: UTF8.self))
    }
}
