import Corpora
import Foundation
import Testing

extension `The gateway` {
    /// Whatever a stranger may have the server write down comes back as text: in JSON, on a terminal, in a table, in a stream.
    @Suite struct `Text made to do harm` {
        /// What is put wherever a stranger's text is kept.
        static let texts: [(name: String, text: String)] = [
            ("markup", "<script>alert(1)</script><img src=x onerror=alert(1)>&lt;\"'`"),
            ("controls", "\u{1}\u{7}\u{8}\u{b}\u{c}\u{e}\u{1b}[2J\u{1b}]0;owned\u{7}\u{7f}\u{80}\u{9b}31m"),
            ("bidi", "abc\u{202e}gnp.exe\u{202d}\u{2066}\u{2067}\u{2069}\u{200f}\u{61c}"),
            ("separators", "a\u{2028}b\u{2029}c\u{feff}d\u{85}e\u{ad}\u{200b}"),
            ("lines", "a\\r\\nSet-Cookie: b=c\\n2026-01-01T00:00:00Z ERROR forged"),
            ("formula", "=HYPERLINK(\"http://x\",\"y\")"), ("minus", "-1+1|cmd"), ("at", "@SUM(A1)"), ("tab", "\t=1"),
            ("format", "%s%n%x{0}${jndi:ldap://x}"), ("sql", "'; DROP TABLE session; --"), ("emoji", String(repeating: "👩‍👩‍👧‍👦", count: 40)),
            ("noncharacters", "\u{fffe}\u{ffff}\u{10ffff}\u{e000}"), ("combining", "a" + String(repeating: "\u{300}", count: 200)),
        ]

        static let resources = ["", "/stats", "/ice", "/events", "/diagnosis", "/offer", "/answer", "/samples"]
        static let pages = ["", "/events", "/diagnosis"]

        /// What moves a cursor, turns text around or hides: nothing of it belongs on a page of plain text.
        static func harm(in text: String) -> [Unicode.Scalar] {
            text.unicodeScalars.filter { scalar in
                switch scalar.value {
                case 0x0a: false
                case 0x061c, 0x200e, 0x200f, 0x202a...0x202e, 0x2066...0x2069, 0x2028, 0x2029: true
                default: scalar.properties.generalCategory == .control
                }
            }
        }

        private func check(_ path: String, _ client: Client, _ name: String) throws {
            for resource in Self.resources {
                let answer = try client.get(path + resource)
                #expect([200, 404].contains(answer.status), "\(name)\(resource): \(answer.status)")
                // An offer comes back byte for byte.
                #expect(resource == "/offer" || String(validating: answer.body, as: UTF8.self) != nil, "\(name)\(resource) is no UTF-8")
                if answer.type == "application/json" {
                    #expect((try? JSONSerialization.jsonObject(with: Data(answer.body))) != nil, "\(name)\(resource)")
                    #expect(answer.body.allSatisfy { $0 >= 0x20 }, "\(name)\(resource): a raw control character")
                }
            }
            for resource in Self.pages {
                let text = try client.get(path + resource, accept: "text/plain").text
                #expect(Self.harm(in: text) == [], "\(name)\(resource): \(Self.harm(in: text))")
            }
        }

        private func offer(with text: String) throws -> String {
            let line = text.filter { $0 != "\r" && $0 != "\n" }
            return try Offers.chromium().replacing("s=-", with: "s=\(line)")
                + "a=x-\u{78}:\(line)\r\na=ssrc:1 cname:\(line)\r\na=candidate:\(line)\r\na=candidate:1 1 udp 1 \(line.prefix(60)) 9 typ host\r\n"
        }

