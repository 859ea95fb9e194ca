import GRDB
import GRDBSQLite

/// A prepared statement with its parameters bound by position.
///
/// Reads columns through SQLite's own conversions, which give a value for anything a file may hold, and copies no text twice.
struct Prepared {
    private let statement: Statement
    private let database: Database
    /// Apart from the statement that owns it: forty columns a row are bound through it.
    private let handle: OpaquePointer

    /// Takes the statement from the connection's cache.
    init(_ database: Database, _ sql: String) throws {
        self.database = database
        statement = try database.cachedStatement(sql: sql)
        handle = statement.sqliteStatement
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    /// SQLite copies what it is given, so that no lifetime outlasts a call.
    private static var transient: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

    func bind(_ value: Int64?, at index: Int32) {
        if let value { sqlite3_bind_int64(handle, index, value) } else { sqlite3_bind_null(handle, index) }
    }

    func bind(_ value: Double?, at index: Int32) {
        if let value { sqlite3_bind_double(handle, index, value) } else { sqlite3_bind_null(handle, index) }
    }

    func bind(_ value: String?, at index: Int32) {
        guard var value else { return _ = sqlite3_bind_null(handle, index) }
        value.withUTF8 { bytes in
            _ = bytes.withMemoryRebound(to: CChar.self) {
                sqlite3_bind_text(handle, index, $0.baseAddress, Int32(clamping: $0.count), Prepared.transient)
            }
        }
    }

    func bind(text bytes: [UInt8], at index: Int32) {
        bytes.withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { return _ = sqlite3_bind_text(handle, index, "", 0, Prepared.transient) }
            sqlite3_bind_text(handle, index, base.assumingMemoryBound(to: CChar.self), Int32(clamping: raw.count), Prepared.transient)
        }
    }

    func bind(blob bytes: [UInt8], at index: Int32) {
        bytes.withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { return _ = sqlite3_bind_zeroblob(handle, index, 0) }
            sqlite3_bind_blob(handle, index, base, Int32(clamping: raw.count), Prepared.transient)
        }
    }

    /// Binds the size and the body, one after the other.
    func bind(_ packed: Packed, at index: Int32) {
        bind(Int64(packed.size), at: index)
        bind(blob: packed.body, at: index + 1)
    }

    /// The text whose size and body are two columns; nil when it is damaged.
    func packedText(_ index: Int32) -> [UInt8]? {
        Packed(size: Int(clamping: integer(index)), body: bytes(index + 1)).text { database.packingDictionary($0) }
    }

    /// Goes to the next row; false when there is none.
    func step() throws -> Bool {
        let code = sqlite3_step(handle)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default:
            let connection = database.sqliteConnection
            let extended = connection.map { sqlite3_extended_errcode($0) } ?? code
            let message = connection.flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) }
            sqlite3_reset(handle)
            throw DatabaseError(resultCode: ResultCode(rawValue: extended), message: message)
        }
    }

    /// Runs a statement that gives no rows, and makes it ready for the next one.
    func run() throws {
        while try step() {}
        sqlite3_reset(handle)
    }

    /// Runs a statement with texts that SQLite does not copy; each of its text parameters must be among them, since they are gone afterwards.
    func run(lending arena: borrowing Arena) throws {
        try arena.bytes.withUnsafeBytes { bytes in
            for (index, range) in arena.pieces {
                guard let range, let base = bytes.baseAddress else {
                    sqlite3_bind_null(handle, index)
                    continue
                }
                let start = base.assumingMemoryBound(to: CChar.self) + range.lowerBound
                // No destructor: the bytes stay where they are until the statement has run, and are unbound before anyone runs it again.
                sqlite3_bind_text(handle, index, start, Int32(clamping: range.count), nil)
            }
            try run()
        }
    }

    /// Ends reading before the last row.
    func reset() { sqlite3_reset(handle) }

    func isNull(_ index: Int32) -> Bool { sqlite3_column_type(handle, index) == SQLITE_NULL }
    func integer(_ index: Int32) -> Int64 { sqlite3_column_int64(handle, index) }
    func optionalInteger(_ index: Int32) -> Int64? { isNull(index) ? nil : integer(index) }
    func optionalReal(_ index: Int32) -> Double? { isNull(index) ? nil : sqlite3_column_double(handle, index) }
    func text(_ index: Int32) -> String { String(decoding: bytes(index), as: UTF8.self) }
    func optionalText(_ index: Int32) -> String? { isNull(index) ? nil : text(index) }

    func bytes(_ index: Int32) -> [UInt8] {
        guard let base = sqlite3_column_blob(handle, index) else { return [] }
        return [UInt8](UnsafeRawBufferPointer(start: base, count: Int(sqlite3_column_bytes(handle, index))))
    }
}

extension Prepared {
    var columnCount: Int32 { sqlite3_column_count(handle) }

    /// Lends the bytes of a column, which are SQLite's own until the next step.
    func withBytes<Value>(_ index: Int32, _ body: (UnsafeRawBufferPointer) throws -> Value) rethrows -> Value {
        let base = sqlite3_column_blob(handle, index)
        return try body(UnsafeRawBufferPointer(start: base, count: base == nil ? 0 : Int(sqlite3_column_bytes(handle, index))))
    }
}

extension Database {
    /// The first column of the first row as an integer; 0 where there is no row.
    func number(_ sql: String) throws -> Int64 {
        let statement = try Prepared(self, sql)
        defer { statement.reset() }
        return try statement.step() ? statement.integer(0) : 0
    }

    /// The first column of the first row as text; empty where there is no row.
    func word(_ sql: String) throws -> String {
        let statement = try Prepared(self, sql)
        defer { statement.reset() }
        return try statement.step() ? statement.text(0) : ""
    }
}
