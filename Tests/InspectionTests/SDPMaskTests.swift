import Foundation
import Inspection
import Testing
import Wire

struct SDPMaskTests {
    @Test(arguments: [
        ("a=ice-pwd:abc/+9\r\n", "a=ice-pwd:******\r\n"),
        ("a=ice-ufrag:abcd\r\na=ice-pwd:0123456789abcdefghijkl", "a=ice-ufrag:abcd\r\na=ice-pwd:**********************"),
        ("a=ICE-Pwd: x y\n", "a=ICE-Pwd: * *\n"),
        (
            "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj|2^20",
            "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:*********************************************"
        ),
        (#"{"sdp":"v=0\r\na=ice-pwd:secret\r\na=mid:0\r\n"}"#, #"{"sdp":"v=0\r\na=ice-pwd:******\r\na=mid:0\r\n"}"#),
        (
            "a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\na=fingerprint:sha-256 AA:BB\r\n",
            "a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\na=fingerprint:sha-256 AA:BB\r\n"
        ),
        ("a=ice-pwd:", "a=ice-pwd:"), ("ice-pwd", "ice-pwd"), ("", ""), ("iiiiice-pwd:x", "iiiiice-pwd:*"),
    ])
    func `passwords and keys are masked, all else stays`(text: String, expected: String) {
        #expect(SDPMask.masked(text) == expected)
    }

    @Test func `no password of a description in the corpora survives, and nothing else changes`() throws {
        let folder = Corpora.folder("sdp")
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path) else {
            print("skipped: no corpora at \(folder.path)")
            return
        }
        for name in names where name.hasSuffix(".sdp") {
            let bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
            let masked = SDPMask.masked(bytes.span)
            #expect(masked.count == bytes.count)
            for (before, after) in zip(lines(bytes), lines(masked)) {
                if before.starts(with: Array("a=ice-pwd:".utf8)) {
                    #expect(after.dropFirst(10).allSatisfy { $0 == UInt8(ascii: "*") || $0 == 0x20 }, "\(name)")
                } else if !String(decoding: before, as: UTF8.self).lowercased().contains("ice-pwd:"),
                    !String(decoding: before, as: UTF8.self).lowercased().contains("inline:")
                {
                    #expect(before == after, "\(name)")
                }
            }
        }
    }

    @Test func `a quarter of a megabyte that nearly matches everywhere is done in linear time`() {
        let bytes = [UInt8](repeating: UInt8(ascii: "i"), count: 256 * 1024)
        #expect(SDPMask.masked(bytes.span) == bytes)
    }

    private func lines(_ bytes: [UInt8]) -> [[UInt8]] {
        bytes.split(whereSeparator: { $0 == 10 || $0 == 13 || $0 == 0 }).map { Array($0) }
    }
}

enum Corpora {
    /// A folder of the corpora: `PEERSCOPE_CORPORA`, or beside the package.
    static func folder(_ name: String) -> URL {
        if let path = ProcessInfo.processInfo.environment["PEERSCOPE_CORPORA"] {
            return URL(fileURLWithPath: path).appendingPathComponent(name)
        }
        var root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        while root.path != "/", !FileManager.default.fileExists(atPath: root.appendingPathComponent("Package.swift").path) {
            root.deleteLastPathComponent()
        }
        return root.appendingPathComponent("../shared/corpora").appendingPathComponent(name).standardizedFileURL
    }
}
