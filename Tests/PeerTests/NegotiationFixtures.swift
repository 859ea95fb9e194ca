import Peer
import SDP

/// Descriptions and parameters that the negotiation tests share.
enum Fixture {
    static let digits = Array(repeating: "4A", count: 32).joined(separator: ":")

    static let local = LocalParameters(
        ufrag: "oursufrg", password: "ourpasswordourpassword24", fingerprint: "sha-256 \(digits)",
        candidates: [
            CandidateAttribute(foundation: "1", priority: 2_130_706_431, host: .init("192.0.2.1"), port: 8189, kind: .host),
            CandidateAttribute(
                foundation: "2", priority: 1_694_498_815, host: .init("198.51.100.2"), port: 40000, kind: .srflx,
                relatedAddress: .init("192.0.2.1"), relatedPort: 8189),
        ], sessionID: 4_611_686_018_427_387_904)

    static let session = """
        v=0
        o=- 5769275996912103655 2 IN IP4 127.0.0.1
        s=-
        t=0 0

        """

    static let transport = """
        a=ice-ufrag:KjrS
        a=ice-pwd:fvlREecwksHfovMCOFOpDr6b
        a=ice-options:trickle
        a=fingerprint:sha-256 \(digits)
        a=setup:actpass

        """

    static func data(mid: String, _ extra: String = "") -> String {
        "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\nc=IN IP4 0.0.0.0\n\(transport)a=mid:\(mid)\na=sctp-port:5000\n"
            + "a=max-message-size:262144\n\(extra)"
    }

    static func audio(mid: String, _ extra: String = "") -> String {
        "m=audio 9 UDP/TLS/RTP/SAVPF 111 0\nc=IN IP4 0.0.0.0\n\(transport)a=mid:\(mid)\na=sendrecv\na=rtcp-mux\n"
            + "a=rtpmap:111 opus/48000/2\na=fmtp:111 minptime=10\na=rtpmap:0 PCMU/8000\n\(extra)"
    }

    static func answer(to text: String) throws -> (answer: SessionDescription, remote: RemoteParameters) {
        try Negotiation.answer(to: SessionDescription(parsing: text), with: local)
    }

    static func refusal(of text: String) throws -> Refusal? {
        let offer = try SessionDescription(parsing: text)
        do throws(Refusal) {
            _ = try Negotiation.answer(to: offer, with: local)
            return nil
        } catch {
            return error
        }
    }
}

extension String {
    /// Replaces every occurrence: `Foundation` is not needed for that.
    func replacing(_ old: String, by new: String) -> String {
        var result = ""
        var rest = self[...]
        while let range = rest.firstRange(of: old) {
            result += rest[..<range.lowerBound] + new
            rest = rest[range.upperBound...]
        }
        return result + rest
    }
}
