/// What happened: the stable code of a timeline event, what part of the connection it belongs to, and one sentence for people.
///
/// The raw value is what the JSON says and what a history keeps, so a code is never renamed or reused. `checkSent` and `checkReceived` stand
/// for the first check of a pair, not for each.
public enum EventCode: String, Sendable, CaseIterable {
    // HTTP
    case requestReceived = "request-received"
    case answerSent = "answer-sent"
    case offerSent = "offer-sent"
    case answerReceived = "answer-received"
    case closeRequested = "close-requested"
    // Description
    case offerParsed = "offer-parsed"
    case offerRefused = "offer-refused"
    case answerParsed = "answer-parsed"
    case answerRefused = "answer-refused"
    case mediaSectionRejected = "media-section-rejected"
    case signalingStateChanged = "signaling-state-changed"
    // Candidates
    case candidatesGathered = "candidates-gathered"
    case localCandidateAdded = "local-candidate-added"
    case gatheringStateChanged = "gathering-state-changed"
    case trickleReceived = "trickle-received"
    case remoteCandidateAdded = "remote-candidate-added"
    case remoteCandidateSetAside = "remote-candidate-set-aside"
    case remoteCandidateRefused = "remote-candidate-refused"
    case peerReflexiveDiscovered = "peer-reflexive-discovered"
    case endOfCandidates = "end-of-candidates"
    // Connectivity checks
    case pairCreated = "pair-created"
    case checkSent = "check-sent"
    case checkReceived = "check-received"
    case pairSucceeded = "pair-succeeded"
    case pairFailed = "pair-failed"
    case pairPruned = "pair-pruned"
    case pairNominated = "pair-nominated"
    case pairSelected = "pair-selected"
    case roleConflict = "role-conflict"
    case checkRejectedWrongPassword = "check-rejected-wrong-password"
    case checkRejectedUnknownUsername = "check-rejected-unknown-username"
    case checkRejectedNoIntegrity = "check-rejected-no-integrity"
    case checkRejectedMalformed = "check-rejected-malformed"
    case checkErrorReceived = "check-error-received"
    case responseRejected = "response-rejected"
    case patienceExpired = "patience-expired"
    case strangerDropped = "stranger-dropped"
    case datagramHeld = "datagram-held"
    case sendFailed = "send-failed"
    case iceStateChanged = "ice-state-changed"
    case iceRestarted = "ice-restarted"
    case consentLost = "consent-lost"
    case consentRegained = "consent-regained"
    case consentExpired = "consent-expired"
    case connectionStateChanged = "connection-state-changed"
    // DTLS
    case dtlsClientHelloSent = "dtls-client-hello-sent"
    case dtlsClientHelloSeen = "dtls-client-hello-seen"
    case dtlsFlightSent = "dtls-flight-sent"
    case dtlsFlightReceived = "dtls-flight-received"
    case dtlsFlightRetransmitted = "dtls-flight-retransmitted"
    case dtlsStateChanged = "dtls-state-changed"
    case fingerprintVerified = "fingerprint-verified"
    case fingerprintMismatch = "fingerprint-mismatch"
    case dtlsConnected = "dtls-connected"
    case dtlsAlertReceived = "dtls-alert-received"
    case dtlsAlertSent = "dtls-alert-sent"
    case dtlsFailed = "dtls-failed"
    case dtlsRestarted = "dtls-restarted"
    // SCTP and data channels
    case sctpInitSent = "sctp-init-sent"
    case sctpInitSeen = "sctp-init-seen"
    case sctpInitAcknowledged = "sctp-init-acknowledged"
    case sctpCookieSent = "sctp-cookie-sent"
    case sctpErrorReceived = "sctp-error-received"
    case sctpStateChanged = "sctp-state-changed"
    case sctpConnected = "sctp-connected"
    case sctpAborted = "sctp-aborted"
    case sctpFailed = "sctp-failed"
    case channelOpened = "channel-opened"
    case channelClosed = "channel-closed"
    case channelRefused = "channel-refused"
    case messageRefused = "message-refused"
    // The end
    case peerClosed = "peer-closed"
    case closeSent = "close-sent"
    case serverStopping = "server-stopping"
    case sessionExpired = "session-expired"
    case sessionEnded = "session-ended"
    case serverLost = "server-lost"
    case unrecognized
}

