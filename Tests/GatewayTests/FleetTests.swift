import Foundation
import History
import Testing

extension `The gateway` {
    /// What an operator of many sessions asks.
    @Suite struct `Many sessions` {
        /// Rows that need no peers: written straight to history.
        static func fill(_ server: TestServer, _ count: Int, agent: (Int) -> String = { "agent/\($0)" }) throws {
            for index in 0..<count {
                let createdAt = 1_795_000_000_000 + Int64(index) * 1000
                var row = SessionRow(
                    id: id(index), kind: "session", state: "ended", outcome: index % 3 == 0 ? "failed" : "completed",
                    reason: index % 3 == 0 ? "ice-failed" : "closed-by-peer",
                    finding: index % 3 == 0 ? "no-check-received" : "closed-normally",
                    severity: index % 3 == 0 ? "error" : "ok", title: "A title, with \"quotes\"",
                    remoteAddress: "192.0.2.7:\(1000 + index % 9)",
                    userAgent: agent(index), createdAt: createdAt, connectedAt: index % 3 == 0 ? nil : createdAt + 120,
                    endedAt: createdAt + 5000, lastSeenAt: createdAt + 5000, item: item(index))
                if index % 3 != 0 { row.phases.connected = 120 }
                server.store.write(.session(row))
            }
            #expect(server.isWritten())
        }

        private static func item(_ index: Int) -> [UInt8] {
            let text = """
                {"id":"\(id(index))","kind":"session","state":"ended","connectionState":"closed","iceConnectionState":"closed",\
                "outcome":"completed","reason":"closed-by-peer","verdict":{"code":"closed-normally","severity":"ok","title":"-"},\
                "createdAt":"2026-11-22T17:05:00.123Z","endedAt":null,"durationMs":1,"selectedPair":null,"refusal":null}
                """
            return Array(text.utf8)
        }

        private static func id(_ index: Int) -> String {
            let number = String(index)
            return "00" + String(repeating: "0", count: 34 - number.count) + number
        }

        @Test func `are found by finding and severity`() throws {
            try TestServer.run { server in
                let client = try server.client
                try Self.fill(server, 30)
                func count(_ query: String) throws -> Int? { try client.get("/v1/sessions?limit=200&\(query)").json["items"]?.items.count }
                #expect(try count("finding=no-check-received") == 10)
                #expect(try count("severity=ok") == 20)
                #expect(try count("severity=error&finding=no-check-received&outcome=failed") == 10)
                #expect(try count("severity=error&finding=closed-normally") == 0)
                #expect(try count("since=2100-01-01T00:00:00Z") == 0)
                #expect(try count("until=2100-01-01T00:00:00Z") == 30)
                for query in ["severity=bad", "finding=", "finding=%27", "finding=\(String(repeating: "x", count: 65))"] {
                    #expect(try client.get("/v1/sessions?\(query)").code == "bad-query", "\(query)")
                }
            }
        }

        @Test func `are paged with a cursor that goes with its filters alone`() throws {
            try TestServer.run { server in
                let client = try server.client
                try Self.fill(server, 9)
                let first = try client.get("/v1/sessions?severity=ok&limit=2")
                let cursor = try #require(first.json["next"]?.string)
                #expect(try client.get("/v1/sessions?severity=ok&limit=3&cursor=\(cursor)").json["items"]?.items.count == 3)
                for query in ["", "severity=error&", "severity=ok&q=x&", "severity=ok&state=ended&"] {
                    let answer = try client.get("/v1/sessions?\(query)cursor=\(cursor)")
                    #expect(answer.status == 400)
                    #expect(answer.code == "bad-cursor")
                    #expect(answer.json["detail"]?.string?.contains("other filters") == true, "\(query)")
                }
            }
        }

        @Test func `are counted by day, as JSON and as a table`() throws {
            try TestServer.run { server in
                let client = try server.client
                #expect(try client.get("/v1/aggregates").json["days"]?.items == [])
                #expect(try client.get("/v1/aggregates", accept: "text/plain").text == "No sessions in that time.\n")
                try Self.fill(server, 30)
                let all = try client.get("/v1/aggregates").json
                let day = try #require(all["days"]?.items.first)
                #expect(all["days"]?.items.count == 1)
                #expect(day["sessions"]?.int == 30)
                let counts = day["counts"]?.items ?? []
                #expect(counts.map { $0["sessions"]?.int } == [20, 10])
                #expect(counts.map { $0["outcome"]?.string } == ["completed", "failed"])
                #expect(counts.map { $0["finding"]?.string } == ["closed-normally", "no-check-received"])
                let median = try #require(day["setup"]?["p50Ms"]?.number)
                #expect(day["setup"]?["count"]?.int == 20 && abs(median - 120) < 7)
                #expect(all["setup"]?["count"]?.int == 20)
                let table = try client.get("/v1/aggregates", accept: "text/plain").text
                #expect(table.contains(/failed +no-check-received +10\n/))
                #expect(table.split(separator: "\n").allSatisfy { $0.count < 90 })
                #expect(try client.get("/v1/aggregates?since=2100-01-01T00:00:00Z").json["days"]?.items == [])
                #expect(try client.get("/v1/aggregates?until=2001-01-01T00:00:00Z").json["days"]?.items == [])
                #expect(try client.get("/v1/aggregates?since=x").code == "bad-query")
            }
        }

