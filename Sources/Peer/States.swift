/// The state words of the W3C WebRTC specification, as a peer shows them.

/// RTCSignalingState.
public enum SignalingState: String, Sendable {
    case stable
    case haveLocalOffer = "have-local-offer"
    case haveRemoteOffer = "have-remote-offer"
    case closed
}

/// RTCIceGatheringState. Candidates belong to sockets that live longer than a peer, so ours is complete at once; the states
/// are shown all the same, because a client waits for them.
public enum GatheringState: String, Sendable {
    case new, gathering, complete
}

/// RTCPeerConnectionState.
public enum ConnectionState: String, Sendable {
    case new, connecting, connected, disconnected, failed, closed
}

/// Which state of a peer changed.
public enum StateKind: String, Sendable {
    case signaling
    case gathering = "ice-gathering"
    case iceConnection = "ice-connection"
    case connection
    case dtls
    case sctp
}

/// Why a peer ended. The raw value stands in history, so it never changes its meaning.
public enum CloseReason: String, Sendable {
    /// DELETE on the session.
    case closedByDelete = "closed-by-delete"
    /// The other end said goodbye: a DTLS close_notify.
    case closedByPeer = "closed-by-peer"
    /// RFC 7675: no consent for thirty seconds; a vanished tab or a broken path.
    case consentExpired = "consent-expired"
    /// No pair worked before the patience timer (RFC 8863) ran out, though the other end was heard.
    case iceFailed = "ice-failed"
    /// No authenticated check ever came.
    case neverConnected = "never-connected"
    case dtlsFailed = "dtls-failed"
    /// The SCTP association failed, and data was all there was.
    case sctpFailed = "sctp-failed"
    /// The server drained and stopped.
    case serverStopped = "server-stopped"
}
