/// The catalogue of causes: for each stable code how much it matters, and in words what it is called, what it means and what helps.
///
/// A code is never renamed or reused. The order here is no ranking: that is `Diagnosis`'s task.
public enum Cause: String, Sendable, CaseIterable {
    case offerRefused = "offer-refused"
    case serverLost = "server-lost"
    case noUsableMediaSection = "no-usable-media-section"
    case localAddressesUnreachable = "local-addresses-unreachable"
    case addressFamilyMismatch = "address-family-mismatch"
    case onlyMulticastDNSCandidates = "only-mdns-candidates"
    case noUsableCandidates = "no-usable-candidates"
    case wrongPassword = "wrong-password"
    case unknownUsername = "unknown-username"
    case liteConflict = "lite-conflict"
    case roleConflict = "role-conflict"
    case oneWayPath = "one-way-path"
    case noCheckReceived = "no-check-received"
    case checksUnanswered = "checks-unanswered"
    case neverNominated = "never-nominated"
    case fingerprintMismatch = "fingerprint-mismatch"
    case noCommonCipher = "no-common-cipher"
    case noCommonSRTPProfile = "no-common-srtp-profile"
    case certificateRefused = "certificate-refused"
    case dtlsAlert = "dtls-alert"
    case dtlsNoClientHello = "dtls-no-client-hello"
    case dtlsSilence = "dtls-silence"
    case dtlsFailed = "dtls-failed"
    case sctpPortMismatch = "sctp-port-mismatch"
    case sctpAborted = "sctp-aborted"
    case sctpNoInit = "sctp-no-init"
    case sctpSilence = "sctp-silence"
    case consentLost = "consent-lost"
    case channelRefused = "channel-refused"
    case limitReached = "limit-reached"
    case serverStopped = "server-stopped"
    case unknown

    public var severity: Severity { entry.severity }
    public var title: String { entry.title }
    /// What the code means, true of every such finding.
    public var explanation: String { entry.explanation }
    /// What helps.
    public var fix: String { entry.fix }

    /// It is concluded from silence: while the session lives, what is missing may still come.
    var isPatient: Bool {
        switch self {
        case .noCheckReceived, .checksUnanswered, .oneWayPath, .onlyMulticastDNSCandidates, .noUsableCandidates, .addressFamilyMismatch,
            .localAddressesUnreachable, .liteConflict, .neverNominated, .dtlsNoClientHello, .dtlsSilence, .sctpNoInit, .sctpSilence,
            .unknown:
            true
        default: false
        }
    }

    private typealias Entry = (severity: Severity, title: String, explanation: String, fix: String)

