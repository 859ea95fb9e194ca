import Corpora
import Foundation
import Gateway
import Testing

extension `The gateway` {
    @Suite struct `The OpenAPI description` {
        static let resources = ["", "/stats", "/stats?format=array", "/ice", "/events", "/diagnosis", "/offer", "/answer", "/packets.pcapng"]

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
                for type in ["peer-connection", "transport", "candidate-pair", "local-candidate", "remote-candidate", "certificate", "data-channel"] {
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

        /// Paths with their ids as `{id}`, where they are of a route of ours.
        private static func paths(in text: String, where isNeeded: (Substring) -> Bool) -> [String] {
            var found: [String] = []
            var rest = text[...]
            while let range = rest.range(of: "/v1/") {
                let tail = rest[range.lowerBound...]
                let path = tail.prefix { $0.isLetter || $0.isNumber || "/._-{}$".contains($0) }
                if isNeeded(path) { found.append(String(path)) }
                rest = rest[range.upperBound...]
            }
            return found
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
            var files = [root.appendingPathComponent("README.md")]
            let web = FileManager.default.enumerator(at: root.appendingPathComponent("Web"), includingPropertiesForKeys: nil)
            for case let file as URL in web?.allObjects ?? [] where ["js", "html", "mjs"].contains(file.pathExtension) { files.append(file) }
            var checked = 0
            for file in files {
                for path in Self.paths(in: try String(contentsOf: file, encoding: .utf8), where: { _ in true }) {
                    checked += 1
                    #expect(Self.isRoute(path), "\(file.lastPathComponent): \(path)")
                }
            }
            #expect(checked > 3)
            // `$S/stats` and the like: what the README reads of a session.
            let readme = try String(contentsOf: files[0], encoding: .utf8)
            for piece in readme.components(separatedBy: "$S/").dropFirst() {
                let resource = piece.prefix { $0.isLetter || $0 == "." }
                #expect(Self.isRoute("/v1/sessions/{id}/\(resource)"), "\(resource)")
            }
        }
    }
}
