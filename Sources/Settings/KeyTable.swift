extension Key {
    /// Every key, in the order of the help. `config` itself names the YAML file and stands in no file.
    public static let all: [Key] = [
        list("listen", "HOST:PORT", "where HTTP listens") { (configuration, values) throws(ValueError) in
            configuration.listen = try values.map { (text) throws(ValueError) in try Value.endpoint(text) }
        } show: {
            $0.listen.map(\.description)
        },
        value("public-url", "URL", "the URL that clients know the server by, with its path prefix") {
            (configuration, text) throws(ValueError) in
            configuration.publicURL = try Value.url(text)
        } show: {
            $0.publicURL
        },
        Key(
            name: "token", kind: .spacedList, placeholder: "SECRET[:SCOPES]",
            help: "a bearer token, with scopes of publish,play,connect,inspect,admin (all without)", isSecret: true
        ) { (configuration, values) throws(ValueError) in
            configuration.tokens = try values.map { (text) throws(ValueError) in try Value.token(text) }
        } show: {
            $0.tokens.map(\.masked)
        },
        toggle("insecure", "let anyone do everything on a listen address that is no loopback", \.isInsecure),
        list("allow-origin", "ORIGIN", "an origin whose pages may call /v1") { (configuration, values) throws(ValueError) in
            configuration.allowedOrigins = try values.map { (text) throws(ValueError) in try Value.origin(text) }
        } show: {
            $0.allowedOrigins
        },
        optionalText("tls-cert", "FILE", "certificate chain for HTTPS, PEM", \.tlsCertificate),
        optionalText("tls-key", "FILE", "its private key, PEM", \.tlsKey),
        optionalText("web-root", "DIR", "serve the page from here instead of the embedded one", \.webRoot),
        count("http-connections", "HTTP connections in all", 8...1_000_000, \.httpConnections),
        count("http-connections-per-address", "HTTP connections of one address", 1...1_000_000, \.httpConnectionsPerAddress),
        value("media-port", "PORT", "UDP and TCP port of the first loop; the others take the next (0: any)") {
            (configuration, text) throws(ValueError) in
            configuration.mediaPort = try Value.port(text)
        } show: {
            String($0.mediaPort)
        },
        list("media-listen", "ADDRESS", "an address to take media on (default: every interface that is up)") {
            (configuration, values) throws(ValueError) in
            configuration.mediaListen = try values.map { (text) throws(ValueError) in try Value.address(text) }
        } show: {
            $0.mediaListen
        },
        count("loops", "media loops: threads with a port each", 1...64, \.loops),
        list("advertise", "HOST", "an address to offer in place of the local ones, as behind a 1:1 NAT") {
            (configuration, values) throws(ValueError) in
            configuration.advertise = try values.map { (text) throws(ValueError) in try Value.host(text) }
        } show: {
            $0.advertise
        },
        Key(
            name: "loopback", kind: .toggle, placeholder: "",
            help: "offer loopback candidates (default: where HTTP listens on loopback only)", isSecret: false
        ) { (configuration, values) throws(ValueError) in
            configuration.loopback = try Value.boolean(values)
        } show: {
            $0.loopback.map { [String($0)] }
        },
        list("include-interface", "NAME", "take only these interfaces, * for any rest") { (configuration, values) throws(ValueError) in
            configuration.includedInterfaces = try values.map { (text) throws(ValueError) in try Value.text(text) }
        } show: {
            $0.includedInterfaces
        },
        list("exclude-interface", "NAME", "leave these interfaces out, * for any rest") { (configuration, values) throws(ValueError) in
            configuration.excludedInterfaces = try values.map { (text) throws(ValueError) in try Value.text(text) }
        } show: {
            $0.excludedInterfaces
        },
        list("families", "ipv4,ipv6", "address families of candidates") { (configuration, values) throws(ValueError) in
            configuration.families = Set(try values.map { (text) throws(ValueError) in try Value.choice(text) as AddressFamily })
            if configuration.families.isEmpty { throw ValueError("names no family") }
        } show: {
            $0.families.map(\.rawValue).sorted()
        },
        choice("remote-candidates", "which candidates of peers are checked", \.remoteCandidates),
        duration("patience", "how long ICE waits before it may fail (RFC 8863)", .seconds(1)...(.seconds(600)), \.patience),
        list("ice-server", "URL", "a stun: or turn: URL to tell WHIP and WHEP clients") { (configuration, values) throws(ValueError) in
            configuration.iceServers = try values.map { (text) throws(ValueError) in try Value.iceServer(text) }
        } show: {
            $0.iceServers
        },
        toggle("client-ice-servers", "let requests bring iceServers of their own", \.allowsClientICEServers),
        count("sessions", "live sessions in all", 1...10_000_000, \.maximumSessions),
        count("sessions-per-address", "live sessions of one address", 1...10_000_000, \.maximumSessionsPerAddress),
        value("database", "FILE", "the SQLite file of the history") { (configuration, text) throws(ValueError) in
            configuration.database = try Value.text(text)
        } show: {
            $0.database
        },
        count("history-days", "days that ended sessions are kept", 1...36_500, \.historyDays),
        count("history-rows", "ended sessions that are kept", 1...1_000_000_000, \.historyRows),
        value("history-bytes", "BYTES", "size the database may have: 500MB, 4GiB") { (configuration, text) throws(ValueError) in
            configuration.historyBytes = try Value.bytes(text, in: 1 << 20...1 << 50)
        } show: {
            Value.text(bytes: $0.historyBytes)
        },
        value("sample-interval", "SECONDS", "how often a live session's figures are sampled (0: never)") {
            (configuration, text) throws(ValueError) in
            let interval = try Value.duration(text, in: .zero...(.seconds(3600)))
            guard interval == .zero || interval >= .milliseconds(100) else { throw ValueError("is under a tenth of a second, and not 0") }
            configuration.sampleInterval = interval
        } show: {
            Value.text($0.sampleInterval)
        },
        count("sample-days", "days that samples are kept", 1...36_500, \.sampleDays),
        toggle("mask-addresses", "record and show addresses of peers without their last part", \.masksAddresses),
        count("refused-per-minute", "refused offers of one address that are recorded in a minute", 1...1_000_000, \.refusalsPerMinute),
        Key(
            name: "webhook", kind: .spacedList, placeholder: "URL", help: "a URL that is told of sessions by POST", isSecret: false
        ) { (configuration, values) throws(ValueError) in
            configuration.webhooks = try values.map { (text) throws(ValueError) in try Value.webhook(text) }
        } show: {
            // A query is where such URLs carry their keys.
            $0.webhooks.map { $0.contains("?") ? $0.prefix { $0 != "?" } + "?****" : $0 }
        },
        Key(
            name: "webhook-secret", kind: .value, placeholder: "SECRET|@FILE", help: "what webhooks are signed with (Standard Webhooks)",
            isSecret: true
        ) { (configuration, values) throws(ValueError) in
            guard values.count == 1 else { throw ValueError("takes one value") }
            configuration.webhookSecret = try Value.text(values[0])
        } show: {
            $0.webhookSecret.map { _ in ["****"] }
        },
        list("webhook-events", "EVENT", "what webhooks tell of") { (configuration, values) throws(ValueError) in
            configuration.webhookEvents = Set(try values.map { (text) throws(ValueError) in try Value.choice(text) as WebhookEvent })
            if configuration.webhookEvents.isEmpty { throw ValueError("names no event") }
        } show: {
            $0.webhookEvents.map(\.rawValue).sorted()
        },
        choice("log-level", "the least severity that is logged", \.logLevel),
        choice("log-format", "how a log line looks", \.logFormat),
        duration("drain", "how long requests and peers have to end on SIGTERM", .zero...(.seconds(600)), \.drain),
    ]
}
