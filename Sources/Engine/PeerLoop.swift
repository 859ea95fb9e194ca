internal import CShims
internal import ICE
internal import Inspection
internal import Peer
internal import SCTP
internal import SDP
internal import STUN
public import Transport
public import Wire

/// The peers of one media loop: which datagram is whose, which deadline is due, what other threads ask for.
///
/// Everything here happens on the loop's thread; nothing locks, waits or hops on the way of a datagram.
public final class PeerLoop: LoopHandler {
    /// Something another thread wants done here.
    public typealias Command = @Sendable (PeerLoop, Instant, inout Outbox) -> Void

    let index: Int
    let hub: Hub
    /// Entered by each call of the loop, and by who reads from another thread.
    private let gate: Gate
    /// Where the sockets are bound.
    private let addresses: [TransportAddress]
    /// What a new session offers; those that live keep what they said.
    private(set) var localCandidates: [ICE.Candidate]

    private var sessions: [Session?] = []
    private var freeSlots: [Int] = []
    private var slots: [String: Int] = [:]
    private var byPath: [Path: Int] = [:]
    private var byFragment: [UsernameFragment: Int] = [:]
    /// Sessions that authenticated a path another one holds, one a path: they go when theirs is valid or they end.
    private var contenders: [Path: Int] = [:]
    var acquaintances = Acquaintances()
    private var deadlines = DeadlineHeap()
    private var due: [Int] = []
    private var heartbeatAt: Instant?
    private var sampler: Sampler
    private var random = RandomSource.system
    private(set) var counters = LoopCounts()

    /// How often a live session's row says that it still lives.
    private static let heartbeat: Duration = .seconds(5)
    /// Paths one session may be known by; candidates of both sides bound it already.
    private static let pathsPerSession = 64

    init(index: Int, hub: Hub, addresses: [TransportAddress], localCandidates: [ICE.Candidate], gate: Gate = Gate()) {
        self.gate = gate
        self.index = index
        self.hub = hub
        self.addresses = addresses
        sampler = Sampler(interval: hub.configuration.sampleInterval)
        self.localCandidates = localCandidates
        gate.open(for: self)
    }

    // MARK: Datagrams

    public func receive(_ datagram: Span<UInt8>, from path: Path, at now: Instant, into outbox: inout Outbox) {
        gate.enter { take(datagram, from: path, at: now, into: &outbox) }
    }

    private func take(_ datagram: Span<UInt8>, from path: Path, at now: Instant, into outbox: inout Outbox) {
        // An answer to a check carries no name: the session that contends for the path may have asked.
        if let contender = contenders[path], let session = sessions[contender], Self.isAnswer(datagram) {
            hand(datagram, to: session, from: path, at: now, into: &outbox)
            guard byPath[path] != contender else { return }
        }
        guard let slot = owner(of: datagram, from: path), let session = sessions[slot] else {
            counters.strangers &+= 1
            noteMisnamed(datagram, from: path, at: now)
            return
        }
        hand(datagram, to: session, from: path, at: now, into: &outbox)
    }

    private func hand(_ datagram: Span<UInt8>, to session: Session, from path: Path, at now: Instant, into outbox: inout Outbox) {
        let told = session.chronicle.timeline.lastSeq
        session.receive(datagram, from: path, at: now, into: &outbox)
        if session.chronicle.timeline.lastSeq > told, session.chronicle.timeline.events.last?.code == .checkRejectedUnknownUsername {
            noteMisnamed(datagram, from: path, at: now)
        }
        if byPath[path] != session.slot, claim(path, for: session) { noteTwin(of: session, on: path, at: now) }
        settle(session, at: now, into: &outbox)
    }

    /// Whose a datagram is: a check's name decides before its path does, because a client with one port for all its
    /// connections, or a NAT that gives a port out again, brings checks of one session over the path of another.
    /// A path nobody knows gets no further without a check that names a session of ours (SECURITY A1).
    private func owner(of datagram: Span<UInt8>, from path: Path) -> Int? {
        if PacketKind(datagram) == .stun, let fragment = STUN.Message.localFragment(of: datagram), let slot = byFragment[fragment] {
            return slot
        }
        return byPath[path]
    }

    /// RFC 8489 §5: the class of an answer has bit 8 of the message type.
    private static func isAnswer(_ datagram: Span<UInt8>) -> Bool {
        PacketKind(datagram) == .stun && (datagram.uint16(at: 0) ?? 0) & 0x0100 != 0
    }

    /// A session authenticated a path. It gets it where nobody holds it; a holder whose pair is valid keeps it until the
    /// newcomer's is valid too, since a check alone may come from a forged address.
    /// - Returns: whether it holds the path now.
    private func claim(_ path: Path, for session: Session) -> Bool {
        let agent = session.peer.agent
        let isHeld = byPath[path].flatMap { sessions[$0] }?.peer.agent.isValid(path) ?? false
        if agent.isValid(path) || !isHeld && agent.isAuthenticated(path) {
            if !session.paths.contains(path) {
                guard session.paths.count < Self.pathsPerSession else { return false }
                session.paths.append(path)
            }
            byPath[path] = session.slot
            contenders[path] = nil
            return true
        } else if agent.isAuthenticated(path) {
            contenders[path] = session.slot
        }
        return false
    }

