import Testing
import Wire

@testable import Inspection

@Suite struct `Masking addresses` {
    @Test(arguments: [
        ("from 192.0.2.77:5000 to 10.1.2.3.", "from 192.0.2.0:5000 to 10.1.2.0."),
        (
            "a=candidate:1 1 udp 2113937151 192.168.7.9 54321 typ srflx raddr 10.0.0.9 rport 1",
            "a=candidate:1 1 udp 2113937151 192.168.7.0 54321 typ srflx raddr 10.0.0.0 rport 1"
        ),
        ("c=IN IP6 2001:db8:1:2:3:4:5:6\r\n", "c=IN IP6 2001:db8:1::\r\n"),
        ("[2001:db8:1:2::9]:443, fe80::1%eth0", "[2001:db8:1::]:443, fe80::%eth0"),
        ("::1 and ::ffff:192.0.2.77", ":: and ::ffff:192.0.2.0"),
        ("{\"sdp\":\"o=- 1 2 IN IP4 192.0.2.77\\r\\n\"}", "{\"sdp\":\"o=- 1 2 IN IP4 192.0.2.0\\r\\n\"}"),
        ("address=192.0.2.77;IP4:192.0.2.77", "address=192.0.2.0;IP4:192.0.2.0"),
        ("a=fingerprint:sha-256 AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89", nil),
        ("at 12:34:56.789 of 2026-11-22T17:05:00.123Z", nil),
        ("Chrome/131.0.6778.85, version 1.2.3, interface::name, RFC 8839 §5.1: see", nil),
        ("300.1.2.3 1.2.3 1.2.3.4.5 ab:cd:ef", nil),
        ("", nil), (":", nil), ("...", nil), (":::::", nil), ("::", nil),
    ])
    func `in a text changes addresses alone`(_ text: String, _ expected: String?) {
        #expect(AddressMask.masked(text) == expected ?? text)
        #expect(AddressMask.masked(expected ?? text) == expected ?? text)
    }

    @Test func `of any bytes ends`() {
        var random = RandomSource.seeded(7)
        let alphabet = Array("0123456789abf.:[]% xg\r\n".utf8)
        for _ in 0..<3000 {
            let text = (0..<40).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] }
            let once = AddressMask.masked(text)
            #expect(AddressMask.masked(once) == once, "\(String(decoding: text, as: UTF8.self))")
            var message = [0, 1, 0, 40, 0x21, 0x12, 0xa4, 0x42] + text + text
            AddressMask.maskAddresses(ofMessage: &message)
            #expect(message.count == 88)
        }
    }

    @Test func `in a STUN message changes the address it carries`() {
        // XOR-MAPPED-ADDRESS of RFC 5769 §2.2: 192.0.2.1:32853; §2.3: 2001:db8:1234:5678:11:2233:4455:6677.
        let transaction: [UInt8] = [0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae]
        let head: [UInt8] = [0x01, 0x01, 0, 12, 0x21, 0x12, 0xa4, 0x42] + transaction
        var four = head + [0x00, 0x20, 0, 8, 0, 1, 0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43]
        AddressMask.maskAddresses(ofMessage: &four)
        #expect(Array(four.suffix(4)) == [0xe1, 0x12, 0xa6, 0x42])
        var six =
            head + [
                0x00, 0x20, 0, 20, 0, 2, 0xa1, 0x47, 0x01, 0x13, 0xa9, 0xfa, 0xa5, 0xd3, 0xf1, 0x79, 0xbc, 0x25, 0xf4, 0xb5, 0xbe, 0xd2,
                0xb9, 0xd9,
            ]
        AddressMask.maskAddresses(ofMessage: &six)
        let key = Array([0x21, 0x12, 0xa4, 0x42] + transaction)
        let plain: [UInt8] = zip(six.suffix(16), key).map { $0 ^ $1 }
        #expect(plain == [0x20, 0x01, 0x0d, 0xb8, 0x12, 0x34] + [UInt8](repeating: 0, count: 10))
        var cut = Array(four.prefix(25))
        AddressMask.maskAddresses(ofMessage: &cut)
        #expect(cut == Array(four.prefix(25)))
    }

    @Test func `of a record takes the peer's addresses out of every part, and leaves ours`() {
        let record = Samples.connected().masked()
        #expect(record.masked() == record)
        #expect(record.connectivity.localCandidates == Samples.connected().connectivity.localCandidates)
        #expect(record.answer == Samples.connected().answer)
        for candidate in record.connectivity.remoteCandidates { #expect(candidate.host.address.map { $0.masked == $0 } ?? true) }
        for packet in record.evidence.packets { #expect(packet.remote.ip.masked == packet.remote.ip) }
    }
}
