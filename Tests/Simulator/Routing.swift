internal import Wire

extension Network {
    /// Carries a datagram that has left its interface to where it belongs, through the NATs on its way.
    mutating func route(_ bytes: [UInt8], from sender: Place, path: Path, at now: Instant) {
        let destination = path.remote
        if destination.ip.isLoopback || isSameHost(sender, destination.ip) {
            arriveChecked(bytes, in: sender.realm, source: path.local, destination: destination, path: path, sender: sender, at: now)
            return
        }
        carry(bytes, in: sender.realm, source: path.local, destination: destination, path: path, sender: sender, at: now, hops: 0)
    }

    /// Within one realm: to an interface of it, into a NAT of it, or out of it.
    private mutating func carry(
        _ bytes: [UInt8], in realm: Int, source: TransportAddress, destination: TransportAddress, path: Path, sender: Place,
        at now: Instant, hops: Int
    ) {
        guard hops < 8 else {
            counters.unroutable += 1
            return
        }
        if interfaces[Place(realm: realm, ip: destination.ip)] != nil {
            arriveChecked(bytes, in: realm, source: source, destination: destination, path: path, sender: sender, at: now)
            return
        }
        if let inner = nats.indices.first(where: { nats[$0].outerRealm == realm && nats[$0].outside == destination.ip }) {
            guard let inside = nats[inner].translateInbound(to: destination.port, from: source, at: now) else {
                counters.filtered += 1
                return
            }
            carry(
                bytes, in: inner + 1, source: source, destination: inside, path: path, sender: sender, at: now, hops: hops + 1)
            return
        }
        guard realm != Self.internet else {
            counters.unroutable += 1
            return
        }
        let translated = nats[realm - 1].translateOutbound(from: source, to: destination, at: now)
        if nats[realm - 1].outside == destination.ip, !nats[realm - 1].hairpinning {
            counters.filtered += 1
            return
        }
        carry(
            bytes, in: nats[realm - 1].outerRealm, source: translated, destination: destination, path: path, sender: sender,
            at: now, hops: hops + 1)
    }

    private mutating func arriveChecked(
        _ bytes: [UInt8], in realm: Int, source: TransportAddress, destination: TransportAddress, path: Path, sender: Place,
        at now: Instant
    ) {
        guard !isBlocked(from: sender.ip, to: destination.ip, at: now) else {
            counters.blocked += 1
            return
        }
        arrive(
            bytes, at: Place(realm: realm, ip: destination.ip),
            path: Path(local: destination, remote: source, transport: path.transport), at: now)
    }

    private func isSameHost(_ sender: Place, _ ip: IPAddress) -> Bool {
        guard let here = interfaces[sender], let there = interfaces[Place(realm: sender.realm, ip: ip)] else { return false }
        return here.host == there.host
    }
}
