import Foundation
import Inspection
import JSON
import Testing
import Wire

private func read(_ bytes: [UInt8]) throws -> Record {
    try Record(stored: bytes) { try JSONDecoder().decode(Record.self, from: Data($0)) }
}

struct StoredRecordTests {
    @Test func `a stored record reads back as the same record`() throws {
        for record in [Record(id: "a", startedAt: 1), Samples.posted(), Samples.connected(), full()] {
            #expect(try read(record.stored()) == record)
        }
    }

    @Test func `the fullest record leaves no member at its default, so that none is forgotten in the stored form`() {
        let full = full()
        // What the two sides measured have tests of their own.
        #expect(sameMembers(full, Record(id: "", startedAt: 0)).subtracting(["quality", "client"]) == ["schema"])
        #expect(sameMembers(full.connectivity, Record.Connectivity()) == [])
        #expect(sameMembers(full.connectivity.remote, Record.RemoteSide()) == [])
        #expect(sameMembers(full.connectivity.rejectedRequests, Record.RejectedRequests()) == [])
        #expect(sameMembers(full.connectivity.remoteCandidates[0], Record.Candidate(id: "", kind: .host, host: .name(""), port: 0)) == [])
        #expect(sameMembers(full.connectivity.pairs[0], Samples.pair("P9", state: .failed)).isSubset(of: addressMembers))
        #expect(sameMembers(full.handshake, Record.Handshake()) == [])
        #expect(sameMembers(full.association ?? Record.Association(), Record.Association()) == [])
        #expect(sameMembers(full.channels[0], Record.Channel(id: "", identifier: nil)) == [])
        #expect(sameMembers(full.media[0], Record.MediaSection(mid: "", kind: "")) == [])
        #expect(sameMembers(full.media[0].codecs[0], Record.Codec(payloadType: 0, mimeType: "")) == [])
        #expect(sameMembers(full.counters, Record.Counters()) == [])
        #expect(sameMembers(full.phases, Phases()) == [])
        #expect(sameMembers(full.events[0], TimelineEvent(seq: 0, offset: 0, code: .unrecognized)) == [])
    }

    @Test func `a record of an older or newer version is read: unknown members are skipped, missing ones have defaults`() throws {
        let record = try read(
            Array(
                """
                {"schema":9,"id":"x","startedAt":5,"kind":"teleport","future":{"a":[1]},"connectionState":"entangled","connectivity":{"role":7,
                "pairs":[{"id":"P1","state":"succeeded","isNominated":true}]},"events":[{"seq":4,"code":"wormhole-opened","text":"A wormhole opened."}]}
                """.utf8))
        #expect(record.schema == 9)
        #expect(record.kind == .session)
        #expect(record.connectionState == .new)
        #expect(record.connectivity.pairs.first?.isNominated == true)
        #expect(record.events.first?.code == .unrecognized)
        #expect(record.events.first?.text == "A wormhole opened.")
    }

    @Test func `a document of the first version is read: its events keep their sentences, its evidence its bytes`() throws {
        let record = try read(Array(FirstForm.document.utf8))
        #expect(record.schema == 1)
        #expect(record.outcome == .completed)
        #expect(record.events.count == 38)
        #expect(record.events[4].text == "The ICE gathering state went from new to gathering.")
        #expect(record.events[4].data["to"] == "gathering")
        #expect(record.evidence.packets.first?.note == "STUN Binding request")
        #expect(record.evidence.packets.first?.bytes.count == record.evidence.packets.first?.length)
        #expect(record.evidence.packets.contains { $0.note == "DTLS ClientHello" })
        #expect(record.offer?.text.hasPrefix("v=0\r\n") == true)
        #expect(record.handshake.remoteCertificate?.base64.hasPrefix("MII") == true)
        #expect(Diagnosis.findings(of: record).isEmpty)
        var again = try read(record.stored())
        #expect(again.schema == Record.schema)
        again.schema = 1
        #expect(again == record)
    }

