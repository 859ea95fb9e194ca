public import Wire

/// Which addresses a peer may have us send checks to on the word of its signalling alone.
///
/// A remote candidate is a request to send packets somewhere: without a rule, a way to knock on doors inside our own network
/// (RFC 8445 §19). Global unicast is always allowed; loopback, link-local and private addresses only where a candidate of ours
/// has that reach; special ranges never. A source that has proven its password by a check is answered wherever it is.
public struct AddressPolicy: Sendable, Hashable {
    /// How far an address reaches, where that is less than the whole Internet.
    public struct Scopes: OptionSet, Hashable, Sendable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        public static let loopback = Scopes(rawValue: 1)
        public static let linkLocal = Scopes(rawValue: 2)
        /// RFC 1918, RFC 6598 and unique local IPv6 addresses.
        public static let privateNetwork = Scopes(rawValue: 4)
        public static let all: Scopes = [.loopback, .linkLocal, .privateNetwork]
    }

    /// Scopes allowed whatever our own candidates are.
    public var alsoAllowedScopes: Scopes
    /// Scopes never allowed, whatever our own candidates are.
    public var deniedScopes: Scopes
    /// Ranges an operator allows; they win over everything.
    public var allowed: [AddressPrefix]
    /// Ranges an operator denies; they win over all but `allowed`.
    public var denied: [AddressPrefix]

    public init(
        alsoAllowedScopes: Scopes = [], deniedScopes: Scopes = [], allowed: [AddressPrefix] = [], denied: [AddressPrefix] = []
    ) {
        self.alsoAllowedScopes = alsoAllowedScopes
        self.deniedScopes = deniedScopes
        self.allowed = allowed
        self.denied = denied
    }

    /// The scopes that candidates of ours have.
    public static func scopes(of candidates: [Candidate]) -> Scopes {
        var scopes: Scopes = []
        for candidate in candidates {
            for ip in [candidate.base.ip, candidate.address.ip] {
                if ip.isLoopback { scopes.insert(.loopback) }
                if ip.isLinkLocal { scopes.insert(.linkLocal) }
                if ip.isPrivate { scopes.insert(.privateNetwork) }
            }
        }
        return scopes
    }

    /// Why no packet may go to `ip`; nil where one may.
    public func refusal(of ip: IPAddress, localScopes: Scopes) -> Disposition.Refusal? {
        if allowed.contains(where: { $0.contains(ip) }) { return nil }
        if denied.contains(where: { $0.contains(ip) }) { return .operatorPolicy }
        let scopes = localScopes.union(alsoAllowedScopes).subtracting(deniedScopes)
        return ip.family == .v4 ? Self.refusal(v4: ip, scopes) : refusal(v6: ip, scopes)
    }

    private static func refusal(v4 ip: IPAddress, _ scopes: Scopes) -> Disposition.Refusal? {
        if metadata.contains(ip) { return .metadata }
        if ip.low >> 24 == 0 { return .unspecified }
        if ip.isLoopback { return scopes.contains(.loopback) ? nil : .loopback }
        if ip.isLinkLocal { return scopes.contains(.linkLocal) ? nil : .linkLocal }
        if ip.isPrivate { return scopes.contains(.privateNetwork) ? nil : .privateNetwork }
        if ip.isMulticast { return .multicast }
        return special.first { $0.prefix.contains(ip) }?.refusal
    }

    private func refusal(v6 ip: IPAddress, _ scopes: Scopes) -> Disposition.Refusal? {
        if Self.metadata.contains(ip) { return .metadata }
        if ip.isUnspecified { return .unspecified }
        if ip.isLoopback { return scopes.contains(.loopback) ? nil : .loopback }
        if let embedded = ip.embeddedIPv4 {
            // A translator or tunnel would carry the packet to the embedded address, of which we cannot know that it is ours
            // to reach: global ones only.
            if denied.contains(where: { $0.contains(embedded) }) { return .operatorPolicy }
            return Self.refusal(v4: embedded, []) == nil ? nil : .embeddedAddress
        }
        if ip.isLinkLocal { return scopes.contains(.linkLocal) ? nil : .linkLocal }
        if ip.isPrivate { return scopes.contains(.privateNetwork) ? nil : .privateNetwork }
        if ip.isMulticast { return .multicast }
        // IANA has delegated 2000::/3 alone for global unicast; the rest is reserved, deprecated or special.
        guard ip.high >> 61 == 1 else { return .reserved }
        return Self.special.first { $0.prefix.contains(ip) }?.refusal
    }

    /// Ranges of the IANA special-purpose registries that are neither covered by a scope nor by a rule above.
    private static let special: [(prefix: AddressPrefix, refusal: Disposition.Refusal)] = [
        (AddressPrefix(IPAddress(192, 0, 0, 0), 24), .reserved),
        (AddressPrefix(IPAddress(192, 0, 2, 0), 24), .documentation),
        (AddressPrefix(IPAddress(192, 88, 99, 0), 24), .reserved),
        (AddressPrefix(IPAddress(198, 18, 0, 0), 15), .benchmark),
        (AddressPrefix(IPAddress(198, 51, 100, 0), 24), .documentation),
        (AddressPrefix(IPAddress(203, 0, 113, 0), 24), .documentation),
        (AddressPrefix(IPAddress(240, 0, 0, 0), 4), .reserved),
        // 2001::/23: Teredo, ORCHID, benchmarking and other protocol assignments.
        (AddressPrefix(IPAddress(v6High: 0x2001_0000_0000_0000, low: 0), 23), .reserved),
        (AddressPrefix(IPAddress(v6High: 0x2001_0db8_0000_0000, low: 0), 32), .documentation),
        (AddressPrefix(IPAddress(v6High: 0x3fff_0000_0000_0000, low: 0), 20), .documentation),
    ]

    /// Where the large clouds answer with credentials to whoever asks from inside.
    private static let metadata: Set<IPAddress> = [
        IPAddress(169, 254, 169, 254), IPAddress(169, 254, 170, 2), IPAddress(100, 100, 100, 200), IPAddress(168, 63, 129, 16),
        IPAddress(v6High: 0xfd00_0ec2_0000_0000, low: 0x254), IPAddress(v6High: 0xfd20_00ce_0000_0000, low: 0x254),
    ]
}

