import Corpora
import Crypt
import DTLS
import Peer
import SDP
import Testing

@Suite struct `An answer` {
    @Test func `to a data channel offer says all there is to say, and nothing else`() throws {
        let (answer, _) = try Fixture.answer(to: Fixture.session + "a=group:BUNDLE 0\n" + Fixture.data(mid: "0"))
        #expect(
            answer.serialize() == """
                v=0\r
                o=- 4611686018427387904 1 IN IP4 0.0.0.0\r
                s=-\r
                t=0 0\r
                a=group:BUNDLE 0\r
                a=ice-options:trickle\r
                m=application 40000 UDP/DTLS/SCTP webrtc-datachannel\r
                c=IN IP4 198.51.100.2\r
                a=mid:0\r
                a=ice-ufrag:oursufrg\r
                a=ice-pwd:ourpasswordourpassword24\r
                a=fingerprint:sha-256 \(Fixture.digits)\r
                a=setup:active\r
                a=candidate:1 1 udp 2130706431 192.0.2.1 8189 typ host\r
                a=candidate:2 1 udp 1694498815 198.51.100.2 40000 typ srflx raddr 192.0.2.1 rport 8189\r
                a=end-of-candidates\r
                a=sctp-port:5000\r
                a=max-message-size:262144\r\n
                """)
    }

    @Test(arguments: Corpus.offers)
    func `to a real client's offer fits it, section by section`(name: String) throws {
        let offer = try SessionDescription(parsing: Corpus.offer(name))
        let (answer, remote) = try Negotiation.answer(to: offer, with: Fixture.local)
        #expect(fits(answer, offer) == [])
        #expect(try SessionDescription(parsing: answer.serialize()) == answer)
        #expect(!remote.media.contains { !$0.isAccepted })
        #expect(remote.dtlsRole == .client)
        #expect(answer.groups("BUNDLE").map(\.mids) == [offer.media.compactMap(\.mid)])
        #expect(answer.media.map { !$0.candidates.isEmpty } == offer.media.indices.map { $0 == 0 })
    }

    @Test func `takes a bundle-only section with port 0, which is not a rejected one`() throws {
        let offer = try SessionDescription(parsing: Corpus.offer("firefox153--whip-av-sendonly-max-bundle.gathered"))
        #expect(offer.media[1].port == 0)
        let (answer, _) = try Negotiation.answer(to: offer, with: Fixture.local)
        #expect(answer.media[1].port != 0)
        #expect(!answer.media.contains { $0.has(.bundleOnly) })
    }

    @Test(arguments: [("actpass", "active", Role.client), ("passive", "active", .client), ("active", "passive", .server)])
    func `takes the DTLS role the offer leaves`(offered: String, answered: String, role: Role) throws {
        let text = (Fixture.session + Fixture.data(mid: "0")).replacing("setup:actpass", by: "setup:\(offered)")
        let (answer, remote) = try Fixture.answer(to: text)
        #expect(answer.media[0].attributes.setup?.rawValue == answered)
        #expect(remote.dtlsRole == role)
    }

    @Test func `takes an offer without a setup for an active one, as RFC 4145 does`() throws {
        let (_, remote) = try Fixture.answer(to: (Fixture.session + Fixture.data(mid: "0")).replacing("a=setup:actpass\n", by: ""))
        #expect(remote.dtlsRole == .server)
    }

    @Test(arguments: [
        ("a=ice-options:trickle\n", ["trickle"]), ("a=ice-options:ice2,trickle\n", ["ice2", "trickle"]),
        ("a=ice-options:trickle renomination\n", ["trickle"]), ("a=ice-options:google-ice\n", []), ("", []),
    ])
    func `repeats the ICE options the offer has and we know`(line: String, expected: [String]) throws {
        let text = (Fixture.session + Fixture.data(mid: "0")).replacing("a=ice-options:trickle\n", by: line)
        let (answer, remote) = try Fixture.answer(to: text)
        #expect(answer.attributes.iceOptions ?? [] == expected)
        #expect(remote.supportsTrickle == expected.contains("trickle"))
    }

    @Test func `finds credentials and fingerprint at the session, where libdatachannel has its fingerprint`() throws {
        let section = Fixture.data(mid: "0").replacing(Fixture.transport, by: "")
        let (_, remote) = try Fixture.answer(to: Fixture.session + Fixture.transport + section)
        #expect(remote.ufrag == "KjrS")
        #expect(remote.fingerprints.count == 1)
    }

    @Test func `knows a lite peer`() throws {
        let (_, remote) = try Fixture.answer(to: Fixture.session + "a=ice-lite\n" + Fixture.data(mid: "0"))
        #expect(remote.isLite)
    }

    @Test(arguments: [("a=max-message-size:262144\n", "", 65_536), ("262144", "0", 0), ("262144", "1073741823", 1_073_741_823)])
    func `learns how large a message may be`(old: String, new: String, expected: UInt64) throws {
        let (_, remote) = try Fixture.answer(to: (Fixture.session + Fixture.data(mid: "0")).replacing(old, by: new))
        #expect(remote.maxMessageSize == expected)
    }

    @Test func `speaks of data channels as an offer from before RFC 8841 does`() throws {
        let text =
            Fixture.session + "m=application 9 DTLS/SCTP 5001\n" + Fixture.transport
            + "a=mid:data\na=sctpmap:5001 webrtc-datachannel 1024\n"
        let (answer, remote) = try Fixture.answer(to: text)
        #expect(answer.media[0].protocolName == "DTLS/SCTP")
        #expect(answer.media[0].formats == ["5000"])
        #expect(answer.media[0].sctpmap == SCTPMap(port: 5000, application: "webrtc-datachannel", streams: 1024))
        #expect(remote.sctpPort == 5001)
    }

    @Test func `says port 9 and no address where there is no candidate`() throws {
        var local = Fixture.local
        local.candidates = []
        let offer = try SessionDescription(parsing: Fixture.session + Fixture.data(mid: "0"))
        let (answer, _) = try Negotiation.answer(to: offer, with: local)
        #expect(answer.media[0].port == 9)
        #expect(answer.media[0].connections == [Connection()])
        #expect(answer.media[0].has(.endOfCandidates))
    }

    @Test func `uses the transport of the group's first section, whatever the others say`() throws {
        let other = Fixture.audio(mid: "1").replacing("KjrS", by: "Other").replacing("4A", by: "5B")
        let (_, remote) = try Fixture.answer(to: Fixture.session + "a=group:BUNDLE 0 1\n" + Fixture.data(mid: "0") + other)
        #expect(remote.ufrag == "KjrS")
        #expect(remote.fingerprints.first?.bytes.first == 0x4a)
        #expect(remote.tag == "0")
    }
}

