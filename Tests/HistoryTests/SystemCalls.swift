import GRDBSQLite
import Glibc
import Synchronization

/// Makes SQLite's own system calls fail, through the table that SQLite keeps for this purpose.
///
/// The table is the process's, so only suites within `Tables`, which run one test at a time, use it; and only calls on files
/// of `withDirectory` fail, so that stores of other suites, which run meanwhile, know nothing of it.
enum SystemCalls {
    static let left = Atomic<Int>(-1)
    static let last = Atomic<Int>(-1)
    static let failures = Atomic<Int>(0)
    static let code = Atomic<Int32>(0)

    /// Whether a path is within a folder of `withDirectory`.
    private static func isOurs(_ path: UnsafePointer<CChar>?) -> Bool {
        path.map { strstr($0, "/history-") != nil } ?? false
    }

    /// Whether an open file is.
    private static func isOurs(_ descriptor: Int32) -> Bool {
        var target = [CChar](repeating: 0, count: 512)
        return readlink("/proc/self/fd/\(descriptor)", &target, target.count - 1) > 0 && isOurs(target)
    }

    static func fails(on descriptor: Int32) -> Bool { isOurs(descriptor) && fails() }
    static func fails(on path: UnsafePointer<CChar>?) -> Bool { isOurs(path) && fails() }

    /// Counts down to the failing calls; true for one that is to fail.
    private static func fails() -> Bool {
        let index = left.subtract(1, ordering: .relaxed).newValue
        guard index < 0, index >= last.load(ordering: .relaxed) else { return false }
        failures.add(1, ordering: .relaxed)
        errno = code.load(ordering: .relaxed)
        return true
    }

    /// Runs `body` while calls number `first` and the `count - 1` after it fail with `code`.
    /// - Returns: how many did.
    static func failing(_ names: [String], first: Int, count: Int, code: Int32, _ body: () throws -> Void) rethrows -> Int {
        left.store(first, ordering: .relaxed)
        last.store(-count, ordering: .relaxed)
        failures.store(0, ordering: .relaxed)
        self.code.store(code, ordering: .relaxed)
        for name in names { replace(name) }
        defer { _ = sqlite3_vfs_find(nil).pointee.xSetSystemCall(sqlite3_vfs_find(nil), nil, nil) }
        try body()
        return failures.load(ordering: .relaxed)
    }

    private static func replace(_ name: String) {
        guard let vfs = sqlite3_vfs_find(nil), vfs.pointee.xGetSystemCall(vfs, name) != nil else { return }
        typealias Call = sqlite3_syscall_ptr
        let call: Call
        switch name {
        case "pwrite", "pwrite64":
            let function: @convention(c) (Int32, UnsafeRawPointer?, Int, Int) -> Int = {
                SystemCalls.fails(on: $0) ? -1 : pwrite($0, $1, $2, $3)
            }
            call = unsafeBitCast(function, to: Call.self)
        case "pread", "pread64":
            let function: @convention(c) (Int32, UnsafeMutableRawPointer?, Int, Int) -> Int = {
                SystemCalls.fails(on: $0) ? -1 : pread($0, $1, $2, $3)
            }
            call = unsafeBitCast(function, to: Call.self)
        case "ftruncate":
            let function: @convention(c) (Int32, Int) -> Int32 = { SystemCalls.fails(on: $0) ? -1 : ftruncate($0, $1) }
            call = unsafeBitCast(function, to: Call.self)
        default:
            let function: @convention(c) (UnsafePointer<CChar>, Int32, mode_t) -> Int32 = {
                SystemCalls.fails(on: $0) ? -1 : open($0, $1, $2)
            }
            call = unsafeBitCast(function, to: Call.self)
        }
        _ = vfs.pointee.xSetSystemCall(vfs, name, call)
    }

    static let writes = ["pwrite", "pwrite64"]
    static let reads = ["pread", "pread64"]
}
