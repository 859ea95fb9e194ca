import Corpora
import SDP
import Testing
import Wire

@Suite struct `A candidate` {
    @Test func `is read with everything it says`() throws {
        let text =
            "842163049 1 udp 1677729535 198.51.100.7 46154 typ srflx raddr 10.0.0.17 rport 46155 generation 0 ufrag abcd network-cost 10"
        let candidate = try CandidateAttribute(parsing: "candidate:" + text)
        #expect(candidate.foundation == "842163049")
        #expect(candidate.component == 1)
        #expect(candidate.transport == .udp)
        #expect(candidate.priority == 1_677_729_535)
        #expect(candidate.transportAddress == TransportAddress("198.51.100.7:46154"))
        #expect(candidate.kind == .srflx)
        #expect(candidate.relatedAddress == .address(IPAddress(10, 0, 0, 17)))
        #expect(candidate.relatedPort == 46155)
        #expect(candidate.ufrag == "abcd")
        #expect(candidate.extensions.map(\.name) == ["generation", "ufrag", "network-cost"])
        #expect(candidate.text == text)
    }

    @Test(arguments: CandidateAttribute.TCPType.allCases)
    func `over TCP says which side connects`(type: CandidateAttribute.TCPType) throws {
        let candidate = try CandidateAttribute(parsing: "a=candidate:1 1 TCP 1 192.0.2.1 9 typ host tcptype \(type.rawValue)")
        #expect(candidate.transport == .tcp)
        #expect(candidate.tcpType == type)
    }

    @Test(arguments: [
        "1f4712db-ea17-4bcf-a596-105139dfd8bf.local", "example.com", "fe80::1%eth0", "[2001:db8::1]", "999.0.2.1", "0177.0.0.1",
        "2130706433",
    ])
    func `may have a name in place of an address, which nobody here looks up`(name: String) throws {
        let candidate = try CandidateAttribute(parsing: "candidate:1 1 udp 1 \(name) 54400 typ host")
        #expect(candidate.host == .name(name))
        #expect(candidate.transportAddress == nil)
    }

    /// What is not a candidate, why, and at which column.
    static let refusals: [(String, SDPError.Code, Int)] = [
        ("", .candidate, 1), ("candidate", .candidate, 1), ("Candidate:1 1 udp 1 192.0.2.1 1 typ host", .candidate, 1),
        ("candidate:", .candidate, 11), ("candidate:1  1 udp 1 192.0.2.1 1 typ host", .candidate, 13),
        ("candidate:1 1 udp 1 192.0.2.1", .candidate, 30), ("candidate:1 1 udp 1 192.0.2.1 1", .candidate, 32),
        ("candidate:\(String(repeating: "f", count: 33)) 1 udp 1 192.0.2.1 1 typ host", .candidateFoundation, 11),
        ("candidate:é 1 udp 1 192.0.2.1 1 typ host", .candidateFoundation, 11),
        ("candidate:1 -1 udp 1 192.0.2.1 1 typ host", .candidateComponent, 13),
        ("candidate:1 1 sctp 1 192.0.2.1 1 typ host", .candidateTransport, 15),
        ("candidate:1 1 udp 4294967296 192.0.2.1 1 typ host", .candidatePriority, 19),
        ("candidate:1 1 udp -1 192.0.2.1 1 typ host", .candidatePriority, 19),
        ("candidate:1 1 udp 1 \(String(repeating: "a", count: 254)) 1 typ host", .candidateAddress, 21),
        ("candidate:1 1 udp 1 192.0.2.1 65536 typ host", .candidatePort, 31),
        ("candidate:1 1 udp 1 192.0.2.1 1 typ foo", .candidateType, 33),
        ("candidate:1 1 udp 1 192.0.2.1 1 type host", .candidateType, 33),
        ("candidate:1 1 udp 1 192.0.2.1 1 typ srflx raddr 10.0.0.1 rport x", .candidatePort, 64),
        ("candidate:1 1 udp 1 192.0.2.1 1 typ host\r\na=fingerprint:sha-256 00", .controlCharacter, 41),
    ]

    @Test(arguments: refusals)
    func `that is malformed says where`(text: String, code: SDPError.Code, column: Int) {
        let error = #expect(throws: SDPError.self) { try CandidateAttribute(parsing: text) }
        #expect(error?.code == code)
        #expect(error?.column == column)
    }

    @Test func `that is malformed is set aside in a description, for the rest is good`() throws {
        let text = head + "m=audio 9 RTP/AVP 0\r\na=candidate:1 1 udp\r\na=candidate:1 1 udp 1 192.0.2.1 1 typ host\r\n"
        let description = try SessionDescription(parsing: text)
        #expect(description.media[0].candidates.count == 1)
        guard case .setAside(let name, let value, let fault) = description.media[0].attributes[0].attribute else {
            Issue.record("not set aside")
            return
        }
        #expect(name == "candidate")
        #expect(value == "1 1 udp")
        #expect(fault.error.line == 6)
        #expect(fault.error.code == .candidate)
        #expect(description.serialize() == text)
    }

    /// Where we differ from Chromium, and why.
    static let differences: [String: String] = [
        "": "the end of candidates is not a candidate here; whoever signals says which it is",
        "candidate:fffffffffffffffffffffffffffffffff 1 udp 1 192.0.2.1 54400 typ host": "RFC 8839 §5.1: at most 32 characters",
        "candidate:é 1 udp 1 192.0.2.1 54400 typ host": "RFC 8839 §5.1: a foundation is made of ice-chars",
    ]

    @Test(.enabled(if: Corpus.isPresent, "the shared corpora are not here"))
    func `is taken where Chromium takes it`() {
        #expect(!CandidateEntry.all.isEmpty)
        for entry in CandidateEntry.all where Self.differences[entry.candidate] == nil {
            let isTaken = (try? CandidateAttribute(parsing: entry.candidate)) != nil
            #expect(isTaken == entry.chromium, "\(entry.candidate.prefix(100))")
        }
    }
}
