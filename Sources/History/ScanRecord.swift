/// What a search has to know of one ended session: a record in a block of the table `scan`.
///
/// ```
///  0  u32  bytes of the record        little-endian throughout
///  4  i64  key of the session
/// 12  u32  facet                      kind, outcome, finding and severity together
/// 16  u32  stream, 20 u32 user agent  terms, 0 for none
/// 24  u8   number of words, then u32 each: terms
///     text: after a byte 0xFF each the id, the address and every label, ASCII capitals made small
/// ```
/// Words that repeat stand once, in `term` and `facet`; what is each session's own stands here, where one search of memory meets it.
/// No byte of a UTF-8 text is 0xFF, so that nothing is found across two texts.
struct ScanRecord {
    static let header = 25
    static let separator: UInt8 = 0xff

    var key: Int64
    var facet: UInt32
    var stream: UInt32
    var agent: UInt32
    var words: [UInt32]

    /// Every term it refers to.
    var terms: [UInt32] { (words + [stream, agent]).filter { $0 != 0 } }

    func append(to block: inout [UInt8], texts: [String]) {
        let start = block.count
        func put<Value: FixedWidthInteger>(_ value: Value, _ block: inout [UInt8]) {
            withUnsafeBytes(of: value.littleEndian) { block.append(contentsOf: $0) }
        }
        put(UInt32(0), &block)
        put(key, &block)
        put(facet, &block)
        put(stream, &block)
        put(agent, &block)
        block.append(UInt8(clamping: words.count))
        for word in words.prefix(255) { put(word, &block) }
        for text in texts {
            block.append(ScanRecord.separator)
            var text = text
            text.withUTF8 { for byte in $0 { block.append(SearchTerms.folded(byte)) } }
        }
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: block.count - start).littleEndian) {
            for (index, byte) in $0.enumerated() { block[start + index] = byte }
        }
    }
}

/// A record where it lies in a block; its numbers are read when asked for.
struct ScanView {
    private let block: UnsafeRawBufferPointer
    private let start: Int
    /// Where the next record begins.
    let end: Int

    /// The record that begins there, nil where none does: at the end, or in a damaged block.
    init?(_ block: UnsafeRawBufferPointer, at start: Int) {
        guard block.count - start >= ScanRecord.header else { return nil }
        let length = Int(UInt32(littleEndian: block.loadUnaligned(fromByteOffset: start, as: UInt32.self)))
        let words = Int(block[start + ScanRecord.header - 1])
        guard length >= ScanRecord.header + 4 * words, length <= block.count - start else { return nil }
        self.block = block
        self.start = start
        end = start + length
    }

    // Within the record, whose length `init` has held against the block.
    private func number(_ offset: Int) -> UInt32 {
        UInt32(littleEndian: block.loadUnaligned(fromByteOffset: start + offset, as: UInt32.self))
    }

    var key: Int64 { Int64(littleEndian: block.loadUnaligned(fromByteOffset: start + 4, as: Int64.self)) }
    var facet: UInt32 { number(12) }
    var stream: UInt32 { number(16) }
    var agent: UInt32 { number(20) }
    var wordCount: Int { Int(block[start + 24]) }
    func word(_ index: Int) -> UInt32 { number(ScanRecord.header + 4 * index) }
    var text: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: block[(start + ScanRecord.header + 4 * wordCount)..<end]) }
    var range: Range<Int> { start..<end }

    var record: ScanRecord {
        ScanRecord(key: key, facet: facet, stream: stream, agent: agent, words: (0..<wordCount).map(word))
    }
}
