import HTTP
import Synchronization
import Testing

/// A server whose every answer is the next of these streams.
private func serve(_ streams: [EventStream], _ adjust: (inout Server.Configuration) -> Void = { _ in }) throws -> Server {
    let left = Mutex(streams)
    return try startServer(adjust) { _, _ in
        let stream = left.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        return .respond(stream.map { Response($0) } ?? Response(.noContent))
    }
}

private let request = "GET /v1/events HTTP/1.1\r\nHost: a\r\n\r\n"

/// Reads chunks until the text ends so.
private func read(_ client: RawClient, until end: String) throws -> String {
    var text = ""
    while !text.hasSuffix(end) {
        guard let chunk = try client.readChunk() else { throw RawClient.Failure(description: "the stream ended after \(text)") }
        text += String(decoding: chunk, as: UTF8.self)
    }
    return text
}

@Suite struct `An event stream` {
    @Test func `begins at once, and passes on what any thread sends`() throws {
        let stream = EventStream()
        let server = try serve([stream])
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        client.send(request)
        let head = try client.readHead()
        #expect(head.status == 200)
        #expect(head["content-type"] == "text/event-stream")
        #expect(head["cache-control"] == "no-store")
        #expect(try read(client, until: "\n\n") == ": ok\n\n")
        #expect(server.statistics.streams == 1)
        stream.send(ServerSentEvent(id: "1", name: "state", data: "{}"))
        #expect(try read(client, until: "\n\n") == "id: 1\nevent: state\ndata: {}\n\n")
        var expected = ""
        for number in 0..<500 {
            expected += "id: \(number)\ndata: x\n\n"
            #expect(stream.send(ServerSentEvent(id: "\(number)", data: "x")))
        }
        #expect(try read(client, until: "id: 499\ndata: x\n\n") == expected)
        #expect(stream.dropped == 0)
    }

    @Test func `sends first what was queued before its client came`() throws {
        let stream = EventStream()
        stream.send(ServerSentEvent(data: "early"))
        stream.finish(retry: .milliseconds(1500))
        #expect(!stream.send(ServerSentEvent(data: "late")))
        let server = try serve([stream])
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        client.send(request + request)
        let answer = try client.readAnswer()
        #expect(answer.text == ": ok\n\ndata: early\n\nretry: 1500\n\n")
        // The connection goes on to the next request.
        #expect(try client.readAnswer().status == 204)
        #expect(eventually { stream.isClosed })
        #expect(server.statistics.streams == 0)
    }

    @Test func `tells its owner when the client has left`() throws {
        for isReset in [true, false] {
            let stream = EventStream()
            let closed = Counter()
            stream.onClose { closed.increment() }
            let server = try serve([stream]) { $0.deadlines.heartbeat = .milliseconds(50) }
            defer { server.stop() }
            let client = try RawClient(port: server.port)
            client.send(request)
            #expect(try client.readHead().status == 200)
            if isReset { client.reset() } else { client.close() }
            #expect(eventually { closed.value == 1 })
            #expect(!stream.send(ServerSentEvent(data: "x")))
            #expect(stream.queuedBytes == 0)
            #expect(eventually { server.statistics.connections == 0 })
            stream.onClose { closed.increment() }
            #expect(closed.value == 2)
        }
    }

    @Test func `has a heartbeat where there is nothing to say`() throws {
        let server = try serve([EventStream()]) { $0.deadlines.heartbeat = .milliseconds(40) }
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        client.send(request)
        _ = try client.readHead()
        #expect(try read(client, until: ":\n\n:\n\n:\n\n") == ": ok\n\n:\n\n:\n\n:\n\n")
    }

    @Test func `drops what a slow client has no room for, and says how much`() throws {
        let stream = EventStream(maximumBytes: 64 * 1024) { ServerSentEvent(name: "gap", data: "\($0)") }
        let server = try serve([stream]) { $0.deadlines.heartbeat = .seconds(600) }
        defer { server.stop() }
        // A window of a few segments: with one of a few bytes loopback's timers would set the pace.
        let client = try RawClient(port: server.port, receiveBuffer: 400_000)
        client.send(request)
        _ = try client.readHead()
        let filler = String(repeating: "x", count: 10_000)
        var sent = 0, dropped = 0
        while dropped < 100 {
            if stream.send(ServerSentEvent(id: "\(sent + dropped)", data: filler)) { sent += 1 } else { dropped += 1 }
            try #require(sent < 10_000)
        }
        #expect(stream.dropped > 0)
        #expect(stream.queuedBytes <= 64 * 1024 + 16)
        // The reader empties the queue: the gaps come without a further event, and tell of all that was dropped.
        var told = 0, arrived = 0
        while told < dropped {
            let events = try read(client, until: "\n\n").split(separator: "\n\n")
            arrived += events.count { $0.hasPrefix("id: ") }
            for gap in events where gap.hasPrefix("event: gap\ndata: ") { told += Int(gap.dropFirst(17)) ?? 0 }
        }
        #expect(told == dropped)
        #expect(arrived == sent)
        #expect(eventually { stream.dropped == 0 })
        stream.send(ServerSentEvent(id: "after", data: "y"))
        #expect(try read(client, until: "id: after\ndata: y\n\n") == "id: after\ndata: y\n\n")
    }

