import Foundation
import Testing

extension `The gateway` {
    @Suite struct `The list of sessions` {
        private static func ids(_ answer: Answer) -> [String] { answer.json["items"]?.items.compactMap { $0["id"]?.string } ?? [] }

        /// Every page, by the cursor and by the link, which must agree.
        private static func pages(_ client: Client, _ query: String) throws -> [[String]] {
            var pages: [[String]] = []
            var target = "/v1/sessions?\(query)"
            while pages.count < 100 {
                let answer = try client.get(target)
                #expect(answer.status == 200)
                pages.append(ids(answer))
                guard let next = answer.json["next"]?.string else {
                    #expect(answer["link"] == nil)
                    return pages
                }
                let link = try #require(answer["link"])
                #expect(link.hasSuffix("; rel=\"next\""))
                target = String(link.dropFirst().prefix { $0 != ">" })
                #expect(target.contains("cursor=\(next)"))
            }
            return pages
        }

        @Test func `neither skips nor repeats across pages, live and ended mixed`() throws {
            try TestServer.run { server in
                let client = try server.client
                var made: [String] = []
                for index in 0..<14 {
                    let session = try client.session(try Offers.chromium())
                    made.append(String(session.path.dropFirst("/v1/sessions/".count)))
                    if index % 3 == 0 { #expect(try client.send("DELETE", session.path).status == 200) }
                    if index % 4 == 1 {
                        made.append(
                            String(try #require(try client.post("v=0\r\n").json["instance"]?.string).dropFirst("/v1/sessions/".count)))
                    }
                }
                let newest = made.sorted(by: >)
                for limit in [1, 3, 5, 18, 200] {
                    let pages = try Self.pages(client, "limit=\(limit)")
                    #expect(pages.flatMap(\.self) == newest, "limit \(limit)")
                    #expect(pages.dropLast().allSatisfy { $0.count == limit })
                    let live = try Self.pages(client, "state=live&limit=\(limit)").flatMap(\.self)
                    let ended = try Self.pages(client, "state=ended&limit=\(limit)").flatMap(\.self)
                    #expect(Set(live).isDisjoint(with: ended))
                    #expect((live + ended).sorted(by: >) == newest)
                }
                // A session that ends between two pages is neither lost nor told of twice.
                let first = try client.get("/v1/sessions?limit=4")
                let shown = Self.ids(first)
                for id in newest.dropFirst(4).prefix(3) where server.isLive(id) {
                    #expect(try client.send("DELETE", "/v1/sessions/\(id)").status == 200)
                }
                var rest: [String] = []
                var cursor = first.json["next"]?.string
                while let place = cursor, rest.count < 50 {
                    let page = try client.get("/v1/sessions?limit=4&cursor=\(place)")
                    rest += Self.ids(page)
                    cursor = page.json["next"]?.string
                }
                #expect(shown + rest == newest)
            }
        }

        @Test func `can be narrowed down`() throws {
            try TestServer.run { server in
                let client = try server.client
                let live = try client.session(try Offers.chromium()).path
                let refused = try client.send(
                    "POST", "/v1/sessions", [("User-Agent", "blue/1 100% <b>")], type: "application/sdp", body: Array("v=0\r\n".utf8))
                let instance = try #require(refused.json["instance"]?.string)
                #expect(server.isWritten())
                func found(_ query: String) throws -> [String] {
                    Self.ids(try client.get("/v1/sessions?\(query)")).map { "/v1/sessions/\($0)" }
                }
                #expect(try found("outcome=refused") == [instance])
                #expect(try found("outcome=completed") == [])
                #expect(try found("q=blue") == [instance])
                #expect(try found("q=100%25") == [instance])
                #expect(try found("q=%25%25%25%25%25%25") == [])
                #expect(try found("q=127.0.0.1").contains(instance))
                #expect(try found("kind=session&state=ended") == [instance])
                // The live one is known to history a moment after it was made.
                #expect(try eventually { try found("kind=session&state=live") == [live] })
                #expect(try found("since=2001-01-01T00:00:00Z&outcome=refused") == [instance])
                #expect(try found("until=2001-01-01T00:00:00.5Z") == [])
                #expect(try found("stream=none") == [])
            }
        }

        @Test func `says what is wrong with a query`() throws {
            try TestServer.run { server in
                let client = try server.client
                _ = try client.session(try Offers.chromium())
                for query in [
                    "state=x", "state=%27%20OR%201=1--", "kind=x", "outcome=x", "limit=0", "limit=201", "limit=x",
                    "limit=999999999999999999999",
                    "since=yesterday", "until=1", "q=\(String(repeating: "x", count: 201))",
                ] {
                    let answer = try client.get("/v1/sessions?\(query)")
                    #expect(answer.status == 400, "\(query)")
                    #expect(answer.code == "bad-query", "\(query)")
                }
                for cursor in ["x", "1_", "_x", "99999999999999999999_x", "%27"] {
                    for query in ["cursor=\(cursor)", "cursor=\(cursor)&state=live", "cursor=\(cursor)&outcome=failed"] {
                        let answer = try client.get("/v1/sessions?\(query)")
                        #expect(answer.status == 400, "\(query)")
                        #expect(answer.code == "bad-cursor", "\(query)")
                    }
                }
                // What no filter knows changes nothing.
                #expect(try client.get("/v1/sessions?sort=id;drop%20table%20session&offset=99999999999999999999").status == 200)
            }
        }
    }
}
