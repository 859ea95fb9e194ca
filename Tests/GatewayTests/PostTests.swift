import Corpora
import Foundation
import Settings
import Testing
import Wire

extension `The gateway` {
    @Suite struct `Posting an offer` {
        @Test func `as SDP gives the answer, its place and what describes it`() throws {
            try TestServer.run { server in
                let answer = try server.client.post(try Offers.chromium())
                #expect(answer.status == 201)
                #expect(answer.type == "application/sdp")
                #expect(answer.text.hasPrefix("v=0\r\n"))
                #expect(answer.text.contains("a=candidate:"))
                let location = try #require(answer["location"])
                #expect(location.hasPrefix("/v1/sessions/"))
                #expect(location.split(separator: "/").last?.count == 36)
                #expect(answer["etag"]?.hasPrefix("\"") == true)
                #expect(answer["accept-patch"] == "application/trickle-ice-sdpfrag")
                #expect(answer["link"] == "<\(location)>; rel=\"describedby\"; type=\"application/json\"")
                #expect(answer["x-content-type-options"] == "nosniff")
                #expect(answer["cache-control"] == "no-store")
            }
        }

        @Test func `takes the form that Accept asks for, and says where it can't`() throws {
            try TestServer.run { server in
                let client = try server.client
                let offer = try Offers.chromium()
                let json = try client.post(offer, [("Accept", "application/json")])
                #expect(json.status == 201)
                #expect(json.json["type"] == .string("answer"))
                #expect(json.json["links"]?["self"]?.string == json["location"])
                #expect(json.json["sdp"]?.string?.hasPrefix("v=0\r\n") == true)
                #expect(try client.post(offer, [("Accept", "application/sdp;q=0.1, application/json")]).type == "application/json")
                #expect(try client.post(offer, [("Accept", "*/*")]).type == "application/sdp")
                let refused = try client.post(offer, [("Accept", "text/html")])
                #expect(refused.status == 406)
                #expect(refused.code == "not-acceptable")
                #expect(server.liveSessions == 3)
            }
        }

        @Test func `as JSON carries labels, and says what is wrong with the object`() throws {
            try TestServer.run { server in
                let client = try server.client
                func post(_ body: [UInt8]) throws -> Answer {
                    try client.send("POST", "/v1/sessions", type: "Application/JSON; charset=utf-8", body: body)
                }
                let offer = try Offers.chromium()
                let made = try post(try Offers.json(offer, ",\"labels\":{\"room\":\"blue\"},\"echo\":true,\"configuration\":{}"))
                #expect(made.status == 201)
                #expect(try client.get(try #require(made["location"])).json["labels"] == .object(["room": .string("blue")]))
                let wrong: [(body: String, status: Int, code: String)] = [
                    ("", 400, "bad-json"), ("[]", 400, "bad-json"), ("{\"type\":\"offer\"", 400, "bad-json"),
                    ("{\"type\":\"offer\"}", 400, "bad-json"), ("{\"type\":1,\"sdp\":\"\"}", 400, "bad-json"),
                    (String(repeating: "[", count: 100_000), 400, "bad-json"),
                    ("{\"type\":\"offer\",\"sdp\":\"\\ud800\"}", 400, "bad-json"),
                    ("{\"type\":\"answer\",\"sdp\":\"v=0\"}", 422, "type-unsupported"),
                    (
                        "{\"type\":\"offer\",\"sdp\":\"v=0\",\"configuration\":{\"iceServers\":[{\"urls\":\"turn:x\"}]}}", 422,
                        "ice-servers-unsupported"
                    ),
                    (
                        "{\"type\":\"offer\",\"sdp\":\"v=0\",\"labels\":{\"a\":\"\(String(repeating: "x", count: 257))\"}}", 400,
                        "bad-labels"
                    ),
                    ("{\"type\":\"offer\",\"sdp\":\"hello\"}", 400, "sdp-not-a-description"),
                ]
                for (body, status, code) in wrong {
                    let answer = try post(Array(body.utf8))
                    #expect(answer.status == status, "\(body.prefix(60))")
                    #expect(answer.code == code, "\(body.prefix(60))")
                }
            }
        }

        @Test func `of another type is refused with the types there are, before the body is read`() throws {
            try TestServer.run { server in
                let client = try server.client
                let offer = Array(try Offers.chromium().utf8)
                for type in ["text/plain", "application/x-www-form-urlencoded", "application/trickle-ice-sdpfrag", "nonsense", nil] {
                    let answer = try client.send("POST", "/v1/sessions", type: type, body: offer)
                    #expect(answer.status == 415, "\(type ?? "none")")
                    #expect(answer["accept-post"] == "application/sdp, application/json")
                }
                let packed = try client.send("POST", "/v1/sessions", [("Content-Encoding", "gzip")], type: "application/sdp", body: offer)
                #expect(packed.status == 415)
                // RFC 9110 §8.3.1: types are compared without regard to case, parameters do not matter.
                let shouted = try client.send("POST", "/v1/sessions", type: "Application/SDP; charset=utf-8", body: offer)
                #expect(shouted.status == 201)
                #expect(server.liveSessions == 1)
            }
        }

