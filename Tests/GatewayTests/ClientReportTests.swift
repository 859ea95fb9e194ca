import Foundation
import Gateway
import Testing
import Wire

extension `The gateway` {
    @Suite struct `Reports of the peer's own side` {
        /// A report of a page that has set our answer and is connected, its clock a minute ahead.
        private static func report(_ fragments: (local: String, remote: String), minutesAhead: Double = 1) -> String {
            let now = (Date().timeIntervalSince1970 + minutesAhead * 60) * 1000
            return """
                {"clock":\(now),"userAgent":"Mozilla/5.0 (\u{202e}evil)","events":[
                  {"timestamp":\(now - 200),"type":"signalingstatechange","value":"stable"},
                  {"timestamp":\(now - 100),"type":"iceconnectionstatechange","value":"connected"}],
                 "stats":[{"timestamp":\(now - 50),"report":{
                  "T":{"type":"transport","id":"T","iceLocalUsernameFragment":"\(fragments.local)","selectedCandidatePairId":"P"},
                  "P":{"type":"candidate-pair","id":"P","localCandidateId":"L","remoteCandidateId":"R","requestsSent":3,"responsesReceived":3,"requestsReceived":2},
                  "L":{"type":"local-candidate","id":"L","address":"127.0.0.1","port":5},
                  "R":{"type":"remote-candidate","id":"R","address":"127.0.0.1","port":6,"usernameFragment":"\(fragments.remote)"}}}]}
                """
        }

        private static func fragments(_ client: Client, _ path: String) throws -> (local: String, remote: String) {
            let ice = try client.get(path + "/ice").json
            return (ice["remote"]?["usernameFragment"]?.string ?? "", ice["usernameFragment"]?.string ?? "")
        }

        private static func post(_ client: Client, _ path: String, _ body: [UInt8], _ type: String = "application/json") throws -> Answer {
            try client.send("POST", path, [("Content-Type", type)], body: body)
        }

        @Test func `are taken while a session lives and after it ended, and stand in its timeline by both clocks`() throws {
            try TestServer.run { server in
                let client = try server.client
                let peer = try LivePeer(server)
                #expect(try peer.echoes([1]))
                #expect(try client.get(peer.path + "/client-report").status == 404)
                let fragments = try Self.fragments(client, peer.path)
                let live = try Self.post(client, peer.path + "/client-report", Array(Self.report(fragments).utf8))
                #expect(live.status == 200)
                #expect(live.json["taken"]?.items.first?["samples"]?.number == 1)
                let offset = live.json["taken"]?.items.first?["clock"]?["offsetMs"]?.number ?? 0
                #expect((59_000...60_100).contains(offset))
                let events = try client.get(peer.path + "/events").json["items"]?.items ?? []
                let told = events.filter { $0["side"]?.string == "client" }
                #expect(told.count == 2 && told.allSatisfy { $0["clientAt"]?.string != nil && $0["seq"] == nil })
                let text = try client.get(peer.path + "/events", accept: "text/plain").text
                #expect(text.contains("peer's ICE connection state became connected") && !text.unicodeScalars.contains("\u{202e}"))
                // A clock that is a minute off is said; nothing else is wrong.
                let codes = try client.get(peer.path + "/diagnosis").json["findings"]?.items.compactMap { $0["code"]?.string }
                #expect(codes == ["clocks-differ"])
                try peer.close()
                #expect(try client.get(peer.path + "?wait=ended").json["state"]?.string == "ended")
                let tag = try client.get(peer.path + "/events")["etag"]
                // Without its id, by the fragments; the second report of it.
                let late = try Self.post(client, "/v1/client-report", Array(Self.report(fragments).utf8))
                #expect(late.status == 200)
                #expect(late.json["taken"]?.items.first?["sessionId"]?.string.map { peer.path.hasSuffix($0) } == true)
                #expect(late.json["taken"]?.items.first?["reports"]?.number == 2)
                let kept = try client.get(peer.path + "/client-report")
                #expect(kept.status == 200 && kept.json["reports"]?.number == 2)
                #expect(try client.get(peer.path + "/events")["etag"] != tag, "what is kept of it has changed")
            }
        }

        @Test func `are files of other tools too, as this server itself writes them`() throws {
            try TestServer.run { server in
                let client = try server.client
                let peer = try LivePeer(server)
                #expect(try peer.echoes([1]))
                let fragments = try Self.fragments(client, peer.path)
                #expect(try Self.post(client, peer.path + "/client-report", Array(Self.report(fragments).utf8)).status == 200)
                for (format, type) in [("webrtc-internals", "application/json"), ("rtcstats", "application/x-ndjson")] {
                    let file = try client.get(peer.path + "/dump?format=\(format)")
                    #expect(file.status == 200 && file.type == type)
                    #expect(file["content-disposition"]?.contains("attachment; filename=") == true)
                    let back = try Self.post(client, "/v1/client-report", file.body, type)
                    #expect(back.status == 200, "\(format): \(back.text)")
                    #expect(back.json["source"]?.string == format)
                    #expect(back.json["taken"]?.items.count == 1, "our own side in it is not taken for the peer's")
                }
                #expect(try client.get(peer.path + "/dump").type == "application/json")
                #expect(try client.get(peer.path + "/dump?format=har").status == 400)
                try peer.close()
            }
        }

        @Test func `that are broken, foreign or of another session are answered with words`() throws {
            try TestServer.run { server in
                let client = try server.client
                let session = try client.session(try Offers.chromium())
                let path = session.path + "/client-report"
                let cases: [(String, String, Int)] = [
                    ("", "application/json", 400), ("{", "application/json", 400), ("[]", "application/json", 422),
                    ("{}", "application/json", 422), ("{\"stats\":[]}", "application/json", 422),
                    ("RTCStatsDump", "text/plain", 422), ("\u{1f}", "application/gzip", 400), ("{}", "text/html", 415),
                    ("{\"PeerConnections\":{}}", "application/json", 422),
                    (Self.report(("none", "atAll")), "application/json", 422),
                ]
                for (body, type, status) in cases {
                    let answer = try Self.post(client, path, Array(body.utf8), type)
                    #expect(answer.status == status, "\(body.prefix(40)): \(answer.text)")
                    #expect(answer.type == "application/problem+json")
                }
                #expect(try Self.post(client, "/v1/client-report", Array(Self.report(("none", "atAll")).utf8)).status == 404)
                #expect(
                    try Self.post(client, "/v1/sessions/\(String(repeating: "0", count: 36))/client-report", Array("{}".utf8)).status >= 404
                )
                let bomb = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3] + [UInt8](repeating: 0, count: 1000)
                #expect(try Self.post(client, path, bomb, "application/gzip").status == 400)
                // More than a description may have is no more than a report may.
                let long = Self.report(("none", "atAll")) + String(repeating: " ", count: 1024 * 1024)
                #expect(try Self.post(client, path, Array(long.utf8)).status == 422)
            }
        }
    }
}
