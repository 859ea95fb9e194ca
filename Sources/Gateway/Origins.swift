internal import HTTP
internal import Settings
internal import Wire

/// Which pages and which names may reach the server: what keeps a web page from driving a token-less local one
/// (SECURITY C8, C17).
struct Origins: Sendable {
    /// Hosts that are ours, lower case, without ports.
    private let hosts: Set<String>
    /// Origins an operator named, `https://app.example`.
    private let allowed: Set<String>
    /// The server listens on every address, so that every literal address may be its own.
    private let takesAnyAddress: Bool

    init(_ configuration: Configuration) {
        var hosts: Set<String> = ["localhost"]
        for endpoint in configuration.listen { hosts.insert(endpoint.host.lowercased()) }
        if let host = configuration.publicURL.flatMap(Self.authority) { hosts.insert(Self.host(of: host)) }
        for origin in configuration.allowedOrigins {
            if let authority = Self.authority(origin) { hosts.insert(Self.host(of: authority)) }
        }
        self.hosts = hosts
        allowed = Set(configuration.allowedOrigins.map { $0.lowercased() })
        takesAnyAddress = configuration.listen.contains { IPAddress($0.host)?.isUnspecified ?? false }
    }

    /// Whether the host that the client means is ours. A name that resolves to us by rebinding is not.
    func isOurs(host authority: String) -> Bool {
        let host = Self.host(of: authority.lowercased())
        if hosts.contains(host) || host.hasSuffix(".localhost") { return true }
        guard let address = IPAddress(host) else { return false }
        return address.isLoopback || takesAnyAddress
    }

    /// Whether a page of that origin may call `/v1`.
    func admits(_ origin: String) -> Bool {
        let origin = origin.lowercased()
        if allowed.contains(origin) || allowed.contains("*") { return true }
        guard let authority = Self.authority(origin) else { return false }
        return isOurs(host: authority)
    }

    /// What stands between `://` and the next slash.
    private static func authority(_ url: String) -> String? {
        guard let range = url.firstRange(of: "://") else { return nil }
        let rest = url[range.upperBound...].prefix { $0 != "/" }
        return rest.isEmpty ? nil : rest.lowercased()
    }

    private static func host(of authority: String) -> String {
        if authority.hasPrefix("[") { return String(authority.dropFirst().prefix { $0 != "]" }) }
        return String(authority.prefix { $0 != ":" })
    }
}
