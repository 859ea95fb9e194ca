internal import Crypt
internal import DTLS
internal import ICE
internal import Inspection
internal import Peer
internal import SCTP
internal import SDP
internal import Wire

/// Makes the record of a live session from its peer and its chronicle: a copy of every fact, each said once.
extension Session {
    /// Every fact of the session, now; without addresses of the peer where the operator wants none.
    func record(at now: Instant) -> Record { isMasked ? plainRecord(at: now).masked() : plainRecord(at: now) }

    private func plainRecord(at now: Instant) -> Record {
        var record = base
        let offset = chronicle.offset(now)
        record.takenAt = offset
        record.phases = chronicle.timeline.phases
        record.events = chronicle.timeline.events
        record.eventsDropped = chronicle.timeline.dropped
        record.evidence = chronicle.evidence
        record.signalingState = Inspection.SignalingState(rawValue: peer.signalingState.rawValue) ?? .new
        record.gatheringState = Inspection.GatheringState(rawValue: peer.gatheringState.rawValue) ?? .new
        record.connectionState = Inspection.ConnectionState(rawValue: peer.connectionState.rawValue) ?? .new
        record.connectivity = connectivity()
        record.handshake = handshake()
        record.association = association()
        record.channels = channels()
        record.counters = counters(of: record)
        record.quality = quality(at: now)
        if let reason = peer.closeReason {
            let code = Record.Reason.Code(reason)
            record.endedAt = endedAt.map(chronicle.offset) ?? offset
            record.reason = Record.Reason(code, text: closeDetail)
            record.outcome = Record.Outcome(reason: code, everConnected: record.phases.connected != nil)
        }
        return record
    }

    // MARK: ICE

    private func connectivity() -> Record.Connectivity {
        let agent = peer.agent
        var facts = Record.Connectivity()
        facts.role = agent.role == .controlling ? .controlling : .controlled
        facts.state = Inspection.ICEState(rawValue: agent.state.rawValue) ?? .new
        facts.usernameFragment = agent.localCredentials.ufrag
        facts.remote.usernameFragment = agent.remoteCredentials?.ufrag
        facts.remote.isLite = agent.isRemoteLite
        facts.remote.canTrickle = peer.remote?.supportsTrickle ?? false
        facts.remote.hasEndOfCandidates = agent.hasEndOfRemoteCandidates
        facts.localCandidates = agent.localCandidates.map { candidate in
            var shown = Record.Candidate(candidate)
            shown.usernameFragment = facts.usernameFragment
            return shown
        }
        facts.remoteCandidates = agent.remoteCandidates.map { remote in
            var shown = Record.Candidate(remote.candidate)
            shown.usernameFragment = facts.remote.usernameFragment
            (shown.disposition, shown.dispositionReason) = remote.disposition.shown
            return shown
        }
        facts.pairs = agent.pairs.map { Record.Pair($0, chronicle) }
        facts.selectedPairId = (agent.selectedPair?.id ?? chronicle.facts.lastSelectedPair)?.description
        facts.selectedPairChanges = Int(clamping: agent.counters.selectedPairChanges)
        facts.restarts = agent.generation
        facts.roleConflicts = Int(clamping: agent.counters.roleChanges)
        let rejected = agent.counters.requestsRejected
        facts.rejectedRequests.wrongPassword = rejected.count(of: .wrongPassword)
        facts.rejectedRequests.unknownUsername = rejected.count(of: .unknownUsername, .staleUsername)
        facts.rejectedRequests.noIntegrity = rejected.count(of: .noIntegrity)
        facts.rejectedRequests.malformed = rejected.count(of: .malformed, .wrongFingerprint, .unknownAttributes, .badRequest, .notBinding)
        facts.candidatesDropped = chronicle.facts.candidatesDropped
        facts.pairsDropped = Int(clamping: agent.counters.pairsPruned)
        facts.lastConsentAt =
            chronicle.facts.lastConsentAt ?? agent.selectedPair?.lastResponseReceived.map(chronicle.offset)
        return facts
    }

    // MARK: Channels

    private func channels() -> [Record.Channel] {
        let open = peer.association?.channels ?? []
        return chronicle.facts.closedChannels + open.map { Record.Channel($0, openedAt: chronicle.facts.channelOpenedAt[$0.number]) }
    }

    private func association() -> Record.Association? {
        guard let remote = peer.remote, remote.hasData else { return nil }
        var facts = Record.Association()
        facts.remotePort = remote.sctpPort ?? SCTP.Association.defaultPort
        facts.maxMessageSize = Int(clamping: remote.maxMessageSize)
        facts.isInitSeen = chronicle.facts.isInitSeen
        facts.strayPort = chronicle.facts.strayPort
        facts.failure = chronicle.facts.associationFailure
        guard let association = peer.association else { return facts }
        facts.state = Inspection.SCTPState(rawValue: association.state.rawValue) ?? .new
        facts.localPort = association.localPort
        let numbers = association.statistics
        facts.packetsSent = Int(clamping: numbers.packetsSent)
        facts.packetsReceived = Int(clamping: numbers.packetsReceived)
        facts.smoothedRoundTripTime = numbers.smoothedRoundTripTime.map { $0.nanoseconds / 1000 }
        if association.state == .connected {
            facts.congestionWindow = Int(numbers.congestionWindow)
            facts.receiverWindow = Int(numbers.receiverWindow)
            facts.mtu = Int(numbers.mtu)
            facts.unackedData = Int(numbers.unacknowledgedChunks)
        }
        return facts
    }

    // MARK: Sums

