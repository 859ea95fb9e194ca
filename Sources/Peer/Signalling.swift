internal import Crypt
public import ICE
public import SDP
public import Wire

/// What an offer of ours shall have.
public struct OfferedSections: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let data = OfferedSections(rawValue: 1)
    public static let audio = OfferedSections(rawValue: 2)
    public static let video = OfferedSections(rawValue: 4)
}

/// Descriptions and candidates: what is signalled.
extension PeerConnection {
    /// A peer that answers an offer.
    ///
    /// - Throws: why the offer can't be answered; nothing was made then.
    public convenience init(
        answering offer: SessionDescription, configuration: Configuration, random: RandomSource, at now: Instant
    ) throws(Refusal) {
        var random = random
        let credentials = ICE.Credentials.random(&random)
        let (answer, remote) = try Negotiation.answer(
            to: offer, with: LocalParameters(configuration, credentials, sessionID: random.next() >> 2))
        // RFC 8445 §6.1.1: "the agent that generated the offer which started the ICE processing MUST take the controlling
        // role"; a lite agent never does.
        self.init(
            configuration: configuration, remote: remote, localDescription: answer,
            role: remote.isLite ? .controlling : .controlled, credentials: credentials, random: random, at: now)
        change(.signaling, from: SignalingState.stable.rawValue, to: SignalingState.haveRemoteOffer.rawValue, at: now, cause: "offer")
        gather(at: now)
        takeRemote(remote, at: now)
        change(.signaling, from: SignalingState.haveRemoteOffer.rawValue, to: SignalingState.stable.rawValue, at: now, cause: "answer")
    }

    /// A peer that offers; `accept` takes the answer.
    public convenience init(
        offering sections: OfferedSections, configuration: Configuration, random: RandomSource, at now: Instant
    ) {
        var random = random
        let credentials = ICE.Credentials.random(&random)
        let offer = Negotiation.offer(
            with: LocalParameters(configuration, credentials, sessionID: random.next() >> 2), data: sections.contains(.data),
            audio: sections.contains(.audio), video: sections.contains(.video))
        self.init(
            configuration: configuration, remote: nil, localDescription: offer, role: .controlling,
            credentials: credentials, random: random, at: now)
        change(.signaling, from: SignalingState.stable.rawValue, to: SignalingState.haveLocalOffer.rawValue, at: now, cause: "offer")
        signalingState = .haveLocalOffer
        gather(at: now)
    }

    /// The answer to our offer.
    ///
    /// - Throws: why it can't be taken; the peer stays as it was.
    public func accept(answer: SessionDescription, at now: Instant, into outbox: inout Outbox) throws(Refusal) {
        guard signalingState == .haveLocalOffer else {
            throw Refusal(
                .answerMismatch, line: nil, section: "RFC 9429 §4.1.8",
                "No answer is awaited: the signaling state is \(signalingState.rawValue).")
        }
        let remote = try Negotiation.accept(answer: answer, to: localDescription)
        self.remote = remote
        change(.signaling, from: signalingState.rawValue, to: SignalingState.stable.rawValue, at: now, cause: "answer")
        signalingState = .stable
        takeRemote(remote, at: now)
        settle(at: now, into: &outbox)
    }

    /// Candidates belong to sockets that were there before the peer, so gathering is over when it begins; a client waits for
    /// the words all the same.
    private func gather(at now: Instant) {
        change(.gathering, from: "new", to: "gathering", at: now, cause: nil)
        change(.gathering, from: "gathering", to: "complete", at: now, cause: nil)
        gatheringState = .complete
    }

    private func takeRemote(_ remote: RemoteParameters, at now: Instant) {
        agent.setRemote(
            credentials: ICE.Credentials(ufrag: remote.ufrag, password: remote.password), isLite: remote.isLite, at: now)
        for signalled in remote.candidates {
            _ = agent.addRemoteCandidate(ICE.Candidate(signalled.candidate), at: now)
        }
        if remote.endOfCandidates { agent.setRemoteEndOfCandidates(at: now) }
        // The facts of this moment stand before those of the first check. Nothing is sent by reading them.
        var nothing = Outbox()
        _ = takeICEEvents(at: now, into: &nothing)
    }

