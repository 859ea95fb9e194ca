import Testing
import Wire

@Suite struct `Addresses` {
    @Test(arguments: [
        "127.0.0.1", "::1", "2001:db8::1", "fe80::1", "::ffff:10.0.0.1", "255.255.255.255", "::",
    ])
    func `an address is written as it was read`(text: String) {
        #expect(IPAddress(text)?.description == text)
    }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "0177.0.0.1", "0x7f.1", "localhost", "::1%lo", "[::1]", "1.1.1.1.", "1.2.3.4\0",
    ])
    func `what is no address is nil`(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func `scopes are told apart`() {
        #expect(IPAddress("10.1.2.3")!.isPrivate)
        #expect(IPAddress("172.16.0.1")!.isPrivate)
        #expect(!IPAddress("172.32.0.1")!.isPrivate)
        #expect(IPAddress("100.64.0.1")!.isPrivate)
        #expect(!IPAddress("100.128.0.1")!.isPrivate)
        #expect(IPAddress("fd00::1")!.isPrivate)
        #expect(IPAddress("fe80::1")!.isLinkLocal)
        #expect(IPAddress("169.254.1.1")!.isLinkLocal)
        #expect(IPAddress("ff02::1")!.isMulticast)
        #expect(IPAddress("239.0.0.1")!.isMulticast)
        #expect(IPAddress("::ffff:127.0.0.1")!.unmapped.isLoopback)
    }

    @Test func `a transport address is written as it was read`() {
        for text in ["127.0.0.1:80", "[::1]:65535"] {
            #expect(TransportAddress(text)?.description == text)
        }
        #expect(TransportAddress("::1:5") == nil)
        #expect(TransportAddress("1.2.3.4:65536") == nil)
    }
}

@Suite struct `Bytes` {
    @Test func `a reader stops at the end and stays`() {
        let bytes: [UInt8] = [1, 2, 3, 4, 5]
        var reader = ByteReader(bytes.span)
        #expect(reader.readUInt32() == 0x01020304)
        #expect(reader.readUInt16() == nil)
        #expect(reader.readUInt8() == 5)
        #expect(reader.readUInt8() == nil)
        let nothing = reader.readSpan(0)?.count
        let beyond = reader.readSpan(1)?.count
        #expect(nothing == 0)
        #expect(beyond == nil)
    }

    @Test func `numbers are written in network order`() {
        var bytes: [UInt8] = []
        bytes.appendBigEndian(UInt16(0x0102))
        bytes.appendBigEndian(UInt32(0x03040506))
        #expect(bytes == [1, 2, 3, 4, 5, 6])
    }

    @Test func `an outbox keeps datagrams apart and reuses its memory`() {
        var outbox = Outbox()
        let path = Path(local: TransportAddress("127.0.0.1:1")!, remote: TransportAddress("127.0.0.1:2")!)
        outbox.append([1, 2, 3].span, to: path)
        outbox.append(to: path) { $0.append(contentsOf: [4, 5]) }
        outbox.append(to: path) { _ in }
        #expect(outbox.datagrams.count == 2)
        #expect(outbox.withBytes(of: outbox.datagrams[1]) { $0.array } == [4, 5])
        outbox.removeAll()
        #expect(outbox.isEmpty)
    }
}

@Suite struct `Time` {
    @Test func `instants saturate at the ends of the clock`() {
        #expect(Instant(nanoseconds: .max) + .seconds(1) == Instant(nanoseconds: .max))
        #expect(Instant.zero + .milliseconds(5) - Instant.zero == .milliseconds(5))
        #expect(earliest(nil, .zero) == .zero)
        #expect(earliest(.zero + .seconds(1), .zero) == .zero)
    }

    @Test func `a seed repeats`() {
        var a = RandomSource.seeded(7)
        var b = RandomSource.seeded(7)
        #expect(a.bytes(33) == b.bytes(33))
        #expect(a.bytes(33).count == 33)
    }
}
