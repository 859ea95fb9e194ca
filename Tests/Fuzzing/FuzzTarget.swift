/// What can be fed any bytes. `make fuzz` looks for bytes that break one, FuzzingTests feeds the known ones again.
///
/// Each promises more than not to trap: a broken promise is a failed precondition, which a fuzzer sees as a crash.
public enum FuzzTarget: String, CaseIterable, Sendable {
    /// A datagram as a STUN message.
    case stun
    /// A session description.
    case sdp
    /// A text to be analysed, as whatever it seems to be and as each other kind.
    case analysis
    /// The value of `a=candidate`, and a line of a trickle fragment.
    case candidate
    /// A message of the data channel establishment protocol.
    case dcep
    /// A datagram as DTLS records, as far as we look into it ourselves.
    case dtls
    /// A script of datagrams, checks that know the password, answers and time, for a whole peer.
    case peer

    /// Feeds the bytes to the target.
    public func run(_ bytes: Span<UInt8>) {
        switch self {
        case .stun: fuzzSTUN(bytes)
        case .sdp: fuzzDescription(bytes)
        case .analysis: fuzzAnalysis(bytes)
        case .candidate: fuzzCandidate(bytes)
        case .dcep: fuzzDCEP(bytes)
        case .dtls: fuzzRecords(bytes)
        case .peer: fuzzPeer(bytes)
        }
    }
}
