internal import Dumps
internal import Engine
internal import Foundation
internal import HTTP
internal import History
internal import Inspection
internal import JSON
internal import Settings
internal import Synchronization
internal import Wire

/// What a peer tells of its own side: posted by its page, or a file of its browser.
enum ClientReportRoutes {
    static let all = [
        Route("/v1/client-report", [post { service, context in take(service, context, nil) }]),
        Route(
            "/v1/sessions/{id}/client-report",
            [
                post { service, context in take(service, context, context.id) },
                Route.Operation(method: .get, scope: .inspect) { service, context in
                    let shared = context.shared
                    return context.withRecord(service) { (record) throws(Problem) in
                        guard let client = record.client else {
                            throw Problem(.notFound, "no-client-report", "Nobody has told anything of the peer's own side of this session.")
                        }
                        return shared.validated(
                            InspectionRoutes.json { client.write(startedAt: record.startedAt, into: &$0) }, of: record, "client-report")
                    }
                },
            ]),
    ]

    private static func post(_ handler: @escaping Route.Handler) -> Route.Operation {
        Route.Operation(
            method: .post, scope: .connect, otherScope: .inspect,
            accepts: ["application/json", "application/gzip", "application/x-gzip", "application/x-ndjson", "text/plain"],
            bodyLimit: Limits.clientReportBytes, handler: handler)
    }

    /// What the reports that wait to be read hold, in bytes: their senders are told to come again before memory runs short.
    private static let waiting = Atomic<Int>(0)
    private static let mostWaiting = 4 * Limits.clientReportBytes

    private static func take(_ service: Service, _ context: Context, _ id: String?) -> Disposition {
        if let id, !SessionID.isWellFormed(id) { return .respond(Problem.noSession(id).response) }
        let request = context.request
        let size = request.body.count
        guard waiting.add(size, ordering: .relaxed).newValue <= mostWaiting else {
            waiting.subtract(size, ordering: .relaxed)
            return .respond(Problem.tooManyReports.response)
        }
        let wall = PeerEngine.wallMicroseconds - (PeerEngine.monotonicNanoseconds - request.receivedAt) / 1000
        return context.later { (pending: PendingAnswer) in
            let isQueued = service.readers.submit {
                defer { waiting.subtract(size, ordering: .relaxed) }
                let taking = Taking(service: service, receivedAt: request.receivedAt, wall: wall, pending: pending)
                do throws(Problem) {
                    try taking.begin(request.body, id)
                } catch {
                    pending.answer(error.response)
                }
            }
            if !isQueued {
                waiting.subtract(size, ordering: .relaxed)
                pending.answer(Problem.tooManyReports.response)
            }
        }
    }
}

extension Problem {
    fileprivate static let tooManyReports = Problem(
        .serviceUnavailable, "too-many-reports", "As many reports wait to be read as may; try again."
    )
    .with("Retry-After", "2")

    init(_ error: DumpError) {
        let status: HTTP.Status =
            switch error {
            case .tooLarge: .contentTooLarge
            case .packing, .syntax: .badRequest
            case .form: .unprocessableContent
            }
        self.init(status, error.code, error.words)
    }
}

/// One posted body on its way into the sessions it is about.
private struct Taking: Sendable {
    let service: Service
    let receivedAt: Int64
    let wall: Int64
    let pending: PendingAnswer

    /// How many ended sessions are looked through for one that a file is about.
    static let searched = 200

    /// A report and the session that it is about.
    struct Match: Sendable {
        var id: String
        var report: ClientReport
    }

    func begin(_ body: [UInt8], _ id: String?) throws(Problem) {
        let posted: PostedReport
        do throws(DumpError) {
            posted = try PostedReport(body)
        } catch {
            throw Problem(error)
        }
        guard posted.connections.contains(where: { !$0.isEmpty }) else {
            throw Problem(
                .unprocessableContent, "empty-report",
                "Nothing in the report is known here: no event, no transport, pair, candidate or channel of getStats. "
                    + posted.leftOut.joined(separator: " "))
        }
        let matches = if let id { [try named(id, posted)] } else { try found(posted) }
        attach(matches[...], Outcome(source: posted.source, leftOut: posted.leftOut))
    }

    /// The connection of the file that is the named session's.
    private func named(_ id: String, _ posted: PostedReport) throws(Problem) -> Match {
        let record = try service.record(of: id).get()
        guard let report = posted.connection(of: record, isNamed: true) else {
            let others =
                posted.connections.count == 1
                ? "the connection that it tells of has" : "all \(posted.connections.count) connections that it tells of have"
            throw Problem(
                .unprocessableContent, "other-session",
                "The report is not about this session: \(others) other ICE username fragments than the session's two sides.")
        }
        return Match(id: id, report: report)
    }

