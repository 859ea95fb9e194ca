/// The catalogue of causes: for each stable code how much it matters, and in words what it is called, what it means and what helps.
///
/// A code is never renamed or reused. The order here is no ranking: that is `Diagnosis`'s task. The words stand in a table of entries
/// by the part of a connection that they are about: `CausesOf….swift`.
public enum Cause: String, Sendable, CaseIterable {
    // The session
    case offerRefused = "offer-refused"
    case serverLost = "server-lost"
    case noUsableMediaSection = "no-usable-media-section"
    case channelRefused = "channel-refused"
    case messageTooLarge = "message-too-large"
    case limitReached = "limit-reached"
    case serverStopped = "server-stopped"
    case unknown
    // Addresses
    case localAddressesUnreachable = "local-addresses-unreachable"
    case addressFamilyMismatch = "address-family-mismatch"
    case onlyMulticastDNSCandidates = "only-mdns-candidates"
    case onlyPrivateCandidates = "only-private-candidates"
    case noUsableCandidates = "no-usable-candidates"
    // Who is talking to whom
    case wrongPassword = "wrong-password"
    case unknownUsername = "unknown-username"
    case staleAnswer = "stale-answer"
    case restartOneSided = "restart-one-sided"
    case liteConflict = "lite-conflict"
    case roleConflict = "role-conflict"
    // The path
    case oneWayPath = "one-way-path"
    case pathTooLossy = "path-too-lossy"
    case noCheckReceived = "no-check-received"
    case checksUnanswered = "checks-unanswered"
    case neverNominated = "never-nominated"
    case peerVanished = "peer-vanished"
    // Encryption
    case fingerprintMismatch = "fingerprint-mismatch"
    case noCommonCipher = "no-common-cipher"
    case noCommonSRTPProfile = "no-common-srtp-profile"
    case certificateRefused = "certificate-refused"
    case dtlsAlert = "dtls-alert"
    case dtlsRoleClash = "dtls-role-clash"
    case dtlsNoClientHello = "dtls-no-client-hello"
    case largePacketsLost = "large-packets-lost"
    case dtlsSilence = "dtls-silence"
    case dtlsFailed = "dtls-failed"
    // Data channels
    case sctpPortMismatch = "sctp-port-mismatch"
    case sctpAborted = "sctp-aborted"
    case sctpNoInit = "sctp-no-init"
    case sctpSilence = "sctp-silence"
    // Later
    case consentLost = "consent-lost"
    case connectionInterrupted = "connection-interrupted"
    case packetLoss = "packet-loss"
    case highDelay = "high-delay"
    case varyingDelay = "varying-delay"
    case slowSetup = "slow-setup"
    case pathChanged = "path-changed"
    case relayOnly = "relay-only"

    // Told by both sides
    case answerNotApplied = "answer-not-applied"
    case blockedClientToServer = "blocked-client-to-server"
    case blockedServerToClient = "blocked-server-to-client"
    case blockedBothWays = "blocked-both-ways"
    case candidatesNotSent = "candidates-not-sent"
    case selectedPairsDiffer = "selected-pairs-differ"
    case restartNotSignalled = "restart-not-signalled"
    case closedByPage = "closed-by-page"
    case pathBroke = "path-broke"
    case lossToServer = "loss-to-server"
    case lossToClient = "loss-to-client"
    case clocksDiffer = "clocks-differ"

    public var severity: Severity { entry.severity }
    public var title: String { entry.title }
    /// What the code means, true of every such finding.
    public var explanation: String { entry.explanation }
    /// What helps.
    public var fix: String { entry.fix }
    /// The rest of its page of documentation.
    public var help: Help { entry.help }

