internal import CShims
internal import Crypt
internal import Engine
internal import Gateway
internal import Glibc
internal import HTTP
internal import History
internal import Inspection
internal import Settings
internal import Transport
internal import Webhooks
internal import Wire

/// The service's life: open the history, bind, say so, wait for SIGTERM or SIGINT, drain.
enum Serve {
    /// Runs until it is told to stop; the result is the exit code.
    static func run(_ configuration: Configuration) -> Int32 {
        // Who reads our output may go; that ends nothing.
        signal(SIGPIPE, SIG_IGN)
        // Blocked before any thread starts, so that every thread leaves them to this one.
        var signals = sigset_t()
        sigemptyset(&signals)
        for signal in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&signals, signal) }
        pthread_sigmask(SIG_BLOCK, &signals, nil)

        Log.bootstrap(configuration)
        let startedAt = PeerEngine.monotonicNanoseconds
        let store = Store(
            path: configuration.database, limits: HistoryLimits(configuration), dictionary: StoredWords.dictionary,
            now: { shim_wall_microseconds() / 1000 }, closing: LostSessions.close)
        for path in store.status().setAside { Terminal.complain("the database was broken and set aside as \(path); a new one was begun") }
        let engine: PeerEngine
        let webhooks: Sender?
        do {
            webhooks = try Webhook.sender(configuration)
            engine = try PeerEngine(
                try EngineConfiguration(configuration), store: store,
                notify: Webhook.notifying(webhooks, configuration, and: Log.sessions()))
        } catch let error as EngineError {
            Terminal.complain("\(error)")
            store.close(timeout: .seconds(1))
            return 69
        } catch {
            Terminal.complain("\(error)")
            store.close(timeout: .seconds(1))
            return 78
        }
        let counted = Served()
        let service = Service(
            configuration: configuration, engine: engine, store: store,
            build: Service.BuildInformation(version: Version.current, libraries: Version.libraries), startedAt: startedAt,
            moreMetrics: { text in
                Webhook.write(webhooks, into: &text)
                counted.write(into: &text)
            })
        let server: Server
        do {
            server = try Server(
                try Server.Configuration(configuration), refusal: Service.refusal, early: service.early, handler: service.handle)
        } catch {
            Terminal.complain("\(error)")
            engine.stop()
            store.close(timeout: .seconds(1))
            return error is ServerError ? 69 : 78
        }
        counted.begin(server)
        announce(server, engine, configuration)
        waitForEnd(&signals)
        drain(server, engine, store, webhooks, configuration, &signals)
        Log.flush()
        return 0
    }

    private static func announce(_ server: Server, _ engine: PeerEngine, _ configuration: Configuration) {
        let scheme = configuration.tlsCertificate == nil ? "http" : "https"
        for endpoint in server.endpoints { Terminal.print("listening on \(scheme)://\(endpoint)\n") }
        guard let endpoint = server.endpoints.first else { return }
        let header = configuration.requiresToken ? " -H 'Authorization: Bearer TOKEN'" : ""
        Terminal.print(
            """
            media on UDP \(engine.mediaAddresses.map(\.description).joined(separator: ", "))
            page: \(scheme)://\(endpoint)/
            try:  curl -i\(header) --data-binary @offer.sdp -H 'Content-Type: application/sdp' \(scheme)://\(endpoint)/v1/sessions

            """)
    }

    private static func waitForEnd(_ signals: inout sigset_t) {
        var signal: Int32 = 0
        repeat {
            sigwait(&signals, &signal)
            // A closed terminal is no reason to drop every session.
        } while signal == SIGHUP
    }

    /// Refuses what is new, says goodbye to every peer, answers what is in flight, writes the last facts. A second signal
    /// ends it at once.
    private static func drain(
        _ server: Server, _ engine: PeerEngine, _ store: Store, _ webhooks: Sender?, _ configuration: Configuration,
        _ signals: inout sigset_t
    ) {
        var again = signals
        sigdelset(&again, SIGHUP)
        signal(SIGTERM) { _ in _exit(1) }
        signal(SIGINT) { _ in _exit(1) }
        pthread_sigmask(SIG_UNBLOCK, &again, nil)
        Terminal.print("stopping: \(engine.registry.count) sessions are told goodbye\n")
        // One deadline for all, with room for the writer's last try: ten seconds are what a supervisor gives.
        let end = PeerEngine.monotonicNanoseconds + min(configuration.drain, .seconds(9)).nanoseconds
        func left(but reserve: Duration) -> Duration {
            max(.milliseconds(500), .nanoseconds(end - PeerEngine.monotonicNanoseconds) - reserve)
        }
        engine.stop()
        server.stop(drain: min(.seconds(2), left(but: .zero)))
        // The endings that the engine has just told of; what a receiver does not take now is lost.
        if let left = webhooks?.stop(flush: .seconds(1)), left > 0 { Terminal.complain("\(left) webhook messages were left unsent") }
        if !store.close(timeout: left(but: .milliseconds(1500))) { Terminal.complain("not all of the history could be written") }
    }
}

extension HistoryLimits {
    init(_ configuration: Configuration) {
        self.init()
        retention.age = .seconds(configuration.historyDays * 86_400)
        retention.sessions = configuration.historyRows
        retention.sampleAge = .seconds(configuration.sampleDays * 86_400)
        retention.bytes = configuration.historyBytes
    }
}

/// A value of the configuration that turned out to be of no use.
struct UnusableValue: Error, CustomStringConvertible {
    let description: String
}

extension EngineConfiguration {
    init(_ configuration: Configuration) throws {
        self.init()
        mediaPort = configuration.mediaPort
        loops = configuration.loops
        listen = try configuration.mediaListen.map { try Self.address($0, key: "media-listen") }
        advertised = try configuration.advertise.map { try Self.address($0, key: "advertise") }
        interfaces.names = configuration.includedInterfaces
        interfaces.excludedNames = configuration.excludedInterfaces
        interfaces.families = Set(configuration.families.map { $0 == .v4 ? IPAddress.Family.v4 : .v6 })
        interfaces.includesLoopback = configuration.offersLoopback
        switch configuration.remoteCandidates {
        case .auto: remoteCandidates = .auto
        case .open: remoteCandidates = .open
        case .strict: remoteCandidates = .strict
        }
        sessions = configuration.maximumSessions
        sessionsPerAddress = configuration.maximumSessionsPerAddress
        refusalsPerMinute = configuration.refusalsPerMinute
        masksAddresses = configuration.masksAddresses
        patience = configuration.patience
        sampleInterval = configuration.sampleInterval
    }

    private static func address(_ text: String, key: String) throws -> IPAddress {
        guard let address = IPAddress(text) else { throw UnusableValue(description: "\(key): `\(text)` is no IP address") }
        return address
    }
}

extension Server.Configuration {
    init(_ configuration: Configuration) throws {
        var tls: Server.TLS?
        if let certificate = configuration.tlsCertificate, let key = configuration.tlsKey {
            tls = Server.TLS(certificate: try Self.text(certificate), key: try Self.text(key))
        }
        self.init(listen: configuration.listen.map { Server.Endpoint(host: $0.host, port: $0.port) }, tls: tls)
        limits.connections = configuration.httpConnections
        limits.connectionsPerAddress = configuration.httpConnectionsPerAddress
    }

    private static func text(_ path: String) throws -> String {
        guard case .text(let text) = ConfigurationCommand.read(path) else {
            throw UnusableValue(description: "the file \(path) can't be read")
        }
        return text
    }
}
