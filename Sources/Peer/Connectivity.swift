internal import DTLS
public import ICE
internal import Wire

/// ICE within a peer: what its facts mean for the rest.
extension PeerConnection {
    /// RTCIceTransportState.
    public var iceConnectionState: ICE.State { agent.state }

    /// Takes the facts of the agent.
    /// - Returns: whether there were any.
    func takeICEEvents(at now: Instant, into outbox: inout Outbox) -> Bool {
        var moved = false
        while let event = agent.nextEvent() {
            moved = true
            emit(.ice(event), at: event.at)
            switch event.fact {
            case .pairStateChanged(let id, _, .succeeded, _):
                if let pair = agent.pair(id) { pathBecameValid(pair.path, at: now, into: &outbox) }
            case .stateChanged(let old, let new, let cause):
                iceStateChanged(from: old, to: new, cause: cause, at: event.at, now: now, into: &outbox)
            default:
                break
            }
            if closeReason != nil { break }
        }
        return moved
    }

    private func iceStateChanged(
        from old: ICE.State, to new: ICE.State, cause: StateCause, at: Instant, now: Instant, into outbox: inout Outbox
    ) {
        change(.iceConnection, from: old.rawValue, to: new.rawValue, at: at, cause: cause.rawValue)
        switch new {
        case .connected, .completed:
            setupDeadline = nil
            wasConnected = true
        case .failed where cause == .consentExpired:
            // RFC 7675 §5.1: consent is gone, so nothing more may be sent; a session without a peer is over.
            close(.consentExpired, at: now, into: &outbox)
            return
        case .failed:
            // The other end may still restart ICE until the deadline that every set-up has.
            setupDeadline = max(setupBegan + configuration.setupDeadline, now)
        case .checking:
            // The only good pair went, and no restart did it: the time to find another is that of a set-up.
            if setupDeadline == nil { setupDeadline = now + configuration.setupDeadline }
        case .new, .disconnected, .closed:
            break
        }
        updateConnectionState(at: at, cause: cause.rawValue)
    }

    func change(_ kind: StateKind, from old: String, to new: String, at now: Instant, cause: String?) {
        guard old != new else { return }
        emit(.stateChanged(kind, from: old, to: new, cause: cause), at: now)
    }

    func setConnectionState(_ new: ConnectionState, cause: String?, at now: Instant) {
        change(.connection, from: connectionState.rawValue, to: new.rawValue, at: now, cause: cause)
        connectionState = new
    }

    /// W3C webrtc-pc §4.3.3: the connection state is what the states of ICE and DTLS make together.
    func updateConnectionState(at now: Instant, cause: String?) {
        guard !isClosing else { return }
        setConnectionState(ConnectionState(ice: agent.state, dtls: handshake.state), cause: cause, at: now)
    }
}

extension ConnectionState {
    /// The aggregate of one ICE and one DTLS transport (W3C webrtc-pc §4.3.3).
    init(ice: ICE.State, dtls: DTLS.State) {
        switch (ice, dtls) {
        case (.failed, _), (_, .failed): self = .failed
        case (.disconnected, _): self = .disconnected
        case (.new, .new), (.closed, .new), (.new, .closed): self = .new
        case (.connected, .connected), (.completed, .connected), (.connected, .closed), (.completed, .closed): self = .connected
        case (.closed, _): self = .closed
        default: self = .connecting
        }
    }
}
