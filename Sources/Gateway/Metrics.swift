internal import Engine
internal import HTTP
internal import History
internal import Settings
internal import Transport
internal import Wire

/// `GET /metrics`: what the server counts, for Prometheus. Times are in seconds, sizes in bytes; labels have few values,
/// whatever clients send.
enum MetricsRoute {
    static let all = [Route("/metrics", [Route.Operation(method: .get, scope: .inspect) { service, _ in .respond(show(service)) }])]

    private static func show(_ service: Service) -> Response {
        var text = MetricsText()
        text.gauge(
            "peerscope_build_info", "What runs: the version and those of its libraries.",
            [("version", service.build.version)] + service.build.libraries.map { ($0.name.lowercased(), $0.version) })
        sessions(service, &text)
        history(service, &text)
        media(service, &text)
        requests(service, &text)
        service.moreMetrics(&text)
        ProcessFigures.now()?.write(into: &text)
        return Response(.ok, type: "text/plain; version=0.0.4; charset=utf-8", text.text)
    }

    private static func sessions(_ service: Service, _ text: inout MetricsText) {
        let counts = service.engine.counts
        let tally = service.engine.tally.snapshot
        text.gauge("peerscope_sessions_live", "Sessions that live now.", Double(service.engine.registry.count))
        text.gauge("peerscope_sessions_limit", "Sessions that may live at once.", Double(service.configuration.maximumSessions))
        text.counter("peerscope_sessions_opened_total", "Sessions made.", counts.opened)
        text.counter("peerscope_sessions_closed_total", "Sessions that ended.", counts.closed)
        text.counter(
            "peerscope_sessions_ended_total", "Sessions that ended, by outcome and by the code of the verdict.",
            tally.endings.sorted { ($0.key.outcome, $0.key.finding) < ($1.key.outcome, $1.key.finding) }.map {
                ([("outcome", $0.key.outcome), ("finding", $0.key.finding)], Double($0.value))
            })
        text.histogram(
            "peerscope_session_setup_seconds", "From the request to a working connection, of sessions that connected.",
            bounds: Tally.bounds, counts: tally.setups, sum: tally.setupSeconds)
        text.counter(
            "peerscope_offers_refused_total", "Offers refused and recorded, by the code of the refusal.",
            tally.refusals.sorted { $0.key < $1.key }.map { ([("code", $0.key)], Double($0.value)) })
        text.counter(
            "peerscope_offers_refused_unrecorded_total", "Offers refused of addresses that had too many refused.", tally.refusalsOverRate)
    }

    private static func history(_ service: Service, _ text: inout MetricsText) {
        let history = service.store.status()
        text.counter("peerscope_history_changes_written_total", "Changes written to history.", history.written)
        text.counter(
            "peerscope_history_changes_dropped_total", "Changes that could not be kept, by kind.",
            [
                ("session", history.dropped.sessions), ("samples", history.dropped.samples), ("document", history.dropped.documents),
                ("heartbeat", history.dropped.heartbeats), ("refused", history.dropped.refused),
            ].map { ([("kind", $0.0)], Double($0.1)) })
        text.counter("peerscope_history_sessions_removed_total", "Sessions removed by retention.", history.removed)
        text.gauge("peerscope_history_sessions", "Sessions in history.", Double(history.sessions))
        text.gauge("peerscope_history_queue_changes", "Changes that wait to be written.", Double(history.queuedChanges))
        text.gauge("peerscope_history_queue_bytes", "Bytes that wait to be written.", Double(history.queuedBytes))
        text.gauge("peerscope_history_lag_seconds", "Age of the oldest change that waits.", history.lag.seconds)
        text.gauge("peerscope_history_database_bytes", "Bytes of the database file.", Double(history.databaseBytes))
    }

    private static func media(_ service: Service, _ text: inout MetricsText) {
        var total = LoopSums()
        for loop in service.engine.statistics {
            total.received += UInt64(loop.received.datagrams)
            total.receivedBytes += UInt64(loop.received.bytes)
            total.sent += UInt64(loop.sent.datagrams)
            total.sentBytes += UInt64(loop.sent.bytes)
            total.lost += UInt64(loop.drops.receiveBufferFull)
            total.unsent += UInt64(loop.drops.unsentTotal)
        }
        text.counter("peerscope_media_datagrams_received_total", "Datagrams received on the media ports.", total.received)
        text.counter("peerscope_media_received_bytes_total", "Payload bytes received on the media ports.", total.receivedBytes)
        text.counter("peerscope_media_datagrams_sent_total", "Datagrams sent from the media ports.", total.sent)
        text.counter("peerscope_media_sent_bytes_total", "Payload bytes sent from the media ports.", total.sentBytes)
        text.counter("peerscope_media_datagrams_lost_total", "Datagrams lost in the kernel for want of buffer.", total.lost)
        text.counter("peerscope_media_datagrams_unsent_total", "Datagrams that did not leave.", total.unsent)
        text.counter(
            "peerscope_media_datagrams_stranger_total", "Datagrams of paths that no session knows.", service.engine.counts.strangers)
    }

    private struct LoopSums {
        var received: UInt64 = 0, sent: UInt64 = 0, receivedBytes: UInt64 = 0, sentBytes: UInt64 = 0, lost: UInt64 = 0, unsent: UInt64 = 0
    }

    private static func requests(_ service: Service, _ text: inout MetricsText) {
        text.counter(
            "peerscope_http_requests_total", "Requests answered, by route and by the class of the status.",
            service.requests.snapshot.map { ([("route", $0.route), ("status", $0.status)], Double($0.count)) })
    }
}
