import HTTP
import Testing

/// Answers 405 to methods other than the usual ones, else what it understood.
let echo: Server.Handler = { request, _ in
    switch request.method {
    case .trace, .connect, .other: return .respond(Response(.methodNotAllowed, headers: [("Allow", "GET, HEAD, POST")]))
    default: break
    }
    let text = "\(request.method.name) /\(request.path.joined(separator: "/")) \(request.body.count)"
    return .respond(Response(.ok, type: "text/plain", text))
}

/// Sends one request and then a second to a server of its own; gives the first answer, whether the connection ended without
/// an answer to the second, and what was counted.
func exchange(
    _ request: String, handler: @escaping Server.Handler = echo
) throws -> (answer: RawClient.Answer, isClosed: Bool, statistics: Server.Statistics) {
    let server = try startServer(handler: handler)
    defer { server.stop() }
    let client = try RawClient(port: server.port)
    client.send(request)
    let answer = try client.readAnswer()
    client.send("GET /second HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    // libmicrohttpd sends its header twice where Content-Length is malformed.
    let rest = try client.readToEnd()
    return (answer, !rest.contains("GET /second") && !rest.contains("200 OK"), server.statistics)
}

@Suite struct `A malformed request` {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let request: String
        let status: Int
        /// Whether the server answers itself, in its own form; else libmicrohttpd does.
        var isOurs = true
        var testDescription: String { name }
    }

    static let ambiguous = [
        Case(
            name: "Content-Length beside Transfer-Encoding",
            request: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", status: 400),
        Case(
            name: "two different Content-Lengths",
            request: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd", status: 400),
        Case(
            name: "the same Content-Length twice",
            request: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 4\r\n\r\nabcd", status: 400),
        Case(
            name: "a list in Content-Length", request: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4, 4\r\n\r\nabcd", status: 400,
            isOurs: false),
        Case(name: "a blank before the colon", request: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length : 4\r\n\r\nabcd", status: 400),
        Case(
            name: "a signed Content-Length", request: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +4\r\n\r\nabcd", status: 400,
            isOurs: false),
        Case(name: "neg-cl", request: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", status: 400, isOurs: false),
        Case(
            name: "a coding that is not chunked", request: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\nabcd", status: 400),
        Case(
            name: "an unknown coding before chunked",
            request: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", status: 501),
        Case(
            name: "chunked that is not last",
            request: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", status: 400),
        Case(
            name: "two Transfer-Encodings",
            request: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", status: 400),
        Case(
            name: "a chunk size that is no number", request: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
            status: 400, isOurs: false),
        Case(name: "no Host", request: "GET / HTTP/1.1\r\n\r\n", status: 400),
        Case(name: "two Hosts", request: "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", status: 400),
        Case(name: "a field name with a quote", request: "GET / HTTP/1.1\r\nHost: a\r\nX\"Y: 1\r\n\r\n", status: 400),
        Case(name: "a control character in a value", request: "GET / HTTP/1.1\r\nHost: a\r\nX: a\u{1}b\r\n\r\n", status: 400),
        Case(name: "a bare CR in a value", request: "GET / HTTP/1.1\r\nHost: a\r\nX: a\rSet-Cookie: b\r\n\r\n", status: 400),
        Case(
            name: "another expectation", request: "POST / HTTP/1.1\r\nHost: a\r\nExpect: 200-maybe\r\nContent-Length: 1\r\n\r\na",
            status: 417),
        Case(name: "HTTP/0.9", request: "GET /\r\n\r\n", status: 400, isOurs: false),
        Case(name: "HTTP/2.0", request: "GET / HTTP/2.0\r\nHost: a\r\n\r\n", status: 505, isOurs: false),
        Case(name: "a fragment in the target", request: "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", status: 400),
        Case(name: "a blank in the target", request: "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", status: 400),
        Case(name: "a target without a slash", request: "GET etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n", status: 400),
    ]

    @Test(arguments: ambiguous)
    func `is refused, and its connection ends`(_ item: Case) throws {
        let (answer, isClosed, statistics) = try exchange(item.request)
        #expect(answer.status == item.status)
        #expect(isClosed)
        if item.isOurs {
            #expect(answer["content-type"] == "application/problem+json")
            #expect(answer.text.contains("\"status\":\(item.status)"))
            #expect(answer["connection"]?.lowercased() == "close")
            #expect(statistics.malformed == 1)
        }
    }

    @Test(arguments: [
        ("/../../../../etc/passwd", 400), ("/%2e%2e/%2e%2e/etc/passwd", 400), ("/index.html%00.png", 400), ("/%c0%ae%c0%ae/x", 400),
        ("/whip/x%0d%0aSet-Cookie:%20a=b", 400), ("/a%2fb", 400), ("/a%2", 400), ("/a%zz", 400), ("/.", 400),
        ("/%252e%252e/etc/passwd", 200), ("/..%5c..%5cetc/passwd", 200), ("//etc/passwd", 200), ("/whip?room=x%0d%0aX-Evil:1", 200),
    ])
    func `path is refused where it could leave its place, and else is only a name`(_ path: String, _ status: Int) throws {
        let (answer, _, _) = try exchange("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(answer.status == status)
        #expect(answer["set-cookie"] == nil)
        #expect(answer["x-evil"] == nil)
    }

    @Test func `target that is too long gets 414`() throws {
        let (answer, isClosed, statistics) = try exchange("GET /\(String(repeating: "a", count: 9000)) HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(answer.status == 414)
        #expect(answer["content-type"] == "application/problem+json")
        #expect(isClosed)
        #expect(statistics.tooLarge == 1)
        // Beyond libmicrohttpd's own buffer it is libmicrohttpd that answers.
        let (huge, isHugeClosed, _) = try exchange("GET /\(String(repeating: "a", count: 65536)) HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(huge.status == 414)
        #expect(isHugeClosed)
    }

    @Test func `header that is too large gets 431`() throws {
        let many = (0..<200).map { "X-\($0): 1\r\n" }.joined()
        #expect(try exchange("GET / HTTP/1.1\r\nHost: a\r\n\(many)\r\n").answer.status == 431)
        let wide = String(repeating: "b", count: 17_000)
        let (answer, isClosed, _) = try exchange("GET / HTTP/1.1\r\nHost: a\r\nX: \(wide)\r\n\r\n")
        #expect(answer.status == 431)
        #expect(isClosed)
        let huge = (0..<1000).map { "X-\($0): \(String(repeating: "c", count: 60))\r\n" }.joined()
        #expect(try exchange("GET / HTTP/1.1\r\nHost: a\r\n\(huge)\r\n").answer.status == 431)
        #expect(try exchange("GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "d", count: 65536))\r\n\r\n").answer.status == 431)
    }

    @Test func `method is the routes' matter`() throws {
        for method in ["TRACE", "PROPFIND", "get", "CONNECT"] {
            let (answer, isClosed, _) = try exchange("\(method) / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(answer.status == 405)
            #expect(answer["allow"] == "GET, HEAD, POST")
            #expect(!isClosed)
        }
        // RFC 9112 §3.2.3: the authority form is only for CONNECT, which we do not serve.
        #expect(try exchange("CONNECT a.example:443 HTTP/1.1\r\nHost: a\r\n\r\n").answer.status == 400)
    }

    @Test func `upgrade to HTTP/2 is ignored`() throws {
        let (answer, _, _) = try exchange(
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n")
        #expect(answer.status == 200)
    }

    @Test func `or garbage never hurts the next client`() throws {
        let server = try startServer(handler: echo)
        defer { server.stop() }
        for length in [1, 10, 100, 1000, 40_000] {
            let client = try RawClient(port: server.port)
            // Every byte value, in no order that means anything.
            client.send((0..<length).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 16) } + [10, 10, 13, 10, 13, 10])
            client.finishSending()
            _ = try client.readToEnd()
        }
        let client = try RawClient(port: server.port)
        client.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try client.readAnswer().text == "GET /a 0")
    }
}
