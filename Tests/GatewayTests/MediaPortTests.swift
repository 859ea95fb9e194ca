import Corpora
import Foundation
import Testing
import Wire

extension `The gateway` {
    @Suite(.enabled(if: Corpus.isPresent, "the shared corpora are not here")) struct `The media port` {
        private static func datagrams() throws -> [(name: String, bytes: [UInt8])] {
            let root = try #require(Corpus.root)
            var found: [(String, [UInt8])] = []
            for folder in ["stun", "dtls", "sctp-dcep", "rtp", "rtcp"] {
                for file in try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(folder).path).sorted()
                where !file.hasSuffix(".json") && !file.hasSuffix(".md") {
                    found.append(("\(folder)/\(file)", Corpus.bytes("\(folder)/\(file)")))
                }
            }
            return found
        }

        @Test func `gives a stranger nothing back and keeps serving its peer`() throws {
            try TestServer.run { server in
                let client = try server.client
                let stranger = try DatagramSocket()
                let datagrams = try Self.datagrams()
                #expect(datagrams.count > 350)
                // Before any session, during its set-up, and while it echoes.
                func spray(_ part: Int) {
                    for (index, datagram) in datagrams.enumerated() where index % 3 == part && datagram.bytes.count <= 65_507 {
                        stranger.send(datagram.bytes, to: server.media.port)
                    }
                }
                for part in 0..<3 { spray(part) }
                let peer = try LivePeer(server)
                spray(0)
                #expect(try peer.echoes([1]))
                let before = try client.get(peer.path).json
                for part in 0..<3 {
                    spray(part)
                    #expect(try peer.echoes([2, UInt8(part)]))
                }
                #expect(stranger.receive(within: 200).isEmpty)
                let after = try client.get(peer.path).json
                for state in ["connectionState", "iceConnectionState", "dtlsState", "sctpState", "selectedPair", "verdict"]
                where state != "selectedPair" {
                    #expect(after[state] == before[state], "\(state)")
                }
                #expect(after["selectedPair"]?["remote"] == before["selectedPair"]?["remote"])
                #expect(after["counters"]?["messagesReceived"]?.int == 4)
                // A stranger's datagrams are no datagrams of the session.
                let ice = try client.get(peer.path + "/ice").json
                #expect(ice["pairs"]?.items.allSatisfy { $0["remote"]?.string != "127.0.0.1:\(stranger.port)" } == true)
                try peer.close()
                #expect(try client.get(peer.path + "?wait=ended").json["reason"]?["code"]?.string == "closed-by-peer")
            }
        }

        @Test func `takes every datagram from the peer's own address and keeps the session`() throws {
            try TestServer.run { server in
                let peer = try LivePeer(server)
                #expect(try peer.echoes([1]))
                for datagram in try Self.datagrams() where datagram.bytes.count <= 65_507 {
                    peer.socket.send(datagram.bytes, to: server.media.port)
                }
                #expect(try peer.echoes([2]))
                let summary = try server.client.get(peer.path).json
                #expect(summary["connectionState"]?.string == "connected")
                try peer.close()
            }
        }
    }
}
