public import Crypt
public import Wire

/// One DTLS 1.2 connection of a peer, in either role, over the C library.
///
/// It does no I/O: datagrams come in by `handle`, go out into the outbox, and `nextDeadline` says when `handleTimeout` is
/// wanted. It is to be begun on a valid ICE pair alone, which is why there is no cookie exchange. Application data is
/// delivered, and keys are exported, only after the peer's certificate was found to be one that the description's
/// fingerprints vouch for.
///
/// - Commands: `start`, `send`, `close`. Input: `handle`, `handleTimeout`. Facts: `nextEvent`, `state`, `summary`, `counters`.
/// - Thread: any, one at a time. The library's object exists from the first use to the end: about 42 KiB, 20 more once
///   application data flow.
public final class Connection {
    /// The most bytes that `send` takes: with the largest overhead of a cipher suite a datagram then fits into Ethernet.
    public static let maximumPayload = 1384
    /// How long a handshake may take in all.
    public static let handshakeLimit: Duration = .seconds(30)
    /// How long the peer may disprove an alert or a broken first message that anyone could have sent.
    public static let doubtLimit: Duration = .seconds(2)

    public let role: Role
    public let identity: Identity
    /// The description's fingerprints.
    public let expectedFingerprints: [Fingerprint]
    /// Whether a peer without a common SRTP profile is refused; off for data channels alone.
    public let requiresSRTP: Bool
    /// The first retransmission timeout, from which it doubles.
    public let initialTimeout: Duration

    public internal(set) var state: State = .new
    /// Why the connection failed.
    public internal(set) var failure: FailureReason?
    /// What the handshake agreed on, from `connected` on.
    public internal(set) var summary: Summary?
    /// What the peer offered, where it is the client.
    public internal(set) var clientHello: ClientHello?
    public internal(set) var counters = Counters()

    let context: Context
    var machine: Machine?
    var gate: Gate
    var startedAt: Instant?
    var retransmitAt: Instant?
    /// A reason to fail that anyone could have forged, and when it will be believed.
    var doubt: (reason: FailureReason, until: Instant)?
    /// The alert that goes out when the doubt is believed.
    var heldAlert: [UInt8] = []
    var lastReceived: HandshakeType?
    /// Whether the first flight of a server was sent: from then on a broken message ends the handshake.
    var isFirstFlightSent = false
    /// What the certificate's judgement was: the certificate, or why not.
    var verifiedCertificate: [UInt8]?
    var verdict: FailureReason?
    var remoteKeyName = ""
    /// Records of application data that overtook the end of the handshake.
    var earlyData: [[UInt8]] = []
    private var events: [Event] = []
    private var nextEventIndex = 0

    /// - Parameters:
    ///   - expectedFingerprints: those of the remote description; at least one of SHA-256 or stronger.
    ///   - requiresSRTP: false where the session has data channels alone.
    ///   - initialTimeout: the first retransmission timeout. Twice the ICE round-trip time, but not below 50 ms, is a good one.
    /// - Throws: `DTLSError` where no fingerprint is strong, or the library cannot use the identity.
    public init(
        role: Role, identity: Identity, expectedFingerprints: [Fingerprint], requiresSRTP: Bool = true,
        initialTimeout: Duration = .milliseconds(50)
    ) throws(DTLSError) {
        guard expectedFingerprints.contains(where: \.algorithm.isStrong) else { throw .noStrongFingerprint }
        guard let context = Context.of(identity) else { throw .library("the settings of an identity were refused") }
        self.role = role
        self.identity = identity
        self.expectedFingerprints = expectedFingerprints
        self.requiresSRTP = requiresSRTP
        self.initialTimeout = initialTimeout
        self.context = context
        gate = Gate(role: role)
    }

    /// Begins: a client sends its hello, a server waits for one. The deadline runs from here. Later calls do nothing.
    public func start(at now: Instant, on path: Path, into outbox: inout Outbox) {
        guard state == .new, begin(at: now), role == .client, let machine else { return }
        pump(machine, at: now, on: path, into: &outbox, deliver: { _ in })
    }

    /// Takes a datagram in.
    ///
    /// - Parameter deliver: gets the application data, record by record. It may call `send` and `close` of this connection
    ///   with an outbox of its own.
    public func handle(
        _ datagram: Span<UInt8>, at now: Instant, on path: Path, into outbox: inout Outbox, deliver: (Span<UInt8>) -> Void
    ) {
        counters.datagramsReceived += 1
        counters.bytesReceived += datagram.count
        switch state {
        case .closed, .failed: counters.afterEnd += 1
        case .connected: handleConnected(datagram, at: now, on: path, into: &outbox, deliver: deliver)
        case .connecting: handleConnecting(datagram, at: now, on: path, into: &outbox, deliver: deliver)
        case .new:
            // A client hears nothing before it spoke.
            guard role == .server, begin(at: now) else {
                counters.unexpected += 1
                return
            }
            handleConnecting(datagram, at: now, on: path, into: &outbox, deliver: deliver)
        }
    }

    /// Sends application data, 1 to `maximumPayload` bytes, as one datagram; false where that cannot be now.
    public func send(_ data: Span<UInt8>, at now: Instant, on path: Path, into outbox: inout Outbox) -> Bool {
        guard state == .connected, let machine, data.count > 0, data.count <= Self.maximumPayload,
            machine.write(data, at: now) == .done
        else {
            counters.refusedSends += 1
            return false
        }
        takeOutput(on: path, into: &outbox)
        return true
    }

    /// Ends the connection: with a close_notify where it is connected.
    public func close(at now: Instant, on path: Path, into outbox: inout Outbox) {
        switch state {
        case .closed, .failed: return
        case .connected:
            if let machine, machine.close(at: now) == .done { takeNotes() }
            takeOutput(on: path, into: &outbox)
        case .new, .connecting: break
        }
        end(.closed, .closed(byPeer: false))
    }

    /// Sends a flight again or gives up, where it is time.
    public func handleTimeout(at now: Instant, on path: Path, into outbox: inout Outbox) {
        guard state == .connecting, let machine, let startedAt else { return }
        if let doubt, now >= doubt.until {
            fail(doubt.reason, on: path, into: &outbox)
        } else if now >= startedAt + Self.handshakeLimit {
            fail(doubt?.reason ?? .timeout(stage), on: path, into: &outbox)
        } else if let retransmitAt, now >= retransmitAt {
            resend(machine, at: now, on: path, into: &outbox)
        }
    }

    /// When `handleTimeout` is wanted; nil where nothing is awaited.
    public var nextDeadline: Instant? {
        guard state == .connecting, let startedAt else { return nil }
        return earliest(earliest(retransmitAt, doubt?.until), startedAt + Self.handshakeLimit)
    }

    /// The next fact, oldest first.
    public func nextEvent() -> Event? {
        guard nextEventIndex < events.count else { return nil }
        defer {
            nextEventIndex += 1
            if nextEventIndex == events.count {
                events.removeAll(keepingCapacity: state == .connecting)
                nextEventIndex = 0
            }
        }
        return events[nextEventIndex]
    }

    /// The most events that wait for `nextEvent`; what comes beyond is counted.
    private static let eventsLimit = 256

    func note(_ event: Event) {
        guard events.count < Self.eventsLimit else {
            counters.eventsDropped += 1
            return
        }
        events.append(event)
    }

    func setState(_ new: State) {
        guard state != new else { return }
        state = new
        note(.stateChanged(new))
    }

    /// Begins a handshake's clock and object; false where the library has no memory.
    private func begin(at now: Instant) -> Bool {
        startedAt = now
        setState(.connecting)
        return makeMachine()
    }
}
