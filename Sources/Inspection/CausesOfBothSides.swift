extension Cause {
    /// What only both sides together can tell: the session's own record and what the peer reported.
    static let causesOfBothSides: [Cause: Entry] = [
        .answerNotApplied: Entry(
            .error, "The page did not apply the answer",
            """
            The peer itself reports that it never took the server's answer, so it does not know where to send anything.
            """,
            fix: """
                Call setRemoteDescription with exactly the answer that the server sent, on the peer connection that made the offer, and \
                look at the error where the call fails: an answer that was edited, cut off or given as an object of the wrong type is \
                refused by the browser.
                """,
            help: Help(
                """
                The peer's events end with the signaling state have-local-offer, or with a failed setRemoteDescription. The server saw no \
                check.
                """,
                checks: [.timeline, .answer, .internals],
                situations: [
                    Situation(
                        "Page", "await pc.setRemoteDescription({type: 'answer', sdp: await response.text()}), and catch what it throws."),
                    Situation("Proxy", "A proxy that changes line ends or drops the body of a 201 response looks like this too."),
                ],
                references: ["RFC 9429 §5.6", "W3C webrtc-pc, setRemoteDescription"])),
        .blockedClientToServer: Entry(
            .error, "UDP from the peer to the server is blocked",
            """
            The peer did its part: it sent connectivity checks to the server's address. Not one of them arrived, so something between the \
            two drops them.
            """,
            fix: """
                Let UDP through to the server's address and media port (8189 unless it was changed): in the server's firewall, in its \
                cloud security group, in a container's published ports (with /udp), and in the firewall of the peer's own network. If \
                the address that the peer tried is not the server's, correct --advertise, or what rewrites the answer.
                """,
            help: Help(
                """
                The peer's pairs count checks sent and none answered; the server's record has no check received and no packet of it.
                """,
                checks: [.tcpdump, .firewall, .docker, .pairs],
                situations: [
                    Situation("Cloud", "Open the UDP port in the security group or network rule; an HTTP rule does not cover it."),
                    Situation("Container", "Publish the port for UDP: -p 8189:8189/udp, and advertise the host's address."),
                    Situation("Office network", "Where UDP is forbidden altogether, a TURN server over TCP or TLS is needed."),
                ],
                references: ["RFC 8445 §7.2.5.2.1", "RFC 8445 §7.3"])),
        .blockedServerToClient: Entry(
            .error, "UDP from the server to the peer is blocked",
            """
            The peer's connectivity checks arrive and the server answers them, but the peer reports that nothing came back to it.
            """,
            fix: """
                Let UDP leave the server's media port towards any address and port, and answers leave from the address that was asked. A \
                firewall with no rule for outgoing UDP, a second network interface that answers take, and a NAT that rewrites the port \
                do this.
                """,
            help: Help(
                """
                The server's pairs count checks received and answers sent; the peer's count checks sent, none answered and none received.
                """,
                checks: [.pairs, .firewall, Check("ip route get PEER", "By which interface and source address answers leave.")],
                situations: [
                    Situation("Firewall", "Allow outgoing UDP from port 8189, not only what is new coming in."),
                    Situation("Several interfaces", "Start the server with --media-listen and the address that the peers use."),
                ],
                references: ["RFC 8445 §7.2.5.2.1"])),
        .blockedBothWays: Entry(
            .error, "UDP between the peer and the server is blocked both ways",
            """
            Both sides did their part and sent connectivity checks to each other. Neither saw anything of the other's.
            """,
            fix: """
                The two have no path for UDP: open it in the firewalls on the way, or use a TURN server that both can reach, over TCP or \
                TLS where UDP is forbidden.
                """,
            help: Help(
                "Both sides count checks sent, neither one received.", checks: [.tcpdump, .firewall, .docker],
                situations: [Situation("Office network", "UDP is often forbidden altogether: a TURN server on TCP port 443 passes.")],
                references: ["RFC 8445 §7.2.5.2.1", "RFC 8656 §1"])),
        .candidatesNotSent: Entry(
            .warning, "The peer's addresses never reached the server",
            """
            The peer gathered addresses of its own, but its offer named none and none followed, so the server could not begin from its side.
            """,
            fix: """
                Send each candidate to the session with PATCH (trickle), or wait for the gathering to be complete before the offer is \
                posted: pc.localDescription then holds them all.
                """,
            help: Help(
                "The peer reports local candidates; the server's list of remote candidates is empty.", checks: [.offer, .pairs],
                situations: [
                    Situation(
                        "Page", "Post pc.localDescription.sdp after the icegatheringstate is complete, not what createOffer returned.")
                ],
                references: ["RFC 8840 §4.1", "RFC 9725 §4.3.2"])),
        .selectedPairsDiffer: Entry(
            .warning, "The two sides chose different paths",
            """
            The connection works, but the peer sends to another address of the server than the one that the server sends from. One path \
            that breaks then breaks one direction only.
            """,
            fix: """
                Usually this repairs itself with the next nomination. If it stays, leave only one address of the server in the answer \
                (--advertise or --media-listen), and update the peer's software.
                """,
            help: Help(
                "The selected pair of the peer's report names another local address than the server's selected pair.", checks: [.pairs],
                references: ["RFC 8445 §8.1.1"])),
        .restartNotSignalled: Entry(
            .error, "The peer restarted ICE without telling the server",
            """
            The peer uses new ICE credentials that the server was never sent, so the two no longer understand each other's checks.
            """,
            fix: """
                After restartIce send the new credentials and candidates to the session with PATCH and If-Match: *, and apply the \
                server's answer to it.
                """,
            help: Help(
                "The peer's report has another username fragment than the one that the server knows.", checks: [.timeline, .pairs],
                references: ["RFC 9725 §4.3.3", "RFC 8445 §9"])),
        .closedByPage: Entry(
            .info, "The page closed the connection",
            """
            The peer reports that its page closed the connection itself. The goodbye did not arrive, so the server went on for the half \
            minute after which consent expires.
            """,
            fix: """
                Nothing is wrong. To end a session at once, send DELETE to it when the page goes (fetch with keepalive in pagehide).
                """,
            help: Help(
                "The peer's events end with close, or with a state that became closed.", checks: [.timeline], references: ["RFC 7675 §5.1"])
        ),
        .pathBroke: Entry(
            .warning, "The network path broke",
            """
            Both sides lost each other: the peer reports that its connection was interrupted too. So the page was there, and the network \
            between them failed.
            """,
            fix: """
                Look for what changed at that moment: another WLAN or mobile cell, a VPN that went up or down, a NAT that forgot its \
                mapping. Let the page restart ICE when its iceConnectionState becomes disconnected for some seconds.
                """,
            help: Help(
                "The server's consent checks are no longer answered, and the peer's ICE state became disconnected or failed.",
                checks: [.timeline, .pairs],
                situations: [Situation("Page", "On iceConnectionState failed call pc.restartIce() and send the new offer's credentials.")],
                references: ["RFC 7675 §5.1", "RFC 8445 §9"])),
        .lossToServer: Entry(
            .warning, "Packets get lost on the way to the server",
            """
            The peer counted what it sent and the server what arrived; the difference was lost between them.
            """,
            fix: """
                Look at the peer's uplink first: a weak radio signal, or an upload that fills it. If it is many peers at once, look at the \
                server's receive buffers and its network card.
                """,
            help: Help(
                "Two counters over the same time, one of each side.", checks: [.pairs],
                situations: [Situation("Server", "/metrics: peerscope_media_datagrams_lost_total counts what the kernel had no room for.")],
                references: ["W3C webrtc-stats §8.11"])),
        .lossToClient: Entry(
            .warning, "Packets get lost on the way to the peer",
            """
            The server counted what it sent and the peer what arrived; the difference was lost between them.
            """,
            fix: """
                Look at the peer's downlink first: a weak radio signal, or a download that fills it. If it is many peers at once, look at \
                the server's uplink.
                """,
            help: Help(
                "Two counters over the same time, one of each side.", checks: [.pairs], references: ["W3C webrtc-stats §8.11"])),
        .clocksDiffer: Entry(
            .info, "The peer's clock is wrong",
            """
            The clock of the peer's computer and the server's differ. The connection does not care, but times in the peer's own logs do not \
            match those here; the timeline shows both.
            """,
            fix: """
                Set the clock that is wrong, best by NTP (timedatectl set-ntp true). An old certificate or token may be refused for the \
                same reason.
                """,
            help: Help(
                "The peer's report says when it was sent, and that is far from when it came.",
                checks: [Check("timedatectl", "Whether the clock is synchronised.")], references: [])),
    ]
}
