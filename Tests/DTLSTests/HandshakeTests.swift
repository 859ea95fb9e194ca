import Crypt
import DTLS
import Testing
import Wire

@Suite struct `A handshake` {
    @Test func `two connections agree`() throws {
        let path = Path(local: TransportAddress(IPAddress(10, 0, 0, 1), 1), remote: TransportAddress(IPAddress(10, 0, 0, 2), 2))
        let a = try Identity(validFrom: 0), b = try Identity(validFrom: 0)
        let client = try Connection(role: .client, identity: a, expectedFingerprints: [b.fingerprint])
        let server = try Connection(role: .server, identity: b, expectedFingerprints: [a.fingerprint])
        var fromClient = Outbox(), fromServer = Outbox()
        server.start(at: .zero, on: path, into: &fromServer)
        client.start(at: .zero, on: path, into: &fromClient)
        for _ in 0..<10 {
            for datagram in fromClient.datagrams {
                fromClient.withBytes(of: datagram) {
                    server.handle($0, at: .zero, on: path, into: &fromServer, deliver: { _ in })
                }
            }
            fromClient.removeAll()
            for datagram in fromServer.datagrams {
                fromServer.withBytes(of: datagram) {
                    client.handle($0, at: .zero, on: path, into: &fromClient, deliver: { _ in })
                }
            }
            fromServer.removeAll()
        }
        #expect(client.state == .connected)
        #expect(server.state == .connected)
    }
}
