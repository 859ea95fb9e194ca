/// What is known of one data channel at a moment: a value, safe to keep and to pass on.
public struct Channel: Sendable, Equatable {
    /// The words of the W3C's RTCDataChannelState.
    public enum State: String, Sendable {
        /// Opened here, the association is not up yet. (Once it is up we may send, acknowledged or not: RFC 8832 §6.)
        case connecting
        case open
        /// Waiting for what is buffered to leave, and for the peer's stream reset.
        case closing
        case closed
    }

    /// Who sent DATA_CHANNEL_OPEN.
    public enum Opener: String, Sendable {
        case local, remote
        /// Nobody: both ends agreed on the id outside of the protocol.
        case negotiated
    }

    /// How hard the transport tries (RFC 8832 §5.1).
    public enum Reliability: Hashable, Sendable {
        case reliable
        /// Each message is sent again at most so many times.
        case maxRetransmits(UInt32)
        /// Each message is given up after so many milliseconds.
        case maxPacketLifeTime(milliseconds: UInt32)
    }

    /// Counts the channels of an association from 0 and is never used again.
    public let number: Int
    /// The SCTP stream in both directions.
    public let id: ChannelID
    /// At most `Limits.labelBytes` of UTF-8; what was no UTF-8 is replaced by U+FFFD.
    public let label: String
    /// The subprotocol; empty where there is none. Cut and repaired like the label.
    public let `protocol`: String
    /// Whether the label or the protocol was longer than we keep.
    public let isLabelCut: Bool
    public let isOrdered: Bool
    public let reliability: Reliability
    /// RFC 8831 §6.4: 128, 256, 512 and 1024 are below normal, normal, high and extra high. Carried, not acted upon.
    public let priority: UInt16
    public let opener: Opener
    public internal(set) var state: State
    /// Whether the peer's DATA_CHANNEL_ACK has come; true for a channel that needs none.
    public internal(set) var isAcknowledged: Bool

    public internal(set) var messagesSent: UInt64 = 0
    public internal(set) var bytesSent: UInt64 = 0
    public internal(set) var messagesReceived: UInt64 = 0
    public internal(set) var bytesReceived: UInt64 = 0
    /// Bytes of messages waiting here for room in the association's send buffer.
    public internal(set) var bufferedAmount: Int = 0
    /// `Event.bufferedAmountLow` comes when `bufferedAmount` falls to this or below it.
    public internal(set) var bufferedAmountLowThreshold: Int = 0

    public var isNegotiated: Bool { opener == .negotiated }
}
