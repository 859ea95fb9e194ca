public import Wire

extension Message {
    /// Appends the answer of a STUN server to this Binding request: XOR-MAPPED-ADDRESS alone, 32 or 44 bytes.
    ///
    /// No FINGERPRINT and no SOFTWARE, so that the answer is as small as it can be (SECURITY: never a good amplifier). The
    /// caller has made sure that this is a Binding request without USERNAME and that its budget for the source allows a reply.
    public func appendServerResponse(observed source: TransportAddress, to buffer: inout [UInt8]) {
        MessageBuilder.append(.bindingSuccess, transactionID, to: &buffer) { message in
            message.addXORAddress(source)
        }
    }

    /// Whether a STUN server may answer: a Binding request that claims no ICE session and that we understand whole.
    public var isServerRequest: Bool {
        type == .bindingRequest && !hasUsername && !hasIntegrity && unknownRequiredCount == 0 && fingerprint != .wrong
    }
}