    @Test func `ends a client that takes nothing`() throws {
        let stream = EventStream(maximumBytes: 1 << 20)
        let server = try serve([stream]) { $0.deadlines.write = .milliseconds(100) }
        defer { server.stop() }
        let client = try RawClient(port: server.port, receiveBuffer: 4096)
        client.send(request)
        _ = try client.readHead()
        let filler = ServerSentEvent(data: String(repeating: "x", count: 100_000))
        #expect(
            eventually {
                stream.send(filler)
                return stream.isClosed
            })
        #expect(eventually { server.statistics.connections == 0 })
        #expect(server.statistics.writeTimeouts == 1)
    }

    @Test func `is one of so many an address`() throws {
        let streams = (0..<4).map { _ in EventStream() }
        let server = try serve(streams) { $0.limits.streamsPerAddress = 3 }
        defer { server.stop() }
        let clients = try (0..<4).map { _ in try RawClient(port: server.port) }
        for client in clients.prefix(3) {
            client.send(request)
            #expect(try client.readHead().status == 200)
        }
        clients[3].send(request)
        let answer = try clients[3].readAnswer()
        #expect(answer.status == 429)
        #expect(answer["content-type"] == "application/problem+json")
        #expect(streams[3].isClosed)
        #expect(server.statistics.refused == 1)
        streams[0].finish()
        #expect(eventually { streams[0].isClosed })
        clients[3].send(request)
        #expect(try clients[3].readAnswer().status == 204)
    }

    @Test func `is only a header to HEAD, and serves one client`() throws {
        let stream = EventStream(), second = EventStream()
        let server = try serve([stream, second, second])
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
        let answer = try client.readAnswer(toHEAD: true)
        #expect(answer.status == 200)
        #expect(answer["content-type"] == "text/event-stream")
        #expect(stream.isClosed)
        client.send(request)
        #expect(try client.readHead().status == 200)
        let other = try RawClient(port: server.port)
        other.send(request)
        #expect(try other.readAnswer().status == 500)
        #expect(!second.isClosed)
    }

    @Test func `hears when to come back from a server that stops`() throws {
        let stream = EventStream()
        let server = try serve([stream])
        let client = try RawClient(port: server.port)
        client.send(request)
        _ = try client.readHead()
        #expect(try read(client, until: "\n\n") == ": ok\n\n")
        server.stop()
        let farewell = try read(client, until: "\n\n")
        #expect(farewell == "retry: 2000\n\n")
        let end = try client.readChunk()
        #expect(end == nil)
        #expect(stream.isClosed)
    }

    @Test func `may be a responder's answer, which nobody takes where the client has left`() throws {
        let waiting = Waiting()
        let server = try startServer({ $0.deadlines.heartbeat = .milliseconds(50) }, handler: waiting.handler)
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        client.send(request)
        let stream = EventStream()
        try waiting.next().respond(Response(stream))
        #expect(try client.readHead().status == 200)
        let gone = try RawClient(port: server.port)
        gone.send(request)
        let responder = try waiting.next()
        gone.reset()
        #expect(eventually { responder.isAbandoned })
        let unread = EventStream()
        #expect(!responder.respond(Response(unread)))
        #expect(unread.isClosed)
    }
}

@Suite struct `An event's text` {
    @Test(arguments: [
        (ServerSentEvent(data: "a"), "data: a\n\n"),
        (ServerSentEvent(id: "7", name: "state", data: "{\"a\":1}"), "id: 7\nevent: state\ndata: {\"a\":1}\n\n"),
        (ServerSentEvent(data: "a\nb\r\nc\rd"), "data: a\ndata: b\ndata: c\ndata: d\n\n"),
        (ServerSentEvent(data: ""), "data: \n\n"),
        (ServerSentEvent(data: "\n"), "data: \ndata: \n\n"),
        (ServerSentEvent(id: "1\ndata: x", name: "a\r\nb\0", data: "c"), "id: 1data: x\nevent: ab\ndata: c\n\n"),
        (ServerSentEvent(comment: "ok\nnot data"), ": oknot data\n\n"),
        (ServerSentEvent(retry: .seconds(3)), "retry: 3000\n\n"),
        (ServerSentEvent(retry: .seconds(-3)), "retry: 0\n\n"),
    ])
    func `can't be broken out of`(_ event: ServerSentEvent, _ text: String) {
        #expect(String(decoding: event.bytes, as: UTF8.self) == text)
    }
}
