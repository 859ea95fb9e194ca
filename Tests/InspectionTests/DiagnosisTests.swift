import Inspection
import Testing
import Wire

/// One scripted record for each cause, with the finding that must come first.
struct DiagnosisTests {
    private func first(_ record: Record) -> Finding? { Diagnosis.findings(of: record).first }

    /// Long after the answer, nothing came.
    private func silent(_ change: (inout Record) -> Void = { _ in }) -> Record {
        var record = Samples.posted(takenAt: 20_000_000)
        record.connectivity.pairs[0].requestsSent = 9
        change(&record)
        return record
    }

    /// A path was found and nominated long ago, nothing more.
    private func pathOnly(_ change: (inout Record) -> Void = { _ in }) -> Record {
        var record = Samples.posted(takenAt: 20_000_000)
        var timeline = Timeline()
        timeline.append(.requestReceived, at: 0)
        timeline.append(.answerSent, at: 600)
        timeline.append(.checkReceived, at: 2_000, pair: "P1")
        timeline.append(.pairSucceeded, at: 2_400, pair: "P1")
        timeline.append(.pairNominated, at: 2_500, pair: "P1")
        record.events = timeline.events
        record.phases = timeline.phases
        record.connectivity.state = .connected
        record.connectivity.pairs = Samples.connected().connectivity.pairs
        record.connectivity.selectedPairId = "P1"
        change(&record)
        return record
    }

    /// DTLS stands, the data channels do not.
    private func withoutData(_ change: (inout Record.Association) -> Void = { _ in }) -> Record {
        var record = Samples.connected()
        record.takenAt = 20_000_000
        record.channels = []
        record.phases.sctpStarted = nil
        record.phases.sctpEstablished = nil
        record.phases.channelOpen = nil
        var association = Record.Association()
        association.state = .connecting
        association.packetsSent = 6
        change(&association)
        record.association = association
        return record
    }

    // MARK: Healthy

    @Test func `a healthy session has no finding`() {
        #expect(Diagnosis.findings(of: Samples.connected()).isEmpty)
        #expect(Diagnosis.verdict(of: Samples.connected()).code == "connected")
        #expect(Diagnosis.verdict(of: Samples.connected()).severity == .ok)
    }

    @Test func `a young session is connecting and has no finding`() {
        for takenAt: Int64 in [0, 1_000, 2_000_000] {
            #expect(Diagnosis.findings(of: Samples.posted(takenAt: takenAt)).isEmpty)
            #expect(Diagnosis.verdict(of: Samples.posted(takenAt: takenAt)).code == "connecting")
        }
    }

    @Test(arguments: [Record.Reason.Code.closedByPeer, .closedByDelete])
    func `a session that ended in order has no finding`(reason: Record.Reason.Code) {
        var record = Samples.connected()
        record.endedAt = 60_000_000
        record.takenAt = 60_000_000
        record.connectionState = .closed
        record.handshake.state = .closed
        record.association?.state = .closed
        record.handshake.alertReceived = .init(isFatal: false, code: 0)
        record.reason = .init(reason)
        record.outcome = .completed
        #expect(Diagnosis.findings(of: record).isEmpty)
        #expect(Diagnosis.verdict(of: record).code == "closed-normally")
        #expect(Diagnosis.verdict(of: record).severity == .ok)
    }

    @Test func `a session that was deleted at once has no finding`() {
        var record = Samples.posted(takenAt: 50_000)
        record.endedAt = 50_000
        record.connectionState = .closed
        record.reason = .init(.closedByDelete)
        record.outcome = .failed
        #expect(Diagnosis.findings(of: record).isEmpty)
        #expect(Diagnosis.verdict(of: record).code == "closed-before-connected")
    }

    // MARK: No path

