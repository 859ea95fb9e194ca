internal import Glibc
internal import HTTP
internal import Settings

/// The service's life: bind, say so, wait for SIGTERM or SIGINT, drain.
enum Serve {
    /// Runs until it is told to stop; the result is the exit code.
    static func run(_ configuration: Configuration) -> Int32 {
        // Blocked before any thread starts, so that every thread leaves them to this one.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGTERM)
        sigaddset(&signals, SIGINT)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        let server: Server
        do throws(ServerError) {
            server = try Server(Server.Configuration(listen: configuration.listen.map { .init(host: $0.host, port: $0.port) })) { _, _ in
                .respond(Response(.notFound, type: "text/plain; charset=utf-8", "Not found.\n"))
            }
        } catch {
            Terminal.complain("\(error)")
            return 69
        }
        for endpoint in server.endpoints { Terminal.print("listening on http://\(endpoint)\n") }
        var signal: Int32 = 0
        sigwait(&signals, &signal)
        server.stop(drain: configuration.drain)
        return 0
    }
}
