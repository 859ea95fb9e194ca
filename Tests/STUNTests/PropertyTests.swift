import STUN
import Testing
import Wire

/// By seed: any bytes do no harm, and what is written is what is read.
@Suite struct PropertyTests {
    static let key = IntegrityKey(shortTermPassword: "0123456789abcdefghijkl")

    /// Reads everything a message offers; returns a number so that nothing is optimised away.
    static func readAll(_ bytes: [UInt8]) -> Int {
        guard let message = try? Message(parsing: bytes.span) else { return -1 }
        var sum = message.username?.count ?? 0
        sum &+= Int(message.priority ?? 0)
        sum &+= message.iceControlled == nil ? 0 : 1
        sum &+= message.iceControlling == nil ? 0 : 1
        sum &+= Int(message.errorCode?.rawValue ?? 0)
        sum &+= message.errorReason?.count ?? 0
        sum &+= message.software?.count ?? 0
        sum &+= message.xorMappedAddress == nil ? 0 : 1
        sum &+= message.mappedAddress == nil ? 0 : 1
        sum &+= message.unknownRequiredAttributes.count
        sum &+= message.integrity(under: key) == .valid ? 1 : 0
        sum &+= message.integritySHA256(under: key) == .valid ? 1 : 0
        sum &+= message.fingerprint == .valid ? 1 : 0
        sum &+= message.localFragment == nil ? 0 : 1
        var attributes = 0
        message.forEachAttribute { attributes += 1 + $0.value.count }
        #expect(attributes <= bytes.count)
        return sum &+ attributes
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `Any bytes do no harm`(seed: UInt64) {
        var random = RandomSource.seeded(seed)
        for _ in 0..<200 {
            var bytes = random.bytes(Int(random.next() % 200))
            _ = Self.readAll(bytes)
            // The same with a header that lets the parser in.
            if bytes.count >= 20 {
                bytes = Array(bytes.prefix(bytes.count & ~3))
                let length = bytes.count - 20
                bytes.replaceSubrange(
                    0..<8, with: [bytes[0] & 1, bytes[1], UInt8(length >> 8), UInt8(length & 255), 0x21, 0x12, 0xa4, 0x42])
                _ = Self.readAll(bytes)
            }
        }
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `A vector with any byte changed or any tail cut does no harm`(seed: UInt64) {
        var random = RandomSource.seeded(seed)
        for vector in [VectorTests.request, VectorTests.responseV6, VectorTests.longTerm, VectorTests.sha256] {
            for _ in 0..<30 {
                var bytes = vector
                for _ in 0..<(1 + random.next() % 4) {
                    bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
                }
                _ = Self.readAll(bytes)
                _ = Self.readAll(Array(bytes.prefix(Int(random.next() % UInt64(bytes.count + 1)))))
            }
        }
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `What is written is what is read`(seed: UInt64) throws {
        var random = RandomSource.seeded(seed)
        let id = TransactionID(random: &random)
        let count = Int(random.next() % 12)
        let attributes = (0..<count).map { _ in
            // Not the three that end a message.
            (
                type: AttributeType(rawValue: 0x9000 | UInt16(truncatingIfNeeded: random.next() & 0xfff)),
                value: random.bytes(Int(random.next() % 40))
            )
        }
        let bytes = MessageBuilder.message(.bindingIndication, id) { message in
            for attribute in attributes { message.add(attribute.type, attribute.value.span) }
            message.finish(integrity: Self.key)
            message.finishWithFingerprint()
        }
        let message = try Message(parsing: bytes.span)
        let (readID, type, valid, fingerprint) = (
            message.transactionID, message.type, message.integrity(under: Self.key), message.fingerprint
        )
        #expect(readID == id)
        #expect(type == .bindingIndication)
        #expect(valid == .valid)
        #expect(fingerprint == .valid)
        var read: [(AttributeType, [UInt8])] = []
        message.forEachAttribute { read.append(($0.type, $0.value.array)) }
        #expect(read.dropLast(2).elementsEqual(attributes) { $0.0 == $1.type && $0.1 == $1.value })
    }
}
