// libmicrohttpd's header brings the socket headers in, and so owns their declarations.
internal import CMicrohttpd
internal import Glibc

/// The far end of a connection.
struct PeerAddress: Sendable {
    /// What is counted together: an IPv4 address, or the first 64 bits of an IPv6 one.
    let key: UInt64
    let text: String
    let port: UInt16

    /// Reads what accept(2) or getsockname(2) filled in; IPv4-mapped addresses are read as IPv4.
    init(_ storage: inout sockaddr_storage) {
        // unsafe: the storage is large and aligned enough for every family, and the family says which it holds.
        switch Int32(storage.ss_family) {
        case AF_INET:
            let four = withUnsafeBytes(of: &storage) { $0.loadUnaligned(as: sockaddr_in.self) }
            self.init(four: UInt32(bigEndian: four.sin_addr.s_addr), port: UInt16(bigEndian: four.sin_port))
        case AF_INET6:
            var six = withUnsafeBytes(of: &storage) { $0.loadUnaligned(as: sockaddr_in6.self) }
            let (high, low) = withUnsafeBytes(of: &six.sin6_addr) {
                (
                    UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
                    UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
                )
            }
            let port = UInt16(bigEndian: six.sin6_port)
            if high == 0, low >> 32 == 0xffff {
                self.init(four: UInt32(truncatingIfNeeded: low), port: port)
                return
            }
            let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { buffer in
                guard let start = buffer.baseAddress,
                    let text = inet_ntop(AF_INET6, &six.sin6_addr, start, socklen_t(INET6_ADDRSTRLEN))
                else { return "::" }
                return String(cString: text)
            }
            // ::1 and the IPv4 addresses stay apart: global prefixes begin with 0x2…, IPv4 keys are below 2³².
            self.init(key: high == 0 ? low | 1 << 63 : high, text: text, port: port)
        default:
            self.init(key: 0, text: "", port: 0)
        }
    }

    private init(four: UInt32, port: UInt16) {
        self.init(
            key: UInt64(four), text: "\(four >> 24 & 255).\(four >> 16 & 255).\(four >> 8 & 255).\(four & 255)", port: port)
    }

    private init(key: UInt64, text: String, port: UInt16) {
        self.key = key
        self.text = text
        self.port = port
    }
}
