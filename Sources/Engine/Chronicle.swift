internal import DTLS
internal import ICE
internal import Inspection
internal import Peer
internal import SCTP
internal import Transport
internal import Wire

/// What is written down about one live session: its timeline and its evidence, from the facts of its peer.
///
/// It translates and judges nothing: causes are found later, by pure functions of the record.
struct Chronicle {
    var timeline = Timeline()
    private(set) var evidence = Evidence()
    /// The first byte of the request, on the loop's clock.
    let start: Instant
    /// Alerts, the failure and other facts that the peer itself does not keep.
    var facts = SessionFacts()

    init(start: Instant) { self.start = start }

    func offset(_ instant: Instant) -> Int64 { (instant - start).nanoseconds / 1000 }

    // MARK: Evidence

    /// Keeps a set-up datagram.
    /// - Returns: its number.
    mutating func keep(_ datagram: Span<UInt8>, _ direction: Evidence.Direction, on path: Path, at now: Instant) -> Int {
        evidence.append(datagram, direction: direction, on: path, at: offset(now), note: DatagramNote.words(for: datagram))
    }

    // MARK: Events of the gateway

    mutating func note(
        _ code: EventCode, at instant: Instant, text: String? = nil, cause: String? = nil, data: [(String, String)] = []
    ) {
        timeline.append(code, at: offset(instant), text: text, cause: cause, data: data)
    }

    // MARK: Events of the peer

    /// Writes down one fact. `proof` is the number of the datagram that was being handled, where there was one.
    mutating func write(_ event: PeerEvent, proof: Int?) {
        let at = offset(event.at)
        let proof = proof.map { [$0] } ?? []
        switch event.kind {
        case .ice(let event): write(event.fact, at: at, proof: proof)
        case .dtls(let event): write(event, at: at, proof: proof)
        case .sctp(let event): write(event, at: at)
        case .stateChanged(let kind, let old, let new, let cause):
            let (code, subject) = kind.words
            timeline.append(
                code, at: at, text: "The \(subject) went from \(old) to \(new).", cause: cause, data: [("from", old), ("to", new)])
        case .strangerDropped(let kind, let path):
            timeline.append(
                .strangerDropped, at: at, text: "A \(kind.word) datagram from \(path.remote) was dropped: no check has proved that path.",
                evidence: proof)
        case .datagramHeld(let kind, let path):
            timeline.append(
                .datagramHeld, at: at,
                text: "A \(kind.word) datagram from \(path.remote) came before our check of that path was answered; it is held until then.",
                evidence: proof)
        case .ended(let reason, let detail):
            timeline.append(
                .sessionEnded, at: at, text: detail ?? Record.Reason.Code(reason).sentence, cause: reason.rawValue)
        }
    }

    private mutating func write(_ fact: ICE.Fact, at: Int64, proof: [Int]) {
        switch fact {
        case .stateChanged:
            // The peer's own state change says it.
            break
        case .remoteCredentials:
            break
        case .remoteCandidate(let candidate, let disposition):
            write(candidate, disposition, at: at)
        case .remoteEndOfCandidates:
            timeline.append(.endOfCandidates, at: at)
        case .localCandidate(let candidate):
            timeline.append(
                .localCandidateAdded, at: at, text: "A check revealed an address of ours: \(candidate).", candidate: candidate.id)
        case .pairCreated(let id, let local, let remote, let priority):
            timeline.append(
                .pairCreated, at: at, text: "\(local.address) and \(remote.hostname ?? remote.address.description) were paired.",
                pair: id.description, data: [("priority", String(priority))])
        case .pairStateChanged(let id, _, let state, let cause):
            write(id, state, cause, at: at, proof: proof)
        case .checkSent(let id, _, let kind, let attempt):
            guard attempt == 1, facts.checkedPairs.insert(id).inserted else { return }
            timeline.append(.checkSent, at: at, cause: "\(kind.rawValue) check", pair: id.description)
        case .checkReceived(let id, _, let useCandidate):
            guard facts.heardPairs.insert(id).inserted else { return }
            timeline.append(
                .checkReceived, at: at, pair: id.description, evidence: proof, data: useCandidate ? [("useCandidate", "true")] : [])
        case .checkAnswered:
            break
        case .checkRefused(let id, _, let code, let reason, let isAuthenticated):
            timeline.append(
                .checkErrorReceived, at: at, text: "A check of ours was answered with error \(code) \(reason).",
                cause: isAuthenticated ? nil : "not authenticated, so only a hint", pair: id.description, evidence: proof,
                data: [("code", String(code))])
        case .requestRejected(let why, let path):
            timeline.append(
                why.code, at: at, text: "\(why.code.sentence) It came from \(path.remote).", cause: why.rawValue, evidence: proof)
        case .responseRejected(let why, let path):
            timeline.append(
                .responseRejected, at: at, text: "An answer from \(path.remote) was ignored.", cause: why.rawValue, evidence: proof)
        case .nominated(let id, let byUs):
            timeline.append(
                .pairNominated, at: at, cause: byUs ? "we chose it" : "the peer chose it", pair: id.description,
                evidence: proof)
        case .selected(let id, let previous):
            facts.lastSelectedPair = id
            facts.lastConsentAt = nil
            timeline.append(.pairSelected, at: at, cause: previous.map { "it replaces \($0)" }, pair: id.description, evidence: proof)
        case .roleChanged(let old, let new, let cause):
            timeline.append(
                .roleConflict, at: at, text: "Our ICE role went from \(old.rawValue) to \(new.rawValue).", cause: cause.rawValue,
                evidence: proof, data: [("from", old.rawValue), ("to", new.rawValue)])
        case .consentLost(let id, let lastResponse):
            facts.lastConsentAt = offset(lastResponse)
            timeline.append(
                .consentExpired, at: at,
                text: "No consent check was answered since \(Self.seconds(at - offset(lastResponse))) ago.", pair: id.description)
        case .consentRegained(let id):
            facts.lastConsentAt = nil
            timeline.append(.consentRegained, at: at, pair: id.description, evidence: proof)
        case .consentRevoked:
            break
        case .restarted(let generation, let local, let remote):
            facts.checkedPairs = []
            facts.heardPairs = []
            timeline.append(
                .iceRestarted, at: at, text: "ICE was restarted: our username fragment is now \(local), the peer's \(remote).",
                data: [("generation", String(generation))])
        case .patienceExpired:
            timeline.append(.patienceExpired, at: at)
        }
    }

