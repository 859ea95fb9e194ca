internal import Glibc
public import Wire

/// Why a socket, or what a loop needs beside its sockets, could not be had.
public enum SocketError: Error, Hashable, Sendable {
    /// Another socket holds the address, or one that overlaps it.
    case addressInUse(TransportAddress)
    /// No interface of this machine has the address.
    case addressNotAvailable(TransportAddress)
    /// A port below 1,024 without the right to it, or a sandbox that says no.
    case permissionDenied(TransportAddress)
    /// The kernel has no such family: IPv6 switched off, as a rule.
    case familyNotSupported(TransportAddress)
    /// The process or the machine has no descriptor left.
    case tooManyOpenFiles
    /// Any other refusal: the call that failed, its errno, and the address it was for.
    case failed(call: String, errno: Int32, address: TransportAddress?)

    init(errno code: Int32, call: String, address: TransportAddress?) {
        switch (code, address) {
        case (EADDRINUSE, let address?): self = .addressInUse(address)
        case (EADDRNOTAVAIL, let address?): self = .addressNotAvailable(address)
        case (EACCES, let address?), (EPERM, let address?): self = .permissionDenied(address)
        case (EAFNOSUPPORT, let address?): self = .familyNotSupported(address)
        case (EMFILE, _), (ENFILE, _): self = .tooManyOpenFiles
        default: self = .failed(call: call, errno: code, address: address)
        }
    }
}

extension SocketError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .addressInUse(let address): "UDP \(address) is in use by another process"
        case .addressNotAvailable(let address): "UDP \(address): no interface of this machine has that address"
        case .permissionDenied(let address): "UDP \(address): permission denied"
        case .familyNotSupported(let address): "UDP \(address): this machine has no \(address.ip.family == .v6 ? "IPv6" : "IPv4")"
        case .tooManyOpenFiles: "no file descriptor left (see ulimit -n)"
        case .failed(let call, let code, let address):
            "\(call)\(address.map { " for UDP \($0)" } ?? ""): \(String(cString: strerror(code)))"
        }
    }
}
