internal import JSON
internal import SDP
internal import Wire

/// One candidate in plain words.
struct CandidateReading {
    let line: Int?
    let mid: String?
    let text: String

    init(_ candidate: CandidateAttribute, line: Int?, mid: String?) {
        self.line = line
        self.mid = mid
        let transport =
            switch candidate.tcpType {
            case .active: "TCP, which the sender opens"
            case .passive: "TCP, on which the sender listens"
            case .so: "TCP, opened by both at once"
            case nil: candidate.transport == .udp ? "UDP" : candidate.transport.rawValue.uppercased()
            }
        var text: String
        switch candidate.kind {
        case .host: text = "An address of the sender's own"
        case .srflx: text = "The sender's address as a STUN server saw it, outside its NAT"
        case .prflx: text = "The sender's address as a peer saw it"
        case .relay: text = "An address at a TURN server, which relays"
        }
        text += ": \(Self.words(candidate.host)), port \(candidate.port), over \(transport)."
        if candidate.component == 2 { text += " For RTCP." }
        if let related = candidate.relatedAddress, candidate.kind != .host {
            let ip = related.address
            text +=
                ip?.isUnspecified == true
                ? " What is behind it is not told." : " Behind it: \(Self.words(related)), port \(candidate.relatedPort ?? 0)."
        }
        if let ufrag = candidate.ufrag { text += " Of the ICE session \(quoted(ufrag))." }
        self.text = text
    }

    private static func words(_ host: CandidateAttribute.Host) -> String {
        switch host {
        case .name(let name):
            return name.hasSuffix(".local") ? "an mDNS name that hides it (\(quoted(name)))" : "the name \(quoted(name))"
        case .address(let ip):
            let kind =
                ip.isLoopback
                ? "the machine itself"
                : ip.isPrivate ? "private" : ip.isLinkLocal ? "of its link only" : ip.isMulticast ? "multicast" : "public"
            return ip.isUnspecified ? "no address (\(ip))" : "\(ip) (\(kind))"
        }
    }

    func encode(into json: inout JSONWriter) {
        json.object { json in
            json.member("line", line)
            json.member("mid", mid)
            json.member("reading", text)
        }
    }
}
