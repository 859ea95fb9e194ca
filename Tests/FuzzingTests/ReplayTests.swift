import Corpora
import Foundation
import Fuzzing
import Testing
import Wire

/// The bytes that are known, and the same with a little changed, through every target: what a fuzzer once found stays found.
@Suite struct ReplayTests {
    /// Inputs beside this file: `Findings/<target>/<name>`, what `make fuzz` found and was mended.
    private static func findings(_ target: FuzzTarget) -> [[UInt8]] {
        let folder = Corpus.packageRoot.appendingPathComponent("Tests/FuzzingTests/Findings/\(target.rawValue)")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().compactMap { try? [UInt8](Data(contentsOf: folder.appendingPathComponent($0))) }
    }

    /// The files of the shared corpora that a target understands; none on a machine without them.
    private static func corpus(_ target: FuzzTarget) -> [[UInt8]] {
        switch target {
        case .stun: files("stun")
        case .sdp: files("sdp")
        // Each is read five times over.
        case .analysis: files("sdp").enumerated().filter { $0.offset % 10 == 0 }.map(\.element)
        case .candidate: candidateLines()
        case .dcep: files("sctp-dcep")
        case .dtls: files("dtls")
        case .peer:
            (files("stun") + files("dtls") + files("rtp") + files("rtcp") + files("sctp-dcep")).map(PeerInput.datagram) + PeerInput.scripts
        }
    }

    private static func files(_ folder: String) -> [[UInt8]] {
        guard let root = Corpus.root?.appendingPathComponent(folder) else { return [] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
        return names.sorted().filter { !$0.hasSuffix(".json") && !$0.hasSuffix(".md") }
            .compactMap { try? [UInt8](Data(contentsOf: root.appendingPathComponent($0))) }
    }

    private static func candidateLines() -> [[UInt8]] {
        let descriptions = files("sdp") + Corpus.offers.compactMap { try? Array(Corpus.offer($0).utf8) }
        let lines = descriptions.flatMap { $0.split { $0 == 10 || $0 == 13 } }.filter { $0.starts(with: Array("a=candidate:".utf8)) }
        return Set(lines.map { Array($0.dropFirst(2)) }).sorted { $0.lexicographicallyPrecedes($1) }
    }

    @Test(arguments: FuzzTarget.allCases)
    func `known inputs, each whole, cut and changed, break nothing`(target: FuzzTarget) {
        var random = RandomSource.seeded(1)
        let inputs = [[]] + Self.findings(target) + Self.corpus(target)
        // About the same work for each target, however large its corpus.
        let changes = max(1, (target == .peer || target == .analysis ? 300 : 3000) / inputs.count)
        for input in inputs {
            target.run(input.span)
            for _ in 0..<changes { target.run(mutated(input, &random).span) }
        }
    }

    @Test func `the peer's script proves a path and begins a handshake, and strangers do not`() {
        let (honest, strange) = (PeerInput.scripts[0], PeerInput.scripts[2])
        let proved = fuzzPeer(honest.span)
        let unproved = fuzzPeer(strange.span)
        #expect(proved > 0 && unproved == 0)
    }

    private func mutated(_ input: [UInt8], _ random: inout RandomSource) -> [UInt8] {
        var bytes = input
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let place = bytes.isEmpty ? 0 : Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0 where !bytes.isEmpty: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1 where !bytes.isEmpty: bytes[place] = [0, 1, 0x7f, 0x80, 0xff][Int.random(in: 0..<5, using: &random)]
            case 2: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 0...8, using: &random)))
            case 3: bytes.insert(contentsOf: random.bytes(Int.random(in: 1...4, using: &random)), at: place)
            default: bytes.removeLast(min(bytes.count, Int.random(in: 0...16, using: &random)))
            }
        }
        return bytes
    }
}

/// Inputs of the peer target: steps of {kind, argument, length, payload}.
enum PeerInput {
    private static func step(_ kind: UInt8, _ argument: UInt8 = 0, _ payload: [UInt8] = []) -> [UInt8] {
        [kind, argument, UInt8(truncatingIfNeeded: payload.count >> 8), UInt8(truncatingIfNeeded: payload.count)] + payload
    }

    /// A check with good integrity: PRIORITY, ICE-CONTROLLING and USE-CANDIDATE.
    private static let check = step(
        1, 0, [0x00, 0x01] + [0x00, 0x24, 4, 0x6e, 0, 0, 1] + [0x80, 0x2a, 8, 0, 0, 0, 0, 0, 0, 0, 9] + [0x00, 0x25, 0])
    private static let answer = step(2)
    private static func wait(_ tens: UInt8) -> [UInt8] { step(3, tens, [1]) }

    /// What strangers send, then the same on a path that has been proved.
    static func datagram(_ bytes: [UInt8]) -> [UInt8] {
        let datagram = step(0, 0, Array(bytes.prefix(1500)))
        return datagram + check + answer + wait(5) + answer + datagram + wait(20)
    }

    static let scripts: [[UInt8]] = [
        check + answer + wait(10) + answer + wait(255) + wait(255),
        wait(255) + check + wait(1) + step(2, 0, [1, 0x87]) + wait(50) + check + answer,
        step(4, 0, Array("candidate:2 1 udp 1 20.0.0.3 9 typ host".utf8))
            + step(4, 255, Array("candidate:3 1 udp 1 a.local 9 typ host".utf8))
            + wait(255) + wait(255),
    ]
}
