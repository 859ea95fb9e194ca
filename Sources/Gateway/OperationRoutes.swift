internal import Engine
internal import HTTP
internal import History
internal import JSON
internal import Settings
internal import Transport
internal import Wire

/// Health, metrics and what the server is.
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
        Route("/metrics", [Route.Operation(method: .get, scope: .inspect) { service, _ in .respond(metrics(service)) }]),
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

    // MARK: Metrics

    private static func metrics(_ service: Service) -> Response {
        var text = MetricsText()
        let history = service.store.status()
        text.gauge("peerscope_sessions_live", "Sessions that live now.", Double(service.engine.registry.count))
        let counts = service.engine.counts
        text.counter("peerscope_sessions_opened_total", "Sessions made.", Double(counts.opened))
        text.counter("peerscope_sessions_closed_total", "Sessions that ended.", Double(counts.closed))
        text.counter("peerscope_media_datagrams_stranger_total", "Datagrams of paths that no session knows.", Double(counts.strangers))
        text.counter("peerscope_history_changes_written_total", "Changes written to history.", Double(history.written))
        text.counter("peerscope_history_changes_dropped_total", "Changes that could not be kept.", Double(history.dropped.total))
        text.gauge("peerscope_history_queue_changes", "Changes that wait to be written.", Double(history.queuedChanges))
        text.gauge("peerscope_history_lag_seconds", "Age of the oldest change that waits.", history.lag.seconds)
        text.gauge("peerscope_history_database_bytes", "Bytes of the database file.", Double(history.databaseBytes))
        var total = (received: 0.0, sent: 0.0, receivedBytes: 0.0, sentBytes: 0.0, lost: 0.0, unsent: 0.0)
        for loop in service.engine.statistics {
            total.received += Double(loop.received.datagrams)
            total.receivedBytes += Double(loop.received.bytes)
            total.sent += Double(loop.sent.datagrams)
            total.sentBytes += Double(loop.sent.bytes)
            total.lost += Double(loop.drops.receiveBufferFull)
            total.unsent += Double(loop.drops.unsentTotal)
        }
        text.counter("peerscope_media_datagrams_received_total", "Datagrams received on the media ports.", total.received)
        text.counter("peerscope_media_bytes_received_total", "Payload bytes received on the media ports.", total.receivedBytes)
        text.counter("peerscope_media_datagrams_sent_total", "Datagrams sent from the media ports.", total.sent)
        text.counter("peerscope_media_bytes_sent_total", "Payload bytes sent from the media ports.", total.sentBytes)
        text.counter("peerscope_media_datagrams_lost_total", "Datagrams lost in the kernel for want of buffer.", total.lost)
        text.counter("peerscope_media_datagrams_unsent_total", "Datagrams that did not leave.", total.unsent)
        return Response(.ok, type: "text/plain; version=0.0.4; charset=utf-8", text.text)
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

/// Prometheus text (exposition format 0.0.4).
private struct MetricsText {
    private(set) var text = ""

    mutating func gauge(_ name: String, _ help: String, _ value: Double) { write(name, "gauge", help, value) }
    mutating func counter(_ name: String, _ help: String, _ value: Double) { write(name, "counter", help, value) }

    private mutating func write(_ name: String, _ type: String, _ help: String, _ value: Double) {
        text +=
            "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n\(name) \(value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value))\n"
    }
}