        @Test func `larger than 256 KiB is refused, however it comes`() throws {
            try TestServer.run { server in
                let client = try server.client
                let padding = String(repeating: "a=x-padding:\(String(repeating: "p", count: 1000))\r\n", count: 270)
                let large = try Offers.chromium(padding)
                #expect(large.utf8.count > Limits.descriptionBytes && large.utf8.count < 512 * 1024)
                for answer in [
                    try client.post(large),
                    try client.send("POST", "/v1/sessions", type: "application/json", body: try Offers.json(large)),
                ] {
                    #expect(answer.status == 413)
                    #expect(answer.code == "sdp-too-large")
                    #expect(answer["connection"]?.lowercased() != "close")
                    #expect(try client.get(try #require(answer.json["instance"]?.string)).status == 200)
                }
                // What is announced as larger than any offer is not read at all.
                let connection = try Connection(port: server.port)
                connection.send(
                    "POST /v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sdp\r\nContent-Length: 1000000000\r\n\r\n")
                let announced = try connection.readAnswer()
                #expect(announced.status == 413)
                #expect(announced.type == "application/problem+json")
                #expect(try connection.isAtEnd())
                // Endless: cut off at the limit.
                let endless = try Connection(port: server.port)
                endless.send(
                    "POST /v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sdp\r\nTransfer-Encoding: chunked\r\n\r\n")
                let chunk = Array("10000\r\n".utf8) + [UInt8](repeating: 0x61, count: 65_536) + [13, 10]
                for _ in 0..<16 { endless.send(chunk) }
                #expect(try endless.readAnswer().status == 413)
                #expect(server.liveSessions == 0)
            }
        }

        @Test func `in chunks is taken like any other`() throws {
            try TestServer.run { server in
                let connection = try Connection(port: server.port)
                connection.send(
                    "POST /v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sdp\r\nTransfer-Encoding: chunked\r\n\r\n")
                for line in try Offers.chromium().split(separator: "\r\n") {
                    connection.send("\(String(line.utf8.count + 2, radix: 16))\r\n\(line)\r\n\r\n")
                }
                connection.send("0\r\n\r\n")
                #expect(try connection.readAnswer().status == 201)
            }
        }

        @Test func `that is malformed or can't be served names the line and the rule, and is on record`() throws {
            let offer = try Offers.chromium()
            let cases: [(offer: String, status: Int, code: String, line: Int?)] = [
                (offer.replacing("t=0 0", with: "t=now"), 400, "sdp-timing", 4),
                (offer.replacing("sctp-port:5000", with: "sctp-port:70000"), 400, "sdp-sctp-port", 18),
                (offer.replacing("a=ice-ufrag:zjxr\r\n", with: ""), 422, "ice-ufrag-missing", 8),
                ("", 400, "sdp-not-a-description", 1),
            ]
            try TestServer.run { server in
                let client = try server.client
                for (offer, status, code, line) in cases {
                    let answer = try client.post(offer)
                    #expect(answer.status == status, "\(code)")
                    #expect(answer.type == "application/problem+json")
                    #expect(answer.code == code)
                    #expect(answer.json["line"]?.int == line, "\(code)")
                    #expect(answer.json["section"]?.string?.hasPrefix("RFC ") == true, "\(code)")
                    #expect(answer.json["type"]?.string?.hasSuffix(code) == true)
                    let instance = try #require(answer.json["instance"]?.string)
                    #expect(answer["link"] == "<\(instance)>; rel=\"describedby\"; type=\"application/json\"")
                    let record = try client.get(instance).json
                    #expect(record["state"] == .string("ended"))
                    #expect(record["outcome"] == .string("refused"))
                    #expect(record["refusal"]?["code"] == .string(code))
                    #expect(record["refusal"]?["line"]?.int == line)
                }
            }
        }

        @Test func `beyond what the server or an address may have is put off`() throws {
            try TestServer.run({ $0.service.maximumSessions = 2 }) { server in
                let client = try server.client
                let first = try client.session(try Offers.chromium()).path
                _ = try client.session(try Offers.chromium())
                let full = try client.post(try Offers.chromium())
                #expect(full.status == 503)
                #expect(full.code == "full")
                #expect(full["retry-after"] != nil)
                #expect(try client.get("/readyz").status == 503)
                #expect(try client.send("DELETE", first).status == 200)
                #expect(try client.post(try Offers.chromium()).status == 201)
            }
            try TestServer.run({ $0.service.maximumSessionsPerAddress = 1 }) { server in
                let client = try server.client
                _ = try client.session(try Offers.chromium())
                let more = try client.post(try Offers.chromium())
                #expect(more.status == 429)
                #expect(more.code == "too-many-sessions")
                #expect(more["retry-after"] != nil)
                // A refused offer takes no place.
                #expect(try client.post("v=0\r\n").status == 429)
            }
        }

        @Test func `while the server drains is put off, and what lives is still told of`() throws {
            try TestServer.run { server in
                let client = try server.client
                let session = try client.session(try Offers.chromium())
                server.drain()
                let answer = try client.post(try Offers.chromium())
                #expect(answer.status == 503)
                #expect(answer.code == "draining")
                #expect(answer["retry-after"] != nil)
                #expect(try client.get(session.path).status == 200)
                #expect(try client.get("/readyz").status == 503)
                #expect(try client.get("/livez").status == 200)
            }
        }

        @Test func `behind a public URL gives addresses that clients can reach`() throws {
            try TestServer.run({ $0.service.publicURL = "https://rtc.example/prefix" }) { server in
                let client = try server.client
                let answer = try client.send(
                    "POST", "/v1/sessions", [("Host", "rtc.example"), ("X-Forwarded-Host", "evil.example")], type: "application/sdp",
                    body: Array(try Offers.chromium().utf8))
                #expect(answer.status == 201)
                let location = try #require(answer["location"])
                #expect(location.hasPrefix("https://rtc.example/prefix/v1/sessions/"))
                #expect(answer["link"]?.hasPrefix("<\(location)>") == true)
                let refused = try client.post("nonsense")
                #expect(refused.json["instance"]?.string?.hasPrefix("https://rtc.example/prefix/v1/sessions/") == true)
            }
        }
    }
}
