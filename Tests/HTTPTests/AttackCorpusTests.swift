import Foundation
import HTTP
import Testing

/// The folder of shared corpora, or nil where there is none.
private func corpora() -> URL? {
    if let path = ProcessInfo.processInfo.environment["PEERSCOPE_CORPORA"] { return URL(fileURLWithPath: path) }
    var folder = URL(fileURLWithPath: #filePath)
    while folder.path != "/" {
        folder.deleteLastPathComponent()
        if FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) {
            let shared = folder.deletingLastPathComponent().appendingPathComponent("shared/corpora")
            return FileManager.default.fileExists(atPath: shared.path) ? shared : nil
        }
    }
    return nil
}

private func get(_ target: String, _ fields: String = "") -> String { "GET \(target) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n" }

/// What of the corpus is this layer's matter: the request, and the statuses that its expectation allows.
///
/// 200 stands for "a name like any other": the routes, which know no such name, answer 404.
private let cases: [String: (request: String, statuses: Set<Int>)] = [
    "traversal-plain": (get("/../../../../etc/passwd"), [400]),
    "traversal-encoded": (get("/%2e%2e/%2e%2e/etc/passwd"), [400]),
    "traversal-double": (get("/%252e%252e/etc/passwd"), [200]),
    "traversal-backslash": (get("/..%5c..%5cetc/passwd"), [200]),
    "nul": (get("/index.html%00.png"), [400]),
    "absolute": (get("//etc/passwd"), [200]),
    "overlong-utf8": (get("/%c0%ae%c0%ae/etc/passwd"), [400]),
    "uri-64k": (get("/" + String(repeating: "a", count: 65536)), [414]),
    "crlf-in-path": (get("/whip/x%0d%0aSet-Cookie:%20a=b"), [400]),
    "crlf-in-query": (get("/whip?room=x%0d%0aX-Evil:1"), [200]),
    "body-over-limit-cl": ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n", [413]),
    "body-over-limit-chunked": (
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            + String(repeating: "1000\r\n" + String(repeating: "x", count: 4096) + "\r\n", count: 40), [413]
    ),
    "cl-te": ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", [400]),
    "two-cl": ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc", [400]),
    "neg-cl": ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", [400]),
    "headers-1000": (get("/", (0..<1000).map { "X-\($0): 1\r\n" }.joined()), [431]),
    "header-64k": (get("/", "X: \(String(repeating: "x", count: 65536))\r\n"), [431]),
    "method-trace": ("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", [405]),
    "http-0.9": ("GET /\r\n\r\n", [400]),
    "h2c-upgrade": (get("/", "Connection: Upgrade\r\nUpgrade: h2c\r\n"), [200]),
    "expect-100-bogus": ("POST / HTTP/1.1\r\nHost: a\r\nExpect: 200-maybe\r\nContent-Length: 1\r\n\r\nx", [417]),
]

/// Held by other suites of this target.
private let heldElsewhere: Set = ["slow-headers", "slow-body", "slow-read", "idle-keepalive-5000", "link-quote"]

/// The routes' matter: authorisation, types, ETags, filters, and what is shown or logged.
private let routes: Set = [
    "symlink", "host-injection", "xfwd-injection", "ct-missing", "ct-json", "ct-params", "etag-wildcard", "etag-wrong",
    "patch-other-ufrag", "delete-other", "id-entropy", "auth-none", "auth-wrong-same-length", "auth-in-query", "auth-brute",
    "cors-preflight-evil", "csrf-form", "origin-null", "sqli-filter", "sqli-order", "like-wildcard", "page-huge", "ua-xss", "ua-log",
    "ua-8k", "csv-injection", "metrics-open", "gzip-bomb",
]

@Suite struct `The attack corpus` {
    @Test(arguments: cases.keys.sorted())
    func `is answered as it expects`(_ name: String) throws {
        let item = try #require(cases[name])
        let (answer, isClosed, _) = try exchange(item.request)
        #expect(item.statuses.contains(answer.status), "\(name): \(answer.status)")
        #expect(answer["set-cookie"] == nil && answer["x-evil"] == nil)
        // What is refused for its length, or for how it is framed, takes its connection along.
        if [413, 414, 431, 417].contains(answer.status) || name.hasSuffix("-cl") || name == "cl-te" { #expect(isClosed) }
    }

    @Test func `has no case that nobody looks after`() throws {
        guard let folder = corpora() else {
            print("skipped: no corpora")
            return
        }
        struct File: Decodable {
            struct Case: Decodable { let name: String }
            let cases: [Case]
        }
        let data = try Data(contentsOf: folder.appendingPathComponent("http/attacks.json"))
        let names = Set(try JSONDecoder().decode(File.self, from: data).cases.map(\.name))
        #expect(names.subtracting(cases.keys).subtracting(heldElsewhere).subtracting(routes) == [])
    }
}
