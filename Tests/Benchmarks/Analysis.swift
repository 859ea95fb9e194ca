import Analysis
import Glibc
import JSON

extension Benchmarks {
    /// A reading of a browser's offer, and of texts made to be slow.
    static let analysis = Benchmark(name: "analysis") {
        let side = AnsweringSide(
            fingerprint: "sha-256 " + Array(repeating: "4A", count: 32).joined(separator: ":"),
            candidates: ["candidate:1 1 udp 2130706431 192.0.2.1 8189 typ host"])
        func cost(_ name: String, _ text: String, goal: Double, count: Int) {
            let bytes = Array(text.utf8.prefix(256 * 1024))
            measure("\(name), \(bytes.count) bytes", goal: goal, rounds: 5, count: count) {
                var json = JSONWriter(capacity: 65_536)
                Report(of: bytes, for: side).encode(into: &json)
            }
        }
        let offer = try file("Tests/Corpora/Offers/chromium156--av-data-sendrecv.gathered.sdp")
        cost("offer of a browser, read and encoded", offer, goal: 1000, count: 100)
        let lines: [(name: String, line: (Int) -> String)] = [
            ("ssrc", { "a=ssrc:\($0) x:y\r\n" }), ("candidate", { "a=candidate:\($0) 1 udp 0 x 0 typ srflx\r\n" }),
            ("ssrc-group", { _ in "a=ssrc-group:SIM 1 2 3 4 5 6 7 8\r\n" }), ("rid", { "a=rid:r\($0) send pt=1,2,3,4\r\n" }),
            ("fmtp", { "a=fmtp:\($0 % 128) apt=5;x-google-a=1\r\n" }), ("rtpmap", { "a=rtpmap:\($0 % 128) rtx/90000\r\n" }),
            ("extmap", { "a=extmap:\($0 % 250 + 1) urn:\($0)\r\n" }), ("broken lines", { _ in "a=mid:\r\n" }),
        ]
        for (name, line) in lines { cost(name, offer + (0..<7500).map(line).joined(), goal: 50_000, count: 3) }
        cost(
            "fmtp of 16 KiB", offer + (0..<16).map { "a=fmtp:\($0) " + String(repeating: "a;", count: 7900) + "\r\n" }.joined(),
            goal: 50_000, count: 3)
    }

    private static func file(_ path: String) throws -> String {
        guard let handle = fopen(path, "r") else { return "" }
        defer { fclose(handle) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = fread(&bytes, 1, bytes.count, handle)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}
