public import Wire

/// What became of a remote candidate.
public enum Disposition: Hashable, Sendable {
    /// It forms this many pairs with candidates of ours.
    case paired(Int)
    /// A candidate with its transport address is there already; one that was peer-reflexive took this one's priority and kind.
    case redundant
    /// Kept and shown, yet no check goes to it.
    case setAside(SetAside)
    /// No packet will ever go to it on the word of its signalling.
    case refused(Refusal)

    /// Why a candidate is kept without being used. The raw values are shown.
    public enum SetAside: String, Hashable, Sendable {
        /// An mDNS name; the other end's checks will tell the address.
        case mdnsName = "mdns-name"
        /// Another name; names are not resolved.
        case hostname
        /// A component other than 1: RTCP is multiplexed.
        case otherComponent = "other-component"
        /// A transport that no socket of ours speaks.
        case unsupportedTransport = "unsupported-transport"
        /// No candidate of ours has its address family and reach.
        case noLocalCounterpart = "no-local-counterpart"
        /// A pair was nominated before it came (RFC 8838 §9).
        case afterNomination = "after-nomination"
    }

    /// Why a candidate is refused. The raw values are shown.
    public enum Refusal: String, Hashable, Sendable {
        case unspecified
        case loopback
        case linkLocal = "link-local"
        case privateNetwork = "private-network"
        case multicast
        case documentation
        case benchmark
        /// Reserved, deprecated or otherwise special by the IANA registries.
        case reserved
        /// A cloud's metadata service.
        case metadata
        /// An IPv6 address that carries an IPv4 one which is not global.
        case embeddedAddress = "embedded-address"
        case operatorPolicy = "operator-policy"
        case portZero = "port-zero"
        /// `Limits.remoteCandidates` are known already.
        case tooMany = "too-many"
        /// It came after end-of-candidates (RFC 8838 §14).
        case afterEndOfCandidates = "after-end-of-candidates"
        /// The agent is closed or has failed.
        case agentEnded = "agent-ended"
    }
}

/// A candidate of the other end, how it came and what became of it.
public struct RemoteCandidate: Hashable, Sendable {
    public internal(set) var candidate: Candidate
    public internal(set) var disposition: Disposition
    /// Whether it was signalled; a peer-reflexive one was not, until a signalled one turns out to be it.
    public internal(set) var wasSignalled: Bool
    /// Which set of credentials it belongs to: 0, then one more each restart.
    public let generation: Int
    public let firstSeen: Instant

    var isUsable: Bool {
        if case .paired = disposition { true } else { false }
    }
}
