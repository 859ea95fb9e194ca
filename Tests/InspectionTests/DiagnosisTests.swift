import Inspection
import Testing
import Wire

struct DiagnosisTests {
    private func first(_ record: Record) -> Finding? { Diagnosis.findings(of: record).first }

    private func codes(_ record: Record) -> [String] { Diagnosis.findings(of: record).map(\.code) }

    // MARK: Each cause

    @Test(arguments: Scripts.causes)
    func `every cause of the catalogue comes first for its script`(cause: Cause) {
        let finding = Scripts.record(for: cause).flatMap(first)
        #expect(finding?.code == (cause == .offerRefused ? "offer-refused:sdp-line-unknown" : cause.rawValue))
        #expect(finding?.evidence.isEmpty == false || [.serverLost, .serverStopped].contains(cause))
        #expect(finding?.fix.isEmpty == false)
    }

    @Test(arguments: Cause.allCases)
    func `every cause has words for people`(cause: Cause) {
        #expect(cause.rawValue.allSatisfy { $0.isLowercase || $0 == "-" })
        #expect(!cause.title.hasSuffix(".") && !cause.title.isEmpty)
        #expect(cause.explanation.hasSuffix("."))
        #expect(cause.fix.hasSuffix("."))
    }

    // MARK: Healthy

    @Test func `a healthy session has no finding`() {
        #expect(codes(Samples.connected()).isEmpty)
        #expect(Diagnosis.verdict(of: Samples.connected()).code == "connected")
        #expect(Diagnosis.verdict(of: Samples.connected()).severity == .ok)
        #expect(Diagnosis.verdict(of: Samples.connected()).explanation.contains("127.0.0.1:8189 ↔ 127.0.0.1:40000; 1 data channel open"))
    }

    @Test(arguments: [0, 1_000, 2_000_000])
    func `a young session is connecting and has no finding`(takenAt: Int64) {
        #expect(codes(Samples.posted(takenAt: takenAt)).isEmpty)
        #expect(Diagnosis.verdict(of: Samples.posted(takenAt: takenAt)).code == "connecting")
    }

    @Test(arguments: [Record.Reason.Code.closedByPeer, .closedByDelete])
    func `a session that ended in order has no finding`(reason: Record.Reason.Code) {
        var record = Scripts.ended(reason)
        record.handshake.alertReceived = .init(isFatal: false, code: 0)
        #expect(codes(record).isEmpty)
        #expect(Diagnosis.verdict(of: record).code == "closed-normally")
        #expect(Diagnosis.verdict(of: record).severity == .ok)
    }

    @Test(arguments: [(2_100_000, nil), (4_000_000, "path-changed")] as [(Int64, String?)])
    func `a better path that is chosen within seconds is no change of path, a later one is`(chosen: Int64, code: String?) {
        let record = Samples.connected().changed { record in
            record.phases.connected = 200_000
            record.quality.pathChanges = [.init(offset: chosen + 2_000_000, from: "P9", to: "P8")]
            record.events.append(TimelineEvent(seq: 90, offset: chosen, code: .pairNominated, pairId: "P8"))
        }
        #expect(Diagnosis.findings(of: record).first?.code == code)
    }

    @Test func `a peer that aborts its association as a goodbye has no finding`() {
        var record = Scripts.ended(.closedByPeer)
        record.association?.failure = .init(.aborted, text: "User-initiated abort.")
        #expect(codes(record).isEmpty)
    }

    @Test func `a session that was deleted at once has no finding`() {
        var record = Samples.posted(takenAt: 50_000)
        record.endedAt = 50_000
        record.connectionState = .closed
        record.reason = .init(.closedByDelete)
        record.outcome = .failed
        #expect(codes(record).isEmpty)
        #expect(Diagnosis.verdict(of: record).code == "closed-before-connected")
    }

    @Test func `what was refused for a limit is told, and spoils no verdict`() {
        var record = Scripts.recorded(.channelRefused)
        record.connectivity.candidatesDropped = 3
        #expect(codes(record) == ["channel-refused", "limit-reached"])
        #expect(Diagnosis.verdict(of: record).code == "connected")
    }

    // MARK: No path

    @Test func `silence of the peer explains the silence after our checks`() {
        #expect(codes(Scripts.silent()) == ["no-check-received", "checks-unanswered"])
        #expect(codes(Scripts.recorded(.onlyMulticastDNSCandidates)) == ["only-mdns-candidates", "no-check-received"])
        #expect(codes(Scripts.recorded(.oneWayPath)) == ["one-way-path"])
        #expect(codes(Scripts.recorded(.wrongPassword)) == ["wrong-password"])
    }

    @Test func `a peer that announced nothing and sent nothing`() {
        var record = Scripts.silent {
            $0.connectivity.remoteCandidates = []
            $0.connectivity.pairs = []
        }
        #expect(codes(record) == ["no-check-received"])
        #expect(first(record)?.explanation.contains("trickle") == true)
        record.connectivity.remote.canTrickle = false
        #expect(first(record)?.explanation.contains("no address of its own") == true)
    }

