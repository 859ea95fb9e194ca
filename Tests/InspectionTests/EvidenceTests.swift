import Inspection
import Testing
import Wire

struct EvidenceTests {
    private let path = Path(local: TransportAddress(IPAddress(10, 0, 0, 1), 1), remote: TransportAddress(IPAddress(10, 0, 0, 2), 2))

    private func fill(_ count: Int, size: (Int) -> Int) -> Evidence {
        var evidence = Evidence()
        for index in 0..<count {
            let bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: size(index))
            let number = evidence.append(bytes.span, direction: index % 2 == 0 ? .received : .sent, on: path, at: Int64(index))
            #expect(number == index + 1)
            #expect(evidence.byteCount <= Limits.evidenceBytes)
        }
        return evidence
    }

    @Test func `the first 64 and the last 32 are kept, in order`() {
        let evidence = fill(1000) { _ in 20 }
        #expect(evidence.packets.map(\.number) == Array(1...64) + Array(969...1000))
        #expect(evidence.count == 1000)
        #expect(evidence.dropped == 904)
        #expect(evidence.packets.last?.bytes == [UInt8](repeating: 231, count: 20))
    }

    @Test func `nothing is kept of what never came`() {
        #expect(Evidence().packets.isEmpty)
        #expect(fill(3) { _ in 5 }.packets.map(\.number) == [1, 2, 3])
    }

    @Test func `large datagrams never pass the bytes allowed, and the newest is always there`() {
        for size in [0, 1, 1200, 1500, 9000, 32 * 1024, 65_507] {
            let evidence = fill(200) { _ in size }
            #expect(evidence.packets.last?.number == 200)
            #expect(evidence.packets.last?.length == size)
            #expect(evidence.packets.map(\.number) == evidence.packets.map(\.number).sorted())
        }
    }

    @Test func `sizes that change at random keep every promise`() {
        var random = RandomSource.seeded(7)
        let sizes = (0..<3000).map { _ in Int.random(in: 0...4000, using: &random) }
        let evidence = fill(sizes.count) { sizes[$0] }
        #expect(evidence.packets.count <= Limits.evidenceFirst + Limits.evidenceLast)
        for packet in evidence.packets where packet.bytes.count == packet.length {
            #expect(packet.bytes.allSatisfy { $0 == UInt8(truncatingIfNeeded: packet.number - 1) })
        }
    }
}
