import Corpora
import Foundation

/// Offers and fragments that the suites share.
enum Offers {
    static let data = "chromium156--datachannel-only.gathered"
    static let ufrag = "zjxr"
    static let password = "u0GLpIFKAgceKnZzB/hH4mX9"

    static func chromium() throws -> String { try Corpus.offer(data) }

    /// With lines that anybody may send after the last one.
    static func chromium(_ more: String) throws -> String { try chromium() + more }

    static let candidates = """
        a=ice-ufrag:\(ufrag)
        a=ice-pwd:\(password)
        m=application 9 RTP/AVP 0
        a=mid:0
        a=candidate:1 1 udp 2122260223 203.0.113.77 9 typ host
        a=candidate:2 1 udp 2122260222 127.0.0.1 9 typ host

        """

    static let restart = """
        a=ice-ufrag:anew
        a=ice-pwd:anewanewanewanewanewanew
        m=application 9 RTP/AVP 0
        a=mid:0

        """

    static func json(_ sdp: String, _ more: String = "") throws -> [UInt8] {
        let text = String(decoding: try JSONEncoder().encode(sdp), as: UTF8.self)
        return Array("{\"type\":\"offer\",\"sdp\":\(text)\(more)}".utf8)
    }
}
