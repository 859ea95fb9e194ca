import HTTP
import Testing

@Suite struct `A target` {
    @Test(
        arguments: [
            ("/", [""]), ("/a", ["a"]), ("/a/", ["a", ""]), ("//", ["", ""]), ("/v1/sessions/x.y~z", ["v1", "sessions", "x.y~z"]),
            ("/caf%C3%A9/%E2%82%AC", ["café", "€"]), ("/a%20b+c", ["a b+c"]), ("/...", ["..."]), ("/%5c", ["\\"]), ("*", []),
            ("/café", ["café"]), ("http://h/a", ["a"]), ("HTTPS://h:1/a?b", ["a"]), ("http://h", [""]), ("http://h?x", [""]),
        ] as [(String, [String])])
    func `has its path in decoded segments`(_ text: String, _ path: [String]) throws {
        #expect(try #require(Target(text)).path == path)
    }

    @Test(arguments: [
        "", "a", "**", "/..", "/a/../b", "/%2E%2e", "/.", "/%2e", "/a%2Fb", "/%00", "/%7F", "/%1f", "/%", "/%4", "/%4g", "/%c0%ae",
        "/%ff", "/%ed%a0%80", "/a b", "/a#b", "/a?b c", "/\u{7f}", "http:///x", "ftp://h/x", "h:443", "http://",
        String(repeating: "/a", count: 40),
        "/?" + String(repeating: "a&", count: 40),
    ])
    func `that is malformed or could mislead is none`(_ text: String) {
        #expect(Target(text) == nil)
    }

    @Test func `keeps what was sent`() throws {
        let target = try #require(Target("http://u@host:8080/a%20b?c=d"))
        #expect(target.raw == "/a%20b?c=d")
        #expect(target.rawPath == "/a%20b")
        #expect(target.authority == "u@host:8080")
        #expect(try #require(Target("http://h")).raw == "/")
        #expect(try #require(Target("/a?b")).authority == nil)
    }

    @Test func `has its query as items`() throws {
        let query = try #require(Target("/?a=1&b&c=&a=2&&d=x%3Dy%26&e=1+1&f=%zz&g=%ff&=h&i=%0d%0a")).query
        #expect(
            query.items.map { "\($0.name)=\($0.value)" } == [
                "a=1", "b=", "c=", "a=2", "d=x=y&", "e=1 1", "f=%zz", "g=\u{fffd}", "=h", "i=\r\n",
            ])
        #expect(query["a"] == "1")
        #expect(query.all("a") == ["1", "2"])
        #expect(query["none"] == nil)
        #expect(try #require(Target("/?")).query.items.isEmpty)
    }

    @Test func `of any bytes traps nothing`() {
        var random = SplitMix(state: 7)
        for _ in 0..<20_000 {
            let length = Int.random(in: 0...40, using: &random)
            let bytes = (0..<length).map { _ in "/%?&=.+#ha2eEfF5cC\\\u{0}\u{80}".utf8.randomElement(using: &random) ?? 0 }
            guard let target = Target(String(decoding: bytes, as: UTF8.self)) else { continue }
            for segment in target.path {
                #expect(segment != ".." && segment != "." && !segment.contains("/") && !segment.unicodeScalars.contains { $0.value < 32 })
            }
        }
    }
}

/// Repeatable numbers.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

@Suite struct `A media type` {
    @Test func `is compared without case and parameters`() throws {
        let type = try #require(MediaType("Application/SDP; Charset=\"utf-8\" ;x=\"a\\\"b;c\""))
        #expect(type.essence == "application/sdp")
        #expect(type["charset"] == "utf-8")
        #expect(type["X"] == "a\"b;c")
        #expect(type["none"] == nil)
        #expect(try #require(MediaType(type.description)) == type)
        #expect(MediaType(" application/trickle-ice-sdpfrag ")?.essence == "application/trickle-ice-sdpfrag")
        #expect(MediaType("text/plain;")?.parameters.isEmpty == true)
    }

    @Test(arguments: [
        "", "a", "a/", "/b", "a/b c", "a b/c", "a/b;x", "a/b;x=", "a/b;x=\"y", "a/b,c/d", "ä/b", "a/b;=1",
        "a/b;" + String(repeating: "x=1;", count: 9),
    ])
    func `that is malformed is none`(_ text: String) {
        #expect(MediaType(text) == nil)
    }