    public func fail(_ failure: PathFailure, at now: Instant) {
        gate.enter {
            guard let session = byPath[failure.path].flatMap({ sessions[$0] }) ?? sessionTrying(failure.path, at: now) else { return }
            session.noteFailure(failure, at: now)
            deadlinesChanged(session)
        }
    }

    // MARK: Time

    public var nextDeadline: Instant? {
        earliest(earliest(deadlines.nextDeadline, hub.stack.nextDeadline(for: index)), earliest(heartbeatAt, sampler.dueAt))
    }

    public func timeout(at now: Instant, into outbox: inout Outbox) {
        gate.enter { serveDeadlines(at: now, into: &outbox) }
    }

    private func serveDeadlines(at now: Instant, into outbox: inout Outbox) {
        if let deadline = hub.stack.nextDeadline(for: index), deadline <= now {
            hub.stack.shared.handleTimers(at: now)
            serveDirty(at: now, into: &outbox)
        }
        due.removeAll(keepingCapacity: true)
        deadlines.takeDue(at: now, limit: 256, into: &due)
        for slot in due {
            guard let session = sessions[slot] else { continue }
            session.run(at: now, into: &outbox) { peer, outbox in peer.handleTimeout(at: now, into: &outbox) }
            settle(session, at: now, into: &outbox)
        }
        if let at = heartbeatAt, at <= now { beat(at: now) }
        if let at = sampler.dueAt, at <= now { sampler.run(sessions, at: now, archive: hub.archive) }
    }

    /// An interface came or went: new sessions offer what the machine has now. Where nothing is left, the old ones stand.
    public func interfacesChanged(at now: Instant, into outbox: inout Outbox) {
        guard let interfaces = try? NetworkInterface.all() else { return }
        let candidates = LocalCandidates.host(of: addresses, interfaces: interfaces, configuration: hub.configuration)
        if !candidates.isEmpty { localCandidates = candidates }
    }

    public func finishBatch(at now: Instant, into outbox: inout Outbox) {
        gate.enter { serveDirty(at: now, into: &outbox) }
    }

    /// Peers whose association was touched by a timer, or by another association's packet.
    private func serveDirty(at now: Instant, into outbox: inout Outbox) {
        guard hub.stack.owner == index else { return }
        for association in hub.stack.shared.takeDirty() {
            guard let session = sessions.indices.contains(association.tag) ? sessions[association.tag] : nil,
                session.peer.association === association
            else { continue }
            session.run(at: now, into: &outbox) { peer, outbox in peer.handleDirtyAssociation(at: now, into: &outbox) }
            settle(session, at: now, into: &outbox)
        }
    }

    private func beat(at now: Instant) {
        let ids = sessions.compactMap { $0?.id }
        heartbeatAt = ids.isEmpty ? nil : now + Self.heartbeat
        if !ids.isEmpty { hub.archive.heartbeat(ids) }
    }

    // MARK: Commands

    public func handle(_ command: @escaping Command, at now: Instant, into outbox: inout Outbox) {
        gate.enter { command(self, now, &outbox) }
    }

    public func stop(at now: Instant, into outbox: inout Outbox) {
        for session in gate.enter({ sessions.compactMap { $0 } }) {
            gate.enter {
                session.chronicle.note(.serverStopping, at: now)
                end(session, .serverStopped, at: now, into: &outbox)
            }
        }
    }

    func session(_ id: String) -> Session? {
        slots[id].flatMap { sessions[$0] }
    }

    /// The session with this username fragment of ours.
    func session(ofFragment fragment: String) -> Session? {
        UsernameFragment(fragment).flatMap { byFragment[$0] }.flatMap { sessions[$0] }
    }

    /// The newest session whose peer has one of these username fragments.
    func session(ofPeerFragments fragments: [String]) -> Session? {
        sessions.lazy.compactMap { $0 }.filter { $0.peer.agent.remoteCredentials.map { fragments.contains($0.ufrag) } ?? false }
            .max { $0.id < $1.id }
    }

    func session(at slot: Int) -> Session? { sessions.indices.contains(slot) ? sessions[slot] : nil }

    func session(ofKey fragment: UsernameFragment) -> Session? { byFragment[fragment].flatMap { sessions[$0] } }

    func firstSession(where condition: (Session) -> Bool) -> Session? {
        sessions.lazy.compactMap { $0 }.first(where: condition)
    }

    func deadlinesChanged(_ session: Session) { deadlines.set(session.nextDeadline, for: session.slot) }