@Suite struct `A media section` {
    static func offer(_ formats: String, _ lines: String, kind: String = "video") -> String {
        Fixture.session + "m=\(kind) 9 UDP/TLS/RTP/SAVPF \(formats)\n\(Fixture.transport)a=mid:0\na=rtcp-mux\n\(lines)"
    }

    @Test func `is answered inactive, with the offer's payload types and feedback`() throws {
        let (answer, remote) = try Fixture.answer(
            to: Self.offer(
                "96 97 98 99",
                """
                a=rtcp-rsize
                a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
                a=extmap:2/recvonly urn:3gpp:video-orientation
                a=extmap:9 urn:unknown
                a=rtpmap:96 VP8/90000
                a=rtcp-fb:96 nack pli
                a=rtcp-fb:96 x-unknown
                a=rtcp-fb:* transport-cc
                a=rtpmap:97 rtx/90000
                a=fmtp:97 apt=96
                a=rtpmap:98 X-NEW/90000
                a=rtpmap:99 rtx/90000
                a=fmtp:99 apt=98

                """))
        let lines = answer.media[0].attributes.map { line in line.attribute.name + (line.attribute.value.map { ":\($0)" } ?? "") }
        let media = lines.drop { $0 != "inactive" }
        #expect(
            Array(media) == [
                "inactive", "rtcp-mux", "rtcp-rsize", "extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid",
                "extmap:2/sendonly urn:3gpp:video-orientation", "rtcp-fb:* transport-cc", "rtpmap:96 VP8/90000", "rtcp-fb:96 nack pli",
                "rtpmap:97 rtx/90000", "fmtp:97 apt=96",
            ])
        #expect(answer.media[0].formats == ["96", "97"])
        #expect(remote.media[0].codecs.map { $0.mimeType(kind: "video") } == ["video/VP8", "video/rtx"])
        #expect(remote.media[0].codecs[1].fmtp == "apt=96")
        #expect(remote.media[0].direction == .sendrecv)
        #expect(!remote.hasData)
    }

    @Test func `knows static payload types without an rtpmap`() throws {
        let (answer, remote) = try Fixture.answer(to: Self.offer("0 3 8 9 13", "", kind: "audio"))
        #expect(answer.media[0].formats == ["0", "8", "9", "13"])
        #expect(remote.media[0].codecs.map(\.name) == ["PCMU", "PCMA", "G722", "CN"])
    }

    @Test(arguments: ["RTP/AVP", "RTP/SAVPF", "UDP/TLS/RTP/SAVP", "TCP/TLS/RTP/SAVPF"])
    func `may come under any RTP profile, and is answered under it`(profile: String) throws {
        let text = (Fixture.session + Fixture.audio(mid: "0")).replacing("UDP/TLS/RTP/SAVPF", by: profile)
        #expect(try Fixture.answer(to: text).answer.media[0].protocolName == profile)
    }

    @Test func `that can't be served is rejected, and the rest goes on without it`() throws {
        let text =
            Fixture.session + "a=group:BUNDLE 0 1 2\n" + Fixture.audio(mid: "0").replacing("opus", by: "x").replacing("PCMU", by: "y")
            + "m=video 0 UDP/TLS/RTP/SAVPF 96\na=mid:1\na=rtcp-mux\na=bundle-only\na=rtpmap:96 VP8/90000\n" + Fixture.data(mid: "2")
        let (answer, remote) = try Fixture.answer(to: text)
        #expect(answer.media.map { $0.port == 0 } == [true, false, false])
        #expect(answer.media[0].mid == "0")
        #expect(answer.media[0].formats == ["111", "0"])
        #expect(remote.media.map { $0.rejection?.code } == ["no-common-codec", nil, nil])
        // The group loses the rejected section, and its first section that is not bundle-only becomes the tag.
        #expect(answer.groups("BUNDLE").map(\.mids) == [["2", "1"]])
        #expect(answer.media.map(\.candidates.isEmpty) == [true, true, false])
        #expect(remote.ufrag == "KjrS")
    }

    @Test func `that is not bundled with the data is rejected, for there is one transport`() throws {
        let (answer, remote) = try Fixture.answer(to: Fixture.session + Fixture.audio(mid: "0") + Fixture.data(mid: "1"))
        #expect(answer.media.map { $0.port == 0 } == [true, false])
        #expect(remote.media[0].rejection?.code == "not-bundled")
        #expect(answer.groups("BUNDLE").isEmpty)
    }

    @Test func `takes the session's direction where it has none`() throws {
        let text = (Fixture.session + "a=sendonly\n" + Fixture.audio(mid: "0")).replacing("a=sendrecv\n", by: "")
        #expect(try Fixture.answer(to: text).remote.media[0].direction == .sendonly)
    }
}