extension EventCode {
    /// The part of the connection that an event belongs to.
    public enum Phase: String, Sendable, Decodable, CaseIterable {
        case http, sdp, gathering, ice, dtls, sctp, channel, close
    }

    public var phase: Phase {
        switch self {
        case .requestReceived, .answerSent, .offerSent, .answerReceived: .http
        case .offerParsed, .offerRefused, .answerParsed, .answerRefused, .mediaSectionRejected, .signalingStateChanged: .sdp
        case .candidatesGathered, .localCandidateAdded, .gatheringStateChanged: .gathering
        case .trickleReceived, .remoteCandidateAdded, .remoteCandidateSetAside, .remoteCandidateRefused,
            .peerReflexiveDiscovered, .endOfCandidates, .pairCreated, .checkSent, .checkReceived, .pairSucceeded, .pairFailed,
            .pairPruned, .pairNominated, .pairSelected, .roleConflict, .checkRejectedWrongPassword,
            .checkRejectedUnknownUsername, .checkRejectedNoIntegrity, .checkRejectedMalformed, .checkErrorReceived,
            .responseRejected, .patienceExpired, .strangerDropped, .datagramHeld, .sendFailed, .iceStateChanged, .iceRestarted,
            .consentLost, .consentRegained, .consentExpired, .connectionStateChanged:
            .ice
        case .dtlsClientHelloSent, .dtlsClientHelloSeen, .dtlsFlightSent, .dtlsFlightReceived, .dtlsFlightRetransmitted,
            .dtlsStateChanged, .fingerprintVerified, .fingerprintMismatch, .dtlsConnected, .dtlsAlertReceived, .dtlsAlertSent,
            .dtlsFailed, .dtlsRestarted:
            .dtls
        case .sctpInitSent, .sctpInitSeen, .sctpInitAcknowledged, .sctpCookieSent, .sctpErrorReceived, .sctpStateChanged, .sctpConnected,
            .sctpAborted, .sctpFailed:
            .sctp
        case .channelOpened, .channelClosed, .channelRefused, .messageRefused: .channel
        case .closeRequested, .peerClosed, .closeSent, .serverStopping, .sessionExpired, .sessionEnded, .serverLost,
            .unrecognized:
            .close
        }
    }

