internal import Inspection
internal import Peer
internal import SCTP
internal import Wire

/// SCTP and data-channel facts in the chronicle.
extension Chronicle {
    mutating func write(_ event: SCTP.Event, at: Int64, proof: [Int], sent: SentDatagrams) {
        switch event {
        case .stateChanged(let state):
            timeline.append(.sctpStateChanged, at: at, evidence: proof, data: ["to": .text(state.rawValue)])
        case .initiationSent(let attempt):
            timeline.append(
                .sctpInitSent, at: at, cause: attempt > 1 ? "attempt \(attempt), no answer came" : nil, evidence: sent.applicationData)
        case .initiationReceived(let initiation):
            facts.isInitSeen = true
            timeline.append(
                .sctpInitSeen, at: at, evidence: proof,
                data: [
                    "outboundStreams": Facts.Value(initiation.outboundStreams), "inboundStreams": Facts.Value(initiation.inboundStreams),
                ])
        case .initiationAcknowledged:
            timeline.append(.sctpInitAcknowledged, at: at, evidence: proof)
        case .cookieEchoSent(let attempt):
            timeline.append(
                .sctpCookieSent, at: at, cause: attempt > 1 ? "attempt \(attempt), no answer came" : nil, evidence: sent.applicationData)
        case .errorReceived(let causes):
            timeline.append(.sctpErrorReceived, at: at, cause: causes.words, evidence: proof)
        case .shutdownSent:
            timeline.append(.sctpStateChanged, at: at, text: "We began to shut the SCTP association down.")
        case .channelAcknowledged, .bufferedAmountLow:
            break
        case .established(let agreed):
            timeline.append(
                .sctpConnected, at: at, evidence: proof,
                data: ["outboundStreams": Facts.Value(agreed.outboundStreams), "inboundStreams": Facts.Value(agreed.inboundStreams)])
        case .restarted(let count):
            timeline.append(.sctpStateChanged, at: at, text: "The peer set the SCTP association up anew (\(count)).")
        case .portMismatch(let source, let destination):
            facts.strayPort = destination
            timeline.append(
                .sctpFailed, at: at, cause: "port mismatch", evidence: proof,
                data: ["sourcePort": Facts.Value(source), "destinationPort": Facts.Value(destination)])
        case .streamsDenied(let additional):
            timeline.append(
                .channelRefused, at: at, text: "The peer asked for \(additional) more streams than were negotiated, and was denied.")
        case .abortReceived(let causes):
            timeline.append(.sctpAborted, at: at, cause: causes.words, evidence: proof, data: ["by": "peer"])
        case .abortSent(let causes):
            timeline.append(.sctpAborted, at: at, cause: causes.words, data: ["by": "us"])
        case .shutdownReceived:
            timeline.append(.sctpStateChanged, at: at, text: "The peer began to shut the SCTP association down.")
        case .ended(let reason):
            write(reason, at: at)
        case .channelOpened(let channel):
            facts.channelOpenedAt[channel.number] = at
            timeline.append(
                .channelOpened, at: at,
                cause: channel.opener == .remote ? "the peer opened it" : channel.opener == .negotiated ? "negotiated" : "we opened it",
                channel: channel.id.rawValue, evidence: proof,
                data: ["label": .text(channel.shortLabel), "reliability": .text(channel.reliability.words)])
        case .channelClosing:
            break
        case .channelClosed(let channel, let reason):
            close(channel, reason, at: at)
        case .channelRefused(let id, let refusal):
            timeline.append(.channelRefused, at: at, cause: refusal.words, channel: id.rawValue)
        case .messageIgnored(let id, let why):
            timeline.append(.messageRefused, at: at, cause: why.words, channel: id.rawValue)
        case .eventsDropped(let count):
            timeline.append(.messageRefused, at: at, text: "\(count) facts of the association came too fast to be kept.")
        }
    }

    private mutating func write(_ reason: SCTP.Event.EndReason, at: Int64) {
        let code: Record.Association.Failure.Code? =
            switch reason {
            case .closedLocally: nil
            case .shutDownByPeer: .shutdown
            case .abortedByPeer, .abortedLocally: .aborted
            case .initiationTimedOut, .timedOut: .timeout
            case .restartedTooOften: .other
            case .refused: .refused
            }
        guard let code else { return }
        facts.associationFailure = Record.Association.Failure(code, text: reason.sentence)
        if code != .shutdown { timeline.append(.sctpFailed, at: at, text: reason.sentence) }
    }

    private mutating func close(_ channel: SCTP.Channel, _ reason: SCTP.Event.CloseReason, at: Int64) {
        facts.messagesOfClosedChannels.sent += Int(clamping: channel.messagesSent)
        facts.messagesOfClosedChannels.received += Int(clamping: channel.messagesReceived)
        if facts.closedChannels.count >= Limits.dataChannels { facts.closedChannels.removeFirst() }
        facts.closedChannels.append(
            Record.Channel(channel, openedAt: facts.channelOpenedAt.removeValue(forKey: channel.number), closedAt: at))
        timeline.append(
            .channelClosed, at: at, cause: reason.words, channel: channel.id.rawValue,
            data: [
                "label": .text(channel.shortLabel), "messagesSent": Facts.Value(channel.messagesSent),
                "messagesReceived": Facts.Value(channel.messagesReceived),
            ])
    }
}

extension [ErrorCause] {
    fileprivate var words: String? {
        first.map { $0.text.isEmpty ? $0.name : "\($0.name): \($0.text)" }
    }
}

extension SCTP.Channel {
    /// The label as a sentence has room for it; the channel's own entry has the whole.
    fileprivate var shortLabel: String {
        label.unicodeScalars.count <= 64 ? label : String(String.UnicodeScalarView(label.unicodeScalars.prefix(64))) + "…"
    }
}

extension SCTP.Channel.Reliability {
    fileprivate var words: String {
        switch self {
        case .reliable: "reliable"
        case .maxRetransmits(let count): "at most \(count) retransmissions"
        case .maxPacketLifeTime(let milliseconds): "at most \(milliseconds) ms"
        }
    }
}

extension SCTP.Event.CloseReason {
    fileprivate var words: String {
        switch self {
        case .closedLocally: "closed by us"
        case .closedByPeer: "closed by the peer"
        case .associationEnded: "the association ended"
        case .associationRestarted: "the association was set up anew"
        case .messageTooLarge: "a message was larger than the 256 KiB announced"
        case .unknownPayloadProtocol(let number): "a message had the unknown payload protocol \(number)"
        case .malformedControlMessage: "a control message was malformed"
        case .reopenedByPeer: "the peer opened the id anew"
        case .sendFailed(let errno): "a message could not be sent (errno \(errno))"
        }
    }
}

extension SCTP.Event.Refusal {
    fileprivate var words: String {
        switch self {
        case .malformed: "its DATA_CHANNEL_OPEN is malformed"
        case .tooManyChannels: "\(Limits.dataChannels) channels are open already"
        case .idBeyondStreams(let streams): "its id is not below the \(streams) streams that were negotiated"
        case .noChannel: "data came on a stream that no channel uses"
        }
    }
}

extension SCTP.Event.Ignored {
    fileprivate var words: String {
        switch self {
        case .acknowledgementOfNothing: "an acknowledgement of nothing"
        case .emptyControlMessage: "an empty control message"
        case .duplicateOpen: "a second DATA_CHANNEL_OPEN"
        case .wrongParity: "a channel id of our parity"
        case .dataAfterClose: "data after the close"
        }
    }
}
