/// Facts of an association, in the order in which they happened.
///
/// Messages are not among them: their bytes go to the `deliver` closure of the call that received them.
public enum Event: Sendable, Equatable {
    // The association
    case stateChanged(Association.State)
    /// An INIT left; attempt 1 is the first, others are retransmissions.
    case initiationSent(attempt: Int)
    /// The peer's INIT came.
    case initiationReceived(Initiation)
    /// The peer's INIT ACK came.
    case initiationAcknowledged(Initiation)
    /// A COOKIE ECHO left; attempt 1 is the first.
    case cookieEchoSent(attempt: Int)
    case established(Establishment)
    /// The peer set the association up anew over the same DTLS connection: every channel is closed.
    case restarted(count: Int)
    /// A packet carried ports other than the negotiated ones; told once, counted in `Statistics.packetsRefused`.
    case portMismatch(source: UInt16, destination: UInt16)
    /// The peer reported errors without ending the association.
    case errorReceived([ErrorCause])
    case abortReceived([ErrorCause])
    case abortSent([ErrorCause])
    /// The peer asked for more streams (RFC 6525 §4.5), which we deny: its channels must do with those agreed upon.
    case streamsDenied(additional: UInt16)
    case shutdownReceived
    case shutdownSent
    /// The end; `stateChanged(.closed)` comes right before it.
    case ended(EndReason)

    // Channels
    case channelOpened(Channel)
    /// The peer's DATA_CHANNEL_ACK came.
    case channelAcknowledged(ChannelID)
    case channelClosing(ChannelID, CloseReason)
    /// The last word about a channel: its final counters. The id is free again.
    case channelClosed(Channel, CloseReason)
    /// A channel that the peer wanted was not made; its stream is reset.
    case channelRefused(ChannelID, Refusal)
    /// All that was buffered of a channel, down to its threshold, was handed to the transport.
    case bufferedAmountLow(ChannelID)
    /// Something on a stream was not understood and had no other consequence.
    case messageIgnored(ChannelID, Ignored)
    /// Events beyond `Limits.events` that waited unread were dropped.
    case eventsDropped(Int)

    /// What an INIT or INIT ACK says (RFC 9260 §3.3.2).
    public struct Initiation: Sendable, Equatable {
        public let outboundStreams: UInt16
        public let inboundStreams: UInt16
        public let receiverWindow: UInt32
        /// Chunk types that the peer announces (RFC 5061 §4.2.7): 130 RE-CONFIG, 192 FORWARD TSN, 64 I-DATA, …
        public let supportedExtensions: [UInt8]
        /// Parameter types of the chunk, in order.
        public let parameters: [UInt16]
    }

    /// What was agreed when the association came up.
    public struct Establishment: Sendable, Equatable {
        public let outboundStreams: UInt16
        public let inboundStreams: UInt16
        public let supportsPartialReliability: Bool
        public let supportsStreamReset: Bool
        public let supportsInterleaving: Bool
    }

    /// Why an association ended.
    public enum EndReason: Sendable, Equatable {
        /// We shut it down or aborted it.
        case closedLocally
        /// The peer shut it down in order.
        case shutDownByPeer
        case abortedByPeer([ErrorCause])
        /// usrsctp gave it up or found the peer in breach of the protocol; the causes that its ABORT carried.
        case abortedLocally([ErrorCause])
        /// No answer to any INIT.
        case initiationTimedOut
        /// What was sent was not acknowledged any more.
        case timedOut
        /// The peer set the association up anew too often.
        case restartedTooOften
        /// usrsctp would not make or connect the socket.
        case refused(errno: Int32)
    }

    /// Why a channel closed.
    public enum CloseReason: Sendable, Hashable {
        case closedLocally
        case closedByPeer
        case associationEnded
        case associationRestarted
        /// A message grew beyond what we announced.
        case messageTooLarge
        /// RFC 8831 §6.6: a message with a payload protocol that we do not support closes the channel.
        case unknownPayloadProtocol(UInt32)
        case malformedControlMessage
        /// The peer opened the id anew without having closed it.
        case reopenedByPeer
        /// usrsctp would not take a message that had waited.
        case sendFailed(errno: Int32)
    }

    /// Why a channel of the peer's was not made.
    public enum Refusal: Sendable, Hashable {
        case malformed(DCEP.Malformation)
        case tooManyChannels
        /// The id is not below the number of streams we send on, so we could never answer.
        case idBeyondStreams(streams: Int)
        /// Data came on a stream that no channel uses.
        case noChannel
    }

    public enum Ignored: Sendable, Hashable {
        case acknowledgementOfNothing
        case emptyControlMessage
        case duplicateOpen
        /// The peer opened a channel with an id of our parity (RFC 8832 §6); it was taken all the same.
        case wrongParity
        case dataAfterClose
    }
}

/// One error cause of an ABORT or ERROR chunk (RFC 9260 §3.3.10).
public struct ErrorCause: Sendable, Hashable {
    public let code: UInt16
    /// What the peer wrote, where the cause carries text: at most 128 bytes, what is not UTF-8 replaced.
    public let text: String

    public init(code: UInt16, text: String) {
        self.code = code
        self.text = text
    }

    /// The RFC's words for the code.
    public var name: String {
        switch code {
        case 1: "Invalid Stream Identifier"
        case 2: "Missing Mandatory Parameter"
        case 3: "Stale Cookie"
        case 4: "Out of Resource"
        case 5: "Unresolvable Address"
        case 6: "Unrecognized Chunk Type"
        case 7: "Invalid Mandatory Parameter"
        case 8: "Unrecognized Parameters"
        case 9: "No User Data"
        case 10: "Cookie Received While Shutting Down"
        case 11: "Restart of an Association with New Addresses"
        case 12: "User-Initiated Abort"
        case 13: "Protocol Violation"
        default: "Error Cause \(code)"
        }
    }
}
