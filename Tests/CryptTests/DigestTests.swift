import Crypt
import Testing
import Wire

func digest(_ function: HashFunction, _ text: String) -> [UInt8] { function.digest(of: text) }

@Suite struct `Digests` {
    // FIPS 180-4's example "abc", RFC 1321 §A.5 and the empty message.
    @Test(arguments: [
        (HashFunction.md5, "abc", "900150983cd24fb0d6963f7d28e17f72"),
        (.md5, "", "d41d8cd98f00b204e9800998ecf8427e"),
        (.sha1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (.sha1, "", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        (.sha256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (.sha256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (
            .sha384, "abc",
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"
        ),
        (
            .sha512, "abc",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
        ),
    ])
    func `a digest is the standard's`(function: HashFunction, message: String, expected: String) {
        #expect(digest(function, message) == hex(expected))
        #expect(digest(function, message).count == function.digestCount)
    }
}

@Suite struct `Base 64` {
    // RFC 4648 §10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
    func `text and bytes are those of RFC 4648`(plain: String, text: String) {
        let bytes = Array(plain.utf8)
        let encoded = Base64.encode(bytes.span)
        #expect(encoded == text)
        #expect(Base64.decode(text) == bytes)
    }

    @Test func `any bytes come back`() {
        var random = RandomSource.seeded(3)
        for count in 0..<100 {
            let bytes = random.bytes(count)
            let text = Base64.encode(bytes.span)
            #expect(Base64.decode(text) == bytes)
        }
    }

    @Test(arguments: ["Z", "Zg", "Zg=", "Zg===", "=Zg=", "Z===", "====", "Zg==Zg==", "Zh==", "Zm9=", "Zm9v\n", "Zm-_", "Zm 9", "Zg\u{0}="])
    func `what is no Base 64 is nil`(text: String) {
        #expect(Base64.decode(text) == nil)
    }
}
