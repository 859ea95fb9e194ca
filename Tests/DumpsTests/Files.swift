import Foundation
import Inspection
import JSON
import Wire

/// What the tests begin with.
enum Files {
    /// 2026-11-22T17:05:00Z in ms.
    static let start = 1_795_367_100_000.0

    /// A session whose peer has the fragment `peer` and that has `ours` itself.
    static func record() -> Record {
        var record = Record(id: "01JDA4X6Y0000000000000000000000000A1", startedAt: Int64(start * 1000))
        record.takenAt = 20_000_000
        record.connectionState = .connected
        record.signalingState = .stable
        record.connectivity.state = .connected
        record.connectivity.usernameFragment = "oursFrag"
        record.connectivity.remote.usernameFragment = "peer"
        record.offer = Record.Description(
            masking: "v=0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:0\r\na=ice-ufrag:peer\r\n")
        record.answer = Record.Description(
            masking: "v=0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:0\r\na=ice-ufrag:oursFrag\r\n")
        let ours = Endpoint(TransportAddress(IPAddress(127, 0, 0, 1), 8189))
        let theirs = Endpoint(TransportAddress(IPAddress(127, 0, 0, 1), 40_000))
        record.connectivity.localCandidates = [
            Record.Candidate(id: "L1", kind: .host, host: ours.host, port: 8189, priority: 2_130_706_431, foundation: "1")
        ]
        record.connectivity.remoteCandidates = [
            Record.Candidate(id: "R1", kind: .host, host: theirs.host, port: 40_000, priority: 2_122_260_223, foundation: "77")
        ]
        var pair = Record.Pair(
            id: "P1", localCandidateId: "L1", remoteCandidateId: "R1", local: ours, remote: theirs, localKind: .host, remoteKind: .host,
            state: .succeeded)
        pair.isNominated = true
        pair.requestsSent = 3
        pair.requestsReceived = 4
        pair.responsesSent = 4
        pair.responsesReceived = 3
        pair.packetsSent = 100
        pair.packetsReceived = 120
        pair.bytesSent = 4321
        pair.bytesReceived = 5432
        pair.currentRoundTripTime = 310
        record.connectivity.pairs = [pair]
        record.connectivity.selectedPairId = "P1"
        record.counters.packetsSent = 110
        record.counters.bytesSent = 5000
        record.counters.dataChannelsOpened = 1
        var timeline = Timeline()
        timeline.append(.requestReceived, at: 0)
        timeline.append(.offerParsed, at: 200)
        timeline.append(.localCandidateAdded, at: 300, candidate: "L1")
        timeline.append(.answerSent, at: 600)
        timeline.append(.pairSucceeded, at: 2_400, pair: "P1")
        timeline.appendChange(.iceStateChanged, from: ICEState.checking, to: ICEState.connected, at: 2_600)
        timeline.appendChange(.connectionStateChanged, from: ConnectionState.connecting, to: ConnectionState.connected, at: 5_100)
        record.events = timeline.events
        record.phases = timeline.phases
        return record
    }

    /// A page's own form: three reports a second apart, a few events.
    static func own(offset: Double = 0, label: String = "chat") -> String {
        func report(_ index: Double) -> String {
            """
            {"timestamp":\(start + offset + 1000 * index),"report":{
              "T":{"id":"T","type":"transport","timestamp":\(start + offset + 1000 * index),"selectedCandidatePairId":"CP",
                "iceLocalUsernameFragment":"peer","dtlsState":"connected","bytesSent":\(100 * index)},
              "CP":{"id":"CP","type":"candidate-pair","state":"succeeded","nominated":true,"localCandidateId":"IL","remoteCandidateId":"IR",
                "requestsSent":4,"consentRequestsSent":1,"responsesReceived":4,"requestsReceived":3,"packetsSent":\(10 * index),"packetsReceived":\(9 * index),
                "bytesSent":\(90 * index),"bytesReceived":\(80 * index),"currentRoundTripTime":0.002},
              "IL":{"id":"IL","type":"local-candidate","address":"127.0.0.1","port":40000,"protocol":"udp","candidateType":"host","usernameFragment":"peer"},
              "IR":{"id":"IR","type":"remote-candidate","address":"127.0.0.1","port":8189,"protocol":"udp","candidateType":"host","usernameFragment":"oursFrag"},
              "D":{"id":"D","type":"data-channel","label":"\(label)","messagesSent":2,"messagesReceived":3}}}
            """
        }
        return """
            {"clock":\(start + offset + 3100),"userAgent":"Mozilla/5.0 Test",
             "stats":[\(report(1)),\(report(2)),\(report(3))],
             "events":[{"timestamp":\(start + offset + 1),"type":"signalingstatechange","value":"have-local-offer"},
               {"timestamp":\(start + offset + 2),"type":"setRemoteDescription","value":"answer"},
               {"timestamp":\(start + offset + 6),"type":"oniceconnectionstatechange","value":"connected"}]}
            """
    }

    static func samples() -> [SampleSeries] { [] }
}

extension String {
    var bytes: [UInt8] { Array(utf8) }
}
