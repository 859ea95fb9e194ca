import Foundation
import Inspection
import JSON
import Testing
import Wire

/// Records with anything in them.
private struct Dice {
    var random: RandomSource

    init(seed: UInt64) { random = .seeded(seed) }

    mutating func flip() -> Bool { Bool.random(using: &random) }

    mutating func number() -> Int {
        [0, 1, 3, 250, -1, Int.max, Int.min, Int.random(in: 0...10_000, using: &random)].randomElement(using: &random) ?? 0
    }

    mutating func offset() -> Int64 {
        [0, 1, 4_000_000, 20_000_000, -5, Int64.max, Int64.min, Int64.random(in: 0...60_000_000, using: &random)].randomElement(
            using: &random) ?? 0
    }

    mutating func maybe<Value>(_ make: (inout Dice) -> Value) -> Value? { flip() ? make(&self) : nil }

    mutating func list<Value>(_ make: (inout Dice) -> Value) -> [Value] {
        (0..<Int.random(in: 0...4, using: &random)).map { _ in make(&self) }
    }

    mutating func any<Value: CaseIterable>(_: Value.Type) -> Value where Value.AllCases == [Value] {
        let cases = Value.allCases
        return cases[Int.random(in: 0..<cases.count, using: &random)]
    }

    mutating func word() -> String {
        let bytes = random.bytes(Int.random(in: 0...12, using: &random))
        return flip() ? String(decoding: bytes, as: UTF8.self) : "word"
    }

    mutating func host() -> Endpoint.Host {
        switch Int.random(in: 0...3, using: &random) {
        case 0: .name(word())
        case 1: .name("x.local")
        case 2: .address(IPAddress(v6High: random.next(), low: random.next()))
        default: .address(IPAddress(v4: UInt32(truncatingIfNeeded: random.next())))
        }
    }

    mutating func endpoint() -> Endpoint { Endpoint(host(), UInt16(truncatingIfNeeded: random.next())) }

    mutating func candidate() -> Record.Candidate {
        Record.Candidate(
            id: word(), kind: any(Record.Candidate.Kind.self), transport: word(), host: host(), port: 9, priority: .max, foundation: word(),
            tcpType: maybe { $0.word() }, relatedAddress: maybe { $0.host() }, usernameFragment: maybe { $0.word() },
            disposition: maybe { $0.any(Record.Candidate.Disposition.self) }, dispositionReason: maybe { $0.word() })
    }

    mutating func pair() -> Record.Pair {
        var pair = Record.Pair(
            id: word(), localCandidateId: word(), remoteCandidateId: word(), local: endpoint(), remote: endpoint(),
            localKind: any(Record.Candidate.Kind.self), remoteKind: any(Record.Candidate.Kind.self), state: any(Record.Pair.State.self))
        pair.isNominated = flip()
        pair.priority = random.next()
        pair.requestsSent = number()
        pair.requestsReceived = number()
        pair.responsesSent = number()
        pair.responsesReceived = number()
        pair.currentRoundTripTime = maybe { $0.offset() }
        pair.totalRoundTripTime = offset()
        pair.lastPacketSentAt = maybe { $0.offset() }
        pair.lastPacketReceivedAt = maybe { $0.offset() }
        pair.lastError = maybe { .init(code: [487, 400, 0].randomElement(using: &$0.random) ?? 0, text: $0.word()) }
        return pair
    }

