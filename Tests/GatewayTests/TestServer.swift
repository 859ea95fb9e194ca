import Corpora
import Foundation
import Gateway
import HTTP
import History
import Inspection
import SCTP
import Settings
import Synchronization
import Testing
import Transport
import Wire

@testable import Engine

/// All suites of this target: one after the other, for each runs a whole server and usrsctp is global to the process.
@Suite(.serialized) struct `The gateway` {}

/// A whole server in this process: history in a temporary folder, media and HTTP on ports that the system chose.
final class TestServer: Sendable {
    let configuration: Settings.Configuration
    let store: Store
    let engine: PeerEngine
    let service: Service
    let server: Server
    let folder: URL
    /// What an operator was told.
    private let told = Told()

    /// Notices, by any thread.
    private final class Told: Sendable {
        private let notices = Mutex<[SessionNotice]>([])
        func withLock<Result>(_ body: (inout sending [SessionNotice]) -> sending Result) -> Result { notices.withLock(body) }
    }

    var notices: [SessionNotice] { told.withLock { $0 } }

    /// What differs from one test to the next.
    struct Setting {
        var service = Settings.Configuration()
        var engine = EngineConfiguration()
        var history = HistoryLimits()
        var http = Server.Configuration(listen: [Server.Endpoint(host: "127.0.0.1", port: 0)])
        /// Made in the place of a folder's path: what stands there is no folder, so no database can be opened in it.
        var hasBrokenHistory = false

        init() {
            engine.mediaPort = 0
            engine.listen = [IPAddress(127, 0, 0, 1)]
            engine.interfaces.includesLoopback = true
        }
    }

    /// Runs `body` with a server, while nothing else of this process uses usrsctp.
    static func run(_ set: (inout Setting) -> Void = { _ in }, _ body: (TestServer) throws -> Void) throws {
        var setting = Setting()
        set(&setting)
        try Stack.exclusively {
            let server = try TestServer(setting)
            defer { server.stop() }
            try body(server)
        }
    }

    private init(_ setting: Setting) throws {
        configuration = setting.service
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("peerscope-\(UUID().uuidString)")
        if setting.hasBrokenHistory {
            try Data().write(to: folder)
        } else {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        }
        var engineConfiguration = setting.engine
        engineConfiguration.sessions = configuration.maximumSessions
        engineConfiguration.sessionsPerAddress = configuration.maximumSessionsPerAddress
        store = Store(
            path: folder.appendingPathComponent("history.sqlite").path, limits: setting.history,
            now: { Int64(Date().timeIntervalSince1970 * 1000) }, closing: LostSessions.close)
        engine = try PeerEngine(engineConfiguration, store: store) { [told] notice in told.withLock { $0.append(notice) } }
        service = Service(
            configuration: configuration, engine: engine, store: store,
            build: Service.BuildInformation(version: "0.0.0-test", libraries: [("OpenSSL", "3"), ("SQLite", "3")]),
            startedAt: PeerEngine.monotonicNanoseconds)
        server = try Server(setting.http, refusal: Service.refusal, early: service.early, handler: service.handle)
    }

    private func stop() {
        engine.stop()
        server.stop(drain: .milliseconds(200))
        store.close(timeout: store.status().condition == .ready ? .seconds(5) : .zero)
        try? FileManager.default.removeItem(at: folder)
    }

    var port: UInt16 { server.port }
    /// A client that has connected.
    var client: Client { get throws { try Client(port: port) } }

    /// What the HTTP layer counted.
    var streams: Int { server.statistics.streams }
    var unsafeResponses: Int { server.statistics.unsafeResponses }

    var liveSessions: Int { engine.registry.count }
    func isLive(_ id: String) -> Bool { engine.registry.contains(id) }
    func drain() { engine.drain() }

    /// Waits until history has all on disk.
    func isWritten() -> Bool { store.flush(timeout: .seconds(5)) }
    func document(_ id: String) throws -> [UInt8]? { try store.document(id) }

    /// Writes events into the timeline of a live session; false where it is not there.
    func note(_ count: Int, in id: String, bytes: Int) -> Bool {
        let done = Mutex(false)
        let text = String(repeating: "x", count: bytes)
        _ = engine.ask(id) { loop, session, now, outbox in
            guard let session else { return }
            for _ in 0..<count { session.chronicle.note(.trickleReceived, at: now, text: text) }
            loop.settle(session, at: now, into: &outbox)
            done.withLock { $0 = true }
        }
        return eventually { done.withLock { $0 } }
    }

    /// The one media address.
    var media: TransportAddress { engine.mediaAddresses[0] }
}

/// Waits for what another thread brings about; false after ten seconds.
func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
    for _ in 0..<2000 {
        if try condition() { return true }
        poll(nil, 0, 5)
    }
    return try condition()
}
