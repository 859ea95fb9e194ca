import Foundation
import Gateway
import Settings
import Testing

extension `The gateway` {
    @Suite struct `Who may do what` {
        private static let dead = String(repeating: "0", count: 36)

        /// The scope that each operation needs; nil where it needs none.
        private static let scopes: [String: Scope?] = [
            "POST /v1/sessions": .connect, "PATCH /v1/sessions/{id}": .connect, "DELETE /v1/sessions/{id}": .connect,
            "DELETE /v1/sessions/{id}/record": .admin, "GET /livez": nil, "POST /v1/client-report": .connect,
            "POST /v1/sessions/{id}/client-report": .connect,
            "GET /help": nil,
            "GET /help/{id}": nil,
            "GET /v1/causes": nil,
        ]

        /// Another scope that will do.
        private static let others: [String: Scope] = [
            "POST /v1/client-report": .inspect, "POST /v1/sessions/{id}/client-report": .inspect,
        ]

        @Test func `is held against every route and every scope`() throws {
            let tokens = Scope.allCases.map { Token(secret: "secret-of-\($0.rawValue)", scopes: [$0]) }
            try TestServer.run({ $0.service.tokens = tokens }) { server in
                let client = try server.client
                for route in Service.routeList {
                    for method in route.methods {
                        let needed = Self.scopes["\(method) \(route.path)"] ?? .inspect
                        let path = route.path.replacing("{id}", with: Self.dead)
                        func status(_ secret: String?) throws -> Int {
                            let fields = [("Accept", "application/json")] + (secret.map { [("Authorization", "Bearer \($0)")] } ?? [])
                            if path == "/v1/events", secret == "secret-of-inspect" { return 200 }
                            let answer = try client.send(method, path, fields)
                            if answer.status == 401 { #expect(answer["www-authenticate"]?.hasPrefix("Bearer") == true) }
                            return answer.status
                        }
                        #expect(try (status(nil) == 401) == (needed != nil), "\(method) \(path) without a token")
                        for scope in Scope.allCases {
                            let status = try status("secret-of-\(scope.rawValue)")
                            #expect(status != 401, "\(method) \(path) with \(scope)")
                            let isOther = Self.others["\(method) \(route.path)"] == scope
                            #expect(
                                (status == 403) == (needed != nil && needed != scope && !isOther),
                                "\(method) \(path) with \(scope) → \(status)")
                        }
                    }
                }
                // Files and preflights need none.
                #expect(try client.get("/").status == 200)
                #expect(try client.get("/openapi.yaml").status == 200)
                #expect(try client.send("OPTIONS", "/v1/sessions").status == 204)
            }
        }

