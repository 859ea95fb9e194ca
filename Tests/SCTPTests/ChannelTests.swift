import SCTP
import Testing
import Wire

@Suite struct `A data channel` {
    static let reliabilities: [SCTP.Channel.Reliability] = [.reliable, .maxRetransmits(3), .maxPacketLifeTime(milliseconds: 500)]

    @Test(arguments: [true, false], reliabilities)
    func `of each of the six types is announced as it is and carries messages`(
        isOrdered: Bool, reliability: SCTP.Channel.Reliability
    ) throws {
        try Stack.exclusively {
            let pair = Pair.connected()
            let id = try pair.open("type", isOrdered: isOrdered, reliability: reliability)
            let theirs = try #require(pair.server.channel(id))
            #expect(theirs.label == "type")
            #expect(theirs.isOrdered == isOrdered)
            #expect(theirs.reliability == reliability)
            #expect(theirs.opener == .remote)
            #expect(pair.client.channel(id)?.opener == .local)
            try pair.send([1, 2, 3], on: id)
            try pair.send(Array("grüß".utf8), .text, on: id, from: .server)
            pair.run(for: .seconds(1))
            #expect(pair.received[.server] == [.init(id: id, kind: .binary, bytes: [1, 2, 3])])
            #expect(pair.received[.client] == [.init(id: id, kind: .text, bytes: Array("grüß".utf8))])
        }
    }

    @Test(arguments: [Pair.Link.perfect, .bad], [0, 1, 1199, 1200, 16_384, 65_536, 262_144])
    func `carries a message of any size, text and binary, both ways`(link: Pair.Link, size: Int) throws {
        try Stack.exclusively {
            let pair = Pair.connected(link: link)
            let id = try pair.open()
            for (number, kind) in [MessageKind.text, .binary].enumerated() {
                try pair.send(pattern(size, seed: number), kind, on: id)
                try pair.send(pattern(size, seed: number + 2), kind, on: id, from: .server)
            }
            #expect(pair.run(for: .seconds(120)) { pair.received[.server]?.count == 2 && pair.received[.client]?.count == 2 })
            #expect(pair.received[.server]?.map(\.kind) == [.text, .binary])
            #expect(pair.received[.server]?.map(\.bytes) == [pattern(size, seed: 0), pattern(size, seed: 1)])
            #expect(pair.received[.client]?.map(\.bytes) == [pattern(size, seed: 2), pattern(size, seed: 3)])
            #expect(pair.client.channel(id)?.bytesSent == UInt64(2 * size))
            #expect(pair.server.channel(id)?.bytesReceived == UInt64(2 * size))
            #expect(pair.server.channel(id)?.messagesReceived == 2)
        }
    }

    @Test(arguments: 1...3)
    func `that is reliable loses nothing while others beside it give messages up`(seed: UInt64) throws {
        try Stack.exclusively {
            let pair = Pair.connected(link: .bad, seed: seed)
            let sure = try pair.open("sure")
            let loose = try pair.open("loose", isOrdered: false, reliability: .maxRetransmits(0))
            let ordered = try pair.open("ordered", reliability: .maxPacketLifeTime(milliseconds: 30))
            pair.link.lost = 150
            for number in 0..<60 {
                try pair.send(pattern(5000, seed: number), on: sure)
                try pair.send(pattern(3000, seed: number), on: loose)
                try pair.send(pattern(4000, seed: number), on: ordered)
                pair.run(for: .milliseconds(15))
            }
            pair.link.lost = 20
            #expect(pair.run(for: .seconds(60)) { pair.received[.server]?.filter { $0.id == sure }.count == 60 })
            pair.run(for: .seconds(10))
            let surely = pair.received[.server]?.filter { $0.id == sure }.map(\.bytes) == (0..<60).map { pattern(5000, seed: $0) }
            #expect(surely)
            // What came came whole, and in order where that was asked for.
            let places =
                pair.received[.server]?.filter { $0.id == ordered }.map { message in
                    (0..<60).firstIndex { pattern(4000, seed: $0) == message.bytes } ?? -1
                } ?? []
            #expect(!places.contains(-1) && places == places.sorted() && places.count > 5)
            let whole = pair.received[.server]?.filter { $0.id == loose }.allSatisfy { message in
                (0..<60).contains { pattern(3000, seed: $0) == message.bytes }
            }
            #expect(whole == true)
            #expect(pair.client.state == .connected)
        }
    }

