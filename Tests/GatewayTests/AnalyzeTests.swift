import Corpora
import Foundation
import Settings
import Testing

extension Client {
    func analyze(_ text: [UInt8], type: String = "application/sdp", query: String = "", accept: String? = nil) throws -> Answer {
        try send("POST", "/v1/analyze\(query)", accept.map { [("Accept", $0)] } ?? [], type: type, body: text)
    }

    func analyze(_ text: String, type: String = "application/sdp", query: String = "", accept: String? = nil) throws -> Answer {
        try analyze(Array(text.utf8), type: type, query: query, accept: accept)
    }
}

extension `The gateway` {
    @Suite struct `POST /v1/analyze` {
        @Test func `reads an offer, and answers as a session would, without making one`() throws {
            try TestServer.run { server in
                let client = try server.client
                let offer = try Offers.chromium()
                let reading = try client.analyze(offer)
                #expect(reading.status == 200)
                #expect(reading.json["kind"]?.string == "offer" && reading.json["ok"]?.bool == true)
                let answer = try #require(reading.json["answer"]?.string)
                let real = try client.post(offer)
                func lines(_ text: String, _ prefix: String) -> [String] {
                    text.split(whereSeparator: \.isNewline).map(String.init).filter { $0.hasPrefix(prefix) }
                }
                for prefix in ["m=", "a=candidate", "a=fingerprint", "a=group", "a=setup"] {
                    #expect(lines(answer, prefix) == lines(real.text, prefix), "\(prefix)")
                }
                #expect(lines(answer, "a=ice-ufrag") == ["a=ice-ufrag:EXAMPLE"])
                #expect(server.liveSessions == 1)
                #expect(try client.get("/v1/sessions").json["items"]?.items.count == 1)
            }
        }

        @Test func `says why an offer would be refused, at the same line as the refusal, which refers to it`() throws {
            try TestServer.run { server in
                let client = try server.client
                let offer = try Offers.chromium().replacing("a=fingerprint", with: "a=x-fingerprint")
                let refused = try client.post(offer)
                #expect(refused.json["hint"]?.string?.contains("/v1/analyze") == true)
                let reading = try client.analyze(offer).json
                #expect(reading["ok"]?.bool == false && reading["answer"] == .null)
                for member in ["status", "code", "line", "section", "detail"] {
                    #expect(reading["refusal"]?[member] == refused.json[member], "\(member)")
                }
                #expect(reading["findings"]?[0]?["code"]?.string == "fingerprint-missing")
            }
        }

        @Test func `takes what it is given in whatever form`() throws {
            try TestServer.run { server in
                let client = try server.client
                let offer = try Offers.chromium()
                let candidate = "candidate:1 1 udp 2122260223 8.8.4.4 50000 typ host"
                func quoted(_ text: String) throws -> String { String(decoding: try JSONEncoder().encode(text), as: UTF8.self) }
                let forms: [(body: String, type: String, query: String, kind: String)] = [
                    (offer, "text/plain", "", "offer"), (offer, "application/sdp", "?type=answer", "answer"),
                    (#"{"type":"offer","sdp":\#(try quoted(offer))}"#, "application/json", "", "offer"),
                    (#"{"type":"pranswer","sdp":\#(try quoted(offer))}"#, "application/json", "", "answer"),
                    (#"{"type":"offer","sdp":\#(try quoted(offer))}"#, "text/plain", "", "offer"),
                    (try quoted(offer), "text/plain", "", "offer"), (candidate, "text/plain", "", "candidate"),
                    (
                        #"{"candidate":"\#(candidate)","sdpMid":"0","sdpMLineIndex":0,"usernameFragment":"ab"}"#, "application/json", "",
                        "candidate"
                    ),
                    (#"{"candidate":""}"#, "application/json", "", "candidate"),
                    ("a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\n", "application/trickle-ice-sdpfrag", "", "fragment"),
                    ("", "application/sdp", "", "offer"), ("", "text/plain", "?type=fragment", "fragment"),
                ]
                for form in forms {
                    let answer = try client.analyze(form.body, type: form.type, query: form.query)
                    #expect(answer.status == 200, "\(form.type) \(answer.text)")
                    #expect(answer.json["kind"]?.string == form.kind, "\(form.type)\(form.query) \(form.body.prefix(40))")
                }
                let unwrapped = try client.analyze(forms[4].body, type: "text/plain").json
                #expect(unwrapped["findings"]?.items.contains { $0["code"]?.string == "wrapped-in-json" } == true)
            }
        }

        @Test func `refuses other types, other JSON, other kinds and what is too large`() throws {
            try TestServer.run { server in
                let client = try server.client
                let wrong = try client.analyze("x", type: "image/png")
                #expect(wrong.status == 415 && wrong["accept-post"]?.contains("application/sdp") == true)
                #expect(try client.analyze("{", type: "application/json").code == "bad-json")
                #expect(try client.analyze("{}", type: "application/json").code == "bad-json")
                #expect(try client.analyze(#"{"sdp":"v=0","type":"rollback"}"#, type: "application/json").code == "bad-type")
                #expect(try client.analyze("v=0", query: "?type=x").code == "bad-type")
                #expect(try client.analyze(String(repeating: "a", count: 600_000)).status == 413)
                #expect(try client.send("GET", "/v1/analyze").status == 405)
            }
        }

        @Test func `needs the scope to inspect`() throws {
            try TestServer.run({
                $0.service.tokens = [.init(secret: "connects", scopes: [.connect]), .init(secret: "reads", scopes: [.inspect])]
            }) { server in
                let client = try server.client
                for (token, status) in [("connects", 403), ("reads", 200)] {
                    let answer = try client.send(
                        "POST", "/v1/analyze", [("Authorization", "Bearer \(token)")], type: "application/sdp", body: Array("v=0".utf8))
                    #expect(answer.status == status)
                }
            }
        }

        @Test func `as text is one screen`() throws {
            try TestServer.run { server in
                let answer = try server.client.analyze(
                    try Offers.chromium().replacing("a=setup:actpass", with: "a=setup:acpass"), accept: "text/plain")
                #expect(answer.type == "text/plain")
                #expect(answer.text.contains("error: The a=setup line can't be read [sdp-setup, RFC 4145 §4]"))
            }
        }

        @Test(.enabled(if: Corpus.isPresent, "the shared corpora are not here"))
        func `reads every description from the field, naming lines that are there`() throws {
            try TestServer.run { server in
                let client = try server.client
                for entry in DescriptionEntry.all {
                    let bytes = entry.bytes
                    let answer = try client.analyze(bytes)
                    #expect(answer.status == 200, "\(entry.file): \(answer.text)")
                    let lines = bytes.count { $0 == 10 } + 1
                    for finding in answer.json["findings"]?.items ?? [] {
                        if let line = finding["line"]?.int { #expect(1...lines ~= line, "\(entry.file)") }
                    }
                    #expect(try client.analyze(bytes, accept: "text/plain").status == 200)
                }
                #expect(try client.get("/v1/sessions").json["items"]?.items.isEmpty == true)
                #expect(server.liveSessions == 0)
                #expect(server.unsafeResponses == 0)
            }
        }
    }
}
