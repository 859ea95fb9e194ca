import Glibc
import HTTP
import Synchronization
import Testing
import Webhooks
import Wire

/// A receiver: an HTTP server that answers each request with the next of these, and keeps what it got.
private final class Inbox: Sendable {
    struct Message: Sendable {
        let id: String
        let timestamp: String
        let signature: String
        let body: [UInt8]
    }

    enum Reaction: Sendable {
        case answer(Int)
        case silence
    }

    private let reactions: Mutex<[Reaction]>
    private let messages = Mutex<[Message]>([])
    private let held = Mutex<[Responder]>([])

    init(_ reactions: [Reaction] = []) { self.reactions = Mutex(reactions) }

    var received: [Message] { messages.withLock { $0 } }

    func handle(_ request: Request, _ exchange: Exchange) -> Disposition {
        func field(_ name: String) -> String { request.headers[name] ?? "" }
        messages.withLock {
            $0.append(
                Message(
                    id: field("webhook-id"), timestamp: field("webhook-timestamp"), signature: field("webhook-signature"),
                    body: request.body))
        }
        let reaction = reactions.withLock { $0.isEmpty ? .answer(204) : $0.removeFirst() }
        switch reaction {
        case .answer(let status):
            return .respond(Response(Status(UInt16(status)), headers: [("Location", "/elsewhere"), ("Retry-After", "0")]))
        case .silence:
            let responder = exchange.responder()
            held.withLock { $0.append(responder) }
            return .later
        }
    }
}

private func run(
    _ reactions: [Inbox.Reaction], timeout: Duration = .seconds(5), _ body: (Inbox, Sender, Server) throws -> Void
) throws {
    let inbox = Inbox(reactions)
    var configuration = Server.Configuration(listen: [Server.Endpoint(host: "127.0.0.1", port: 0)])
    configuration.limits.bodyBytes = 1 << 20
    let server = try Server(configuration, handler: inbox.handle)
    defer { server.stop(drain: .zero) }
    var patience = Schedule.Patience()
    patience.firstPause = .milliseconds(5)
    let receiver = try #require(Receiver("http://127.0.0.1:\(server.port)/hook?key=1"))
    let sender = Sender([receiver], secret: "s3cret", agent: "test", patience: patience, timeout: timeout) { 1_700_000_000 }
    defer { sender.stop(flush: .zero) }
    try body(inbox, sender, server)
}

private func eventually(_ condition: () -> Bool) -> Bool {
    for _ in 0..<2000 {
        if condition() { return true }
        poll(nil, 0, 5)
    }
    return condition()
}

@Suite struct `A webhook's sender` {
    @Test func `delivers messages with their signature`() throws {
        try run([]) { inbox, sender, _ in
            let body = Array(#"{"event":"session.ended"}"#.utf8)
            for number in 0..<20 { sender.send(id: "m\(number)", event: "session.ended", body: body) }
            #expect(eventually { sender.counts.delivered == 20 })
            #expect(inbox.received.map(\.id) == (0..<20).map { "m\($0)" })
            for message in inbox.received {
                #expect(message.body == body)
                #expect(message.timestamp == "1700000000")
                #expect(message.signature == Signature(secret: "s3cret").value(id: message.id, timestamp: 1_700_000_000, body: body))
            }
        }
    }

    @Test func `sends again after 500 and 302, which it does not follow, with the same id`() throws {
        try run([.answer(500), .answer(302), .answer(503), .answer(200)]) { inbox, sender, _ in
            sender.send(id: "m1", event: "session.ended", body: [1, 2])
            #expect(eventually { sender.counts.delivered == 1 })
            #expect(inbox.received.map(\.id) == ["m1", "m1", "m1", "m1"])
            #expect(sender.counts.retries == 3)
        }
    }

    @Test func `does not wait for an answer that does not come, and holds nobody up`() throws {
        try run([.silence], timeout: .milliseconds(150)) { inbox, sender, _ in
            for number in 0..<5 { sender.send(id: "m\(number)", event: "session.ended", body: [1]) }
            #expect(sender.queued == 5)
            #expect(eventually { sender.counts.delivered == 5 })
            #expect(sender.counts.retries == 1)
            #expect(inbox.received.count == 6)
        }
    }

    @Test func `sends what waits before it ends, for as long as it may`() throws {
        try run([]) { inbox, sender, _ in
            for number in 0..<50 { sender.send(id: "m\(number)", event: "session.ended", body: [1]) }
            #expect(sender.stop(flush: .seconds(5)) == 0)
            #expect(inbox.received.count == 50)
        }
        try run([.answer(500)]) { _, sender, server in
            server.stop(drain: .zero)
            sender.send(id: "m", event: "session.ended", body: [1])
            #expect(eventually { sender.counts.retries > 0 })
            #expect(sender.stop(flush: .milliseconds(1)) <= 1)
        }
    }
}

@Suite struct `A receiver's URL` {
    @Test func `is taken apart`() throws {
        let plain = try #require(Receiver("http://a.example"))
        #expect(!plain.isSecure && plain.host == "a.example" && plain.port == 80 && plain.target == "/")
        let secure = try #require(Receiver("https://[2001:db8::1]:8443/x/y?z=1"))
        #expect(secure.isSecure && secure.host == "2001:db8::1" && secure.port == 8443 && secure.target == "/x/y?z=1")
        #expect(Receiver("https://a.example?q")?.target == "/?q")
    }

    @Test(arguments: [
        "", "ftp://a", "http://", "http://user@a/", "http://a b/", "http://a/\r\nX: y", "http://a/#x", "http://a:0/", "http://a:70000/",
        "http://[::1/", "http://:80/",
    ])
    func `is refused where it is none`(_ url: String) {
        #expect(Receiver(url) == nil)
    }
}
