internal import ICE
public import Transport
public import Wire

/// What an engine is started with.
public struct EngineConfiguration: Sendable {
    /// The first media port; loop n takes the n-th after it. 0 lets the kernel choose for each.
    public var mediaPort: UInt16 = 8189
    /// Where to bind; empty: the wildcard of each family.
    public var listen: [IPAddress] = []
    public var loops = 1
    /// Which of the machine's addresses become candidates.
    public var interfaces = InterfaceFilter()
    /// Addresses to tell peers beside our own: those a NAT maps one to one to ours.
    public var advertised: [IPAddress] = []
    public var remoteCandidates = RemoteCandidates.auto
    public var sessions = 10_000
    public var sessionsPerAddress = 1_000
    /// Whether addresses of peers are recorded and shown without their last part.
    public var masksAddresses = false
    /// Refused offers of one address that are written down in a minute.
    public var refusalsPerMinute = 300
    /// RFC 8863.
    public var patience: Duration = .milliseconds(39_500)
    /// How often a live session's figures are sampled; zero: never.
    public var sampleInterval: Duration = .seconds(1)
    public var setupDeadline: Duration = .seconds(45)

    public init() {}

    /// Which remote candidates may be checked (SECURITY A15).
    public enum RemoteCandidates: Sendable {
        /// Global addresses, and narrower ones where we have an address of that reach.
        case auto
        /// Loopback, link-local and private addresses too, whatever our own are.
        case open
        /// Global addresses only.
        case strict
    }

    var policy: AddressPolicy {
        switch remoteCandidates {
        case .auto: AddressPolicy()
        case .open: AddressPolicy(alsoAllowedScopes: .all)
        case .strict: AddressPolicy(deniedScopes: .all)
        }
    }
}

/// Why an engine did not start.
public enum EngineError: Error, CustomStringConvertible {
    case socket(SocketError)
    case identity(String)
    /// The loops need more ports than there are from the media port on.
    case noPort
    /// No interface has an address that may be offered.
    case noCandidates

    public var description: String {
        switch self {
        case .socket(let error): "cannot open the media port: \(error)"
        case .identity(let text): "cannot make a certificate: \(text)"
        case .noPort: "there are not as many ports from --media-port on as there are --loops"
        case .noCandidates: "no network interface has an address that may be offered; see --loopback and --advertise"
        }
    }
}