        @Test func `is not told to who guesses`() throws {
            let tokens = ["the-secret", "unused"].map { Token(secret: $0, scopes: Set(Scope.allCases)) }
            try TestServer.run({ $0.service.tokens = tokens }) { server in
                let client = try server.client
                #expect(try client.send("GET", "/v1/sessions", [("Authorization", "bearer the-secret")]).status == 200)
                #expect(try client.get("/v1/sessions?token=the-secret").status == 401)
                for field in ["Basic dGhlLXNlY3JldA==", "the-secret", "Bearer", ""] {
                    #expect(try client.send("GET", "/v1/sessions", [("Authorization", field)]).status == 401, "\(field)")
                }
                // Whether a session is there is not told either.
                let session = try client.send(
                    "POST", "/v1/sessions", [("Authorization", "Bearer the-secret")], type: "application/sdp",
                    body: Array(try Offers.chromium().utf8))
                let known = try client.get(try #require(session["location"]))
                let unknown = try client.get("/v1/sessions/\(Self.dead)")
                #expect(known.status == 401 && known.body == unknown.body)
                var statuses: [Int] = []
                for guess in 0..<30 {
                    let answer = try client.send("GET", "/v1/sessions", [("Authorization", "Bearer the-secre\(guess)")])
                    statuses.append(answer.status)
                    if answer.status == 429 { #expect(answer["retry-after"] != nil) }
                }
                #expect(statuses.prefix(15).allSatisfy { $0 == 401 })
                #expect(statuses.last == 429)
                // Who used a token from there before goes on; a right guess is not told.
                #expect(try client.send("GET", "/v1/sessions", [("Authorization", "Bearer the-secret")]).status == 200)
                #expect(try client.send("GET", "/v1/sessions", [("Authorization", "Bearer unused")]).status == 429)
                #expect(try client.get("/livez").status == 200)
            }
        }

        @Test func `is decided by the host that is meant`() throws {
            try TestServer.run { server in
                let client = try server.client
                for host in ["localhost", "LOCALHOST:1", "127.0.0.1", "127.9.9.9:80", "[::1]:8080", "app.localhost:3000"] {
                    #expect(try client.send("GET", "/v1/sessions", [("Host", host)]).status == 200, "\(host)")
                }
                for host in [
                    "evil.example", "192.0.2.1", "localhost.evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "[::2]",
                ] {
                    for path in ["/v1/sessions", "/", "/livez"] {
                        let answer = try client.send("GET", path, [("Host", host)])
                        #expect(answer.status == 421, "\(host) \(path)")
                        #expect(answer.code == "foreign-host")
                    }
                }
                #expect(try client.send("GET", "http://evil.example/v1/sessions").status == 421)
            }
        }

        private static func cors(_ answer: Answer) -> String? { answer["access-control-allow-origin"] }

        @Test func `is decided by the page's origin`() throws {
            try TestServer.run({ $0.service.allowedOrigins = ["https://app.example"] }) { server in
                let client = try server.client
                let offer = Array(try Offers.chromium().utf8)
                for origin in ["https://app.example", "http://localhost:3000", "http://127.0.0.1:8080"] {
                    let answer = try client.send("GET", "/v1/sessions", [("Origin", origin)])
                    #expect(answer.status == 200)
                    #expect(Self.cors(answer) == origin)
                    #expect(answer["vary"]?.contains("Origin") == true)
                    #expect(answer["access-control-expose-headers"]?.contains("Location, Link, ETag, Accept-Patch") == true)
                    #expect(answer["access-control-allow-credentials"] == nil)
                }
                for origin in ["https://evil.example", "null", "https://app.example.evil.example", "http://app.example", "file://"] {
                    let answers = [
                        try client.send("GET", "/v1/sessions", [("Origin", origin)]),
                        try client.send("POST", "/v1/sessions", [("Origin", origin)], type: "application/sdp", body: offer),
                        try client.send("DELETE", "/v1/sessions/\(Self.dead)", [("Origin", origin)]),
                    ]
                    for answer in answers {
                        #expect(answer.status == 403, "\(origin)")
                        #expect(answer.code == "foreign-origin")
                        #expect(Self.cors(answer) == nil)
                    }
                    #expect(Self.cors(try client.send("GET", "/metrics", [("Origin", origin)])) == nil)
                }
                #expect(server.liveSessions == 0)
            }
        }

        @Test func `is told before the request, by OPTIONS`() throws {
            try TestServer.run { server in
                let client = try server.client
                for route in Service.routeList {
                    let answer = try client.send("OPTIONS", route.path.replacing("{id}", with: Self.dead))
                    #expect(answer.status == 204)
                    let allowed = Set(answer["allow"]?.components(separatedBy: ", ") ?? [])
                    #expect(allowed.subtracting(["HEAD", "OPTIONS"]) == Set(route.methods), "\(route.path)")
                    #expect(Self.cors(answer) == nil)
                }
                for path in ["/", "/openapi.yaml", "*"] { #expect(try client.send("OPTIONS", path).status == 204, "\(path)") }
                let preflight = try client.send(
                    "OPTIONS", "/v1/sessions",
                    [
                        ("Origin", "http://localhost:3000"), ("Access-Control-Request-Method", "POST"),
                        ("Access-Control-Request-Headers", "authorization"),
                    ])
                #expect(preflight.status == 204)
                #expect(Self.cors(preflight) == "http://localhost:3000")
                #expect(preflight["accept-post"] == "application/sdp, application/json")
                #expect(preflight["access-control-allow-methods"]?.contains("POST") == true)
                #expect(preflight["access-control-allow-headers"]?.contains("If-Match") == true)
                let evil = try client.send(
                    "OPTIONS", "/v1/sessions", [("Origin", "https://evil.example"), ("Access-Control-Request-Method", "POST")])
                #expect(Self.cors(evil) == nil)
                #expect(evil["access-control-allow-methods"] == nil)
            }
        }
    }
}
