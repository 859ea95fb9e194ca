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
        evidence.append(datagram, direction: direction, on: path, at: offset(now))
    }

    // MARK: Events of the gateway

    mutating func note(
        _ code: EventCode, at instant: Instant, text: String? = nil, cause: String? = nil, data: Facts = Facts()
    ) {
        timeline.append(code, at: offset(instant), text: text, cause: cause, data: data)
    }

    // MARK: Events of the peer

    /// Writes down one fact. `proof` is the number of the datagram that was being handled, where there was one; `sent` are those
    /// that left at the same time.
    mutating func write(_ event: PeerEvent, proof: Int?, sent: SentDatagrams) {
        let at = offset(event.at)
        let proof = proof.map { [$0] } ?? []
        switch event.kind {
        case .ice(let event): write(event.fact, at: at, proof: proof, sent: sent)
        case .dtls(let event): write(event, at: at, proof: proof, sent: sent)
        case .sctp(let event): write(event, at: at, proof: proof, sent: sent)
        case .stateChanged(let kind, let old, let new, let cause):
            timeline.append(kind.code, at: at, cause: cause, evidence: proof, data: ["from": .text(old), "to": .text(new)])
        case .strangerDropped(let kind, let path):
            timeline.append(
                .strangerDropped, at: at, evidence: proof, data: ["kind": .text(kind.word), "remote": .address(path.remote)])
        case .datagramHeld(let kind, let path):
            timeline.append(
                .datagramHeld, at: at, evidence: proof, data: ["kind": .text(kind.word), "remote": .address(path.remote)])
        case .ended(let reason, let detail):
            timeline.append(
                .sessionEnded, at: at, text: detail, cause: Record.Reason.Code(reason).rawValue)
        }
    }

    private mutating func write(_ fact: ICE.Fact, at: Int64, proof: [Int], sent: SentDatagrams) {
        switch fact {
        case .stateChanged:
            // The peer's own state change says it.
            break
        case .remoteCredentials:
            break
        case .remoteCandidate(let candidate, let disposition):
            write(candidate, disposition, at: at, proof: proof)
        case .remoteEndOfCandidates:
            timeline.append(.endOfCandidates, at: at)
        case .localCandidate(let candidate):
            timeline.append(
                .localCandidateAdded, at: at, candidate: candidate.id, evidence: proof,
                data: ["type": .text(candidate.kind.rawValue), "address": .address(candidate.address)])
        case .pairCreated(let id, let local, let remote, let priority):
            timeline.append(
                .pairCreated, at: at, pair: id.description,
                data: ["local": .address(local.address), "remote": remote.place, "priority": Facts.Value(priority)])
        case .pairStateChanged(let id, _, let state, let cause):
            write(id, state, cause, at: at, proof: proof)
        case .checkSent(let id, let transaction, let kind, let attempt):
            guard attempt == 1, facts.checkedPairs.insert(id).inserted else { return }
            timeline.append(
                .checkSent, at: at, cause: kind.words, pair: id.description, evidence: sent.numbers(of: transaction))
        case .checkReceived(let id, _, let useCandidate):
            guard facts.heardPairs.insert(id).inserted else { return }
            timeline.append(
                .checkReceived, at: at, pair: id.description, evidence: proof, data: useCandidate ? ["useCandidate": "true"] : Facts())
        case .checkAnswered:
            break
        case .checkRefused(let id, _, let code, let reason, let isAuthenticated):
            timeline.append(
                .checkErrorReceived, at: at,
                cause: isAuthenticated ? nil : "not authenticated, so only a hint", pair: id.description, evidence: proof,
                data: ["code": Facts.Value(code), "reason": .text(reason)])
        case .requestRejected(let why, let path):
            timeline.append(
                why.code, at: at, cause: why.rawValue, evidence: proof, data: ["remote": .address(path.remote)])
        case .responseRejected(let why, let path):
            timeline.append(
                .responseRejected, at: at, cause: why.rawValue, evidence: proof, data: ["remote": .address(path.remote)])
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
                .roleConflict, at: at, cause: cause.rawValue, evidence: proof,
                data: ["from": .text(old.rawValue), "to": .text(new.rawValue)])
        case .consentLost(let id, let lastResponse):
            facts.lastConsentAt = offset(lastResponse)
            timeline.append(
                .consentExpired, at: at, pair: id.description, data: ["silenceMs": .number((at - offset(lastResponse)) / 1000)])
        case .consentRegained(let id):
            facts.lastConsentAt = nil
            timeline.append(.consentRegained, at: at, pair: id.description, evidence: proof)
        case .consentRevoked:
            break
        case .restarted(let generation, let local, let remote):
            facts.checkedPairs = []
            facts.heardPairs = []
            timeline.append(
                .iceRestarted, at: at,
                data: ["generation": Facts.Value(generation), "localUfrag": .text(local), "remoteUfrag": .text(remote)])
        case .patienceExpired:
            timeline.append(.patienceExpired, at: at)
        }
    }

    private mutating func write(_ candidate: ICE.Candidate, _ disposition: Disposition, at: Int64, proof: [Int]) {
        var data: Facts = ["type": .text(candidate.kind.rawValue), "address": candidate.place]
        let code: EventCode
        var cause: String?
        switch disposition {
        case .paired where candidate.kind == .peerReflexive: code = .peerReflexiveDiscovered
        case .paired, .redundant: code = .remoteCandidateAdded
        case .setAside(let why):
            code = .remoteCandidateSetAside
            cause = why.rawValue
            data.set("why", .text(why.words))
        case .refused(let why):
            if why == .tooMany { facts.candidatesDropped += 1 }
            code = .remoteCandidateRefused
            cause = why.rawValue
            data.set("why", .text(why.words))
        }
        timeline.append(code, at: at, cause: cause, candidate: candidate.id, evidence: proof, data: data)
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
            timeline.append(.pairFailed, at: at, cause: cause.words, pair: id.description, evidence: proof)
        case (.waiting, _), (.inProgress, _):
            break
        }
    }
}

extension ICE.Candidate {
    /// Its address, or the name that stands for it.
    fileprivate var place: Facts.Value { hostname.map(Facts.Value.text) ?? .address(address) }
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
    /// What the system refused to send, by path.
    private(set) var discarded: [Path: Discarded] = [:]
    /// Candidates of the peer beyond the limit.
    var candidatesDropped = 0

    struct Discarded {
        var packets = 0
        var bytes = 0
    }

    mutating func noteDiscarded(_ failure: PathFailure) {
        guard failure.datagrams > 0, discarded.count < Limits.candidatePairs || discarded[failure.path] != nil else { return }
        discarded[failure.path, default: Discarded()].packets += failure.datagrams
        discarded[failure.path, default: Discarded()].bytes += failure.bytes
    }
    /// The other sessions that checks of this one's peer named.
    var misnamed: Set<String> = []
}