    private var entry: Entry {
        switch self {
        case .offerRefused:
            (
                .error, "The offer was refused",
                """
                The server could not accept the session description that was posted, so no connection was begun.
                """,
                """
                Correct the description at the line that is named and post it again. A browser's own offer, posted unchanged, is \
                accepted.
                """
            )
        case .serverLost:
            (
                .warning, "The server went away",
                """
                The server ended without a goodbye while this session was alive (a crash, a kill or a power cut). What is shown is \
                what had been written until then.
                """,
                """
                Connect again. If the server crashed, its log of that moment says why.
                """
            )
        case .noUsableMediaSection:
            (
                .error, "Nothing in the offer could be used",
                """
                Every section of the offer (audio, video, data) was rejected in the answer, so there is nothing to connect for.
                """,
                """
                Offer at least one data channel, or audio or video with a codec that the server knows; the reasons stand at each \
                section.
                """
            )
        case .localAddressesUnreachable:
            (
                .error, "The server offers only addresses that the peer cannot reach",
                """
                The peer's request came from the public internet, but every address in the answer is private or loopback and means \
                nothing out there.
                """,
                """
                Start the server with --advertise and its public address or name (in a container: the host's), or use a TURN server.
                """
            )
        case .addressFamilyMismatch:
            (
                .error, "One side has only IPv4, the other only IPv6",
                """
                The addresses of the two sides belong to different versions of the Internet Protocol, so no pair of them can talk.
                """,
                """
                Give the server an address of the peer's kind (IPv4 or IPv6), or use a TURN server that has both.
                """
            )
        case .onlyMulticastDNSCandidates:
            (
                .error, "The peer hides its addresses",
                """
                Each address that the peer announced is a random name ending in .local, which a browser uses to hide its address and \
                which means something only inside its own network. So the server could not begin from its side, and nothing came from \
                the peer either.
                """,
                """
                Usually the peer begins by itself once it has the answer: make sure that the page calls setRemoteDescription with it \
                and that UDP to the server is not blocked. Asking for the camera or microphone, or a TURN server, makes a browser \
                announce real addresses.
                """
            )
        case .noUsableCandidates:
            (
                .error, "None of the peer's addresses can be used",
                """
                The peer announced addresses, but the server may not or cannot send to any of them, and nothing came from the peer \
                either.
                """,
                """
                See why each candidate was set aside or refused: a private or loopback address is only used where the server has one \
                like it. Let the peer announce an address that is reachable from the server, or use a TURN server.
                """
            )
        case .wrongPassword:
            (
                .error, "The peer uses a wrong password",
                """
                Connectivity checks of the peer arrive, but they are signed with another password than this session's, so they cannot \
                be trusted.
                """,
                """
                Apply exactly the answer that belongs to this offer. An answer of an earlier attempt, two sessions mixed up, a copied \
                or edited answer, or an ICE restart of which only one side knows, all look like this.
                """
            )
        case .unknownUsername:
            (
                .error, "The peer uses the name of another session",
                """
                Connectivity checks of the peer arrive, but their username joins this session with one that it does not know.
                """,
                """
                Apply the answer to the same peer connection that made the offer, and post a new offer for each new peer connection.
                """
            )
        case .liteConflict:
            (
                .error, "Neither side begins",
                """
                The peer says that it is ICE lite, which only answers, and this side has the role that waits to be asked.
                """,
                """
                Let the ICE-lite side answer rather than offer, or remove a=ice-lite from its description if it can send checks \
                itself.
                """
            )
        case .roleConflict:
            (
                .error, "Both sides claim the same role",
                """
                Both sides insist on being the one that chooses the path (or on not being it), and repairing that did not succeed.
                """,
                """
                One side must be the offerer and one the answerer. Check that a server between them does not turn both into offerers, \
                and that the peer answers the error 487 by switching its role.
                """
            )
        case .oneWayPath:
            (
                .error, "The network path works in one direction only",
                """
                The peer's checks arrive here, but nothing that the server sends reaches the peer, or its answers do not come back.
                """,
                """
                Let UDP leave the server to the peer's address and come back: a firewall that drops outgoing UDP, answers that leave \
                by another interface than the one that was asked, and a NAT in front of the server that rewrites ports look like this.
                """
            )
        case .noCheckReceived:
            (
                .error, "The peer never tried to connect",
                """
                Not one connectivity check of the peer arrived. Either the page did not apply the answer, or something on the way \
                blocks UDP to the server.
                """,
                """
                Make sure that the page calls setRemoteDescription with this answer, and that the call succeeds. If it does, let UDP \
                through to the addresses and ports in the answer: a firewall, a container whose UDP port is not published, or a VPN \
                stop it most often.
                """
            )
        case .checksUnanswered:
            (
                .error, "The peer does not answer",
                """
                The server sent connectivity checks to the peer's addresses, and not one was answered.
                """,
                """
                Check that the peer is still there and that UDP from the server reaches the addresses that it announced; behind a \
                strict NAT or firewall a TURN server is needed.
                """
            )
        case .neverNominated:
            (
                .error, "The peer found a path but never chose it",
                """
                Checks were answered both ways, so there is a working path, but the peer, whose task it is, never said which one to \
                use.
                """,
                """
                This is a fault of the peer's software: the offering side must nominate a pair (send a check with USE-CANDIDATE). \
                Update it, or see whether it still waits for candidates that never come.
                """
            )
        case .fingerprintMismatch:
            (
                .error, "The peer is not who its description says",
                """
                The certificate that the peer showed does not have the fingerprint that its description promised, so the connection \
                was given up: somebody may sit in between.
                """,
                """
                Post the offer of the very peer connection that will connect, unchanged. Descriptions mixed up between two peer \
                connections, an edited a=fingerprint line, and a proxy in the media path look like this.
                """
            )
        case .noCommonCipher:
            (
                .error, "No common encryption",
                """
                The peer and the server have no cipher or key exchange in common, so the encrypted connection could not be set up.
                """,
                """
                Update the peer's DTLS library: DTLS 1.2 with an ECDHE key exchange and AES-GCM is what every current browser has.
                """
            )
        case .noCommonSRTPProfile:
            (
                .error, "No common media encryption",
                """
                The peer and the server have no SRTP protection profile in common, so media could not be encrypted.
                """,
                """
                Let the peer offer SRTP_AEAD_AES_128_GCM or SRTP_AES128_CM_SHA1_80 in use_srtp.
                """
            )
        case .certificateRefused:
            (
                .error, "The peer's certificate was refused",
                """
                The certificate that the peer showed cannot be used.
                """,
                """
                Use an ECDSA P-256 certificate, or an RSA one of 2,048 to 4,096 bits; a browser makes a good one by itself.
                """
            )
        case .dtlsAlert:
            (
                .error, "The peer broke off the encrypted connection",
                """
                The peer sent a DTLS alert: it could not or would not go on.
                """,
                """
                The alert's name says what the peer disliked. A complaint about the certificate usually means that the peer holds the \
                answer of another session; a handshake_failure that it has no cipher in common.
                """
            )
        case .dtlsNoClientHello:
            (
                .error, "The peer never began the encrypted connection",
                """
                A network path was found, but the peer, whose turn it was, never began the DTLS handshake.
                """,
                """
                Check that the peer is the DTLS client as the answer's a=setup line says (setup:passive in the answer makes it begin), \
                and that nothing on the way drops UDP packets above 1,000 bytes.
                """
            )
        case .dtlsSilence:
            (
                .error, "The encrypted connection was begun but never finished",
                """
                A network path was found and the DTLS handshake began, but it came to a stop: packets of it get lost, each time again.
                """,
                """
                Short packets pass and long ones do not: look for a VPN or tunnel with a small MTU, or a firewall that inspects UDP. \
                Otherwise the peer stopped in the middle; see its own log.
                """
            )
        case .dtlsFailed:
            (
                .error, "The encrypted connection failed",
                """
                A network path was found and the DTLS handshake began, but it broke off with an error.
                """,
                """
                See the packets and the event dtls-failed for what was wrong, and the peer's own log. A peer whose DTLS library is old, or a box \
                in between that changes packets, are the usual ones.
                """
            )
        case .sctpPortMismatch:
            (
                .error, "The data channels use different ports",
                """
                The peer's SCTP packets are addressed to another SCTP port than the one that was agreed in the descriptions.
                """,
                """
                Let the peer use the port of the a=sctp-port line (5000), and do not edit that line in between.
                """
            )
        case .sctpAborted:
            (
                .error, "The data channels were broken off",
                """
                The SCTP association that carries the data channels was aborted.
                """,
                """
                The reason in the ABORT says what the peer disliked. Too many streams, a message above its limit and a peer connection \
                that was closed without a goodbye are the usual ones.
                """
            )
        case .sctpNoInit:
            (
                .error, "The data channels never started",
                """
                The encrypted connection stands, but nothing of the SCTP association that carries the data channels ever came from the \
                peer.
                """,
                """
                Check that the peer did offer a data channel (createDataChannel before createOffer), and that its application section \
                was not rejected or given another port.
                """
            )
        case .sctpSilence:
            (
                .error, "The data channels were begun but never came up",
                """
                The SCTP association that carries the data channels was begun, but it was never established.
                """,
                """
                Packets of the association get lost each time again: look for a small MTU on the way, and see the peer's own log.
                """
            )
        case .consentLost:
            (
                .warning, "The peer vanished",
                """
                The connection worked, and then the peer stopped answering without a goodbye: its page or process was killed, it went \
                to sleep, or the network in between changed or broke.
                """,
                """
                Nothing, if somebody just closed a laptop or killed a tab. To survive a change of network let the page restart ICE \
                (restartIce) when the connection becomes disconnected; to leave in order let it call close().
                """
            )
        case .channelRefused:
            (
                .warning, "A data channel was refused",
                """
                The peer asked for a data channel that the server did not accept.
                """,
                """
                Use fewer channels at once, ids below the number of streams that the server announces, and labels of a reasonable \
                length.
                """
            )
        case .limitReached:
            (
                .info, "Some candidates were left out",
                """
                The peer announced more addresses than one session may have, or they made more pairs than one session may check; what \
                was too much was not used.
                """,
                """
                Announce fewer candidates: unused network interfaces (virtual machines, containers, VPNs) are the usual source.
                """
            )
        case .serverStopped:
            (
                .info, "The server was stopped",
                """
                The server was stopped in order while this session was alive, and said goodbye to the peer.
                """,
                """
                Connect again when the server is back.
                """
            )
        case .unknown:
            (
                .error, "It did not connect, and no known cause fits",
                """
                The session did not connect, and none of the causes that this server knows fits what was seen.
                """,
                """
                See the events and packets of the session, and the peer's own view (chrome://webrtc-internals, about:webrtc).
                """
            )
        }
    }
}
