import Crypt
import Testing
import Wire

/// The bytes of a hexadecimal text; spaces are skipped.
func hex(_ text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

func bytes<let count: Int>(_ tag: InlineArray<count, UInt8>) -> [UInt8] { tag.span.array }

// #expect cannot look into an expression that holds a span: these take arrays.
func sha1Tag(_ hmac: HMACSHA1, _ message: [UInt8]) -> [UInt8] { bytes(hmac.authenticate(message.span)) }
func sha1Tag(_ hmac: HMACSHA1, _ a: [UInt8], _ b: [UInt8]) -> [UInt8] { bytes(hmac.authenticate(a.span, b.span)) }
func sha1Tag(_ hmac: HMACSHA1, _ a: [UInt8], _ b: [UInt8], _ c: [UInt8]) -> [UInt8] { bytes(hmac.authenticate(a.span, b.span, c.span)) }
func sha256Tag(_ hmac: HMACSHA256, _ message: [UInt8]) -> [UInt8] { bytes(hmac.authenticate(message.span)) }
func sha256Tag(_ hmac: HMACSHA256, _ a: [UInt8], _ b: [UInt8]) -> [UInt8] { bytes(hmac.authenticate(a.span, b.span)) }
func sha256Tag(_ hmac: HMACSHA256, _ a: [UInt8], _ b: [UInt8], _ c: [UInt8]) -> [UInt8] { bytes(hmac.authenticate(a.span, b.span, c.span)) }

func crc32(_ message: [UInt8]) -> UInt32 { CRC32.checksum(of: message.span) }
func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool { constantTimeEqual(left.span, right.span) }

@Suite struct `HMAC` {
    // RFC 2202 §3, test cases 1, 2, 3, 6 and 7.
    @Test(arguments: [
        (hex("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"), Array("Hi There".utf8), "b617318655057264e28bc0b6fb378c8ef146be00"),
        (Array("Jefe".utf8), Array("what do ya want for nothing?".utf8), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
        ([UInt8](repeating: 0xaa, count: 20), [UInt8](repeating: 0xdd, count: 50), "125d7342b9ac11cd91a39af48aa17b4f63f175d3"),
        (
            [UInt8](repeating: 0xaa, count: 80), Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            "aa4ae5e15272d00e95705637ce8a3b55ed402112"
        ),
        (
            [UInt8](repeating: 0xaa, count: 80),
            Array("Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data".utf8),
            "e8e99d0f45237d786d6bbaa7965c7808bbff1a91"
        ),
    ])
    func `SHA-1 tags are those of RFC 2202`(key: [UInt8], message: [UInt8], tag: String) {
        let hmac = HMACSHA1(key: key.span)
        #expect(sha1Tag(hmac, message) == hex(tag))
        for cut in 0...message.count {
            let (head, tail) = (Array(message[..<cut]), Array(message[cut...]))
            #expect(sha1Tag(hmac, head, tail) == hex(tag))
            #expect(sha1Tag(hmac, head, Array(tail.prefix(tail.count / 2)), Array(tail.dropFirst(tail.count / 2))) == hex(tag))
        }
    }

    // RFC 4231 §4, test cases 1, 2, 3 and 6.
    @Test(arguments: [
        (
            [UInt8](repeating: 0x0b, count: 20), Array("Hi There".utf8),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            [UInt8](repeating: 0xaa, count: 20), [UInt8](repeating: 0xdd, count: 50),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        (
            [UInt8](repeating: 0xaa, count: 131), Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
    ])
    func `SHA-256 tags are those of RFC 4231`(key: [UInt8], message: [UInt8], tag: String) {
        let hmac = HMACSHA256(key: key.span)
        #expect(sha256Tag(hmac, message) == hex(tag))
        for cut in 0...message.count {
            #expect(sha256Tag(hmac, Array(message[..<cut]), Array(message[cut...])) == hex(tag))
            #expect(sha256Tag(hmac, Array(message[..<cut]), [], Array(message[cut...])) == hex(tag))
        }
    }

    @Test func `a key without bytes and a message without bytes have a tag`() {
        #expect(sha1Tag(HMACSHA1(key: ""), []) == hex("fbdb1d1b18aa6c08324b7d64b71fb76370690e1d"))
        #expect(
            sha256Tag(HMACSHA256(key: Span<UInt8>()), [])
                == hex("b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"))
    }
}

@Suite struct `CRC-32` {
    @Test func `the check value is that of the catalogue`() {
        #expect(crc32(Array("123456789".utf8)) == 0xcbf4_3926)
        #expect(crc32([]) == 0)
        #expect(crc32(Array("The quick brown fox jumps over the lazy dog".utf8)) == 0x414f_a339)
    }

    @Test func `pieces give what the whole gives, whatever their length`() {
        var random = RandomSource.seeded(7)
        let message = random.bytes(67)
        let whole = crc32(message)
        for cut in 0...message.count {
            var crc = CRC32()
            crc.update(message.span.extracting(first: cut))
            crc.update(message.span.extracting(droppingFirst: cut))
            #expect(crc.checksum == whole)
        }
    }
}

@Suite struct `Constant-time comparison` {
    @Test func `it says what == says`() {
        let tag: [UInt8] = [1, 2, 3, 4]
        #expect(equal(tag, tag))
        #expect(!equal(tag, [1, 2, 3, 5]))
        #expect(!equal(tag, [0, 2, 3, 4]))
        #expect(!equal(tag, [1, 2, 3]))
        #expect(equal([], []))
    }
}
