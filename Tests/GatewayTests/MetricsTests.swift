import Foundation
import Testing

extension `The gateway` {
    @Suite struct `Metrics` {
        @Test func `are what Prometheus reads, by its own rules of names`() throws {
            try TestServer.run { server in
                let client = try server.client
                let peer = try LivePeer(server)
                #expect(try peer.echoes([1]))
                _ = try client.post("v=0\r\n")
                #expect(try client.get("/v1/sessions/x").status == 404)
                _ = try client.get("/nothing")
                let answer = try client.get("/metrics")
                #expect(answer["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
                let page = try Exposition(answer.text)
                #expect(page.value("peerscope_sessions_live") == 1)
                #expect(page.value("peerscope_sessions_opened_total") == 1)
                #expect(page.value("process_resident_memory_bytes") ?? 0 > 1e6)
                #expect(page.value("process_cpu_seconds_total") ?? 0 > 0)
                #expect(page.value("process_open_fds") ?? 0 > 3)
                #expect(abs((page.value("process_start_time_seconds") ?? 0) - Date().timeIntervalSince1970) < 86_400)
                #expect(page.value("peerscope_build_info") == 1)
                #expect(page.samples.contains { $0.name == "peerscope_offers_refused_total" && $0.labels["code"] != nil && $0.value == 1 })
                #expect(page.samples.contains { $0.labels == ["route": "/v1/sessions/{id}", "status": "4xx"] && $0.value == 1 })
                #expect(page.samples.contains { $0.labels == ["route": "other", "status": "4xx"] })
                #expect(try eventually { try Exposition(client.get("/metrics").text).value("peerscope_session_setup_seconds_count") == 1 })
                #expect(try client.send("DELETE", peer.path).status == 200)
                let after = try Exposition(client.get("/metrics").text)
                #expect(after.value("peerscope_sessions_closed_total") == 1)
                #expect(
                    after.samples.contains {
                        $0.name == "peerscope_sessions_ended_total" && $0.labels == ["outcome": "completed", "finding": "closed-normally"]
                    })
                try peer.close()
            }
        }
    }
}

/// Prometheus' text format 0.0.4, read strictly: what a scraper or promtool would complain of is a flaw.
struct Exposition {
    struct Sample: Equatable {
        var name: String
        var labels: [String: String]
        var value: Double
    }

    private(set) var samples: [Sample] = []
    private var types: [String: String] = [:]
    private var helps: Set<String> = []

    init(_ text: String) throws {
        #expect(text.hasSuffix("\n"))
        var family = ""
        var seen: Set<String> = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            #expect(!line.isEmpty && !line.contains("\r"), "\(line)")
            let words = line.split(separator: " ", maxSplits: 3).map(String.init)
            if line.hasPrefix("# HELP ") {
                #expect(words.count == 4 && helps.insert(words[2]).inserted, "\(line)")
            } else if line.hasPrefix("# TYPE ") {
                family = words[2]
                #expect(helps.contains(family) && types[family] == nil, "\(line)")
                #expect(["counter", "gauge", "histogram"].contains(words[3]), "\(line)")
                types[family] = words[3]
                #expect(family.wholeMatch(of: /[a-z][a-z0-9_]*/) != nil)
                #expect((words[3] == "counter") == family.hasSuffix("_total"), "a counter ends in _total, and nothing else: \(family)")
                #expect(!family.contains(/_(milliseconds|ms|kilobytes|minutes|percent)(_|$)/), "base units: \(family)")
                if family.contains("bytes") { #expect(family.hasSuffix("_bytes") || family.hasSuffix("_bytes_total"), "\(family)") }
                if family.contains("seconds") { #expect(family.hasSuffix("_seconds") || family.hasSuffix("_seconds_total"), "\(family)") }
            } else {
                let sample = try #require(Self.sample(line), "\(line)")
                #expect(seen.insert("\(sample.name)\(sample.labels.sorted { $0.key < $1.key })").inserted, "\(line) stands twice")
                let suffixes = types[family] == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
                #expect(suffixes.contains { sample.name == family + $0 }, "\(line) is not of \(family)")
                #expect(types[family] == "gauge" || sample.value >= 0)
                samples.append(sample)
            }
        }
        for (name, type) in types where type == "histogram" { checkHistogram(name) }
    }

    private func checkHistogram(_ name: String) {
        let buckets = samples.filter { $0.name == "\(name)_bucket" }
        let bounds = buckets.compactMap { $0.labels["le"].flatMap { $0 == "+Inf" ? .infinity : Double($0) } }
        #expect(bounds.count == buckets.count && bounds.last == .infinity && bounds == bounds.sorted(), "\(name)")
        #expect(buckets.map(\.value) == buckets.map(\.value).sorted(), "\(name)")
        #expect(value("\(name)_count") == buckets.last?.value && value("\(name)_sum") != nil, "\(name)")
    }

    private static func sample(_ line: Substring) -> Sample? {
        guard let match = line.wholeMatch(of: /([a-z_][a-z0-9_]*)(\{.*\})? (-?[0-9.e+-]+|NaN|[+-]Inf)/), let value = Double(match.3) else {
            return nil
        }
        var labels: [String: String] = [:]
        var rest = (match.2 ?? "{}").dropFirst().dropLast()
        while !rest.isEmpty {
            guard let label = rest.prefixMatch(of: /([a-z_][a-z0-9_]*)="((?:[^"\\]|\\["\\n])*)"(,(?=[a-z_])|$)/),
                labels[String(label.1)] == nil
            else {
                return nil
            }
            labels[String(label.1)] = String(label.2)
            rest = rest[label.range.upperBound...]
        }
        return Sample(name: String(match.1), labels: labels, value: value)
    }

    func value(_ name: String) -> Double? { samples.first { $0.name == name }?.value }
}
