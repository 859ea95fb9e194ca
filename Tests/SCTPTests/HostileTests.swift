import CUsrsctp
import Foundation
import Testing
import Wire

@testable import SCTP

/// The directory of the shared corpora; nil where it is not there.
private let corpora: URL? = {
    if let named = ProcessInfo.processInfo.environment["PEERSCOPE_CORPORA"] { return URL(fileURLWithPath: named) }
    var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    while folder.path != "/" {
        if FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) {
            let found = folder.deletingLastPathComponent().appendingPathComponent("shared/corpora")
            return FileManager.default.fileExists(atPath: found.path) ? found : nil
        }
        folder.deleteLastPathComponent()
    }
    return nil
}()

private func files(_ prefix: String) -> [(name: String, bytes: [UInt8])] {
    guard let folder = corpora?.appendingPathComponent("sctp-dcep") else {
        print("no corpora: set PEERSCOPE_CORPORA; skipped")
        return []
    }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasPrefix(prefix) }.sorted().compactMap { name in
        (try? Data(contentsOf: folder.appendingPathComponent(name))).map { (name, Array($0)) }
    }
}

extension Pair {
    /// Sends a message of any payload protocol on any stream, as a peer without manners can.
    func sendRaw(
        _ bytes: [UInt8], _ payloadProtocol: UInt32, on stream: UInt16, from side: Side = .client, isOrdered: Bool = true
    ) {
        var manner = Association.Manner(stream: stream)
        manner.isOrdered = isOrdered
        #expect(self[side].transmit(bytes.span, payloadProtocol, by: manner, at: now) == .sent)
        drain(side)
    }

    /// Whether a message comes back from the other side.
    func echoes(on id: ChannelID) throws -> Bool {
        let before = received[.client]?.count ?? 0
        try send(Array("still there?".utf8), .text, on: id)
        run(for: .seconds(2)) { (self.received[.server]?.last?.id) == id }
        try send(Array("yes".utf8), .text, on: id, from: .server)
        return run(for: .seconds(2)) { (self.received[.client]?.count ?? 0) > before }
    }
}

@Suite struct `A peer without manners` {
    @Test func `is answered by a reset of the stream for each malformed OPEN, and nothing else`() throws {
        try Stack.exclusively {
            let pair = Pair.connected()
            let id = try pair.open("echo")
            for (number, file) in files("dcep--").enumerated() where !file.bytes.isEmpty {
                let stream = UInt16(10 + number * 2)
                pair.sendRaw(file.bytes, PayloadProtocol.control, on: stream)
                pair.run(for: .seconds(2))
                let other = ChannelID(rawValue: stream)
                let isRefused = pair.events[.server]?.contains { if case .channelRefused(other, _) = $0 { true } else { false } } == true
                switch file.name {
                case "dcep--ack.bin":
                    #expect(pair.events[.server]?.contains(.messageIgnored(other, .acknowledgementOfNothing)) == true)
                case "dcep--open-proto-past-end.bin", "dcep--open-truncated-11.bin", "dcep--type-unknown-4.bin":
                    #expect(isRefused, "\(file.name)")
                    #expect(pair.server.channel(other) == nil, "\(file.name)")
                default:
                    #expect(!isRefused, "\(file.name)")
                    let channel = try #require(pair.server.channel(other), "\(file.name)")
                    #expect(channel.label.utf8.count <= Limits.labelBytes)
                    #expect(channel.isLabelCut == (file.name == "dcep--open-label-65535.bin"))
                }
                #expect(try pair.echoes(on: id), "\(file.name)")
            }
            #expect(pair.server.state == .connected)
        }
    }

    @Test func `has the channel closed for a payload protocol that nobody knows`() throws {
        try Stack.exclusively {
            let pair = Pair.connected()
            let echo = try pair.open("echo")
            let id = try pair.open("other")
            pair.sendRaw([1, 2, 3], 0x1234_5678, on: id.rawValue)
            #expect(pair.run(for: .seconds(5)) { pair.server.channel(id) == nil && pair.client.channel(id) == nil })
            #expect(pair.events[.server]?.contains(.channelClosing(id, .unknownPayloadProtocol(0x1234_5678))) == true)
            #expect(try pair.echoes(on: echo))
        }
    }

