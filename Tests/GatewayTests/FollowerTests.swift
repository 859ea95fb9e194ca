import Foundation
import HTTP
import Testing

extension `The gateway` {
    @Suite struct `Followers` {
        @Test func `of one session are as many as may, and the next is told so`() throws {
            try TestServer.run({ $0.http.limits.streamsPerAddress = 200 }) { server in
                let client = try server.client
                let session = try client.session(try Offers.chromium())
                let readers = try (0..<64).map { _ in try EventReader(port: server.port, session.path + "/events") }
                #expect(eventually { server.streams == 64 })
                let answer = try client.get(session.path + "/events?follow")
                #expect(answer.status == 503)
                #expect(answer.code == "too-many-followers")
                #expect(answer["retry-after"] != nil)
                #expect(try client.send("DELETE", session.path).status == 200)
                for reader in readers { #expect(try reader.read { _ in false }.last?.json["code"]?.string == "session-ended") }
            }
        }

        @Test func `make room when they leave, and so do requests that wait`() throws {
            try TestServer.run({
                $0.http.limits.streamsPerAddress = 200
                $0.http.deadlines.heartbeat = .milliseconds(50)
            }) { server in
                let client = try server.client
                let session = try client.session(try Offers.chromium())
                var readers = try (0..<64).map { _ in try EventReader(port: server.port, session.path + "/events") }
                #expect(try client.get(session.path + "/events?follow").status == 503)
                readers.removeAll()
                #expect(
                    try eventually {
                        let reader = try Connection(port: server.port)
                        reader.send("GET \(session.path)/events?follow HTTP/1.1\r\nHost: localhost\r\n\r\n")
                        return try reader.readHead().status == 200
                    })
                // Requests that wait for a state: of one whose client has left nothing is held.
                var waiting = try (0..<64).map { _ in
                    let connection = try Connection(port: server.port)
                    connection.send("GET \(session.path)?wait=ended&timeout=60 HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    return connection
                }
                waiting.removeAll()
                // Beyond the limit a request is answered at once; as soon as there is room it is held.
                #expect(
                    try eventually {
                        let connection = try Connection(port: server.port)
                        connection.send("GET \(session.path)?wait=ended&timeout=60 HTTP/1.1\r\nHost: localhost\r\n\r\n")
                        return try connection.isSilent(for: .milliseconds(200))
                    })
            }
        }

        @Test func `that read too slowly hear which events they missed, and read them from there`() throws {
            try TestServer.run { server in
                let client = try server.client
                let session = try client.session(try Offers.chromium())
                let id = try #require(session.path.split(separator: "/").last.map { String($0) })
                let reader = try EventReader(port: server.port, session.path + "/events", receiveBuffer: 4096)
                // More events than the sockets and the queue hold, while nobody reads.
                #expect(server.note(900, in: id, bytes: 8000))
                let events = try reader.read { $0.name == "gap" }
                let gap = try #require(events.last?.json)
                let from = try #require(gap["from"]?.int), to = try #require(gap["to"]?.int)
                #expect(gap["dropped"]?.int == to - from + 1)
                let numbers = events.compactMap { $0.id.flatMap { Int($0) } }
                #expect(numbers == Array(1..<from))
                let missed = try client.get(session.path + "/events?after=\(from - 1)").json["items"]?.items ?? []
                #expect(missed.prefix(to - from + 1).compactMap { $0["seq"]?.int } == Array(from...to))
                // Later events follow the gap, and a reader that comes back goes on where it wants to.
                #expect(try client.patch(session.path, Offers.candidates, ifMatch: session.tag).status == 204)
                #expect(try reader.next()?.id.flatMap { Int($0) } ?? 0 > to)
                let again = try EventReader(
                    port: server.port, session.path + "/events", [("Accept", "text/event-stream"), ("Last-Event-ID", "\(to - 3)")])
                #expect(try again.read { $0.id == "\(to)" }.compactMap { $0.id.flatMap { Int($0) } } == Array(to - 2...to))
            }
        }
    }
}
