import SCTP
import Testing
import Wire

@Suite struct `An association` {
    @Test func `comes up, opens a channel and carries a message`() {
        Stack.exclusively {
            var now = Instant.zero
            let client = Association(role: .client)
            let server = Association(role: .server)
            client.connect(at: now)
            server.connect(at: now)
            var received: [String] = []
            var id: ChannelID?
            for _ in 0..<100 {
                now = now + .milliseconds(10)
                Stack.shared.handleTimers(at: now)
                _ = Stack.shared.takeDirty()
                var toServer: [[UInt8]] = []
                var toClient: [[UInt8]] = []
                client.drainOutput { toServer.append($0.array) }
                server.drainOutput { toClient.append($0.array) }
                for packet in toServer {
                    server.handle(packet.span, at: now) { channel, kind, bytes in
                        received.append("\(channel) \(kind) \(String(decoding: bytes.array, as: UTF8.self))")
                    }
                }
                for packet in toClient { client.handle(packet.span, at: now) { _, _, _ in } }
                while client.nextEvent() != nil {}
                while server.nextEvent() != nil {}
                if client.state == .connected, id == nil {
                    id = try? client.openChannel(label: "x", at: now)
                    if let id { try? client.send(Array("hello".utf8).span, kind: .text, on: id, at: now) }
                }
            }
            #expect(received == ["0 text hello"])
            client.shutdown(at: now)
        }
    }
}
