import Engine
import Foundation
import Testing

extension `The gateway` {
    @Suite struct `Samples` {
        @Test func `of a session are there while it lives and after it ended`() throws {
            try TestServer.run {
                $0.engine.sampleInterval = .milliseconds(1)
            } _: { server in
                let client = try server.client
                let peer = try LivePeer(server)
                #expect(try peer.echoes([1, 2, 3]))
                #expect(try peer.carry { _ in (try? client.get(peer.path + "/samples").json)?["series"]?.items.count ?? 0 > 20 })
                let live = try client.get(peer.path + "/samples?metric=T0.bytesReceived").json
                #expect(live["series"]?.items.count == 1)
                #expect(live["series"]?[0]?["unit"]?.string == "bytes")
                try peer.close()
                #expect(try client.get(peer.path + "?wait=ended").json["state"]?.string == "ended")
                let ended = try client.get(peer.path + "/samples").json
                let names = ended["series"]?.items.compactMap { $0["metric"]?.string } ?? []
                for name in ["T0.bytesSent", "D1.messagesReceived", "SCTP0.congestionWindow", "PC.dataChannelsOpened"] {
                    #expect(names.contains(name), "\(name)")
                }
                let last = ended["series"]?.items.first { $0["metric"]?.string == "D1.messagesReceived" }
                #expect(last?["points"]?.items.last?[1]?.int == 1)
                let future = try client.get(peer.path + "/samples?since=2999-01-01T00:00:00Z")
                #expect(future.status == 200 && future.json["series"]?.items.isEmpty == true)
            }
        }

        @Test func `that can't be given are refused with words`() throws {
            try TestServer.run { server in
                let client = try server.client
                let session = try client.session(try Offers.chromium())
                for query in [
                    "metric=nonsense", "metric=T0.", "metric=T0.bytesSent.x", "since=yesterday", "until=%00", "step=0", "step=-1",
                    "step=nan",
                    "step=1e9", "since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z",
                ] {
                    let answer = try client.get(session.path + "/samples?" + query)
                    #expect(answer.status == 400, "\(query)")
                    #expect(answer.code == "bad-query", "\(query)")
                }
                #expect(try client.get("/v1/sessions/nothing/samples").status == 404)
                #expect(try client.get(session.path.dropLast(4) + "zzzz/samples").status == 404)
            }
        }
    }
}