    /// Trickled candidates (RFC 8838).
    ///
    /// - Returns: what became of each, in order.
    @discardableResult
    public func addRemoteCandidates(
        _ candidates: [CandidateAttribute], endOfCandidates: Bool, at now: Instant, into outbox: inout Outbox
    ) -> [Disposition] {
        guard closeReason == nil else { return candidates.map { _ in .refused(.agentEnded) } }
        let dispositions = candidates.map { agent.addRemoteCandidate(ICE.Candidate($0), at: now) }
        if endOfCandidates { agent.setRemoteEndOfCandidates(at: now) }
        settle(at: now, into: &outbox)
        return dispositions
    }

    /// Restarts ICE with the other end's new credentials (RFC 8445 §9, RFC 9725 §4.3.3).
    ///
    /// Data keeps going on the old pair until a new one is selected.
    /// - Parameter update: what `Negotiation.interpret` made of the fragment.
    /// - Returns: our fragment, with new credentials and all our candidates.
    public func restart(with update: RemoteParameters, at now: Instant, into outbox: inout Outbox) -> Fragment {
        let local = ICE.Credentials.random(&random)
        adopt(local, with: update, at: now, into: &outbox)
        return Negotiation.restartAnswer(with: LocalParameters(configuration, local, sessionID: 0), for: update)
    }
}

extension PeerConnection {
    /// The offering side of a restart: our new credentials, and what the other end answered to them.
    public func adopt(
        _ credentials: ICE.Credentials, with update: RemoteParameters, at now: Instant, into outbox: inout Outbox
    ) {
        setupBegan = now
        setupDeadline = now + configuration.setupDeadline
        handshake.held = []
        handshake.heldBytes = 0
        remote = update
        agent.restart(local: credentials, remote: ICE.Credentials(ufrag: update.ufrag, password: update.password), at: now)
        addRemoteCandidates(
            update.candidates.map(\.candidate), endOfCandidates: update.endOfCandidates, at: now, into: &outbox)
    }
}

extension LocalParameters {
    init(_ configuration: PeerConnection.Configuration, _ credentials: ICE.Credentials, sessionID: UInt64) {
        self.init(
            ufrag: credentials.ufrag, password: credentials.password,
            fingerprint: configuration.identity.fingerprint.description,
            candidates: configuration.localCandidates.map(CandidateAttribute.init), sessionID: sessionID,
            maxMessageSize: UInt64(Limits.messageBytes))
    }
}

extension ICE.Candidate {
    /// A signalled candidate as ICE takes it; a name stays a name.
    public init(_ line: CandidateAttribute) {
        let name: String? = if case .name(let name) = line.host { name } else { nil }
        self.init(
            // The raw values of both are those of RFC 8839 §5.1.
            kind: Kind(rawValue: line.kind.rawValue) ?? .host,
            address: TransportAddress(line.host.address ?? IPAddress(v4: 0), line.port), priority: line.priority,
            foundation: line.foundation, component: Int(line.component), transport: line.transport == .udp ? .udp : .tcp,
            tcpType: line.tcpType.flatMap { TCPType(rawValue: $0.rawValue) },
            relatedAddress: line.relatedAddress?.address.map { TransportAddress($0, line.relatedPort ?? 0) },
            hostname: name)
    }
}

extension CandidateAttribute {
    /// One of our candidates as it is signalled.
    public init(_ candidate: ICE.Candidate) {
        self.init(
            foundation: candidate.foundation, component: UInt32(clamping: candidate.component),
            transport: candidate.transport == .udp ? .udp : .tcp, priority: candidate.priority,
            host: .address(candidate.address.ip), port: candidate.address.port,
            kind: Kind(rawValue: candidate.kind.rawValue) ?? .host,
            relatedAddress: candidate.relatedAddress.map { .address($0.ip) }, relatedPort: candidate.relatedAddress?.port,
            tcpType: candidate.tcpType.flatMap { TCPType(rawValue: $0.rawValue) })
    }
}
