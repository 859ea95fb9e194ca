import STUN
import Testing
import Wire

@Suite struct CodecTests {
    let id = TransactionID(high: 1, low: 2)

    @Test func `Method and class interleave as figure 3 of RFC 8489 shows`() {
        #expect(MessageType.bindingRequest.rawValue == 0x0001)
        #expect(MessageType.bindingIndication.rawValue == 0x0011)
        #expect(MessageType.bindingSuccess.rawValue == 0x0101)
        #expect(MessageType.bindingError.rawValue == 0x0111)
        #expect(MessageType(.error, .allocate).rawValue == 0x0113)
        for raw in 0...UInt16.max {
            let type = MessageType(rawValue: raw)
            #expect((type == nil) == (raw >= 0x4000))
            if let type { #expect(type.rawValue == raw) }
        }
    }

    /// Bytes that are no message, and why.
    static let malformed: [(String, [UInt8], STUNError)] = [
        ("nothing", [], .notSTUN),
        ("nineteen bytes", [UInt8](repeating: 0, count: 19), .notSTUN),
        ("a first byte of 64", [0x40, 1] + header.dropFirst(2), .notSTUN),
        ("no cookie", [0, 1, 0, 0] + [UInt8](repeating: 0, count: 16), .noMagicCookie),
        ("a length beyond the end", changed(header, at: 3, to: 4), .wrongLength(stated: 4, actual: 0)),
        ("a length before the end", header + [0, 0, 0, 0], .wrongLength(stated: 0, actual: 4)),
        ("an odd length", changed(header, at: 3, to: 3) + [0, 0, 0], .wrongLength(stated: 3, actual: 3)),
        (
            "an attribute past the end", changed(header, at: 3, to: 8) + [0, 6, 0, 5, 1, 2, 3, 4],
            .attributePastEnd(type: 6, length: 5)
        ),
        (
            "a length of 65,535", changed(header, at: 3, to: 4) + [0, 8, 255, 255],
            .attributePastEnd(type: 8, length: 65_535)
        ),
    ]
    static let header: [UInt8] = MessageBuilder.message(.bindingRequest, TransactionID(high: 1, low: 2))

    static func changed(_ bytes: [UInt8], at index: Int, to value: UInt8) -> [UInt8] {
        var bytes = bytes
        bytes[index] = value
        return bytes
    }

    @Test(arguments: malformed)
    func `What is no message says why`(name: String, bytes: [UInt8], reason: STUNError) {
        #expect(throws: reason, "\(name)") { _ = try Message(parsing: bytes.span).type }
    }

    @Test func `Every attribute of a check reads back`() throws {
        let bytes = MessageBuilder.message(.bindingRequest, id) { message in
            message.add(.username, text: "here:there")
            message.add(.priority, 0x6eff_ffff as UInt32)
            message.add(.iceControlling, 0xfedc_ba98_7654_3210 as UInt64)
            message.addFlag(.useCandidate)
            message.add(.software, text: "a\u{1b}[31mb")
        }
        #expect(bytes.count % 4 == 0)
        let message = try Message(parsing: bytes.span)
        let username = message.username?.array
        #expect(username == Array("here:there".utf8))
        let (priority, controlling, controlled) = (message.priority, message.iceControlling, message.iceControlled)
        #expect(priority == 0x6eff_ffff)
        #expect(controlling == 0xfedc_ba98_7654_3210)
        #expect(controlled == nil)
        let (use, software, fragment) = (message.useCandidate, message.software, message.localFragment)
        #expect(use)
        #expect(software == "a·[31mb")
        #expect(fragment == UsernameFragment("here"))
        let (hasIntegrity, fingerprint) = (message.hasIntegrity, message.fingerprint)
        #expect(!hasIntegrity)
        #expect(fingerprint == .absent)
    }

    @Test(arguments: [ErrorCode.badRequest, .unauthenticated, .unknownAttribute, .roleConflict, .serverError, .tryAlternate])
    func `An error reads back with its phrase`(code: ErrorCode) throws {
        let bytes = MessageBuilder.message(.bindingError, id) { $0.addError(code) }
        let message = try Message(parsing: bytes.span)
        let (read, reason) = (message.errorCode, message.errorReason)
        #expect(read == code)
        #expect(reason == "\(code.reason)")
    }

    @Test func `Numbers that are no error code are nil`() throws {
        for value: [UInt8] in [[0, 0, 2, 0], [0, 0, 7, 0], [0, 0, 4, 100], [0, 0, 4], []] {
            let bytes = MessageBuilder.message(.bindingError, id) { $0.add(.errorCode, value.span) }
            let code = try Message(parsing: bytes.span).errorCode
            #expect(code == nil, "\(value)")
        }
        #expect(ErrorCode(rawValue: 299) == nil)
        #expect(ErrorCode(rawValue: 700) == nil)
    }

    @Test func `Fields of the wrong size are nil`() throws {
        let bytes = MessageBuilder.message(.bindingSuccess, id) { message in
            message.add(.priority, [1, 2, 3].span)
            message.add(.iceControlled, [1, 2, 3, 4].span)
            message.add(.username, text: "")
            message.add(.xorMappedAddress, [0, 9, 0, 0, 1, 2, 3, 4].span)
            message.add(.mappedAddress, [0, 1, 0, 0, 1, 2, 3].span)
        }
        let message = try Message(parsing: bytes.span)
        let facts = (message.priority, message.iceControlled, message.username?.count, message.xorMappedAddress, message.mappedAddress)
        #expect(facts.0 == nil)
        #expect(facts.1 == nil)
        #expect(facts.2 == nil)
        #expect(facts.3 == nil)
        #expect(facts.4 == nil)
    }

    @Test func `Only the first of two attributes of a type counts`() throws {
        let bytes = MessageBuilder.message(.bindingRequest, id) { message in
            message.add(.priority, 1 as UInt32)
            message.add(.priority, 2 as UInt32)
        }
        let priority = try Message(parsing: bytes.span).priority
        #expect(priority == 1)
    }

    @Test func `Unknown attributes that must be understood are listed once each`() throws {
        let bytes = MessageBuilder.message(.bindingRequest, id) { message in
            for type in [0x7abc, 0x0019, 0x7abc, 0xc001, 0x8029] as [UInt16] {
                message.add(AttributeType(rawValue: type), [1, 2, 3, 4, 5, 6, 7, 8].span)
            }
        }
        let message = try Message(parsing: bytes.span)
        let (count, types) = (message.unknownRequiredCount, message.unknownRequiredAttributes)
        #expect(count == 3)
        #expect(types == [AttributeType(rawValue: 0x7abc), .requestedTransport])
    }

    @Test(arguments: ["192.0.2.1:32853", "0.0.0.0:0", "255.255.255.255:65535", "[::]:1", "[2001:db8::1]:8189"])
    func `An address survives its mask`(text: String) throws {
        let address = try #require(TransportAddress(text))
        var random = RandomSource.seeded(3)
        let bytes = MessageBuilder.message(.bindingSuccess, TransactionID(random: &random)) { message in
            message.addXORAddress(address)
            message.addXORAddress(address, as: .xorPeerAddress)
        }
        let message = try Message(parsing: bytes.span)
        let (mapped, peer) = (message.xorMappedAddress, message.xorAddress(of: .xorPeerAddress))
        #expect(mapped == address)
        #expect(peer == address)
    }

    @Test func `A server's answer is as small as can be`() throws {
        let request = MessageBuilder.message(.bindingRequest, id)
        let message = try Message(parsing: request.span)
        for (source, size) in [("203.0.113.9:5", 32), ("[2001:db8::9]:5", 44)] {
            let address = try #require(TransportAddress(source))
            var buffer: [UInt8] = [1, 2, 3]
            message.appendServerResponse(observed: address, to: &buffer)
            #expect(buffer.count == size + 3)
            let response = try Message(parsing: buffer.span.extracting(3..<buffer.count))
            let (mapped, answered) = (response.xorMappedAddress, response.transactionID)
            #expect(mapped == address)
            #expect(answered == id)
        }
        let asked = message.isServerRequest
        #expect(asked)
    }

    @Test func `A server answers no check, no indication and nothing it does not understand`() throws {
        let check = MessageBuilder.message(.bindingRequest, id) { $0.add(.username, text: "a:b") }
        let strange = MessageBuilder.message(.bindingRequest, id) { $0.add(AttributeType(rawValue: 0x7000), 1 as UInt32) }
        for bytes in [
            check, strange, MessageBuilder.message(.bindingIndication, id), MessageBuilder.message(.init(.request, .allocate), id),
        ] {
            let asked = try Message(parsing: bytes.span).isServerRequest
            #expect(!asked)
        }
    }

    @Test(arguments: ["a", "AbCd1234", "0123456789abcdef"])
    func `A fragment finds its session`(fragment: String) {
        let bytes = MessageBuilder.message(.bindingRequest, id) { $0.add(.username, text: fragment + ":other") }
        #expect(Message.localFragment(of: bytes.span) == UsernameFragment(fragment))
        #expect(UsernameFragment(fragment) != UsernameFragment(fragment + "x"))
    }

    @Test func `No fragment without a colon, before one, or longer than sixteen bytes`() {
        for username in ["nocolon", ":b", "0123456789abcdefg:b"] {
            let bytes = MessageBuilder.message(.bindingRequest, id) { $0.add(.username, text: username) }
            #expect(Message.localFragment(of: bytes.span) == nil, "\(username)")
        }
    }
}
