internal import CShims
internal import Crypt
internal import ICE
internal import Inspection
internal import Peer
internal import SCTP
internal import Synchronization
internal import Wire

/// What all loops of an engine share: values that never change, and the few things that are safe from any thread.
final class Hub: Sendable {
    let configuration: EngineConfiguration
    let identity: Identity
    let localCertificate: Record.Certificate
    let registry: Registry
    let feed = Feed()
    let archive: Archive
    let stack: StackOwner
    let policy: AddressPolicy
    let notify: @Sendable (SessionNotice) -> Void
    let tally = Tally()
    private let refusals: Mutex<RefusalRate>

    init(
        configuration: EngineConfiguration, identity: Identity, archive: Archive, ownNetworks: [AddressPrefix],
        notify: @escaping @Sendable (SessionNotice) -> Void = { _ in }
    ) {
        self.notify = notify
        self.configuration = configuration
        self.identity = identity
        self.archive = archive
        let certificate = identity.certificate
        localCertificate = Record.Certificate(
            fingerprint: identity.fingerprint.digits, base64: Base64.encode(certificate.span))
        refusals = Mutex(RefusalRate(perMinute: configuration.refusalsPerMinute))
        registry = Registry(limit: configuration.sessions, limitPerAddress: configuration.sessionsPerAddress)
        stack = StackOwner()
        var policy = configuration.policy
        policy.allowed += ownNetworks
        self.policy = policy
    }

    /// Takes one refusal from an address; nil where it may be written down, else how long until the next may be.
    func takeRefusal(from address: String, at now: Instant) -> Duration? {
        refusals.withLock { $0.take(AddressGroup(address), at: now) }
    }

    /// A peer's configuration on a loop with these candidates.
    func peerConfiguration(_ candidates: [ICE.Candidate]) -> PeerConnection.Configuration {
        PeerConnection.Configuration(
            identity: identity, localCandidates: candidates, policy: policy, stack: stack.shared,
            patience: configuration.patience, setupDeadline: configuration.setupDeadline)
    }
}

/// Which loop owns usrsctp, whose state is global to the process: it alone moves its clock, and all data peers live there.
struct StackOwner: Sendable {
    let owner = 0
    var shared: SCTP.Stack { .shared }

    func nextDeadline(for loop: Int) -> Instant? {
        loop == owner ? shared.nextDeadline : nil
    }
}

/// The wall clock and the loops' clock at one moment, to tell one in terms of the other.
enum Clock {
    /// Microseconds since 1970.
    static var wallMicroseconds: Int64 { shim_wall_microseconds() }
    static var wallMilliseconds: Int64 { shim_wall_microseconds() / 1000 }
    static var now: Instant { Instant(nanoseconds: shim_monotonic_nanoseconds()) }
}