    /// It is concluded from silence: while the session lives, what is missing may still come.
    var isPatient: Bool {
        switch self {
        case .noCheckReceived, .checksUnanswered, .oneWayPath, .pathTooLossy, .onlyMulticastDNSCandidates, .onlyPrivateCandidates,
            .noUsableCandidates, .addressFamilyMismatch, .localAddressesUnreachable, .liteConflict, .neverNominated, .peerVanished,
            .dtlsNoClientHello, .largePacketsLost, .dtlsSilence, .sctpNoInit, .sctpSilence, .unknown,
            .blockedClientToServer, .blockedServerToClient, .blockedBothWays:
            true
        default: false
        }
    }
}

extension Cause {
    /// One line of the catalogue.
    struct Entry: Sendable {
        var severity: Severity
        var title: String
        var explanation: String
        var fix: String
        var help: Help

        init(_ severity: Severity, _ title: String, _ explanation: String, fix: String, help: Help) {
            self.severity = severity
            self.title = title
            self.explanation = explanation
            self.fix = fix
            self.help = help
        }
    }

    /// What a page of documentation says beyond a finding.
    public struct Help: Sendable {
        /// How it looks in the timeline, the pairs and the packets.
        public var looks: String
        /// How to check it: a command or a place to look at, and what it tells.
        public var checks: [Check]
        /// What to do where.
        public var situations: [Situation]
        public var references: [String]

        init(_ looks: String, checks: [Check] = [], situations: [Situation] = [], references: [String] = []) {
            self.looks = looks
            self.checks = checks
            self.situations = situations
            self.references = references
        }
    }

    public struct Check: Sendable {
        public var command: String
        public var meaning: String

        init(_ command: String, _ meaning: String) {
            self.command = command
            self.meaning = meaning
        }
    }

    public struct Situation: Sendable {
        public var place: String
        public var advice: String

        init(_ place: String, _ advice: String) {
            self.place = place
            self.advice = advice
        }
    }

    /// The catalogue.
    private static let entries: [Cause: Entry] = {
        var all: [Cause: Entry] = [:]
        for part in [
            causesOfSession, causesOfAddresses, causesOfIdentity, causesOfPath, causesOfHandshake, causesOfData, causesOfQuality,
            causesOfBothSides,
        ] {
            all.merge(part) { first, _ in first }
        }
        return all
    }()

    private var entry: Entry {
        // A test holds that every case has its entry.
        Self.entries[self] ?? Entry(.error, rawValue, rawValue, fix: rawValue, help: Help(rawValue))
    }
}

// Checks that help with several causes.
extension Cause.Check {
    static let timeline = Cause.Check("curl -H 'Accept: text/plain' …/v1/sessions/ID/events", "The whole story, a line an event.")
    static let pairs = Cause.Check(
        "curl …/v1/sessions/ID/ice", "Every pair of addresses with its counters: checks sent, answered, received.")
    static let packets = Cause.Check(
        "curl -O …/v1/sessions/ID/packets.pcapng && tshark -r packets.pcapng",
        "The set-up packets themselves, both directions; Wireshark opens the file too.")
    static let internals = Cause.Check(
        "chrome://webrtc-internals, or about:webrtc in Firefox", "The browser's own view: which calls were made, which checks it sent.")
    static let tcpdump = Cause.Check(
        "tcpdump -ni any udp port 8189", "Run it on the server's machine: does anything of the peer arrive at all?")
    static let firewall = Cause.Check(
        "iptables -L -nv; nft list ruleset; ufw status", "Is there a rule for the server's UDP port (8189), in and out?")
    static let docker = Cause.Check(
        "docker ps", "The port must be published for UDP too: 0.0.0.0:8189->8189/udp. Without /udp only TCP is.")
    static let answer = Cause.Check(
        "curl …/v1/sessions/ID/answer", "The answer as the server gave it: compare it with what the page applied.")
    static let offer = Cause.Check("curl …/v1/sessions/ID/offer", "The offer as it arrived, numbered as the finding numbers it.")
    static let mtu = Cause.Check(
        "ping -M do -s 1172 PEER", "1,200 bytes without fragments: does it come back? Try smaller and larger sizes.")
}
