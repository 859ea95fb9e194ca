import Crypt
import Engine
import Foundation
import Inspection
import Peer
import SDP
import Testing

extension `The gateway` {
    /// What findings mean, and findings themselves, over HTTP.
    @Suite struct `Help and diagnosis` {
        @Test func `each finding's page is there, plain and without a token`() throws {
            try TestServer.run { server in
                let index = try server.client.get("/help")
                #expect(index.status == 200 && index.type == "text/html")
                #expect(index["content-security-policy"]?.contains("default-src 'none'") == true)
                let page = try server.client.get("/help/no-check-received")
                #expect(page.status == 200)
                #expect(page.text.contains("setRemoteDescription") && page.text.contains("8189/udp"))
                #expect(try server.client.get("/help/offer-refused:fingerprint-missing").status == 200)
                #expect(try server.client.get("/help/none-such").status == 404)
                let items = try server.client.get("/v1/causes").json["items"]?.items ?? []
                #expect(items.contains { $0["code"]?.string == "stale-answer" && $0["help"]?.string == "/help/stale-answer" })
            }
        }

        @Test func `every reason for which an offer is refused has a page of its own`() {
            let codes = Refusal.Code.allCases.map(\.rawValue) + SDPError.Code.allCases.map(\.rawValue)
            for code in codes { #expect(Catalogue.entry("offer-refused:\(code)") != nil, "\(code)") }
        }

        /// The first finding of a session as JSON, once there is one.
        private func finding(_ server: TestServer, _ path: String) throws -> JSON? {
            _ = try eventually { try server.client.get("\(path)/diagnosis").json["findings"]?[0] != nil }
            return try server.client.get("\(path)/diagnosis").json["findings"]?[0]
        }

        @Test func `an answer that is never applied is told so, live and after the end, as JSON and as text`() throws {
            try TestServer.run({ setting in
                setting.engine.patience = .seconds(6)
                setting.engine.setupDeadline = .seconds(7)
            }) { server in
                let path = try server.client.session(try Offers.chromium()).path
                let live = try finding(server, path)?["code"]?.string
                #expect(live != nil)
                #expect(try eventually { try server.client.get(path).json["state"]?.string == "ended" })
                let over = try finding(server, path)
                // Silence is no surer at the end than before it.
                #expect(over?["code"]?.string == live)
                #expect(over?["severity"]?.string == "error")
                #expect(over?["help"]?.string == live.map { "/help/\($0)" })
                let codes = try server.client.get("\(path)/diagnosis").json["findings"]?.items.compactMap { $0["code"]?.string } ?? []
                #expect(codes.contains("no-check-received"))
                let text = try server.client.get("\(path)/diagnosis", accept: "text/plain").text
                #expect(text.contains("The peer never tried to connect") && text.contains("/help/no-check-received"))
            }
        }

        @Test func `a wrong fingerprint is told with both fingerprints`() throws {
            let other = try Identity(validFrom: 1_700_000_000).fingerprint.description
            try TestServer.run { server in
                let peer = try LivePeer(server) { offer, answer in
                    (replacing("a=fingerprint:", with: "a=fingerprint:\(other)", in: offer), answer)
                }
                _ = try peer.carry { _ in ((try? server.client.get(peer.path).json["state"]?.string) ?? nil) == "ended" }
                let first = try finding(server, peer.path)
                #expect(first?["code"]?.string == "fingerprint-mismatch")
                #expect(first?["explanation"]?.string?.contains(other.suffix(20)) == true)
            }
        }

        @Test func `the answer of another session is told with its id`() throws {
            try TestServer.run({ $0.engine.setupDeadline = .seconds(60) }) { server in
                let foreign = try server.client.session(try Offers.chromium())
                let peer = try LivePeer(server) { offer, _ in (offer, foreign.answer) }
                var code: String?
                let isTold = try peer.carry { _ in
                    code = (try? server.client.get("\(peer.path)/diagnosis").json["findings"]?[0]?["code"]?.string) ?? nil
                    return code != nil
                }
                #expect(isTold)
                #expect(code == "unknown-username" || code == "stale-answer")
                let text = try server.client.get("\(peer.path)/diagnosis", accept: "text/plain").text
                #expect(text.filter { $0 != "\n" && $0 != " " }.contains(foreign.path.split(separator: "/").last ?? "-"))
            }
        }

        @Test func `what the network says of an address that never answered is in the timeline`() throws {
            try TestServer.run { server in
                // Nobody listens on the discard port of the loopback.
                let offer = replacing(
                    "a=candidate:", with: "a=candidate:1 1 udp 2122260223 127.0.0.1 9 typ host", in: try Offers.chromium())
                let path = try server.client.session(offer).path
                #expect(
                    try eventually {
                        try server.client.get("\(path)/events").json["items"]?.items.contains { $0["code"]?.string == "send-failed" }
                            ?? false
                    })
            }
        }

        @Test func `a refused offer names its own fix`() throws {
            try TestServer.run { server in
                let offer = replacing("a=fingerprint:", with: nil, in: try Offers.chromium())
                let refused = try server.client.post(offer)
                #expect(refused.status == 422)
                let path = try #require(refused["location"] ?? refused.json["instance"]?.string)
                let first = try finding(server, path)
                #expect(first?["code"]?.string == "offer-refused:fingerprint-missing")
                #expect(first?["fix"]?.string?.contains("a=fingerprint") == true)
                #expect(first?["help"]?.string == "/help/offer-refused:fingerprint-missing")
            }
        }

        /// A description with every line that begins so replaced; nil takes it away.
        private func replacing(_ prefix: String, with line: String?, in text: String) -> String {
            text.split(separator: "\r\n", omittingEmptySubsequences: false).compactMap { part in
                part.hasPrefix(prefix) ? line : String(part)
            }.joined(separator: "\r\n")
        }
    }
}
