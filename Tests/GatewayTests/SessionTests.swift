import Foundation
import Synchronization
import Testing

extension `The gateway` {
    @Suite struct `A live session` {
        @Test func `takes trickled candidates under its tag`() throws {
            try TestServer.run { server in
                let client = try server.client
                let session = try client.session(try Offers.chromium())
                let answer = try client.patch(session.path, Offers.candidates, ifMatch: session.tag)
                #expect(answer.status == 204)
                // RFC 9725 §4.3.2: a trickle answer carries no tag.
                #expect(answer["etag"] == nil)
                let ice = try client.get(session.path + "/ice").json
                let shown = ice["remoteCandidates"]?.items.first { $0["address"]?.string == "203.0.113.77" }
                #expect(shown?["disposition"]?.string == "refused")
                #expect(shown?["dispositionReason"]?.string == "it is an address for documentation")
                let loopback = ice["remoteCandidates"]?.items.first { $0["address"]?.string == "127.0.0.1" }
                #expect(loopback?["disposition"]?.string == "paired")
            }
        }

        @Test func `discards candidates that it can't use and takes the others`() throws {
            try TestServer.run { server in
                let client = try server.client
                let session = try client.session(try Offers.chromium())
                // RFC 9725 §4.3.2: unknown transports and names that can't be resolved are discarded without a word.
                let fragment =
                    Offers.candidates + """
                        a=candidate:3 1 sctp 2122260223 198.18.0.1 9 typ host
                        a=candidate:4 1 udp 2122260223 host.example 9 typ host
                        a=candidate:5 1 tcp 2122260223 127.0.0.1 9 typ host tcptype active
                        a=candidate:6 1 udp 2122260221 127.0.0.1 10 typ host
                        a=end-of-candidates

                        """
                #expect(try client.patch(session.path, fragment, ifMatch: session.tag).status == 204)
                let ice = try client.get(session.path + "/ice").json
                #expect(ice["remote"]?["endOfCandidates"] == .bool(true))
                #expect(ice["remoteCandidates"]?.items.contains { $0["port"]?.int == 10 && $0["disposition"]?.string == "paired" } == true)
                #expect(ice["pairs"]?.items.allSatisfy { $0["remote"]?.string?.hasPrefix("127.0.0.1:") == true } == true)
            }
        }

        @Test func `is one of many that come and go at once`() throws {
            try TestServer.run { server in
                let statuses = Mutex<[String: Int]>([:])
                DispatchQueue.concurrentPerform(iterations: 4) { _ in
                    guard let client = try? server.client, let offer = try? Offers.chromium() else { return }
                    for _ in 0..<25 {
                        guard let session = try? client.session(offer) else { continue }
                        for (method, path) in [
                            ("GET", session.path), ("GET", "/v1/sessions"), ("DELETE", session.path), ("GET", session.path),
                        ] {
                            let status = (try? client.send(method, path).status) ?? 0
                            statuses.withLock { $0["\(method) \(status)", default: 0] += 1 }
                        }
                    }
                }
                #expect(statuses.withLock { $0 } == ["GET 200": 300, "DELETE 200": 100])
                #expect(server.liveSessions == 0)
            }
        }

        @Test func `restarts ICE under another tag`() throws {
            try TestServer.run { server in
                let client = try server.client
                let session = try client.session(try Offers.chromium())
                let before = try client.get(session.path + "/ice").json
                let restarted = try client.patch(session.path, Offers.restart, ifMatch: "*")
                #expect(restarted.status == 200)
                #expect(restarted.type == "application/trickle-ice-sdpfrag")
                let tag = try #require(restarted["etag"])
                #expect(tag != session.tag)
                #expect(restarted.text.contains("a=ice-ufrag:"))
                #expect(restarted.text.contains("a=candidate:"))
                let after = try client.get(session.path + "/ice").json
                #expect(after["usernameFragment"] != before["usernameFragment"])
                #expect(after["remote"]?["usernameFragment"]?.string == "anew")
                #expect(after["restarts"]?.int == 1)
                let late = try client.patch(session.path, Offers.candidates, ifMatch: session.tag)
                #expect(late.status == 412)
                let current = Offers.restart + "a=candidate:1 1 udp 2122260222 127.0.0.1 9 typ host\r\n"
                #expect(try client.patch(session.path, current, ifMatch: tag).status == 204)
            }
        }

