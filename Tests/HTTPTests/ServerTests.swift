import HTTP
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
        }
    }
}
