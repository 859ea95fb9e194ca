internal import CShims
internal import Engine
internal import Foundation
internal import Glibc
internal import Inspection
internal import JSON
internal import Logging
internal import Settings
internal import Synchronization

/// The log: one line an event on standard error, as text or as JSON. What clients wrote is escaped, so that no line can be
/// forged and no terminal driven (SECURITY E4).
enum Log {
    static func bootstrap(_ configuration: Configuration) {
        let level = Logger.Level(rawValue: configuration.logLevel.rawValue) ?? .info
        let format = configuration.logFormat
        LoggingSystem.bootstrap { label in LineHandler(label: label, logLevel: level, format: format) }
    }

    /// The last lines, before the process ends.
    static func flush() { LineWriter.shared.flush() }

    /// Writes what the engine tells, at most so many lines of a kind in a second; what is beyond is counted in the next line.
    static func sessions() -> @Sendable (SessionNotice) -> Void {
        let logger = Logger(label: "session")
        let limiter = LineLimiter()
        return { notice in
            guard let skipped = limiter.admit(notice.kind) else { return }
            var metadata: Logger.Metadata = skipped > 0 ? ["skipped": "\(skipped)"] : [:]
            switch notice {
            case .opened(let id, let remote, let agent, _):
                metadata["session"] = "\(id)"
                metadata["remote"] = "\(remote ?? "-")"
                metadata["agent"] = "\(agent ?? "-")"
                logger.info("session opened", metadata: metadata)
            case .refused(let id, let status, let code, let remote, _):
                metadata["session"] = "\(id)"
                metadata["status"] = "\(status)"
                metadata["code"] = "\(code)"
                metadata["remote"] = "\(remote ?? "-")"
                logger.notice("offer refused", metadata: metadata)
            case .connected(let id, let milliseconds, _):
                metadata["session"] = "\(id)"
                metadata["setupMs"] = "\(milliseconds)"
                logger.debug("session connected", metadata: metadata)
            case .finding(let id, let code, let severity, _):
                metadata["session"] = "\(id)"
                metadata["code"] = "\(code)"
                metadata["severity"] = "\(severity)"
                logger.notice("session has a finding", metadata: metadata)
            case .ended(let id, let outcome, let reason, let verdict, let milliseconds, _):
                metadata["session"] = "\(id)"
                metadata["outcome"] = "\(outcome)"
                metadata["reason"] = "\(reason)"
                metadata["verdict"] = "\(verdict)"
                metadata["durationMs"] = "\(milliseconds)"
                logger.info("session ended", metadata: metadata)
            }
        }
    }
}

extension SessionNotice {
    fileprivate var kind: Int {
        switch self {
        case .opened: 0
        case .refused: 1
        case .connected: 2
        case .finding: 3
        case .ended: 4
        }
    }
}

/// At most a hundred lines of a kind in a second.
private final class LineLimiter: Sendable {
    private struct Window {
        var second: Int64 = 0
        var lines = 0
        var skipped = 0
    }

    private let windows = Mutex([Window](repeating: Window(), count: 5))
    private static let linesPerSecond = 100

    /// How many lines were left out before this one; nil where this one is left out as well.
    func admit(_ kind: Int) -> Int? {
        let second = shim_monotonic_nanoseconds() / 1_000_000_000
        return windows.withLock { windows in
            if windows[kind].second != second {
                windows[kind].second = second
                windows[kind].lines = 0
            }
            guard windows[kind].lines < Self.linesPerSecond else {
                windows[kind].skipped += 1
                return nil
            }
            windows[kind].lines += 1
            defer { windows[kind].skipped = 0 }
            return windows[kind].skipped
        }
    }
}

/// Writes lines on a thread of its own: who reads our standard error may stall, and no loop may wait for that. What does
/// not fit into the queue is counted and said once there is room.
private final class LineWriter: Sendable {
    static let shared = LineWriter()

    private struct State {
        var bytes = 0
        var dropped = 0
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "log")
    private static let capacity = 256 * 1024

    func write(_ line: [UInt8]) {
        let dropped: Int? = state.withLock { state in
            guard state.bytes + line.count <= Self.capacity else {
                state.dropped += 1
                return nil
            }
            state.bytes += line.count
            defer { state.dropped = 0 }
            return state.dropped
        }
        guard let dropped else { return }
        queue.async { [self] in
            if dropped > 0 { Terminal.write(Array("\(dropped) lines were left out: nobody read them in time\n".utf8), to: STDERR_FILENO) }
            Terminal.write(line, to: STDERR_FILENO)
            state.withLock { $0.bytes -= line.count }
        }
    }

    /// Waits a moment for what is queued: at the end of the process.
    func flush() {
        let done = DispatchSemaphore(value: 0)
        queue.async { done.signal() }
        _ = done.wait(timeout: .now() + .milliseconds(300))
    }
}

/// One event, one line.
private struct LineHandler: LogHandler {
    let label: String
    var logLevel: Logger.Level
    let format: LogFormat
    var metadata: Logger.Metadata = [:]

    init(label: String, logLevel: Logger.Level, format: LogFormat) {
        self.label = label
        self.logLevel = logLevel
        self.format = format
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// What a terminal would obey rather than show, beyond what JSON escapes: DEL and the C1 controls, line and paragraph
    /// separators, and what turns the direction of text around.
    private static func visible(_ text: String) -> String {
        func isUnseen(_ scalar: Unicode.Scalar) -> Bool {
            switch scalar.value {
            case 0x7f...0x9f, 0x200e, 0x200f, 0x2028...0x202e, 0x2066...0x2069: true
            default: false
            }
        }
        guard text.unicodeScalars.contains(where: isUnseen) else { return text }
        return text.unicodeScalars.map { isUnseen($0) ? "<U+\(String($0.value, radix: 16, uppercase: true))>" : String($0) }.joined()
    }

    func log(event: LogEvent) {
        let fields = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
        let time = Timestamp(microseconds: shim_wall_microseconds())
        var json = JSONWriter(capacity: 256)
        if format == .json {
            json.object { json in
                json.member("time", time.description)
                json.member("level", event.level.rawValue)
                json.member("logger", label)
                json.member("message", event.message.description)
                for (key, value) in fields {
                    json.key(key)
                    json.string(value.description)
                }
            }
            LineWriter.shared.write(json.finish() + [0x0a])
        } else {
            var line = Array("\(time) \(event.level.rawValue) \(event.message)".utf8)
            for (key, value) in fields {
                // A JSON string is also a safe way to show what a stranger wrote.
                var text = JSONWriter(capacity: 64)
                text.string(Self.visible(value.description))
                line += Array(" \(key)=".utf8) + text.finish()
            }
            LineWriter.shared.write(line + [0x0a])
        }
    }
}
