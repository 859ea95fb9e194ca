import Foundation
import JSON
import Testing

/// Writes one value and reads it back with Foundation.
private func readBack(_ write: (inout JSONWriter) -> Void) throws -> Any {
    var json = JSONWriter(capacity: 1)
    json.beginArray()
    write(&json)
    json.endArray()
    let bytes = json.finish()
    let value = try JSONSerialization.jsonObject(with: Data(bytes))
    return try #require((value as? [Any])?.first)
}

private func text(_ write: (inout JSONWriter) -> Void) -> String {
    var json = JSONWriter()
    write(&json)
    return String(decoding: json.finish(), as: UTF8.self)
}

struct JSONWriterTests {
    @Test func `commas stand between the values of a level and nowhere else`() {
        let written = text { json in
            json.object { json in
                json.array("empty") { _ in }
                json.object("none") { _ in }
                json.array("numbers") { json in
                    json.number(1)
                    json.number(2)
                    json.array { json in json.null() }
                    json.object { json in
                        json.member("a", true)
                        json.member("b", false)
                    }
                }
                json.member("last", "x")
            }
        }
        #expect(written == #"{"empty":[],"none":{},"numbers":[1,2,[null],{"a":true,"b":false}],"last":"x"}"#)
    }

    @Test func `every scalar of many blocks reads back as itself, also behind an escape`() throws {
        for value in Array(UInt32(0)...0x2fff) + Array(0xfe00...0xffff) + [0x1f600, 0x10ffff] {
            let scalar = try #require(Unicode.Scalar(value))
            let string = "a\n" + String(Character(scalar)) + "é"
            let back = try #require(readBack { $0.string(string) } as? String)
            #expect(Array(back.utf8) == Array(string.utf8), "U+\(String(value, radix: 16))")
        }
    }

    @Test func `control characters and the line separators are escaped`() {
        let written = text { $0.string("\u{0}\u{1b}[31m\u{7f}\u{2028}\u{2029}\u{202a}\"\\\n\r\t") }
        #expect(written == #""\u0000\u001b[31m\u007f\u2028\u2029"# + "\u{202a}" + #"\"\\\n\r\t""#)
        #expect(text { $0.string("\u{80}\u{9b}\u{a0}") } == #""\u0080\u009b"# + "\u{a0}\"")
        #expect(text { $0.string("\u{feff}x\u{feff}") } == #""\ufeffx\ufeff""#)
    }

    @Test func `bytes that are no UTF-8 become replacement characters`() throws {
        let bytes: [UInt8] = [0x61, 0xff, 0xc0, 0xaf, 0xe2, 0x80, 0x62, 0xed, 0xa0, 0x80]
        let back = try #require(readBack { $0.string(utf8: bytes.span) } as? String)
        #expect(back.hasPrefix("a\u{fffd}"))
        #expect(back.contains("b"))
        #expect(try #require(readBack { $0.string(utf8: Array("größe".utf8).span) } as? String) == "größe")
    }

    @Test func `any bytes as a string give valid JSON`() throws {
        var generator = Seeded(state: 1)
        for _ in 0..<500 {
            let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let back = try #require(readBack { $0.string(utf8: bytes.span) } as? String)
            #expect(Array(back.utf8) == Array(String(decoding: bytes, as: UTF8.self).utf8), "\(bytes)")
        }
    }

    @Test(arguments: [0, 1, -1, 9, 10, 99, 100, 12345, Int64.max, Int64.min])
    func `whole numbers are exact`(value: Int64) {
        #expect(text { $0.number(value) } == "\(value)")
    }

    @Test func `the largest unsigned number is exact`() {
        #expect(text { $0.number(UInt64.max) } == "18446744073709551615")
    }

    @Test(arguments: [0.1, -2.5, 1e-7, 1e300, .pi, 1_763_830_800_123.456, 2.5e-308, 9_007_199_254_740_994, -0.0])
    func `fractions read back as the same number`(value: Double) throws {
        let back = try #require(readBack { $0.number(value) } as? NSNumber)
        #expect(back.doubleValue == value)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func `what JSON has no number for is null`(value: Double) {
        #expect(text { $0.number(value) } == "null")
    }

    @Test(arguments: [
        (0, 3, "0"), (1, 3, "0.001"), (1500, 3, "1.5"), (1000, 3, "1"), (-1, 6, "-0.000001"), (123_456_789, 3, "123456.789"), (7, 0, "7"),
        (Int64.min, 3, "-9223372036854775.808"),
    ])
    func `scaled numbers are exact and have no trailing zeros`(value: Int64, decimals: Int, expected: String) {
        #expect(text { $0.number(value, decimals: decimals) } == expected)
    }

    @Test func `base64 is what Foundation reads`() throws {
        for count in 0..<50 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 73 &+ 200) }
            let back = try #require(readBack { $0.base64(bytes.span) } as? String)
            #expect(Data(base64Encoded: back) == Data(bytes))
        }
    }

    @Test func `a string can be written in pieces`() {
        let written = text { json in
            json.array { json in
                json.beginString()
                json.piece("a-")
                json.piece(7, width: 3)
                json.piece(12345, width: 2)
                json.piece("\"x\"" as String)
                json.endString()
                json.number(1)
            }
        }
        #expect(written == #"["a-00712345\"x\"",1]"#)
    }

    @Test func `dynamic keys are escaped`() {
        let written = text { json in
            json.object { json in
                json.key("a\"\n" as String)
                json.number(1)
                json.key("b" as String)
                json.number(2)
            }
        }
        #expect(written == #"{"a\"\n":1,"b":2}"#)
    }

    @Test func `a long text grows the writer, and an emptied writer begins anew`() throws {
        var json = JSONWriter(capacity: 1)
        json.string(String(repeating: "x\n", count: 100_000))
        #expect(json.count == 300_002)
        json.removeAll()
        json.number(1)
        #expect(json.finish() == [UInt8(ascii: "1")])
    }
}

/// A repeatable sequence (SplitMix64).
private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
