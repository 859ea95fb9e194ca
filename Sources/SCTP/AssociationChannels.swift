internal import CUsrsctp
internal import Glibc
public import Wire

extension Association {
    /// Every channel that is not closed, by id.
    public var channels: [Channel] { table.records.map(\.channel) }

    /// One channel; nil where none of this id is there.
    public func channel(_ id: ChannelID) -> Channel? { table[id.rawValue]?.channel }

    /// How many channels are not closed.
    public var channelCount: Int { table.count }

    /// How many streams ids can be taken from: as announced, later as agreed.
    public var usableStreams: Int {
        guard let establishment else { return Int(streams) }
        return Int(min(establishment.outboundStreams, establishment.inboundStreams))
    }

    /// Makes a channel. It may be used at once; what is sent before the association is up waits.
    ///
    /// - Parameters:
    ///   - negotiatedID: the id that both ends agreed upon; nothing is sent to the peer then. nil: the lowest free id of our
    ///     parity, announced by DATA_CHANNEL_OPEN.
    /// - Returns: its id.
    public func openChannel(
        label: String, protocol: String = "", isOrdered: Bool = true, reliability: Channel.Reliability = .reliable,
        priority: UInt16 = 256, negotiatedID: ChannelID? = nil, at now: Instant
    ) throws(SCTPError) -> ChannelID {
        guard state != .closed, !isShutDownLocally else { throw .notConnected }
        guard table.count < Limits.dataChannels else { throw .tooManyChannels }
        guard label.utf8.count <= Limits.labelBytes, `protocol`.utf8.count <= Limits.labelBytes else { throw .labelTooLong }
        let id: ChannelID
        if let negotiatedID {
            id = negotiatedID
            guard Int(id.rawValue) < usableStreams else { throw .idBeyondStreams(id, streams: usableStreams) }
            guard table[id.rawValue] == nil else { throw .idInUse(id) }
        } else {
            guard let free = table.freeStream(parity: role == .client ? 0 : 1, limit: usableStreams) else { throw .noFreeID }
            id = ChannelID(rawValue: free)
        }
        let channel = Channel(
            number: table.takeNumber(), id: id, label: label, protocol: `protocol`, isLabelCut: false, isOrdered: isOrdered,
            reliability: reliability, priority: priority, opener: negotiatedID == nil ? .local : .negotiated,
            state: .connecting, isAcknowledged: negotiatedID != nil)
        let record = ChannelRecord(channel)
        table.insert(record)
        if negotiatedID == nil {
            let open = DCEP.Open(
                label: label, protocol: `protocol`, isOrdered: isOrdered, reliability: reliability, priority: priority)
            table.enqueue(.init(payloadProtocol: PayloadProtocol.control, bytes: DCEP.serialize(open), counted: 0), on: record)
        }
        if state == .connected {
            noteOpen(record)
            inCall { flush(at: now) }
        }
        return id
    }

    /// Closes a channel: what waits on it is still sent, then its stream is reset (RFC 8831 §6.7). Nothing happens where no open
    /// channel has this id.
    public func closeChannel(_ id: ChannelID, at now: Instant) {
        guard let record = table[id.rawValue], record.channel.state == .open || record.channel.state == .connecting else { return }
        if state != .connected {
            // Nobody has heard of it.
            table.dropPending(of: record)
            record.closeReason = .closedLocally
            finish(record)
            return
        }
        inCall {
            beginClosing(record, .closedLocally)
            flush(at: now)
        }
    }

    /// Sets when `Event.bufferedAmountLow` comes for a channel.
    public func setBufferedAmountLowThreshold(_ bytes: Int, of id: ChannelID) {
        table[id.rawValue]?.channel.bufferedAmountLowThreshold = max(bytes, 0)
    }

    func noteOpen(_ record: ChannelRecord) {
        record.channel.state = .open
        counters.channelsOpened &+= 1
        events.append(.channelOpened(record.channel))
    }

    // MARK: Closing

    /// The channel takes nothing more; its stream is reset as soon as nothing waits on it: see `resetFlushedStreams`.
    func beginClosing(_ record: ChannelRecord, _ reason: Event.CloseReason) {
        guard record.channel.state != .closing else { return }
        record.channel.state = .closing
        record.closeReason = reason
        record.fragments = []
        if reason != .closedLocally { table.dropPending(of: record) }
        events.append(.channelClosing(record.channel.id, reason))
        closing.append(record.channel.id.rawValue)
    }

    /// Asks for the reset of the streams of closing channels on which nothing waits any more.
    func resetFlushedStreams(at now: Instant) {
        guard !closing.isEmpty else { return }
        var streams: [UInt16] = []
        closing.removeAll { stream in
            if let record = table[stream], record.hasPending { return false }
            if !table.resetsInFlight.contains(stream) { streams.append(stream) }
            return true
        }
        // usrsctp takes a list of any length, but one request must fit one packet.
        while !streams.isEmpty {
            let some = Array(streams.prefix(128))
            streams.removeFirst(some.count)
            requestReset(of: some, at: now)
        }
    }

    private func requestReset(of streams: [UInt16], at now: Instant) {
        guard let socket else { return }
        // struct sctp_reset_streams: assoc_id 32, flags 16, number 16, stream numbers 16 each, in host order.
        var request: [UInt16] = [0, 0, UInt16(SCTP_STREAM_RESET_OUTGOING), UInt16(streams.count)]
        request += streams
        let size = socklen_t(request.count * 2)
        let result = stack.atTime(now) {
            usrsctp_setsockopt(socket, Int32(IPPROTO_SCTP), SCTP_RESET_STREAMS, &request, size)
        }
        if result == 0 {
            table.resetsInFlight.formUnion(streams)
            return
        }
        // The peer cannot reset streams (or the association is going): the channel is over all the same.
        for stream in streams {
            guard let record = table[stream] else { continue }
            finish(record)
        }
    }

