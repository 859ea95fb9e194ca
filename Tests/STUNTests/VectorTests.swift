import STUN
import Testing
import Wire

/// RFC 5769 §2 and RFC 8489 appendix B.1, byte for byte.
@Suite struct VectorTests {
    static let password = "VOkJxbRl1RmTxUk/WvJxBt"

    /// RFC 5769 §2.1; padded with spaces, which a receiver must not mind.
    static let request = hex(
        """
        000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff80290008932ff9b151263b36
        000600096576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf
        """)
    static let responseV4 = hex(
        """
        0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a643000800142b91f599fd9e90c3
        8c7489f92af9ba53f06be7d780280004c07d4c96
        """)
    static let responseV6 = hex(
        """
        010100482112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9
        00080014a382954e4be67bf11784c97c8292c275bfe3ed4180280004c8fb0b4c
        """)
    static let longTerm = hex(
        """
        000100602112a44278ad3433c6ad72c029da412e00060012e3839ee38388e383aae38383e382afe382b900000015001c662f2f3439396b3935346436
        4f4c33346f4c394653547679363473410014000b6578616d706c652e6f72670000080014f67024656dd64a3e02b8e0712e85c9a28ca89666
        """)
    static let sha256 = hex(
        """
        000100902112a44278ad3433c6ad72c029da412e001e00204a3cf38fef6992bda952c6780417da0f24819415569e60b205c46e41407f170400150029
        6f624d61744a6f733241414143662f2f3439396b39353464364f4c33346f4c394653547679363473410000000014000b6578616d706c652e6f726700
        001d000400020000001c0020b5c7bf005b6c52a21c51c5e892f81924136296cb927c43149309278cc6518e65
        """)

    @Test func `RFC 5769 §2.1, request with short-term authentication`() throws {
        let message = try Message(parsing: Self.request.span)
        let facts = (
            type: message.type, id: message.transactionID.description, username: message.username?.array, software: message.software,
            priority: message.priority, controlled: message.iceControlled, controlling: message.iceControlling,
            use: message.useCandidate, fingerprint: message.fingerprint
        )
        #expect(facts.type == .bindingRequest)
        #expect(facts.id == "b7e7a701bc34d686fa87dfae")
        #expect(facts.username == Array("evtj:h6vY".utf8))
        #expect(facts.software == "STUN test client")
        #expect(facts.priority == 0x6e00_01ff)
        #expect(facts.controlled == 0x932f_f9b1_5126_3b36)
        #expect(facts.controlling == nil)
        #expect(!facts.use)
        #expect(facts.fingerprint == .valid)
        #expect(integrity(of: Self.request, IntegrityKey(shortTermPassword: Self.password)) == .valid)
        #expect(integrity(of: Self.request, IntegrityKey(shortTermPassword: "VOkJxbRl1RmTxUk/WvJxBu")) == .wrong)
        #expect(Message.localFragment(of: Self.request.span) == UsernameFragment("evtj"))
    }

    @Test func `RFC 5769 §2.2, IPv4 response`() throws {
        let message = try Message(parsing: Self.responseV4.span)
        let (mapped, fingerprint, type) = (message.xorMappedAddress, message.fingerprint, message.type)
        #expect(type == .bindingSuccess)
        #expect(mapped == TransportAddress("192.0.2.1:32853"))
        #expect(fingerprint == .valid)
        #expect(integrity(of: Self.responseV4, IntegrityKey(shortTermPassword: Self.password)) == .valid)
    }

    @Test func `RFC 5769 §2.3, IPv6 response`() throws {
        let message = try Message(parsing: Self.responseV6.span)
        let (mapped, fingerprint) = (message.xorMappedAddress, message.fingerprint)
        #expect(mapped == TransportAddress("[2001:db8:1234:5678:11:2233:4455:6677]:32853"))
        #expect(fingerprint == .valid)
        #expect(integrity(of: Self.responseV6, IntegrityKey(shortTermPassword: Self.password)) == .valid)
    }

    @Test func `RFC 5769 §2.4, request with long-term authentication`() throws {
        let key = IntegrityKey(longTermUsername: "マトリックス", realm: "example.org", password: "TheMatrIX")
        #expect(integrity(of: Self.longTerm, key) == .valid)
        let message = try Message(parsing: Self.longTerm.span)
        let (realm, nonce) = (message.value(of: .realm)?.array, message.value(of: .nonce)?.array)
        #expect(realm == Array("example.org".utf8))
        #expect(nonce == Array("f//499k954d6OL34oL9FSTvy64sA".utf8))
    }

    @Test func `RFC 8489 B.1, request with MESSAGE-INTEGRITY-SHA256 and USERHASH`() throws {
        let key = IntegrityKey(longTermUsername: "マトリックス", realm: "example.org", password: "TheMatrIX", algorithm: .sha256)
        let message = try Message(parsing: Self.sha256.span)
        let (sha256, sha1, hash) = (message.integritySHA256(under: key), message.integrity(under: key), message.value(of: .userhash)?.count)
        #expect(sha256 == .valid)
        #expect(sha1 == .absent)
        #expect(hash == 32)
    }

    /// The vectors again, built by us: the same bytes, but for the padding we are bound to make zero.
    @Test func `Our responses are the vectors' bytes`() throws {
        let id = TransactionID(high: 0xb7e7_a701, low: 0xbc34_d686_fa87_dfae)
        let key = IntegrityKey(shortTermPassword: Self.password)
        for (address, vector) in [
            ("192.0.2.1:32853", Self.responseV4), ("[2001:db8:1234:5678:11:2233:4455:6677]:32853", Self.responseV6),
        ] {
            let mapped = try #require(TransportAddress(address))
            let built = MessageBuilder.message(.bindingSuccess, id) { message in
                message.add(.software, text: "test vector")
                message.addXORAddress(mapped)
                message.finish(integrity: key)
                message.finishWithFingerprint()
            }
            // The vector pads SOFTWARE with a space, so only the bytes before the integrity compare.
            var expected = vector
            expected[35] = 0
            #expect(built.dropLast(32) == expected.dropLast(32))
            #expect(integrity(of: built, key) == .valid)
        }
    }
}

func integrity(of bytes: [UInt8], _ key: IntegrityKey) -> Integrity? {
    guard let message = try? Message(parsing: bytes.span) else { return nil }
    return message.integrity(under: key)
}

func hex(_ text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}
