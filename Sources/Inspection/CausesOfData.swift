extension Cause {
    /// The association of the data channels (SCTP).
    static let causesOfData: [Cause: Entry] = [
        .sctpPortMismatch: Entry(
            .error, "The data channels use different ports",
            "The peer's SCTP packets carry other SCTP port numbers than those that were agreed in the descriptions.",
            fix: "Let the peer use the port of the a=sctp-port line (5000) on both ends, and do not edit that line in between.",
            help: Help(
                "sctp-failed with both port numbers, right after dtls-connected. The ports are inside the encryption: no firewall sees them.",
                checks: [.offer, .answer, .timeline],
                situations: [
                    Situation("Library or device", "Use the same number for its a=sctp-port and for its SCTP socket: 5000 everywhere."),
                    Situation("Old peer with a=sctpmap", "The number of a=sctpmap is the port."),
                ],
                references: ["RFC 8841 §5", "RFC 8261 §6.1"])),
        .sctpAborted: Entry(
            .error, "The data channels were broken off", "The SCTP association that carries the data channels was aborted.",
            fix: """
                The reason in the ABORT says what was disliked. Too many streams, a message above the limit and a peer connection that was \
                closed without a goodbye are the usual ones.
                """,
            help: Help(
                "sctp-aborted with the cause of the ABORT, and who sent it.", checks: [.timeline, .internals],
                situations: [
                    Situation("Protocol Violation", "See the peer's SCTP library: it sent or got what it may not."),
                    Situation("Out of Resource", "Fewer streams or smaller buffers on the peer."),
                ],
                references: ["RFC 9260 §3.3.7", "RFC 9260 §3.3.10"])),
        .sctpNoInit: Entry(
            .error, "The data channels never started",
            "The encrypted connection stands, but nothing of the SCTP association that carries the data channels ever came from the peer.",
            fix: """
                Check that the peer did offer a data channel (createDataChannel before createOffer), and that its application section was \
                not rejected or given another port.
                """,
            help: Help(
                "dtls-connected, then sctp-init-sent several times and no packet of SCTP from the peer.",
                checks: [.offer, .answer, .internals],
                situations: [
                    Situation("Browser page", "pc.createDataChannel('…') before createOffer()."),
                    Situation("Library or device", "Start SCTP when DTLS is up, on both sides, without waiting for the other's INIT."),
                ],
                references: ["RFC 8831 §6.1", "RFC 8261"])),
        .sctpSilence: Entry(
            .error, "The data channels were begun but never came up",
            "The SCTP association that carries the data channels was begun, but it was never established.",
            fix: "Packets of the association get lost each time again: look for a small MTU on the way, and see the peer's own log.",
            help: Help(
                "sctp-init-seen or answers came, but not sctp-connected.", checks: [.timeline, .mtu],
                situations: [Situation("Tunnel", "An INIT ACK carries a cookie and is the largest packet of the set-up: about 500 bytes.")],
                references: ["RFC 9260 §5.1"])),
    ]

    /// The session as a whole.
    static let causesOfSession: [Cause: Entry] = [
        .offerRefused: Entry(
            .error, "The offer was refused",
            "The server could not accept the session description that was posted, so no connection was begun.",
            fix: """
                Correct the description at the line that is named and post it again. A browser's own offer, posted unchanged, is accepted.
                """,
            help: Help(
                """
                The session ended at once with the outcome refused; the response to the POST was a problem document with the same code, \
                line and column. Each reason has a page of its own: /help/offer-refused:CODE.
                """,
                checks: [
                    .offer,
                    Check(
                        "curl --data-binary @offer.sdp -H 'Content-Type: application/sdp' …/v1/analyze",
                        "What is wrong, line by line, without a session."),
                ],
                situations: [
                    Situation("Browser page", "Post pc.localDescription.sdp, not a text that was put together or edited."),
                    Situation("JSON", "Line ends are \\r\\n: a text that was escaped twice is no description."),
                ],
                references: ["RFC 8866", "RFC 9429 §5.3"])),
        .serverLost: Entry(
            .warning, "The server went away",
            """
            The server ended without a goodbye while this session was alive (a crash, a kill or a power cut). What is shown is what had \
            been written until then.
            """,
            fix: "Connect again. If the server crashed, its log of that moment says why.",
            help: Help(
                "The last event is server-lost, written at the next start; the time is when the session was last seen alive.",
                checks: [Check("journalctl -u peerscope; dmesg | grep -i oom", "Crash, kill, or out of memory?")],
                situations: [Situation("Container", "See its memory limit and its restarts: docker inspect, kubectl describe pod.")])),
        .serverStopped: Entry(
            .info, "The server was stopped",
            "The server was stopped in order while this session was alive, and said goodbye to the peer.",
            fix: "Connect again when the server is back.",
            help: Help(
                "server-stopping, then close-sent.", situations: [Situation("Update", "Ordinary: let the page connect again by itself.")])),
        .noUsableMediaSection: Entry(
            .error, "Nothing in the offer could be used",
            "Every section of the offer (audio, video, data) was rejected in the answer, so there is nothing to connect for.",
            fix: """
                Offer at least one data channel, or audio or video with a codec that the server knows; the reasons stand at each section.
                """,
            help: Help(
                "Every m= line of the answer has port 0; media-section-rejected names the reason of each.", checks: [.offer, .answer],
                situations: [Situation("Browser page", "createDataChannel or addTransceiver before createOffer.")],
                references: ["RFC 9429 §5.3.1", "RFC 3264 §6"])),
        .channelRefused: Entry(
            .warning, "A data channel was refused", "The peer asked for a data channel that the server did not accept.",
            fix: """
                Use fewer channels at once, ids below the number of streams that the server announces, and labels of a reasonable length.
                """,
            help: Help(
                "channel-refused with the reason and the id.", checks: [.timeline],
                situations: [Situation("Browser page", "Close channels that are not needed before opening more; at most 256 at once.")],
                references: ["RFC 8832 §5.1", "RFC 8831 §6.5"])),
        .messageTooLarge: Entry(
            .warning, "A message was too large",
            "A message on a data channel was larger than the receiving side had announced to take, so the channel was closed.",
            fix: "Send messages of at most 256 KiB (a=max-message-size of the answer), and split larger ones.",
            help: Help(
                "channel-closed with the cause that a message was larger than announced.", checks: [.answer, .timeline],
                situations: [
                    Situation("Browser page", "pc.sctp.maxMessageSize is the limit: cut larger data into pieces."),
                    Situation("Library", "Read a=max-message-size; where it is missing the limit is 64 KiB."),
                ],
                references: ["RFC 8841 §6", "RFC 8831 §6.6"])),
        .limitReached: Entry(
            .info, "Some candidates were left out",
            """
            The peer announced more addresses than one session may have, or they made more pairs than one session may check; what was too \
            much was not used.
            """,
            fix: "Announce fewer candidates: unused network interfaces (virtual machines, containers, VPNs) are the usual source.",
            help: Help(
                "candidatesDropped or pairsDropped in …/ice.", checks: [.pairs],
                situations: [Situation("Machine with many interfaces", "Switch off virtual bridges for this program.")],
                references: ["RFC 8445 §6.1.2.5"])),
        .unknown: Entry(
            .error, "It did not connect, and no known cause fits",
            "The session did not connect, and none of the causes that this server knows fits what was seen.",
            fix: "See the events and packets of the session, and the peer's own view (chrome://webrtc-internals, about:webrtc).",
            help: Help(
                "The finding carries the states and counters as they were; nothing is guessed.",
                checks: [.timeline, .pairs, .packets, .internals],
                situations: [
                    Situation("It comes again", "Keep the packets file and the timeline: with them the cause can be found and added.")
                ])),
    ]
}
