import Corpora
import Foundation
import Testing

extension `The gateway` {
    /// The cases of corpora/http/attacks.json that concern routes; those of the HTTP layer alone are in HTTPTests.
    @Suite struct `Attacks over HTTP` {
        @Test func `on paths find no file`() throws {
            try TestServer.run { server in
                for path in [
                    "/../../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/%252e%252e/etc/passwd", "/..%5c..%5cetc/passwd",
                    "/index.html%00.png", "//etc/passwd", "/%c0%ae%c0%ae/etc/passwd", "/v1/sessions/../../etc/passwd", "/v1/sessions%2f",
                    "/v1/sessions/x%0d%0aSet-Cookie:%20a=b",
                ] {
                    let answer = try server.client.get(path)
                    #expect([400, 404].contains(answer.status), "\(path)")
                    #expect(!answer.text.contains("root:"))
                    #expect(answer["set-cookie"] == nil)
                }
            }
        }

        @Test func `on lengths end the connection`() throws {
            try TestServer.run { server in
                for (fields, statuses) in [
                    ("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", [400]), ("Content-Length: 5\r\nContent-Length: 6\r\n", [400]),
                    ("Content-Length: -1\r\n", [400]), ("Expect: 200-maybe\r\nContent-Length: 5\r\n", [417]),
                    ("Content-Type: application/sdp\r\nX: \(String(repeating: "x", count: 65_536))\r\n", [431, 413, 400]),
                ] {
                    let connection = try Connection(port: server.port)
                    connection.send("POST /v1/sessions HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\nv=0\r\n")
                    let answer = try connection.readAnswer()
                    #expect(statuses.contains(answer.status), "\(fields.prefix(60)) → \(answer.status)")
                    if answer.type == "application/problem+json" { #expect(answer["x-content-type-options"] == "nosniff") }
                }
            }
        }

        @Test func `in what a client says of itself stay text`() throws {
            try TestServer.run { server in
                let client = try server.client
                let offer = Array(try Offers.chromium().utf8)
                for agent in [
                    "<script>alert(1)</script>", "a\u{9b}31m\"\\", "=HYPERLINK(\"x\")", String(repeating: "u", count: 8000), "ü€\u{202e}x",
                ] {
                    let made = try client.send("POST", "/v1/sessions", [("User-Agent", agent)], type: "application/sdp", body: offer)
                    guard made.status == 201 else {
                        #expect(made.status == 400)
                        continue
                    }
                    let summary = try client.get(try #require(made["location"]))
                    let shown = try #require(summary.json["userAgent"]?.string)
                    #expect(shown.utf8.count <= 520)
                    #expect(agent.hasPrefix(shown))
                    #expect(summary["content-type"] == "application/json")
                }
            }
        }

        @Test func `on a terminal find no control character in plain text`() throws {
            try TestServer.run { server in
                let client = try server.client
                let made = try client.send(
                    "POST", "/v1/sessions", [("User-Agent", "c1 \u{9b}31m")], type: "application/json",
                    body: try Offers.json(
                        try Offers.chromium().replacing("s=-", with: "s=\u{1b}[31m\u{9b}31m"),
                        ",\"labels\":{\"a\\u001b[2J\":\"b\\u001b[31m\\u0007\\u009b\"}"))
                let refused = try client.post("v=0\r\no=\u{1b}[31m\u{9b}2J\u{7}\r\n")
                for path in [
                    try #require(made["location"] ?? made.json["instance"]?.string), try #require(refused.json["instance"]?.string),
                ] {
                    for resource in ["", "/events", "/diagnosis"] {
                        let text = try client.get(path + resource, accept: "text/plain").text
                        let controls = text.unicodeScalars.filter { $0 != "\n" && $0.properties.generalCategory == .control }
                        #expect(controls.isEmpty, "\(path)\(resource): \(text.debugDescription)")
                    }
                }
            }
        }

        @Test func `against the page meet its policy`() throws {
            try TestServer.run { server in
                let page = try server.client.get("/")
                let policy = try #require(page["content-security-policy"])
                #expect(policy.contains("default-src 'self'"))
                #expect(policy.contains("frame-ancestors 'none'"))
                #expect(!policy.contains("unsafe"))
                #expect(page["x-content-type-options"] == "nosniff")
                #expect(page["referrer-policy"] == "no-referrer")
            }
        }

        @Test func `with ids of others find nothing, whatever the id`() throws {
            try TestServer.run { server in
                let client = try server.client
                let session = try client.session(try Offers.chromium())
                let id = session.path.dropFirst("/v1/sessions/".count)
                for guess in ["\(id.dropLast())", "\(id)0", id.uppercased(), "\(id.dropLast())%27", "*", "%25", String(id.reversed())] {
                    for (method, code) in [("GET", "no-such-session"), ("DELETE", "not-live")] {
                        let answer = try client.send(method, "/v1/sessions/\(guess)")
                        #expect(answer.status == 404, "\(method) \(guess)")
                        #expect(answer.code == code)
                    }
                }
                #expect(server.liveSessions == 1)
            }
        }

        @Test func `on ids meet 130 random bits in each`() throws {
            try TestServer.run { server in
                var tails: [String] = []
                for _ in 0..<200 {
                    let instance = try server.client.post("v=0").json["instance"]?.string
                    tails.append(String(try #require(instance).suffix(26)))
                }
                #expect(Set(tails).count == 200)
                // Every place takes many of the 32 letters.
                for place in 0..<26 {
                    let letters = Set(tails.map { $0[$0.index($0.startIndex, offsetBy: place)] })
                    #expect(letters.count > 24)
                }
            }
        }
    }
}