        @Test func `in descriptions, labels and user agents is shown as text, everywhere`() throws {
            try TestServer.run { server in
                let client = try server.client
                let all = try EventReader(port: server.port, "/v1/events")
                var made = 0
                for (name, text) in Self.texts {
                    let labels = String(
                        decoding: try JSONEncoder().encode([String(text.prefix(12)): String(text.prefix(40))]), as: UTF8.self)
                    let agent = String(
                        String.UnicodeScalarView(text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7f }.prefix(120)))
                    let answer = try client.send(
                        "POST", "/v1/sessions", [("User-Agent", agent)], type: "application/json",
                        body: try Offers.json(try offer(with: text), ",\"labels\":\(labels)"))
                    guard let path = answer["location"] ?? answer.json["instance"]?.string else {
                        // Bytes that no field may have are refused before anything is kept of them.
                        #expect(answer.status == 400, "\(name): \(answer.status) \(answer.text)")
                        continue
                    }
                    made += 1
                    try check(path, client, name)
                    let shown = try client.get(path).json
                    if answer.status == 201 {
                        #expect(agent.hasPrefix(shown["userAgent"]?.string ?? "-"), "\(name)")
                        #expect(shown["labels"]?.members.values.first?.string == String(text.prefix(40)), "\(name)")
                        #expect(try client.send("DELETE", path).status == 200)
                        try check(path, client, "\(name), ended")
                    }
                    let changes = try all.read { $0.json["id"]?.string.map(path.hasSuffix) == true && $0.json["state"]?.string == "ended" }
                    #expect(changes.last?.json != .null, "\(name)")
                    #expect(changes.allSatisfy { $0.data.utf8.allSatisfy { $0 >= 0x20 } }, "\(name)")
                }
                #expect(made >= Self.texts.count - 2)
                let list = try client.get("/v1/sessions?limit=200")
                #expect(list.json["items"]?.items.count == made)
                #expect(list.body.allSatisfy { $0 >= 0x20 })
                #expect(server.unsafeResponses == 0)
            }
        }

        @Test func `in refused offers is shown as text, everywhere`() throws {
            try TestServer.run { server in
                let client = try server.client
                for (name, text) in Self.texts {
                    let hostile: [[UInt8]] = [
                        Array("v=0\r\no=\(text)\r\n".utf8), Array("\(text)=\r\n".utf8),
                        Array(try Offers.chromium().replacing("a=mid:0", with: "a=mid:\(text)").utf8),
                        Array(try Offers.chromium().replacing("a=setup:actpass", with: "a=setup:\(text)").utf8),
                    ]
                    for offer in hostile {
                        let refused = try client.post(offer)
                        #expect([201, 400, 422].contains(refused.status), "\(name)")
                        #expect(refused.body.allSatisfy { $0 >= 0x20 || refused.status == 201 }, "\(name)")
                        #expect(Self.harm(in: refused.json["detail"]?.string ?? "") == [], "\(name)")
                        if let path = refused.json["instance"]?.string { try check(path, client, name) }
                        let read = try client.send(
                            "POST", "/v1/analyze", [("Accept", "text/plain")], type: "application/sdp", body: offer)
                        #expect(read.status == 200 && Self.harm(in: read.text) == [], "\(name)")
                    }
                }
            }
        }

