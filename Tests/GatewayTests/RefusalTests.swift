import Foundation
import History
import Settings
import Testing
import Wire

@testable import Engine

extension `The gateway` {
    @Suite struct `Refused offers` {
        @Test func `of one address are recorded so many in a minute, while good ones are served`() throws {
            try TestServer.run({ $0.engine.refusalsPerMinute = 5 }) { server in
                let client = try server.client
                for _ in 0..<5 { #expect(try client.post("v=0\r\n").status == 400) }
                let answer = try client.post("v=0\r\n")
                #expect(answer.status == 429)
                #expect(answer.code == "too-many-refusals")
                #expect((1...13).contains(answer["retry-after"].flatMap { Int($0) } ?? 0))
                // What is wrong with it is said all the same.
                #expect(answer.json["line"]?.int != nil)
                #expect(answer.json["instance"] == nil)
                #expect(try client.post(try Offers.chromium()).status == 201)
                #expect(try Client(port: server.port, from: 2).post("v=0\r\n").status == 400)
                #expect(server.isWritten())
                #expect(try client.get("/v1/sessions?outcome=refused").json["items"]?.items.count == 6)
                #expect(try Exposition(client.get("/metrics").text).value("peerscope_offers_refused_unrecorded_total") == 1)
            }
        }

        @Test func `are counted by address, and few addresses are remembered`() {
            var rate = RefusalRate(perMinute: 60, addresses: 100)
            func group(_ number: Int) -> AddressGroup { AddressGroup("10.0.\(number / 256).\(number % 256)") }
            for _ in 0..<60 { #expect(rate.take(group(1), at: .zero) == nil) }
            #expect(rate.take(group(1), at: .zero) == .seconds(1))
            #expect(rate.take(group(2), at: .zero) == nil)
            #expect(rate.take(group(1), at: .zero + .milliseconds(500)) == .milliseconds(500))
            #expect(rate.take(group(1), at: .zero + .seconds(1)) == nil)
            #expect(rate.take(group(1), at: .zero + .seconds(1)) != nil)
            // A flood of addresses: the table stays bounded, and the one that just overdid it is among those remembered.
            for number in 10..<5000 {
                _ = rate.take(group(number), at: .zero + .seconds(2))
                _ = rate.take(group(1), at: .zero + .seconds(2))
                #expect(rate.count <= 100)
            }
            #expect(rate.take(group(1), at: .zero + .seconds(2)) != nil)
        }

        @Test func `and limits of sessions count an IPv6 network of 64 bits as one address`() {
            #expect(AddressGroup("2001:db8:1:2::1") == AddressGroup("2001:db8:1:2:ffff::9"))
            #expect(AddressGroup("2001:db8:1:2::1") != AddressGroup("2001:db8:1:3::1"))
            #expect(AddressGroup("192.0.2.1") != AddressGroup("192.0.2.2"))
            #expect(AddressGroup("192.0.2.1") == AddressGroup("::ffff:192.0.2.1"))
            #expect(AddressGroup("fe80::1") != AddressGroup("fe80::2"))
            #expect(AddressGroup("fe80::1%eth0") == AddressGroup("fe80::1"))
            #expect(AddressGroup("::1") != AddressGroup("127.0.0.1"))
            let registry = Registry(limit: 10, limitPerAddress: 2)
            #expect(throws: Never.self) { try registry.reserve(address: "2001:db8::1") }
            #expect(throws: Never.self) { try registry.reserve(address: "2001:db8::2") }
            #expect(throws: Registry.Refusal.self) { try registry.reserve(address: "2001:db8::3") }
            registry.release(address: "2001:db8::9")
            #expect(throws: Never.self) { try registry.reserve(address: "2001:db8::3") }
        }
    }

    @Suite struct `A public URL` {
        @Test func `with a path stands before every link`() throws {
            try TestServer.run({ $0.service.publicURL = "https://a.example/rtc" }) { server in
                let client = try server.client
                let answer = try client.post(try Offers.chromium())
                let location = try #require(answer["location"])
                #expect(location.hasPrefix("https://a.example/rtc/v1/sessions/"))
                #expect(answer["link"]?.hasPrefix("<\(location)>") == true)
                let path = String(location.dropFirst("https://a.example/rtc".count))
                func check(_ summary: JSON) {
                    let links = summary["links"]?.members ?? [:]
                    #expect(links.count > 5)
                    for (name, link) in links { #expect(link.string?.hasPrefix(location) == true, "\(name)") }
                }
                check(try client.get(path).json)
                check(try client.send("DELETE", path).json)
                check(try client.get(path).json)
                #expect(try client.post("v=0\r\n").json["instance"]?.string?.hasPrefix("https://a.example/rtc/v1/sessions/") == true)
                #expect(try client.get("/v1/sessions?limit=1")["link"]?.hasPrefix("<https://a.example/rtc/v1/sessions?") == true)
            }
        }
    }

    @Suite struct `An erased session` {
        @Test func `leaves nothing in the file`() throws {
            try TestServer.run { server in
                let client = try server.client
                let kept = try client.session(try Offers.chromium()).path
                let marker = "erasable-agent-77a1"
                let made = try client.send(
                    "POST", "/v1/sessions", [("User-Agent", marker)], type: "application/sdp", body: Array(try Offers.chromium().utf8))
                let path = try #require(made["location"])
                let id = String(path.dropFirst("/v1/sessions/".count))
                for ended in [kept, path] { #expect(try client.send("DELETE", ended).status == 200) }
                #expect(server.isWritten())
                func traces() throws -> [String] {
                    try FileManager.default.contentsOfDirectory(at: server.folder, includingPropertiesForKeys: nil).flatMap { file in
                        let bytes = Array(try Data(contentsOf: file))
                        return [id, marker].filter { bytes.firstRange(of: $0.utf8) != nil }.map { "\($0) in \(file.lastPathComponent)" }
                    }
                }
                #expect(try traces() != [])
                #expect(try client.send("DELETE", path + "/record").status == 204)
                #expect(try client.get(path).status == 404)
                #expect(try client.get("/v1/sessions?q=\(marker)").json["items"]?.items == [])
                #expect(try client.get(path + "/samples").status == 404)
                // The write-ahead log is emptied when the file is closed; what is erased is overwritten in the file.
                server.store.close(timeout: .seconds(5))
                #expect(try traces() == [])
            }
        }
    }
}