    // MARK: Sessions

    /// Makes a session of a peer: from now on datagrams find it.
    func add(id: String, base: Record, chronicle: Chronicle, peer: PeerConnection, at now: Instant) -> Session {
        let slot = freeSlots.popLast() ?? sessions.count
        if slot == sessions.count { sessions.append(nil) }
        peer.tag = slot
        let session = Session(
            id: id, slot: slot, peer: peer, base: base, chronicle: chronicle,
            tag: newTag())
        session.isMasked = hub.configuration.masksAddresses
        sessions[slot] = session
        slots[id] = slot
        enter(peer.agent.localCredentials.ufrag, slot)
        acquaintances.enter(session)
        session.drainSetup(at: now)
        if heartbeatAt == nil { heartbeatAt = now + Self.heartbeat }
        sampler.wake(at: now)
        counters.opened &+= 1
        return session
    }

    /// Whether no live session here has this username fragment (SECURITY A6).
    func isFree(_ fragment: String) -> Bool {
        UsernameFragment(fragment).map { byFragment[$0] == nil } ?? false
    }

    private func enter(_ fragment: String, _ slot: Int) {
        if let key = UsernameFragment(fragment) { byFragment[key] = slot }
    }

    private func forget(_ fragment: String, _ slot: Int) {
        if let key = UsernameFragment(fragment), byFragment[key] == slot { byFragment[key] = nil }
    }

    /// Restarts ICE of a session; from then on it is found by its new username fragment.
    func restart(
        _ session: Session, with update: RemoteParameters, at now: Instant, into outbox: inout Outbox
    ) -> Fragment {
        let old = session.peer.agent.localCredentials.ufrag
        acquaintances.forget(session)
        let answer = session.run(at: now, into: &outbox) { peer, outbox in
            peer.restart(with: update, at: now, into: &outbox)
        }
        forget(old, session.slot)
        enter(session.peer.agent.localCredentials.ufrag, session.slot)
        acquaintances.enter(session)
        session.tag = newTag()
        settle(session, at: now, into: &outbox)
        return answer
    }

    private func newTag() -> String { random.characters(16, of: "0123456789abcdefghjkmnpqrstvwxyz") }

    /// Ends a session with a goodbye to its peer.
    func end(_ session: Session, _ reason: CloseReason, detail: String? = nil, at now: Instant, into outbox: inout Outbox) {
        session.run(at: now, into: &outbox) { peer, outbox in
            peer.close(reason, detail: detail, at: now, into: &outbox)
        }
        settle(session, at: now, into: &outbox)
    }

    /// After anything happened to a session: those who wait are answered, what changed is published, the next deadline is
    /// set, and a session that is over leaves.
    func settle(_ session: Session, at now: Instant, into outbox: inout Outbox) {
        session.tellFollowers()
        if session.isOver {
            finish(session, at: now)
            return
        }
        session.answerWaiters(at: now)
        if let at = session.flushAt, at <= now { flush(session, at: now) }
        deadlines.set(session.nextDeadline, for: session.slot)
    }

    func refreshDeadline(of session: Session) { deadlines.set(session.nextDeadline, for: session.slot) }

    private func flush(_ session: Session, at now: Instant) {
        session.flushAt = nil
        session.lastFlush = now
        let began = Clock.now
        let record = session.record(at: now)
        // What is over within a second is written whole once, at its end; until then its row says that it is.
        let isYoung = now < session.documentAt
        let (item, verdict) = hub.archive.save(record, withDocument: !isYoung)
        if isYoung { session.flushAt = session.documentAt }
        session.flushCost = Clock.now - began
        hub.registry.update(session.id, item: item)
        hub.feed.publish(item)
        tell(of: session, record, item, verdict)
    }

    private func finish(_ session: Session, at now: Instant) {
        guard sessions[session.slot] === session else { return }
        sampler.finish(session, at: now, archive: hub.archive)
        let record = session.record(at: now)
        // Written first, forgotten then: at every moment one of the two knows the session.
        let (item, verdict) = hub.archive.save(record)
        hub.registry.remove(session.id)
        hub.feed.publish(item)
        session.leave(with: record)
        session.last = record
        tell(of: session, record, item, verdict)
        for path in session.paths where byPath[path] == session.slot { byPath[path] = nil }
        if !contenders.isEmpty { contenders = contenders.filter { $0.value != session.slot } }
        forget(session.peer.agent.localCredentials.ufrag, session.slot)
        acquaintances.forget(session)
        slots[session.id] = nil
        sessions[session.slot] = nil
        deadlines.set(nil, for: session.slot)
        freeSlots.append(session.slot)
        counters.closed &+= 1
    }
}

/// What a loop's peers counted.
public struct LoopCounts: Sendable {
    /// Datagrams of paths that no session knows.
    public var strangers: UInt64 = 0
    public var opened: UInt64 = 0
    public var closed: UInt64 = 0
}
