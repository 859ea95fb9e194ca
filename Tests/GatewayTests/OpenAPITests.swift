import Corpora
import Foundation
import Gateway
import Testing

extension `The gateway` {
    @Suite struct `The OpenAPI description` {
        static let resources = [
            "", "/stats", "/stats?format=array", "/ice", "/events", "/diagnosis", "/offer", "/answer", "/packets.pcapng",
        ]

        @Test func `lists every route with its methods, and no other`() {
            let routes = Set(Service.routeList.flatMap { route in route.methods.map { "\($0) \(route.path)" } })
            // Files are served beside the routes.
            #expect(Description.shared.operations == routes.union(["GET /", "GET /openapi.yaml"]))
        }

        @Test func `refers to nothing that is not there`() {
            var dangling: [String] = []
            func walk(_ value: JSON) {
                if let reference = value["$ref"]?.string {
                    let target = reference.split(separator: "/").dropFirst().reduce(Optional(Description.shared.root)) { $0?[String($1)] }
                    if target == nil { dangling.append(reference) }
                }
                value.items.forEach(walk)
                value.members.values.forEach(walk)
            }
            walk(Description.shared.root)
            #expect(Description.shared.root != .null)
            #expect(dangling == [])
        }

        @Test func `fits what a session answers while it connects, lives, and has ended`() throws {
            try TestServer.run { server in
                let client = try server.client
                let peer = try LivePeer(server)
                func readAll() throws {
                    for resource in Self.resources { #expect(try client.get(peer.path + resource).status == 200, "\(resource)") }
                    for resource in ["", "/events", "/diagnosis"] {
                        #expect(try client.get(peer.path + resource, accept: "text/plain").type == "text/plain")
                    }
                    #expect(try client.send("HEAD", peer.path).status == 200)
                }
                try readAll()
                #expect(try peer.echoes([1, 2, 3]))
                try readAll()
                let live = try client.get(peer.path + "/stats").json
                let types = Set(live.members.values.compactMap { $0["type"]?.string })
                for type in [
                    "peer-connection", "transport", "candidate-pair", "local-candidate", "remote-candidate", "certificate", "data-channel",
                ] {
                    #expect(types.contains(type), "\(type)")
                }
                #expect(try client.get(peer.path).json["connectionState"]?.string == "connected")
                try peer.close()
                #expect(try client.get(peer.path + "?wait=ended").json["state"]?.string == "ended")
                try readAll()
                #expect(try client.send("DELETE", peer.path + "/record").status == 204)
            }
        }

        @Test func `fits what a session answers whose offer was refused`() throws {
            try TestServer.run { server in
                let client = try server.client
                let refused = try client.post(try Offers.chromium().replacing("a=fingerprint", with: "a=x-fingerprint"))
                #expect(refused.status == 422)
                let path = try #require(refused.json["instance"]?.string)
                for resource in Self.resources {
                    #expect(try client.get(path + resource).status == (resource == "/answer" ? 404 : 200), "\(resource)")
                }
            }
        }

        @Test func `fits what the server says of itself`() throws {
            try TestServer.run { server in
                let client = try server.client
                for path in ["/livez", "/readyz", "/metrics", "/v1/status", "/openapi.yaml", "/", "/v1/sessions"] {
                    #expect(try client.get(path).status == 200, "\(path)")
                }
                #expect(try client.get("/openapi.yaml").text == Description.shared.text)
            }
        }

        /// `v1/sessions/…` wherever it stands in a text, up to what can't be of a path.
        private static func paths(in text: String) -> [String] {
            text.matches(of: /(?:^|[^A-Za-z0-9])(v1\/[A-Za-z0-9\/._{}$-]*)/).map { "/\($0.output.1)" }
        }

        private static func isRoute(_ path: String) -> Bool {
            let parts = path.split(separator: "/")
            return Service.routeList.contains { route in
                let pattern = route.path.split(separator: "/")
                // What a template puts in, and a prefix that more is put behind, stand for themselves.
                return pattern.count >= parts.count
                    && zip(pattern, parts).allSatisfy { $0 == $1 || $0 == "{id}" || $1.contains("$") || $1.contains("{") }
            }
        }

        @Test func `has every path that the page and the README use`() throws {
            let root = Corpus.packageRoot
            let readme = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
            let scripts = try Page.files().filter { $0.hasSuffix(".js") || $0.hasSuffix(".html") }.map { file in
                try String(contentsOf: Page.folder.appendingPathComponent(file), encoding: .utf8)
            }
            let found = ([readme] + scripts).flatMap(Self.paths)
            #expect(found.count > 5)
            for path in Set(found) { #expect(Self.isRoute(path), "\(path)") }
            // `$S/stats` in the README, `sessionPath(id, '/stats')` in the page.
            let resources =
                readme.matches(of: /\$S(\/[a-z.]+)/).map { String($0.output.1) }
                + scripts.flatMap { script in script.matches(of: /(?:sessionPath\(id, |get\()'(\/[a-z.-]+)/).map { String($0.output.1) } }
            #expect(resources.count > 5)
            for resource in Set(resources) { #expect(Self.isRoute("/v1/sessions/{id}\(resource)"), "\(resource)") }
        }
    }

    /// The page's files.
    enum Page {
        static let folder = Corpus.packageRoot.appendingPathComponent("Web")

        static func files() throws -> [String] {
            let served = ["js", "css", "html", "svg", "woff2"]
            return try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter {
                served.contains(($0 as NSString).pathExtension)
            }
        }
    }

    @Suite struct `The page` {
        @Test func `is served whole, each file once as long as it does not change`() throws {
            let types = ["js": "text/javascript", "css": "text/css", "html": "text/html", "svg": "image/svg+xml", "woff2": "font/woff2"]
            try TestServer.run { server in
                let client = try server.client
                for file in try Page.files() {
                    let answer = try client.get("/\(file)")
                    #expect(answer.status == 200, "\(file)")
                    #expect(answer.type == types[(file as NSString).pathExtension], "\(file)")
                    #expect(Data(answer.body) == (try Data(contentsOf: Page.folder.appendingPathComponent(file))), "\(file)")
                    let tag = try #require(answer["etag"])
                    let known = try client.send("GET", "/\(file)", [("If-None-Match", tag)])
                    #expect(known.status == 304)
                    #expect(known["content-security-policy"] == answer["content-security-policy"])
                }
            }
        }

        @Test func `asks for nothing that is not served, and has nothing that its policy forbids`() throws {
            let files = Set(try Page.files())
            for file in files where !file.hasSuffix("woff2") {
                let text = try String(contentsOf: Page.folder.appendingPathComponent(file), encoding: .utf8)
                let asked =
                    text.matches(of: /from '\.\/([^']+)'/).map(\.output.1) + text.matches(of: /url\("([^"]+)"\)/).map(\.output.1)
                    + (file.hasSuffix(".html") ? text.matches(of: /(?:href|src)="([^"#]+)"/).map(\.output.1) : [])
                for name in asked { #expect(files.contains(String(name)), "\(file) asks for \(name)") }
                if file.hasSuffix(".html") {
                    #expect(!text.contains(/\sstyle="|\son[a-z]+="|<style|<script>/), "\(file)")
                }
                #expect(!text.contains(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/), "\(file)")
                #expect(
                    !text.contains(/https?:\/\/(?!127\.0\.0\.1|localhost|www\.w3\.org|www\.rfc-editor\.org)/), "\(file) names another host")
            }
        }
    }
}
