internal import CShims
internal import Crypt
internal import Wire

// The handshake: input through the gate, output and notes out of the library, and its end.
extension Connection {
    /// How many broken first messages a server forgives.
    public static let restartsLimit = 8
    /// Bytes of a record that is held before the handshake ends: a datagram's.
    private static let earlyRecordLimit = 1500

    func makeMachine() -> Bool {
        machine = Machine(context: context, role: role, requiresSRTP: requiresSRTP, initialTimeout: initialTimeout, judge: judgeCertificate)
        if machine == nil { end(.failed, .failed(.internalError("no memory for a connection"))) }
        return machine != nil
    }

    func handleConnecting(
        _ datagram: Span<UInt8>, at now: Instant, on path: Path, into outbox: inout Outbox, deliver: (Span<UInt8>) -> Void
    ) {
        var records = RecordReader(datagram)
        while state == .connecting || state == .connected, let record = records.next() {
            switch gate.admit(record, payload: datagram.extracting(record.payload)) {
            case .pass where record.epoch == 0:
                // A record in the clear cannot be meant for a connection that is.
                guard state == .connecting else { continue }
                let copy = gate.renumbered(datagram.extracting(record.record))
                feed(copy.span, at: now, on: path, into: &outbox, deliver: deliver)
            case .pass where state == .connecting && record.contentType == .applicationData:
                holdEarlyData(datagram.extracting(record.record))
            case .pass:
                feed(datagram.extracting(record.record), at: now, on: path, into: &outbox, deliver: deliver)
            case .malformed: counters.malformed += 1
            case .unexpected: counters.unexpected += 1
            case .overLimit: counters.overLimit += 1
            case .certificateTooLarge(let bytes): noteDoubt(.certificateRejected(.tooLarge(bytes: bytes)), at: now)
            case .alert(let alert):
                note(.alertReceived(alert, isAuthenticated: false))
                // RFC 5246 §7.2.2: a fatal alert ends the connection; §7.2.1: so does close_notify. If it is the peer's.
                if alert.level == .fatal || alert.code == Alert.closeNotify { noteDoubt(.peerAlert(alert), at: now) }
            }
        }
        if records.isMalformed { counters.malformed += 1 }
        while state == .connected, !earlyData.isEmpty {
            let record = earlyData.removeFirst()
            feed(record.span, at: now, on: path, into: &outbox, deliver: deliver)
        }
    }

    /// Keeps a record of application data that came before the peer's last flight did.
    ///
    /// A server may send with its last flight; where that is lost or overtaken, the library would drop what comes, and the
    /// first message of SCTP would be missing for seconds. It stays encrypted until then, and may yet prove forged.
    private func holdEarlyData(_ record: Span<UInt8>) {
        guard earlyData.count < Limits.earlyDatagrams, record.count <= Self.earlyRecordLimit else {
            counters.overLimit += 1
            return
        }
        earlyData.append(record.array)
    }

    func handleConnected(
        _ datagram: Span<UInt8>, at now: Instant, on path: Path, into outbox: inout Outbox, deliver: (Span<UInt8>) -> Void
    ) {
        var records = RecordReader(datagram)
        guard let first = records.next() else {
            counters.malformed += 1
            return
        }
        if first.epoch == 0 { counters.unexpected += 1 }
        feed(datagram, at: now, on: path, into: &outbox, deliver: deliver)
    }

    private func feed(
        _ datagram: Span<UInt8>, at now: Instant, on path: Path, into outbox: inout Outbox, deliver: (Span<UInt8>) -> Void
    ) {
        guard let machine else { return }
        machine.lend(datagram, of: self) {
            pump(machine, at: now, on: path, into: &outbox, deliver: deliver)
        }
    }

    /// Drives the library until it wants more input.
    func pump(_ machine: Machine, at now: Instant, on path: Path, into outbox: inout Outbox, deliver: (Span<UInt8>) -> Void) {
        let wasConnecting = state == .connecting
        if wasConnecting {
            let outcome = machine.handshake(at: now)
            let error = Machine.error()
            let isProgress = takeNotes()
            switch outcome {
            case .done:
                takeOutput(on: path, into: &outbox)
                becomeConnected(machine, at: now, on: path, into: &outbox)
            case .wantsMore:
                takeOutput(on: path, into: &outbox)
                retransmitAt = machine.retransmission(after: now)
                if isProgress { doubt = nil }
            case .failed, .closedByPeer:
                handshakeFailed(reason(machine, error), at: now, on: path, into: &outbox)
            }
        }
        if state == .connected { read(machine, at: now, on: path, into: &outbox, deliver: deliver) }
        // Media go beside DTLS: where no data channel is used, no record will follow that wants the buffers.
        if wasConnecting, state == .connected { machine.releaseBuffers() }
    }

    private func read(_ machine: Machine, at now: Instant, on path: Path, into outbox: inout Outbox, deliver: (Span<UInt8>) -> Void) {
        guard let buffer = shim_dtls_borrow_buffer() else { return }
        defer { shim_dtls_return_buffer(buffer) }
        while state == .connected {
            let (outcome, count) = machine.read(into: buffer, at: now)
            let error = Machine.error()
            takeNotes()
            takeOutput(on: path, into: &outbox)
            switch outcome {
            case .done:
                // unsafe: the buffer is ours until the defer, and the span ends with the call.
                if count > 0 { deliver(Span(_unsafeStart: buffer, count: count)) }
            case .wantsMore: return
            case .closedByPeer:
                // RFC 5246 §7.2.1: "The other party MUST respond with a close_notify alert of its own".
                if machine.close(at: now) == .done { takeNotes() }
                takeOutput(on: path, into: &outbox)
                end(.closed, .closed(byPeer: true))
            case .failed: fail(reason(machine, error), on: path, into: &outbox)
            }
        }
    }

