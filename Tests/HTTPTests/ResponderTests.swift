import HTTP
import Synchronization
import Testing

/// Keeps responders until a test wants them.
final class Waiting: Sendable {
    private let responders = Mutex<[Responder]>([])
    let abandoned = Counter()

    var handler: Server.Handler {
        { [self] request, exchange in
            if request.path == ["now"] { return .respond(Response(.ok, type: "text/plain", "now")) }
            let responder = exchange.responder()
            responder.onAbandoned { [self] in abandoned.increment() }
            responders.withLock { $0.append(responder) }
            return .later
        }
    }

    /// The next responder, once its request has come.
    func next() throws -> Responder {
        var found: Responder?
        guard
            eventually({
                responders.withLock {
                    found = $0.isEmpty ? nil : $0.removeFirst(); return found != nil
                }
            }), let found
        else { throw RawClient.Failure(description: "no request came") }
        return found
    }
}

@Suite struct `A responder` {
    @Test func `answers from another thread, while the server serves others`() throws {
        let waiting = Waiting()
        let server = try startServer(handler: waiting.handler)
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        for round in 0..<20 {
            client.send("POST /later HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx")
            let responder = try waiting.next()
            let other = try RawClient(port: server.port)
            other.send("GET /now HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try other.readAnswer().text == "now")
            #expect(!responder.isAbandoned)
            #expect(responder.respond(Response(.created, headers: [("Location", "/\(round)")], body: .text("later"))))
            #expect(!responder.respond(Response(.ok)))
            let answer = try client.readAnswer()
            #expect(answer.status == 201)
            #expect(answer["location"] == "/\(round)")
            #expect(answer.text == "later")
        }
        #expect(waiting.abandoned.value == 0)
    }

    @Test func `may answer before its handler has returned`() throws {
        let server = try startServer { _, exchange in
            exchange.responder().respond(Response(.ok, type: "text/plain", "early"))
            return .later
        }
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        for _ in 0..<3 {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.readAnswer().text == "early")
        }
    }

    @Test func `that is let go answers 500, and so does a handler that took none`() throws {
        let server = try startServer { request, exchange in
            if request.path == ["taken"] { _ = exchange.responder() }
            return .later
        }
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        for path in ["taken", "none"] {
            client.send("GET /\(path) HTTP/1.1\r\nHost: a\r\n\r\n")
            let answer = try client.readAnswer()
            #expect(answer.status == 500)
            #expect(answer["content-type"] == "application/problem+json")
        }
        #expect(server.statistics.droppedResponders == 2)
    }

    @Test func `loses to an immediate answer`() throws {
        let kept = Mutex<Responder?>(nil)
        let abandoned = Counter()
        let server = try startServer { _, exchange in
            let responder = exchange.responder()
            responder.onAbandoned { abandoned.increment() }
            kept.withLock { $0 = responder }
            return .respond(Response(.ok, type: "text/plain", "first"))
        }
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try client.readAnswer().text == "first")
        #expect(kept.withLock { $0 }?.respond(Response(.ok)) == false)
        #expect(abandoned.value == 1)
    }

    @Test func `learns that its client has left, and may answer all the same`() throws {
        let waiting = Waiting()
        let server = try startServer({ $0.deadlines.heartbeat = .milliseconds(50) }, handler: waiting.handler)
        defer { server.stop() }
        let closing = try RawClient(port: server.port)
        closing.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n")
        let closed = try waiting.next()
        closing.close()
        #expect(eventually { closed.isAbandoned })
        let client = try RawClient(port: server.port)
        client.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n")
        let responder = try waiting.next()
        client.reset()
        #expect(eventually { responder.isAbandoned })
        #expect(eventually { waiting.abandoned.value == 2 })
        #expect(!responder.respond(Response(.ok)))
        #expect(eventually { server.statistics.connections == 0 })
        // Told at once where it asks too late.
        let isTold = Counter()
        responder.onAbandoned { isTold.increment() }
        #expect(isTold.value == 1)
    }

    @Test func `three hundred at a time take no threads`() throws {
        let waiting = Waiting()
        let server = try startServer({ $0.limits.connectionsPerAddress = 2000 }, handler: waiting.handler)
        defer { server.stop() }
        let clients = try (0..<300).map { _ in try RawClient(port: server.port) }
        for client in clients { client.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n") }
        let responders = try clients.map { _ in try waiting.next() }
        for responder in responders.reversed() { responder.respond(Response(.ok, type: "text/plain", "x")) }
        for client in clients { #expect(try client.readAnswer().text == "x") }
    }
}

private func isRefused(_ port: UInt16) -> Bool {
    do {
        _ = try RawClient(port: port)
        return false
    } catch {
        return true
    }
}

@Suite struct `A server that stops` {
    @Test func `lets what is in flight finish, and takes no more`() throws {
        let waiting = Waiting()
        let server = try startServer(handler: waiting.handler)
        let client = try RawClient(port: server.port)
        client.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n")
        let responder = try waiting.next()
        let port = server.port
        let isDone = Counter()
        try withThread {
            server.stop(drain: .seconds(5))
            isDone.increment()
        } while: {
            #expect(eventually { isRefused(port) })
            #expect(isDone.value == 0)
            responder.respond(Response(.ok, type: "text/plain", "finished"))
            let answer = try client.readAnswer()
            #expect(answer.text == "finished")
            #expect(answer["connection"]?.lowercased() == "close")
        }
        #expect(isDone.value == 1)
    }

    @Test func `answers 503 where the answer does not come in time`() throws {
        let waiting = Waiting()
        let server = try startServer(handler: waiting.handler)
        let client = try RawClient(port: server.port)
        client.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n")
        let responder = try waiting.next()
        server.stop(drain: .milliseconds(30))
        let answer = try client.readAnswer()
        #expect(answer.status == 503)
        #expect(answer["content-type"] == "application/problem+json")
        #expect(!responder.respond(Response(.ok)))
        #expect(try client.isAtEnd())
    }

    @Test func `ends at once with everything suspended`() throws {
        for _ in 0..<10 {
            let waiting = Waiting()
            let stream = EventStream()
            let server = try startServer { request, exchange in
                request.path == ["events"] ? .respond(Response(stream)) : waiting.handler(request, exchange)
            }
            let clients = try (0..<5).map { _ in try RawClient(port: server.port) }
            for client in clients { client.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n") }
            let responders = try clients.map { _ in try waiting.next() }
            let listener = try RawClient(port: server.port)
            listener.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try listener.readHead().status == 200)
            server.stop(drain: .zero)
            server.stop()
            #expect(responders.allSatisfy { !$0.respond(Response(.ok)) })
            #expect(stream.isClosed)
            #expect(server.statistics.connections == 0)
        }
    }
}
