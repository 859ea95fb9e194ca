import Foundation
import GRDB
import GRDBSQLite

/// The database file: opened, checked, brought to this version; or found unfit, and why.
struct DatabaseFile {
    let path: String
    let limits: HistoryLimits

    enum Unfit: Error {
        /// The cause may go by itself: locked, full, unreadable, no directory.
        case forNow(String)
        /// Damaged, no database at all, or of a later version: can be set aside.
        case forGood(String)
        /// Another program's database: not ours to move or to write to.
        case foreign(String)
    }

    func open() throws(Unfit) -> DatabasePool {
        do {
            try look()
            let pool = try DatabasePool(path: path, configuration: configuration)
            try Schema.migrator.migrate(pool)
            return pool
        } catch let unfit as Unfit {
            throw unfit
        } catch {
            throw DatabaseFile.unfit(error)
        }
    }

    /// What makes the file unfit, nil when nothing does.
    func flaw() -> Unfit? {
        do {
            try look()
            return nil
        } catch {
            return error as? Unfit ?? DatabaseFile.unfit(error)
        }
    }

    /// Looks at an existing file without changing a byte of it.
    private func look() throws {
        var status = stat()
        guard stat(path, &status) == 0, status.st_size > 0 else { return }
        if status.st_mode & S_IFMT != S_IFREG { throw Unfit.foreign("it is not a regular file") }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(limits.busyTimeout.seconds)
        try DatabaseQueue(path: path, configuration: configuration).read { database in
            // One whose making was interrupted has no more than the migrator's own table.
            let tables = try database.number(
                "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'grdb~_%' ESCAPE '~'")
            let id = try database.number("PRAGMA application_id")
            guard tables == 0 || id == Schema.applicationID else { throw Unfit.foreign("it is another program's database") }
            if tables > 0, try Schema.migrator.hasBeenSuperseded(database) {
                throw Unfit.forGood("it was made by a later version of this program")
            }
            try check(database)
        }
    }

    private var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "history"
        configuration.busyMode = .timeout(limits.busyTimeout.seconds)
        configuration.foreignKeysEnabled = false
        let patience = Int32(clamping: limits.readBudget.nanoseconds / 1_000_000)
        configuration.prepareDatabase { database in
            guard !database.configuration.readonly else {
                sqlite3_busy_timeout(database.sqliteConnection, patience)
                return
            }
            // Only a file without tables takes these; they must come before the switch to WAL. A page holds a block of `scan`: a search
            // through a million sessions asks the kernel for half as many.
            try database.execute(sql: "PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL")
            // Kibibytes, negated. The default of 2 MB holds the last few hundred sessions with their documents: reading pages again was half of what a write cost.
            try database.execute(sql: "PRAGMA cache_size = -16384")
            // What is erased is gone from the file, however SQLite was built.
            try database.execute(sql: "PRAGMA secure_delete = ON")
            // A statement with triggers keeps the pages it changes, to undo them: in a file that was nine writes a row.
            try database.execute(sql: "PRAGMA temp_store = MEMORY")
            // After a burst the log file is cut back to this.
            try database.execute(sql: "PRAGMA journal_size_limit = 16777216")
        }
        return configuration
    }

    /// A sound file says so; one too large to check in the time given counts as sound, since SQLite checks each page it meets anyway.
    private func check(_ database: Database) throws {
        do {
            let verdict = try database.limited(to: limits.checkBudget) { try database.word("PRAGMA quick_check(1)") }
            if verdict != "ok" { throw Unfit.forGood(verdict) }
        } catch HistoryError.tooSlow {}
    }

    /// Tells a cause that may go from damage that stays.
    static func unfit(_ error: any Error) -> Unfit {
        guard let error = error as? DatabaseError else { return .forNow("\(error)") }
        let words = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT: return .forGood(words)
        default: return .forNow(words)
        }
    }

    /// Renames the file, its log and its index to `*.broken-<time>`, so that a new one can be begun and nothing is lost.
    /// - Returns: the new name of the file, nil if it could not be moved.
    func setAside(at time: Int64) -> String? {
        var name = "\(path).broken-\(stamp(time))"
        var attempt = 1
        while access(name, F_OK) == 0 {
            attempt += 1
            name = "\(path).broken-\(stamp(time))-\(attempt)"
        }
        guard rename(path, name) == 0 else { return nil }
        for suffix in ["-wal", "-shm"] { rename(path + suffix, name + suffix) }
        return name
    }

    /// `20261122T170500Z`.
    private func stamp(_ time: Int64) -> String {
        var seconds = time_t(time / 1000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return
            "\(parts.tm_year + 1900)\(two(parts.tm_mon + 1))\(two(parts.tm_mday))T\(two(parts.tm_hour))\(two(parts.tm_min))\(two(parts.tm_sec))Z"
    }

    /// Which file stands at the path now: its device and number, nil if there is none.
    var identity: Identity? {
        var status = stat()
        return stat(path, &status) == 0 ? Identity(device: UInt64(status.st_dev), number: UInt64(status.st_ino)) : nil
    }

    struct Identity: Equatable {
        var device: UInt64
        var number: UInt64
    }

    /// Bytes of the file and of its log.
    var sizes: (file: Int64, log: Int64) {
        var status = stat()
        let file = stat(path, &status) == 0 ? Int64(status.st_size) : 0
        let log = stat(path + "-wal", &status) == 0 ? Int64(status.st_size) : 0
        return (file, log)
    }
}

extension Database {
    /// Runs `body` and stops it with `HistoryError.tooSlow` when it takes longer than `budget`.
    func limited<Value>(to budget: Duration, _ body: () throws -> Value) throws -> Value {
        var deadline = monotonicNow() + budget.nanoseconds
        return try withUnsafeMutablePointer(to: &deadline) { pointer in
            sqlite3_progress_handler(
                sqliteConnection, 1_000, { $0.map { monotonicNow() > $0.load(as: Int64.self) } == true ? 1 : 0 }, pointer)
            defer { sqlite3_progress_handler(sqliteConnection, 0, nil, nil) }
            do {
                return try body()
            } catch let error as DatabaseError where error.resultCode == .SQLITE_INTERRUPT {
                throw HistoryError.tooSlow
            }
        }
    }
}

extension Duration {
    var seconds: Double { Double(nanoseconds) / 1e9 }
}
