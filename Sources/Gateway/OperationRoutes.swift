internal import Engine
internal import HTTP
internal import History
internal import JSON
internal import Settings
internal import Transport
internal import Wire

/// Health, and what the server is.
enum OperationRoutes {
    static let all = [
        Route(
            "/livez",
            [
                Route.Operation(method: .get, scope: nil) { _, _ in
                    .respond(health([Check(name: "process", isOK: true, text: "It answers.")]))
                }
            ]),
        Route("/readyz", [Route.Operation(method: .get, scope: .inspect) { service, _ in .respond(health(service.checks())) }]),
        Route("/v1/status", [Route.Operation(method: .get, scope: .inspect) { service, _ in .respond(status(service)) }]),
    ]

    struct Check {
        let name: String
        let isOK: Bool
        let text: String
    }

    private static func health(_ checks: [Check]) -> Response {
        let isOK = checks.allSatisfy(\.isOK)
        let body = JSONWriter.bytes { json in
            json.object { json in
                json.member("status", isOK ? "ok" : "failing")
                json.array("checks") { json in
                    for check in checks {
                        json.object { json in
                            json.member("name", check.name)
                            json.member("ok", check.isOK)
                            json.member("text", check.text)
                        }
                    }
                }
            }
        }
        return Response(isOK ? .ok : .serviceUnavailable, type: "application/json", body)
    }

    // MARK: Status

    private static func status(_ service: Service) -> Response {
        let history = service.store.status()
        return InspectionRoutes.json { json in
            json.object { json in
                json.member("version", service.build.version)
                json.object("libraries") { json in
                    for library in service.build.libraries {
                        json.key(library.name)
                        json.string(library.version)
                    }
                }
                json.member("uptimeSeconds", Int((PeerEngine.monotonicNanoseconds - service.startedAt) / 1_000_000_000))
                json.object("media") { json in
                    json.array("addresses") { json in
                        for address in service.engine.mediaAddresses { json.string(address.description) }
                    }
                    json.member("loops", service.engine.statistics.count)
                    json.member("receiveBufferBytes", service.engine.receiveBufferBytes)
                }
                json.object("sessions") { json in
                    json.member("live", service.engine.registry.count)
                    json.member("limit", service.configuration.maximumSessions)
                    json.member("limitPerAddress", service.configuration.maximumSessionsPerAddress)
                }
                json.object("history") { json in
                    json.member("condition", history.condition.rawValue)
                    json.member("text", history.words)
                    json.member("sessions", history.sessions)
                    json.member("queuedChanges", history.queuedChanges)
                    json.member("written", history.written)
                    json.member("dropped", history.dropped.total)
                    json.member("databaseBytes", history.databaseBytes)
                    json.member("lostSessions", history.lostSessions)
                    json.array("setAside") { json in
                        for path in history.setAside { json.string(path) }
                    }
                }
                json.object("limits") { json in
                    json.member("descriptionBytes", Limits.descriptionBytes)
                    json.member("mediaSections", Limits.mediaSections)
                    json.member("remoteCandidates", Limits.remoteCandidates)
                    json.member("candidatePairs", Limits.candidatePairs)
                    json.member("dataChannels", Limits.dataChannels)
                    json.member("messageBytes", Limits.messageBytes)
                    json.member("evidenceBytes", Limits.evidenceBytes)
                    json.member("events", Limits.events)
                }
            }
        }
    }
}

extension Service {
    func checks() -> [OperationRoutes.Check] {
        let history = store.status()
        let isDraining = engine.isDraining
        return [
            OperationRoutes.Check(
                name: "history", isOK: history.condition == .ready && history.lag < .seconds(5),
                text: history.words.isEmpty ? "The history is written, \(history.queuedChanges) changes wait." : history.words),
            OperationRoutes.Check(
                name: "sessions", isOK: engine.registry.count < configuration.maximumSessions,
                text: "\(engine.registry.count) of \(configuration.maximumSessions) sessions live."),
            OperationRoutes.Check(
                name: "accepting", isOK: !isDraining,
                text: isDraining ? "The server is stopping and takes no new sessions." : "New sessions are taken."),
        ]
    }
}
