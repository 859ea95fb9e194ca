public import ICE
public import SCTP
public import SDP
public import Wire

/// One peer connection: ICE, DTLS and SCTP joined, without a clock, a socket or a thread.
///
/// - Getters: `connectionState` and the other states, `answer`, `snapshot`.
/// - Handlers: `handle`, `handleTimeout`, `settle`; each takes `now` and writes what must be sent into an outbox.
/// - Commands: `addRemoteCandidates`, `restart`, `close`, and those of the data channels.
/// - Polling: `nextEvent`, `nextDeadline`.
///
/// A peer is confined to the loop that owns it. It is a class because usrsctp's callbacks and the tables of its loop share
/// its identity.
public final class PeerConnection {
    public let configuration: Configuration
    /// What the other end said; nil while we wait for its answer. A restart changes only the credentials.
    public internal(set) var remote: RemoteParameters?
    /// What we said: an answer, or an offer where we are the offering side.
    public internal(set) var localDescription: SessionDescription
    public internal(set) var agent: ICE.Agent
    public let createdAt: Instant

    public internal(set) var signalingState = SignalingState.stable
    public internal(set) var gatheringState = GatheringState.new
    public internal(set) var connectionState = ConnectionState.new
    /// Set once, when the peer is over.
    public internal(set) var closeReason: CloseReason?

    /// Receives the messages of data channels where the configuration does not echo them.
    public var onMessage: ((ChannelID, MessageKind, Span<UInt8>) -> Void)?

    var random: RandomSource
    var handshake = Handshake()
    var channels = Channels()
    var events: [PeerEvent] = []
    var eventsRead = 0
    var strangers = Strangers()
    /// When a peer that does not get up is given up.
    var setupDeadline: Instant?
    /// When the set-up, or the last restart, began.
    var setupBegan: Instant
    /// A pair was good once.
    var wasConnected = false
    /// An authenticated check was heard since the last (re)start.
    var wasHeard: Bool { agent.pairs.contains { $0.generation == agent.generation && $0.requestsReceived > 0 } }
    /// The other end closed SCTP in order; when that alone is to end the peer, and why it closed.
    var sctpEnd: (deadline: Instant, reason: SCTP.Event.EndReason)?
    /// The goodbye is under way: the rooms' last states no longer make the connection's, its reason does.
    var isClosing = false
    /// Names the peer to its owner: it is the tag of its association.
    public var tag = 0

    init(
        configuration: Configuration, remote: RemoteParameters?, localDescription: SessionDescription, role: ICE.Role,
        credentials: ICE.Credentials, random: RandomSource, at now: Instant
    ) {
        self.configuration = configuration
        self.remote = remote
        self.localDescription = localDescription
        createdAt = now
        setupBegan = now
        setupDeadline = now + configuration.setupDeadline
        var agentConfiguration = Agent.Configuration(
            role: role, localCredentials: credentials, localCandidates: configuration.localCandidates, policy: configuration.policy)
        agentConfiguration.patience = configuration.patience
        // A stream of its own, so that what the agent draws does not change what the peer draws.
        var random = random
        agent = Agent(configuration: agentConfiguration, random: random.split(), at: now)
        self.random = random
    }

    // MARK: Handlers

    /// Takes one datagram from `path`.
    public func handle(_ datagram: Span<UInt8>, from path: Path, at now: Instant, into outbox: inout Outbox) {
        guard closeReason == nil else { return }
        let kind = PacketKind(datagram)
        switch kind {
        case .stun:
            agent.handle(datagram, from: path, at: now, into: &outbox)
        case .dtls:
            receiveDTLS(datagram, from: path, at: now, into: &outbox)
        case .rtp, .rtcp:
            // Media sections are answered inactive: nothing may come, and what comes is only counted.
            if agent.isValid(path) {
                agent.noteReceived(bytes: datagram.count, on: path, at: now)
            } else {
                noteStranger(kind, path, at: now)
            }
        case .foreign:
            noteStranger(kind, path, at: now)
        }
        settle(at: now, into: &outbox)
    }