/// A range of addresses, `10.0.0.0/8` say.
public struct AddressPrefix: Hashable, Sendable {
    public let address: IPAddress
    /// 0…32 or 0…128.
    public let length: Int

    /// A length beyond the family's is cut to it.
    public init(_ address: IPAddress, _ length: Int) {
        self.address = address
        self.length = min(max(length, 0), address.family == .v4 ? 32 : 128)
    }

    /// Parses `10.0.0.0/8`, `fc00::/7`, or a single address.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(first) else { return nil }
        let whole = address.family == .v4 ? 32 : 128
        guard parts.count == 2 else {
            self.init(address, whole)
            return
        }
        guard let length = Int(parts[1]), (0...whole).contains(length) else { return nil }
        self.init(address, length)
    }

    public func contains(_ ip: IPAddress) -> Bool {
        guard ip.family == address.family else { return false }
        if ip.family == .v4 { return length == 0 || (ip.low ^ address.low) >> UInt64(32 - length) == 0 }
        if length <= 64 { return length == 0 || (ip.high ^ address.high) >> UInt64(64 - length) == 0 }
        return ip.high == address.high && (ip.low ^ address.low) >> UInt64(128 - length) == 0
    }
}

extension IPAddress {
    /// The IPv4 address an IPv6 one stands for: IPv4-mapped, IPv4-compatible, NAT64 (RFC 6052) or 6to4 (RFC 3056).
    var embeddedIPv4: IPAddress? {
        guard family == .v6 else { return nil }
        let lower = IPAddress(v4: UInt32(truncatingIfNeeded: low))
        if high == 0, low >> 32 == 0xffff || low >> 32 == 0 { return lower }
        if high == 0x0064_ff9b_0000_0000, low >> 32 == 0 { return lower }
        if high >> 48 == 0x2002 { return IPAddress(v4: UInt32(truncatingIfNeeded: high >> 16)) }
        return nil
    }
}
