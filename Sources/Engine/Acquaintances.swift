internal import ICE
internal import Inspection
internal import Peer
internal import STUN
internal import Transport
internal import Wire

/// Whose a check is that names another session than its sender's, and a failure that the network tells of a path nobody has proved.
///
/// A check carries both names, ours and the peer's. One that names a session which is over, or which is another peer's, is of no use
/// to anybody; but the peer's name in it says which session's peer holds the wrong answer, and that session's story is told it. Nothing of
/// it is authentic, so it is written down and changes nothing.
struct Acquaintances {
    /// The sessions by the username fragment of their peer, as it stands in the offer; the newest where there are several.
    private var byPeer: [UsernameFragment: Int] = [:]
    /// Sessions that ended, by our fragment: the last `limit`.
    private var ended: [UsernameFragment: Introduction] = [:]
    private var order: [UsernameFragment] = []
    /// What failures may still be looked up in this second: each costs a pass over the sessions.
    private var lookups = (second: Int64(0), left: 0)

    static let limit = 512
    static let lookupsPerSecond = 50

    /// What tells two sessions of one client from those of two.
    struct Introduction {
        let id: String
        let startedAt: Instant
        let client: String?
        let addresses: Set<IPAddress>

        init(_ session: Session) {
            id = session.id
            startedAt = session.chronicle.start
            client = session.base.remoteAddress.map { "\($0.host)" }
            addresses = Set(
                session.peer.agent.remoteCandidates.filter { $0.wasSignalled && $0.candidate.hostname == nil }.map(\.candidate.address.ip))
        }

        /// Whether `other` is of the same client: they announced a common address, or, where one announced none, posted from one.
        func isOfClient(of other: Introduction) -> Bool {
            addresses.isEmpty || other.addresses.isEmpty ? client == other.client : !addresses.isDisjoint(with: other.addresses)
        }
    }

    /// - Returns: the session that is known for this peer's fragment already.
    mutating func enter(_ session: Session) {
        guard let key = Self.peerKey(session) else { return }
        byPeer[key] = session.slot
    }

    mutating func forget(_ session: Session) {
        if let key = Self.peerKey(session), byPeer[key] == session.slot { byPeer[key] = nil }
        guard let own = UsernameFragment(session.peer.agent.localCredentials.ufrag) else { return }
        if ended.updateValue(Introduction(session), forKey: own) == nil { order.append(own) }
        if order.count > Self.limit { ended[order.removeFirst()] = nil }
    }

    func slot(ofPeer fragment: UsernameFragment) -> Int? { byPeer[fragment] }

    func slot(ofPeerOf session: Session) -> Int? { Self.peerKey(session).flatMap { byPeer[$0] } }

    func ended(_ fragment: UsernameFragment) -> Introduction? { ended[fragment] }

    private static func peerKey(_ session: Session) -> UsernameFragment? {
        session.peer.remote.flatMap { UsernameFragment($0.ufrag) }
    }

    mutating func mayLookUp(at now: Instant) -> Bool {
        let second = now.nanoseconds / 1_000_000_000
        if lookups.second != second { lookups = (second, Self.lookupsPerSecond) }
        guard lookups.left > 0 else { return false }
        lookups.left -= 1
        return true
    }
}

extension PeerLoop {
    /// A check came that no session takes, or that the one it names refused: the session of its sender is told.
    func noteMisnamed(_ datagram: Span<UInt8>, from path: Path, at now: Instant) {
        guard PacketKind(datagram) == .stun, let names = STUN.Message.fragments(of: datagram),
            let slot = acquaintances.slot(ofPeer: names.sender), let session = session(at: slot), !session.isOver,
            session.peer.connectionState != .connected, UsernameFragment(session.peer.agent.localCredentials.ufrag) != names.receiver
        else { return }
        let named = self.session(ofKey: names.receiver).map(Acquaintances.Introduction.init) ?? acquaintances.ended(names.receiver)
        session.noteMisnamed(named, from: path, at: now)
        deadlinesChanged(session)
    }

    /// A session authenticated a path whose peer has begun a newer session with the same offer: that one waits in vain.
    func noteTwin(of session: Session, on path: Path, at now: Instant) {
        guard let slot = acquaintances.slot(ofPeerOf: session), slot != session.slot, let other = self.session(at: slot),
            other.peer.connectionState != .connected
        else { return }
        other.noteMisnamed(Acquaintances.Introduction(session), from: path, at: now)
        deadlinesChanged(other)
    }

    /// The session that a failure of the network is about, where no path was proved yet: one of those that still try the address.
    func sessionTrying(_ path: Path, at now: Instant) -> Session? {
        guard acquaintances.mayLookUp(at: now) else { return nil }
        return firstSession { $0.peer.connectionState != .connected && $0.peer.agent.hasPair(on: path) }
    }
}

extension Session {
    /// Checks of this session's peer name another session.
    func noteMisnamed(_ named: Acquaintances.Introduction?, from path: Path, at now: Instant) {
        guard chronicle.facts.misnamed.count < 4, chronicle.facts.misnamed.insert(named?.id ?? "").inserted else { return }
        let relation: String
        let words: String
        if let named {
            let isEarlier = named.startedAt < chronicle.start && named.isOfClient(of: Acquaintances.Introduction(self))
            relation = isEarlier ? "earlier" : "other"
            words =
                isEarlier
                ? "Checks of the peer from \(path.remote) name the session \(named.id), which it had begun before this one."
                : "Checks of the peer from \(path.remote) name the session \(named.id), which is another one."
        } else {
            relation = "unknown"
            words = "Checks of the peer from \(path.remote) name a session that this server does not know: of another server, or long over."
        }
        chronicle.note(
            .checkRejectedUnknownUsername, at: now, text: words, cause: "another-session",
            data: ["session": .text(named?.id ?? "unknown"), "relation": .text(relation)])
        touch(at: now)
    }
}
