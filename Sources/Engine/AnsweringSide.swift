internal import Crypt
internal import ICE
internal import Peer
internal import SDP
internal import Transport

extension PeerEngine {
    /// The fingerprint of the certificate that every answer names: `sha-256 AA:BB:…`.
    public var fingerprint: String { hub.identity.fingerprint.description }

    /// The candidates that an answer would list, as its lines have them: `candidate:1 1 udp …`.
    public var candidateLines: [String] {
        guard let loop = loops.first, let interfaces = try? NetworkInterface.all() else { return [] }
        return LocalCandidates.host(of: loop.localAddresses, interfaces: interfaces, configuration: configuration)
            .map { "candidate:" + CandidateAttribute($0).text }
    }
}
