internal import DTLS
internal import SCTP
internal import STUN
internal import Wire

/// Every accessor of a message that parses, and the promise that what it shows lies within the message.
func fuzzSTUN(_ bytes: Span<UInt8>) {
    guard let message = try? Message(parsing: bytes) else { return }
    var total = 0
    message.forEachAttribute { attribute in total += 4 + attribute.value.count }
    precondition(total <= bytes.count, "attributes lie within the message")
    _ = message.username?.count
    _ = message.priority
    _ = message.iceControlling
    _ = message.iceControlled
    _ = message.xorMappedAddress
    _ = message.mappedAddress
    _ = message.errorCode
    _ = message.errorReason
    _ = message.software
    _ = message.unknownRequiredAttributes
    let key = IntegrityKey(shortTermPassword: "a password of 22 bytes")
    _ = message.integrity(under: key)
    _ = message.integritySHA256(under: key)
}

/// What parses is written back to what parses as the same.
func fuzzDCEP(_ bytes: Span<UInt8>) {
    guard let message = try? DCEP.parse(bytes), case .open(let open) = message, !open.isCut else { return }
    let again = try? DCEP.parse(DCEP.serialize(open).span)
    precondition(again == message, "an open message survives being written and read")
}

/// Records and fragments lie within the datagram, and looking at it takes no more steps than it has bytes.
func fuzzRecords(_ bytes: Span<UInt8>) {
    var records = RecordReader(bytes)
    var count = 0
    while let record = records.next() {
        count += 1
        precondition(count <= bytes.count, "each record has a header")
        precondition(record.payload.upperBound <= bytes.count, "a record lies within the datagram")
        let payload = bytes.extracting(record.payload)
        _ = ClientHello(parsing: payload)
        var fragments = FragmentReader(payload)
        while let fragment = fragments.next() {
            precondition(fragment.body.upperBound <= payload.count, "a fragment lies within its record")
            _ = ClientHello(parsing: payload.extracting(fragment.body))
        }
    }
    _ = HandshakePeek(bytes).description.count
}
