import HTTP
import Synchronization
import Testing

/// Answers with what it got.
private let mirror: Server.Handler = { request, _ in .respond(Response(.ok, type: "application/octet-stream", request.body)) }

@Suite struct `A body` {
    @Test func `comes whole, whatever its pieces`() throws {
        let server = try startServer({ $0.limits.bodyBytes = 300_000 }, handler: mirror)
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        let body = (0..<262_144).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.count)\r\n\r\n")
        client.send(body)
        #expect(try client.readAnswer().body == body)
        client.send("PATCH / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        var offset = 0
        for size in [1, 2, 70_000, 100, 30_000] {
            client.send("\(String(size, radix: 16));ext=1\r\n")
            client.send(Array(body[offset..<offset + size]))
            client.send("\r\n")
            offset += size
        }
        client.send("0\r\nTrailer: x\r\n\r\n")
        #expect(try client.readAnswer().body == Array(body[..<offset]))
    }

    @Test func `of nothing is an empty one`() throws {
        let server = try startServer(handler: mirror)
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        client.send(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\nPOST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        )
        #expect(try client.readAnswer().body.isEmpty)
        #expect(try client.readAnswer().body.isEmpty)
    }

    @Test func `over the limit gets 413 before it is read`() throws {
        let server = try startServer(handler: mirror)
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n")
        let answer = try client.readAnswer()
        #expect(answer.status == 413)
        #expect(answer["content-type"] == "application/problem+json")
        // What is sent all the same is read away, so that no reset overtakes the answer.
        client.send([UInt8](repeating: 0, count: 100_000))
        #expect(try client.isAtEnd())
        #expect(server.statistics.tooLarge == 1)
    }

    @Test func `that never ends gets 413 at the limit`() throws {
        let server = try startServer(handler: mirror)
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in 0..<100 { client.send("1000\r\n" + String(repeating: "x", count: 4096) + "\r\n") }
        let answer = try client.readAnswer()
        #expect(answer.status == 413)
        #expect(answer["connection"] == "close")
        #expect(answer.text.contains("\"status\":413"))
        #expect(try client.isAtEnd())
        #expect(server.statistics.tooLarge == 1)
    }

    @Test func `may be longer where the early verdict says so`() throws {
        let server = try startServer(
            { $0.limits.bodyBytes = 10 }, early: { $0.path == ["long"] ? .proceed(bodyLimit: 100) : .proceed() }, handler: mirror)
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        client.send("POST /long HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n" + String(repeating: "x", count: 100))
        #expect(try client.readAnswer().body.count == 100)
        client.send("POST /short HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n" + String(repeating: "x", count: 11))
        #expect(try client.readAnswer().status == 413)
    }

    @Test func `is left unread where the early verdict refuses, and is not taken for a request`() throws {
        let handled = Mutex<[String]>([])
        let server = try startServer(
            early: { head in
                .refuse(
                    Response(.unauthorized, headers: [("WWW-Authenticate", "Bearer")]).adding("X-Type", head.headers["content-type"] ?? "-")
                )
            },
            handler: { request, _ in
                handled.withLock { $0.append(request.target.raw) }
                return .respond(Response(.ok))
            })
        defer { server.stop() }
        for method in ["POST", "PUT", "PATCH", "DELETE", "GET"] {
            let client = try RawClient(port: server.port)
            let smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
            client.send(
                "\(method) / HTTP/1.1\r\nHost: a\r\nContent-Type: application/sdp\r\nContent-Length: \(smuggled.utf8.count)\r\n\r\n\(smuggled)"
            )
            let answer = try client.readAnswer()
            #expect(answer.status == 401)
            #expect(answer["www-authenticate"] == "Bearer")
            #expect(answer["x-type"] == "application/sdp")
            #expect(answer["connection"]?.lowercased() == "close")
            #expect(try client.isAtEnd())
        }
        #expect(handled.withLock { $0 } == [])
    }

    @Test func `is asked for with 100 Continue only where it is wanted`() throws {
        let server = try startServer(
            early: { $0.path == ["no"] ? .refuse(Response(.unsupportedMediaType)) : .proceed() }, handler: mirror)
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        client.send("POST /yes HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 3\r\n\r\n")
        #expect(try client.readHead().status == 100)
        client.send("abc")
        #expect(try client.readAnswer().text == "abc")
        client.send("POST /no HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n")
        #expect(try client.readAnswer().status == 415)
        #expect(try client.isAtEnd())
    }

    @Test func `that breaks off leaves nothing behind`() throws {
        let handled = Counter()
        let server = try startServer({ $0.deadlines.heartbeat = .milliseconds(50) }) { _, _ in
            handled.increment()
            return .respond(Response(.ok))
        }
        defer { server.stop() }
        for isReset in [false, true] {
            let client = try RawClient(port: server.port)
            client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 300\r\n\r\n")
            #expect(try client.readHead().status == 100)
            client.send("abc")
            if isReset {
                client.reset()
            } else {
                client.finishSending()
                #expect(try client.readToEnd() == "")
            }
            #expect(eventually { server.statistics.connections == 0 })
        }
        #expect(handled.value == 0)
    }
}
