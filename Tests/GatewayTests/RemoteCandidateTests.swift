import Corpora
import Engine
import Foundation
import Testing
import Transport
import Wire

extension `The gateway` {
    @Suite(.enabled(if: Corpus.isPresent, "the shared corpora are not here")) struct `Remote candidates` {
        /// Whether this machine has an address that is no loopback one, so that a server without loopback can be made.
        static let hasNetwork = ((try? NetworkInterface.all()) ?? []).contains { interface in
            interface.isUp && interface.addresses.contains { !$0.ip.isLoopback && $0.ip.family == .v4 }
        }

        @Test(.enabled(if: hasNetwork, "there is no network but loopback"))
        func `that lead inside are not sent to, and say why`() throws {
            let entries = DescriptionEntry.all.filter {
                $0.file.hasPrefix("attack--cand-") && $0.expect.hasPrefix("no packet to that address")
            }
            #expect(entries.count == 15)
            try TestServer.run({
                $0.engine.listen = []
                $0.engine.interfaces.includesLoopback = false
            }) { server in
                let client = try server.client
                let trap = try DatagramSocket()
                for entry in entries {
                    // A socket of ours stands where the loopback addresses among them lead.
                    let offer = String(decoding: entry.bytes, as: UTF8.self).replacing(" 53 typ host", with: " \(trap.port) typ host")
                    let session = try client.session(offer)
                    _ = try client.get(session.path + "?wait=connected&timeout=0.15")
                    let ice = try client.get(session.path + "/ice").json
                    let name = entry.file.dropFirst("attack--cand-".count).dropLast(".sdp".count)
                    let isOwnNetwork = name == "192.168.0.1"
                    for candidate in ice["remoteCandidates"]?.items ?? [] where candidate["port"]?.int == Int(trap.port) && !isOwnNetwork {
                        #expect(["refused", "set-aside"].contains(candidate["disposition"]?.string), "\(name)")
                        #expect(candidate["dispositionReason"]?.string?.isEmpty == false, "\(name)")
                    }
                    if !isOwnNetwork { #expect(ice["pairs"]?.items.allSatisfy { $0["requestsSent"]?.int == 0 } == true, "\(name)") }
                    // Either the resource tells of the candidate, or an event does.
                    let events = try client.get(session.path + "/events").json["items"]?.items ?? []
                    let isTold =
                        (ice["remoteCandidates"]?.items ?? []).contains { $0["port"]?.int == Int(trap.port) }
                        || events.contains {
                            $0["code"]?.string?.hasPrefix("remote-candidate") == true
                                && $0["text"]?.string?.contains("\(trap.port)") == true
                        }
                    #expect(isTold, "\(name)")
                    #expect(try client.send("DELETE", session.path).status == 200)
                }
                #expect(trap.receive(within: 100).isEmpty)
            }
        }

        @Test func `are as many as are kept, in an offer with two hundred`() throws {
            try TestServer.run { server in
                let client = try server.client
                let session = try client.session(String(decoding: Corpus.bytes("sdp/attack--cand-200.sdp"), as: UTF8.self))
                let ice = try client.get(session.path + "/ice").json
                let candidates = ice["remoteCandidates"]?.items ?? []
                #expect(!candidates.isEmpty)
                #expect(candidates.count { $0["disposition"]?.string == "paired" } <= Limits.remoteCandidates)
                #expect((ice["pairs"]?.items.count ?? 0) <= Limits.candidatePairs)
            }
        }
    }
}
