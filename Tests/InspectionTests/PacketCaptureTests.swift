import Foundation
import Inspection
import Testing
import Wire

struct PacketCaptureTests {
    /// Datagrams of both families, cut, empty and odd ones.
    private func record() -> Record {
        var record = Samples.connected()
        var evidence = Samples.evidence()
        let six = Path(
            local: TransportAddress(IPAddress(v6High: 0x2001_0db8_0000_0000, low: 1), 8189),
            remote: TransportAddress(IPAddress(v6High: 0x2001_0db8_0000_0000, low: 2), 40001))
        let request = Samples.bindingRequest
        evidence.append(request.span, direction: .sent, on: six, at: 3_000)
        let odd: [UInt8] = [0x16]
        let long = [UInt8](repeating: 0xff, count: 60_000)
        let empty: [UInt8] = []
        evidence.append(odd.span, direction: .received, on: six, at: 3_100)
        evidence.append(long.span, direction: .received, on: six, at: 3_200)
        evidence.append(empty.span, direction: .sent, on: six, at: 3_300)
        record.evidence = evidence
        return record
    }

    @Test func `the blocks of a file fill it exactly, each with its length on both ends`() {
        let bytes = PacketCapture.file(of: record())
        func little(_ offset: Int) -> Int { (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) } }
        var offset = 0
        var types: [Int] = []
        while offset < bytes.count {
            types.append(little(offset))
            let length = little(offset + 4)
            #expect(length % 4 == 0 && length >= 12)
            #expect(little(offset + length - 4) == length)
            offset += length
        }
        #expect(offset == bytes.count)
        #expect(types == [0x0a0d_0d0a, 1] + [Int](repeating: 6, count: 6))
    }

    @Test func `a record without evidence is still a file`() {
        #expect(!PacketCapture.file(of: Record(id: "x", startedAt: 0)).isEmpty)
    }

    @Test func `tshark reads STUN of both directions, with right checksums, times and comments`() throws {
        let path = "/usr/bin/tshark"
        guard FileManager.default.isExecutableFile(atPath: path) else {
            print("skipped: tshark is not installed")
            return
        }
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("evidence-\(UUID().uuidString).pcapng")
        try Data(PacketCapture.file(of: record())).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let lines = try run(
            path,
            ["-r", file.path, "-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-T", "fields", "-E", "separator=|"]
                + [
                    "frame.time_epoch", "frame.packet_flags_direction", "ip.src", "ipv6.src", "udp.srcport", "stun.type",
                    "ip.checksum.status", "udp.checksum.status", "frame.comment",
                ]
                .flatMap { ["-e", $0] })
        #expect(lines.count == 6, "\(lines)")
        let rows = lines.map { $0.split(separator: "|", omittingEmptySubsequences: false).map(String.init) }
        #expect(rows[0][0].hasPrefix("1795367100.125456"))
        #expect(rows[0][1...7] == ["0x00000001", "127.0.0.1", "", "40000", "0x0001", "1", "1"])
        #expect(rows[0][8].contains("Binding request; transaction 0102030405060708090a0b0c; check-received (event 5)"))
        #expect(rows[1][1...7] == ["0x00000002", "127.0.0.1", "", "8189", "0x0101", "1", "1"])
        #expect(rows[2][1...5] == ["0x00000002", "", "2001:db8::1", "8189", "0x0001"])
        #expect(rows[2][7] == "1")
        #expect(rows[3][7] == "1")
    }

    private func run(_ path: String, _ arguments: [String]) throws -> [String] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
