// The words of the W3C's state machines, as the JSON says them.

/// RTCSignalingState, and `new` before any description.
public enum SignalingState: String, Sendable, Decodable, CaseIterable {
    case new
    case stable
    case haveLocalOffer = "have-local-offer"
    case haveRemoteOffer = "have-remote-offer"
    case haveLocalPranswer = "have-local-pranswer"
    case haveRemotePranswer = "have-remote-pranswer"
    case closed
}

/// RTCIceGatheringState.
public enum GatheringState: String, Sendable, Decodable, CaseIterable {
    case new, gathering, complete
}

/// RTCIceTransportState.
public enum ICEState: String, Sendable, Decodable, CaseIterable {
    case new, checking, connected, completed, disconnected, failed, closed
}

/// RTCPeerConnectionState.
public enum ConnectionState: String, Sendable, Decodable, CaseIterable {
    case new, connecting, connected, disconnected, failed, closed
}

/// RTCDtlsTransportState.
public enum DTLSState: String, Sendable, Decodable, CaseIterable {
    case new, connecting, connected, closed, failed
}

/// RTCSctpTransportState.
public enum SCTPState: String, Sendable, Decodable, CaseIterable {
    case new, connecting, connected, closed
}

/// RTCDataChannelState.
public enum ChannelState: String, Sendable, Decodable, CaseIterable {
    case connecting, open, closing, closed
}
