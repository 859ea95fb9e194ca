internal import CUsrsctp
internal import Glibc
public import Wire

extension Association {
    /// Bytes of messages that wait for room in usrsctp's send buffer, over all channels: at most `Limits.sendBufferBytes`.
    ///
    /// What usrsctp holds (another MiB at most) is not counted: it is under way.
    public var bufferedAmount: Int { table.bufferedAmount }

    /// Sends one message. Empty ones are fine.
    ///
    /// The bytes are copied once into usrsctp, or, where its buffer is full, into a queue of the channel; queues take turns
    /// message by message.
    public func send(_ bytes: Span<UInt8>, kind: MessageKind, on id: ChannelID, at now: Instant) throws(SCTPError) {
        guard state != .closed, !isShutDownLocally else { throw .notConnected }
        guard let record = table[id.rawValue] else { throw .unknownChannel(id) }
        guard record.channel.state == .open || record.channel.state == .connecting else { throw .channelNotOpen(id) }
        guard bytes.count <= maximumMessageBytes else { throw .messageTooLarge(limit: maximumMessageBytes) }
        let isEmpty = bytes.isEmpty
        // RFC 8831 §6.6: "SCTP does not support the sending of empty user messages. Therefore, if an empty message has to be
        // sent, the appropriate PPID (WebRTC String Empty or WebRTC Binary Empty) is used, and the SCTP user message of one
        // zero byte is sent."
        let payloadProtocol: UInt32 =
            switch kind {
            case .text: isEmpty ? PayloadProtocol.stringEmpty : PayloadProtocol.string
            case .binary: isEmpty ? PayloadProtocol.binaryEmpty : PayloadProtocol.binary
            }
        if state == .connected, table.isFlushed, !table.resetsInFlight.contains(id.rawValue) {
            let result = inCall {
                stack.advance(to: now)
                noteActivity(at: now)
                return isEmpty
                    ? transmit(CollectionOfOne<UInt8>(0).span, payloadProtocol, by: Manner(record.channel), at: now)
                    : transmit(bytes, payloadProtocol, by: Manner(record.channel), at: now)
            }
            switch result {
            case .sent:
                noteSent(record, bytes: bytes.count)
                return
            case .failed(let errno): throw .refused(errno: errno, during: "send")
            case .noRoom: break
            }
        }
        guard table.bufferedAmount + bytes.count <= Limits.sendBufferBytes, table.pendingCount < Association.maximumPendingMessages
        else { throw .sendBufferFull(buffered: table.bufferedAmount) }
        table.enqueue(
            .init(payloadProtocol: payloadProtocol, bytes: isEmpty ? [0] : bytes.array, counted: bytes.count), on: record)
        noteSent(record, bytes: bytes.count)
    }

    private func noteSent(_ record: ChannelRecord, bytes: Int) {
        record.channel.messagesSent &+= 1
        record.channel.bytesSent &+= UInt64(bytes)
    }

    /// Hands waiting messages to usrsctp while it has room, and resets streams that were only waiting for that.
    func flush(at now: Instant) {
        guard state == .connected, socket != nil else { return }
        if !table.isFlushed {
            noteActivity(at: now)
            let result = table.flush { record, message in
                let isControl = message.payloadProtocol == PayloadProtocol.control
                let manner = isControl ? Manner(stream: record.channel.id.rawValue) : Manner(record.channel)
                return transmit(message.bytes.span, message.payloadProtocol, by: manner, at: now)
            }
            for (record, errno) in result.failed { beginClosing(record, .sendFailed(errno: errno)) }
            for record in result.sent where record.channel.bufferedAmount <= record.channel.bufferedAmountLowThreshold {
                if record.wasBuffered { events.append(.bufferedAmountLow(record.channel.id)) }
                record.wasBuffered = false
            }
        }
        resetFlushedStreams(at: now)
        if isShutDownLocally, !isShutdownSent, table.isFlushed, let socket {
            isShutdownSent = true
            _ = stack.atTime(now) { usrsctp_shutdown(socket, Int32(SHUT_WR)) }
        }
    }

    /// How a message travels.
    struct Manner {
        var stream: UInt16
        var isOrdered = true
        var reliability = Channel.Reliability.reliable

        /// Control messages are ordered and reliable, whatever the channel is (RFC 8832 §6).
        init(stream: UInt16) { self.stream = stream }

        init(_ channel: Channel) {
            stream = channel.id.rawValue
            // RFC 8832 §6: until the DATA_CHANNEL_ACK or any other message came on the channel, messages are sent ordered, so
            // that none overtakes the DATA_CHANNEL_OPEN.
            isOrdered = channel.isOrdered || !(channel.isAcknowledged || channel.messagesReceived > 0)
            reliability = channel.reliability
        }
    }

    /// Hands one whole message to usrsctp, which takes all of it or nothing.
    func transmit(_ bytes: Span<UInt8>, _ payloadProtocol: UInt32, by manner: Manner, at now: Instant) -> Transmission {
        guard let socket else { return .failed(errno: ENOTCONN) }
        guard admitSmall(bytes.count) else { return .noRoom }
        var info = sctp_sendv_spa()
        info.sendv_flags = UInt32(SCTP_SEND_SNDINFO_VALID)
        info.sendv_sndinfo.snd_sid = manner.stream
        info.sendv_sndinfo.snd_ppid = payloadProtocol.bigEndian
        if !manner.isOrdered { info.sendv_sndinfo.snd_flags = UInt16(SCTP_UNORDERED) }
        switch manner.reliability {
        case .reliable: break
        case .maxRetransmits(let count):
            info.sendv_flags |= UInt32(SCTP_SEND_PRINFO_VALID)
            info.sendv_prinfo.pr_policy = UInt16(SCTP_PR_SCTP_RTX)
            info.sendv_prinfo.pr_value = count
        case .maxPacketLifeTime(let milliseconds):
            info.sendv_flags |= UInt32(SCTP_SEND_PRINFO_VALID)
            info.sendv_prinfo.pr_policy = UInt16(SCTP_PR_SCTP_TTL)
            info.sendv_prinfo.pr_value = milliseconds
        }
        let (result, failure) = stack.atTime(now) {
            // unsafe: usrsctp copies the bytes within the call.
            bytes.withUnsafeBufferPointer {
                (
                    usrsctp_sendv(
                        socket, $0.baseAddress, $0.count, nil, 0, &info, socklen_t(MemoryLayout<sctp_sendv_spa>.size),
                        UInt32(SCTP_SENDV_SPA), 0), errno
                )
            }
        }
        if result >= 0 { return .sent }
        return failure == EWOULDBLOCK ? .noRoom : .failed(errno: failure)
    }

    // MARK: Small messages

    /// usrsctp bounds what it holds by bytes of payload, but keeps some 500 bytes beside each message: a million messages of one
    /// byte would be half a gigabyte. So only `maximumSmallMessages` small ones are handed over without having seen that nothing
    /// is unacknowledged, which is looked at when half of them have gone: ordinary traffic does not pay for it, and a ping-pong,
    /// where every message acknowledges the one before, never waits.
    ///
    /// It is asked rather than told by a notification: one would wait behind data that an echo does not read because it has to
    /// wait for this.
    private func admitSmall(_ count: Int) -> Bool {
        guard count < Association.smallMessageBytes else { return true }
        if smallMessages >= Association.maximumSmallMessages / 2, smallMessages & 63 == 0, socketStatus()?.sstat_unackdata == 0 {
            smallMessages = 0
        }
        guard smallMessages < Association.maximumSmallMessages else { return false }
        smallMessages += 1
        return true
    }
}