    mutating func record() -> Record {
        var record = Record(id: word(), kind: any(Record.Kind.self), startedAt: offset())
        record.takenAt = offset()
        record.endedAt = maybe { $0.offset() }
        record.remoteAddress = maybe { $0.endpoint() }
        record.userAgent = maybe { $0.word() }
        record.labels = Facts(list { ($0.word(), $0.word()) })
        record.signalingState = any(SignalingState.self)
        record.gatheringState = any(GatheringState.self)
        record.connectionState = any(ConnectionState.self)
        record.outcome = maybe { $0.any(Record.Outcome.self) }
        record.reason = maybe { .init($0.any(Record.Reason.Code.self), text: $0.maybe { $0.word() }) }
        if Int.random(in: 0...9, using: &random) == 0 {
            record.refusal = .init(
                status: number(), code: word(), detail: word(), line: maybe { $0.number() }, column: maybe { $0.number() },
                section: maybe { $0.word() })
        }
        record.offer = maybe { Record.Description(masking: $0.random.bytes(60).span) }
        record.answer = maybe { Record.Description(masking: $0.word()) }
        record.connectivity.role = any(Record.ICERole.self)
        record.connectivity.state = any(ICEState.self)
        record.connectivity.remote.isLite = flip()
        record.connectivity.localCandidates = list { $0.candidate() }
        record.connectivity.remoteCandidates = list { $0.candidate() }
        record.connectivity.pairs = list { $0.pair() }
        record.connectivity.selectedPairId = maybe { $0.word() }
        record.connectivity.roleConflicts = number()
        record.connectivity.rejectedRequests.wrongPassword = number()
        record.connectivity.rejectedRequests.unknownUsername = number()
        record.connectivity.lastConsentAt = maybe { $0.offset() }
        record.connectivity.candidatesDropped = number()
        record.handshake.role = any(Record.Handshake.Role.self)
        record.handshake.state = any(DTLSState.self)
        record.handshake.version = maybe { UInt16(truncatingIfNeeded: $0.random.next()) }
        record.handshake.cipher = maybe { $0.word() }
        record.handshake.localCertificate = maybe { .init(fingerprint: $0.word(), base64: $0.word()) }
        record.handshake.clientHellosSeen = number()
        record.handshake.datagramsSent = number()
        record.handshake.datagramsReceived = number()
        record.handshake.alertReceived = maybe { .init(isFatal: $0.flip(), code: UInt8(truncatingIfNeeded: $0.random.next())) }
        record.handshake.failure = maybe { .init($0.any(Record.Handshake.Failure.Code.self), text: $0.word()) }
        record.association = maybe {
            var association = Record.Association()
            association.state = $0.any(SCTPState.self)
            association.strayPort = $0.maybe { UInt16(truncatingIfNeeded: $0.random.next()) }
            association.isInitSeen = $0.flip()
            association.failure = $0.maybe { .init($0.any(Record.Association.Failure.Code.self), text: $0.word()) }
            association.smoothedRoundTripTime = $0.maybe { $0.offset() }
            return association
        }
        record.channels = list {
            var channel = Record.Channel(
                id: $0.word(), identifier: $0.maybe { UInt16(truncatingIfNeeded: $0.random.next()) }, label: $0.word(),
                subprotocol: $0.word())
            channel.state = $0.any(ChannelState.self)
            channel.openedAt = $0.maybe { $0.offset() }
            return channel
        }
        record.media = list {
            Record.MediaSection(
                mid: $0.word(), kind: $0.word(), isAccepted: $0.flip(), rejection: $0.maybe { $0.word() }, line: $0.maybe { $0.number() },
                codecs: $0.list { Record.Codec(payloadType: $0.number(), mimeType: $0.word()) })
        }
        var timeline = Timeline()
        for _ in 0..<Int.random(in: 0...20, using: &random) {
            timeline.append(
                any(EventCode.self), at: offset(), text: maybe { $0.word() }, cause: maybe { $0.word() }, pair: maybe { $0.word() },
                evidence: list { $0.number() }, data: Facts(list { ($0.word(), $0.word()) }))
        }
        record.events = timeline.events
        record.phases = timeline.phases
        record.quality.roundTrips = number()
        record.quality.roundTripMinimum = maybe { $0.offset() }
        record.quality.roundTripMean = maybe { $0.offset() }
        record.quality.roundTripMaximum = maybe { $0.offset() }
        record.quality.checksSent = number()
        record.quality.checksAnswered = number()
        record.quality.lastHeardAt = maybe { $0.offset() }
        record.quality.interruptions = list { dice in .init(start: dice.offset(), end: dice.maybe { $0.offset() }) }
        record.quality.pathChanges = list { dice in .init(offset: dice.offset(), from: dice.maybe { $0.word() }, to: dice.word()) }
        record.quality.sctpChunksSent = number()
        record.quality.sctpChunksRetransmitted = number()
        if flip() { record.phases.connected = maybe { $0.offset() } }
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            let size = Int.random(in: 0...2000, using: &random)
            let path = Path(local: TransportAddress(IPAddress(127, 0, 0, 1), 1), remote: TransportAddress(IPAddress(v6High: 1, low: 2), 2))
            record.evidence.append(random.bytes(size).span, direction: flip() ? .sent : .received, on: path, at: offset())
        }
        return record
    }
}

struct RandomRecordTests {
    @Test(arguments: 0..<5)
    func `any record gives valid JSON everywhere, a file, pages, and comes back from its stored form`(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        for _ in 0..<20 {
            let record = dice.record()
            _ = try object { record.writeSummary(into: &$0) }
            _ = try object { ListItem(of: record).encode(into: &$0) }
            _ = try object { record.writeConnectivity(into: &$0) }
            _ = try object { record.writeEvents(into: &$0) }
            _ = try object { record.writeChannels(into: &$0) }
            _ = try readBack { StatsReport(of: record, format: .array).write(into: &$0) }
            let diagnosis = try object { record.writeDiagnosis(into: &$0) }
            for finding in try diagnosis.objects("findings") {
                for key in ["code", "severity", "title", "explanation", "fix"] { #expect(finding.string(key)?.isEmpty == false) }
            }
            #expect(try diagnosis.object("verdict").string("explanation")?.isEmpty == false)
            #expect(!record.summaryText().isEmpty && !record.diagnosisText().isEmpty)
            _ = record.eventsText()
            #expect(PacketCapture.file(of: record).count % 4 == 0)

            let written = stored(record)
            let back = try read(written)
            #expect(stored(back) == written)
            // What is said of a session does not depend on where its facts are read.
            #expect(Diagnosis.findings(of: back) == Diagnosis.findings(of: record))
        }
    }
}

private func stored(_ record: Record) -> [UInt8] { record.stored() }

private func read(_ document: [UInt8]) throws -> Record {
    try Record(stored: document) { try JSONDecoder().decode(Record.self, from: Data($0)) }
}
