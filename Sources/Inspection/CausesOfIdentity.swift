extension Cause {
    /// Descriptions that do not belong together, and roles that do not fit.
    static let causesOfIdentity: [Cause: Entry] = [
        .wrongPassword: Entry(
            .error, "The peer uses a wrong password",
            "Checks arrive or are refused because the two sides sign them with different passwords, so they cannot be trusted.",
            fix: """
                Apply exactly the answer that belongs to this offer. An answer of an earlier attempt, two sessions mixed up, a copied or \
                edited answer, or an ICE restart of which only one side knows, all look like this.
                """,
            help: Help(
                "rejectedRequests.wrongPassword grows in …/ice; the timeline has check-rejected-wrong-password with the address it came from.",
                checks: [.answer, .internals],
                situations: [
                    Situation("Browser page", "Hand the response's body to setRemoteDescription as it is; a=ice-pwd must not be touched."),
                    Situation("Signalling server", "See that it passes on the answer of this very session, and keeps none from before."),
                    Situation("Restart", "A page that calls restartIce() must PATCH its new ufrag and pwd to the session."),
                ],
                references: ["RFC 8445 §7.2.2", "RFC 8489 §9.1"])),
        .unknownUsername: Entry(
            .error, "The peer uses the name of another session",
            "Connectivity checks of the peer arrive, but their username belongs to another session than this one.",
            fix: "Apply the answer to the same peer connection that made the offer, and post a new offer for each new peer connection.",
            help: Help(
                """
                rejectedRequests.unknownUsername grows in …/ice, or the timeline says that checks of this peer named another session. The \
                username of a check is OURS:THEIRS; ours must be the ufrag of this session's answer.
                """,
                checks: [.answer, Check("tshark -r packets.pcapng -T fields -e stun.att.username", "The names that the checks carry.")],
                situations: [
                    Situation("Browser page", "Keep offer, answer and peer connection together: one closure or object for each attempt."),
                    Situation("Several peers at once", "The signalling must give each peer its own answer, not the last one."),
                ],
                references: ["RFC 8445 §7.2.2", "RFC 8445 §7.3"])),
        .staleAnswer: Entry(
            .error, "The peer applied the answer of an earlier session",
            """
            Connectivity checks of the peer arrive, but they name a session that the same peer had begun before this one.
            """,
            fix: """
                Apply the answer that this POST returned, not one from before: forget the old answer when a new offer is made, and wait \
                for its response. End sessions that are no longer wanted by DELETE.
                """,
            help: Help(
                "The timeline has check-rejected-unknown-username with the id of the earlier session in its data.",
                checks: [
                    .answer, .internals, Check("curl '…/v1/sessions?limit=10'", "The sessions of the last minutes: two of the same peer."),
                ],
                situations: [
                    Situation(
                        "Browser page", "A retry that makes a new offer must use that POST's response; drop responses that come late."),
                    Situation("Signalling server or cache", "Never cache the answer to a POST; each offer has its own."),
                ],
                references: ["RFC 8445 §7.2.2", "RFC 9429 §4.1.8"])),
        .restartOneSided: Entry(
            .error, "ICE was restarted on one side only",
            "One side took new credentials (an ICE restart) and the other goes on with the old ones, so each refuses the other's checks.",
            fix: """
                After restartIce() let the page make a new offer or fragment and send it by PATCH with If-Match: * to the session, and apply \
                what comes back. Without that the server never learns the new ufrag and pwd.
                """,
            help: Help(
                "A connected session; then check-rejected-unknown-username or -wrong-password, and 30 seconds later consent-expired.",
                checks: [.timeline, .internals],
                situations: [
                    Situation(
                        "Browser page", "Listen to negotiationneeded after restartIce(), and PATCH; or close and make a new session."),
                    Situation("SDK", "Switch off its automatic restart where it has no way to signal it."),
                ],
                references: ["RFC 8445 §9", "RFC 9725 §4.3.3"])),
        .liteConflict: Entry(
            .error, "Neither side begins",
            "The peer says that it is ICE lite, which only answers, and this side has the role that waits to be asked.",
            fix: "Let the ICE-lite side answer rather than offer, or remove a=ice-lite from its description if it can send checks itself.",
            help: Help(
                "a=ice-lite stands in the peer's description; no check came in.", checks: [.offer, .pairs],
                situations: [Situation("Two servers", "Let one of the two be a full agent and the controlling side.")],
                references: ["RFC 8445 §6.1.1", "RFC 8445 §2.5"])),
        .roleConflict: Entry(
            .error, "Both sides claim the same role",
            "Both sides insist on being the one that chooses the path (or on not being it), and repairing that did not succeed.",
            fix: """
                One side must be the offerer and one the answerer. Check that a server between them does not turn both into offerers, and \
                that the peer answers the error 487 by switching its role.
                """,
            help: Help(
                "role-conflict stands in the timeline several times, or pairs have the last error 487.",
                checks: [.timeline, Check("tshark -r packets.pcapng -Y stun.att.error", "Error responses: 487 Role Conflict.")],
                situations: [Situation("Library or device", "It must switch roles and repeat the check when it gets 487.")],
                references: ["RFC 8445 §7.3.1.1", "RFC 8445 §7.2.5.1"])),
    ]
}
