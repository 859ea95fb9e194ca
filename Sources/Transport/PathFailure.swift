internal import Glibc
public import Wire

/// A datagram that did not leave, or that the network sent back word about.
///
/// It is a fact for a diagnosis, never an order: an ICMP message can be forged by whoever saw a datagram, and a path may heal.
public struct PathFailure: Hashable, Sendable {
    public enum Reason: UInt8, Hashable, Sendable, CaseIterable {
        /// Nobody listens on the remote port (ICMP port unreachable).
        case connectionRefused
        /// No route to the remote network, or no source address of its family.
        case networkUnreachable
        /// A router or the neighbour's silence says that the host cannot be reached.
        case hostUnreachable
        /// A packet filter of this machine, or a router's administrative ban, refused it.
        case notPermitted
        /// Larger than the path or the protocol takes.
        case messageTooLong
        /// The path's local address is no longer ours.
        case sourceUnavailable
        /// No socket of this loop has the path's local address.
        case noSocket
        /// The kernel's buffer was full, and our own queue behind it.
        case queueFull
        /// Anything else: see `errno`.
        case other
    }

    /// Who says so.
    public enum Origin: UInt8, Hashable, Sendable {
        /// This machine, at the time of sending.
        case local
        /// An ICMP message, later.
        case network
    }

    public let path: Path
    public let reason: Reason
    public let origin: Origin
    /// The system's error number; 0 where the reason is ours.
    public let errno: Int32
    /// The largest packet the path takes, where the network said so.
    public let maximumTransmissionUnit: Int?
    /// The router or host that sent the ICMP message.
    public let offender: IPAddress?
    /// How many datagrams were given up because of it, and their payload bytes; 0 where the network tells of one that had left.
    public var datagrams = 0
    public var bytes = 0

    init(
        path: Path, reason: Reason, origin: Origin = .local, errno: Int32 = 0, maximumTransmissionUnit: Int? = nil,
        offender: IPAddress? = nil
    ) {
        self.path = path
        self.reason = reason
        self.origin = origin
        self.errno = errno
        self.maximumTransmissionUnit = maximumTransmissionUnit
        self.offender = offender
    }
}

extension PathFailure.Reason {
    init(errno code: Int32) {
        self =
            switch code {
            case ECONNREFUSED: .connectionRefused
            case ENETUNREACH, ENETDOWN, EAFNOSUPPORT: .networkUnreachable
            case EHOSTUNREACH, EHOSTDOWN: .hostUnreachable
            case EPERM, EACCES: .notPermitted
            case EMSGSIZE: .messageTooLong
            case EADDRNOTAVAIL, EINVAL, ENODEV: .sourceUnavailable
            case EAGAIN, ENOBUFS, ENOMEM: .queueFull
            default: .other
            }
    }
}
