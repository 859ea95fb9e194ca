import Crypt
import Foundation
import ICE
import Peer
import SCTP
import SDP
import Testing
import Transport
import Wire

@testable import Engine

/// An offering peer with a socket of its own, that connects to the server under test.
///
/// usrsctp has one owner, the server's first loop: the peer lives there too, and this thread carries its datagrams.
final class LivePeer: @unchecked Sendable {
    private let server: TestServer
    let socket: DatagramSocket
    private var peer: PeerConnection!
    private(set) var path = ""
    private(set) var states: [String] = []
    private(set) var messages: [[UInt8]] = []
    private static let identity = try? Identity(validFrom: Int64(Date().timeIntervalSince1970))

    private let address: IPAddress

    /// - Parameter host: the last octet of its address on the loopback.
    /// - Parameter tamper: what happens to the offer and to the answer on their way.
    init(
        _ server: TestServer, at host: UInt8 = 1, tamper: (_ offer: String, _ answer: String) -> (String, String) = { ($0, $1) }
    ) throws {
        self.server = server
        address = IPAddress(127, 0, 0, host)
        socket = try DatagramSocket(host: host)
        let identity = try #require(Self.identity)
        let candidate = ICE.Candidate.host(TransportAddress(address, socket.port), localPreference: 65_535)
        try onLoop { live, now, outbox in
            live.peer = PeerConnection(
                offering: .data,
                configuration: PeerConnection.Configuration(
                    identity: identity, localCandidates: [candidate], policy: AddressPolicy(alsoAllowedScopes: .all),
                    stack: .shared, echoesData: false),
                random: .system, at: now)
            live.peer.tag = -1
            live.peer.onMessage = { [unowned live] _, _, bytes in
                live.messages.append((0..<bytes.count).map { bytes[$0] })
            }
        }
        let session = try Client(port: server.port, from: host).session(tamper(peer.localDescription.serialize(), "").0)
        path = session.path
        let answer = try SessionDescription(parsing: tamper("", session.answer).1)
        try onLoop { live, now, outbox in try? live.peer.accept(answer: answer, at: now, into: &outbox) }
    }

    /// Runs `body` on the loop's thread and sends what comes of it.
    func onLoop(_ body: @escaping @Sendable (LivePeer, Instant, inout Outbox) -> Void) throws {
        let done = DispatchSemaphore(value: 0)
        nonisolated(unsafe) var datagrams: [(bytes: [UInt8], port: UInt16)] = []
        let isPosted = server.engine.loops[0].post { [self] _, now, _ in
            var outbox = Outbox()
            body(self, now, &outbox)
            if let peer {
                while let event = peer.nextEvent() {
                    if case .stateChanged(.connection, _, let new, _) = event.kind { states.append(new) }
                }
            }
            for datagram in outbox.datagrams {
                outbox.withBytes(of: datagram) { bytes in
                    datagrams.append(((0..<bytes.count).map { bytes[$0] }, datagram.path.remote.port))
                }
            }
            done.signal()
        }
        guard isPosted, done.wait(timeout: .now() + 10) == .success else { throw Client.Failure(description: "the loop does not answer") }
        for datagram in datagrams { socket.send(datagram.bytes, to: datagram.port) }
    }

    /// Carries datagrams until `condition` holds; false after ten seconds.
    func carry(until condition: (LivePeer) -> Bool) throws -> Bool {
        let local = TransportAddress(address, socket.port)
        for _ in 0..<2000 {
            if condition(self) { return true }
            let received = socket.receive(within: 5)
            try onLoop { live, now, outbox in
                for (bytes, port) in received {
                    live.peer.handle(
                        bytes.span, from: Path(local: local, remote: TransportAddress(IPAddress(127, 0, 0, 1), port)), at: now,
                        into: &outbox)
                }
                live.peer.handleDirtyAssociation(at: now, into: &outbox)
                if let deadline = live.peer.nextDeadline, deadline <= now { live.peer.handleTimeout(at: now, into: &outbox) }
            }
        }
        return condition(self)
    }

    var isConnected: Bool { states.last == "connected" }
    var isAssociated: Bool { isConnected && peer.association?.state == .connected }

    /// Sends a message over a data channel and waits for its echo.
    func echoes(_ bytes: [UInt8]) throws -> Bool {
        guard try carry(until: { $0.isAssociated }) else { return false }
        let before = messages.count
        try onLoop { live, now, outbox in
            guard let association = live.peer.association else { return }
            let known = association.channels.first?.id
            guard let channel = known ?? (try? association.openChannel(label: "echo", at: now)) else { return }
            try? association.send(bytes.span, kind: .binary, on: channel, at: now)
            live.peer.settle(at: now, into: &outbox)
        }
        return try carry { $0.messages.count > before && $0.messages.last == bytes }
    }

    /// Ends the peer on its loop, with a goodbye.
    func close() throws {
        try onLoop { live, now, outbox in
            live.peer.close(.closedByDelete, at: now, into: &outbox)
            live.peer = nil
        }
    }
}

/// A UDP socket on 127.0.0.1.
final class DatagramSocket {
    private let descriptor: Int32
    let port: UInt16

    init(port: UInt16 = 0, host: UInt8 = 1) throws {
        let descriptor = Foundation.socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        self.descriptor = descriptor
        var address = sockaddr_in(port: port, host: host)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
            }
        }
        guard result == 0 else { throw Client.Failure(description: "bind: \(errno)") }
        self.port = UInt16(bigEndian: address.sin_port)
    }

    deinit { Foundation.close(descriptor) }

    func send(_ bytes: [UInt8], to port: UInt16) {
        var address = sockaddr_in(port: port)
        _ = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    /// What came, after waiting so many milliseconds for the first of it.
    func receive(within milliseconds: Int32) -> [(bytes: [UInt8], port: UInt16)] {
        var descriptors = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&descriptors, 1, milliseconds) > 0 else { return [] }
        var received: [(bytes: [UInt8], port: UInt16)] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            var address = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let count = withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    recvfrom(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT), $0, &length)
                }
            }
            guard count >= 0 else { return received }
            received.append((Array(buffer[..<count]), UInt16(bigEndian: address.sin_port)))
        }
    }
}
