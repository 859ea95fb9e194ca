import Foundation
import Gateway
import Testing

extension `The gateway` {
    @Suite struct `What runs` {
        @Test func `answers every method that a route does not have with those it has`() throws {
            try TestServer.run { server in
                let client = try server.client
                let id = String(repeating: "0", count: 36)
                for route in Service.routeList {
                    for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW", "get"] where !route.methods.contains(method) {
                        let answer = try client.send(method, route.path.replacing("{id}", with: id))
                        #expect(answer.status == 405, "\(method) \(route.path)")
                        let allowed = Set(answer["allow"]?.components(separatedBy: ", ") ?? [])
                        #expect(allowed.subtracting(["HEAD", "OPTIONS"]) == Set(route.methods), "\(method) \(route.path)")
                    }
                }
                for method in ["POST", "DELETE", "TRACE"] { #expect(try client.send(method, "/").status == 405) }
            }
        }

        @Test func `knows no other place`() throws {
            try TestServer.run { server in
                let client = try server.client
                let id = String(repeating: "0", count: 36)
                for path in [
                    "/v1", "/v1/", "/v2/sessions", "/v1/sessions/", "/v1/sessions/x", "/v1/sessions/\(id)", "/v1/sessions/\(id)/",
                    "/v1/sessions/\(id)/ice", "/v1/sessions/\(id)/nothing", "/v1/sessions/\(id.uppercased())A", "/V1/sessions", "/nothing",
                    "/v1/sessions/\(String(repeating: "x", count: 4000))",
                ] {
                    let answer = try client.get(path)
                    #expect(answer.status == 404, "\(path.prefix(60))")
                    #expect(answer.type == "application/problem+json")
                    #expect(answer.json["status"]?.int == 404)
                }
            }
        }

        @Test func `is not ready while the history is broken, and yet serves`() throws {
            try TestServer.run({ $0.hasBrokenHistory = true }) { server in
                let client = try server.client
                #expect(try eventually { try client.get("/readyz").status == 503 })
                let checks = try client.get("/readyz").json["checks"]?.items ?? []
                let history = checks.first { $0["name"]?.string == "history" }
                #expect(history?["ok"] == .bool(false))
                #expect(history?["text"]?.string?.isEmpty == false)
                #expect(try client.get("/livez").status == 200)
                #expect(try client.get("/v1/status").json["history"]?["condition"]?.string != "ready")
                let session = try client.session(try Offers.chromium())
                #expect(try client.get(session.path).json["state"]?.string == "live")
                #expect(try client.get("/v1/sessions?state=live").json["items"]?.items.count == 1)
                #expect(try client.send("DELETE", session.path).status == 200)
                // What waits for the history can be read there.
                #expect(try client.get(session.path).status == 200)
                let unknown = try client.get("/v1/sessions/\(String(repeating: "0", count: 36))")
                #expect(unknown.status == 503)
                #expect(unknown["retry-after"] != nil)
            }
        }
    }
}
