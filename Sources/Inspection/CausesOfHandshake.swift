extension Cause {
    /// The encrypted connection (DTLS).
    static let causesOfHandshake: [Cause: Entry] = [
        .fingerprintMismatch: Entry(
            .error, "The peer is not who its description says",
            """
            The certificate that the peer showed does not have the fingerprint that its description promised, so the connection was given \
            up: somebody may sit in between.
            """,
            fix: """
                Post the offer of the very peer connection that will connect, unchanged. Descriptions mixed up between two peer \
                connections, an edited a=fingerprint line, and a proxy in the media path look like this.
                """,
            help: Help(
                "fingerprint-mismatch in the timeline, then our alert bad_certificate. The finding names both fingerprints.",
                checks: [
                    .offer, .internals, Check("tshark -r packets.pcapng -Y dtls.handshake.certificate", "The certificate that came."),
                ],
                situations: [
                    Situation("Browser page", "Post pc.localDescription.sdp as it is, after setLocalDescription."),
                    Situation("Proxy or SBC in the media path", "It must not end DTLS itself unless it rewrites a=fingerprint too."),
                ],
                references: ["RFC 8842 §5.1", "RFC 8122 §5"])),
        .noCommonCipher: Entry(
            .error, "No common encryption",
            "The peer and the server have no cipher, key exchange or version of DTLS in common, so the encrypted connection could not be set up.",
            fix: "Update the peer's DTLS library: DTLS 1.2 with an ECDHE key exchange and AES-GCM is what every current browser has.",
            help: Help(
                "dtls-client-hello-seen lists the peer's versions and cipher suites; then our alert handshake_failure or protocol_version.",
                checks: [.timeline, Check("tshark -r packets.pcapng -V -Y dtls.handshake.type==1", "Everything that the peer offers.")],
                situations: [Situation("Device", "DTLS 1.0 and RSA key exchange are no longer served: its firmware needs an update.")],
                references: ["RFC 8827 §6.5", "RFC 6347"])),
        .noCommonSRTPProfile: Entry(
            .error, "No common media encryption",
            "The peer and the server have no SRTP protection profile in common, so media could not be encrypted.",
            fix: "Let the peer offer SRTP_AEAD_AES_128_GCM or SRTP_AES128_CM_SHA1_80 in use_srtp.",
            help: Help(
                "The ClientHello has no use_srtp extension, or one with other profiles; it is in dtls-client-hello-seen.",
                checks: [.timeline, .packets],
                situations: [Situation("Library", "Switch SRTP on before the handshake (OpenSSL: SSL_CTX_set_tlsext_use_srtp).")],
                references: ["RFC 5764 §4.1.2", "RFC 8827 §6.5"])),
        .certificateRefused: Entry(
            .error, "The peer's certificate was refused", "The certificate that the peer showed cannot be used.",
            fix: "Use an ECDSA P-256 certificate, or an RSA one of 2,048 to 4,096 bits; a browser makes a good one by itself.",
            help: Help(
                "dtls-failed says what is wrong with it: missing, too large, a key of another kind or size.",
                checks: [.timeline, .packets],
                situations: [Situation("Library or device", "openssl ecparam -name prime256v1 -genkey makes a fitting key.")],
                references: ["RFC 8827 §6.5"])),
        .dtlsAlert: Entry(
            .error, "The peer broke off the encrypted connection", "The peer sent a DTLS alert: it could not or would not go on.",
            fix: """
                The alert's name says what the peer disliked. A complaint about the certificate usually means that the peer holds the \
                answer of another session, or one whose a=fingerprint was changed; a handshake_failure that it has no cipher in common.
                """,
            help: Help(
                "dtls-alert-received with the alert's name and number; the peer's log has the reason.",
                checks: [.timeline, .answer, .internals],
                situations: [
                    Situation(
                        "bad_certificate, certificate_unknown, decrypt_error", "Apply the answer unchanged: its a=fingerprint is ours."),
                    Situation("handshake_failure, insufficient_security", "Update the peer's DTLS library."),
                    Situation("protocol_version", "The peer wants another version than DTLS 1.2."),
                ],
                references: ["RFC 8446 §6", "RFC 8842 §5.1"])),
        .dtlsRoleClash: Entry(
            .error, "Both sides began the encrypted connection",
            "One side must begin the DTLS handshake and the other answer it, but both sent the opening message (ClientHello).",
            fix: """
                Do not edit a=setup. The offer says actpass, the answer says active or passive, and each side does what the answer says: \
                with active in our answer we begin and the peer waits, with passive it begins.
                """,
            help: Help(
                "dtls-client-hello-sent and dtls-client-hello-seen both stand in the timeline.",
                checks: [.offer, .answer, Check("tshark -r packets.pcapng -Y dtls.handshake.type==1", "ClientHello from both addresses.")],
                situations: [
                    Situation("Library or device", "Take the DTLS role from a=setup of the answer instead of a fixed one."),
                    Situation("Signalling server", "Pass a=setup on as it is; rewriting actpass to active makes both sides clients."),
                ],
                references: ["RFC 8842 §5.2", "RFC 4145 §4"])),
        .dtlsNoClientHello: Entry(
            .error, "The peer never began the encrypted connection",
            "A network path was found, but the peer, whose turn it was, never began the DTLS handshake.",
            fix: """
                Check that the peer is the DTLS client as the answer's a=setup line says (setup:passive in the answer makes it begin), and \
                that nothing on the way drops UDP packets above 1,000 bytes.
                """,
            help: Help(
                "pair-nominated, and then nothing of DTLS; checks go on being answered.",
                checks: [.answer, .internals, .mtu],
                situations: [
                    Situation("Both sides wait", "Take the role from the answer: a=setup:passive there means that the peer must begin."),
                    Situation(
                        "Large ClientHello",
                        "One with post-quantum keys has more than 1,200 bytes: a path that drops such packets hides it."),
                ],
                references: ["RFC 8842 §5.3", "RFC 6347 §4.1.1"])),
        .largePacketsLost: Entry(
            .error, "Large packets are lost on the way",
            """
            Short packets pass in both directions, but the long ones of the encrypted handshake are lost each time they are sent: something \
            on the way drops packets above a size.
            """,
            fix: """
                Look for a VPN, a tunnel (PPPoE, GRE, WireGuard, IPsec) or a container network with a small MTU, and for a firewall that \
                drops fragments. Let packets of 1,200 bytes pass: raise the tunnel's MTU, or let fragments and ICMP "fragmentation needed" \
                through.
                """,
            help: Help(
                """
                Checks of about 100 bytes are answered all the while; a flight of the handshake with several hundred bytes is sent again \
                and again with no progress. The finding names the sizes that passed and those that did not.
                """,
                checks: [.packets, .mtu, Check("ip link show", "The MTU of each interface: below 1,280 is too small for WebRTC.")],
                situations: [
                    Situation("VPN or tunnel", "Set its MTU to 1,280 or more; with WireGuard: MTU = 1420 on both ends."),
                    Situation(
                        "Container network",
                        "Give the overlay the MTU of the host's interface less its own header (docker: --opt com.docker.network.driver.mtu)."
                    ),
                    Situation("Firewall", "Allow UDP fragments, and ICMP type 3 code 4 (IPv6: type 2)."),
                ],
                references: ["RFC 6347 §4.1.1.1", "RFC 8085 §3.2"])),
        .dtlsSilence: Entry(
            .error, "The encrypted connection was begun but never finished",
            "A network path was found and the DTLS handshake began, but it came to a stop: the peer said nothing more, or packets get lost.",
            fix: """
                See the peer's own log: its program may have stopped in the middle. If short packets pass and long ones do not, look for a \
                VPN or tunnel with a small MTU, or a firewall that inspects UDP.
                """,
            help: Help(
                "dtls-flight-retransmitted several times with no answer, then dtls-failed with a timeout.",
                checks: [.timeline, .packets, .mtu],
                situations: [
                    Situation("Peer's program", "Its DTLS must be fed every packet whose first byte is 20 to 63, from any valid pair."),
                    Situation("Firewall", "One that inspects UDP may take DTLS for something else: let UDP to port 8189 pass uninspected."),
                ],
                references: ["RFC 6347 §4.2.4", "RFC 7983"])),
        .dtlsFailed: Entry(
            .error, "The encrypted connection failed",
            "A network path was found and the DTLS handshake began, but it broke off with an error.",
            fix: """
                See the packets and the event dtls-failed for what was wrong, and the peer's own log. A peer whose DTLS library is old, or a \
                box in between that changes packets, are the usual ones.
                """,
            help: Help(
                "dtls-failed with the library's words for what the peer did wrong.", checks: [.timeline, .packets],
                situations: [Situation("Library or device", "Capture its log at the same time and compare the messages one by one.")],
                references: ["RFC 6347"])),
    ]
}
