import Foundation
import Testing

extension `The gateway` {
    @Suite struct `Events` {
        @Test func `of a session are numbered, and may be read from one on`() throws {
            try TestServer.run { server in
                let client = try server.client
                let session = try client.session(try Offers.chromium())
                let all = try client.get(session.path + "/events").json["items"]?.items ?? []
                let numbers = all.compactMap { $0["seq"]?.int }
                #expect(numbers == Array(1...max(1, all.count)))
                #expect(all.first?["code"]?.string == "request-received")
                let later = try client.get(session.path + "/events?after=2").json["items"]?.items ?? []
                #expect(later.compactMap { $0["seq"]?.int } == Array(numbers.dropFirst(2)))
                #expect(try client.get(session.path + "/events?after=100000").json["items"]?.items == [])
                for after in ["-1", "x", "", "9999999999999999999999"] {
                    #expect(try client.get(session.path + "/events?after=\(after)").status == 400, "\(after)")
                }
            }
        }

        @Test func `of a session are streamed as they come, until it is over`() throws {
            try TestServer.run { server in
                let client = try server.client
                let session = try client.session(try Offers.chromium())
                let known = try client.get(session.path + "/events").json["items"]?.items ?? []
                let reader = try EventReader(port: server.port, session.path + "/events")
                #expect(try client.patch(session.path, Offers.candidates, ifMatch: session.tag).status == 204)
                #expect(try client.send("DELETE", session.path).status == 200)
                let events = try reader.read { _ in false }
                #expect(reader.isOver)
                #expect(events.allSatisfy { $0.name == "timeline" })
                #expect(events.compactMap { $0.id.flatMap { Int($0) } } == Array(1...events.count))
                #expect(events.prefix(known.count).map(\.json) == known)
                #expect(events.contains { $0.json["code"]?.string == "trickle-received" })
                #expect(events.last?.json["code"]?.string == "session-ended")
                // The same of an ended session, from where a reader left off.
                let again = try EventReader(port: server.port, session.path + "/events?follow", [("Last-Event-ID", "3")])
                let rest = try again.read { _ in false }
                #expect(rest == Array(events.dropFirst(3)))
                #expect(again.isOver)
            }
        }

        @Test func `of all sessions tell of each change`() throws {
            try TestServer.run { server in
                let client = try server.client
                let reader = try EventReader(port: server.port, "/v1/events")
                let session = try client.session(try Offers.chromium())
                let id = session.path.split(separator: "/").last.map { String($0) }
                let refused = try client.post("v=0\r\n").json["instance"]?.string?.split(separator: "/").last.map { String($0) }
                #expect(try client.send("DELETE", session.path).status == 200)
                let events = try reader.read { $0.json["id"]?.string == id && $0.json["state"]?.string == "ended" }
                #expect(events.allSatisfy { $0.name == "session" })
                #expect(events.contains { $0.json["id"]?.string == refused && $0.json["outcome"]?.string == "refused" })
                let item = JSON.object(["$ref": .string("#/components/schemas/Item")])
                for event in events { #expect(Description.shared.flaws(event.json, item, at: "$") == []) }
            }
        }

        @Test func `answer HEAD without a stream`() throws {
            try TestServer.run { server in
                let client = try server.client
                let session = try client.session(try Offers.chromium())
                for target in ["/v1/events", session.path + "/events?follow", session.path + "/events"] {
                    #expect(try client.send("HEAD", target).status == 200, "\(target)")
                    #expect(try client.get("/livez").status == 200)
                }
                #expect(eventually { server.streams == 0 })
            }
        }

        @Test func `of a session that is not there are a 404`() throws {
            try TestServer.run { server in
                for target in ["/v1/sessions/x/events?follow", "/v1/sessions/\(String(repeating: "0", count: 36))/events?follow"] {
                    let answer = try server.client.get(target)
                    #expect(answer.status == 404)
                }
            }
        }
    }
}
