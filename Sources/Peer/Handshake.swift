public import DTLS
internal import ICE
internal import SDP
internal import Wire

/// DTLS within a peer: begun on the first valid pair, fed only from valid pairs.
struct Handshake {
    /// Made with the first valid pair: a peer that never gets one costs no OpenSSL object.
    var connection: DTLS.Connection?
    /// RFC 7983 datagrams of a tuple whose request was authentic but which has not yet answered ours (SECURITY A1).
    var held: [(path: Path, bytes: [UInt8])] = []
    var heldBytes = 0
    var state = DTLS.State.new

    var nextDeadline: Instant? { connection?.nextDeadline }
}

extension PeerConnection {
    /// RTCDtlsTransportState.
    public var dtlsState: DTLS.State { handshake.state }

    /// The connection, once a pair was valid.
    public var dtlsConnection: DTLS.Connection? { handshake.connection }

    func receiveDTLS(_ datagram: Span<UInt8>, from path: Path, at now: Instant, into outbox: inout Outbox) {
        guard agent.isValid(path) else {
            // A peer that nominates at once sends its ClientHello before it answered our check; a drop would cost it a second.
            if agent.isAuthenticated(path), handshake.held.count < Limits.earlyDatagrams,
                handshake.heldBytes + datagram.count <= Limits.earlyBytes
            {
                handshake.held.append((path, datagram.array))
                handshake.heldBytes += datagram.count
                emit(.datagramHeld(.dtls, path), at: now)
            } else {
                noteStranger(.dtls, path, at: now)
            }
            return
        }
        agent.noteReceived(bytes: datagram.count, on: path, at: now)
        feedDTLS(datagram, from: path, at: now, into: &outbox)
    }

    private func feedDTLS(_ datagram: Span<UInt8>, from path: Path, at now: Instant, into outbox: inout Outbox) {
        guard let connection = startedConnection(on: path, at: now, into: &outbox) else { return }
        // Replies go where media would go: the selected pair, before nomination the best valid one.
        let way = agent.selectedPath ?? path
        sending(on: way, at: now, into: &outbox) { outbox in
            connection.handle(datagram, at: now, on: way, into: &outbox) { plaintext in
                receiveSCTP(plaintext, at: now)
            }
        }
    }

    /// The connection, made and started when a path is first good for it; nil when it can't be made. Its own deadline of
    /// thirty seconds runs from here (SECURITY C4).
    func startedConnection(on path: Path, at now: Instant, into outbox: inout Outbox) -> DTLS.Connection? {
        if let connection = handshake.connection { return connection }
        guard let remote, handshake.state == .new else { return nil }
        // Twice the round trip, as ICE has just measured it, but never so short that a busy peer gets everything twice.
        let roundTrip = agent.pairs.first { $0.path == path }?.currentRoundTripTime ?? .milliseconds(100)
        let initialTimeout = min(max(roundTrip * 2, .milliseconds(50)), .seconds(1))
        do {
            let connection = try DTLS.Connection(
                role: remote.dtlsRole, identity: configuration.identity, expectedFingerprints: remote.fingerprints,
                requiresSRTP: remote.hasMedia, initialTimeout: initialTimeout)
            handshake.connection = connection
            sending(on: path, at: now, into: &outbox) { outbox in
                connection.start(at: now, on: path, into: &outbox)
            }
            return connection
        } catch {
            close(.dtlsFailed, detail: "\(error)", at: now, into: &outbox)
            return nil
        }
    }

    /// A pair became valid: DTLS may begin, and what was held from that path is let in.
    func pathBecameValid(_ path: Path, at now: Instant, into outbox: inout Outbox) {
        guard startedConnection(on: path, at: now, into: &outbox) != nil else { return }
        guard !handshake.held.isEmpty else { return }
        let ready = handshake.held.filter { $0.path == path }
        handshake.held.removeAll { $0.path == path }
        for datagram in ready {
            handshake.heldBytes -= datagram.bytes.count
            agent.noteReceived(bytes: datagram.bytes.count, on: path, at: now)
            feedDTLS(datagram.bytes.span, from: path, at: now, into: &outbox)
        }
    }

    func handshakeTimeout(at now: Instant, into outbox: inout Outbox) {
        guard let connection = handshake.connection else { return }
        if let due = connection.nextDeadline, due <= now, let path = agent.selectedPath {
            sending(on: path, at: now, into: &outbox) { outbox in
                connection.handleTimeout(at: now, on: path, into: &outbox)
            }
        }
    }

    /// Runs `body`, and counts what it adds to the outbox as sent on `path`'s pair.
    func sending(on path: Path, at now: Instant, into outbox: inout Outbox, _ body: (inout Outbox) -> Void) {
        let before = outbox.datagrams.count
        body(&outbox)
        for datagram in outbox.datagrams[before...] {
            agent.noteSent(bytes: datagram.count, on: path, at: now)
        }
    }

    func endHandshake(sayGoodbye: Bool, at now: Instant, into outbox: inout Outbox) {
        if let connection = handshake.connection, sayGoodbye, let path = agent.selectedPath {
            sending(on: path, at: now, into: &outbox) { outbox in
                connection.close(at: now, on: path, into: &outbox)
            }
        }
        handshake.held = []
        while let event = handshake.connection?.nextEvent() { emit(.dtls(event), at: now) }
        let last: DTLS.State = handshake.connection?.state == .failed ? .failed : .closed
        change(.dtls, from: handshake.state.rawValue, to: last.rawValue, at: now, cause: nil)
        handshake.state = last
    }
}

extension PeerConnection {
    /// Takes the facts of the connection.
    /// - Returns: whether there were any.
    func takeDTLSEvents(at now: Instant, into outbox: inout Outbox) -> Bool {
        guard let connection = handshake.connection else { return false }
        var moved = false
        while closeReason == nil, let event = connection.nextEvent() {
            moved = true
            emit(.dtls(event), at: now)
            switch event {
            case .stateChanged(let state):
                change(.dtls, from: handshake.state.rawValue, to: state.rawValue, at: now, cause: nil)
                handshake.state = state
                updateConnectionState(at: now, cause: "dtls-\(state.rawValue)")
            case .connected:
                connectedAssociation(at: now)
            case .failed(let reason):
                close(.dtlsFailed, detail: "The DTLS handshake failed: \(reason).", at: now, into: &outbox)
            case .closed(byPeer: true):
                close(.closedByPeer, at: now, into: &outbox)
            case .clientHello, .message, .retransmitted, .alertReceived, .alertSent, .restarted, .closed(byPeer: false):
                break
            }
        }
        return moved
    }
}
