internal import STUN
internal import Wire

/// What both sets of credentials become on the wire: usernames as bytes, passwords as HMAC midstates.
struct Keys: Sendable {
    /// Our password: proves requests to us, signs our answers.
    let local: IntegrityKey
    /// Their password: signs our requests, proves their answers.
    private(set) var remote: IntegrityKey?
    /// USERNAME of requests to us, `ours:theirs`; without their part while that is unknown: `ours:`.
    private(set) var inbound: [UInt8]
    /// USERNAME of our requests, `theirs:ours`.
    private(set) var outbound: [UInt8] = []
    /// `inbound` of before the last restart, kept only to name the mistake.
    private(set) var stale: [UInt8] = []

    enum UsernameMatch {
        case current
        /// Our half is right; theirs is not known yet.
        case early
        case stale
        case unknown
    }

    init(local: Credentials) {
        self.local = IntegrityKey(shortTermPassword: local.password)
        inbound = Array("\(local.ufrag):".utf8)
    }

    init(local: Credentials, remote: Credentials, after previous: Keys) {
        self.init(local: local)
        stale = previous.remote == nil ? [] : previous.inbound
        setRemote(remote, localFragment: local.ufrag)
    }

    mutating func setRemote(_ remote: Credentials, localFragment: String) {
        self.remote = IntegrityKey(shortTermPassword: remote.password)
        inbound = Array("\(localFragment):\(remote.ufrag)".utf8)
        outbound = Array("\(remote.ufrag):\(localFragment)".utf8)
    }

    /// Whether USERNAME is the one requests to us carry: both halves, exactly (SECURITY A5).
    func match(_ username: Span<UInt8>) -> UsernameMatch {
        if remote != nil {
            if username.equals(inbound) { return .current }
        } else if username.count > inbound.count, username.extracting(0..<inbound.count).equals(inbound) {
            return .early
        }
        return !stale.isEmpty && username.equals(stale) ? .stale : .unknown
    }
}

extension Span<UInt8> {
    /// Not in constant time: a fragment is no secret.
    func equals(_ other: [UInt8]) -> Bool {
        guard count == other.count else { return false }
        for index in 0..<count where self[index] != other[index] { return false }
        return true
    }
}
