public import Crypt
public import ICE
public import SCTP
internal import Wire

extension PeerConnection {
    /// What a peer is made from, beside the description of the other end.
    public struct Configuration: Sendable {
        /// The certificate the other end will see; normally one a process.
        public var identity: Identity
        /// Our candidates: those of the sockets that were there before the peer.
        public var localCandidates: [ICE.Candidate]
        /// Which remote candidates may be checked (SECURITY A15).
        public var policy: AddressPolicy
        /// The owner of usrsctp; the same for every peer of a process.
        public var stack: SCTP.Stack
        /// Data channels send back what they receive. Otherwise messages come out of `onMessage`.
        public var echoesData: Bool
        /// RFC 8863: how long to wait before a check list without a pair has failed.
        public var patience: Duration
        /// A peer that no authenticated check reached by then is over (SECURITY C4). Not less than `patience`.
        public var setupDeadline: Duration

        public init(
            identity: Identity, localCandidates: [ICE.Candidate], policy: AddressPolicy, stack: SCTP.Stack,
            echoesData: Bool = true, patience: Duration = .milliseconds(39_500), setupDeadline: Duration = .seconds(45)
        ) {
            self.identity = identity
            self.localCandidates = localCandidates
            self.policy = policy
            self.stack = stack
            self.echoesData = echoesData
            self.patience = patience
            self.setupDeadline = max(patience, setupDeadline)
        }
    }
}
