internal import SDP

/// Traces of a description that was changed after it was made.
extension Examination {
    mutating func examineMunging() {
        guard kind == .offer || kind == .answer, faults.isEmpty else { return }
        for section in sections where section.isUsed && section.media.isRTP {
            examineOpus(section)
            guard maker?.isLibWebRTC == true else { continue }
            examineOrder(section)
            let mapped = section.rtpmaps.map(\.value.payloadType)
            let listed = section.payloadTypes.filter { section.maps[$0] != nil }
            if kind == .offer, mapped.count == listed.count, mapped != listed, Set(mapped) == Set(listed) {
                findings.note(
                    .mungedCodecs, at: section.line, mid: section.mid,
                    "The m= line lists the codecs in another order than their a=rtpmap lines, which Chromium and Safari write in the same: somebody changed which codec comes first.",
                    fix: "Nothing is wrong. setCodecPreferences does the same without changing the description.")
            }
        }
    }

    private mutating func examineOpus(_ section: Section) {
        for (value, line) in section.parameters where section.media.kind == "audio" {
            let names = ["maxaveragebitrate", "cbr", "usedtx"].filter { value[$0] != nil }
            guard !names.isEmpty else { continue }
            findings.note(
                .mungedOpus, at: line, mid: section.mid,
                "\(listed(names)) \(names.count == 1 ? "is" : "are") in no browser's own description: it was added. The other side's encoder obeys.",
                fix: "Nothing, where it is meant.")
        }
    }

    /// What Chromium and Safari write of each section, in this order.
    private static let order: [String: Int] = [
        "ice-ufrag": 1, "ice-pwd": 2, "fingerprint": 4, "setup": 5, "mid": 6, "extmap": 7, "sendrecv": 8, "sendonly": 8, "recvonly": 8,
        "inactive": 8, "rtcp-mux": 10, "rtcp-rsize": 11, "rtpmap": 12,
    ]

    private mutating func examineOrder(_ section: Section) {
        var last = (place: 0, name: "")
        for line in section.media.attributes {
            let name = line.attribute.name
            guard let place = Self.order[name] else { continue }
            guard place >= last.place else {
                findings.note(
                    .mungedOrder, at: line.source.number, mid: section.mid,
                    "a=\(name) stands behind a=\(last.name); the browser that seems to have made this writes it before. Something between rewrote the description.",
                    fix: "Nothing is wrong by itself. Where something else is, look there first.")
                return
            }
            last = (place, name)
        }
    }
}
