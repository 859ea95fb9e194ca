import Foundation
import Testing

@testable import History

/// All tests of the store, one after the other: some replace the system calls of the whole process.
@Suite(.serialized) struct Tables {}

/// An arbitrary time in Unix milliseconds.
let noon: Int64 = 1_764_000_000_000

/// Calls `body` with a store in a directory of its own.
func withStore<Value>(limits: HistoryLimits = brisk, _ body: (Store, String) throws -> Value) throws -> Value {
    try withDirectory { directory in
        let path = directory + "/history.sqlite"
        let store = Store(path: path, limits: limits, now: { noon })
        defer { store.close(timeout: .seconds(5)) }
        return try body(store, path)
    }
}

func withDirectory<Value>(_ body: (String) throws -> Value) throws -> Value {
    let directory = scratch + "/history-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    return try body(directory)
}

/// Memory where there is such a file system: a hundred stores are opened and closed here, and a disk would take its time for each.
let scratch = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : FileManager.default.temporaryDirectory.path

/// Limits that make a test quick: nothing waits for company, and retries come at once.
var brisk: HistoryLimits {
    var limits = HistoryLimits()
    limits.batchInterval = .milliseconds(5)
    limits.retryFloor = .milliseconds(2)
    limits.retryCeiling = .milliseconds(20)
    limits.busyTimeout = .milliseconds(20)
    return limits
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

/// A row with every column filled.
func sample(
    _ id: String, at time: Int64 = noon, state: String = "ended", outcome: String? = nil, kind: String = "session", stream: String? = nil
) -> SessionRow {
    var row = SessionRow(
        id: id, kind: kind, state: state, outcome: outcome, reason: "closed-by-peer", stream: stream, connectionState: "connected",
        iceState: "completed", finding: nil, severity: "ok", title: "It connected", remoteAddress: "127.0.0.1:40000",
        userAgent: "curl/7.88.1", createdAt: time, connectedAt: time + 3, endedAt: state == "live" ? nil : time + 2_000,
        lastSeenAt: time + 1_500,
        item: bytes("{\"id\":\"\(id)\"}"))
    row.phases.offerParsed = 0.2
    row.phases.connected = 3.25
    row.counters.bytesSent = 4096
    row.counters.messagesReceived = 7
    return row
}
