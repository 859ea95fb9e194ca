import Inspection
import Wire

/// Causes that rest on packets, on what was measured, or on what another session saw.
extension Scripts {
    /// A script that there is.
    static func recorded(_ cause: Cause) -> Record {
        record(for: cause) ?? Record(id: "no script", startedAt: 0)
    }

    private static let path = Path(
        local: TransportAddress(IPAddress(127, 0, 0, 1), 8189), remote: TransportAddress(IPAddress(127, 0, 0, 1), 40_000))

    /// A STUN message without attributes: a request, or the answer to one.
    private static func check(_ number: UInt8, isAnswer: Bool = false) -> [UInt8] {
        [isAnswer ? 1 : 0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42] + [UInt8](repeating: number, count: 12)
    }

    private static func isMisnamed(_ relation: String) -> Record {
        silent {
            $0.events.append(
                TimelineEvent(
                    seq: 60, offset: 9, code: .checkRejectedUnknownUsername, detail: "Checks name the session S.",
                    data: ["session": "S", "relation": .text(relation)]))
        }
    }

    /// A session that stands, with what was measured of it.
    private static func measured(_ change: (inout Record.Quality) -> Void) -> Record {
        var record = Samples.connected()
        record.takenAt = 60_000_000
        record.quality.lastHeardAt = 59_000_000
        change(&record.quality)
        return record
    }

    static func laterRecord(for cause: Cause) -> Record? {
        switch cause {
        case .onlyPrivateCandidates:
            silent(remote: .address(IPAddress(192, 168, 1, 7)), .refused, "a private address").changed {
                $0.connectivity.localCandidates[0].host = .address(IPAddress(198, 51, 100, 7))
            }
        case .staleAnswer: isMisnamed("earlier")
        case .restartOneSided:
            ended(.consentExpired).changed { $0.connectivity.rejectedRequests.unknownUsername = 7 }
        case .peerVanished:
            pathOnly {
                $0.connectivity.pairs[0].requestsReceived = 2
                $0.quality.lastHeardAt = 3_000
            }
        case .pathTooLossy: lossy()
        case .largePacketsLost: large()
        case .dtlsRoleClash:
            pathOnly {
                $0.handshake.role = .client
                $0.handshake.state = .failed
                $0.handshake.clientHellosSeen = 1
                $0.events.append(TimelineEvent(seq: 60, offset: 20_000, code: .dtlsFailed))
            }
        case .messageTooLarge:
            Samples.connected().changed {
                $0.events.append(
                    TimelineEvent(seq: 60, offset: 9, code: .channelClosed, cause: "a message was larger than the 256 KiB announced"))
            }
        case .connectionInterrupted: measured { $0.interruptions = [.init(start: 20_000_000, end: 29_000_000)] }
        case .packetLoss:
            measured {
                $0.checksSent = 40
                $0.checksAnswered = 12
            }
        case .highDelay:
            measured {
                $0.roundTrips = 9
                $0.roundTripMinimum = 1_700_000
                $0.roundTripMean = 1_800_000
                $0.roundTripMaximum = 2_000_000
            }
        case .varyingDelay:
            measured {
                $0.roundTrips = 20
                $0.roundTripMinimum = 20_000
                $0.roundTripMean = 600_000
                $0.roundTripMaximum = 1_500_000
            }
        case .slowSetup:
            Samples.connected().changed {
                $0.takenAt = 40_000_000
                $0.phases.firstCheckReceived = 14_000_000
                $0.phases.pairSucceeded = 14_010_000
                $0.phases.dtlsStarted = 14_020_000
                $0.phases.connected = 14_200_000
            }
        case .pathChanged: measured { $0.pathChanges = [.init(offset: 30_000_000, from: "P9", to: "P1")] }
        case .relayOnly: Samples.connected().changed { $0.connectivity.pairs[0].remoteKind = .relay }
        default: nil
        }
    }

    /// Of eight checks two are answered, and the handshake drags on.
    private static func lossy() -> Record {
        pathOnly {
            $0.connectivity.pairs[0].requestsReceived = 3
            $0.connectivity.pairs[0].responsesReceived = 2
            $0.handshake.state = .connecting
            $0.handshake.clientHellosSeen = 2
            $0.quality.lastHeardAt = 19_000_000
            for number in UInt8(1)...8 {
                let at = Int64(number) * 2_000_000
                $0.evidence.append(check(number).span, direction: .sent, on: path, at: at)
                if number % 4 == 0 {
                    $0.evidence.append(check(number, isAnswer: true).span, direction: .received, on: path, at: at + 9_000)
                }
            }
            $0.evidence.append(check(99).span, direction: .received, on: path, at: 19_000_000)
        }
    }

    /// Checks are answered, and a long flight goes out again and again.
    private static func large() -> Record {
        pathOnly {
            $0.connectivity.pairs[0].requestsReceived = 5
            $0.connectivity.pairs[0].responsesReceived = 5
            $0.handshake.state = .connecting
            $0.handshake.clientHellosSeen = 5
            $0.phases.dtlsStarted = 3_000
            $0.quality.lastHeardAt = 19_500_000
            for number in UInt8(1)...5 {
                let at = Int64(number) * 3_500_000
                $0.evidence.append(check(number).span, direction: .sent, on: path, at: at)
                $0.evidence.append(check(number, isAnswer: true).span, direction: .received, on: path, at: at + 9_000)
                $0.evidence.append(([22] + [UInt8](repeating: 0, count: 150)).span, direction: .received, on: path, at: at + 100_000)
                $0.evidence.append(([22] + [UInt8](repeating: 0, count: 800)).span, direction: .sent, on: path, at: at + 101_000)
            }
        }
    }
}

extension Record {
    /// The same, changed.
    func changed(_ change: (inout Record) -> Void) -> Record {
        var record = self
        change(&record)
        return record
    }
}
