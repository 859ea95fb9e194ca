import HTTP
import Testing

@Suite struct `A deadline` {
    @Test func `ends a connection that never asks`() throws {
        let server = try startServer({ $0.deadlines.header = .milliseconds(60) }, handler: echo)
        defer { server.stop() }
        let silent = try RawClient(port: server.port)
        #expect(try silent.isAtEnd())
        let begun = try RawClient(port: server.port)
        begun.send("GET / HT")
        #expect(try begun.isAtEnd())
        #expect(server.statistics.headerTimeouts == 2)
    }

    @Test func `ends a header that comes a byte at a time`() throws {
        let server = try startServer({ $0.deadlines.header = .milliseconds(100) }, handler: echo)
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        client.send("GET / HTTP/1.1\r\nHost: a\r\n")
        try withThread {
            // Bytes keep coming, so an idle timer would never end it.
            for index in 0..<2000 where server.statistics.headerTimeouts == 0 {
                client.send("X-\(index): 1\r\n")
                _ = eventually { server.statistics.headerTimeouts > 0 || index % 2 == 0 }
            }
        } while: {
            let answer = try client.readAnswer()
            #expect(answer.status == 408)
            #expect(answer["content-type"] == "application/problem+json")
            #expect(answer["connection"] == "close")
        }
        #expect(server.statistics.headerTimeouts == 1)
    }

    @Test func `ends a body that comes a byte at a time`() throws {
        let server = try startServer({ $0.deadlines.body = .milliseconds(100) }, handler: echo)
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n")
        try withThread {
            for index in 0..<60000 where server.statistics.bodyTimeouts == 0 {
                client.send("x")
                if index > 50 { _ = eventually { server.statistics.bodyTimeouts > 0 } }
            }
        } while: {
            let answer = try client.readAnswer()
            #expect(answer.status == 408)
            let isAtEnd = try client.isAtEnd()
            #expect(isAtEnd)
        }
        #expect(server.statistics.bodyTimeouts == 1)
    }

    @Test func `ends a client that does not read its answer`() throws {
        let large = [UInt8](repeating: 7, count: 32 << 20)
        let server = try startServer({ $0.deadlines.write = .milliseconds(80) }) { _, _ in
            .respond(Response(.ok, type: "application/octet-stream", large))
        }
        defer { server.stop() }
        let client = try RawClient(port: server.port, receiveBuffer: 4096)
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(eventually { server.statistics.writeTimeouts == 1 })
        #expect(eventually { server.statistics.connections == 0 })
    }

    @Test func `ends a connection that is kept for nothing, without a word`() throws {
        let server = try startServer({ $0.deadlines.idle = .milliseconds(60) }, handler: echo)
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try client.readAnswer().status == 200)
        #expect(try client.isAtEnd())
        #expect(server.statistics.headerTimeouts == 0)
    }

    @Test func `does not run while an answer is put off`() throws {
        let waiting = Waiting()
        let server = try startServer(
            {
                $0.deadlines.header = .milliseconds(40)
                $0.deadlines.body = .milliseconds(40)
                $0.deadlines.write = .milliseconds(200)
                $0.deadlines.idle = .milliseconds(40)
            }, handler: waiting.handler)
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        client.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n")
        let responder = try waiting.next()
        // Another connection's end shows that the deadlines have passed.
        let silent = try RawClient(port: server.port)
        #expect(try silent.isAtEnd())
        responder.respond(Response(.ok, type: "text/plain", "x"))
        #expect(try client.readAnswer().text == "x")
    }
}