    private func counters(of record: Record) -> Record.Counters {
        var sums = Record.Counters()
        sums.packetsSent = traffic.packetsSent
        sums.packetsReceived = traffic.packetsReceived
        sums.bytesSent = traffic.bytesSent
        sums.bytesReceived = traffic.bytesReceived
        sums.strangersDropped = peer.strangersDropped
        if let association = peer.association {
            sums.dataChannelsOpened = Int(clamping: association.statistics.channelsOpened)
            sums.dataChannelsClosed = Int(clamping: association.statistics.channelsClosed)
        }
        sums.messagesSent = chronicle.facts.messagesOfClosedChannels.sent
        sums.messagesReceived = chronicle.facts.messagesOfClosedChannels.received
        for channel in peer.association?.channels ?? [] {
            sums.messagesSent += Int(clamping: channel.messagesSent)
            sums.messagesReceived += Int(clamping: channel.messagesReceived)
        }
        return sums
    }
}

extension [RejectedRequest: UInt64] {
    fileprivate func count(of reasons: RejectedRequest...) -> Int {
        reasons.reduce(0) { $0 + Int(clamping: self[$1] ?? 0) }
    }
}

extension Disposition {
    /// As the JSON says it, with words for why.
    var shown: (Record.Candidate.Disposition, String?) {
        switch self {
        case .paired: (.paired, nil)
        case .redundant: (.redundant, nil)
        case .setAside(let why): (.setAside, why.words)
        case .refused(let why): (.refused, why.words)
        }
    }
}

extension Record.Candidate {
    init(_ candidate: ICE.Candidate) {
        let kind: Kind =
            switch candidate.kind {
            case .host: .host
            case .serverReflexive: .srflx
            case .peerReflexive: .prflx
            case .relayed: .relay
            }
        self.init(
            id: candidate.id, kind: kind, transport: candidate.transport == .udp ? "udp" : "tcp",
            host: candidate.hostname.map { .name($0) } ?? .address(candidate.address.ip), port: candidate.address.port,
            priority: candidate.priority, foundation: candidate.foundation, tcpType: candidate.tcpType?.rawValue,
            relatedAddress: candidate.relatedAddress.map { .address($0.ip) }, relatedPort: candidate.relatedAddress?.port)
    }
}

extension Record.Pair {
    init(_ pair: ICE.CandidatePair, _ chronicle: Chronicle) {
        let local = Record.Candidate(pair.local)
        let remote = Record.Candidate(pair.remote)
        let state: State =
            switch pair.state {
            case .waiting: .waiting
            case .inProgress: .inProgress
            case .succeeded: .succeeded
            case .failed: .failed
            }
        self.init(
            id: pair.id.description, localCandidateId: local.id, remoteCandidateId: remote.id,
            local: Endpoint(pair.path.local), remote: Endpoint(pair.path.remote), localKind: local.kind, remoteKind: remote.kind,
            state: state)
        isNominated = pair.isNominated
        priority = pair.priority
        requestsSent = Int(clamping: pair.requestsSent)
        requestsReceived = Int(clamping: pair.requestsReceived)
        responsesSent = Int(clamping: pair.responsesSent)
        responsesReceived = Int(clamping: pair.responsesReceived)
        consentRequestsSent = Int(clamping: pair.consentRequestsSent)
        currentRoundTripTime = pair.currentRoundTripTime.map { $0.nanoseconds / 1000 }
        totalRoundTripTime = pair.totalRoundTripTime.nanoseconds / 1000
        packetsSent = Int(clamping: pair.packetsSent)
        packetsReceived = Int(clamping: pair.packetsReceived)
        bytesSent = Int(clamping: pair.bytesSent)
        bytesReceived = Int(clamping: pair.bytesReceived)
        lastPacketSentAt = pair.lastPacketSent.map(chronicle.offset)
        lastPacketReceivedAt = pair.lastPacketReceived.map(chronicle.offset)
        if let discarded = chronicle.facts.discarded[pair.path] {
            packetsDiscardedOnSend = discarded.packets
            bytesDiscardedOnSend = discarded.bytes
        }
        if let error = pair.lastError {
            lastError = Failure(code: Int(error.code), text: error.reason)
        } else if let failure = pair.failure {
            lastError = Failure(code: 0, text: ICE.PairCause.failure(failure).words)
        }
    }
}

extension Record.Channel {
    init(_ channel: SCTP.Channel, openedAt: Int64?, closedAt: Int64? = nil) {
        self.init(
            id: "D\(channel.number + 1)", identifier: channel.id.rawValue, label: channel.label, subprotocol: channel.protocol,
            state: Inspection.ChannelState(rawValue: channel.state.rawValue) ?? .closed)
        isOrdered = channel.isOrdered
        switch channel.reliability {
        case .reliable: break
        case .maxRetransmits(let count): maxRetransmits = Int(count)
        case .maxPacketLifeTime(let milliseconds): maxPacketLifeTimeMs = Int(milliseconds)
        }
        isNegotiated = channel.isNegotiated
        messagesSent = Int(clamping: channel.messagesSent)
        messagesReceived = Int(clamping: channel.messagesReceived)
        bytesSent = Int(clamping: channel.bytesSent)
        bytesReceived = Int(clamping: channel.bytesReceived)
        bufferedAmount = channel.bufferedAmount
        self.openedAt = openedAt
        self.closedAt = closedAt
    }
}

extension Record.Reason.Code {
    init(_ reason: Peer.CloseReason) {
        self =
            switch reason {
            case .closedByDelete: .closedByDelete
            case .closedByPeer: .closedByPeer
            case .consentExpired: .consentExpired
            case .iceFailed: .iceFailed
            case .neverConnected: .neverConnected
            case .dtlsFailed: .dtlsFailed
            case .sctpFailed: .sctpFailed
            case .serverStopped: .serverStopped
            }
    }
}