        @Test func `are exported whole, a line each`() throws {
            try TestServer.run { server in
                let client = try server.client
                try Self.fill(server, 1300)
                let lines = try client.get("/v1/sessions/export?format=ndjson").text.split(separator: "\n")
                #expect(lines.count == 1300)
                #expect(lines.allSatisfy { $0.hasPrefix("{\"id\":\"00") && $0.hasSuffix("}") })
                #expect(Set(lines).count == 1300)
                #expect(lines.sorted(by: >) == lines)
                let failed = try client.get("/v1/sessions/export?format=csv&outcome=failed")
                #expect(failed.type == "text/csv")
                #expect(failed["content-disposition"] == "attachment; filename=\"sessions.csv\"")
                #expect(failed.text.components(separatedBy: "\r\n").count == 434 + 2)
                #expect(try client.get("/v1/sessions/export?format=csv&q=nothing").text.components(separatedBy: "\r\n").count == 2)
                #expect(try client.get("/v1/sessions/export?format=xls").code == "bad-query")
                #expect(try client.get("/v1/sessions/export?severity=x").code == "bad-query")
                #expect(try client.send("HEAD", "/v1/sessions/export").status == 200)
            }
        }

        @Test func `are exported so that no spreadsheet runs what a stranger wrote`() throws {
            try TestServer.run { server in
                let client = try server.client
                let agents = ["=1+1", "+1", "-1", "@a", "\ta", "\ra", "a,b", "a\"b", "a\r\nb", "plain", "'a", ""]
                try Self.fill(server, agents.count) { agents[$0] }
                let text = try client.get("/v1/sessions/export?format=csv").text
                let cells = Table(text).column("userAgent")
                #expect(
                    Array(cells.reversed()) == ["'=1+1", "'+1", "'-1", "'@a", "'\ta", "'\ra", "a,b", "a\"b", "a\r\nb", "plain", "'a", ""])
                #expect(Table(text).column("title").allSatisfy { $0 == "A title, with \"quotes\"" })
                // The columns of the description, in its order.
                let described = Description.shared.root["paths"]?["/v1/sessions/export"]?["get"]?["description"]?.string ?? ""
                let list = described.components(separatedBy: "has the columns ").last?.components(separatedBy: "; later").first ?? ""
                #expect(Table(text).names == list.matches(of: /`([A-Za-z]+)`/).map { String($0.output.1) })
            }
        }

        @Test func `are exported while the reader is slow, and others are served`() throws {
            try TestServer.run { server in
                try Self.fill(server, 20_000) { _ in String(repeating: "x", count: 400) }
                let slow = try Connection(port: server.port)
                slow.send("GET /v1/sessions/export?format=csv HTTP/1.1\r\nHost: localhost\r\n\r\n")
                #expect(try slow.readHead().status == 200)
                let client = try server.client
                for _ in 0..<20 { #expect(try client.get("/v1/sessions?q=agent").status == 200) }
                var bytes = 0
                while let chunk = try slow.readChunk() { bytes += chunk.count }
                #expect(bytes > 20_000 * 500)
            }
        }
    }
}

/// RFC 4180, read strictly.
struct Table {
    private(set) var names: [String] = []
    private var rows: [[String]] = []

    init(_ text: String) {
        var row: [String] = [], cell = "", isQuoted = false
        var scalars = Array(text.unicodeScalars)[...]
        while let scalar = scalars.popFirst() {
            switch (scalar, isQuoted) {
            case ("\"", true):
                if scalars.first == "\"" { cell.unicodeScalars.append(scalars.removeFirst()) } else { isQuoted = false }
            case ("\"", false): isQuoted = true
            case (",", false):
                row.append(cell)
                cell = ""
            case ("\r", false):
                #expect(scalars.popFirst() == "\n")
                rows.append(row + [cell])
                row = []
                cell = ""
            default: cell.unicodeScalars.append(scalar)
            }
        }
        #expect(row.isEmpty && cell.isEmpty && !isQuoted)
        names = rows.isEmpty ? [] : rows.removeFirst()
        #expect(rows.allSatisfy { $0.count == names.count })
    }

    func column(_ name: String) -> [String] {
        guard let index = names.firstIndex(of: name) else { return [] }
        return rows.map { $0[index] }
    }
}
