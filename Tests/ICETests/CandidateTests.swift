import ICE
import Testing
import Wire

@Suite struct CandidateTests {
    @Test func `Priorities are those of RFC 8445 §5.1.2.1`() {
        #expect(Candidate.priority(kind: .host, localPreference: 65_535) == 2_130_706_431)
        #expect(Candidate.priority(kind: .host, localPreference: 65_535, component: 2) == 2_130_706_430)
        #expect(Candidate.priority(kind: .serverReflexive, localPreference: 65_535) == 1_694_498_815)
        #expect(Candidate.priority(kind: .relayed, localPreference: 65_535) == 16_777_215)
        #expect(Candidate.priority(kind: .relayed, localPreference: 0, component: 256) == 0)
        #expect(Candidate.priority(kind: .host, localPreference: 0, component: -5) == 126 << 24 | 255)
    }

    @Test func `One foundation for one kind, base, server and protocol`() throws {
        let a = try #require(TransportAddress("10.0.0.1:1"))
        let b = try #require(TransportAddress("10.0.0.1:2"))
        let c = try #require(TransportAddress("10.0.0.2:1"))
        let server = IPAddress(20, 0, 0, 9)
        #expect(Candidate.host(a).foundation == Candidate.host(b).foundation)
        #expect(Candidate.host(a).foundation != Candidate.host(c).foundation)
        #expect(Candidate.host(a).foundation != Candidate.host(a, transport: .tcp).foundation)
        let outside = try #require(TransportAddress("20.0.0.1:1"))
        let reflexive = Candidate.serverReflexive(outside, base: a, server: server)
        #expect(reflexive.foundation != Candidate.host(a).foundation)
        #expect(reflexive.foundation == Candidate.serverReflexive(outside, base: b, server: server).foundation)
        #expect(reflexive.foundation != Candidate.serverReflexive(outside, base: a, server: IPAddress(20, 0, 0, 8)).foundation)
        // RFC 8839 §5.1: one to thirty-two ice-chars.
        #expect((1...32).contains(reflexive.foundation.count))
        #expect(reflexive.relatedAddress == a)
    }

    @Test func `An id outlives a change of priority and kind, and tells addresses apart`() throws {
        let a = try #require(TransportAddress("10.0.0.1:1"))
        let b = try #require(TransportAddress("10.0.0.1:2"))
        let learned = Candidate(kind: .peerReflexive, address: a, priority: 1, foundation: "x")
        #expect(learned.id == Candidate.host(a).id)
        #expect(learned.id != Candidate.host(b).id)
        #expect(
            Candidate.named("a.local", port: 1, priority: 1, foundation: "1").id
                != Candidate.named("b.local", port: 1, priority: 1, foundation: "1").id)
    }

    @Test func `Credentials are long enough, of ice-chars, and never printed`() {
        var random = RandomSource.seeded(1)
        var seen: Set<String> = []
        for _ in 0..<2000 {
            let credentials = Credentials.random(&random)
            #expect(credentials.ufrag.utf8.count * 6 >= 24)
            #expect(credentials.password.utf8.count * 6 >= 128)
            let isIceChars = (credentials.ufrag + credentials.password).utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "+"), UInt8(ascii: "/"):
                    true
                default: false
                }
            }
            #expect(isIceChars)
            #expect(!"\(credentials)".contains(credentials.password))
            #expect(seen.insert(credentials.ufrag).inserted)
        }
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.1.1", true), ("10.0.0.0/8", "11.0.0.0", false), ("0.0.0.0/0", "1.2.3.4", true),
        ("0.0.0.0/0", "::1", false), ("1.2.3.4", "1.2.3.4", true), ("1.2.3.4", "1.2.3.5", false), ("2001:db8::/32", "2001:db8:9::1", true),
        ("2001:db8::/32", "2001:db9::1", false), ("fd00::/127", "fd00::1", true), ("fd00::/127", "fd00::2", false),
        ("::/0", "ff02::1", true),
    ])
    func `A prefix contains what it says`(prefix: String, address: String, expected: Bool) throws {
        let range = try #require(AddressPrefix(prefix))
        let ip = try #require(IPAddress(address))
        #expect(range.contains(ip) == expected)
    }

    @Test(arguments: ["", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "example.com/8", "::/129", "10.0.0.0/8/8"])
    func `What is no prefix is nil`(text: String) {
        #expect(AddressPrefix(text) == nil)
    }
}
