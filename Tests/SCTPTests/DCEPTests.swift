import SCTP
import Testing
import Wire

@Suite struct `The control protocol` {
    private func corpus(_ hex: String) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = Substring(hex.filter { $0 != " " })
        while rest.count >= 2 {
            bytes.append(UInt8(rest.prefix(2), radix: 16) ?? 0)
            rest = rest.dropFirst(2)
        }
        return bytes
    }

    @Test func `reads an OPEN as RFC 8832 §5.1 draws it`() throws {
        let bytes = corpus("0382 0100 000001f4 0001 0002 74 7071")
        let message = try DCEP.parse(bytes.span)
        #expect(
            message
                == .open(
                    .init(
                        label: "t", protocol: "pq", isOrdered: false, reliability: .maxPacketLifeTime(milliseconds: 500),
                        priority: 256)))
    }

    @Test func `reads an acknowledgement`() throws {
        #expect(try DCEP.parse([2].span) == .acknowledgement)
        #expect(DCEP.acknowledgement == [2])
    }

    @Test(arguments: 0..<200)
    func `writes what it reads`(seed: UInt64) throws {
        var random = RandomSource.seeded(seed)
        let scalars = ["a", "é", "€", "𝄞", "\0", "<", "\""]
        func text() -> String { (0..<Int(random.next() % 60)).map { _ in scalars[Int(random.next() % 7)] }.joined() }
        let number = UInt32(truncatingIfNeeded: random.next())
        let reliability: [SCTP.Channel.Reliability] = [.reliable, .maxRetransmits(number), .maxPacketLifeTime(milliseconds: number)]
        let open = DCEP.Open(
            label: text(), protocol: text(), isOrdered: random.next() & 1 == 0, reliability: reliability[Int(random.next() % 3)],
            priority: UInt16(truncatingIfNeeded: random.next()))
        let bytes = DCEP.serialize(open)
        #expect(try DCEP.parse(bytes.span) == .open(open))
        for count in 1..<bytes.count {
            #expect(throws: DCEP.Malformation.self) { try DCEP.parse(bytes.span.extracting(0..<count)) }
        }
    }

    @Test(arguments: 0..<2000)
    func `takes any bytes without harm`(seed: UInt64) {
        var random = RandomSource.seeded(seed)
        var bytes = random.bytes(Int(random.next() % 40))
        if bytes.count > 1, random.next() & 1 == 0 {
            bytes[0] = 3
            bytes[1] &= 0x83
        }
        if case .open(let open) = try? DCEP.parse(bytes.span) {
            #expect(open.label.utf8.count <= Limits.labelBytes)
        }
    }

    @Test func `names what is wrong`() {
        #expect(throws: DCEP.Malformation.empty) { try DCEP.parse([UInt8]().span) }
        #expect(throws: DCEP.Malformation.unknownMessageType(1)) { try DCEP.parse([1].span) }
        #expect(throws: DCEP.Malformation.truncated(bytes: 11)) { try DCEP.parse(corpus("0300000000000000000000").span) }
        #expect(throws: DCEP.Malformation.unknownChannelType(4)) { try DCEP.parse(corpus("03040000000000000001000078").span) }
        #expect(throws: DCEP.Malformation.lengthsPassEnd(label: 3, protocol: 65_535, bytes: 16)) {
            try DCEP.parse(corpus("03000000000000000003ffff61626370").span)
        }
    }

    @Test func `tolerates bytes after the protocol`() throws {
        #expect(try DCEP.parse(corpus("030000000000000000030000 6162637a7a7a").span) == .open(.init(label: "abc", priority: 0)))
    }

    @Test func `cuts a label to its limit, between characters, and repairs what is no UTF-8`() throws {
        func label(_ bytes: [UInt8]) throws -> (String, Bool) {
            var message: [UInt8] = [3, 0, 0, 0, 0, 0, 0, 0, UInt8(bytes.count >> 8), UInt8(bytes.count & 255), 0, 0]
            message += bytes
            guard case .open(let open) = try DCEP.parse(message.span) else { return ("", false) }
            return (open.label, open.isCut)
        }
        let long = try label(Array(repeating: "€", count: 1000).joined().utf8.map { $0 })
        #expect(long.0 == String(repeating: "€", count: 341))
        #expect(long.1)
        let broken = try label([0x61, 0xff, 0x62, 0xc3])
        #expect(broken.0 == "a\u{fffd}b\u{fffd}")
        #expect(!broken.1)
        let all = try label([UInt8](repeating: 0xff, count: 65_535))
        #expect(all.0.utf8.count <= Limits.labelBytes)
        #expect(all.1)
        #expect(try label([0x61, 0, 0x62]).0 == "a\0b")
    }
}