    @Test func `a document that is cut short or damaged anywhere is read or refused, and nothing else`() throws {
        let whole = full().stored()
        for length in whole.indices { _ = try? read(Array(whole[..<length])) }
        var random = RandomSource.seeded(1)
        for _ in 0..<300 {
            var bytes = whole
            bytes[Int.random(in: 4..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            _ = try? read(bytes)
        }
    }

    @Test func `a reader skips the sections of a later version`() throws {
        let record = Samples.connected()
        #expect(try read(record.stored() + [0x7a, 3, 1, 2, 3]) == record)
    }

    @Test func `what is no record at all is refused`() {
        for text in ["{}", "[]", "{\"id\":1}", "null", "{\"id\":\"x\"}"] {
            #expect(throws: (any Error).self) { try read(Array(text.utf8)) }
        }
    }

    @Test func `a description that is no UTF-8 is kept byte for byte`() throws {
        var record = Samples.posted()
        record.offer = Record.Description(masking: [0x76, 0x3d, 0xff, 0x00, 0xfe, 0x0d, 0x0a].span)
        #expect(try read(record.stored()).offer?.bytes == [0x76, 0x3d, 0xff, 0x00, 0xfe, 0x0d, 0x0a])
    }
}

private let addressMembers: Set<String> = ["localCandidateId", "remoteCandidateId", "local", "remote", "localKind", "remoteKind"]

/// The names of the members in which two values are alike.
private func sameMembers<Value>(_ left: Value, _ right: Value) -> Set<String> {
    let pairs = zip(Mirror(reflecting: left).children, Mirror(reflecting: right).children)
    return Set(pairs.filter { "\($0.value)" == "\($1.value)" }.compactMap { $0.0.label })
}

/// A record in which every member says something.
private func full() -> Record {
    var record = Samples.connected()
    record.kind = .whip
    record.stream = "live/one"
    record.endedAt = 9_000_000
    record.labels = ["room": "a\"b", "who": "\u{202e}x"]
    record.outcome = .completed
    record.reason = .init(.closedByPeer, text: "Bye.")
    record.refusal = .init(status: 422, code: "no-fingerprint", detail: "…", line: 12, column: 1, section: "RFC 8842 §5.1")
    record.connectivity.role = .controlling
    record.connectivity.restarts = 1
    record.connectivity.roleConflicts = 2
    record.connectivity.candidatesDropped = 3
    record.connectivity.pairsDropped = 4
    record.connectivity.remote.isLite = true
    record.connectivity.remote.hasEndOfCandidates = true
    record.connectivity.rejectedRequests.wrongPassword = 1
    record.connectivity.rejectedRequests.unknownUsername = 2
    record.connectivity.rejectedRequests.noIntegrity = 3
    record.connectivity.rejectedRequests.malformed = 4
    record.connectivity.remoteCandidates.insert(
        Record.Candidate(
            id: "R0", kind: .relay, transport: "tcp", host: .name("x.local"), port: 9, priority: 5, foundation: "f", tcpType: "active",
            relatedAddress: .address(IPAddress(v6High: 1, low: 2)), relatedPort: 6, usernameFragment: "u", url: "stun:a",
            relayProtocol: "udp",
            disposition: .setAside, dispositionReason: "an mDNS name"), at: 0)
    record.connectivity.pairs[0].packetsDiscardedOnSend = 1
    record.connectivity.pairs[0].bytesDiscardedOnSend = 2
    record.connectivity.pairs[0].lastError = .init(code: 487, text: "Role Conflict")
    record.handshake.retransmissions = 2
    record.handshake.alertReceived = .init(isFatal: true, code: 40)
    record.handshake.alertSent = .init(isFatal: false, code: 0)
    record.handshake.failure = .init(.timeout, text: "…")
    record.association?.localPort = 5001
    record.association?.remotePort = 5002
    record.association?.strayPort = 5003
    record.association?.packetsSent = 1
    record.association?.packetsReceived = 2
    record.association?.failure = .init(.aborted, text: "…")
    record.channels[0].isOrdered = false
    record.channels[0].maxRetransmits = 1
    record.channels[0].maxPacketLifeTimeMs = 2
    record.channels[0].isNegotiated = true
    record.channels[0].bufferedAmount = 3
    record.channels[0].closedAt = 4
    record.media.insert(
        .init(
            mid: "2", kind: "video", isAccepted: false, rejection: "no common codec", direction: "inactive", line: 30,
            codecs: [.init(payloadType: 96, mimeType: "video/VP8", clockRate: 90000, channels: 1, parameters: "a=b")]), at: 0)
    record.counters.dataChannelsClosed = 1
    record.counters.strangersDropped = 5
    record.phases.sctpStarted = 1
    record.phases.selected = 2
    record.events.insert(
        TimelineEvent(
            seq: 99, offset: 1, code: .checkSent, detail: "d", cause: "c", pairId: "P", candidateId: "C", channelId: 3, evidence: [1, 2],
            data: ["k": "v"]),
        at: 0)
    record.eventsDropped = 7
    return record
}