    @Test func `no check received`() {
        #expect(first(silent())?.code == "no-check-received")
        #expect(Diagnosis.findings(of: silent()).map(\.code) == ["no-check-received", "checks-unanswered"])
        #expect(
            first(
                silent {
                    $0.connectivity.remoteCandidates = []; $0.connectivity.pairs = []
                })?.code == "no-check-received")
    }

    @Test func `a finding of silence is a warning while it may still come right, and an error when it is over`() {
        #expect(first(silent())?.severity == .warning)
        let over = silent {
            $0.endedAt = 45_000_000
            $0.reason = .init(.neverConnected)
            $0.outcome = .expired
        }
        #expect(first(over)?.code == "no-check-received")
        #expect(first(over)?.severity == .error)
        #expect(Diagnosis.verdict(of: over).code == "no-check-received")
    }

    @Test func `an answer that was not applied, though the peer answers`() {
        let record = silent {
            $0.connectivity.pairs[0].state = .succeeded
            $0.connectivity.pairs[0].responsesReceived = 9
        }
        #expect(first(record)?.code == "no-check-received")
        #expect(first(record)?.explanation.contains("never applied") == true)
    }

    @Test func `checks unanswered by a peer that only answers`() {
        #expect(
            first(
                silent {
                    $0.connectivity.role = .controlling; $0.connectivity.remote.isLite = true
                })?.code == "checks-unanswered")
        #expect(first(silent { $0.connectivity.role = .controlling })?.code == "checks-unanswered")
    }

    @Test func `one-way path`() {
        let record = silent {
            $0.connectivity.pairs[0].requestsReceived = 12
            $0.connectivity.pairs[0].responsesSent = 12
        }
        #expect(Diagnosis.findings(of: record).map(\.code) == ["one-way-path"])
    }

    @Test func `wrong password is told at once`() {
        var record = Samples.posted(takenAt: 100_000)
        record.connectivity.rejectedRequests.wrongPassword = 3
        #expect(first(record)?.code == "wrong-password")
        #expect(first(record)?.severity == .error)
        #expect(Diagnosis.findings(of: silent { $0.connectivity.rejectedRequests.wrongPassword = 3 }).map(\.code) == ["wrong-password"])
    }

    @Test func `unknown username is told at once`() {
        var record = Samples.posted(takenAt: 100_000)
        record.connectivity.rejectedRequests.unknownUsername = 3
        #expect(first(record)?.code == "unknown-username")
    }

    @Test func `only mDNS candidates`() {
        let record = silent {
            $0.connectivity.pairs = []
            $0.connectivity.remoteCandidates = [
                Record.Candidate(
                    id: "R1", kind: .host, host: .name("4f2c6d5e-0000-4000-8000-000000000000.local"), port: 50000, disposition: .setAside,
                    dispositionReason: "a name that is not resolved")
            ]
        }
        #expect(Diagnosis.findings(of: record).map(\.code) == ["only-mdns-candidates", "no-check-received"])
    }

    @Test func `no usable candidates`() {
        let record = silent {
            $0.connectivity.pairs = []
            $0.connectivity.remoteCandidates = [
                Record.Candidate(
                    id: "R1", kind: .host, host: .address(IPAddress(169, 254, 169, 254)), port: 80, disposition: .refused,
                    dispositionReason: "a link-local address, and the server has none")
            ]
        }
        #expect(first(record)?.code == "no-usable-candidates")
        #expect(first(record)?.evidence.contains { $0.text.contains("169.254.169.254:80") } == true)
    }

    @Test func `address family mismatch`() {
        let record = silent {
            $0.connectivity.pairs = []
            $0.connectivity.remoteCandidates = [
                Record.Candidate(
                    id: "R1", kind: .host, host: .address(IPAddress(v6High: 0x2001_0db8_0000_0000, low: 9)), port: 80,
                    disposition: .setAside)
            ]
        }
        #expect(first(record)?.code == "address-family-mismatch")
    }

    @Test func `a server that names only private addresses to a peer on the internet`() {
        let record = silent { $0.remoteAddress = Samples.address("203.0.113.9:4711") }
        #expect(first(record)?.code == "local-addresses-unreachable")
    }

    @Test func `role conflict`() {
        let record = silent {
            $0.connectivity.roleConflicts = 4
            $0.connectivity.pairs[0].requestsReceived = 4
            $0.connectivity.pairs[0].lastError = .init(code: 487, text: "Role Conflict")
        }
        #expect(first(record)?.code == "role-conflict")
    }

    @Test func `lite conflict`() {
        #expect(first(silent { $0.connectivity.remote.isLite = true })?.code == "lite-conflict")
    }

    @Test func `never nominated`() {
        let record = pathOnly {
            $0.phases.nominated = nil
            $0.connectivity.selectedPairId = nil
            $0.connectivity.pairs[0].isNominated = false
        }
        #expect(first(record)?.code == "never-nominated")
    }

    // MARK: No encryption

    @Test func `no ClientHello`() {
        #expect(first(pathOnly())?.code == "dtls-no-client-hello")
    }

    @Test func `DTLS silence, in either role`() {
        let server = pathOnly {
            $0.handshake.state = .connecting
            $0.handshake.clientHellosSeen = 4
            $0.handshake.datagramsReceived = 4
            $0.handshake.datagramsSent = 12
            $0.handshake.retransmissions = 4
        }
        #expect(first(server)?.code == "dtls-silence")
        let client = pathOnly {
            $0.handshake.role = .client
            $0.handshake.state = .failed
            $0.handshake.datagramsSent = 5
            $0.handshake.failure = .init(.timeout, text: "No answer within 30 s.")
        }
        #expect(first(client)?.code == "dtls-silence")
    }

    @Test(arguments: [
        (Record.Handshake.Failure.Code.fingerprintMismatch, "fingerprint-mismatch"), (.noSharedCipher, "no-common-cipher"),
        (.protocolVersion, "no-common-cipher"), (.noSRTPProfile, "no-common-srtp-profile"), (.certificate, "certificate-refused"),
        (.peerAlert, "dtls-alert"),
    ])
    func `a handshake that failed says why`(failure: Record.Handshake.Failure.Code, expected: String) {
        let record = pathOnly {
            $0.handshake.state = .failed
            $0.connectionState = .failed
            $0.handshake.failure = .init(failure, text: "It failed.")
        }
        #expect(Diagnosis.findings(of: record).map(\.code) == [expected])
    }

    @Test func `an alert has a name`() {
        let record = pathOnly {
            $0.handshake.state = .failed
            $0.handshake.alertReceived = .init(isFatal: true, code: 40)
        }
        #expect(first(record)?.code == "dtls-alert")
        #expect(first(record)?.explanation.contains("handshake_failure (40)") == true)
    }

    // MARK: No data

    @Test func `no INIT`() {
        #expect(Diagnosis.findings(of: withoutData()).map(\.code) == ["sctp-no-init"])
        #expect(Diagnosis.verdict(of: withoutData()).code == "sctp-no-init")
    }

    @Test func `an association begun and never up`() {
        #expect(
            first(
                withoutData {
                    $0.isInitSeen = true; $0.packetsReceived = 2
                })?.code == "sctp-silence")
    }

    @Test func `an aborted association`() {
        #expect(
            first(
                withoutData {
                    $0.failure = .init(.aborted, text: "Protocol violation."); $0.state = .closed
                })?.code == "sctp-aborted")
    }

    @Test func `SCTP ports that differ`() {
        #expect(
            first(
                withoutData {
                    $0.strayPort = 5001; $0.packetsReceived = 3
                })?.code == "sctp-port-mismatch")
    }

    // MARK: The negotiation

    @Test func `no usable media section`() {
        let record = silent {
            $0.media = [Record.MediaSection(mid: "0", kind: "video", isAccepted: false, rejection: "no common codec", line: 9)]
        }
        #expect(first(record)?.code == "no-usable-media-section")
        #expect(first(record)?.evidence.first?.text == "video (mid 0): no common codec")
    }

    @Test func `a refused offer names its line`() {
        var record = Record(id: "x", startedAt: 0)
        record.endedAt = 200
        record.offer = Record.Description(masking: "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\nq=what\r\n")
        record.refusal = .init(
            status: 400, code: "sdp-line-unknown", detail: "There is no line of type q", line: 3, column: 1, section: "RFC 8866 §5")
        record.reason = .init(.offerRefused)
        record.outcome = .refused
        let finding = first(record)
        #expect(finding?.code == "offer-refused:sdp-line-unknown")
        #expect(finding?.explanation.contains("There is no line of type q (line 3, column 1), see RFC 8866 §5.") == true)
        #expect(finding?.evidence.last == Finding.Proof(kind: .line, reference: "3", text: "q=what"))
        #expect(Diagnosis.findings(of: record).count == 1)
    }

    // MARK: The end

    @Test func `consent lost, while it lives and after`() {
        var record = Samples.connected()
        record.takenAt = 20_000_000
        record.connectivity.state = .disconnected
        record.connectionState = .disconnected
        #expect(Diagnosis.findings(of: record).map(\.code) == ["consent-lost"])
        record.endedAt = 34_000_000
        record.connectionState = .closed
        record.association?.state = .closed
        record.reason = .init(.consentExpired)
        record.outcome = .completed
        #expect(Diagnosis.findings(of: record).map(\.code) == ["consent-lost"])
        #expect(first(record)?.explanation.contains("30.0 s before the end") == true)
        #expect(Diagnosis.verdict(of: record).severity == .warning)
    }

    @Test func `a lost and a stopped server`() {
        var record = Samples.connected()
        record.endedAt = 5_000_000
        record.reason = .init(.serverLost)
        record.outcome = .serverLost
        #expect(Diagnosis.findings(of: record).map(\.code) == ["server-lost"])
        record.reason = .init(.serverStopped)
        record.outcome = .completed
        #expect(Diagnosis.findings(of: record).map(\.code) == ["server-stopped"])
        #expect(Diagnosis.verdict(of: record).severity == .ok)
    }

    @Test func `what no rule explains is unknown, with the facts`() {
        let record = pathOnly {
            $0.handshake.state = .connected
            $0.phases.dtlsFinished = 9_000
            $0.association = nil
            $0.connectionState = .failed
        }
        let finding = first(record)
        #expect(finding?.code == "unknown")
        #expect(finding?.explanation.contains("ICE connected, DTLS connected") == true)
        #expect(finding?.evidence.isEmpty == false)
    }

    @Test func `what was refused for a limit is told, and spoils no verdict`() {
        var record = Samples.connected()
        record.connectivity.candidatesDropped = 3
        record.events.append(
            TimelineEvent(seq: 50, offset: 9, code: .channelRefused, detail: "Stream 300 is beyond the 256 that were agreed."))
        #expect(Diagnosis.findings(of: record).map(\.code) == ["channel-refused", "limit-reached"])
        #expect(Diagnosis.verdict(of: record).code == "connected")
    }

    // MARK: The catalogue

    @Test func `every cause has words for people`() {
        for cause in Cause.allCases {
            #expect(cause.rawValue.allSatisfy { $0.isLowercase || $0 == "-" || $0.isNumber })
            #expect(!cause.title.hasSuffix(".") && !cause.title.isEmpty)
            #expect(cause.explanation.hasSuffix("."), "\(cause)")
            #expect(cause.fix.hasSuffix(".") || cause.fix.hasSuffix(")."), "\(cause)")
        }
    }
}
