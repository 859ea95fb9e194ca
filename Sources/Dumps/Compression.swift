internal import Inspection

/// The three compressions of rtcstats: numbers for the names of methods and of members, differences between reports of statistics, and
/// sections of a description that stand for the same one of the description before.
enum Compression {
    /// The method's name.
    static func method(_ value: JSONValue) -> String? {
        switch value {
        case .text(let name): name == "g" ? "getStats" : name
        case .number(let number): Int(exactly: number).map { methods[$0] ?? "method \($0)" }
        default: nil
        }
    }

    /// A report: what it says differs from `base`, what it does not say is the same, and null ends an entry.
    static func expanded(_ delta: JSONValue, _ base: [String: ClientReport.Entry]) -> [String: ClientReport.Entry] {
        guard let members = delta.members else { return base }
        var entries = base
        var own: Set<String> = []
        var common: ClientReport.Entry.Value?
        for member in members {
            if member.name == "t" || member.name == "timestamp", let number = member.value.number {
                common = .number(number)
                continue
            }
            guard let values = member.value.members else {
                if member.value == .null { entries[member.name] = nil }
                continue
            }
            guard entries[member.name] != nil || entries.count < ReadingLimits.entries else { continue }
            var entry = entries[member.name] ?? ClientReport.Entry(id: member.name, type: "")
            for value in values.prefix(100) {
                let name = Int(value.name).flatMap { Compression.members[$0] } ?? (value.name == "t" ? "timestamp" : value.name)
                switch value.value {
                case .number(let number) where name == "type": entry.type = Int(exactly: number).flatMap { types[$0] } ?? ""
                case .text(let text) where name == "type": entry.type = text
                case .number(let number):
                    entry.members[name] = .number(number)
                    if name == "timestamp" { own.insert(member.name) }
                case .text(let text): entry.members[name] = .text(text)
                case .flag(let flag): entry.members[name] = .flag(flag)
                default: break
                }
            }
            entries[member.name] = entry
        }
        if let common {
            for id in entries.keys where !own.contains(id) { entries[id]?.members["timestamp"] = common }
        }
        return entries
    }

    /// A description in which a section `m=` (`v=` for the first) stands for the same section of `base`.
    static func expanded(_ sdp: String, _ base: String?) -> String {
        guard let base else { return sdp }
        let sections = split(base)
        return split(sdp).enumerated().map { index, section in
            let isReference = section.trimmed == (index == 0 ? "v=" : "m=")
            return isReference && sections.indices.contains(index) ? sections[index] : section
        }.joined()
    }

    private static func split(_ sdp: String) -> [String] {
        var sections = [""]
        for line in sdp.split(omittingEmptySubsequences: true, whereSeparator: \.isNewline) {
            if line.hasPrefix("m="), sections != [""] { sections.append("") }
            sections[sections.count - 1] += line + "\r\n"
        }
        return sections
    }

    private static let methods: [Int: String] = [
        1: "getStats", 2: "createOffer", 3: "createOfferOnSuccess", 4: "createAnswer", 5: "createAnswerOnSuccess",
        6: "setLocalDescription", 7: "setLocalDescriptionOnSuccess", 8: "setRemoteDescription", 9: "setRemoteDescriptionOnSuccess",
        10: "addIceCandidate", 11: "addIceCandidateOnSuccess", 12: "createOfferOnFailure", 13: "createAnswerOnFailure",
        14: "setLocalDescriptionOnFailure", 15: "setRemoteDescriptionOnFailure", 16: "addIceCandidateOnFailure", 20: "onicecandidate",
        21: "onicecandidateerror", 22: "ontrack", 23: "onsignalingstatechange", 24: "oniceconnectionstatechange",
        25: "onconnectionstatechange", 26: "onicegatheringstatechange", 27: "onnegotiationneeded", 28: "ondatachannel", 30: "addTrack",
        31: "addTrackOnSuccess", 32: "addTransceiver", 33: "addTransceiverOnSuccess", 34: "removeTrack", 35: "createDataChannel",
        36: "close", 37: "restartIce", 38: "setConfiguration", 39: "create", 40: "constraints",
    ]

    private static let types: [Int: String] = [
        1: "inbound-rtp", 2: "outbound-rtp", 3: "remote-inbound-rtp", 4: "remote-outbound-rtp", 5: "transport", 6: "candidate-pair",
        7: "local-candidate", 8: "remote-candidate", 9: "data-channel", 10: "peer-connection", 11: "certificate", 12: "media-source",
        13: "media-playout", 14: "codec",
    ]

    /// Of the entries that are read; other names stay numbers.
    private static let members: [Int: String] = [
        5: "transportId", 14: "packetsReceived", 34: "lastPacketReceivedTimestamp", 41: "bytesReceived", 76: "totalRoundTripTime",
        79: "packetsSent", 80: "bytesSent", 113: "dataChannelsOpened", 114: "dataChannelsClosed", 115: "label", 116: "protocol",
        117: "dataChannelIdentifier", 118: "state", 119: "messagesSent", 120: "messagesReceived", 121: "iceRole",
        122: "iceLocalUsernameFragment", 123: "dtlsState", 124: "iceState", 125: "selectedCandidatePairId", 126: "localCertificateId",
        127: "remoteCertificateId", 128: "tlsVersion", 129: "dtlsCipher", 130: "dtlsRole", 131: "srtpCipher",
        132: "selectedCandidatePairChanges", 134: "address", 135: "port", 136: "candidateType", 137: "priority", 138: "url",
        139: "relayProtocol", 140: "foundation", 141: "relatedAddress", 142: "relatedPort", 143: "usernameFragment", 144: "tcpType",
        145: "networkType", 148: "localCandidateId", 149: "remoteCandidateId", 150: "nominated", 151: "lastPacketSentTimestamp",
        152: "currentRoundTripTime", 153: "availableOutgoingBitrate", 154: "availableIncomingBitrate", 155: "requestsReceived",
        156: "requestsSent", 157: "responsesReceived", 158: "responsesSent", 159: "consentRequestsSent", 160: "packetsDiscardedOnSend",
        161: "bytesDiscardedOnSend",
    ]
}

extension String {
    fileprivate var trimmed: Substring {
        self[(firstIndex { !$0.isWhitespace } ?? endIndex)..<(lastIndex { !$0.isWhitespace }.map { index(after: $0) } ?? endIndex)]
    }
}
