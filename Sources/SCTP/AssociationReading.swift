internal import CUsrsctp
internal import Glibc
public import Wire

extension Association {
    /// Reads what usrsctp has for us and delivers the messages, then sends what was waiting for room.
    ///
    /// `handle` does this by itself; the owner calls it for the associations of `Stack.takeDirty()`, and after
    /// `isReadingPaused` was set back to false. `deliver` may send, close and open channels of any association.
    public func read(at now: Instant, deliver: Deliver) {
        inCall {
            readMessages(at: now, deliver: deliver)
            flush(at: now)
            // What was sent may have made room for more.
            while isHeldBack, !isReadingHeld {
                readMessages(at: now, deliver: deliver)
                flush(at: now)
            }
        }
    }

    private func readMessages(at now: Instant, deliver: Deliver) {
        isHeldBack = false
        guard let socket, Association.mayRead(usrsctp_get_events(socket)) else { return }
        var buffer = stack.borrowReadBuffer()
        defer { stack.returnReadBuffer(buffer) }
        var failures = 0
        while let socket = self.socket {
            let events = usrsctp_get_events(socket)
            guard Association.mayRead(events) else { return }
            // What a pause holds back is data; the end is not held back by it.
            isHeldBack = isReadingHeld
            if isReadingHeld, Int(events) & Int(SCTP_EVENT_ERROR) == 0, abortReason == nil { return }
            var info = sctp_rcvinfo()
            var infoLength = socklen_t(MemoryLayout<sctp_rcvinfo>.size)
            var infoType: UInt32 = 0
            var flags: Int32 = 0
            let (count, failure) = stack.atTime(now) {
                // unsafe: usrsctp writes at most `count` bytes into the buffer within the call.
                buffer.withUnsafeMutableBytes {
                    (usrsctp_recvv(socket, $0.baseAddress, $0.count, nil, nil, &info, &infoLength, &infoType, &flags), errno)
                }
            }
            guard count > 0 else {
                if count < 0, failure == EWOULDBLOCK { return }
                failures += 1
                // The notification that says why comes before or right after the error.
                if failures > 2 { return end(abortReason ?? .timedOut, at: now) }
                continue
            }
            let bytes = buffer.span.extracting(0..<count)
            if Int(flags) & Int(MSG_NOTIFICATION) != 0 {
                handleNotification(bytes, at: now)
            } else {
                handleData(bytes, info, isEnd: Int(flags) & Int(MSG_EOR) != 0, at: now, deliver: deliver)
            }
        }
    }

    private var isReadingHeld: Bool {
        if isReadingPaused { return true }
        guard readingPausesAbove < .max else { return false }
        return table.bufferedAmount > readingPausesAbove || table.pendingCount > Association.maximumPendingMessages / 2
    }

    private static func mayRead(_ events: Int32) -> Bool { Int(events) & Int(SCTP_EVENT_READ | SCTP_EVENT_ERROR) != 0 }

    /// A message, or a part of one that usrsctp could not hold until it was whole.
    private func handleData(_ bytes: Span<UInt8>, _ info: sctp_rcvinfo, isEnd: Bool, at now: Instant, deliver: Deliver) {
        let stream = info.rcv_sid
        let isWhole = isEnd && partials.isEmpty && discarding.isEmpty
        if isWhole, bytes.count <= Limits.messageBytes {
            return handleMessage(bytes, info, at: now, deliver: deliver)
        }
        if discarding.contains(stream) {
            if isEnd { discarding.remove(stream) }
            return
        }
        var whole = partials.removeValue(forKey: stream) ?? []
        guard whole.count + bytes.count <= Limits.messageBytes else {
            if !isEnd { discarding.insert(stream) }
            if let record = table[stream] {
                beginClosing(record, .messageTooLarge)
            } else {
                refuse(ChannelID(rawValue: stream), .noChannel)
            }
            return
        }
        whole.append(bytes)
        if isEnd {
            handleMessage(whole.span, info, at: now, deliver: deliver)
        } else {
            partials[stream] = whole
        }
    }

    private func handleMessage(_ bytes: Span<UInt8>, _ info: sctp_rcvinfo, at now: Instant, deliver: Deliver) {
        let stream = info.rcv_sid
        let payloadProtocol = UInt32(bigEndian: info.rcv_ppid)
        if payloadProtocol == PayloadProtocol.control { return handleControl(bytes, on: stream, at: now) }
        let id = ChannelID(rawValue: stream)
        let isOrdered = info.rcv_flags & UInt16(SCTP_UNORDERED) == 0
        guard let record = table[stream] ?? openUnannounced(id, isOrdered: isOrdered) else { return }
        let channel = record.channel
        // While we close, what was on its way is still delivered; after a breach nothing is.
        guard channel.state == .open || record.closeReason == .closedLocally else { return }
        switch payloadProtocol {
        case PayloadProtocol.string: deliverMessage(bytes, .text, record, deliver)
        case PayloadProtocol.binary: deliverMessage(bytes, .binary, record, deliver)
        case PayloadProtocol.stringEmpty: deliverMessage(Span(), .text, record, deliver)
        case PayloadProtocol.binaryEmpty: deliverMessage(Span(), .binary, record, deliver)
        case PayloadProtocol.stringPartial, PayloadProtocol.binaryPartial:
            guard record.fragments.count + bytes.count <= Limits.messageBytes else {
                return beginClosing(record, .messageTooLarge)
            }
            record.fragments.append(bytes)
        default:
            // RFC 8831 §6.6: an unsupported PPID closes the channel.
            beginClosing(record, .unknownPayloadProtocol(payloadProtocol))
        }
    }

