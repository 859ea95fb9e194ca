import Inspection
import Wire

/// A session gone wrong for each cause of the catalogue, as its record would look.
enum Scripts {
    /// Long after the answer, nothing came.
    static func silent(_ change: (inout Record) -> Void = { _ in }) -> Record {
        var record = Samples.posted(takenAt: 20_000_000)
        record.connectivity.pairs[0].requestsSent = 9
        change(&record)
        return record
    }

    /// Long after the answer, nothing came, and no pair could be made with the only candidate of the peer.
    static func silent(remote host: Endpoint.Host, _ disposition: Record.Candidate.Disposition, _ reason: String) -> Record {
        silent {
            $0.connectivity.pairs = []
            $0.connectivity.remoteCandidates = [
                Record.Candidate(id: "R1", kind: .host, host: host, port: 50_000, disposition: disposition, dispositionReason: reason)
            ]
        }
    }

    /// A path was found and nominated long ago, nothing more.
    static func pathOnly(_ change: (inout Record) -> Void = { _ in }) -> Record {
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

    /// A handshake that failed with a reason of its own.
    static func failed(_ code: Record.Handshake.Failure.Code) -> Record {
        pathOnly {
            $0.handshake.state = .failed
            $0.connectionState = .failed
            $0.handshake.failure = .init(code, text: "It failed.")
            $0.events.append(TimelineEvent(seq: 60, offset: 20_000, code: .dtlsFailed))
        }
    }

    /// DTLS stands, the data channels do not.
    static func withoutData(_ change: (inout Record.Association) -> Void = { _ in }) -> Record {
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
        if association.failure != nil { record.events.append(TimelineEvent(seq: 60, offset: 20_000, code: .sctpAborted)) }
        return record
    }

    /// A session that had connected and ended.
    static func ended(_ reason: Record.Reason.Code) -> Record {
        var record = Samples.connected()
        record.takenAt = 34_000_000
        record.endedAt = 34_000_000
        record.connectionState = .closed
        record.connectivity.state = .closed
        record.handshake.state = .closed
        record.association?.state = .closed
        record.reason = .init(reason)
        record.outcome = .init(reason: reason, everConnected: true)
        return record
    }

    /// The causes that the server's own record tells; the others need the peer's report.
    static let causes = Cause.allCases.filter { record(for: $0) != nil }

    /// The record whose first finding is to be `cause`; nil for one that both sides tell together.
    static func record(for cause: Cause) -> Record? {
        switch cause {
        case .offerRefused: refused()
        case .serverLost: ended(.serverLost)
        case .serverStopped: ended(.serverStopped)
        case .consentLost: ended(.consentExpired)
        case .noUsableMediaSection:
            silent { $0.media = [Record.MediaSection(mid: "0", kind: "video", isAccepted: false, rejection: "no common codec", line: 9)] }
        case .localAddressesUnreachable: silent { $0.remoteAddress = Samples.address("203.0.113.9:4711") }
        case .addressFamilyMismatch:
            silent(remote: .address(IPAddress(v6High: 0x2001_0db8_0000_0000, low: 9)), .setAside, "no socket of its family")
        case .onlyMulticastDNSCandidates: silent(remote: .name("4f2c6d5e-0000-4000-8000-000000000000.local"), .setAside, "a name")
        case .noUsableCandidates: silent(remote: .address(IPAddress(169, 254, 169, 254)), .refused, "a link-local address")
        case .wrongPassword: silent { $0.connectivity.rejectedRequests.wrongPassword = 3 }
        case .unknownUsername: silent { $0.connectivity.rejectedRequests.unknownUsername = 3 }
        case .liteConflict: silent { $0.connectivity.remote.isLite = true }
        case .roleConflict:
            silent {
                $0.connectivity.roleConflicts = 4
                $0.connectivity.pairs[0].requestsReceived = 4
                $0.connectivity.pairs[0].lastError = .init(code: 487, text: "Role Conflict")
            }
        case .oneWayPath:
            silent {
                $0.connectivity.pairs[0].requestsReceived = 12
                $0.connectivity.pairs[0].responsesSent = 12
            }
        case .noCheckReceived: silent()
        case .checksUnanswered:
            silent {
                $0.connectivity.role = .controlling
                $0.connectivity.remote.isLite = true
            }
        case .neverNominated:
            pathOnly {
                $0.phases.nominated = nil
                $0.connectivity.selectedPairId = nil
                $0.connectivity.pairs[0].isNominated = false
            }
        case .fingerprintMismatch: failed(.fingerprintMismatch)
        case .noCommonCipher: failed(.noSharedCipher)
        case .noCommonSRTPProfile: failed(.noSRTPProfile)
        case .certificateRefused: failed(.certificate)
        case .dtlsFailed: failed(.malformed)
        case .dtlsAlert:
            pathOnly {
                $0.handshake.state = .failed
                $0.handshake.alertReceived = .init(isFatal: true, code: 40)
                $0.events.append(TimelineEvent(seq: 60, offset: 20_000, code: .dtlsAlertReceived))
            }
        case .dtlsNoClientHello: pathOnly()
        case .dtlsSilence:
            pathOnly {
                $0.handshake.state = .connecting
                $0.handshake.clientHellosSeen = 4
                $0.handshake.datagramsReceived = 4
                $0.handshake.datagramsSent = 12
                $0.handshake.retransmissions = 4
            }
        case .sctpPortMismatch:
            withoutData {
                $0.strayPort = 5001
                $0.packetsReceived = 3
            }
        case .sctpAborted:
            withoutData {
                $0.failure = .init(.aborted, text: "Protocol violation.")
                $0.state = .closed
            }
        case .sctpNoInit: withoutData()
        case .sctpSilence:
            withoutData {
                $0.isInitSeen = true
                $0.packetsReceived = 2
            }
        case .channelRefused: full { $0.events.append(TimelineEvent(seq: 50, offset: 9, code: .channelRefused, detail: "Beyond 256.")) }
        case .limitReached: full { $0.connectivity.candidatesDropped = 3 }
        case .unknown:
            pathOnly {
                $0.handshake.state = .connected
                $0.phases.dtlsFinished = 9_000
                $0.association = nil
                $0.connectionState = .failed
            }
        default: laterRecord(for: cause)
        }
    }

    private static func full(_ change: (inout Record) -> Void) -> Record {
        var record = Samples.connected()
        change(&record)
        return record
    }

    private static func refused() -> Record {
        var record = Record(id: "x", startedAt: 0)
        record.endedAt = 200
        record.offer = Record.Description(masking: "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\nq=what\r\n")
        record.refusal = .init(
            status: 400, code: "sdp-line-unknown", detail: "There is no line of type q", line: 3, column: 1, section: "RFC 8866 §5")
        record.reason = .init(.offerRefused)
        record.outcome = .refused
        return record
    }
}