    @Test func `sends before it is acknowledged, and even before the association is up`() throws {
        try Stack.exclusively {
            let pair = Pair()
            let early = try pair.client.openChannel(label: "early", isOrdered: false, at: pair.now)
            #expect(pair.client.channel(early)?.state == .connecting)
            try pair.send([1], on: early)
            pair.connect()
            let late = try pair.client.openChannel(label: "late", isOrdered: false, at: pair.now)
            #expect(pair.client.channel(late)?.isAcknowledged == false)
            try pair.send([2], on: late)
            pair.run(for: .seconds(1))
            #expect(pair.received[.server]?.map(\.bytes) == [[1], [2]])
            #expect(pair.client.channel(early)?.isAcknowledged == true)
            #expect(pair.client.channel(late)?.isAcknowledged == true)
            #expect(pair.count(.client) { if case .channelAcknowledged = $0 { true } else { false } } == 2)
        }
    }

    @Test func `takes an id of the parity of the DTLS role`() throws {
        try Stack.exclusively {
            let pair = Pair.connected()
            let ours = try (0..<3).map { _ in try pair.client.openChannel(label: "", at: pair.now).rawValue }
            let theirs = try (0..<3).map { _ in try pair.server.openChannel(label: "", at: pair.now).rawValue }
            #expect(ours == [0, 2, 4])
            #expect(theirs == [1, 3, 5])
        }
    }

    @Test func `comes by the hundred and more, from both sides at once`() throws {
        try Stack.exclusively {
            let pair = Pair.connected(link: .bad, seed: 5)
            var ids: [ChannelID] = []
            for number in 0..<100 {
                ids.append(try pair.client.openChannel(label: "c\(number)", at: pair.now))
                ids.append(try pair.server.openChannel(label: "s\(number)", at: pair.now))
            }
            for (number, id) in ids.enumerated() {
                try pair.send([UInt8(number)], on: id, from: number % 2 == 0 ? .client : .server)
            }
            #expect(pair.run(for: .seconds(60)) { pair.received[.server]?.count == 100 && pair.received[.client]?.count == 100 })
            #expect(pair.client.channelCount == 200)
            #expect(pair.server.channelCount == 200)
            for id in ids { pair.client.closeChannel(id, at: pair.now) }
            #expect(pair.run(for: .seconds(60)) { pair.client.channelCount == 0 && pair.server.channelCount == 0 })
            #expect(pair.count(.client) { if case .channelClosed(_, .closedLocally) = $0 { true } else { false } } == 200)
            #expect(pair.count(.server) { if case .channelClosed(_, .closedByPeer) = $0 { true } else { false } } == 200)
        }
    }

