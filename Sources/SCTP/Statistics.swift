internal import Wire

/// Numbers of an association at a moment.
public struct Statistics: Sendable, Equatable {
    /// nil until a round trip was measured.
    public var smoothedRoundTripTime: Duration?
    public var retransmissionTimeout: Duration?
    public var congestionWindow: UInt32 = 0
    /// The peer's window as we know it.
    public var receiverWindow: UInt32 = 0
    public var mtu: UInt32 = 0
    /// DATA chunks sent and not acknowledged.
    public var unacknowledgedChunks: UInt16 = 0
    /// DATA chunks received and not read.
    public var pendingChunks: UInt16 = 0
    public var packetsSent: UInt64 = 0
    public var bytesSent: UInt64 = 0
    public var packetsReceived: UInt64 = 0
    public var bytesReceived: UInt64 = 0
    /// Packets that never reached usrsctp: wrong ports, too short, beyond a rate.
    public var packetsRefused: UInt64 = 0
    /// Packets of ours dropped because nobody took the output.
    public var packetsDropped: UInt64 = 0
    public var initiationsSent: Int = 0
    public var initiationsReceived: Int = 0
    public var channelsOpened: UInt64 = 0
    public var channelsClosed: UInt64 = 0
}
