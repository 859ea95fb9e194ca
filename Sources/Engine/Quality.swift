internal import ICE
internal import Inspection
internal import Peer
internal import SCTP
internal import Wire

/// How well a session's connection works, from what its rooms count anyway: nothing is measured for it on the way of a packet.
extension Session {
    func quality(at now: Instant) -> Record.Quality {
        var quality = Record.Quality()
        var total: Duration = .zero
        for pair in peer.agent.pairs {
            let heard = [pair.lastRequestReceived, pair.lastResponseReceived, pair.lastPacketReceived].compactMap { $0 }.max()
            if let heard { quality.lastHeardAt = max(quality.lastHeardAt ?? 0, chronicle.offset(heard)) }
            guard pair.responsesReceived > 0 else { continue }
            quality.checksSent += Int(clamping: pair.requestsSent &+ pair.retransmissionsSent &+ pair.consentRequestsSent)
            quality.checksAnswered += Int(clamping: pair.responsesReceived)
            guard let least = pair.minimumRoundTripTime, let most = pair.maximumRoundTripTime else { continue }
            total += pair.totalRoundTripTime
            quality.roundTrips += Int(clamping: pair.roundTripTimeMeasurements)
            quality.roundTripMinimum = min(quality.roundTripMinimum ?? .max, least.nanoseconds / 1000)
            quality.roundTripMaximum = max(quality.roundTripMaximum ?? 0, most.nanoseconds / 1000)
        }
        if quality.roundTrips > 0 { quality.roundTripMean = total.nanoseconds / 1000 / Int64(quality.roundTrips) }
        readTimeline(into: &quality)
        if let association = peer.association {
            quality.sctpChunksSent = Int(clamping: association.chunksSent)
            quality.sctpChunksRetransmitted = Int(clamping: association.chunksRetransmitted)
        }
        return quality
    }

    /// Interruptions and changes of path stand in the timeline already.
    private func readTimeline(into quality: inout Record.Quality) {
        guard let connected = chronicle.timeline.phases.connected else { return }
        var path: String?
        for event in chronicle.timeline.events {
            switch event.code {
            case .iceStateChanged where event.offset > connected:
                let isDoubted = event.data["to"] == ICE.State.disconnected.rawValue
                let last = quality.interruptions.indices.last
                if isDoubted, quality.interruptions.count < Record.Quality.limit {
                    quality.interruptions.append(Record.Quality.Interruption(start: event.offset))
                } else if let last, quality.interruptions[last].end == nil, event.data["to"] != ICE.State.closed.rawValue,
                    event.data["to"] != ICE.State.failed.rawValue
                {
                    quality.interruptions[last].end = event.offset
                }
            case .pairSelected:
                guard let pair = event.pairId, pair != path else { continue }
                if event.offset > connected, path != nil, quality.pathChanges.count < Record.Quality.limit {
                    quality.pathChanges.append(Record.Quality.PathChange(offset: event.offset, from: path, to: pair))
                }
                path = pair
            default: continue
            }
        }
    }
}
