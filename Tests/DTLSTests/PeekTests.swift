import Corpora
import Crypt
import DTLS
import Testing
import Wire

/// A handshake record in the clear.
func record(_ type: HandshakeType, sequence: UInt8 = 0, length: Int? = nil, offset: Int = 0, number: UInt8 = 0, _ body: [UInt8]) -> [UInt8]
{
    let length = length ?? body.count
    var bytes: [UInt8] = [22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, number]
    bytes.appendBigEndian(UInt16(12 + body.count))
    bytes += [type.rawValue, UInt8(length >> 16), UInt8(length >> 8 & 255), UInt8(length & 255), 0, sequence]
    bytes += [0, UInt8(offset >> 8), UInt8(offset & 255), 0, UInt8(body.count >> 8), UInt8(body.count & 255)]
    return bytes + body
}

/// The body of a hello as a browser of today sends it: with DTLS 1.3 on offer, a large key share and reserved values.
func modernHello() -> [UInt8] {
    func block(_ number: UInt16, _ data: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendBigEndian(number)
        bytes.appendBigEndian(UInt16(data.count))
        return bytes + data
    }
    var extensions = block(0x3a3a, [])
    extensions += block(43, [6, 0x2a, 0x2a, 0xfe, 0xfc, 0xfe, 0xfd])
    extensions += block(10, [0, 10, 0x4a, 0x4a, 0x11, 0xec, 0, 29, 0, 23, 0, 24])
    extensions += block(11, [1, 0])
    extensions += block(13, [0, 8, 4, 3, 8, 4, 4, 1, 5, 3])
    extensions += block(14, [0, 6, 0, 8, 0, 7, 0, 1, 0])
    extensions += block(23, [])
    extensions += block(0xff01, [0])
    let share = [UInt8](repeating: 0x55, count: 1216)
    extensions += block(51, [0x04, 0xc4 + 4, 0x11, 0xec, 0x04, 0xc0] + share + [])
    var body: [UInt8] =
        [0xfe, 0xfd] + (0..<32) + [0, 0, 0, 12, 0x1a, 0x1a, 0x13, 0x01, 0x13, 0x02, 0xc0, 0x2b, 0xc0, 0x2f, 0xcc, 0xa9, 1, 0]
    body.appendBigEndian(UInt16(extensions.count))
    return body + extensions
}

func peek(_ datagram: [UInt8]) -> HandshakePeek { HandshakePeek(datagram.span) }
func parse(_ body: [UInt8]) -> ClientHello? { ClientHello(parsing: body.span) }

@Suite struct `A look at a datagram` {
    @Test func `records and fragments are named in the order they stand`() {
        let first = record(.serverHello, [1, 2, 3])
        let second = record(.certificate, sequence: 1, length: 2300, [UInt8](repeating: 0, count: 1100))
        let third = record(.certificate, sequence: 1, length: 2300, offset: 1100, [UInt8](repeating: 0, count: 1200))
        let look = peek(first + second + third)
        #expect(look.parts == ["ServerHello", "Certificate 0–1100 of 2300", "Certificate 1100–2300 of 2300"])
        #expect(!look.isMalformed)
    }

    @Test(arguments: [
        ("15fefd00000000000000000002022a", "alert fatal bad_certificate"),
        ("15fefd000100000000000000020000", "encrypted alert"),
        ("14fefd0000000000000000000101", "ChangeCipherSpec"),
        ("16fefd00010000000000000002aabb", "encrypted handshake"),
        ("17fefd0001000000000005000401020304", "4 bytes of application data"),
        ("18fefd00010000000000050001ff", "record of type 24"),
        ("16fefd0000000000000000000163", "malformed"),
        ("16fefd000000000000000000", "malformed"),
        ("160303000000000000000000000000", "malformed"),
        ("15fefd0000000000000000000107", "malformed"),
        ("14fefd000000000000000000010114fe", "ChangeCipherSpec, malformed"),
        ("", ""),
    ])
    func `each kind has its phrase`(text: String, phrase: String) {
        #expect(peek(hex(text)).description == phrase)
    }

    @Test func `a datagram of a thousand records is told in sixteen and an ellipsis`() {
        let look = peek((0..<1000).flatMap { _ in record(.clientHello, [1]) })
        #expect(look.parts.count == 17 && look.parts.last == "…")
    }

    @Test func `whatever is looked at, the reader ends and stays inside`() {
        var random = RandomSource.seeded(11)
        for _ in 0..<3000 {
            var bytes = random.bytes(Int(random.next() % 80))
            if bytes.count > 3 { (bytes[0], bytes[1]) = (UInt8(20 + random.next() % 4), 0xfe) }
            if bytes.count > 12, random.next() % 2 == 0 { (bytes[3], bytes[4], bytes[11], bytes[12]) = (0, 0, 0, UInt8(bytes.count - 13)) }
            #expect(peek(bytes).parts.count <= 17)
        }
        for file in Attacks.corpus { #expect(peek(file.bytes).parts.count <= 17) }
    }

    @Test func `the first byte says DTLS from 20 to 63`() {
        #expect((0...255).filter { HandshakePeek.isDTLS(firstByte: $0) } == Array(20...63))
    }
}

@Suite struct `A client's hello` {
    @Test func `what a browser offers is read, reserved values left out`() throws {
        let hello = try #require(parse(modernHello()))
        #expect(hello.legacyVersion == 0xfefd && hello.versions == [0xfefc, 0xfefd])
        #expect(hello.random == Array(0..<32))
        #expect(hello.cipherSuites == [0x1301, 0x1302, 0xc02b, 0xc02f, 0xcca9])
        #expect(hello.groups == [0x11ec, 29, 23, 24])
        #expect(hello.srtpProfiles == [8, 7, 1])
        #expect(hello.extensions == [43, 10, 11, 13, 14, 23, 0xff01, 51])
        #expect(hello.offers(extension: 23) && !hello.offers(extension: 35))
    }

    @Test func `every prefix is read or refused, none traps`() {
        let body = modernHello()
        for count in 0..<body.count { #expect(parse(Array(body[..<count])) == nil || count == 52) }
        #expect(parse(body + [0]) == nil)
    }

    @Test func `lists are cut at 64`() throws {
        var body: [UInt8] = [0xfe, 0xfd] + [UInt8](repeating: 0, count: 32) + [0, 0]
        body.appendBigEndian(UInt16(4000))
        for number in 0..<2000 as Range<UInt16> { body.appendBigEndian(number) }
        let hello = try #require(parse(body + [1, 0]))
        #expect(hello.cipherSuites.count == 64 && hello.versions == [0xfefd] && hello.extensions.isEmpty)
    }

    @Test(arguments: [10_000, 600, 100])
    func `a server answers the hello of a browser that would rather speak DTLS 1.3, in one piece or many`(size: Int) throws {
        let journey = try Journey()
        journey.server.start(at: .zero)
        for piece in split(record(.clientHello, modernHello()), into: size) { journey.server.handle(piece, at: .zero) }
        let answer = journey.server.take()
        #expect(answer.allSatisfy { $0.count <= Limits.datagramBytes })
        #expect(
            answer.flatMap { peek($0).parts } == [
                "ServerHello", "Certificate", "ServerKeyExchange", "CertificateRequest", "ServerHelloDone",
            ])
        #expect(journey.server.connection.clientHello?.versions == [0xfefc, 0xfefd])
        #expect(journey.server.connection.state == .connecting)
    }
}
