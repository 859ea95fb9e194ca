import GRDB
import Testing

@testable import History

struct PackedTests {
    private let words = Array("a=candidate: typ host generation 0 network-cost 999".utf8)
    private let text = Array("v=0 a=candidate:1 typ host generation 0 network-cost 999 and a word of its own: aardvark".utf8)

    @Test func `a text comes back, with a dictionary and without`() {
        let plain = Packer(dictionary: []).pack(text)
        let packer = Packer(dictionary: words)
        let short = packer.pack(text)
        #expect(short.body.count < plain.body.count)
        #expect(plain.text { _ in nil } == text)
        #expect(short.text { $0 == packer.id ? words : nil } == text)
        // One stream serves one text after the other.
        #expect(packer.pack(text).body == short.body)
    }

    @Test func `what grows by packing is kept as it is`() {
        let packer = Packer(dictionary: words)
        for text in [[], [1], Array(UInt8.min...UInt8.max)] {
            let packed = packer.pack(text)
            #expect(packed.body == text)
            #expect(packed.text { _ in nil } == text)
        }
    }

    @Test func `a stream that is damaged, or whose dictionary is gone, gives nothing`() {
        let packer = Packer(dictionary: words)
        let packed = packer.pack(text)
        #expect(packed.text { _ in nil } == nil)
        #expect(packed.text { _ in [1, 2, 3] } == nil)
        #expect(Packed(size: packed.size + 1, body: packed.body).text { _ in words } == nil)
        #expect(Packed(size: packed.size - 1, body: packed.body).text { _ in words } == nil)
        #expect(Packed(size: Packed.most + 1, body: packed.body).text { _ in words } == nil)
        for index in packed.body.indices {
            var bytes = packed.body
            bytes[index] ^= 0x55
            #expect(Packed(size: packed.size, body: bytes).text { _ in words } != text)
        }
    }

    @Test func `a version with another dictionary reads what the one before it wrote`() throws {
        try withDirectory { directory in
            let path = directory + "/history.sqlite"
            for (id, dictionary) in [("one", words), ("two", []), ("three", Array("another one".utf8) + words)] {
                let store = Store(path: path, dictionary: dictionary, now: { noon })
                store.write(.session(sample(id)))
                store.write(.document(session: id, text))
                #expect(store.close(timeout: .seconds(10)))
            }
            let store = Store(path: path, now: { noon })
            for id in ["one", "two", "three"] {
                let document = try store.document(id)
                #expect(document == text)
            }
            store.close(timeout: .seconds(1))
        }
    }
}