    @Test func `an answer that was not applied, though the peer answers`() {
        let record = Scripts.silent {
            $0.connectivity.pairs[0].state = .succeeded
            $0.connectivity.pairs[0].responsesReceived = 9
        }
        #expect(codes(record) == ["no-check-received"])
        #expect(first(record)?.explanation.contains("never applied") == true)
    }

    @Test func `unsigned checks and other datagrams from strangers do not hide that the peer never tried`() {
        let record = Scripts.silent {
            $0.connectivity.rejectedRequests.noIntegrity = 2
            $0.counters.strangersDropped = 1
        }
        #expect(first(record)?.code == "no-check-received")
        #expect(first(record)?.explanation.contains("2 checks without a signature") == true)
        #expect(first(record)?.explanation.contains("1 datagram of other kinds") == true)
    }

    @Test func `what the network said of our datagrams is evidence`() {
        let record = Scripts.silent {
            $0.events.append(TimelineEvent(seq: 70, offset: 9, code: .sendFailed, detail: "Nobody listens there."))
        }
        #expect(first(record)?.evidence.contains { $0.text == "Nobody listens there." } == true)
    }

    @Test func `a finding of silence is a warning while it may still come right, and an error when it is over`() {
        #expect(first(Scripts.silent())?.severity == .warning)
        let over = Scripts.silent {
            $0.endedAt = 45_000_000
            $0.reason = .init(.neverConnected)
            $0.outcome = .expired
        }
        #expect(first(over)?.code == "no-check-received")
        #expect(first(over)?.severity == .error)
        #expect(Diagnosis.verdict(of: over).code == "no-check-received")
    }

    @Test func `wrong credentials are told at once, and as an error`() {
        var record = Samples.posted(takenAt: 100_000)
        record.connectivity.rejectedRequests.wrongPassword = 3
        #expect(first(record)?.code == "wrong-password")
        #expect(first(record)?.severity == .error)
        record.connectivity.rejectedRequests = .init()
        record.connectivity.rejectedRequests.unknownUsername = 1
        #expect(first(record)?.code == "unknown-username")
    }

    @Test func `a peer that cannot be reached from a private address is no mystery on a private network`() {
        #expect(first(Scripts.silent { $0.remoteAddress = Samples.address("192.168.1.9:4711") })?.code == "no-check-received")
    }

    // MARK: No encryption

    @Test(arguments: [
        (Record.Handshake.Failure.Code.fingerprintMismatch, "fingerprint-mismatch"), (.noSharedCipher, "no-common-cipher"),
        (.protocolVersion, "no-common-cipher"), (.noSRTPProfile, "no-common-srtp-profile"), (.certificate, "certificate-refused"),
        (.peerAlert, "dtls-alert"), (.malformed, "dtls-failed"), (.other, "dtls-failed"), (.timeout, "dtls-no-client-hello"),
    ])
    func `a handshake that failed says why, once`(failure: Record.Handshake.Failure.Code, expected: String) {
        #expect(codes(Scripts.failed(failure)) == [expected])
    }

    @Test func `DTLS silence as the client`() {
        let record = Scripts.pathOnly {
            $0.handshake.role = .client
            $0.handshake.state = .failed
            $0.handshake.datagramsSent = 5
            $0.handshake.failure = .init(.timeout, text: "No answer within 30 s.")
        }
        #expect(first(record)?.code == "dtls-silence")
        #expect(first(record)?.explanation.contains("nothing came back") == true)
    }

    @Test func `an alert has a name`() {
        #expect(first(Scripts.recorded(.dtlsAlert))?.explanation.contains("handshake_failure (40)") == true)
    }

    // MARK: The negotiation and the end

    @Test func `a refused offer names its line and nothing else`() {
        let record = Scripts.recorded(.offerRefused)
        let finding = first(record)
        #expect(finding?.explanation.contains("There is no line of type q (line 3, column 1), see RFC 8866 §5.") == true)
        #expect(finding?.evidence.last == Finding.Proof(kind: .line, reference: "3", text: "q=what"))
        #expect(codes(record).count == 1)
    }

    @Test func `rejected sections say why`() {
        #expect(first(Scripts.recorded(.noUsableMediaSection))?.evidence.first?.text == "video (mid 0): no common codec")
    }

    @Test func `consent lost, while it lives and after`() {
        var record = Samples.connected()
        record.takenAt = 20_000_000
        record.connectivity.state = .disconnected
        record.connectionState = .disconnected
        #expect(codes(record) == ["consent-lost"])
        let over = Scripts.ended(.consentExpired)
        #expect(codes(over) == ["consent-lost"])
        #expect(first(over)?.explanation.contains("30.0 s before the end") == true)
        #expect(Diagnosis.verdict(of: over).severity == .warning)
    }

    @Test func `a stopped server spoils no verdict, a lost one does`() {
        #expect(Diagnosis.verdict(of: Scripts.ended(.serverStopped)).severity == .ok)
        #expect(Diagnosis.verdict(of: Scripts.ended(.serverLost)).code == "server-lost")
    }

    @Test func `what no rule explains comes with the facts`() {
        #expect(first(Scripts.recorded(.unknown))?.explanation.contains("ICE connected, DTLS connected") == true)
    }

    @Test func `no data channels make the verdict of a session that is connected`() {
        #expect(Diagnosis.verdict(of: Scripts.withoutData()).code == "sctp-no-init")
    }
}
