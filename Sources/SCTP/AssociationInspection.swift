internal import CUsrsctp
internal import Wire

extension Association {
    /// The numbers of the moment. Asks usrsctp: a microsecond or so.
    public var statistics: Statistics {
        var result = counters
        guard let status = socketStatus() else { return result }
        let path = status.sstat_primary
        result.smoothedRoundTripTime = path.spinfo_srtt > 0 ? .milliseconds(Int64(path.spinfo_srtt)) : nil
        result.retransmissionTimeout = path.spinfo_rto > 0 ? .milliseconds(Int64(path.spinfo_rto)) : nil
        result.congestionWindow = path.spinfo_cwnd
        result.mtu = path.spinfo_mtu
        result.receiverWindow = status.sstat_rwnd
        result.unacknowledgedChunks = status.sstat_unackdata
        result.pendingChunks = status.sstat_penddata
        return result
    }

    func socketStatus() -> sctp_status? {
        guard let socket, state == .connected else { return nil }
        var status = sctp_status()
        var size = socklen_t(MemoryLayout<sctp_status>.size)
        guard usrsctp_getsockopt(socket, Int32(IPPROTO_SCTP), SCTP_STATUS, &status, &size) == 0 else { return nil }
        return status
    }

    /// Looks at a packet of the peer's before usrsctp does.
    ///
    /// - Returns: whether it may start one of usrsctp's short timers; nil where usrsctp shall not have it.
    func inspectIncoming(_ packet: Span<UInt8>) -> Bool? {
        guard let type = SCTPPacket.firstChunkType(of: packet), let source = packet.uint16(at: 0),
            let destination = packet.uint16(at: 2)
        else { return nil }
        guard source == remotePort, destination == localPort else {
            if !hasToldPortMismatch {
                hasToldPortMismatch = true
                events.append(.portMismatch(source: source, destination: destination))
            }
            return nil
        }
        switch type {
        // A heartbeat is answered at once, and a SACK only stops timers: a thousand peers that do no more let the clock rest.
        case SCTPPacket.Chunk.selectiveAcknowledgement, SCTPPacket.Chunk.heartbeat, SCTPPacket.Chunk.heartbeatAcknowledgement:
            return false
        case SCTPPacket.Chunk.initiation:
            counters.initiationsReceived += 1
            guard counters.initiationsReceived <= Association.maximumInitiations else { return nil }
        case SCTPPacket.Chunk.reconfiguration:
            heldReconfigurations = isHeldBack ? heldReconfigurations + 1 : 0
            guard heldReconfigurations <= Association.maximumHeldReconfigurations else { return nil }
        case SCTPPacket.Chunk.initiationAcknowledgement, SCTPPacket.Chunk.abort, SCTPPacket.Chunk.error: break
        default: return true
        }
        SCTPPacket.forEachChunk(of: packet) { type, value in
            switch type {
            case SCTPPacket.Chunk.initiation:
                if let initiation = SCTPPacket.initiation(value) { events.append(.initiationReceived(initiation)) }
            case SCTPPacket.Chunk.initiationAcknowledgement:
                if let initiation = SCTPPacket.initiation(value) { events.append(.initiationAcknowledged(initiation)) }
            case SCTPPacket.Chunk.abort: abortReason = .abortedByPeer(SCTPPacket.causes(value))
            case SCTPPacket.Chunk.reconfiguration:
                if let additional = SCTPPacket.additionalStreams(value) { events.append(.streamsDenied(additional: additional)) }
            case SCTPPacket.Chunk.error: events.append(.errorReceived(SCTPPacket.causes(value)))
            default: break
            }
        }
        return true
    }

    private func reasonOfOwnAbort(_ causes: [ErrorCause]) -> Event.EndReason {
        guard stack.isFiringTimers else { return .abortedLocally(causes) }
        return state == .connecting ? .initiationTimedOut : .timedOut
    }

    /// Looks at a packet of ours.
    func inspectOutgoing(_ packet: Span<UInt8>) {
        switch SCTPPacket.firstChunkType(of: packet) {
        case SCTPPacket.Chunk.initiation:
            counters.initiationsSent += 1
            events.append(.initiationSent(attempt: counters.initiationsSent))
        case SCTPPacket.Chunk.cookieEcho:
            cookieEchoesSent += 1
            events.append(.cookieEchoSent(attempt: cookieEchoesSent))
        case SCTPPacket.Chunk.data: noteChunk(packet, at: SCTPPacket.headerBytes)
        // A packet of data begins with the acknowledgement of what came, where there is one.
        case SCTPPacket.Chunk.selectiveAcknowledgement:
            let length = packet.uint16(at: SCTPPacket.headerBytes + 2).map { (Int($0) + 3) & ~3 } ?? 0
            let next = SCTPPacket.headerBytes + length
            if next < packet.count, packet[next] == SCTPPacket.Chunk.data { noteChunk(packet, at: next) }
        case SCTPPacket.Chunk.shutdown: events.append(.shutdownSent)
        case SCTPPacket.Chunk.abort:
            SCTPPacket.forEachChunk(of: packet) { type, value in
                guard type == SCTPPacket.Chunk.abort else { return }
                let causes = SCTPPacket.causes(value)
                if abortReason == nil { abortReason = reasonOfOwnAbort(causes) }
                events.append(.abortSent(causes))
            }
        default: break
        }
    }

    /// Counts the first DATA chunk of a packet; one whose number was sent before is sent again (RFC 9260 §3.3.1).
    private func noteChunk(_ packet: Span<UInt8>, at offset: Int) {
        guard let number = packet.uint32(at: offset + SCTPPacket.chunkHeaderBytes) else { return }
        chunksSent &+= 1
        if let last = lastChunkSent, Int32(bitPattern: number &- last) <= 0 {
            chunksRetransmitted &+= 1
        } else {
            lastChunkSent = number
        }
    }
}
