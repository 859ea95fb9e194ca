internal import HTTP
internal import Settings
internal import Wire

/// Which pages and which names may reach the server: what keeps a web page from driving a token-less local one
/// (SECURITY C8, C17).
struct Origins: Sendable {
    /// Hosts that are ours, lower case, without ports.
    private let hosts: Set<String>
    /// Origins an operator named, `https://app.example`, and that of the public URL: exactly these, for another scheme or port
    /// is another page's.
    private let allowed: Set<String>
    /// Hosts that pages of any scheme and port may come from: the addresses it listens on.
    private let own: Set<String>
    /// The server listens on every address, so that every literal address may be its own.
    private let takesAnyAddress: Bool

    init(_ configuration: Configuration) {
        var hosts: Set<String> = ["localhost"]
        for endpoint in configuration.listen { hosts.insert(endpoint.host.lowercased()) }
        own = hosts
        if let host = configuration.publicURL.flatMap(Self.authority) { hosts.insert(Self.host(of: host)) }
        for origin in configuration.allowedOrigins {
            if let authority = Self.authority(origin) { hosts.insert(Self.host(of: authority)) }
        }
        self.hosts = hosts
        allowed = Set((configuration.allowedOrigins + [configuration.publicURL].compactMap { $0 }).compactMap(Self.origin))
        takesAnyAddress = configuration.listen.contains { IPAddress($0.host)?.isUnspecified ?? false }
    }

    /// Whether the host that the client means is ours. A name that resolves to us by rebinding is not.
    func isOurs(host authority: String) -> Bool {
        isOne(of: hosts, Self.host(of: authority.lowercased()))
    }

    private func isOne(of hosts: Set<String>, _ host: String) -> Bool {
        if hosts.contains(host) || host.hasSuffix(".localhost") { return true }
        guard let address = IPAddress(host) else { return false }
        return address.isLoopback || takesAnyAddress
    }

    /// Whether a page of that origin may call `/v1`.
    ///
    /// Where we listen on every address, an address as origin must be the one the request was sent to: another machine's
    /// page is not ours because it has no name.
    func admits(_ origin: String, to host: String?) -> Bool {
        let origin = origin.lowercased()
        if allowed.contains(origin) { return true }
        guard let authority = Self.authority(origin) else { return false }
        let name = Self.host(of: authority)
        guard isOne(of: own, name) else { return false }
        guard takesAnyAddress, !own.contains(name), let address = IPAddress(name), !address.isLoopback else { return true }
        return host.map { Self.host(of: $0.lowercased()) } == name
    }

    /// Scheme and authority of a URL, as a browser says an origin.
    private static func origin(_ url: String) -> String? {
        guard let range = url.firstRange(of: "://"), let authority = authority(url) else { return nil }
        return url[..<range.upperBound].lowercased() + authority
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
