import Corpora
import Foundation
import ICE
import Simulator
import Testing
import Wire

/// Where a peer's signalling may have us send (SECURITY A15).
@Suite struct AddressPolicyTests {
    struct Table: Decodable {
        let deny: [String]
        let allow: [String]
        let hostnames_never_resolved: [String]
        let mdns_only_when_enabled: [String]
    }

    static let table = try? JSONDecoder().decode(Table.self, from: Data(Corpus.bytes("ice/ssrf-addresses.json")))

    @Test(.enabled(if: Corpus.isPresent, "the corpora are not beside the project"))
    func `With global candidates of ours, the denied are denied and the allowed allowed`() throws {
        let table = try #require(Self.table)
        for text in table.deny {
            let ip = try #require(IPAddress(text))
            #expect(AddressPolicy().refusal(of: ip, localScopes: []) != nil, "\(text)")
        }
        for text in table.allow {
            let ip = try #require(IPAddress(text))
            #expect(AddressPolicy().refusal(of: ip, localScopes: []) == nil, "\(text)")
        }
    }

    /// Each narrower scope, and whether a candidate of ours in that scope opens it.
    @Test(arguments: [
        ("127.0.0.1", AddressPolicy.Scopes.loopback, Disposition.Refusal.loopback), ("::1", .loopback, .loopback),
        ("169.254.7.7", .linkLocal, .linkLocal), ("fe80::1", .linkLocal, .linkLocal), ("10.1.1.1", .privateNetwork, .privateNetwork),
        ("172.16.0.1", .privateNetwork, .privateNetwork), ("192.168.1.1", .privateNetwork, .privateNetwork),
        ("100.64.0.1", .privateNetwork, .privateNetwork), ("fd12::1", .privateNetwork, .privateNetwork),
    ])
    func `A scope opens where we have it, and only that one`(text: String, scope: AddressPolicy.Scopes, refusal: Disposition.Refusal) throws
    {
        let ip = try #require(IPAddress(text))
        let policy = AddressPolicy()
        #expect(policy.refusal(of: ip, localScopes: scope) == nil)
        #expect(policy.refusal(of: ip, localScopes: AddressPolicy.Scopes.all.subtracting(scope)) == refusal)
        #expect(AddressPolicy(alsoAllowedScopes: scope).refusal(of: ip, localScopes: []) == nil)
        #expect(AddressPolicy(deniedScopes: scope).refusal(of: ip, localScopes: .all) == refusal)
    }

    @Test(arguments: [
        "169.254.169.254", "169.254.170.2", "100.100.100.200", "168.63.129.16", "fd00:ec2::254", "fd20:ce::254", "0.0.0.0", "::",
        "224.0.0.1",
        "ff02::fb", "255.255.255.255", "192.0.2.1", "2001:db8::1", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::", "::ffff:169.254.169.254",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::7f00:1", "64:ff9b::7f00:1", "2002:7f00:1::1", "2001:0:1::1", "fec0::1", "3fff::1",
        "5f00::1",
    ])
    func `Special addresses stay denied whatever our own are`(text: String) throws {
        let ip = try #require(IPAddress(text))
        #expect(AddressPolicy().refusal(of: ip, localScopes: .all) != nil)
    }

    @Test func `An operator's ranges win, the allowed over the denied`() throws {
        let ip = try #require(IPAddress("203.0.113.5"))
        let range = try #require(AddressPrefix("203.0.113.0/24"))
        #expect(AddressPolicy(allowed: [range]).refusal(of: ip, localScopes: []) == nil)
        let global = try #require(IPAddress("8.8.8.8"))
        let everything = try #require(AddressPrefix("0.0.0.0/0"))
        let it = try #require(AddressPrefix("8.8.8.8"))
        #expect(AddressPolicy(denied: [everything]).refusal(of: global, localScopes: []) == .operatorPolicy)
        #expect(AddressPolicy(allowed: [it], denied: [everything]).refusal(of: global, localScopes: []) == nil)
        let mapped = try #require(IPAddress("::ffff:8.8.8.8"))
        #expect(AddressPolicy(denied: [it]).refusal(of: mapped, localScopes: []) == .operatorPolicy)
    }

    @Test(.enabled(if: Corpus.isPresent, "the corpora are not beside the project"))
    func `Not one packet goes to a denied address in two minutes`() throws {
        let table = try #require(Self.table)
        var journey = Journey()
        journey.network.host("20.0.0.1")
        journey.network.add("2600::1", to: journey.network.host("20.0.0.3"))
        journey.add(.controlled, at: "20.0.0.1:5000", "[2600::1]:5000")
        var random = RandomSource.seeded(4)
        journey.parties[0].agent.setRemote(credentials: .random(&random), isLite: false, at: .zero)
        for text in table.deny {
            let ip = try #require(IPAddress(text))
            for port in [53, 80, 6000] as [UInt16] {
                let disposition = journey.parties[0].agent.addRemoteCandidate(.host(TransportAddress(ip, port)), at: .zero)
                switch disposition {
                case .refused: break
                // The IPv4-mapped form of one that was refused.
                case .redundant: #expect(ip.unmapped != ip)
                default: Issue.record("\(text): \(disposition)")
                }
            }
        }
        for name in table.hostnames_never_resolved {
            let disposition = journey.parties[0].agent.addRemoteCandidate(.named(name, port: 80, priority: 1, foundation: "1"), at: .zero)
            #expect([.setAside(.hostname), .refused(.tooMany)].contains(disposition))
        }
        for name in table.mdns_only_when_enabled {
            let disposition = journey.parties[0].agent.addRemoteCandidate(.named(name, port: 80, priority: 1, foundation: "1"), at: .zero)
            #expect([.setAside(.mdnsName), .refused(.tooMany)].contains(disposition))
        }
        journey.run(for: .seconds(120))
        #expect(journey.network.counters.sent == 0)
        #expect(journey.parties[0].agent.state == .failed)
    }

    @Test(.enabled(if: Corpus.isPresent, "the corpora are not beside the project"))
    func `An allowed address is checked`() throws {
        let table = try #require(Self.table)
        var journey = Journey()
        journey.network.host("20.0.0.1")
        journey.network.add("2600::1", to: journey.network.host("20.0.0.3"))
        journey.add(.controlled, at: "20.0.0.1:5000", "[2600::1]:5000")
        var random = RandomSource.seeded(4)
        journey.parties[0].agent.setRemote(credentials: .random(&random), isLite: false, at: .zero)
        for text in table.allow {
            let address = TransportAddress(try #require(IPAddress(text)), 6000)
            journey.parties[0].agent.addRemoteCandidate(.host(address), at: .zero)
        }
        journey.run(for: .seconds(2))
        for text in table.allow {
            let ip = try #require(IPAddress(text)).unmapped
            #expect(journey.network.destinations[TransportAddress(ip, 6000), default: 0] > 0, "\(text)")
        }
    }

    @Test func `A source that proves the password is checked back whatever its address`() {
        var peer = ScriptedPeer(candidates: [.host(TransportAddress(IPAddress(20, 0, 0, 1), 5000))])
        let path = Path(
            local: TransportAddress(IPAddress(20, 0, 0, 1), 5000), remote: TransportAddress(IPAddress(10, 9, 9, 9), 6000))
        #expect(peer.agent.addRemoteCandidate(.host(path.remote), at: .zero) == .refused(.privateNetwork))
        peer.request(on: path)
        #expect(peer.requests.map(\.path) == [path])
    }
}
