public import Wire

extension Network {
    /// Names a host.
    public struct Host: Hashable, Sendable {
        let number: Int
    }

    /// Names a NAT.
    public struct NATName: Hashable, Sendable {
        let realm: Int
    }

    /// Adds a host with one address or several, on the public network or behind a NAT, every address with a link of its own.
    ///
    /// Addresses are unique in the whole simulation, private and loopback ones too, so that a path's `local` names a host; peers on
    /// one host differ by their ports.
    @discardableResult
    public mutating func host(_ addresses: String..., behind nat: NATName? = nil, link: Link = Link()) -> Host {
        let host = Host(number: interfaces.values.map(\.host).max().map { $0 + 1 } ?? 0)
        for address in addresses { add(address, to: host, behind: nat, link: link) }
        return host
    }

    /// Gives a host one more address.
    public mutating func add(_ address: String, to host: Host, behind nat: NATName? = nil, link: Link = Link()) {
        guard let ip = IPAddress(address) else { preconditionFailure("\(address) is no address") }
        precondition(place(of: ip) == nil, "\(address) is taken")
        interfaces[Place(realm: nat?.realm ?? Self.internet, ip: ip)] = Interface(
            host: host.number, up: LinkState(link), down: LinkState(link))
    }

    /// Takes an address away: its interface is down.
    public mutating func remove(_ address: String) {
        guard let ip = IPAddress(address), let place = place(of: ip) else { return }
        interfaces[place] = nil
    }

    /// Which way of a link is meant, seen from its host.
    public enum Direction: Sendable { case up, down, both }

    /// Changes the link of an address; what is under way stays so.
    public mutating func setLink(of address: String, _ link: Link, _ direction: Direction = .both) {
        guard let ip = IPAddress(address), let place = place(of: ip) else { preconditionFailure("no host has \(address)") }
        if direction != .down { interfaces[place]?.up.link = link }
        if direction != .up { interfaces[place]?.down.link = link }
    }

    /// Adds a NAT whose outside is public, or inside of another.
    public mutating func nat(
        _ outside: String, mapping: NAT.Behavior = .endpointIndependent, filtering: NAT.Behavior = .addressAndPortDependent,
        expiry: Duration = .seconds(120), hairpinning: Bool = true, behind outer: NATName? = nil
    ) -> NATName {
        guard let ip = IPAddress(outside) else { preconditionFailure("\(outside) is no address") }
        nats.append(
            NAT(
                outside: ip, outerRealm: outer?.realm ?? Self.internet, mapping: mapping, filtering: filtering, expiry: expiry,
                hairpinning: hairpinning))
        return NATName(realm: nats.count)
    }

    /// The NAT forgets its mappings and gives new ports from now on, as after a restart; with a new outside address if one is given.
    public mutating func rebind(_ nat: NATName, to outside: String? = nil) {
        nats[nat.realm - 1].rebind(to: outside.flatMap { IPAddress($0) })
    }

    // MARK: Partitions

    /// Datagrams that do not pass, by the interfaces they leave and reach.
    struct Block: Sendable {
        let from: IPAddress?
        let to: IPAddress?
        let start: Instant
        let end: Instant
    }

    /// Swallows what `from` sends to `to` in a window of time; nil stands for every address. One way only: call it twice for both.
    ///
    /// The addresses are those of interfaces, behind whatever NAT they are.
    public mutating func block(from: String? = nil, to: String? = nil, start: Instant = .zero, end: Instant = Instant(nanoseconds: .max)) {
        blocks.append(Block(from: from.flatMap { IPAddress($0) }, to: to.flatMap { IPAddress($0) }, start: start, end: end))
    }

    /// Swallows what two addresses send each other.
    public mutating func partition(_ one: String, _ other: String, start: Instant = .zero, end: Instant = Instant(nanoseconds: .max)) {
        block(from: one, to: other, start: start, end: end)
        block(from: other, to: one, start: start, end: end)
    }

    /// Ends all partitions.
    public mutating func heal() {
        blocks = []
    }

    func isBlocked(from: IPAddress, to: IPAddress, at now: Instant) -> Bool {
        blocks.contains {
            ($0.from == nil || $0.from == from) && ($0.to == nil || $0.to == to) && $0.start <= now && now < $0.end
        }
    }
}
