internal import Gateway
internal import HTTP
internal import Synchronization

/// The server, for the metrics that its own requests ask for: it is there only after its handler is.
final class Served: Sendable {
    private let server = Mutex<Server?>(nil)

    func begin(_ server: Server) { self.server.withLock { $0 = server } }

    func write(into text: inout MetricsText) {
        guard let statistics = server.withLock({ $0 })?.statistics else { return }
        text.gauge("peerscope_http_connections", "HTTP connections open now.", Double(statistics.connections))
        text.gauge("peerscope_http_streams", "Streams open now: of events, and of exports.", Double(statistics.streams))
        text.counter("peerscope_http_connections_accepted_total", "HTTP connections accepted.", statistics.accepted)
        text.counter(
            "peerscope_http_connections_closed_total", "HTTP connections closed by the server's own limits, by which.",
            [
                ("room", statistics.evicted), ("address", statistics.refused), ("header", statistics.headerTimeouts),
                ("body", statistics.bodyTimeouts), ("write", statistics.writeTimeouts),
            ].map { ([("limit", $0.0)], Double($0.1)) })
        text.counter(
            "peerscope_http_requests_unreadable_total", "Requests that were no HTTP, or too large.",
            statistics.malformed + statistics.tooLarge)
    }
}
