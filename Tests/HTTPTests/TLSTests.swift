import Foundation
import HTTP
import Testing

/// Runs a program, and gives what it printed; nil where it can't be run.
private func run(_ path: String, _ arguments: [String]) -> String? {
    guard FileManager.default.isExecutableFile(atPath: path) else { return nil }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    do { try process.run() } catch { return nil }
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: output, as: UTF8.self)
}

@Suite struct `HTTPS` {
    @Test func `serves with a certificate and key`() throws {
        let directory = NSTemporaryDirectory() + "peerscope-tls-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let made = run(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=localhost",
                "-days", "2", "-keyout", "\(directory)/key.pem", "-out", "\(directory)/certificate.pem",
            ])
        guard made != nil, let curl = run("/usr/bin/curl", ["--version"]), curl.hasPrefix("curl") else {
            print("skipped: openssl or curl is not installed")
            return
        }
        let tls = Server.TLS(
            certificate: try String(contentsOfFile: "\(directory)/certificate.pem", encoding: .utf8),
            key: try String(contentsOfFile: "\(directory)/key.pem", encoding: .utf8))
        let waiting = Waiting()
        let server = try startServer({ $0.tls = tls }) { request, exchange in
            guard request.head.isSecure else { return .respond(Response(.internalServerError)) }
            return request.path == ["now"] ? waiting.handler(request, exchange) : echo(request, exchange)
        }
        defer { server.stop() }
        let base = "https://127.0.0.1:\(server.port)"
        #expect(run("/usr/bin/curl", ["-sk", "\(base)/now", "\(base)/now"]) == "nownow")
        #expect(run("/usr/bin/curl", ["-sk", "-d", "abc", "\(base)/x"]) == "POST /x 3")
        #expect(
            run(
                "/usr/bin/curl",
                [
                    "-sk", "-o", "/dev/null", "-w", "%{http_code}", "-H", "Transfer-Encoding: chunked", "--data-binary",
                    String(repeating: "x", count: 100_000), "\(base)/x",
                ]) != "200")
        // Plain HTTP on the port ends without an answer.
        let client = try RawClient(port: server.port)
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try !client.readToEnd().contains("200 OK"))
    }
}
