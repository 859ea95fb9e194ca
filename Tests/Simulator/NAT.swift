internal import Wire

/// A network address translator, named as RFC 4787 does: by its mapping, its filtering and the life of a mapping.
public struct NAT: Sendable {
    /// RFC 4787 §4.1 and §5: what of the other end a mapping, or a filter, depends on.
    public enum Behavior: Sendable, Hashable, CaseIterable {
        case endpointIndependent, addressDependent, addressAndPortDependent
    }

    let outerRealm: Int
    let mapping: Behavior
    let filtering: Behavior
    let expiry: Duration
    let hairpinning: Bool
    private(set) var outside: IPAddress
    private var mappings: [Mapping] = []
    private var nextPort: UInt16 = 40_000

    /// One inside endpoint's outside port, and whom it has sent to.
    private struct Mapping {
        let inside: TransportAddress
        /// What of the destination the mapping depends on; the unspecified address and port 0 where nothing.
        let key: TransportAddress
        let port: UInt16
        var lastOutbound: Instant
        var sentTo: Set<TransportAddress> = []
    }

    init(outside: IPAddress, outerRealm: Int, mapping: Behavior, filtering: Behavior, expiry: Duration, hairpinning: Bool) {
        self.outside = outside
        self.outerRealm = outerRealm
        self.mapping = mapping
        self.filtering = filtering
        self.expiry = expiry
        self.hairpinning = hairpinning
    }

    /// The outside source of a datagram that leaves; makes or refreshes its mapping.
    mutating func translateOutbound(from inside: TransportAddress, to remote: TransportAddress, at now: Instant) -> TransportAddress {
        mappings.removeAll { now - $0.lastOutbound > expiry }
        let key = Self.part(of: remote, mapping)
        let index: Int
        if let known = mappings.firstIndex(where: { $0.inside == inside && $0.key == key }) {
            index = known
        } else {
            mappings.append(Mapping(inside: inside, key: key, port: nextPort, lastOutbound: now))
            nextPort = nextPort == .max ? 1024 : nextPort + 1
            index = mappings.count - 1
        }
        // RFC 4787 §4.3: outbound datagrams refresh a mapping; inbound ones do not, in the stricter NATs modelled here.
        mappings[index].lastOutbound = now
        mappings[index].sentTo.insert(remote)
        return TransportAddress(outside, mappings[index].port)
    }

    /// The inside destination of a datagram that comes to an outside port; nil where no mapping or the filter lets it in.
    func translateInbound(to port: UInt16, from remote: TransportAddress, at now: Instant) -> TransportAddress? {
        guard let mapping = mappings.first(where: { $0.port == port && now - $0.lastOutbound <= expiry }) else { return nil }
        let wanted = Self.part(of: remote, filtering)
        guard mapping.sentTo.contains(where: { Self.part(of: $0, filtering) == wanted }) else { return nil }
        return mapping.inside
    }

    mutating func rebind(to newOutside: IPAddress?) {
        mappings = []
        nextPort = nextPort > 60_000 ? 1024 : nextPort + 1000
        if let newOutside { outside = newOutside }
    }

    private static func part(of remote: TransportAddress, _ behavior: Behavior) -> TransportAddress {
        switch behavior {
        case .endpointIndependent: TransportAddress(IPAddress(v4: 0), 0)
        case .addressDependent: TransportAddress(remote.ip, 0)
        case .addressAndPortDependent: remote
        }
    }
}
