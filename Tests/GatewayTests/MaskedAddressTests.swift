import Engine
import Foundation
import HTTP
import Settings
import Testing

extension `The gateway` {
    /// What stands anywhere of a session whose peer is at 127.0.0.77.
    @Suite struct `Addresses of peers` {
        private static let text = Array("127.0.0.77".utf8)
        private static let bytes: [UInt8] = [127, 0, 0, 77]
        /// XORed with the magic cookie, as in XOR-MAPPED-ADDRESS.
        private static let xored: [UInt8] = [127 ^ 0x21, 0x12, 0xa4, 77 ^ 0x42]

        private static func traces(in body: [UInt8]) -> Int {
            [text, bytes, xored].count { body.firstRange(of: $0) != nil }
        }

        /// Everything that is shown, stored and told of two sessions from there.
        private static func everything(_ server: TestServer) throws -> [(String, [UInt8])] {
            let client = try server.client
            let peer = try LivePeer(server, at: 77)
            #expect(try peer.echoes([1, 2, 3]))
            let reader = try EventReader(port: server.port, peer.path + "/events")
            let offer = try Offers.chromium().replacing("c=IN IP4 0.0.0.0", with: "c=IN IP4 127.0.0.77")
            let refused = try Client(port: server.port, from: 77).post(offer.replacing("a=fingerprint", with: "a=x-127.0.0.77"))
            let other = try #require(refused.json["instance"]?.string)
            var found: [(String, [UInt8])] = [("refusal", refused.body)]
            let resources = ["", "/stats", "/ice", "/events", "/diagnosis", "/offer", "/answer", "/packets.pcapng", "/samples"]
            func readAll() throws {
                for path in [peer.path, other] {
                    for resource in resources { found.append((resource, try client.get(path + resource).body)) }
                    for resource in ["", "/events", "/diagnosis"] {
                        found.append((resource, try client.get(path + resource, accept: "text/plain").body))
                    }
                }
                for list in ["", "/export", "/export?format=csv", "?q=127.0.0"] {
                    found.append((list, try client.get("/v1/sessions" + list).body))
                }
            }
            try readAll()
            #expect(try client.send("DELETE", peer.path).status == 200)
            found += try reader.read { _ in false }.map { ("stream", Array($0.data.utf8)) }
            #expect(server.isWritten())
            try readAll()
            for notice in server.notices { found.append(("notice", Array("\(notice)".utf8) + notice.item)) }
            for path in [peer.path, other] {
                found.append(("document", try #require(try server.document(String(path.dropFirst("/v1/sessions/".count))))))
            }
            for file in try FileManager.default.contentsOfDirectory(at: server.folder, includingPropertiesForKeys: nil) {
                found.append((file.lastPathComponent, Array(try Data(contentsOf: file))))
            }
            try peer.close()
            return found
        }

        @Test func `stand nowhere where the operator wants none`() throws {
            try TestServer.run({ $0.engine.masksAddresses = true }) { server in
                for (name, body) in try Self.everything(server) { #expect(Self.traces(in: body) == 0, "\(name)") }
            }
        }

        @Test func `stand in all places that this looks at, where they are wanted`() throws {
            try TestServer.run { server in
                let found = try Self.everything(server).filter { Self.traces(in: $0.1) > 0 }.map(\.0)
                for name in ["", "/ice", "/offer", "/packets.pcapng", "/export?format=csv", "stream", "notice", "document"] {
                    #expect(found.contains(name), "\(name)")
                }
            }
        }
    }
}
