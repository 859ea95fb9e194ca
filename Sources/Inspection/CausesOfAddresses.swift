extension Cause {
    /// Addresses that cannot meet.
    static let causesOfAddresses: [Cause: Entry] = [
        .localAddressesUnreachable: Entry(
            .error, "The server offers only addresses that the peer cannot reach",
            """
            The peer's request came from the public internet, but every address in the answer is private or loopback and means nothing \
            out there.
            """,
            fix: """
                Start the server with --advertise and its public address or name (in a container: the host's), or use a TURN server.
                """,
            help: Help(
                "All of the answer's candidates are 10.…, 172.16–31.…, 192.168.…, 127.… or fe80:…, while the request came from a public address.",
                checks: [.answer, Check("curl -4 https://ifconfig.co", "The public address of the server's machine."), .docker],
                situations: [
                    Situation("Container", "--advertise HOST with the host's address; publish 8189/udp."),
                    Situation("Cloud", "--advertise with the elastic or external address, and open UDP 8189 for it."),
                    Situation(
                        "Home or office", "Forward UDP 8189 on the router to the server, and --advertise the router's public address."),
                ],
                references: ["RFC 8445 §5.1.1.1", "RFC 1918"])),
        .addressFamilyMismatch: Entry(
            .error, "One side has only IPv4, the other only IPv6",
            "The addresses of the two sides belong to different versions of the Internet Protocol, so no pair of them can talk.",
            fix: """
                Give the server an address of the peer's kind (IPv4 or IPv6): let its machine have one, and name it with --media-listen or \
                --advertise. Or use a TURN server that has both.
                """,
            help: Help(
                "The local candidates are of one family, the remote ones of the other; there is no pair.",
                checks: [.pairs, Check("ip -6 addr; ip -4 addr", "Which addresses the server's machine has.")],
                situations: [
                    Situation("Container", "Switch on IPv6 in the container network, or use the host's network (--network host)."),
                    Situation("Mobile network with IPv6 alone", "Give the server a public IPv6 address, or put TURN in between."),
                ],
                references: ["RFC 8445 §6.1.2.2", "RFC 8421"])),
        .onlyMulticastDNSCandidates: Entry(
            .error, "The peer hides its addresses",
            """
            Each address that the peer announced is a random name ending in .local, which a browser uses to hide its address and which \
            means something only inside its own network. So the server could not begin from its side, and nothing came from the peer either.
            """,
            fix: """
                Usually the peer begins by itself once it has the answer: make sure that the page calls setRemoteDescription with it and \
                that UDP to the server is not blocked. Asking for the camera or microphone, or a TURN server, makes a browser announce real \
                addresses.
                """,
            help: Help(
                "The remote candidates are set aside (uuid.local), no pair exists, and no check came in.",
                checks: [.internals, .tcpdump, .firewall],
                situations: [
                    Situation("Browser page", "await pc.setRemoteDescription(answer) and look at its errors: then the browser begins."),
                    Situation("Firewall", "Let UDP from the browser's network to the server's port 8189 pass."),
                    Situation("Tests", "In Firefox media.peerconnection.ice.obfuscate_host_addresses=false shows real addresses."),
                ],
                references: ["RFC 8445 §7.3.1.3", "draft-ietf-mmusic-mdns-ice-candidates"])),
        .onlyPrivateCandidates: Entry(
            .error, "The peer announced only private addresses",
            """
            Each address that the peer announced belongs to a private network or to its own machine and means nothing from here. So the \
            server could not begin from its side, and nothing came from the peer either.
            """,
            fix: """
                Give the page a STUN server (iceServers) so that it learns and announces its public address, or a TURN server where UDP is \
                blocked. If both sides are in one private network after all, start the server with --remote-candidates open. And make sure \
                that the page applied the answer: then the peer begins by itself.
                """,
            help: Help(
                "The remote candidates are of type host with private addresses; the server's are public; there are no pairs, or none was answered.",
                checks: [.internals, .offer, .pairs],
                situations: [
                    Situation("Browser page", "new RTCPeerConnection({iceServers: [{urls: 'stun:STUN-SERVER:3478'}]})"),
                    Situation(
                        "Same private network or VPN", "Let the server listen on its private address too, so that the two can meet there."),
                    Situation("Strict NAT", "Two strict NATs, or one that forbids UDP, need a TURN server."),
                ],
                references: ["RFC 8445 §5.1.1.2", "RFC 1918", "RFC 8656"])),
        .noUsableCandidates: Entry(
            .error, "None of the peer's addresses can be used",
            "The peer announced addresses, but the server may not or cannot send to any of them, and nothing came from the peer either.",
            fix: """
                See why each candidate was set aside or refused: a private or loopback address is only used where the server has one like \
                it. Let the peer announce an address that is reachable from the server, or use a TURN server.
                """,
            help: Help(
                "Every remote candidate has the disposition set-aside or refused, with its reason; there is no pair.",
                checks: [.pairs, .offer],
                situations: [
                    Situation("TCP candidates only", "This server speaks UDP: let the peer gather UDP candidates too."),
                    Situation("Policy", "The server's policy for remote candidates forbids private addresses unless it has one itself."),
                ],
                references: ["RFC 8445 §6.1.2.2", "RFC 8445 §19.5.1"])),
    ]
}
