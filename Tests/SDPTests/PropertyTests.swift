import Corpora
import SDP
import Testing
import Wire

/// Changes that real texts suffer: bytes flipped, lines lost, doubled, swapped, cut short, tokens replaced by extreme ones.
struct Mutator {
    var random: RandomSource

    static let tokens = [
        "0", "-1", "65536", "4294967296", "18446744073709551616", "99999999999999999999", "", " ", "\t", "\0", "\r", ":", "/", "=",
        "é", "\u{1f600}", "a=", "m=", "IN IP4", "BUNDLE", "candidate:", "typ", "*", "%00", "~", ";;", ",,",
    ]

    mutating func mutate(_ text: [UInt8]) -> [UInt8] {
        var bytes = text
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            guard !bytes.isEmpty else { return bytes }
            switch Int.random(in: 0...6, using: &random) {
            case 0: bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.removeSubrange(range(in: bytes, upTo: 40))
            case 2:
                let part = Array(bytes[range(in: bytes, upTo: 200)])
                bytes.insert(contentsOf: part, at: Int.random(in: 0...bytes.count, using: &random))
            case 3: bytes.removeLast(Int.random(in: 0...bytes.count, using: &random))
            case 4:
                let token = Self.tokens[Int.random(in: Self.tokens.indices, using: &random)]
                bytes.replaceSubrange(range(in: bytes, upTo: 8), with: Array(token.utf8))
            case 5:
                var lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
                lines.swapAt(
                    Int.random(in: lines.indices, using: &random), Int.random(in: lines.indices, using: &random))
                bytes = Array(lines.joined(separator: [10]))
            default:
                var lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
                lines.remove(at: Int.random(in: lines.indices, using: &random))
                bytes = Array(lines.joined(separator: [10]))
            }
        }
        return bytes
    }

    private mutating func range(in bytes: [UInt8], upTo count: Int) -> Range<Int> {
        let start = Int.random(in: 0...bytes.count, using: &random)
        return start..<min(bytes.count, start + Int.random(in: 0...count, using: &random))
    }
}

@Suite struct `Any bytes` {
    @Test(arguments: Corpus.offers)
    func `made from a real offer are refused, or read and written to the same meaning`(name: String) throws {
        let original = Array(try Corpus.offer(name).utf8)
        var mutator = Mutator(random: .seeded(UInt64(original.count)))
        var taken = 0
        for _ in 0..<400 {
            let bytes = mutator.mutate(original)
            do throws(SDPError) {
                let description = try SessionDescription(parsing: bytes.span)
                taken += 1
                let text = description.serialize()
                let again = try SessionDescription(parsing: text)
                #expect(again == description)
                #expect(again.serialize() == text)
            } catch {
                #expect(error.line >= 1 && error.column >= 1)
                #expect(error.line <= bytes.count { $0 == 10 } + 1)
            }
        }
        // Most changes touch what nobody checks; were all refused, the property would say nothing.
        #expect(taken > 20)
    }

    @Test func `made from a fragment are refused, or read and written to the same meaning`() {
        let original = Array(`A trickle fragment`.text.utf8)
        var mutator = Mutator(random: .seeded(8840))
        for _ in 0..<1500 {
            guard let fragment = try? Fragment(parsing: mutator.mutate(original).span) else { continue }
            let text = fragment.serialize()
            #expect((try? Fragment(parsing: text)) == fragment)
        }
    }

    @Test func `made from a candidate are refused, or read and written to the same meaning`() {
        let original = Array(
            "candidate:842163049 1 udp 1677729535 198.51.100.7 46154 typ srflx raddr 10.0.0.17 rport 46154 generation 0".utf8)
        var mutator = Mutator(random: .seeded(8839))
        for _ in 0..<3000 {
            let text = String(decoding: mutator.mutate(original), as: UTF8.self)
            guard let candidate = try? CandidateAttribute(parsing: text) else { continue }
            #expect((try? CandidateAttribute(parsing: "candidate:" + candidate.text)) == candidate)
        }
    }

    @Test func `at random are refused`() {
        var random = RandomSource.seeded(8866)
        for length in 0..<300 {
            let bytes = random.bytes(length)
            #expect(throws: SDPError.self) { try SessionDescription(parsing: bytes.span) }
        }
    }
}

@Suite struct `The largest texts that are read` {
    static let section = "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n"

    @Test(arguments: [
        ("many streams", head + section + (0..<8000).map { "a=ssrc:\($0) cname:x\r\n" }.joined()),
        ("many codecs", head + section + (0..<8000).map { "a=rtpmap:\($0 % 128) codec/8000\r\n" }.joined()),
        ("many candidates", head + section + (0..<4000).map { "a=candidate:1 1 udp \($0) 192.0.2.1 9 typ host\r\n" }.joined()),
        ("a long m= line", head + "m=audio 9 UDP/TLS/RTP/SAVPF" + String(repeating: " 0", count: 8000) + "\r\n"),
        ("a long group", head + "a=group:BUNDLE" + String(repeating: " 0", count: 8000) + "\r\n"),
        ("many sections", head + String(repeating: section + "a=mid:0\r\n", count: 64)),
        ("an unending simulcast", head + "a=simulcast:send 1" + String(repeating: ";1", count: 8000) + "\r\n"),
    ])
    func `take time in proportion to their size`(name: String, text: String) throws {
        let elapsed = try processorTime { _ = try SessionDescription(parsing: text).serialize() }
        // An unoptimised build takes a few times what a released one does; something quadratic would take minutes.
        #expect(elapsed < .milliseconds(500), "\(name) took \(elapsed)")
    }
}
