import HTTP
import Synchronization
import Testing

/// Fetches `count` pieces of `size` bytes, each when it is asked for, and remembers how many wait at most.
private final class Source: Sendable {
    private let made = Mutex(0)
    let most = Mutex(0)
    let count: Int
    let size: Int

    init(count: Int, size: Int) {
        self.count = count
        self.size = size
    }

    func fetch(_ stream: ContentStream) {
        let number = made.withLock { made in
            made += 1
            return made
        }
        if number > count { return stream.finish() }
        stream.append([UInt8](repeating: UInt8(truncatingIfNeeded: number), count: size))
        most.withLock { $0 = max($0, stream.queuedBytes) }
    }

    var pieces: Int { made.withLock { $0 } }
}

private func serve(_ stream: ContentStream, _ adjust: (inout Server.Configuration) -> Void = { _ in }) throws -> Server {
    try startServer(adjust) { _, _ in .respond(Response(.ok, type: "text/csv", stream)) }
}

private let request = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n"

@Suite struct `A content stream` {
    @Test func `arrives whole, and makes no more of itself than is read`() throws {
        let source = Source(count: 300, size: 50_000)
        let stream = ContentStream { source.fetch($0) }
        let server = try serve(stream)
        defer { server.stop() }
        let client = try RawClient(port: server.port, receiveBuffer: 100_000)
        client.send(request)
        #expect(try client.readHead()["content-type"] == "text/csv")
        // Nobody has read yet: what was made is what the sockets and the queue hold.
        #expect(eventually { source.pieces > 1 })
        #expect(source.pieces < 150)
        var sum = 0, bytes = 0
        while let chunk = try client.readChunk() {
            bytes += chunk.count
            sum += chunk.reduce(0) { $0 + Int($1) }
        }
        #expect(bytes == 300 * 50_000)
        #expect(sum == (1...300).reduce(0) { $0 + Int(UInt8(truncatingIfNeeded: $1)) * 50_000 })
        #expect(source.most.withLock { $0 } < 64 * 1024 + 50_000)
        #expect(eventually { stream.isClosed })
    }

    @Test func `takes a piece that comes late, from any thread, and an empty one`() throws {
        let asked = Mutex(0)
        let stream = ContentStream { _ in asked.withLock { $0 += 1 } }
        let server = try serve(stream)
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        client.send(request)
        #expect(eventually { asked.withLock { $0 } == 1 })
        stream.append([])
        #expect(eventually { asked.withLock { $0 } == 2 })
        stream.append(Array("late".utf8))
        _ = try client.readHead()
        let chunk = try client.readChunk()
        #expect(chunk == Array("late".utf8))
        stream.finish()
        let end = try client.readChunk()
        #expect(end == nil)
    }

    @Test func `that fails ends without an end, so that nobody takes it for whole`() throws {
        let stream = ContentStream { stream in stream.append([1, 2, 3]) }
        let server = try serve(stream)
        defer { server.stop() }
        let client = try RawClient(port: server.port)
        client.send(request)
        _ = try client.readHead()
        _ = try client.readChunk()
        stream.fail()
        #expect(throws: RawClient.Failure.self) { while try client.readChunk() != nil {} }
        #expect(eventually { stream.isClosed })
    }

    @Test func `tells its owner when the client has left, and asks for nothing more`() throws {
        let source = Source(count: .max, size: 50_000)
        let stream = ContentStream { source.fetch($0) }
        let closed = Counter()
        stream.onClose { closed.increment() }
        let server = try serve(stream) { $0.deadlines.heartbeat = .milliseconds(50) }
        defer { server.stop() }
        let client = try RawClient(port: server.port, receiveBuffer: 4096)
        client.send(request)
        _ = try client.readHead()
        client.reset()
        #expect(eventually { closed.value == 1 })
        let pieces = source.pieces
        #expect(stream.queuedBytes == 0)
        #expect(eventually { server.statistics.streams == 0 })
        #expect(source.pieces == pieces)
    }

    @Test func `ends a client that takes nothing`() throws {
        let source = Source(count: .max, size: 50_000)
        let stream = ContentStream { source.fetch($0) }
        let server = try serve(stream) { $0.deadlines.write = .milliseconds(100) }
        defer { server.stop() }
        let client = try RawClient(port: server.port, receiveBuffer: 4096)
        client.send(request)
        _ = try client.readHead()
        #expect(eventually { stream.isClosed })
        #expect(server.statistics.writeTimeouts == 1)
    }
}
