/// What a datagram on the shared port is, by its first byte.
///
/// ```
///                 +----------------+
///                 |        [0..3] -+--> STUN
///                 |      [16..19] -+--> ZRTP: dropped
///     packet -->  |      [20..63] -+--> DTLS
///                 |      [64..79] -+--> TURN channel: dropped here
///                 |    [128..191] -+--> RTP / RTCP
///                 +----------------+
/// ```
public enum PacketKind: Equatable, Sendable {
    case stun, dtls, rtp, rtcp
    /// ZRTP, a TURN channel, QUIC (RFC 9443), or nothing known.
    case foreign

    /// RFC 7983 §7, and RFC 5761 §4 for RTP beside RTCP: payload types 64–95 are RTCP.
    @inlinable
    public init(_ datagram: Span<UInt8>) {
        guard datagram.count > 0 else {
            self = .foreign
            return
        }
        switch datagram[0] {
        case 0...3: self = .stun
        case 20...63: self = .dtls
        case 128...191:
            self = datagram.count > 1 && (192...223).contains(datagram[1]) ? .rtcp : .rtp
        default: self = .foreign
        }
    }
}