        @Test func `in bytes that are no text is mended, never passed on`() throws {
            try TestServer.run { server in
                let client = try server.client
                let base = Array(try Offers.chromium().utf8)
                for bytes: [UInt8] in [
                    [0xff, 0xfe, 0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82], [0xc0, 0xaf], [0x80],
                    Array(repeating: 0xf0, count: 300),
                ] {
                    let offer = base + Array("a=x:".utf8) + bytes + Array("\r\na=candidate:".utf8) + bytes + [13, 10]
                    let answer = try client.post(offer)
                    #expect(answer.status == 201)
                    try check(try #require(answer["location"]), client, "\(bytes.prefix(4))")
                    for accept in ["application/json", "text/plain"] {
                        let read = try client.analyze(offer, accept: accept)
                        #expect(read.status == 200 && String(validating: read.body, as: UTF8.self) != nil)
                    }
                }
                // A NUL, and half a surrogate pair in JSON.
                #expect(try client.post(base + Array("a=x:\u{0}\r\n".utf8)).code == "sdp-control-character")
                let half = try client.send(
                    "POST", "/v1/sessions", type: "application/json", body: Array(#"{"type":"offer","sdp":"v=0\ud800"}"#.utf8))
                #expect(half.status == 400)
                let nul = try client.send(
                    "POST", "/v1/sessions", type: "application/json",
                    body: try Offers.json(try Offers.chromium(), #","labels":{"a\u0000b":"c\u0000d"}"#))
                if let path = nul["location"] { try check(path, client, "NUL in labels") } else { #expect(nul.status == 400) }
            }
        }

        @Test func `of 64 KiB of emoji is kept, cut or refused, never broken`() throws {
            try TestServer.run { server in
                let client = try server.client
                let emoji = String(repeating: "👩‍👩‍👧‍👦", count: 65_536 / 25)
                let offers = [
                    try Offers.chromium(emoji), try Offers.chromium("a=x:\(emoji.prefix(600))\r\n"),
                    try Offers.chromium().replacing("a=mid:0", with: "a=mid:\(emoji)"),
                    try Offers.chromium((0..<60).map { "a=e\($0):\(emoji.prefix(100))\r\n" }.joined()),
                ]
                for offer in offers {
                    let answer = try client.post(offer)
                    #expect([201, 400, 413, 422].contains(answer.status))
                    try check(try #require(answer["location"] ?? answer.json["instance"]?.string), client, "emoji")
                    #expect(try client.analyze(offer).status == 200)
                }
                let agent = try client.send(
                    "POST", "/v1/sessions", [("User-Agent", String(emoji.prefix(300)))], type: "application/sdp",
                    body: Array(try Offers.chromium().utf8))
                if let path = agent["location"] { try check(path, client, "emoji for a user agent") }
                let label = try client.send(
                    "POST", "/v1/sessions", type: "application/json",
                    body: try Offers.json(try Offers.chromium(), #","labels":{"a":"\#(emoji)"}"#))
                #expect(label.status == 400)
            }
        }

        @Test func `in queries is answered with 400 and words, or with nothing found`() throws {
            try TestServer.run { server in
                let client = try server.client
                let session = try client.session(try Offers.chromium())
                for (name, text) in Self.texts {
                    let escaped = text.utf8.prefix(180).map { "%" + String($0, radix: 16).leftPadded }.joined()
                    for item in ["q", "stream", "state", "kind", "outcome", "finding", "severity", "since", "until", "limit", "cursor"] {
                        let answer = try client.get("/v1/sessions?\(item)=\(escaped)")
                        #expect([200, 400].contains(answer.status), "\(item)=\(name): \(answer.status)")
                        if answer.status == 200, item != "q" || name != "combining" {
                            #expect(answer.json["items"]?.items == [], "\(item)=\(name)")
                        }
                        #expect(Self.harm(in: answer.json["detail"]?.string ?? "") == [], "\(item)=\(name)")
                    }
                    for target in [
                        "/samples?metric=", "/samples?since=", "/samples?step=", "/events?after=", "/stats?type=", "?wait=",
                        "/stats?format=",
                    ] {
                        let answer = try client.get("\(session.path)\(target)\(escaped)")
                        #expect(answer.status == 400, "\(target)\(name): \(answer.status)")
                        #expect((answer.json["detail"]?.string ?? "").count > 10)
                    }
                }
                for time in ["2999-01-01T00:00:00Z", "9999-12-31T23:59:59Z"] {
                    #expect(try client.get("/v1/sessions?since=\(time)").json["items"]?.items == [])
                    let samples = try client.get("\(session.path)/samples?since=\(time)")
                    #expect(samples.status == 200)
                }
                for path in ["/v1/sessions?since=2999-01-01T00:00:00Z&until=2000-01-01T00:00:00Z"] {
                    #expect([200, 400].contains(try client.get(path).status))
                }
            }
        }

        @Test func `in a table is no formula`() throws {
            try TestServer.run { server in
                let client = try server.client
                for (_, text) in Self.texts {
                    let agent = String(
                        String.UnicodeScalarView(text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7f }.prefix(120)))
                    _ = try client.send("POST", "/v1/sessions", [("User-Agent", agent)], type: "application/sdp", body: Array("v=0".utf8))
                }
                // What ended is written within moments; asking for a search waits for it.
                let table = try client.get("/v1/sessions/export?format=csv")
                #expect(table.status == 200)
                var cell = ""
                var isQuoted = false
                var cells: [String] = []
                for scalar in table.text.unicodeScalars {
                    switch scalar {
                    case "\"": isQuoted.toggle()
                    case "," where !isQuoted, "\n" where !isQuoted, "\r" where !isQuoted:
                        cells.append(cell)
                        cell = ""
                    default: cell.unicodeScalars.append(scalar)
                    }
                }
                #expect(!isQuoted)
                #expect(cells.allSatisfy { cell in cell.unicodeScalars.first.map { !"=+-@\t\r".unicodeScalars.contains($0) } ?? true })
                #expect(table.body.allSatisfy { $0 >= 0x20 || $0 == 10 || $0 == 13 })
            }
        }
    }
}

extension String {
    /// Two digits at least.
    fileprivate var leftPadded: String { utf8.count < 2 ? "0" + self : self }
}
