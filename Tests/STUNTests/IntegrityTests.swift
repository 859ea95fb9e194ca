import STUN
import Testing
import Wire

@Suite struct IntegrityTests {
    let id = TransactionID(high: 7, low: 8)
    let key = IntegrityKey(shortTermPassword: "a password of some length")

    func check(_ after: (inout MessageBuilder) -> Void = { _ in }) -> [UInt8] {
        MessageBuilder.message(.bindingRequest, id) { message in
            message.add(.username, text: "left:right")
            message.add(.priority, 5 as UInt32)
            message.finish(integrity: key)
            after(&message)
        }
    }

    @Test func `Any changed bit before the tag is noticed`() {
        let bytes = check { $0.finishWithFingerprint() }
        #expect(integrity(of: bytes, key) == .valid)
        for index in bytes.indices.dropLast(8) where ![2, 3].contains(index) {
            for bit in 0..<8 {
                var changed = bytes
                changed[index] ^= 1 << UInt8(bit)
                #expect(integrity(of: changed, key) != .valid, "byte \(index) bit \(bit)")
            }
        }
    }

    @Test func `What follows the tag changes nothing and is not read`() throws {
        let bytes = check { message in
            message.addFlag(.useCandidate)
            message.add(.iceControlling, 1 as UInt64)
            message.add(AttributeType(rawValue: 0x7777), 1 as UInt32)
            message.finishWithFingerprint()
        }
        let message = try Message(parsing: bytes.span)
        let facts = (message.integrity(under: key), message.useCandidate, message.iceControlling, message.unknownRequiredCount)
        #expect(facts.0 == .valid)
        #expect(!facts.1)
        #expect(facts.2 == nil)
        #expect(facts.3 == 0)
        let smuggled = message.value(of: .useCandidate)?.count
        #expect(smuggled == nil)
        let fingerprint = message.fingerprint
        #expect(fingerprint == .valid)
    }

    @Test func `Both tags verify together, and the longer one may be cut`() throws {
        let bytes = check { message in
            message.finish(integritySHA256: key)
            message.finishWithFingerprint()
        }
        let message = try Message(parsing: bytes.span)
        let (sha1, sha256, fingerprint) = (message.integrity(under: key), message.integritySHA256(under: key), message.fingerprint)
        #expect(sha1 == .valid)
        #expect(sha256 == .valid)
        #expect(fingerprint == .valid)
        let other = IntegrityKey(shortTermPassword: "another")
        let wrong = message.integritySHA256(under: other)
        #expect(wrong == .wrong)
    }

    @Test(arguments: [0, 4, 12, 19, 24])
    func `A tag of another length is wrong`(count: Int) throws {
        let bytes = MessageBuilder.message(.bindingRequest, id) { message in
            message.add(.messageIntegrity, [UInt8](repeating: 0, count: count).span)
            message.add(.messageIntegritySHA256, [UInt8](repeating: 0, count: count == 24 ? 36 : min(count, 15)).span)
        }
        let message = try Message(parsing: bytes.span)
        let (sha1, sha256) = (message.integrity(under: key), message.integritySHA256(under: key))
        #expect(sha1 == .wrong)
        #expect(sha256 == .wrong)
    }

    @Test func `A fingerprint that is not last, or not right, is wrong`() throws {
        var bytes = check { $0.finishWithFingerprint() }
        bytes[bytes.count - 1] ^= 1
        let wrong = try Message(parsing: bytes.span).fingerprint
        #expect(wrong == .wrong)
        let early = MessageBuilder.message(.bindingRequest, id) { message in
            message.finishWithFingerprint()
            message.add(.priority, 1 as UInt32)
        }
        let misplaced = try Message(parsing: early.span).fingerprint
        #expect(misplaced == .wrong)
    }

    @Test func `A key does not print its secret`() {
        #expect("\(key)" == "IntegrityKey(…)")
    }
}
