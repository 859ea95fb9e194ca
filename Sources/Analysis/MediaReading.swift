internal import JSON
internal import Peer
internal import SDP

/// What one m-section says, in plain words, and what becomes of it.
struct MediaReading {
    let section: Section
    /// Where the sections of a description without one take their direction from.
    let sessionDirection: Direction?
    /// What this server made of it; nil where it came to no answer.
    let outcome: MediaSection?
    /// Why nothing came of the whole description.
    let refusal: Refusal?
    let kind: Subject

    var direction: Direction { section.directions.first?.value ?? sessionDirection ?? .sendrecv }

    var isAccepted: Bool { kind == .answer ? !section.isOff : outcome?.isAccepted ?? false }

    var rejection: Refusal? { kind == .answer ? nil : outcome?.rejection ?? refusal }

    var simulcast: String? {
        guard let simulcast = section.simulcasts.first?.value else { return nil }
        let parts = [("sent", simulcast.send), ("received", simulcast.receive)].filter { !$0.1.isEmpty }.map { word, streams in
            let names = streams.prefix(8).map { $0.map { ($0.isPaused ? "paused " : "") + $0.rid }.joined(separator: " or ") }
            return "\(counted(streams.count, "encoding")) \(word) at once (\(names.joined(separator: ", ")))"
        }
        return SourceText.printable(listed(parts).utf8.prefix(300))
    }

    private var codecs: [String] {
        var names: [String] = []
        for type in section.payloadTypes {
            guard let map = section.maps[type] else { continue }
            let name = SourceText.printable(map.encoding.utf8.prefix(24))
            if !["rtx", "red", "ulpfec", "flexfec-03", "telephone-event", "CN"].contains(name), !names.contains(name) {
                names.append(name)
            }
            if names.count == 12 { break }
        }
        return names
    }

    /// One to four sentences.
    var text: String {
        var sentences: [String] = []
        if section.media.isDataChannel {
            let port = section.sctpPort.map { "SCTP port \($0.value)" } ?? "an SCTP port that is not said"
            let size =
                section.messageSize.map { $0.value == 0 ? "messages of any size" : "messages of up to \($0.value) bytes" }
                ?? "messages of up to 65536 bytes"
            sentences.append("Data channels over \(port), \(size).")
        } else if section.media.isRTP {
            let offered = codecs
            sentences.append(
                "\(section.media.kind.prefix(1).uppercased())\(SourceText.printable(section.media.kind.dropFirst().utf8.prefix(24))), \(Self.words(direction))\(offered.isEmpty ? "" : "; \(listed(offered))")."
            )
        } else {
            sentences.append("\(quoted(section.media.kind)) over \(quoted(section.media.protocolName)), which is not WebRTC's.")
        }
        if let simulcast { sentences.append("Simulcast: \(simulcast).") }
        if section.isOff {
            sentences.append("Port 0: it is \(kind == .answer ? "rejected" : "switched off").")
        } else if section.bundleOnly != nil {
            sentences.append("It lives on the transport of its BUNDLE group alone.")
        }
        sentences.append(candidates)
        if kind == .offer {
            if isAccepted {
                let kept =
                    outcome?.codecs.filter { $0.name.lowercased() != "rtx" }.prefix(12).map {
                        SourceText.printable($0.name.utf8.prefix(24))
                    } ?? []
                var names: [String] = []
                for name in kept where !names.contains(name) { names.append(name) }
                sentences.append(
                    names.isEmpty ? "This server takes it." : "This server takes it with \(listed(names)), and sends no media back.")
            } else if let rejection {
                sentences.append(outcome == nil ? "It is refused with the whole offer." : "This server rejects it: \(rejection.message)")
            }
        }
        return sentences.filter { !$0.isEmpty }.joined(separator: " ")
    }

    private var candidates: String {
        guard !section.candidates.isEmpty else { return "" }
        return "\(counted(section.candidates.count, "candidate"))\(section.endOfCandidates == nil ? "" : ", and no more to come")."
    }

    private static func words(_ direction: Direction) -> String {
        switch direction {
        case .sendrecv: "to be sent and received"
        case .sendonly: "to be sent only"
        case .recvonly: "to be received only"
        case .inactive: "neither sent nor received for now"
        }
    }

    func encode(into json: inout JSONWriter) {
        json.object { json in
            json.member("mid", section.mid)
            json.member("kind", SourceText.printable(section.media.kind.utf8.prefix(64)))
            json.member("line", section.line)
            json.member("reading", text)
            json.member("direction", direction.rawValue)
            json.member("accepted", isAccepted)
            if let rejection {
                json.object("rejection") { json in
                    json.member("code", rejection.code)
                    json.member("detail", rejection.message)
                }
            }
            json.array("codecs") { json in
                let kept = Set(outcome?.codecs.map(\.payloadType) ?? [])
                for type in section.payloadTypes.prefix(128) {
                    guard let map = section.maps[type] else { continue }
                    json.object { json in
                        json.member("payloadType", Int(type))
                        json.member("name", SourceText.printable(map.encoding.utf8.prefix(64)))
                        json.member("clockRate", Int(map.clockRate))
                        json.member("channels", map.channels.map { Int($0) })
                        json.member("kept", kept.contains(type))
                    }
                }
            }
            json.member("candidates", section.candidates.count)
            json.member("simulcast", simulcast)
        }
    }
}
