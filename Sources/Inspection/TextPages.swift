extension Record {
    /// The summary on one screen.
    public func summaryText() -> String {
        var page = PlainText()
        let verdict = Diagnosis.verdict(of: self)
        page.line("\(mark(verdict.severity)) \(PlainText.harmless(verdict.title))")
        page.paragraph(verdict.explanation)
        page.line()
        page.row("session", "\(id) (\(kind.rawValue)\(stream.map { " \($0)" } ?? ""), \(isLive ? "live" : "ended"))")
        page.row("from", [remoteAddress?.description, userAgent].compactMap { $0 }.joined(separator: "  "))
        for label in labels.items { page.row("label", "\(label.name) = \(label.value)") }
        page.row("created", time(0).description)
        page.row("ended", endedAt.map { time($0).description })
        page.row("lived", spoken(duration))
        page.row("outcome", [outcome?.rawValue, reason?.code.rawValue].compactMap { $0 }.joined(separator: ", "))
        page.line()
        page.row("signaling", signalingState.rawValue)
        page.row("connection", connectionState.rawValue)
        page.row("ICE", "\(connectivity.state.rawValue), \(connectivity.role.rawValue), gathering \(gatheringState.rawValue)")
        page.row("DTLS", [handshake.state.rawValue, handshake.role.rawValue, handshake.cipher].compactMap { $0 }.joined(separator: ", "))
        page.row("SCTP", association?.state.rawValue)
        if let pair = connectivity.selectedPair {
            let time = pair.currentRoundTripTime.map { ", round trip \(spoken($0))" } ?? ""
            page.row("path", "\(pair.local) (\(pair.localKind.rawValue)) ↔ \(pair.remote) (\(pair.remoteKind.rawValue))\(time)")
        } else {
            page.row("pairs", "\(connectivity.pairs.count), none selected")
        }
        page.row(
            "sent",
            "\(count(counters.packetsSent, "packet")), \(count(counters.bytesSent, "byte")), \(count(counters.messagesSent, "message"))")
        page.row(
            "received",
            "\(count(counters.packetsReceived, "packet")), \(count(counters.bytesReceived, "byte")), \(count(counters.messagesReceived, "message"))"
        )
        for channel in channels.prefix(8) {
            let identifier = channel.identifier.map { "\($0)" } ?? "?"
            page.row("channel \(identifier)", "\"\(channel.label.prefix(60))\" \(channel.state.rawValue)")
        }
        if channels.count > 8 { page.row("", "and \(channels.count - 8) more") }
        page.line()
        let reached = phases.columns.compactMap { column in column.offset.map { (title: column.title, offset: $0) } }
        for stage in reached.sorted(by: { $0.offset < $1.offset }) {
            page.line("  " + spoken(stage.offset).paddedLeft(to: 10) + "  " + stage.title)
        }
        return page.text
    }

    /// The timeline, a line an event.
    public func eventsText() -> String {
        var page = PlainText()
        var theirs = clientMoments[...]
        for event in events {
            while let moment = theirs.first, moment.offset < event.offset {
                page.line(moment)
                theirs.removeFirst()
            }
            page.line(
                PlainText.harmless(
                    "\(event.seq)".paddedLeft(to: 4) + spoken(event.offset).paddedLeft(to: 11) + "  "
                        + event.code.phase.rawValue.padded(to: 10) + event.text))
            let particulars =
                [event.cause.map { "because \($0)" }, event.pairId, event.candidateId].compactMap { $0 }
                + event.data.items.filter { $0.name != "from" && $0.name != "to" }.map { "\($0.name)=\($0.value)" }
            if !particulars.isEmpty {
                page.line(String(repeating: " ", count: 27) + PlainText.harmless(particulars.joined(separator: "  ")))
            }
        }
        for moment in theirs { page.line(moment) }
        if eventsDropped > 0 { page.line("\(count(eventsDropped, "event")) more did not fit.") }
        page.transactions(transactions)
        return page.text
    }

    /// The diagnosis: the verdict, and each finding with its proofs and what helps.
    public func diagnosisText() -> String {
        var page = PlainText()
        let verdict = Diagnosis.verdict(of: self)
        let findings = Diagnosis.findings(of: self)
        // Where a finding makes the verdict, it says so itself.
        if findings.first?.code != verdict.code {
            page.line("\(mark(verdict.severity)) \(PlainText.harmless(verdict.title))")
            page.paragraph(verdict.explanation)
            page.line()
        }
        if findings.isEmpty { page.line("  Nothing wrong was found.") }
        for finding in findings {
            page.line("\(mark(finding.severity)) \(PlainText.harmless(finding.title)) [\(PlainText.harmless(finding.code))]")
            page.paragraph(finding.explanation)
            page.paragraph(finding.fix, indent: "       ", first: "  Fix: ")
            page.line("  See: \(PlainText.harmless(finding.help))")
            for proof in finding.evidence {
                page.paragraph("\(proof.kind.rawValue) \(proof.reference): \(proof.text)", indent: "      ", first: "    - ")
            }
            page.line()
        }
        return page.text
    }

    private func mark(_ severity: Severity) -> String {
        switch severity {
        case .ok: "[ok]"
        case .info: "[info]"
        case .warning: "[warning]"
        case .error: "[error]"
        }
    }
}
