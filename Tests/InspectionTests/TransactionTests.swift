import Inspection
import JSON
import Testing
import Wire

struct TransactionTests {
    private let local = TransportAddress(IPAddress(127, 0, 0, 1), 8189)
    private let remote = TransportAddress(IPAddress(127, 0, 0, 1), 40000)

    /// A STUN message of a type, with a transaction id of one repeated byte and attributes as they stand.
    private func message(_ type: UInt16, _ id: UInt8, _ attributes: [UInt8] = []) -> [UInt8] {
        [UInt8(type >> 8), UInt8(type & 255), 0, UInt8(attributes.count), 0x21, 0x12, 0xa4, 0x42] + Array(repeating: id, count: 12)
            + attributes
    }

    private let useCandidate: [UInt8] = [0, 0x25, 0, 0]
    private let refusal: [UInt8] = [0, 9, 0, 4, 0, 0, 4, 1]

    private func record(_ packets: [(direction: Evidence.Direction, offset: Int64, bytes: [UInt8])]) -> Record {
        var record = Samples.connected()
        record.events = []
        record.evidence = Evidence()
        let path = Path(local: local, remote: remote)
        for packet in packets {
            record.evidence.append(packet.bytes.span, direction: packet.direction, on: path, at: packet.offset)
        }
        return record
    }

    @Test func `a request, its repetition and its answer are one transaction`() throws {
        let record = record([
            (.sent, 1000, message(1, 0xaa)), (.sent, 51_000, message(1, 0xaa)), (.received, 52_000, message(0x0101, 0xaa)),
        ])
        let transaction = try #require(record.transactions.first)
        #expect(record.transactions.count == 1)
        #expect(transaction.id == "aaaaaaaaaaaaaaaaaaaaaaaa")
        #expect(transaction.by == .us && transaction.kind == .check && transaction.outcome == .success)
        #expect(transaction.attempts == 2 && transaction.offset == 1000 && transaction.duration == 51_000)
        #expect(transaction.packets == [1, 2, 3] && transaction.pairId == "P1")
    }

    @Test func `both sides may use one id, as theirs and ours are apart`() {
        let record = record([
            (.sent, 1, message(1, 7)), (.received, 2, message(1, 7)), (.sent, 3, message(0x0101, 7)),
            (.received, 4, message(0x0111, 7, refusal)),
        ])
        #expect(record.transactions.map(\.by) == [.us, .peer])
        #expect(record.transactions.map(\.outcome) == [.error, .success])
        #expect(record.transactions.map(\.code) == [401, nil])
        #expect(record.transactions.map(\.packets) == [[1, 4], [2, 3]])
    }

    @Test func `a nomination is told from a check, and consent by what was selected before`() {
        var record = record([
            (.received, 10, message(1, 1, useCandidate)), (.sent, 11, message(0x0101, 1)),
            (.received, 5_000_000, message(1, 2, useCandidate)),
        ])
        var timeline = Timeline()
        timeline.append(.checkReceived, at: 10, pair: "P1", evidence: [1])
        timeline.append(.pairSelected, at: 12, pair: "P1")
        record.events = timeline.events
        #expect(record.transactions.map(\.kind) == [.nomination, .consent])
        #expect(record.transactions.map(\.outcome) == [.success, .unanswered])
    }

    @Test func `events name their transaction, and the list may be left out`() throws {
        var record = record([(.received, 10, message(1, 0xab)), (.sent, 20, message(0x0101, 0xab))])
        var timeline = Timeline()
        timeline.append(.requestReceived, at: 0)
        timeline.append(.checkReceived, at: 10, pair: "P1", evidence: [1])
        record.events = timeline.events
        let page = try object { record.writeEvents(into: &$0) }
        let id = String(repeating: "ab", count: 12)
        #expect(try page.objects("items").map { $0.string("transaction") } == [nil, id])
        #expect(try page.objects("transactions").map { $0.string("id") } == [id])
        let short = try object { record.writeEvents(withTransactions: false, into: &$0) }
        #expect(short["transactions"] == nil)
        #expect(record.eventsText().contains("check: 127.0.0.1:40000 asked us, answered within 0.0 ms"))
    }

    @Test func `any bytes as evidence give transactions or none`() {
        var random = RandomSource.seeded(3)
        for _ in 0..<200 {
            var bytes = message(1, 1) + random.bytes(Int.random(in: 0...40, using: &random))
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            let cut = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
            #expect(record([(.received, 1, cut)]).transactions.count <= 1)
        }
    }
}