    func resend(_ machine: Machine, at now: Instant, on path: Path, into outbox: inout Outbox) {
        let outcome = machine.handleTimeout(at: now)
        let error = Machine.error()
        takeNotes()
        takeOutput(on: path, into: &outbox)
        switch outcome {
        case .done:
            counters.retransmissions += 1
            note(.retransmitted(count: counters.retransmissions))
        case .wantsMore: break
        case .failed, .closedByPeer:
            fail(reason(machine, error), on: path, into: &outbox)
            return
        }
        retransmitAt = machine.retransmission(after: now)
    }

    /// Moves the last call's datagrams to the outbox.
    func takeOutput(on path: Path, into outbox: inout Outbox) {
        Machine.forEachOutput {
            counters.datagramsSent += 1
            counters.bytesSent += $0.count
            outbox.append($0, to: path)
        }
    }

    /// Moves the last call's notes to the events. True where a handshake message was taken in.
    @discardableResult
    func takeNotes() -> Bool {
        var isProgress = false
        if let hello = Machine.clientHello() {
            clientHello = hello
            note(.clientHello(hello))
        }
        Machine.forEachNote { entry in
            let isSent = entry.sent == 1
            switch ContentType(rawValue: entry.content_type) {
            case .handshake:
                let type = HandshakeType(rawValue: entry.first)
                if !isSent {
                    lastReceived = type
                    isProgress = true
                }
                if isSent, type == .serverHelloDone { isFirstFlightSent = true }
                note(.message(.init(isSent: isSent, type: type, count: Int(entry.count))))
            case .changeCipherSpec: note(.message(.init(isSent: isSent, type: nil, count: Int(entry.count))))
            case .alert:
                guard let alert = Alert(level: entry.first, code: entry.second) else { return }
                note(isSent ? .alertSent(alert) : .alertReceived(alert, isAuthenticated: true))
            default: break
            }
        }
        return isProgress
    }

    private func becomeConnected(_ machine: Machine, at now: Instant, on path: Path, into outbox: inout Outbox) {
        // The certificate's judgement comes before the last message; without one nothing may be trusted.
        guard let certificate = verifiedCertificate, verdict == nil, let startedAt else {
            fail(verdict ?? .certificateRejected(.missing), on: path, into: &outbox)
            return
        }
        let cipher = machine.cipher
        let summary = Summary(
            role: role, version: machine.version, cipherSuite: cipher.number, cipherName: cipher.name, group: machine.group,
            srtpProfile: machine.srtpProfile, hasExtendedMasterSecret: machine.hasExtendedMasterSecret,
            localCertificate: identity.certificate, remoteCertificate: certificate, remoteKeyName: remoteKeyName,
            localFingerprint: identity.fingerprint,
            remoteFingerprint: Fingerprint(of: certificate.span), retransmissions: counters.retransmissions, duration: now - startedAt)
        guard !requiresSRTP || summary.srtpProfile != nil else {
            fail(.noSRTPProfile(offered: clientHello?.srtpProfiles ?? []), on: path, into: &outbox)
            return
        }
        self.summary = summary
        retransmitAt = nil
        doubt = nil
        heldAlert = []
        setState(.connected)
        note(.connected(summary))
    }

    /// Forgives a server's broken first message, which anyone could have sent, and ends the handshake over every other.
    private func handshakeFailed(_ reason: FailureReason, at now: Instant, on path: Path, into outbox: inout Outbox) {
        guard role == .server, !isFirstFlightSent, verdict == nil, counters.restarts < Self.restartsLimit else {
            takeOutput(on: path, into: &outbox)
            fail(reason, on: path, into: &outbox)
            return
        }
        // Nothing is said yet: the alert would end the handshake of a peer that did not send this.
        heldAlert = []
        Machine.forEachOutput { if heldAlert.isEmpty { heldAlert = $0.array } }
        noteDoubt(reason, at: now)
        counters.restarts += 1
        note(.restarted(reason))
        lastReceived = nil
        retransmitAt = nil
        _ = makeMachine()
    }

    private func noteDoubt(_ reason: FailureReason, at now: Instant) {
        guard state == .connecting, doubt == nil else { return }
        doubt = (reason, now + Self.doubtLimit)
    }

    func fail(_ reason: FailureReason, on path: Path, into outbox: inout Outbox) {
        if !heldAlert.isEmpty {
            counters.datagramsSent += 1
            counters.bytesSent += heldAlert.count
            outbox.append(heldAlert.span, to: path)
        }
        failure = reason
        end(.failed, .failed(reason))
    }

    /// The end, of either kind: the library's object goes, events and facts stay.
    func end(_ state: State, _ event: Event) {
        machine = nil
        retransmitAt = nil
        doubt = nil
        heldAlert = []
        earlyData = []
        if case .failed(let reason) = event { failure = reason }
        note(event)
        setState(state)
    }
}
