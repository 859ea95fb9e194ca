import CZlib
import GRDB

/// A text as the file holds it: a zlib stream (RFC 1950), or the text itself where that is no longer.
///
/// The stream may have been begun with a dictionary (`Packer`): then it carries the dictionary's Adler-32, by which the file has it.
struct Packed {
    /// Bytes of the text.
    var size: Int
    /// The text itself when it is `size` long, otherwise its zlib stream, which is shorter.
    var body: [UInt8]

    /// No text may claim more: a damaged size must not become an allocation.
    static let most = 64 << 20

    /// The text, nil when the stream is damaged.
    ///
    /// - Parameter dictionary: finds the dictionary of an Adler-32; asked only where the stream needs one.
    func text(dictionary: (UInt32) -> [UInt8]?) -> [UInt8]? {
        if size == body.count { return body }
        guard size > body.count, size <= Packed.most else { return nil }
        var stream = z_stream()
        guard inflateInit_(&stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
        defer { inflateEnd(&stream) }
        var isWhole = false
        var input = body
        let text = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            input.withUnsafeMutableBufferPointer { body in
                stream.next_in = body.baseAddress
                stream.avail_in = UInt32(body.count)
                stream.next_out = buffer.baseAddress
                stream.avail_out = UInt32(size)
                var result = inflate(&stream, Z_FINISH)
                if result == Z_NEED_DICT, let words = dictionary(UInt32(truncatingIfNeeded: stream.adler)),
                    inflateSetDictionary(&stream, words, UInt32(words.count)) == Z_OK
                {
                    result = inflate(&stream, Z_FINISH)
                }
                isWhole = result == Z_STREAM_END && stream.avail_out == 0
            }
            count = isWhole ? size : 0
        }
        return isWhole ? text : nil
    }
}

/// Packs texts, with one stream's memory for all of them and words that they are likely to have given beforehand.
///
/// Owned by the writer, whose thread alone calls it.
final class Packer: @unchecked Sendable {
    /// What texts may refer to from their first byte on; the words that are likeliest come last (RFC 1950 §2.2: DICTID).
    let dictionary: [UInt8]
    /// Its Adler-32, 0 where there is none.
    let id: UInt32
    private let stream: UnsafeMutablePointer<z_stream>
    private var isReady: Bool

    /// Of a document within 7 % of what level 9 makes, in less than half of its time; with a dictionary no slower than level 1.
    private static let level: Int32 = 3

    init(dictionary: [UInt8]) {
        self.dictionary = dictionary
        id = dictionary.isEmpty ? 0 : UInt32(truncatingIfNeeded: adler32(1, dictionary, UInt32(dictionary.count)))
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        isReady =
            deflateInit2_(
                stream, Self.level, Z_DEFLATED, 15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// The text packed, or as it is where that is no longer.
    func pack(_ text: [UInt8]) -> Packed {
        guard isReady, !text.isEmpty, text.count <= Packed.most, deflateReset(stream) == Z_OK else {
            return Packed(size: text.count, body: text)
        }
        if !dictionary.isEmpty { deflateSetDictionary(stream, dictionary, UInt32(dictionary.count)) }
        var input = text
        let body = [UInt8](unsafeUninitializedCapacity: text.count) { buffer, count in
            input.withUnsafeMutableBufferPointer { text in
                stream.pointee.next_in = text.baseAddress
                stream.pointee.avail_in = UInt32(text.count)
                stream.pointee.next_out = buffer.baseAddress
                // What does not fit is no shorter than the text.
                stream.pointee.avail_out = UInt32(buffer.count - 1)
                count = deflate(stream, Z_FINISH) == Z_STREAM_END ? buffer.count - 1 - Int(stream.pointee.avail_out) : 0
            }
        }
        return body.isEmpty ? Packed(size: text.count, body: text) : Packed(size: text.count, body: body)
    }
}

extension Packer {
    /// Puts the dictionary into the file, where it is not there yet. To be called in each transaction that writes a document: the file may be
    /// another one, or the transaction before was undone.
    func keepDictionary(in database: Database) throws {
        guard id != 0 else { return }
        let insertion = try Prepared(database, "INSERT OR IGNORE INTO dictionary (id, body) VALUES (?, ?)")
        insertion.bind(Int64(id), at: 1)
        insertion.bind(blob: dictionary, at: 2)
        try insertion.run()
    }
}

extension Database {
    /// The dictionary that a stream was begun with; nil where the file has none of that Adler-32.
    func packingDictionary(_ id: UInt32) -> [UInt8]? {
        guard let search = try? Prepared(self, "SELECT body FROM dictionary WHERE id = ?") else { return nil }
        defer { search.reset() }
        search.bind(Int64(id), at: 1)
        return (try? search.step()) == true ? search.bytes(0) : nil
    }
}
