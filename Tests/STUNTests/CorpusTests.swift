import Corpora
import Foundation
import STUN
import Testing
import Wire

/// Messages of other implementations and attacks of our own, held against the manifest's independent reading.
@Suite struct CorpusTests {
    struct Entry: Decodable, Sendable {
        let file: String
        let well_formed: Bool?
        let fingerprint: String?
        let type: String?
        let attributes: [String]?
        let xor_mapped_address: String?
    }

    static let entries: [Entry] = {
        (try? JSONDecoder().decode([Entry].self, from: Data(Corpus.bytes("stun/manifest.json")))) ?? []
    }()

    @Test(.enabled(if: Corpus.isPresent, "the corpora are not beside the project"))
    func `Every message of the corpus reads as its manifest says`() throws {
        #expect(Self.entries.count > 70)
        for entry in Self.entries {
            let bytes = Corpus.bytes("stun/" + entry.file)
            _ = PropertyTests.readAll(bytes)
            guard let wellFormed = entry.well_formed else { continue }
            guard let message = try? Message(parsing: bytes.span) else {
                #expect(!wellFormed, "\(entry.file) should parse")
                continue
            }
            #expect(wellFormed, "\(entry.file) should not parse")
            if let type = entry.type {
                let read = "0x" + String(message.type.rawValue, radix: 16)
                #expect(read == type, "\(entry.file)")
            }
            // Two fingerprints: the manifest's walk takes the last, a receiver the first.
            if let fingerprint = entry.fingerprint, !entry.file.contains("two-fingerprints") {
                let read = message.fingerprint
                #expect(read == (fingerprint == "ok" ? .valid : .wrong), "\(entry.file)")
            }
            if let attributes = entry.attributes {
                var read: [String] = []
                message.forEachAttribute { read.append("0x" + String($0.type.rawValue, radix: 16)) }
                #expect(read == attributes, "\(entry.file)")
            }
            if let address = entry.xor_mapped_address {
                let read = message.xorMappedAddress
                #expect(read == TransportAddress(address), "\(entry.file)")
            }
        }
    }
}