    /// The sessions that the connections of a file are of: live ones, then the last that ended.
    private func found(_ posted: PostedReport) throws(Problem) -> [Match] {
        var matches: [Match] = []
        var open: [ClientReport] = []
        for report in posted.connections where !report.localFragments.isEmpty || !report.remoteFragments.isEmpty {
            let live =
                service.engine.record(ofFragments: report.remoteFragments)
                ?? service.engine.record(ofPeerFragments: report.localFragments)
            if let live, live.matches(report) == true {
                matches.append(Match(id: live.id, report: report))
            } else {
                open.append(report)
            }
        }
        if !open.isEmpty {
            do throws(HistoryError) {
                try search(&open, &matches)
            } catch {
                throw Problem(error)
            }
        }
        guard !matches.isEmpty else {
            let words =
                posted.connections.allSatisfy { $0.localFragments.isEmpty && $0.remoteFragments.isEmpty }
                ? "The report names no ICE username fragment (in a description, a candidate or the transport), by which its session is found; post it to the session itself."
                : "No live session, and none of the last \(Self.searched) that ended, has the ICE username fragments of this report."
            throw Problem(.notFound, "no-matching-session", words)
        }
        return matches
    }

    private func search(_ open: inout [ClientReport], _ matches: inout [Match]) throws(HistoryError) {
        var filter = Filter()
        filter.state = "ended"
        filter.limit = Self.searched
        for item in try service.store.list(filter).items {
            guard !open.isEmpty else { return }
            guard let document = try service.store.document(item.id) else { continue }
            let isCandidate = open.contains { report in
                (report.localFragments + report.remoteFragments).contains { $0.utf8.count >= 4 && document.holds(Array($0.utf8)) }
            }
            guard isCandidate, case .success(let record) = service.stored(item.id) else { continue }
            while let index = open.firstIndex(where: { record.matches($0) == true }) {
                matches.append(Match(id: record.id, report: open.remove(at: index)))
            }
        }
    }

    // MARK: Into the sessions

    /// What is said in the end.
    struct Outcome: Sendable {
        var source: ClientReport.Source
        var leftOut: [String]
        var taken: [(match: Match, client: Record.ClientSide)] = []
    }

    private func attach(_ matches: ArraySlice<Match>, _ outcome: Outcome) {
        guard let match = matches.first else {
            return pending.answer(service.response(to: outcome))
        }
        @Sendable func goOn(_ client: Record.ClientSide) {
            var outcome = outcome
            outcome.taken.append((match, client))
            attach(matches.dropFirst(), outcome)
        }
        // What has ended is changed on disk, which takes its time: a loop's thread hands it on.
        @Sendable func attachEnded() {
            service.readers.proceed {
                do throws(HistoryError) {
                    let client = try service.engine.attach(match.report, toEnded: match.id, receivedAt: wall) { Service.decoded($0, $1) }
                    guard let client else { return pending.answer(Problem.noSession(match.id).response) }
                    goOn(client)
                } catch {
                    pending.answer(Problem(error).response)
                }
            }
        }
        let asked = service.engine.attach(match.report, to: match.id, receivedAt: receivedAt) { client in
            if let client { goOn(client) } else { attachEnded() }
        }
        service.answer(asked, notLive: attachEnded, busy: { pending.answer(Problem.busy.response) })
    }
}

extension [UInt8] {
    /// Whether `part` stands in it.
    fileprivate func holds(_ part: [UInt8]) -> Bool {
        guard let first = part.first else { return true }
        // unsafe: both buffers are read within the call, and within their counts.
        return withUnsafeBytes { whole in
            var start = 0
            while start + part.count <= whole.count, let base = whole.baseAddress,
                let hit = memchr(base + start, Int32(first), whole.count - start - part.count + 1)
            {
                if memcmp(hit, part, part.count) == 0 { return true }
                start = base.distance(to: UnsafeRawPointer(hit)) + 1
            }
            return false
        }
    }
}

extension Service {
    fileprivate func response(to outcome: Taking.Outcome) -> Response {
        InspectionRoutes.json { json in
            json.object { json in
                json.member("source", outcome.source.rawValue)
                json.array("taken") { json in
                    for (match, client) in outcome.taken {
                        json.object { json in
                            json.member("sessionId", match.id)
                            json.member("connection", match.report.connection.map { String($0.prefix(128)) })
                            json.member("samples", match.report.samples.count)
                            json.member("events", match.report.events.count)
                            json.member("reports", client.reports)
                            json.object("clock") { json in client.clock.write(into: &json) }
                            json.object("links") { json in
                                let path = url("/v1/sessions/\(match.id)")
                                json.member("self", path)
                                json.member("events", path + "/events")
                                json.member("diagnosis", path + "/diagnosis")
                                json.member("clientReport", path + "/client-report")
                            }
                        }
                    }
                }
                json.array("leftOut") { json in
                    for words in outcome.leftOut { json.string(words) }
                }
            }
        }
    }
}
