internal import Glibc

/// An IPv4 or IPv6 address, 16 bytes inline, with the zone of a link-local one.
///
/// An IPv4 address is kept apart from its IPv4-mapped IPv6 form: `::ffff:1.2.3.4` parses as IPv6. `unmapped` joins them.
@frozen
public struct IPAddress: Hashable, Sendable {
    public enum Family: UInt8, Sendable { case v4 = 1, v6 = 2 }

    /// The first eight bytes of an IPv6 address, as a big-endian number; 0 for IPv4.
    public let high: UInt64
    /// The last eight bytes of an IPv6 address, or the four of an IPv4 one, as a big-endian number.
    public let low: UInt64
    public let family: Family
    /// The interface index of a link-local IPv6 address; 0 where it has none.
    public let zone: UInt32

    public init(v4: UInt32) {
        high = 0
        low = UInt64(v4)
        family = .v4
        zone = 0
    }

    public init(v6High: UInt64, low: UInt64, zone: UInt32 = 0) {
        high = v6High
        self.low = low
        family = .v6
        self.zone = zone
    }

    /// Four numbers as they are written.
    public init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) {
        self.init(v4: UInt32(a) << 24 | UInt32(b) << 16 | UInt32(c) << 8 | UInt32(d))
    }

    /// Parses the textual form (RFC 4291 §2.2, dotted quad without leading zeros). A zone (`%eth0`), brackets, a name: nil.
    public init?(_ text: some StringProtocol) {
        // The longest form is 45 characters; anything longer is a name.
        guard text.utf8.count <= 45, !text.utf8.contains(0) else { return nil }
        let string = String(text)
        var four = in_addr()
        if inet_pton(AF_INET, string, &four) == 1 {
            self.init(v4: UInt32(bigEndian: four.s_addr))
            return
        }
        var six = in6_addr()
        guard inet_pton(AF_INET6, string, &six) == 1 else { return nil }
        // unsafe: reads the 16 initialised bytes of a local struct.
        let (high, low) = withUnsafeBytes(of: &six) { bytes in
            (
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
        self.init(v6High: high, low: low)
    }

    /// The IPv4 address inside an IPv4-mapped IPv6 one (`::ffff:0:0/96`); every other address is itself.
    public var unmapped: IPAddress {
        guard family == .v6, high == 0, low >> 32 == 0xffff else { return self }
        return IPAddress(v4: UInt32(truncatingIfNeeded: low))
    }

    public var isLoopback: Bool {
        family == .v4 ? low >> 24 == 127 : high == 0 && low == 1
    }

    public var isUnspecified: Bool { high == 0 && low == 0 }

    public var isLinkLocal: Bool {
        family == .v4 ? low >> 16 == 0xa9fe : high >> 54 == 0xfe80 >> 6
    }

    /// RFC 1918, shared address space (RFC 6598) and unique local IPv6 (RFC 4193).
    public var isPrivate: Bool {
        if family == .v6 { return high >> 57 == 0xfc >> 1 }
        return low >> 24 == 10 || low >> 20 == 0xac1 || low >> 16 == 0xc0a8 || low >> 22 == 0x6440 >> 6
    }

    public var isMulticast: Bool {
        family == .v4 ? low >> 28 == 0xe : high >> 56 == 0xff
    }

    public func withZone(_ zone: UInt32) -> IPAddress {
        family == .v6 ? IPAddress(v6High: high, low: low, zone: zone) : self
    }
}

extension IPAddress: CustomStringConvertible {
    /// Dotted quad, or IPv6 as RFC 5952 writes it; without the zone.
    public var description: String {
        if family == .v4 {
            return "\(low >> 24 & 255).\(low >> 16 & 255).\(low >> 8 & 255).\(low & 255)"
        }
        var six = in6_addr()
        withUnsafeMutableBytes(of: &six) { bytes in
            bytes.storeBytes(of: high.bigEndian, toByteOffset: 0, as: UInt64.self)
            bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { buffer in
            guard let start = buffer.baseAddress,
                let text = inet_ntop(AF_INET6, &six, start, socklen_t(INET6_ADDRSTRLEN))
            else { return "::" }
            return String(cString: text)
        }
    }
}
