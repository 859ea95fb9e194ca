import Foundation
import HTTP
import Testing

/// How many descriptors the process has open.
func openDescriptors() -> Int {
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
}

@Suite struct `A limit` {
    @Test func `on one address's connections makes room among its idle ones, then refuses`() throws {
        let waiting = Waiting()
        let server = try startServer({ $0.limits.connectionsPerAddress = 4 }, handler: waiting.handler)
        defer { server.stop() }
        let busy = try (0..<3).map { _ in try RawClient(port: server.port) }
        for client in busy { client.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n") }
        let responders = try busy.map { _ in try waiting.next() }
        let idle = try RawClient(port: server.port)
        idle.send("GET /now HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try idle.readAnswer().text == "now")
        // The answer reaches its client a moment before the server calls the connection idle: until then others are refused.
        var fifth = try RawClient(port: server.port)
        var refused = 0
        while eventually({ server.statistics.evicted == 1 || server.statistics.refused > refused }), server.statistics.evicted == 0 {
            refused = server.statistics.refused
            fifth = try RawClient(port: server.port)
        }
        fifth.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n")
        let last = try waiting.next()
        #expect(try idle.isAtEnd())
        #expect(server.statistics.evicted == 1)
        // None is idle now.
        let sixth = try RawClient(port: server.port)
        sixth.send("GET /now HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try sixth.readAnswer().status == 429)
        #expect(try sixth.isAtEnd())
        #expect(server.statistics.refused == refused + 1)
        for responder in responders + [last] { responder.respond(Response(.ok, type: "text/plain", "x")) }
        for client in busy + [fifth] { #expect(try client.readAnswer().text == "x") }
    }

    @Test func `on all connections keeps room for those who ask`() throws {
        let server = try startServer(
            {
                $0.limits.connections = 40; $0.limits.connectionsPerAddress = 1000
            }, handler: echo)
        defer { server.stop() }
        let idle = try (0..<200).map { _ in try RawClient(port: server.port) }
        for _ in 0..<5 {
            let client = try RawClient(port: server.port)
            client.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.readAnswer().text == "GET /x 0")
        }
        #expect(server.statistics.connections <= 40)
        #expect(server.statistics.evicted >= 100)
        withExtendedLifetime(idle) {}
    }

    @Test func `of descriptors is survived`() async {
        await #expect(processExitsWith: .success) {
            let server = try startServer(handler: echo)
            // Sockets are made before the descriptors run out, and connected after.
            let clients = try (0..<5).map { _ in try RawClient(unconnected: ()) }
            var fillers: [Int32] = []
            var limit = rlimit(rlim_cur: rlim_t(openDescriptors() + 20), rlim_max: 4096)
            setrlimit(__rlimit_resource_t(7), &limit)
            while true {
                let filler = dup(0)
                if filler < 0 { break }
                fillers.append(filler)
            }
            for client in clients {
                try client.connect(port: server.port)
                client.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
            }
            guard eventually({ server.statistics.acceptPauses >= 3 }) else { exit(2) }
            // Accepting pauses rather than spins: some tens of tries a second.
            guard server.statistics.acceptPauses < 1000 else { exit(3) }
            for filler in fillers { close(filler) }
            for client in clients {
                guard try client.readAnswer().text == "GET /x 0" else { exit(4) }
            }
            server.stop()
            exit(0)
        }
    }

    @Test func `is not reached by what was closed`() async {
        await #expect(processExitsWith: .success) {
            let server = try startServer({ $0.deadlines.heartbeat = .milliseconds(40) }, handler: echo)
            func rounds(_ count: Int) throws {
                for index in 0..<count {
                    let client = try RawClient(port: server.port)
                    switch index % 4 {
                    case 0:
                        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                        _ = try client.readAnswer()
                    case 1: client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n")
                    case 2: client.send("nonsense\r\n\r\n")
                    default: client.reset()
                    }
                }
                guard eventually({ server.statistics.connections == 0 }) else { exit(2) }
            }
            try rounds(40)
            _ = eventually { openDescriptors() < 30 }
            let before = openDescriptors()
            try rounds(1000)
            // Those that linger are gone after two seconds.
            guard eventually({ openDescriptors() <= before }) else { exit(3) }
            server.stop()
            exit(0)
        }
    }

    @Test func `is not reached by servers that come and go`() async {
        await #expect(processExitsWith: .success) {
            func round() throws {
                let server = try startServer(handler: echo)
                let client = try RawClient(port: server.port)
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                guard try client.readAnswer().status == 200 else { exit(2) }
                server.stop()
            }
            try round()
            let before = openDescriptors()
            for _ in 0..<50 { try round() }
            guard openDescriptors() <= before else { exit(3) }
            exit(0)
        }
    }
}
