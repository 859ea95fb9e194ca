extension Cause {
    /// A connection that stood and was slow, or went bad later.
    static let causesOfQuality: [Cause: Entry] = [
        .consentLost: Entry(
            .warning, "The peer vanished",
            """
            The connection worked, and then the peer stopped answering without a goodbye: its page or process was killed, it went to sleep, \
            or the network in between changed or broke.
            """,
            fix: """
                Nothing, if somebody just closed a laptop or killed a tab. To survive a change of network let the page restart ICE \
                (restartIce) when the connection becomes disconnected; to leave in order let it call close().
                """,
            help: Help(
                "disconnected, then consent-expired 30 seconds after the last answer; nothing came in between.",
                checks: [.timeline, .internals],
                situations: [
                    Situation(
                        "Browser page", "On pagehide call pc.close(); on connectionState disconnected call pc.restartIce() and PATCH."),
                    Situation("NAT", "One that forgets its mappings ends idle sessions: consent checks every 5 seconds keep them alive."),
                    Situation("Phone", "It suspends pages in the background; connect again when the page becomes visible."),
                ],
                references: ["RFC 7675 §5.1", "RFC 8445 §9"])),
        .connectionInterrupted: Entry(
            .warning, "The connection was interrupted and came back",
            "For a while nothing came from the peer, so that the path was doubted; then it answered again, and the connection went on.",
            fix: """
                If it happens again and again, look at the network at those moments: a change between WLAN and mobile, a weak signal, or a \
                machine that was busy or asleep.
                """,
            help: Help(
                "disconnected and then connected or completed again in the timeline; the finding says when and for how long.",
                checks: [.timeline, Check("ping PEER", "Gaps at the same moments?")],
                situations: [
                    Situation("WLAN", "Roaming between access points, and power saving, make gaps of seconds."),
                    Situation("Server", "See whether its machine was overloaded or suspended at that time."),
                ],
                references: ["RFC 7675 §5.1"])),
        .packetLoss: Entry(
            .warning, "Many packets are lost",
            "The connection stands, but a large share of the packets on its path is lost. Sound and picture suffer, and data is late.",
            fix: "Look at the line: a weak WLAN or mobile signal, a full uplink, an overloaded VPN. Send less, or use another network.",
            help: Help(
                "Of the checks on the pair in use many are not answered, or SCTP sends many packets again. The finding has both numbers.",
                checks: [.pairs, Check("ping -i 0.2 -c 200 PEER", "The share that is lost."), Check("mtr PEER", "Where it is lost.")],
                situations: [
                    Situation("Full uplink", "Lower the bit rate of the video; loss by a full queue grows with what is sent."),
                    Situation("WLAN", "Go nearer, use 5 GHz, or a cable."),
                ],
                references: ["RFC 8489 §6.2.1", "RFC 9260 §6.3"])),
        .highDelay: Entry(
            .info, "The path is slow",
            "Packets need very long to the peer and back, so that a conversation becomes difficult and every set-up takes long.",
            fix:
                "Use a server nearer to the peer, and avoid VPNs and relays that make a detour. A satellite link has this delay by nature.",
            help: Help(
                "The round trips of the checks are above 1.5 seconds on average.",
                checks: [.pairs, Check("mtr PEER", "Where the time goes.")],
                situations: [Situation("Buffers", "If ping is fast while nothing is sent, a queue on the way is too long (bufferbloat).")],
                references: ["RFC 8445 §14"])),
        .varyingDelay: Entry(
            .info, "The delay of the path jumps",
            "The time that packets need to the peer and back changes by more than a second: sound breaks up, and video stands still.",
            fix: """
                Look for a queue that fills up (uploads beside the call), a weak radio link, or a machine that is busy. Send less, or let the \
                router manage its queues (fq_codel, SQM).
                """,
            help: Help(
                "The shortest and the longest round trip of the checks are more than a second apart.",
                checks: [.pairs, Check("ping -i 0.2 -c 200 PEER", "min/avg/max/mdev at the end.")],
                situations: [
                    Situation("Home router", "Switch on smart queue management."),
                    Situation("Mobile", "A change of cell makes single jumps."),
                ],
                references: ["RFC 8290"])),
        .slowSetup: Entry(
            .info, "It took long to connect",
            "The session connected, but the way there took many seconds.",
            fix: """
                See which phase took the time and why; the finding names both. Most often the page applied the answer late, candidates came \
                late, or packets of the handshake were lost and had to be sent again.
                """,
            help: Help(
                "The phases in the summary (firstCheckReceivedMs … connectedMs) show where the gap is.",
                checks: [Check("curl …/v1/sessions/ID", "phases: when each stage was reached."), .timeline],
                situations: [
                    Situation(
                        "Answer applied late",
                        "Do not wait for anything else (camera, gathering, a user's click) before setRemoteDescription."),
                    Situation("Candidates late", "Send them as they come (trickle), and set iceServers that answer fast."),
                    Situation("Handshake sent again", "Packets are lost: see packet-loss and large-packets-lost."),
                ],
                references: ["RFC 8838", "RFC 6347 §4.2.4"])),
        .pathChanged: Entry(
            .info, "The connection moved to another path",
            "While the session stood, another pair of addresses took over: the peer's network or its NAT changed, and the connection survived.",
            fix: "Nothing. If it happens often, the peer's network is unstable: see the times in the finding.",
            help: Help(
                "pair-selected again after connected, with the pair it replaces.", checks: [.timeline, .pairs],
                situations: [
                    Situation("NAT", "A router that gives the peer a new port mid-session shows the same address with another port."),
                    Situation("Phone", "From WLAN to mobile: another address altogether, mostly with an ICE restart."),
                ],
                references: ["RFC 8445 §8.3", "RFC 8445 §9"])),
        .relayOnly: Entry(
            .info, "The connection goes over a relay",
            "The pair in use ends at a TURN server of the peer: no direct path worked, so all packets make a detour that costs time and traffic.",
            fix:
                "Nothing, if the peer's network forbids direct UDP. Otherwise open UDP to the server's port (8189), so that the direct path works.",
            help: Help(
                "The remote candidate of the selected pair is of type relay.", checks: [.pairs, .internals],
                situations: [
                    Situation("Firewall", "Allow UDP from the peer's network to the server's port 8189."),
                    Situation("Tests", "iceTransportPolicy: 'relay' in the page forces this; it is meant for tests and privacy."),
                ],
                references: ["RFC 8656", "RFC 8445 §5.1.1.2"])),
    ]
}
