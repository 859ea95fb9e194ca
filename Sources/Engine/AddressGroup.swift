internal import Wire

/// What limits of an address count together: an IPv4 address, or the first 64 bits of an IPv6 one, which one host alone may
/// have 2⁶⁴ addresses of.
struct AddressGroup: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    /// Text that is no address is a group by itself.
    init(_ text: String) {
        guard let address = IPAddress(text.prefix { $0 != "%" })?.unmapped else {
            high = .max
            low = UInt64(bitPattern: Int64(text.hashValue))
            return
        }
        high = address.family == .v4 ? 0 : address.high
        // All hosts of a link share its fe80::/64, so there each address counts alone; so does ::1, beside 0.0.0.1.
        let isAlone = address.family == .v4 || address.isLinkLocal || address.high == 0
        low = isAlone ? (address.family == .v4 ? 1 << 32 | address.low : address.low) : 0
    }
}