    @Test func `has the channel closed for garbage of the control protocol on it, or a second OPEN`() throws {
        try Stack.exclusively {
            let pair = Pair.connected()
            let echo = try pair.open("echo")
            for (bytes, reason) in [
                ([UInt8(9), 9], Event.CloseReason.malformedControlMessage),
                (DCEP.serialize(.init(label: "again")), .reopenedByPeer),
            ] {
                let id = try pair.open("other")
                pair.sendRaw(bytes, PayloadProtocol.control, on: id.rawValue)
                #expect(pair.run(for: .seconds(5)) { pair.server.channel(id) == nil && pair.client.channel(id) == nil })
                #expect(pair.events[.server]?.contains(.channelClosing(id, reason)) == true)
            }
            #expect(try pair.echoes(on: echo))
        }
    }

    @Test func `may send messages in the deprecated fragments, up to the maximum`() throws {
        try Stack.exclusively {
            let pair = Pair.connected()
            let id = try pair.open()
            pair.sendRaw([1, 2], PayloadProtocol.binaryPartial, on: id.rawValue)
            pair.sendRaw([3], PayloadProtocol.binaryPartial, on: id.rawValue)
            pair.sendRaw([4], PayloadProtocol.binary, on: id.rawValue)
            pair.sendRaw(Array("a".utf8), PayloadProtocol.stringPartial, on: id.rawValue)
            pair.sendRaw(Array("b".utf8), PayloadProtocol.string, on: id.rawValue)
            pair.run(for: .seconds(1))
            #expect(pair.received[.server]?.map(\.bytes) == [[1, 2, 3, 4], Array("ab".utf8)])
            for _ in 0..<5 {
                pair.sendRaw(pattern(65_536), PayloadProtocol.binaryPartial, on: id.rawValue)
                pair.run(for: .milliseconds(500))
            }
            #expect(pair.events[.server]?.contains(.channelClosing(id, .messageTooLarge)) == true)
        }
    }

    @Test(arguments: [262_145, 400_000, 900_000])
    func `has the channel reset for a message beyond the maximum, while others go on`(size: Int) throws {
        try Stack.exclusively {
            let pair = Pair.connected()
            let echo = try pair.open("echo")
            let id = try pair.open("big")
            pair.sendRaw(pattern(size), PayloadProtocol.binary, on: id.rawValue)
            #expect(pair.run(for: .seconds(20)) { pair.server.channel(id) == nil && pair.client.channel(id) == nil })
            #expect(pair.events[.server]?.contains(.channelClosing(id, .messageTooLarge)) == true)
            #expect(pair.received[.server]?.isEmpty == true)
            #expect(try pair.echoes(on: echo))
        }
    }

    @Test func `may send a message without end: what is held of it is bounded`() throws {
        try Stack.exclusively {
            let pair = Pair.connected()
            let echo = try pair.open("echo")
            let id = try pair.open("endless")
            let socket = try #require(pair.client.socket)
            var on: Int32 = 1
            #expect(usrsctp_setsockopt(socket, Int32(IPPROTO_SCTP), SCTP_EXPLICIT_EOR, &on, 4) == 0)
            // It does not even listen to our reset.
            pair.client.isReadingPaused = true
            var sent = 0
            let part = pattern(32_768)
            for _ in 0..<600 {
                if pair.client.transmit(
                    part.span, PayloadProtocol.binary, by: Association.Manner(stream: id.rawValue), at: pair.now) == .sent
                {
                    sent += 32_768
                }
                pair.run(for: .milliseconds(20))
            }
            #expect(sent > 8_000_000)
            #expect(pair.events[.server]?.contains(.channelClosing(id, .messageTooLarge)) == true)
            #expect(pair.server.partials.isEmpty)
            #expect(pair.server.state == .connected)
            _ = echo
        }
    }