    private mutating func write(_ candidate: ICE.Candidate, _ disposition: Disposition, at: Int64) {
        let place = "\(candidate.kind.rawValue) \(candidate.hostname ?? candidate.address.description)"
        switch disposition {
        case .paired where candidate.kind == .peerReflexive:
            timeline.append(
                .peerReflexiveDiscovered, at: at, text: "A check came from \(candidate.address), which the peer had not announced.",
                candidate: candidate.id)
        case .paired, .redundant:
            timeline.append(.remoteCandidateAdded, at: at, text: "The peer's candidate \(place) was added.", candidate: candidate.id)
        case .setAside(let why):
            timeline.append(
                .remoteCandidateSetAside, at: at, text: "The peer's candidate \(place) was set aside: \(why.words).",
                cause: why.rawValue, candidate: candidate.id)
        case .refused(let why):
            timeline.append(
                .remoteCandidateRefused, at: at, text: "The peer's candidate \(place) was refused: \(why.words).",
                cause: why.rawValue, candidate: candidate.id)
        }
    }

    private mutating func write(
        _ id: ICE.CandidatePair.ID, _ state: ICE.CandidatePair.State, _ cause: ICE.PairCause, at: Int64, proof: [Int]
    ) {
        switch (state, cause) {
        case (.succeeded, _):
            timeline.append(.pairSucceeded, at: at, pair: id.description, evidence: proof)
        case (.failed, .failure(.pruned)), (.failed, .failure(.superseded)):
            timeline.append(.pairPruned, at: at, cause: cause.words, pair: id.description)
        case (.failed, _):
            timeline.append(.pairFailed, at: at, text: "The pair failed: \(cause.words).", pair: id.description, evidence: proof)
        case (.waiting, _), (.inProgress, _):
            break
        }
    }

    private static func seconds(_ microseconds: Int64) -> String {
        let tenths = microseconds / 100_000
        return "\(tenths / 10).\(tenths % 10) s"
    }
}

/// Facts of a session that its peer reports once and does not keep.
struct SessionFacts {
    var checkedPairs: Set<ICE.CandidatePair.ID> = []
    var heardPairs: Set<ICE.CandidatePair.ID> = []
    /// What was sent on last, also after consent for it was lost.
    var lastSelectedPair: ICE.CandidatePair.ID?
    var lastConsentAt: Int64?
    var alertReceived: Record.Alert?
    var alertSent: Record.Alert?
    var handshakeFailure: Record.Handshake.Failure?
    var associationFailure: Record.Association.Failure?
    var clientHellosSeen = 0
    var remoteCertificate: Record.Certificate?
    var isInitSeen = false
    var strayPort: UInt16?
    /// Channels that closed, in order, at most as many as may be open; the oldest make room.
    var closedChannels: [Record.Channel] = []
    var channelOpenedAt: [Int: Int64] = [:]
    var messagesOfClosedChannels = (sent: 0, received: 0)
    /// What was told of datagrams that did not get through.
    var failedPaths: Set<PathFailure> = []
}
