internal import CZlib

/// Unpacks a gzip stream (RFC 1952) up to a bound: a small stream can hold a thousand times its length.
enum Gzip {
    static func isPacked(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1f, 0x8b]) }

    static func unpacked(_ bytes: [UInt8], limit: Int) throws(DumpError) -> [UInt8] {
        var stream = z_stream()
        // 15 bits of window, and 16 for the gzip form alone.
        guard inflateInit2_(&stream, 15 + 16, zlibVersion(), Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw .packing("The report can't be unpacked now.")
        }
        defer { inflateEnd(&stream) }
        var input = bytes
        var output: [UInt8] = []
        output.reserveCapacity(min(limit, bytes.count &* 4))
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        var status = Z_OK
        input.withUnsafeMutableBufferPointer { input in
            // unsafe: zlib reads and writes within the counts that it is given, and the buffers outlive the calls.
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(clamping: input.count)
            while status == Z_OK, output.count <= limit {
                chunk.withUnsafeMutableBufferPointer { chunk in
                    stream.next_out = chunk.baseAddress
                    stream.avail_out = UInt32(clamping: chunk.count)
                    status = inflate(&stream, Z_NO_FLUSH)
                    output.append(contentsOf: chunk.prefix(chunk.count - Int(stream.avail_out)))
                }
            }
        }
        guard output.count <= limit else {
            throw .tooLarge("The report unpacks to more than \(limit / (1024 * 1024)) MiB.")
        }
        guard status == Z_STREAM_END else { throw .packing("The report is no whole gzip file.") }
        return output
    }
}