    @Test func `opens as many channels as it likes: the table stays bounded`() {
        Stack.exclusively {
            let pair = Pair(clientStreams: 4000, serverStreams: 4000)
            pair.connect()
            for stream in 0..<UInt16(1000) {
                pair.sendRaw(DCEP.serialize(.init(label: "flood")), PayloadProtocol.control, on: stream)
                if stream % 50 == 0 { pair.run(for: .milliseconds(100)) }
            }
            pair.run(for: .seconds(5))
            #expect(pair.server.channelCount == Limits.dataChannels)
            #expect(pair.count(.server) { if case .channelRefused(_, .tooManyChannels) = $0 { true } else { false } } == 1000 - 256)
            #expect(pair.server.state == .connected)
        }
    }

    @Test func `is refused an id beyond the streams that we send on`() {
        Stack.exclusively {
            let pair = Pair(clientStreams: 1000, serverStreams: 256)
            pair.connect()
            #expect(pair.client.establishment?.outboundStreams == 256)
            #expect(throws: SCTPError.idBeyondStreams(ChannelID(rawValue: 300), streams: 256)) {
                try pair.client.openChannel(label: "", negotiatedID: ChannelID(rawValue: 300), at: pair.now)
            }
        }
    }

    @Test func `may restart the association a few times: channels close, the rest goes on`() throws {
        try Stack.exclusively {
            let pair = Pair.connected()
            _ = try pair.open("lost")
            let original = pair.client
            var others: [Association] = []
            for round in 1...Association.maximumRestarts + 1 {
                // A second end in place of the first, which never hears of it.
                let other = Association(role: .client)
                others.append(other)
                other.connect(at: pair.now)
                for _ in 0..<20 {
                    pair.now = pair.now + .milliseconds(10)
                    Stack.shared.handleTimers(at: pair.now)
                    _ = Stack.shared.takeDirty()
                    other.drainOutput { pair.server.handle($0, at: pair.now) { pair.take(.server, $0, $1, $2) } }
                    pair.server.drainOutput { other.handle($0, at: pair.now) { _, _, _ in } }
                }
                pair.drain(.server)
                #expect(pair.server.channels.isEmpty)
                if round <= Association.maximumRestarts {
                    #expect(pair.server.state == .connected)
                    #expect(other.state == .connected)
                    #expect(pair.events[.server]?.contains(.restarted(count: round)) == true)
                } else {
                    #expect(pair.server.endReason == .restartedTooOften)
                }
            }
            original.abort(at: pair.now)
        }
    }

    @Test func `may send any bytes with a wrong tag: the echo keeps answering`() throws {
        try Stack.exclusively {
            let pair = Pair.connected()
            let id = try pair.open("echo")
            let header: [UInt8] = [0x13, 0x88, 0x13, 0x88, 1, 2, 3, 4, 0, 0, 0, 0]
            for file in files("usrsctp-") + files("webrtc-") {
                let isPacket = file.name.hasPrefix("webrtc-")
                let chunks = file.name.hasPrefix("usrsctp-connect") ? Array(file.bytes.dropFirst()) : file.bytes
                pair.feed(isPacket ? file.bytes : header + chunks, to: .server)
                var aimed = isPacket ? file.bytes : header + chunks
                aimed.replaceSubrange(0..<4, with: header[0..<4])
                pair.feed(aimed, to: .server)
            }
            #expect(pair.server.state == .connected)
            #expect(try pair.echoes(on: id))
        }
    }

    @Test func `may send any chunks with the right tag: it can only end its own association`() throws {
        try Stack.exclusively {
            let witness = Pair.connected()
            let id = try witness.open("echo")
            for file in files("usrsctp-") + files("webrtc-") {
                let pair = Pair()
                pair.now = witness.now
                var tag: [UInt8] = []
                pair.onPacket = { side, bytes in
                    if side == .client, bytes[12] != 1 { tag = Array(bytes[4..<8]) }
                    return true
                }
                pair.connect()
                let other = try pair.open("victim")
                try pair.send([1, 2, 3], on: other, from: .server)
                #expect(tag.count == 4)
                let chunks =
                    file.name.hasPrefix("webrtc-")
                    ? Array(file.bytes.dropFirst(12)) : file.name.hasPrefix("usrsctp-connect") ? Array(file.bytes.dropFirst()) : file.bytes
                pair.feed([0x13, 0x88, 0x13, 0x88] + tag + [0, 0, 0, 0] + chunks, to: .server)
                pair.run(for: .seconds(3))
                pair.client.abort(at: pair.now)
                pair.server.abort(at: pair.now)
                witness.now = pair.now
                witness.run(for: .milliseconds(100))
                #expect(witness.server.state == .connected, "\(file.name)")
            }
            #expect(try witness.echoes(on: id))
        }
    }

    @Test func `may ask for more streams: it is denied and told`() throws {
        try Stack.exclusively {
            let pair = Pair.connected()
            let id = try pair.open("echo")
            let socket = try #require(pair.client.socket)
            var support = sctp_assoc_value(assoc_id: sctp_assoc_t(SCTP_ALL_ASSOC), assoc_value: 7)
            #expect(usrsctp_setsockopt(socket, Int32(IPPROTO_SCTP), SCTP_ENABLE_STREAM_RESET, &support, 8) == 0)
            var request = sctp_add_streams(sas_assoc_id: 0, sas_instrms: 0, sas_outstrms: 100)
            #expect(usrsctp_setsockopt(socket, Int32(IPPROTO_SCTP), SCTP_ADD_STREAMS, &request, 8) == 0)
            pair.drain(.client)
            pair.run(for: .seconds(2))
            #expect(pair.events[.server]?.contains(.streamsDenied(additional: 100)) == true)
            #expect(pair.server.usableStreams == 256)
            #expect(try pair.echoes(on: id))
        }
    }

    @Test func `may reset streams without end while nobody reads: what piles up is bounded`() throws {
        try Stack.exclusively {
            let pair = Pair.connected()
            let id = try pair.open("reset")
            pair.server.isReadingPaused = true
            try pair.send([1], on: id)
            pair.run(for: .milliseconds(100))
            let socket = try #require(pair.client.socket)
            let before = pair.server.statistics.packetsRefused
            for _ in 0..<600 {
                var request: [UInt16] = [0, 0, UInt16(SCTP_STREAM_RESET_OUTGOING), 1, id.rawValue]
                _ = usrsctp_setsockopt(socket, Int32(IPPROTO_SCTP), SCTP_RESET_STREAMS, &request, 10)
                pair.drain(.client)
                pair.run(for: .milliseconds(30))
            }
            #expect(pair.server.statistics.packetsRefused > before)
            pair.server.isReadingPaused = false
            pair.server.read(at: pair.now) { pair.take(.server, $0, $1, $2) }
            #expect(pair.run(for: .seconds(30)) { pair.server.channelCount == 0 })
            #expect(pair.server.state == .connected)
        }
    }

    @Test(arguments: 0..<20)
    func `may garble packets under way`(seed: UInt64) throws {
        try Stack.exclusively {
            let witness = Pair.connected()
            let id = try witness.open("echo")
            let pair = Pair()
            pair.now = witness.now
            var random = RandomSource.seeded(seed)
            pair.connect()
            let other = try pair.open("garbled")
            pair.onPacket = { _, bytes in
                guard random.next() % 4 == 0, bytes.count > 12 else { return true }
                for _ in 0..<1 + random.next() % 4 {
                    bytes[12 + Int(random.next() % UInt64(bytes.count - 12))] = UInt8(truncatingIfNeeded: random.next())
                }
                if random.next() % 8 == 0 { bytes.removeLast(Int(random.next() % UInt64(bytes.count - 12))) }
                return true
            }
            for number in 0..<100 {
                _ = try? pair.client.send(pattern(number * 40).span, kind: .binary, on: other, at: pair.now)
                _ = try? pair.server.send(pattern(number * 40).span, kind: .binary, on: other, at: pair.now)
                pair.run(for: .milliseconds(20))
            }
            pair.client.abort(at: pair.now)
            pair.server.abort(at: pair.now)
            witness.now = pair.now
            #expect(try witness.echoes(on: id))
        }
    }
}