    @Test func `is refused beyond the maximum, and by an id beyond the streams`() throws {
        try Stack.exclusively {
            let pair = Pair.connected()
            #expect(throws: SCTPError.idBeyondStreams(ChannelID(rawValue: 256), streams: 256)) {
                try pair.client.openChannel(label: "", negotiatedID: ChannelID(rawValue: 256), at: pair.now)
            }
            for _ in 0..<128 { _ = try pair.client.openChannel(label: "", at: pair.now) }
            #expect(throws: SCTPError.noFreeID) { try pair.client.openChannel(label: "", at: pair.now) }
            #expect(throws: SCTPError.labelTooLong) {
                try pair.server.openChannel(label: String(repeating: "x", count: 1025), at: pair.now)
            }
        }
    }

    @Test func `agreed upon outside of the protocol works with an id of any parity`() throws {
        try Stack.exclusively {
            let pair = Pair.connected()
            let id = ChannelID(rawValue: 77)
            for side in [Pair.Side.client, .server] {
                let made = try pair[side].openChannel(label: "agreed", negotiatedID: id, at: pair.now)
                #expect(made == id)
                #expect(pair[side].channel(id)?.isNegotiated == true)
            }
            #expect(throws: SCTPError.idInUse(id)) { try pair.client.openChannel(label: "", negotiatedID: id, at: pair.now) }
            try pair.send([1], on: id)
            try pair.send([2], on: id, from: .server)
            pair.run(for: .seconds(1))
            #expect(pair.received[.server]?.map(\.bytes) == [[1]])
            #expect(pair.received[.client]?.map(\.bytes) == [[2]])
        }
    }

    @Test func `that only the peer knows of is made when its first message comes, or refused where that is wanted`() throws {
        try Stack.exclusively {
            let pair = Pair.connected()
            let id = try pair.client.openChannel(label: "", isOrdered: false, negotiatedID: ChannelID(rawValue: 9), at: pair.now)
            try pair.send([1], on: id)
            pair.run(for: .seconds(1))
            #expect(pair.server.channel(id)?.opener == .negotiated)
            #expect(pair.server.channel(id)?.isOrdered == false)
            try pair.send([2], on: id, from: .server)
            pair.run(for: .seconds(1))
            #expect(pair.received[.client]?.map(\.bytes) == [[2]])

            pair.server.acceptsUnannouncedChannels = false
            let other = try pair.client.openChannel(label: "", negotiatedID: ChannelID(rawValue: 11), at: pair.now)
            try pair.send([1], on: other)
            #expect(pair.run(for: .seconds(5)) { pair.client.channel(other) == nil })
            #expect(pair.events[.server]?.contains(.channelRefused(other, .noChannel)) == true)
        }
    }

    @Test(arguments: [Pair.Side.client, .server], [Pair.Link.perfect, .bad])
    func `closes from either side, once for each, and its id can be used again`(side: Pair.Side, link: Pair.Link) throws {
        try Stack.exclusively {
            let pair = Pair.connected(link: link)
            for round in 0..<5 {
                let id = try pair.open("round \(round)")
                #expect(id.rawValue == 0)
                #expect(pair.server.channel(id)?.number == round)
                try pair.send(pattern(10_000, seed: round), on: id, from: side)
                pair[side].closeChannel(id, at: pair.now)
                #expect(pair[side].channel(id)?.state == .closing)
                #expect(throws: SCTPError.channelNotOpen(id)) { try pair.send([1], on: id, from: side) }
                #expect(pair.run(for: .seconds(30)) { pair.client.channel(id) == nil && pair.server.channel(id) == nil })
                #expect(pair.received[Pair.other(side)]?.last?.bytes == pattern(10_000, seed: round))
            }
            #expect(pair.count(side) { if case .channelClosed(_, .closedLocally) = $0 { true } else { false } } == 5)
            #expect(pair.count(Pair.other(side)) { if case .channelClosed(_, .closedByPeer) = $0 { true } else { false } } == 5)
            #expect(pair.client.state == .connected)
        }
    }

    @Test func `closed by both at once is closed once on each side`() throws {
        try Stack.exclusively {
            let pair = Pair.connected()
            let id = try pair.open()
            pair.client.closeChannel(id, at: pair.now)
            pair.server.closeChannel(id, at: pair.now)
            #expect(pair.run(for: .seconds(10)) { pair.client.channelCount == 0 && pair.server.channelCount == 0 })
            for side in [Pair.Side.client, .server] {
                #expect(pair.count(side) { if case .channelClosed = $0 { true } else { false } } == 1)
            }
        }
    }

    @Test func `refuses a message larger than the peer takes`() throws {
        try Stack.exclusively {
            let pair = Pair(serverMaximum: 1000)
            pair.connect()
            let id = try pair.open()
            try pair.send(pattern(1000), on: id)
            #expect(throws: SCTPError.messageTooLarge(limit: 1000)) { try pair.send(pattern(1001), on: id) }
            #expect(throws: SCTPError.messageTooLarge(limit: 262_144)) { try pair.send(pattern(262_145), on: id, from: .server) }
        }
    }

    @Test(arguments: 1...4)
    func `that is ordered keeps its order over a bad link, and loses nothing`(seed: UInt64) throws {
        try Stack.exclusively {
            let pair = Pair.connected(link: .bad, seed: seed)
            let id = try pair.open()
            var sent: [[UInt8]] = []
            for number in 0..<300 {
                sent.append(pattern(number * 7 % 4000, seed: number))
                try pair.send(sent[number], on: id)
                pair.run(for: .milliseconds(2))
            }
            #expect(pair.run(for: .seconds(60)) { pair.received[.server]?.count == 300 })
            #expect(pair.received[.server]?.map(\.bytes) == sent)
        }
    }

    @Test func `that may lose messages gives them up and goes on`() throws {
        try Stack.exclusively {
            for reliability in [SCTP.Channel.Reliability.maxRetransmits(0), .maxPacketLifeTime(milliseconds: 50)] {
                let pair = Pair.connected(seed: 9)
                let id = try pair.open(isOrdered: false, reliability: reliability)
                pair.link = .init(delay: .milliseconds(20), lost: 300)
                for number in 0..<200 {
                    try pair.send([UInt8(number)], on: id)
                    pair.run(for: .milliseconds(10))
                }
                pair.link = .perfect
                try pair.send(Array("end".utf8), .text, on: id)
                #expect(pair.run(for: .seconds(60)) { pair.received[.server]?.last?.kind == .text })
                let count = pair.received[.server]?.count ?? 0
                #expect(count < 190 && count > 60, "\(reliability): \(count)")
            }
        }
    }
}