    /// Our outgoing stream is reset.
    func noteOutgoingReset(of stream: UInt16) {
        let wasAsked = table.resetsInFlight.remove(stream) != nil
        guard let record = table[stream] else { return }
        if !wasAsked, record.channel.state != .closing {
            // The peer asked usrsctp to do it (RFC 6525 §4.2): it closes the channel.
            beginClosing(record, .closedByPeer)
            closing.removeAll { $0 == stream }
        }
        if record.hasPeerReset { finish(record) }
    }

    /// The peer did not do our reset: there is no second try that would fare better, so the channel is over on our side.
    func noteDeniedReset(of stream: UInt16) {
        guard table.resetsInFlight.remove(stream) != nil, let record = table[stream] else { return }
        finish(record)
    }

    // RFC 8831 §6.7: whoever sees the peer's outgoing stream reset resets its own in answer; the id is free after both.
    func noteIncomingReset(of stream: UInt16) {
        partials[stream] = nil
        discarding.remove(stream)
        guard let record = table[stream] else { return }
        record.hasPeerReset = true
        if record.channel.state == .closing {
            // Our reset may have been confirmed before.
            if !closing.contains(stream), !table.resetsInFlight.contains(stream) { finish(record) }
        } else {
            beginClosing(record, .closedByPeer)
        }
    }

    /// The channel is no more; its id is free.
    func finish(_ record: ChannelRecord) {
        table.remove(record)
        closing.removeAll { $0 == record.channel.id.rawValue }
        record.channel.state = .closed
        counters.channelsClosed &+= 1
        events.append(.channelClosed(record.channel, record.closeReason ?? .closedLocally))
    }

    func closeAllChannels(_ reason: Event.CloseReason) {
        for record in table.records {
            if record.closeReason == nil { record.closeReason = reason }
            finish(record)
        }
        closing = []
        partials = [:]
        discarding = []
        table.resetsInFlight = []
    }

    // MARK: The peer's wishes

    /// A message of payload protocol 50.
    func handleControl(_ bytes: Span<UInt8>, on stream: UInt16, at now: Instant) {
        let id = ChannelID(rawValue: stream)
        let message: DCEP.Message
        do {
            message = try DCEP.parse(bytes)
        } catch {
            guard error != .empty else { return events.append(.messageIgnored(id, .emptyControlMessage)) }
            if let record = table[stream] {
                beginClosing(record, .malformedControlMessage)
            } else {
                refuse(id, .malformed(error))
            }
            return
        }
        switch message {
        case .acknowledgement:
            guard let record = table[stream], record.channel.opener == .local, !record.channel.isAcknowledged else {
                return events.append(.messageIgnored(id, .acknowledgementOfNothing))
            }
            record.channel.isAcknowledged = true
            events.append(.channelAcknowledged(id))
        case .open(let open): handleOpen(open, on: id)
        }
    }

    private func handleOpen(_ open: DCEP.Open, on id: ChannelID) {
        if let record = table[id.rawValue] {
            if record.channel.state == .closing, record.hasPeerReset {
                // The peer has seen both resets; only the confirmation of ours is still on its way.
                finish(record)
            } else {
                // RFC 8832 §6: an OPEN on a stream that is in use closes the channel, and is not acknowledged.
                return beginClosing(record, .reopenedByPeer)
            }
        }
        guard Int(id.rawValue) < usableStreams else { return refuse(id, .idBeyondStreams(streams: usableStreams)) }
        guard table.count < Limits.dataChannels else { return refuse(id, .tooManyChannels) }
        // RFC 8832 §6, not done: an OPEN that breaks the odd/even rule MUST be answered by closing the channel. aiortc goes by
        // the ICE role instead of the DTLS role, and where there is no collision the breach harms nobody: it is told.
        if id.rawValue & 1 == (role == .client ? 0 : 1) { events.append(.messageIgnored(id, .wrongParity)) }
        let channel = Channel(
            number: table.takeNumber(), id: id, label: open.label, protocol: open.protocol, isLabelCut: open.isCut,
            isOrdered: open.isOrdered, reliability: open.reliability, priority: open.priority, opener: .remote, state: .connecting,
            isAcknowledged: true)
        let record = ChannelRecord(channel)
        table.insert(record)
        table.enqueue(.init(payloadProtocol: PayloadProtocol.control, bytes: DCEP.acknowledgement, counted: 0), on: record)
        noteOpen(record)
    }

    /// Data on a stream that no channel uses: the peer opened it by agreement outside of the protocol, and so do we.
    func openUnannounced(_ id: ChannelID, isOrdered: Bool) -> ChannelRecord? {
        guard acceptsUnannouncedChannels else {
            refuse(id, .noChannel)
            return nil
        }
        guard Int(id.rawValue) < usableStreams else {
            refuse(id, .idBeyondStreams(streams: usableStreams))
            return nil
        }
        guard table.count < Limits.dataChannels else {
            refuse(id, .tooManyChannels)
            return nil
        }
        let record = ChannelRecord(
            Channel(
                number: table.takeNumber(), id: id, label: "", protocol: "", isLabelCut: false, isOrdered: isOrdered,
                reliability: .reliable, priority: 256, opener: .negotiated, state: .connecting, isAcknowledged: true))
        table.insert(record)
        noteOpen(record)
        return record
    }

    /// Tells, and resets our side of the stream, which tells the peer.
    func refuse(_ id: ChannelID, _ refusal: Event.Refusal) {
        events.append(.channelRefused(id, refusal))
        guard Int(id.rawValue) < usableStreams, !closing.contains(id.rawValue) else { return }
        closing.append(id.rawValue)
    }
}