@Suite struct `Candidates in an offer` {
    static let line = "a=candidate:1 1 udp 1 192.0.2.9 5000 typ host\n"

    @Test func `of the section whose transport is used are taken, the others set aside`() throws {
        let text = Fixture.session + "a=group:BUNDLE 0 1\n" + Fixture.data(mid: "0", Self.line) + Fixture.audio(mid: "1", Self.line)
        let (_, remote) = try Fixture.answer(to: text)
        #expect(remote.candidates.map(\.mid) == ["0"])
        #expect(remote.setAside.map(\.reason) == [.otherTransport])
        #expect(remote.setAside.map(\.mid) == ["1"])
    }

    @Test(arguments: [
        ("a=candidate:1 1 udp 1 192.0.2.9 0 typ host\n", SetAsideCandidate.Reason.unreachablePort),
        ("a=candidate:1 1 sctp 1 192.0.2.9 5000 typ host\n", .malformed),
        ("a=candidate:1 1 udp\n", .malformed),
        ("a=candidate:1 1 udp 1 192.0.2.9 5000 typ host ufrag elsewhere\n", .otherGeneration),
    ])
    func `that are of no use are set aside, and the offer is answered`(line: String, reason: SetAsideCandidate.Reason) throws {
        let (_, remote) = try Fixture.answer(to: Fixture.session + Fixture.data(mid: "0", line + Self.line))
        #expect(remote.setAside.map(\.reason) == [reason])
        #expect(remote.candidates.count == 1)
        #expect(remote.setAside[0].message.hasSuffix("."))
    }

