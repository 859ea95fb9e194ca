internal import GRDBSQLite

extension Store {
    /// The version of SQLite at run time.
    public static var libraryVersion: String { String(cString: sqlite3_libversion()) }
}