    @Test(
        arguments: [
            (nil, "application/json"), ("", "application/json"), ("*/*", "application/json"), ("text/event-stream", "text/event-stream"),
            ("application/*;q=0.5, text/plain", "text/plain"), ("text/*, application/json;q=0.9", "text/plain"),
            ("text/plain;q=0.1, */*", "application/json"), ("application/json;q=0, */*;q=0.1", "text/plain"),
            ("text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8", "application/json"),
            ("image/png", nil), ("text/plain;q=0", nil), ("TEXT/Plain;Q=1.000", "text/plain"), ("text/plain;q=2", nil),
            (",,;", "application/json"),
        ] as [(String?, String?)])
    func `is chosen by what is accepted`(_ field: String?, _ expected: String?) {
        let offered = ["application/json", "text/plain", "text/event-stream"]
        #expect(Accept(field).preferred(of: offered) == expected)
    }

    @Test func `list that is very long costs little`() {
        let field = String(repeating: "a/b;q=0.001,", count: 100_000)
        #expect(Accept(field).quality(of: "a/b") == 1)
        #expect(Accept(field).quality(of: "nonsense") == 0)
    }
}

@Suite struct `A field value` {
    @Test func `is safe without control characters`() {
        #expect(FieldValue.isSafe("a\tb \"é\""))
        #expect(!FieldValue.isSafe("a\r\nb"))
        #expect(!FieldValue.isSafe("a\nb"))
        #expect(!FieldValue.isSafe("\0"))
        #expect(!FieldValue.isSafe("\u{7f}"))
        #expect(FieldValue.isToken("X-Name"))
        #expect(!FieldValue.isToken(""))
        #expect(!FieldValue.isToken("a:b"))
    }

    @Test func `of a Link has its text escaped, or is none`() {
        #expect(FieldValue.quoted(#"a"b\c"#) == #""a\"b\\c""#)
        #expect(FieldValue.quoted("a\rb") == nil)
        #expect(
            FieldValue.link("turn:t.example?transport=udp", rel: "ice-server", [("username", "a\"b"), ("credential", "c;d")])
                == #"<turn:t.example?transport=udp>; rel="ice-server"; username="a\"b"; credential="c;d""#)
        #expect(FieldValue.link("/a>b", rel: "next") == nil)
        #expect(FieldValue.link("/a\r\nb", rel: "next") == nil)
        #expect(FieldValue.link("", rel: "next") == nil)
        #expect(FieldValue.link("/a", rel: "next", [("a b", "c")]) == nil)
        #expect(FieldValue.link("/a", rel: "next", [("a", "\n")]) == nil)
    }

    @Test func `of an ETag is compared as RFC 9110 has it`() throws {
        let strong = try #require(EntityTag("abc")), weak = try #require(EntityTag("abc", isWeak: true))
        #expect(strong.description == #""abc""#)
        #expect(weak.description == #"W/"abc""#)
        #expect(EntityTag("a\"b") == nil)
        #expect(EntityTag("a b") == nil)
        let list = try #require(EntityTag.condition(#" "x" , W/"abc","abc" "#))
        #expect(list.matchesStrongly(strong))
        #expect(!list.matchesStrongly(weak))
        #expect(list.matchesWeakly(weak))
        #expect(try !#require(EntityTag.condition(#"W/"abc""#)).matchesStrongly(strong))
        #expect(try #require(EntityTag.condition(#"W/"abc""#)).matchesWeakly(strong))
        #expect(EntityTag.condition("*") == .any)
        #expect(try #require(EntityTag.condition("*")).matchesStrongly(strong))
        for malformed in ["", "abc", "\"abc", "W\"a\"", "W/", "W", "\"a\" b", "\"a b\"", String(repeating: "\"a\",", count: 65)] {
            #expect(EntityTag.condition(malformed) == nil)
        }
    }

    @Test func `of a request that no socket brought is found without case`() {
        let headers = RequestHeaders([("Content-Type", "a/b"), ("ACCEPT", "x"), ("accept", "y")])
        #expect(headers["content-type"] == "a/b")
        #expect(headers["Accept"] == "x")
        #expect(headers.all("accept") == ["x", "y"])
        #expect(headers.contains("accept"))
        #expect(!headers.contains("accep"))
        #expect(headers.count == 3)
        #expect(Response(.ok, headers: [("Location", "/a")])["location"] == "/a")
    }
}
