extension Cause {
    /// Whether packets find their way: connectivity checks (ICE).
    static let causesOfPath: [Cause: Entry] = [
        .oneWayPath: Entry(
            .error, "The network path works in one direction only",
            """
            The peer's checks arrive here, but nothing that the server sends reaches the peer, or its answers do not come back.
            """,
            fix: """
                Let UDP leave the server to the peer's address and come back: a firewall that drops outgoing UDP, answers that leave \
                by another interface than the one that was asked, and a NAT in front of the server that rewrites ports look like this.
                """,
            help: Help(
                """
                The pairs show checks received and answered, and checks sent of which none was answered. In the packets, requests of the \
                peer repeat with the same transaction id, because it never sees the answer.
                """,
                checks: [.pairs, .packets, .firewall, Check("ip route get PEER", "By which interface and source address answers leave.")],
                situations: [
                    Situation(
                        "Firewall",
                        "Allow outgoing UDP from the server's media port (8189) to any port, and what belongs to it coming back."),
                    Situation(
                        "Several interfaces",
                        "Let answers leave from the address that was asked: start the server with --media-listen and that address."),
                    Situation(
                        "NAT in front of the server", "Map the UDP port one to one: outside port 8189 to inside port 8189, both ways."),
                ],
                references: ["RFC 8445 §7.2.5.2.1", "RFC 8445 §7.3"])),
        .pathTooLossy: Entry(
            .error, "The network loses most packets",
            """
            Something gets through in both directions or in one, now and then, but most packets are lost on the way, so that the connection \
            could not be set up.
            """,
            fix: """
                Look at the line itself: a weak mobile or WLAN signal, a full uplink, a traffic shaper or a VPN that is overloaded. Try \
                another network, and see whether ping to the same address loses packets too.
                """,
            help: Help(
                """
                Single checks come in and are answered, most others are not; the same handshake packets are sent again and again. The \
                gaps have no pattern: neither one direction alone, nor large packets alone.
                """,
                checks: [
                    .pairs, .packets, Check("ping -i 0.2 -c 200 PEER", "The share that is lost, and how the times vary."),
                    Check("mtr -u -P 8189 SERVER", "At which hop packets begin to disappear."),
                ],
                situations: [
                    Situation(
                        "Mobile or WLAN", "Move, or change the network; a connection over cable tells whether the radio is to blame."),
                    Situation("Full line", "Stop uploads, or give this traffic priority: DSCP EF or AF41 in a network of your own."),
                ],
                references: ["RFC 8445 §14.3", "RFC 8489 §6.2.1"])),
        .noCheckReceived: Entry(
            .error, "The peer never tried to connect",
            """
            Not one connectivity check of the peer arrived. Either the page did not apply the answer, or something on the way blocks UDP \
            to the server.
            """,
            fix: """
                Make sure that the page calls setRemoteDescription with this answer, and that the call succeeds. If it does, let UDP \
                through to the addresses and ports in the answer: a firewall, a container whose UDP port is not published, or a VPN stop \
                it most often.
                """,
            help: Help(
                """
                The timeline ends with answer-sent and our own checks; there is no check-received. All pairs show 0 received. In the \
                packets, everything goes out and nothing comes in.
                """,
                checks: [.internals, .tcpdump, .docker, .firewall, .answer],
                situations: [
                    Situation(
                        "Browser page",
                        "await pc.setRemoteDescription({type: 'answer', sdp}) with the body of the 201 response, on the peer connection that made the offer, and look at its errors."
                    ),
                    Situation(
                        "Container", "Publish the media port for UDP (docker run -p 8189:8189/udp …) and start with --advertise HOST."),
                    Situation("Cloud", "Open UDP 8189 in the security group or the provider's firewall, from anywhere."),
                    Situation("Company network or VPN", "Where UDP is forbidden altogether, a TURN server over TCP or TLS is needed."),
                    Situation("Device", "See that it is awake and has an address: a device that gathers none sends nothing."),
                ],
                references: ["RFC 8445 §6.1.4", "RFC 9429 §5.11"])),
        .checksUnanswered: Entry(
            .error, "The peer does not answer",
            "The server sent connectivity checks to the peer's addresses, and not one was answered.",
            fix: """
                Check that the peer is still there and that UDP from the server reaches the addresses that it announced; behind a strict \
                NAT or firewall a TURN server is needed.
                """,
            help: Help(
                "The pairs show checks sent and 0 answered. Where the network said why (ICMP), the timeline has send-failed.",
                checks: [.pairs, .tcpdump, .firewall],
                situations: [
                    Situation("NAT", "Let the peer begin: its own checks open the way back. A symmetric NAT on both sides needs TURN."),
                    Situation("Device", "See that its program is running and listens at the port it announced."),
                ],
                references: ["RFC 8445 §7.2.5.2.3", "RFC 8656"])),
        .neverNominated: Entry(
            .error, "The peer found a path but never chose it",
            """
            Checks were answered both ways, so there is a working path, but the peer, whose task it is, never said which one to use.
            """,
            fix: """
                This is a fault of the peer's software: the offering side must nominate a pair (send a check with USE-CANDIDATE). Update \
                it, or see whether it still waits for candidates that never come.
                """,
            help: Help(
                "pair-succeeded is in the timeline, pair-nominated is not; no request carries USE-CANDIDATE.",
                checks: [
                    .timeline, Check("tshark -r packets.pcapng -Y stun.att.type==0x0025", "Requests with USE-CANDIDATE: there is none."),
                ],
                situations: [
                    Situation("Library or device", "Set its role: it made the offer, so it is controlling and must nominate."),
                    Situation("Browser page", "Call addIceCandidate with null (end of candidates) where the page trickles by itself."),
                ],
                references: ["RFC 8445 §8.1.1", "RFC 8445 §6.1.1"])),
        .peerVanished: Entry(
            .error, "The peer fell silent while connecting",
            """
            The peer was there: its checks came in. Then, before the connection stood, nothing more came from it.
            """,
            fix: """
                See what happened to the peer at that moment: a page that was closed or reloaded, a process that crashed, a device that \
                went to sleep, or a network that was switched. Then connect again.
                """,
            help: Help(
                """
                The timeline has check-received, perhaps the beginning of the handshake, and after one moment only packets of the server: \
                checks that stay unanswered, flights sent again.
                """,
                checks: [.timeline, .packets, .internals],
                situations: [
                    Situation("Browser page", "See whether the page calls pc.close(), navigates away, or drops its last reference to pc."),
                    Situation("Device", "See its log and its power saving; a watchdog that restarts it looks like this."),
                    Situation(
                        "Network", "A firewall that lets the first packets pass and then decides looks the same: try another network."),
                ],
                references: ["RFC 7675 §5.1", "RFC 8445 §11"])),
    ]
}
