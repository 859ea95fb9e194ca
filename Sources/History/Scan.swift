import GRDB

/// The writer's hand on the blocks of `scan`: puts in and takes out records, one block open at a time.
///
/// A block holds the ended sessions from its first key up to the first key of the next block, in order.
struct Scan {
    /// Records after which a block is full for those that come behind its last, and for any.
    static let full = 64
    static let most = 96
    /// Bytes after which a block takes no second record more.
    static let mostBytes = 32 << 10

    private let database: Database
    private var block: Block?

    init(_ database: Database) { self.database = database }

    private struct Block {
        var first: Int64
        /// Where the next block begins.
        var end: Int64
        var count: Int
        var body: [UInt8]
        var isChanged = false

        /// Where the record of a key lies, or where it belongs.
        func place(of key: Int64) -> (range: Range<Int>, record: ScanRecord?) {
            body.withUnsafeBytes { bytes in
                var start = 0
                while let view = ScanView(bytes, at: start) {
                    if view.key >= key { return view.key == key ? (view.range, view.record) : (start..<start, nil) }
                    start = view.end
                }
                return (start..<start, nil)
            }
        }

        /// Takes away the second half, which becomes a block of its own.
        mutating func split() -> Block? {
            let half = count / 2
            let middle = body.withUnsafeBytes { bytes in
                var start = 0
                for _ in 0..<half {
                    guard let view = ScanView(bytes, at: start) else { return (start, Int64?.none) }
                    start = view.end
                }
                return (start, ScanView(bytes, at: start)?.key)
            }
            guard half > 0, let key = middle.1 else { return nil }
            let other = Block(first: key, end: end, count: count - half, body: Array(body[middle.0...]), isChanged: true)
            body.removeSubrange(middle.0...)
            (count, end, isChanged) = (half, key, true)
            return other
        }
    }

    /// Puts a record in, in place of the one of its key.
    /// - Returns: that one.
    mutating func put(_ record: ScanRecord, texts: [String]) throws -> ScanRecord? {
        var bytes: [UInt8] = []
        record.append(to: &bytes, texts: texts)
        try open(record.key)
        guard var current = block.take() else { return nil }
        var (range, old) = current.place(of: record.key)
        let isLast = range.lowerBound == current.body.count
        if old == nil, current.count > 0 {
            let isFull = current.count >= (isLast ? Scan.full : Scan.most) || current.body.count + bytes.count > Scan.mostBytes
            if isFull, isLast {
                let next = Block(first: record.key, end: current.end, count: 0, body: [])
                current.end = record.key
                try save(current)
                current = next
                range = 0..<0
            } else if isFull, let half = current.split() {
                let (left, right) = (current, half)
                current = record.key >= right.first ? right : left
                try save(record.key >= right.first ? left : right)
                range = current.place(of: record.key).range
            }
        }
        current.body.replaceSubrange(range, with: bytes)
        if old == nil { current.count += 1 }
        current.isChanged = true
        block = current
        return old
    }

    /// Takes the record of a session out.
    mutating func remove(_ key: Int64) throws -> ScanRecord? {
        try open(key)
        guard var current = block.take() else { return nil }
        let (range, old) = current.place(of: key)
        if old != nil {
            current.body.removeSubrange(range)
            current.count -= 1
            current.isChanged = true
        }
        block = current
        return old
    }

    mutating func finish() throws {
        if let current = block.take() { try save(current) }
    }

    /// Opens the block to which a key belongs.
    private mutating func open(_ key: Int64) throws {
        if let block, block.first <= key, key < block.end { return }
        try finish()
        let next = try Prepared(database, "SELECT first FROM scan WHERE first > ? ORDER BY first LIMIT 1")
        defer { next.reset() }
        next.bind(key, at: 1)
        let end = try next.step() ? next.integer(0) : .max
        let search = try Prepared(database, "SELECT first, sessions, body FROM scan WHERE first <= ? ORDER BY first DESC LIMIT 1")
        defer { search.reset() }
        search.bind(key, at: 1)
        if try search.step() {
            block = Block(first: search.integer(0), end: end, count: Int(search.integer(1)), body: search.bytes(2))
        } else {
            block = Block(first: key, end: end, count: 0, body: [])
        }
    }

    private func save(_ block: Block) throws {
        guard block.isChanged else { return }
        if block.count <= 0 || block.body.isEmpty {
            let removal = try Prepared(database, "DELETE FROM scan WHERE first = ?")
            removal.bind(block.first, at: 1)
            try removal.run()
        } else {
            let insertion = try Prepared(
                database,
                """
                INSERT INTO scan (first, sessions, body) VALUES (?, ?, ?)
                ON CONFLICT DO UPDATE SET sessions = excluded.sessions, body = excluded.body
                """)
            insertion.bind(block.first, at: 1)
            insertion.bind(Int64(block.count), at: 2)
            insertion.bind(blob: block.body, at: 3)
            try insertion.run()
        }
    }
}