    /// One sentence that is true of every such event; the event itself may have a more exact one.
    public var sentence: String {
        switch self {
        case .requestReceived: "The HTTP request with the offer began to arrive."
        case .answerSent: "The answer was handed to the HTTP client."
        case .offerSent: "Our offer was handed to the HTTP client."
        case .answerReceived: "The HTTP request with the peer's answer arrived."
        case .closeRequested: "An HTTP DELETE asked to end the session."
        case .offerParsed: "The offer was read and understood."
        case .offerRefused: "The offer was refused."
        case .answerParsed: "The peer's answer was read and understood."
        case .answerRefused: "The peer's answer was refused."
        case .mediaSectionRejected: "A media section of the offer was rejected in the answer."
        case .signalingStateChanged: "The signaling state changed."
        case .candidatesGathered: "Our candidates were gathered."
        case .localCandidateAdded: "A candidate of ours was gathered."
        case .gatheringStateChanged: "The ICE gathering state changed."
        case .trickleReceived: "The peer sent more candidates by PATCH."
        case .remoteCandidateAdded: "A candidate of the peer was added."
        case .remoteCandidateSetAside: "A candidate of the peer was set aside: nothing can be sent to it."
        case .remoteCandidateRefused: "A candidate of the peer was refused."
        case .peerReflexiveDiscovered: "A check came from an address that the peer had not announced; it became a candidate."
        case .endOfCandidates: "The peer said that it has no more candidates."
        case .pairCreated: "A local and a remote candidate were paired."
        case .checkSent: "The first connectivity check was sent on this pair."
        case .checkReceived: "The first valid connectivity check of the peer came in on this pair."
        case .pairSucceeded: "A connectivity check was answered: the pair works both ways."
        case .pairFailed: "The pair failed."
        case .pairPruned: "The pair was given up in favour of better ones."
        case .pairNominated: "The pair was nominated."
        case .pairSelected: "The pair was selected: everything is sent on it from now on."
        case .roleConflict: "Both sides claimed the same ICE role; the tie-breaker decided."
        case .checkRejectedWrongPassword: "A check was not accepted: it was signed with another password."
        case .checkRejectedUnknownUsername: "A check was not accepted: its username is none of this session."
        case .checkRejectedNoIntegrity: "A check was not accepted: it was not signed."
        case .checkRejectedMalformed: "A check was not accepted: it is malformed."
        case .checkErrorReceived: "The peer answered a check of ours with an error."
        case .responseRejected: "An answer to a check was ignored."
        case .patienceExpired: "The time in which a first pair may still come (39.5 s) has passed."
        case .strangerDropped: "A datagram from a path that no check has proved was dropped."
        case .datagramHeld: "A datagram came before our check of its path was answered; it is held until then."
        case .sendFailed: "A datagram of ours did not get through."
        case .iceStateChanged: "The ICE connection state changed."
        case .iceRestarted: "ICE was restarted with new credentials."
        case .consentLost: "The peer no longer answers our consent checks."
        case .consentRegained: "The peer answers our consent checks again."
        case .consentExpired: "The peer's consent to receive expired: nothing was answered for 30 seconds."
        case .connectionStateChanged: "The connection state changed."
        case .dtlsClientHelloSent: "We began the DTLS handshake with a ClientHello."
        case .dtlsClientHelloSeen: "The peer began the DTLS handshake with a ClientHello."
        case .dtlsFlightSent: "A flight of the DTLS handshake was sent."
        case .dtlsFlightReceived: "A flight of the DTLS handshake came in."
        case .dtlsFlightRetransmitted: "A flight of the DTLS handshake was sent again, as no answer came."
        case .dtlsStateChanged: "The DTLS state changed."
        case .fingerprintVerified: "The peer's certificate has the fingerprint that its description promised."
        case .fingerprintMismatch: "The peer's certificate does not have the fingerprint that its description promised."
        case .dtlsConnected: "The DTLS handshake finished."
        case .dtlsAlertReceived: "The peer sent a DTLS alert."
        case .dtlsAlertSent: "We sent a DTLS alert."
        case .dtlsFailed: "The DTLS handshake failed."
        case .dtlsRestarted: "The DTLS handshake began anew."
        case .sctpInitSent: "We asked for the SCTP association with an INIT."
        case .sctpInitSeen: "The peer asked for the SCTP association with an INIT."
        case .sctpInitAcknowledged: "The peer acknowledged our INIT."
        case .sctpCookieSent: "We echoed the peer's cookie."
        case .sctpErrorReceived: "The peer reported an SCTP error without ending the association."
        case .sctpStateChanged: "The SCTP state changed."
        case .sctpConnected: "The SCTP association was established."
        case .sctpAborted: "The SCTP association was aborted."
        case .sctpFailed: "The SCTP association failed."
        case .channelOpened: "A data channel was opened."
        case .channelClosed: "A data channel was closed."
        case .channelRefused: "A data channel was refused."
        case .messageRefused: "A message was refused."
        case .peerClosed: "The peer said goodbye."
        case .closeSent: "We said goodbye to the peer."
        case .serverStopping: "The server is being stopped."
        case .sessionExpired: "The session expired, as nothing authentic ever came from the peer."
        case .sessionEnded: "The session ended."
        case .serverLost: "The server ended without a goodbye; the session was closed at the next start."
        case .unrecognized: "A newer version of this program recorded an event that this one does not know."
        }
    }

    /// A timeline that is full still takes these: how the story ends matters more than its middle.
    var isDecisive: Bool {
        switch self {
        case .iceStateChanged, .connectionStateChanged, .dtlsStateChanged, .sctpStateChanged, .consentExpired, .dtlsFailed,
            .fingerprintMismatch,
            .dtlsAlertReceived, .dtlsAlertSent, .sctpAborted, .sctpFailed:
            true
        default:
            phase == .close
        }
    }
}

extension EventCode: Decodable {
    /// A code from a newer version reads as `unrecognized`: the event keeps its text.
    public init(from decoder: any Decoder) throws {
        self = EventCode(rawValue: try decoder.singleValueContainer().decode(String.self)) ?? .unrecognized
    }
}