    /// Does what is due. Call it at `nextDeadline` or later; earlier calls do nothing.
    public func handleTimeout(at now: Instant, into outbox: inout Outbox) {
        guard closeReason == nil else { return }
        if let deadline = agent.nextDeadline, deadline <= now {
            agent.handleTimeout(at: now, into: &outbox)
        }
        handshakeTimeout(at: now, into: &outbox)
        sctpEndIfDue(at: now, into: &outbox)
        settle(at: now, into: &outbox)
        giveUpIfDue(at: now, into: &outbox)
    }

    public var nextDeadline: Instant? {
        guard closeReason == nil else { return nil }
        // Without a path DTLS can't do what is due; the next valid pair, or the deadline of the set-up, comes first.
        let handshakeDeadline = agent.selectedPath == nil ? nil : handshake.nextDeadline
        return earliest(earliest(agent.nextDeadline, handshakeDeadline), earliest(setupDeadline, sctpEnd?.deadline))
    }

    /// Moves facts and packets between the rooms until nothing moves. `handle` and `handleTimeout` do it themselves; the owner
    /// of usrsctp calls it for a peer whose association was touched by `Stack.handleTimers`.
    public func settle(at now: Instant, into outbox: inout Outbox) {
        var moved = true
        while moved, closeReason == nil {
            moved = takeICEEvents(at: now, into: &outbox)
            moved = takeDTLSEvents(at: now, into: &outbox) || moved
            moved = takeSCTPEvents(at: now, into: &outbox) || moved
        }
    }

    /// The oldest fact not yet read.
    public func nextEvent() -> PeerEvent? {
        guard eventsRead < events.count else {
            events.removeAll(keepingCapacity: false)
            eventsRead = 0
            return nil
        }
        defer { eventsRead += 1 }
        return events[eventsRead]
    }

    func emit(_ kind: PeerEvent.Kind, at now: Instant) {
        events.append(PeerEvent(at: now, kind: kind))
    }

    // MARK: The end

    /// Ends the peer and says goodbye: the channels are aborted, DTLS sends close_notify, consent is revoked
    /// (RFC 7675 §5.2). Afterwards nothing is sent, and nothing received changes anything.
    public func close(_ reason: CloseReason, detail: String? = nil, at now: Instant, into outbox: inout Outbox) {
        guard closeReason == nil, !isClosing else { return }
        isClosing = true
        endChannels(at: now, into: &outbox)
        endHandshake(sayGoodbye: reason != .consentExpired, at: now, into: &outbox)
        agent.revokeConsent(at: now)
        _ = takeICEEvents(at: now, into: &outbox)
        change(.signaling, from: signalingState.rawValue, to: SignalingState.closed.rawValue, at: now, cause: nil)
        signalingState = .closed
        setConnectionState(reason.isFailure ? .failed : .closed, cause: nil, at: now)
        closeReason = reason
        setupDeadline = nil
        emit(.ended(reason, detail: detail), at: now)
    }

    private func giveUpIfDue(at now: Instant, into outbox: inout Outbox) {
        guard closeReason == nil, let deadline = setupDeadline, deadline <= now else { return }
        if wasConnected {
            close(.consentExpired, at: now, into: &outbox)
        } else if wasHeard {
            close(.iceFailed, at: now, into: &outbox)
        } else {
            close(.neverConnected, at: now, into: &outbox)
        }
    }
}

extension CloseReason {
    /// Whether the connection broke or never came, rather than being ended.
    public var isFailure: Bool {
        switch self {
        case .closedByDelete, .closedByPeer, .serverStopped: false
        case .consentExpired, .iceFailed, .neverConnected, .dtlsFailed, .sctpFailed: true
        }
    }
}

extension RemoteParameters {
    /// Whether any m-section but data was accepted.
    var hasMedia: Bool { media.contains { $0.isAccepted && $0.kind != "application" } }
}

/// Datagrams that no validated path brought, by kind; only the first of a kind becomes an event.
struct Strangers {
    var dropped = 0
    var reported: [PacketKind] = []
}

extension PeerConnection {
    /// Datagrams dropped because no check had proved their path.
    public var strangersDropped: Int { strangers.dropped }

    func noteStranger(_ kind: PacketKind, _ path: Path, at now: Instant) {
        strangers.dropped += 1
        guard !strangers.reported.contains(kind) else { return }
        strangers.reported.append(kind)
        emit(.strangerDropped(kind, path), at: now)
    }
}
