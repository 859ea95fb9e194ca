internal import DTLS
internal import ICE
public import SCTP
public import Wire

/// SCTP and data channels within a peer.
struct Channels {
    /// Made when DTLS is up, where data was negotiated.
    var association: SCTP.Association?
    var isFinished = false
    /// Echoes that SCTP would not take: the channel closed meanwhile, or its buffer was full in spite of the pause.
    var echoesDropped = 0
}

extension PeerConnection {
    /// The association, once there is one: its channels, numbers and state.
    public var association: SCTP.Association? { channels.association }

    /// Takes one decrypted SCTP packet.
    func receiveSCTP(_ packet: Span<UInt8>, at now: Instant) {
        guard let association = connectedAssociation(at: now) else { return }
        association.handle(packet, at: now) { channel, kind, bytes in
            deliver(channel, kind, bytes, from: association, at: now)
        }
    }

    /// The association, made and connected the first time DTLS is up; nil where no data was negotiated.
    @discardableResult
    func connectedAssociation(at now: Instant) -> SCTP.Association? {
        if let association = channels.association { return association }
        guard let remote, remote.hasData, !channels.isFinished else { return nil }
        let association = SCTP.Association(
            stack: configuration.stack, role: remote.dtlsRole == .client ? .client : .server,
            remotePort: remote.sctpPort ?? SCTP.Association.defaultPort, remoteMaxMessageSize: Int(clamping: remote.maxMessageSize),
            tag: tag)
        // While its echoes wait, an echoing peer reads nothing, so that the other end's window closes.
        if configuration.echoesData { association.readingPausesAbove = SCTP.Association.echoBufferBytes }
        channels.association = association
        association.connect(at: now)
        return association
    }

    private func deliver(
        _ channel: ChannelID, _ kind: MessageKind, _ bytes: Span<UInt8>, from association: SCTP.Association, at now: Instant
    ) {
        guard configuration.echoesData else {
            onMessage?(channel, kind, bytes)
            return
        }
        do {
            try association.send(bytes, kind: kind, on: channel, at: now)
        } catch {
            channels.echoesDropped += 1
        }
    }

    /// Takes the facts of the association, and puts its packets through DTLS.
    /// - Returns: whether anything moved.
    func takeSCTPEvents(at now: Instant, into outbox: inout Outbox) -> Bool {
        guard let association = channels.association else { return false }
        var moved = false
        while let event = association.nextEvent() {
            moved = true
            emit(.sctp(event), at: now)
            if case .ended(let reason) = event { associationEnded(reason, at: now, into: &outbox) }
        }
        if association.hasOutput, let connection = handshake.connection, let path = agent.selectedPath {
            moved = true
            sending(on: path, at: now, into: &outbox) { outbox in
                association.drainOutput { packet in
                    _ = connection.send(packet, at: now, on: path, into: &outbox)
                }
            }
        }
        return moved
    }

    /// What other associations or timers did to ours: messages to read, packets to send.
    public func handleDirtyAssociation(at now: Instant, into outbox: inout Outbox) {
        guard closeReason == nil, let association = channels.association else { return }
        association.read(at: now) { channel, kind, bytes in
            deliver(channel, kind, bytes, from: association, at: now)
        }
        settle(at: now, into: &outbox)
    }

    private func associationEnded(_ reason: SCTP.Event.EndReason, at now: Instant, into outbox: inout Outbox) {
        channels.isFinished = true
        guard closeReason == nil else { return }
        switch reason {
        case .closedLocally:
            break
        case .shutDownByPeer, .abortedByPeer:
            // A peer that closes aborts SCTP and then says goodbye by DTLS in the next datagram. The goodbye is what ends
            // the peer; without it, data having been all there was, this does after a moment.
            sctpEnd = (now + .milliseconds(200), reason)
        case .abortedLocally, .initiationTimedOut, .timedOut, .restartedTooOften, .refused:
            if remote?.hasMedia != true { close(.sctpFailed, detail: reason.sentence, at: now, into: &outbox) }
        }
    }

    /// Ends a peer whose association the other end closed and whose DTLS goodbye did not follow.
    func sctpEndIfDue(at now: Instant, into outbox: inout Outbox) {
        guard closeReason == nil, let (deadline, reason) = sctpEnd, deadline <= now else { return }
        sctpEnd = nil
        guard remote?.hasMedia != true else { return }
        let wasOrderly = reason.isOrderly
        close(wasOrderly ? .closedByPeer : .sctpFailed, detail: reason.sentence, at: now, into: &outbox)
    }

    func endChannels(at now: Instant, into outbox: inout Outbox) {
        guard let association = channels.association else { return }
        association.abort(at: now)
        _ = takeSCTPEvents(at: now, into: &outbox)
        channels.isFinished = true
    }
}

extension SCTP.Event.EndReason {
    /// Whether the other end closed on purpose: a shutdown, or an abort by its user (RFC 9260 §3.3.10.12).
    var isOrderly: Bool {
        switch self {
        case .closedLocally, .shutDownByPeer: true
        case .abortedByPeer(let causes): causes.allSatisfy { $0.code == 12 }
        case .abortedLocally, .initiationTimedOut, .timedOut, .restartedTooOften, .refused: false
        }
    }

    /// One sentence for people.
    public var sentence: String {
        func words(_ causes: [ErrorCause]) -> String {
            guard let cause = causes.first else { return "without a cause" }
            return cause.text.isEmpty ? "\(cause.name) (cause \(cause.code))" : "\(cause.name): \(cause.text)"
        }
        switch self {
        case .closedLocally: return "We closed the SCTP association."
        case .shutDownByPeer: return "The peer shut the SCTP association down."
        case .abortedByPeer(let causes): return "The peer aborted the SCTP association, \(words(causes))."
        case .abortedLocally(let causes): return "The SCTP association was aborted here, \(words(causes))."
        case .initiationTimedOut: return "No answer came to any SCTP INIT."
        case .timedOut: return "What was sent over SCTP was not acknowledged any more."
        case .restartedTooOften: return "The peer set the SCTP association up anew too often."
        case .refused(let errno): return "The SCTP socket could not be made (errno \(errno))."
        }
    }
}
