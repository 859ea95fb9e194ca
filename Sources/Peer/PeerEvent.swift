public import DTLS
public import ICE
public import SCTP
public import Wire

/// A fact about a peer, in the order it happened.
public struct PeerEvent: Sendable {
    public enum Kind: Sendable {
        case ice(ICE.Event)
        case dtls(DTLS.Event)
        case sctp(SCTP.Event)
        /// A W3C state changed; `cause` is a sentence where the room knew one.
        case stateChanged(StateKind, from: String, to: String, cause: String?)
        /// A datagram came from a path that no check has proved; it was dropped, or held until one does (SECURITY A1).
        /// Reported for the first of each kind only.
        case strangerDropped(PacketKind, Path)
        case datagramHeld(PacketKind, Path)
        /// The peer is over. Nothing follows.
        case ended(CloseReason, detail: String?)
    }

    public let at: Instant
    public let kind: Kind
}
