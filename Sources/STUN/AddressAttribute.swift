public import Wire

/// A transport address in an attribute (RFC 8489 §14.1, §14.2):
///
/// ```
/// |0 0 0 0 0 0 0 0|    family     |           port                |
/// |                 address, 4 or 16 bytes                        |
/// ```
///
/// In the XOR- forms the port is combined with the cookie's first half, an IPv4 address with the cookie, and an IPv6 one with
/// the cookie and the transaction identifier, so that a NAT that rewrites addresses in payloads does not find it.
extension Message {
    /// XOR-MAPPED-ADDRESS: the source of the request as the responder saw it.
    public var xorMappedAddress: TransportAddress? {
        guard let value = value(at: landmarks.xorMappedAddress) else { return nil }
        return Self.address(in: value, unmaskedWith: transactionID)
    }

    /// An attribute in one of the XOR- forms, XOR-PEER-ADDRESS or XOR-RELAYED-ADDRESS say.
    public func xorAddress(of type: AttributeType) -> TransportAddress? {
        guard let value = value(of: type) else { return nil }
        return Self.address(in: value, unmaskedWith: transactionID)
    }

    /// MAPPED-ADDRESS, as RFC 3489 servers send it; for comparison only.
    public var mappedAddress: TransportAddress? {
        guard let value = value(of: .mappedAddress) else { return nil }
        return Self.address(in: value, unmaskedWith: nil)
    }

    static func address(in value: Span<UInt8>, unmaskedWith transactionID: TransactionID?) -> TransportAddress? {
        guard value.count >= 8, let wirePort = value.uint16(at: 2) else { return nil }
        let port = transactionID == nil ? wirePort : wirePort ^ UInt16(magicCookie >> 16)
        switch (value[1], value.count) {
        case (IPAddress.Family.v4.rawValue, 8):
            guard let word = value.uint32(at: 4) else { return nil }
            return TransportAddress(IPAddress(v4: transactionID == nil ? word : word ^ magicCookie), port)
        case (IPAddress.Family.v6.rawValue, 20):
            guard let high = value.uint64(at: 4), let low = value.uint64(at: 12) else { return nil }
            guard let transactionID else { return TransportAddress(IPAddress(v6High: high, low: low), port) }
            let mask = UInt64(magicCookie) << 32 | UInt64(transactionID.high)
            return TransportAddress(IPAddress(v6High: high ^ mask, low: low ^ transactionID.low), port)
        default:
            return nil
        }
    }
}