    @Test func `beyond what is kept are set aside`() throws {
        let lines = (1...80).map { "a=candidate:1 1 udp 1 192.0.2.9 \($0) typ host\n" }.joined()
        let (_, remote) = try Fixture.answer(to: Fixture.session + Fixture.data(mid: "0", lines + "a=end-of-candidates\n"))
        #expect(remote.candidates.count == 64)
        #expect(remote.setAside.map(\.reason) == Array(repeating: .beyondLimit, count: 16))
        #expect(remote.endOfCandidates)
    }
}

/// What of RFC 3264 and RFC 9429 §5.3.1 an answer breaks; empty where it fits its offer.
func fits(_ answer: SessionDescription, _ offer: SessionDescription) -> [String] {
    var faults: [String] = []
    if answer.media.count != offer.media.count { return ["other number of m-sections"] }
    let rejected = Set(answer.media.filter { $0.port == 0 }.compactMap(\.mid))
    for (ours, theirs) in zip(answer.media, offer.media) {
        if ours.kind != theirs.kind || ours.protocolName != theirs.protocolName { faults.append("other kind or protocol") }
        if ours.mid != theirs.mid { faults.append("other mid") }
        if ours.isRTP, !Set(ours.formats).isSubset(of: theirs.formats) { faults.append("formats not offered") }
        if ours.formats.isEmpty { faults.append("no format") }
        if ours.has(.bundleOnly) || ours.has(.rtcpMuxOnly) { faults.append("offer-only attribute") }
        guard ours.port != 0 else { continue }
        if ours.isRTP, ours.has(.rtcpMux) != theirs.has(.rtcpMux) { faults.append("rtcp-mux not as offered") }
        if ours.attributes.iceUfrag == nil || ours.attributes.icePwd == nil || ours.attributes.fingerprints.isEmpty {
            faults.append("no transport")
        }
        if ours.attributes.setup != .active, ours.attributes.setup != .passive { faults.append("no DTLS role") }
        let offeredIDs = Dictionary(theirs.headerExtensions.map { ($0.id, $0.uri) }) { first, _ in first }
        if !ours.headerExtensions.allSatisfy({ offeredIDs[$0.id] == $0.uri }) { faults.append("header extension not offered") }
    }
    let groups = answer.groups("BUNDLE").flatMap(\.mids)
    if !rejected.isDisjoint(with: groups) { faults.append("rejected section in BUNDLE") }
    if !answer.media.contains(where: { $0.port != 0 }) { faults.append("nothing accepted") }
    return faults
}