        @Test func `refuses a PATCH that is not its own, and stays as it was`() throws {
            try TestServer.run { server in
                let client = try server.client
                let session = try client.session(try Offers.chromium())
                let before = try client.get(session.path + "/ice").json
                func refusal(_ fragment: String, _ ifMatch: String?, _ status: Int, _ code: String) throws {
                    let answer = try client.patch(session.path, fragment, ifMatch: ifMatch)
                    #expect(answer.status == status, "\(code)")
                    #expect(answer.code == code)
                }
                try refusal(Offers.candidates, nil, 428, "if-match-missing")
                try refusal(Offers.candidates, "\"nope\"", 412, "etag-mismatch")
                try refusal(Offers.candidates, "W/\(session.tag)", 412, "etag-mismatch")
                try refusal(Offers.candidates, "nonsense", 400, "bad-if-match")
                // Credentials of another session under the tag of this one: no restart was asked for.
                try refusal(Offers.restart, session.tag, 412, "etag-mismatch")
                try refusal("a=ice-ufrag:other\r\nm=audio 9 RTP/AVP 0\r\na=mid:0\r\n", session.tag, 422, "restart-incomplete")
                try refusal("v=0\r\n", session.tag, 400, "sdp-line-malformed")
                try refusal("", session.tag, 400, "sdp-not-a-description")
                #expect(try client.get(session.path + "/ice").json == before)
                for type in ["application/sdp", "application/json", "text/plain", nil] {
                    let answer = try client.send(
                        "PATCH", session.path, [("If-Match", session.tag)], type: type, body: Array(Offers.candidates.utf8))
                    #expect(answer.status == 415)
                    #expect(answer["accept-patch"] == "application/trickle-ice-sdpfrag")
                }
                let large = Offers.candidates + String(repeating: "a=x-padding\r\n", count: 22_000)
                #expect(try client.patch(session.path, large, ifMatch: session.tag).status == 413)
                #expect(try client.get(session.path + "/ice").json == before)
                #expect(try client.patch(session.path, Offers.candidates, ifMatch: "\"other\", \(session.tag)").status == 204)
            }
        }

        @Test func `ends with DELETE, once, and its record stays until it is erased`() throws {
            try TestServer.run { server in
                let client = try server.client
                let session = try client.session(try Offers.chromium())
                #expect(try client.send("DELETE", session.path + "/record").code == "still-live")
                #expect(try client.send("DELETE", session.path + "/record").status == 409)
                let ended = try client.send("DELETE", session.path)
                #expect(ended.status == 200)
                #expect(ended.json["state"]?.string == "ended")
                #expect(ended.json["reason"]?["code"]?.string == "closed-by-delete")
                #expect(server.liveSessions == 0)
                let again = try client.send("DELETE", session.path)
                #expect(again.status == 404)
                #expect(again.code == "not-live")
                #expect(try client.patch(session.path, Offers.candidates, ifMatch: session.tag).status == 404)
                #expect(try client.get(session.path).json["outcome"] == ended.json["outcome"])
                #expect(try client.send("DELETE", session.path + "/record").status == 204)
                #expect(try client.send("DELETE", session.path + "/record").status == 404)
                #expect(try client.get(session.path).status == 404)
                #expect(try client.get("/v1/sessions").json["items"] == .array([]))
            }
        }

        @Test func `is waited for until the state, the end, or the time`() throws {
            try TestServer.run { server in
                let client = try server.client
                let session = try client.session(try Offers.chromium())
                for query in [
                    "wait=x", "wait=", "wait=connected&timeout=-1", "wait=ended&timeout=61", "wait=ended&timeout=nan",
                    "wait=ended&timeout=x",
                ] {
                    let answer = try client.get("\(session.path)?\(query)")
                    #expect(answer.status == 400, "\(query)")
                    #expect(answer.code == "bad-query")
                }
                let soon = try client.get(session.path + "?wait=connected&timeout=0.05")
                #expect(soon.status == 200)
                #expect(soon.json["state"]?.string == "live")
                #expect(try client.get(session.path + "?wait=ended&timeout=0").status == 200)
                // Held until a DELETE on another connection ends it.
                let waiting = try Connection(port: server.port)
                waiting.send("GET \(session.path)?wait=ended&timeout=20 HTTP/1.1\r\nHost: localhost\r\n\r\n")
                #expect(try client.send("DELETE", session.path).status == 200)
                let over = try waiting.readAnswer()
                #expect(over.json["state"]?.string == "ended")
                #expect(try client.get(session.path + "?wait=connected").json["state"]?.string == "ended")
                let unknown = session.path.dropLast(4) + "0000"
                #expect(try client.get(unknown + "?wait=connected").status == 404)
            }
        }

        @Test func `has no validator while it lives and a strong one after`() throws {
            try TestServer.run { server in
                let client = try server.client
                let session = try client.session(try Offers.chromium())
                #expect(try client.get(session.path)["etag"] == nil)
                #expect(try client.send("DELETE", session.path).status == 200)
                let ended = try client.get(session.path)
                let tag = try #require(ended["etag"])
                #expect(tag.hasPrefix("\""))
                let known = try client.send("GET", session.path, [("If-None-Match", tag)])
                #expect(known.status == 304)
                #expect(known["etag"] == tag)
                #expect(known.body.isEmpty)
                #expect(try client.send("GET", session.path, [("If-None-Match", "W/\(tag), \"x\"")]).status == 304)
                #expect(try client.send("GET", session.path, [("If-None-Match", "\"x\"")]).status == 200)
                // RFC 9110 §8.8.3: a strong tag is of one representation.
                let text = try client.get(session.path, accept: "text/plain")
                #expect(text.type == "text/plain")
                #expect(text["etag"] != tag)
                #expect(text["vary"]?.contains("Accept") == true)
                let head = try client.send("HEAD", session.path)
                #expect(head["etag"] == tag)
                #expect(head["content-length"] == String(ended.body.count))
                var tags: Set<String> = [tag]
                for resource in ["stats", "ice", "events", "diagnosis", "offer", "answer", "packets.pcapng"] {
                    let path = "\(session.path)/\(resource)"
                    let tag = try #require(try client.get(path)["etag"])
                    #expect(tags.insert(tag).inserted)
                    #expect(try client.send("GET", path, [("If-None-Match", tag)]).status == 304, "\(resource)")
                }
            }
        }
    }
}
