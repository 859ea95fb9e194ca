import HTTP
import Synchronization
import Testing

/// A server on a port of its own.
func startServer(
    _ adjust: (inout Server.Configuration) -> Void = { _ in }, early: @escaping Server.EarlyHandler = { _ in .proceed() },
    handler: @escaping Server.Handler
) throws -> Server {
    var configuration = Server.Configuration(listen: [Server.Endpoint(host: "127.0.0.1", port: 0)])
    adjust(&configuration)
    return try Server(
        configuration,
        refusal: { Response($0, type: "application/problem+json", "{\"status\":\($0.code),\"detail\":\"\($1)\"}") },
        early: early, handler: handler)
}

@Suite struct `A server` {
    @Test func `answers a GET and keeps the connection`() throws {
        let server = try startServer { request, _ in
            .respond(Response(.ok, type: "text/plain", "\(request.method.name) \(request.path) \(request.query["a"] ?? "-")"))
        }
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        for _ in 0..<3 {
            client.send("GET /v1/sessions/a%20b?a=1+2 HTTP/1.1\r\nHost: localhost\r\n\r\n")
            let answer = try client.readAnswer()
            #expect(answer.status == 200)
            #expect(answer.text == #"GET ["v1", "sessions", "a b"] 1 2"#)
            #expect(answer["content-type"] == "text/plain")
            #expect(answer["date"] != nil)
        }
        #expect(server.statistics.requests == 3)
        #expect(server.statistics.accepted == 1)
    }

    @Test func `answers requests that come at once, in their order`() throws {
        let server = try startServer(handler: echo)
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        client.send((0..<50).map { "POST /\($0) HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nxy" }.joined())
        for index in 0..<50 { #expect(try client.readAnswer().text == "POST /\(index) 2") }
    }

    @Test func `tells the handler who asks, for what, and when`() throws {
        let seen = Mutex<Request?>(nil)
        let server = try startServer { request, _ in
            seen.withLock { $0 = request }
            return .respond(Response(.noContent))
        }
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        client.send("POST http://other.example:81/a/?x=%41&y HTTP/1.1\r\nHost: a\r\nX-One: 1\r\nx-one:  2 \r\nContent-Length: 3\r\n\r\nabc")
        let answer = try client.readAnswer()
        #expect(answer.status == 204)
        #expect(answer["content-length"] == nil)
        let request = try #require(seen.withLock { $0 })
        #expect(request.remoteAddress == "127.0.0.1")
        #expect(request.remotePort > 0)
        #expect(request.receivedAt > 0)
        #expect(request.body == Array("abc".utf8))
        #expect(request.head.host == "other.example:81")
        #expect(request.path == ["a", ""])
        #expect(request.target.raw == "/a/?x=%41&y")
        #expect(request.query.items.map(\.name) == ["x", "y"])
        #expect(request.query["x"] == "A")
        #expect(request.query["y"] == "")
        #expect(request.headers["X-ONE"] == "1")
        #expect(request.headers.all("x-one") == ["1", "2"])
        #expect(request.headers.joined("x-one") == "1, 2")
        #expect(request.headers.map(\.name) == ["host", "x-one", "x-one", "content-length"])
    }

    @Test func `answers HEAD as GET without the content`() throws {
        let server = try startServer { _, _ in .respond(Response(.ok, type: "text/plain", "twelve bytes")) }
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
        let answer = try client.readAnswer(toHEAD: true)
        #expect(answer.status == 200)
        #expect(answer["content-length"] == "12")
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try client.readAnswer().text == "twelve bytes")
    }

    @Test func `closes where either side asks for it`() throws {
        let server = try startServer { request, _ in
            var response = Response(.ok, type: "text/plain", "x")
            response.closesConnection = request.path == ["close"]
            return .respond(response)
        }
        defer { server.stop() }
        for request in [
            "GET /close HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            "GET / HTTP/1.0\r\nHost: a\r\n\r\n",
        ] {
            let client = try RawClient(port: server.port)
            client.send(request)
            #expect(try client.readAnswer().text == "x")
            #expect(try client.isAtEnd())
        }
    }

    @Test func `never sends a field that would end its line`() throws {
        let server = try startServer { request, _ in
            let value = request.query["v"] ?? ""
            return .respond(Response(.created, headers: [("Location", "/a"), (request.query["n"] ?? "Link", value)], body: .text("x")))
        }
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        for query in ["v=a%0d%0aSet-Cookie:b", "v=a%0aX", "v=%00", "v=%7f", "n=a%20b&v=1", "n=a:b&v=1", "n=&v=1", "n=%0d%0aX&v=1"] {
            client.send("GET /?\(query) HTTP/1.1\r\nHost: a\r\n\r\n")
            let answer = try client.readAnswer()
            #expect(answer.status == 500)
            #expect(answer["content-type"] == "application/problem+json")
            #expect(answer["set-cookie"] == nil)
            #expect(answer["location"] == nil)
        }
        #expect(server.statistics.unsafeResponses == 8)
        client.send("GET /?v=caf%C3%A9%09%22 HTTP/1.1\r\nHost: a\r\n\r\n")
        let answer = try client.readAnswer()
        #expect(answer.status == 201)
        #expect(answer["link"] == "café\t\"")
    }

    @Test func `listens on both families, on one port`() throws {
        var configuration = Server.Configuration(listen: [.init(host: "localhost", port: 0)])
        configuration.threads = 2
        let server = try Server(configuration, handler: echo)
        defer { server.stop() }
        #expect(server.port != 0)
        #expect(server.endpoints.allSatisfy { $0.port == server.port })
        #expect(server.endpoints[0].description == "localhost:\(server.port)")
        let clients = try (0..<4).map { _ in try RawClient(port: server.port) }
        for client in clients {
            client.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.readAnswer().text == "GET /x 0")
        }
    }

    @Test func `says why it can't listen`() throws {
        let first = try startServer(handler: echo)
        defer { first.stop() }
        #expect(throws: ServerError.cannotBind("127.0.0.1:\(first.port)", reason: "Address already in use")) {
            _ = try startServer({ $0.listen = [.init(host: "127.0.0.1", port: first.port)] }, handler: echo)
        }
        #expect(throws: ServerError.self) { _ = try startServer({ $0.listen = [.init(host: "192.0.2.1", port: 1)] }, handler: echo) }
        #expect(throws: ServerError.self) { _ = try startServer({ $0.listen = [.init(host: "no such name", port: 1)] }, handler: echo) }
        #expect(throws: ServerError.tls("libmicrohttpd does not accept them")) {
            _ = try startServer({ $0.tls = .init(certificate: "nonsense", key: "nonsense") }, handler: echo)
        }
    }
}
