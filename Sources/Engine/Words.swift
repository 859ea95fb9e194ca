internal import ICE
internal import Inspection
internal import Peer

// The words that people read for what the protocol rooms say in cases.

extension StateKind {
    var code: EventCode {
        switch self {
        case .signaling: .signalingStateChanged
        case .gathering: .gatheringStateChanged
        case .iceConnection: .iceStateChanged
        case .connection: .connectionStateChanged
        case .dtls: .dtlsStateChanged
        case .sctp: .sctpStateChanged
        }
    }
}

extension PacketKind {
    var word: String {
        switch self {
        case .stun: "STUN"
        case .dtls: "DTLS"
        case .rtp: "RTP"
        case .rtcp: "RTCP"
        case .foreign: "foreign"
        }
    }
}

extension RejectedRequest {
    var code: EventCode {
        switch self {
        case .noIntegrity: .checkRejectedNoIntegrity
        case .unknownUsername, .staleUsername: .checkRejectedUnknownUsername
        case .wrongPassword: .checkRejectedWrongPassword
        case .roleConflict: .roleConflict
        case .wrongFingerprint, .malformed, .unknownAttributes, .badRequest, .tooManySources, .notBinding: .checkRejectedMalformed
        case .agentFailed: .responseRejected
        }
    }
}

extension Disposition.SetAside {
    var words: String {
        switch self {
        case .mdnsName: "an mDNS name can only be resolved on the peer's own network; its checks will show the address"
        case .hostname: "names are not resolved"
        case .otherComponent: "RTCP is multiplexed, so component 2 is not needed"
        case .unsupportedTransport: "no socket of this server speaks its transport"
        case .noLocalCounterpart: "this server has no address of its family and reach"
        case .afterNomination: "a pair had been chosen already"
        }
    }
}

extension Disposition.Refusal {
    var words: String {
        switch self {
        case .unspecified: "it is no address that anything could be sent to"
        case .loopback: "it is a loopback address, and this server offers none"
        case .linkLocal: "it is a link-local address, and this server offers none"
        case .privateNetwork: "it is a private address, and this server offers none"
        case .multicast: "it is a multicast address"
        case .documentation: "it is an address for documentation"
        case .benchmark: "it is an address for benchmarks"
        case .reserved: "it is in a reserved range"
        case .metadata: "it is the metadata service of a cloud"
        case .embeddedAddress: "it carries an IPv4 address that is not global"
        case .operatorPolicy: "the operator forbids it"
        case .portZero: "its port is 0"
        case .tooMany: "there are too many candidates"
        case .afterEndOfCandidates: "it came after end-of-candidates"
        case .agentEnded: "the session is over"
        }
    }
}

extension ICE.CheckKind {
    var words: String {
        switch self {
        case .ordinary: "ordinary check"
        case .triggered: "triggered check"
        case .nomination: "nomination"
        case .consent: "consent check"
        }
    }
}

extension ICE.PairCause {
    var words: String {
        switch self {
        case .ordinaryCheck: "its turn came"
        case .triggeredCheck: "a check of the peer came on it"
        case .answered: "the check was answered"
        case .roleConflict: "the roles were in conflict"
        case .failure(.timedOut): "no answer came to any check"
        case .failure(.refused(let code)): "the peer refused the check with error \(code)"
        case .failure(.asymmetric): "the answer came from another address than the check went to"
        case .failure(.consentExpired): "consent expired"
        case .failure(.pruned): "a better pair took its place in a full list"
        case .failure(.restarted): "ICE was restarted"
        case .failure(.superseded): "another pair was chosen before it was tried"
        }
    }
}
