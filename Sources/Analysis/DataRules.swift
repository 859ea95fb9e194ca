internal import SDP

/// The section of data channels.
extension Examination {
    mutating func examineData(_ section: Section) {
        let isOld = section.media.protocolName == "DTLS/SCTP"
        if isOld {
            findings.note(
                .sctpmapOld, at: section.line, mid: section.mid,
                "DTLS/SCTP with a=sctpmap is how data channels were described until 2017. It is understood and answered in kind.",
                fix: "Update the sender: UDP/DTLS/SCTP webrtc-datachannel with a=sctp-port is written now.")
        } else if section.sctpPort == nil, lacks("sctp-port") {
            findings.note(
                .sctpPortMissing, at: section.line, mid: section.mid, "No a=sctp-port line says which port; 5000 is assumed.",
                fix: "Add a=sctp-port:5000.")
        }
        if (isOld && section.sctpPort != nil) || (!isOld && section.sctpmap != nil) {
            findings.note(
                .sctpmapMixed, at: isOld ? section.sctpPort?.line : section.sctpmap, mid: section.mid,
                "The line belongs to the \(isOld ? "new" : "old") way of describing data channels and the m= line to the \(isOld ? "old" : "new") one.",
                fix: "Write UDP/DTLS/SCTP webrtc-datachannel, a=sctp-port and a=max-message-size; leave a=sctpmap out.")
        }
        switch section.messageSize {
        case nil where !isOld && lacks("max-message-size"):
            findings.note(
                .messageSizeMissing, at: section.line, mid: section.mid,
                "Without a=max-message-size the sender takes messages of up to 65536 bytes.",
                fix: "Nothing, where that is enough.")
        case (0, let line)?:
            findings.note(
                .messageSizeZero, at: line, mid: section.mid,
                "0 says that messages may have any size. This server sends none over 262144 bytes all the same.",
                fix: "Nothing, where that is meant; it does not say that messages are refused.")
        case (let size, let line)? where size > 1 << 30:
            findings.note(
                .messageSizeHuge, at: line, mid: section.mid, "\(size) bytes is more than anybody keeps in memory for one message.",
                fix: "Say what the receiver really takes.")
        case (let size, let line)? where size > 0 && size < 1200:
            findings.note(
                .messageSizeSmall, at: line, mid: section.mid, "Messages of more than \(size) bytes will not be sent to this side.",
                fix: "The line counts bytes; 262144 is usual.")
        default: break
        }
        if section.media.protocolName == "TCP/DTLS/SCTP" {
            findings.note(
                .dataOverTCP, at: section.line, mid: section.mid, "TCP/DTLS/SCTP is taken for UDP/DTLS/SCTP: ICE chooses what carries it.",
                fix: "Write UDP/DTLS/SCTP.")
        }
        if let first = sections.first(where: { $0.isUsed && $0.media.isDataChannel }), first.index != section.index {
            findings.note(
                .dataTwice, at: section.line, mid: section.mid, "One section carries all data channels of a connection; this is a second.",
                fix: "Remove it; channels are told apart by their stream, not by sections.")
        }
    }
}