    private func deliverMessage(_ bytes: Span<UInt8>, _ kind: MessageKind, _ record: ChannelRecord, _ deliver: Deliver) {
        record.channel.messagesReceived &+= 1
        guard !record.fragments.isEmpty else {
            record.channel.bytesReceived &+= UInt64(bytes.count)
            return deliver(record.channel.id, kind, bytes)
        }
        var whole: [UInt8] = []
        swap(&whole, &record.fragments)
        guard whole.count + bytes.count <= Limits.messageBytes else { return beginClosing(record, .messageTooLarge) }
        whole.append(bytes)
        record.channel.bytesReceived &+= UInt64(whole.count)
        deliver(record.channel.id, kind, whole.span)
    }

    // MARK: Notifications

    /// usrsctp's own messages: structures of C in host order, read field by field.
    private func handleNotification(_ bytes: Span<UInt8>, at now: Instant) {
        switch Int32(bytes.hostUInt16(at: 0) ?? 0) {
        case SCTP_ASSOC_CHANGE: handleAssociationChange(bytes, at: now)
        case SCTP_SHUTDOWN_EVENT:
            isShutDownByPeer = true
            events.append(.shutdownReceived)
        case SCTP_STREAM_RESET_EVENT: handleStreamReset(bytes)
        case SCTP_PARTIAL_DELIVERY_EVENT:
            // The rest of a message that was begun will not come: partial reliability gave it up.
            if let stream = bytes.hostUInt32(at: 12), let stream = UInt16(exactly: stream) {
                partials[stream] = nil
                discarding.remove(stream)
            }
        default: break
        }
    }

    /// `struct sctp_stream_reset_event`: flags at 2, the streams from 12 on, none meaning all.
    private func handleStreamReset(_ bytes: Span<UInt8>) {
        guard let flags = bytes.hostUInt16(at: 2) else { return }
        var streams: [UInt16] = []
        var offset = 12
        while let stream = bytes.hostUInt16(at: offset) {
            streams.append(stream)
            offset += 2
        }
        let isDone = Int32(flags) & (SCTP_STREAM_RESET_DENIED | SCTP_STREAM_RESET_FAILED) == 0
        if Int32(flags) & SCTP_STREAM_RESET_OUTGOING_SSN != 0 {
            for stream in streams.isEmpty ? Array(table.resetsInFlight) : streams {
                if isDone { noteOutgoingReset(of: stream) } else { noteDeniedReset(of: stream) }
            }
        } else if Int32(flags) & SCTP_STREAM_RESET_INCOMING_SSN != 0, isDone {
            for stream in streams.isEmpty ? table.records.map(\.channel.id.rawValue) : streams { noteIncomingReset(of: stream) }
        }
    }

    /// `struct sctp_assoc_change`: state at 8, streams out at 12 and in at 14, features or the ABORT chunk from 20 on.
    private func handleAssociationChange(_ bytes: Span<UInt8>, at now: Instant) {
        guard let change = bytes.hostUInt16(at: 8), let outbound = bytes.hostUInt16(at: 12), let inbound = bytes.hostUInt16(at: 14)
        else { return }
        switch Int32(change) {
        case SCTP_COMM_UP, SCTP_RESTART:
            var features: [Int32] = []
            for index in min(20, bytes.count)..<bytes.count { features.append(Int32(bytes[index])) }
            establishment = Event.Establishment(
                outboundStreams: outbound, inboundStreams: inbound,
                supportsPartialReliability: features.contains(SCTP_ASSOC_SUPPORTS_PR),
                supportsStreamReset: features.contains(SCTP_ASSOC_SUPPORTS_RE_CONFIG),
                supportsInterleaving: features.contains(SCTP_ASSOC_SUPPORTS_INTERLEAVING))
            if Int32(change) == SCTP_RESTART { noteRestart(at: now) } else { noteEstablished() }
        case SCTP_COMM_LOST: end(abortReason ?? .timedOut, at: now)
        case SCTP_CANT_STR_ASSOC: end(abortReason ?? .initiationTimedOut, at: now)
        case SCTP_SHUTDOWN_COMP: end(isShutDownLocally ? .closedLocally : .shutDownByPeer, at: now)
        default: break
        }
    }

    private func noteEstablished() {
        guard let establishment else { return }
        events.append(.established(establishment))
        setState(.connected)
        for record in table.records where record.channel.state == .connecting {
            if Int(record.channel.id.rawValue) < usableStreams {
                noteOpen(record)
            } else {
                table.dropPending(of: record)
                events.append(.channelRefused(record.channel.id, .idBeyondStreams(streams: usableStreams)))
                finish(record)
            }
        }
    }

    private func noteRestart(at now: Instant) {
        restarts += 1
        events.append(.restarted(count: restarts))
        closeAllChannels(.associationRestarted)
        if restarts > Association.maximumRestarts { end(.restartedTooOften, at: now) }
    }

}

extension Span<UInt8> {
    /// A number in the machine's own order, as C structures hold it; nil where it would pass the end.
    func hostUInt16(at offset: Int) -> UInt16? {
        uint16(at: offset).map { UInt16(bigEndian: $0) }
    }

    /// A number in the machine's own order, as C structures hold it; nil where it would pass the end.
    func hostUInt32(at offset: Int) -> UInt32? {
        uint32(at: offset).map { UInt32(bigEndian: $0) }
    }
}
